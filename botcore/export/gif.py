"""Writing a GIF picture by picture, each with the 256 colours that suit it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.filter import Graph
from av.video.format import VideoFormat
from numpy.typing import NDArray

from botcore.replay.encode import exact_fps


class GifWriter:
    """A GIF that repeats for ever.

    Args:
        size: height and width of the pictures.
        rate: pictures a second.

    Raises:
        OSError, av.FFmpegError: it cannot be written, here and in every method.
    """

    def __init__(self, path: Path, size: tuple[int, int], rate: float) -> None:
        fps = exact_fps(rate)
        self._graph = _palette_graph(size, 1 / fps)
        self._container = av.open(str(path), "w", format="gif", container_options={"loop": "0"})
        self._stream = self._container.add_stream("gif", rate=fps)
        self._stream.height, self._stream.width = size
        self._stream.pix_fmt = "pal8"
        self._stream.codec_context.time_base = 1 / fps
        self._count = 0

    def write(self, picture: NDArray[np.uint8]) -> None:
        """Append a picture, `[H, W, 3]`."""
        image = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
        image.pts = self._count
        self._count += 1
        self._graph.push(image)
        self._drain()

    def _drain(self) -> None:
        while True:
            try:
                image = self._graph.vpull()
            except (av.BlockingIOError, av.EOFError):
                return
            self._container.mux(self._stream.encode(image))

    def close(self) -> None:
        """Write what is left and close the file."""
        try:
            self._graph.push(None)
            self._drain()
            self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()

    def abandon(self) -> None:
        """Close the file as it is."""
        self._container.close()


def _palette_graph(size: tuple[int, int], time_base: Fraction) -> Graph:
    """picture → (its best 256 colours, itself) → picture in these colours."""
    graph = Graph()
    source = graph.add_buffer(width=size[1], height=size[0], format=VideoFormat("rgb24"), time_base=time_base)
    split = graph.add("split")
    palette = graph.add("palettegen", "stats_mode=single")
    use = graph.add("paletteuse", "new=1:dither=none")
    sink = graph.add("buffersink")
    source.link_to(split)
    split.link_to(palette, 0, 0)
    split.link_to(use, 1, 0)
    palette.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    return graph
