"""A replay as a video or a gif: the game alone, or with what the brain saw and thought beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from botcore.export.gif import GifWriter
from botcore.replay.encode import exact_fps, fit
from botcore.replay.reader import Replay

Pixels = NDArray[np.uint8]

VIDEOS = (".mp4", ".gif")
FASTEST = {".mp4": 60.0, ".gif": 25.0}  # pictures a second; more cannot be seen, or not be shown
PANELS_SIZE = {".mp4": (1280, 720), ".gif": (960, 540)}
PLAIN_HEIGHT, PLAIN_WIDTH = 480, 1920  # small pictures are enlarged by a whole number up to here


def write_video(
    replay: Replay,
    target: Path,
    kind: str,
    *,
    panels: bool,
    speed: float,
    tell: Callable[[float], None],
) -> None:
    """Write a replay as one of `VIDEOS`; what the arguments mean says `botcore.export.files.export`.

    Raises:
        OSError, av.FFmpegError: it cannot be written.
        BotplayError: the replay is damaged.
    """
    rate = min(replay.header.about.fps * speed, FASTEST[kind])
    paint = _scene_painter(replay, PANELS_SIZE[kind]) if panels else _plain
    _write(target, kind, rate, _pictures(replay, rate, speed, paint, tell))


def _pictures(
    replay: Replay,
    rate: float,
    speed: float,
    paint: Callable[[int, Pixels], Pixels],
    tell: Callable[[float], None],
) -> Iterator[Pixels]:
    """Give what is on screen at each tick of the output's clock, and at the end."""
    start = max(0, replay.lines[0].moment.frame)
    span = replay.last_frame - start
    frames_a_tick = replay.header.about.fps * speed / rate
    shown = [start + round(tick * frames_a_tick) for tick in range(math.floor(span / frames_a_tick) + 1)]
    for frame in shown if shown[-1] >= replay.last_frame else [*shown, replay.last_frame]:
        yield paint(replay.step_at(frame), replay.picture(frame))
        tell(min(1.0, (frame - start) / span) if span else 1.0)


def _plain(step: int, picture: Pixels) -> Pixels:
    """The game alone, small pictures enlarged by a whole number so that pixels stay square and sharp."""
    height, width = picture.shape[:2]
    times = max(1, min(PLAIN_HEIGHT // height, PLAIN_WIDTH // width))
    return picture.repeat(times, axis=0).repeat(times, axis=1)


def _scene_painter(replay: Replay, size: tuple[int, int]) -> Callable[[int, Pixels], Pixels]:
    """Draw through a scene, which is told of every Moment up to the one on screen."""
    from botcore.window.player import about_replay
    from botcore.window.scene import Scene

    import pygame  # isort: skip  (after the window package, which silences its banner)

    scene = Scene(size, about_replay(replay))
    scene.expect(line.moment for line in replay.lines)
    surface = pygame.Surface(size, depth=24)
    told = 0

    def paint(step: int, picture: Pixels) -> Pixels:
        nonlocal told
        while told <= step:
            scene.update(replay.seen(told))  # the panels need no pictures, and the one shown is given
            told += 1
        scene.draw(surface, picture, True)
        content = pygame.image.tobytes(surface, "RGB")
        return np.frombuffer(content, np.uint8).reshape(size[1], size[0], 3)

    return paint


def _write(path: Path, kind: str, rate: float, pictures: Iterator[Pixels]) -> None:
    first = next(pictures)
    size = (first.shape[0] + first.shape[0] % 2, first.shape[1] + first.shape[1] % 2)
    writer: Any = (GifWriter if kind == ".gif" else _Mp4Writer)(path, size, rate)
    try:
        writer.write(fit(first, size))
        for picture in pictures:
            writer.write(fit(picture, size))
    except BaseException:
        writer.abandon()
        raise
    writer.close()


class _Mp4Writer:
    """H.264 with the index in front, so that it starts playing at once wherever it is put."""

    def __init__(self, path: Path, size: tuple[int, int], rate: float) -> None:
        self._container = av.open(str(path), "w", format="mp4", container_options={"movflags": "faststart"})
        stream = self._container.add_stream(
            "libx264", rate=exact_fps(rate), options={"preset": "veryfast", "crf": "20"}
        )
        stream.height, stream.width = size
        stream.pix_fmt = "yuv420p"
        self._stream = stream

    def write(self, picture: Pixels) -> None:
        image = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
        self._container.mux(self._stream.encode(image))

    def close(self) -> None:
        try:
            self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()

    def abandon(self) -> None:
        self._container.close()
