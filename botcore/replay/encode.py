"""Writing a video that can be read up to its last half second after a crash."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

LARGE = 160_000  # pixels; from here on a quicker preset keeps encoding well below a core
SECONDS_A_FRAGMENT = 0.35  # what a crash loses
SECONDS_A_FRAGMENT_SLOW = 0.25  # the one picture more that is held back takes longer here
MOST_BITS = 500_000  # a second, over any two seconds
SLOW = 25.0  # pictures a second below which the encoder's delay of five would take too long


def exact_fps(fps: float) -> Fraction:
    """Return frames a second as the fraction that video clocks use (59.94 → 60000/1001)."""
    return Fraction(fps).limit_denominator(1001)


class VideoWriter:
    """An H.264 file in fragments: what is written stays readable whatever happens next.

    Its time stamps are the game's frame numbers, counted from the first picture.

    Args:
        path: the file to make.
        size: height and width of the pictures. Odd sizes are padded, pictures of another size fitted.
        fps: the game's own frames a second.
        keyframes: pictures from one keyframe to the next.
        every: frames of the game from one picture to the next, about.

    Raises:
        OSError, av.FFmpegError: it cannot be written, here and in every method.
    """

    def __init__(self, path: Path, size: tuple[int, int], fps: float, keyframes: int, every: int = 1) -> None:
        rate = exact_fps(fps)
        instant = rate / every < SLOW
        fragment = SECONDS_A_FRAGMENT_SLOW if instant else SECONDS_A_FRAGMENT
        self._container = av.open(
            str(path),
            "w",
            format="mp4",
            container_options={
                "movflags": "frag_keyframe+empty_moov+default_base_moof",
                "frag_duration": str(int(fragment * 1e6)),
                "flush_packets": "1",
                "video_track_timescale": str(rate.numerator * 100),
            },
        )
        try:
            self._open_stream(size, rate, keyframes, every, instant=instant)
        except BaseException:
            self._container.close()
            raise
        self._to_yuv = VideoReformatter()
        self._first: int | None = None
        self._last = -1

    def _open_stream(
        self, size: tuple[int, int], rate: Fraction, keyframes: int, every: int, *, instant: bool
    ) -> None:
        self._size = (size[0] + size[0] % 2, size[1] + size[1] % 2)
        options = {
            "preset": "superfast" if size[0] * size[1] > LARGE else "veryfast",
            "crf": "20",
            # The cap bounds five minutes of anything to 19 MB; simple pictures stay far below it.
            "maxrate": str(MOST_BITS // every),
            "bufsize": str(2 * MOST_BITS // every),
            # A short look-ahead and one B-frame save a quarter of the size and cost five frames of delay.
            "rc-lookahead": "4",
            "bf": "1",
        }
        if instant:
            options["tune"] = "zerolatency"
        stream = self._container.add_stream("libx264", rate=rate, options=options)
        stream.height, stream.width = self._size
        stream.pix_fmt = "yuv420p"
        stream.thread_count = 1  # threads would hold back a frame each
        stream.gop_size = keyframes
        stream.codec_context.time_base = 1 / rate
        self._stream = stream

    def write(self, picture: NDArray[np.uint8], frame: int) -> None:
        """Append a picture, `[H, W, 3]` or gray `[H, W]`. One that is not later than the last is left out."""
        if frame <= self._last:
            return
        if self._first is None:
            self._first = frame
        self._last = frame
        fitted = np.ascontiguousarray(fit(picture, self._size))
        image = av.VideoFrame.from_ndarray(fitted, format="gray" if picture.ndim == 2 else "rgb24")
        image = self._to_yuv.reformat(image, format="yuv420p", threads=1)
        image.pts = frame - self._first
        self._container.mux(self._stream.encode(image))

    def close(self) -> None:
        """Write what the encoder still holds and close the file."""
        try:
            self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()


def fit(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Crop, or repeat the last row and column, until a picture has `size` (height, width)."""
    height, width = size
    picture = picture[:height, :width]
    missing = ((0, height - picture.shape[0]), (0, width - picture.shape[1]))
    if missing == ((0, 0), (0, 0)):
        return picture
    return np.pad(picture, missing + ((0, 0),) * (picture.ndim - 2), mode="edge")
