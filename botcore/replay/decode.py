"""Reading a video by the game's frame number, whole or cut off by a crash."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from botcore.errors import BotplayError
from botcore.replay.checks import check_file
from botcore.replay.encode import exact_fps

MAX_VIDEO = 2**35  # bytes
MAX_PACKETS = 5_000_000
BLOCK = 32  # pixels that H.264 may add to a side
CACHE_BYTES = 64_000_000
PROBLEMS = (av.FFmpegError, OSError, ValueError, OverflowError, EOFError)


class VideoReader:
    """Pictures of a video by frame number.

    Args:
        path: the file.
        size: height and width to cut the pictures to (the video's may be one larger).
        fps: the game's own frames a second.
        first: frame number of the first picture.
        gray: give `[H, W]` instead of `[H, W, 3]`.

    Attributes:
        frames: the frame numbers that can be read, ascending; empty if the first fragment was not finished.

    Raises:
        BotplayError: it is missing, too large, or not a video that a recorder writes; also in `read`.
    """

    def __init__(
        self, path: Path, size: tuple[int, int], fps: float, first: int, *, gray: bool = False
    ) -> None:
        check_file(path, MAX_VIDEO)
        self._path, self._size, self._format = path, size, "gray" if gray else "rgb24"
        self._cache: OrderedDict[int, NDArray[np.uint8]] = OrderedDict()
        self._room = max(2, CACHE_BYTES // (size[0] * size[1] * (1 if gray else 3)))
        try:
            self._container = av.open(str(path.absolute()), "r", format="mp4")
        except PROBLEMS as error:
            raise self._damaged(str(error)) from error
        try:
            self._stream = self._checked_stream()
            self._index(fps, first)
        except PROBLEMS as error:
            self._container.close()
            raise self._damaged(str(error)) from error
        except BotplayError:
            self._container.close()
            raise
        self._pictures: Iterator[tuple[int, av.VideoFrame]] = iter(())
        self._next = len(self.frames)  # position in `frames` of the picture that decoding gives next

    def _checked_stream(self) -> VideoStream:
        streams = self._container.streams
        # A stream that no decoder knows has no codec context at all.
        codecs = [getattr(stream.codec_context, "name", None) for stream in streams]
        if codecs != ["h264"] or len(streams.video) != 1:
            raise self._damaged("it is not one H.264 video")
        stream = streams.video[0]
        context = stream.codec_context
        largest = (self._size[0] + BLOCK) * (self._size[1] + BLOCK)
        if not (self._size[0] <= context.height <= self._size[0] + 1) or not (
            self._size[1] <= context.width <= self._size[1] + 1
        ):
            raise self._damaged(f"its pictures are not {self._size[1]}x{self._size[0]}")
        context.thread_count = 1
        # A damaged stream may claim another size further on: refuse it before memory is taken.
        context.options = {"max_pixels": str(largest)}
        return stream

    def _index(self, fps: float, first: int) -> None:
        """Walk through the packets once: what is there, and where decoding can begin.

        A video in fragments has no index of its own; this walk makes the container's: then seeking is exact.
        """
        stamps: list[int] = []
        keys: list[int] = []
        for packet in self._container.demux(self._stream):
            if packet.pts is None or packet.is_corrupt:  # the end, or a packet that the file's end cuts off
                continue
            stamps.append(packet.pts)
            if packet.is_keyframe:
                keys.append(packet.pts)
            if len(stamps) > MAX_PACKETS:
                raise self._damaged("it has too many pictures")
        self._origin, self._first = min(stamps, default=0), first
        self._tick = 1 / (exact_fps(fps) * Fraction(self._stream.time_base or 1))  # of the video's clock
        self._keys = sorted(keys)
        self.frames = sorted({self._frame(stamp) for stamp in stamps if keys and stamp >= self._keys[0]})

    def _frame(self, stamp: int) -> int:
        return self._first + round((stamp - self._origin) / self._tick)

    def _stamp(self, frame: int) -> int:
        return self._origin + round((frame - self._first) * self._tick)

    def read(self, frame: int) -> NDArray[np.uint8]:
        """Return the picture of a frame in `frames`, `[H, W, 3]` or gray `[H, W]`; read-only."""
        found = self._cache.get(frame)
        if found is not None:
            self._cache.move_to_end(frame)
            return found
        try:
            self._aim(frame)
            for number, image in self._pictures:
                self._next = bisect_right(self.frames, number)
                self._remember(number, image)
                if number == frame:
                    return self._cache[frame]
                if number > frame:
                    break
        except PROBLEMS as error:
            self._next = len(self.frames)
            raise self._damaged(f"near frame {frame}, {error}") from error
        self._next = len(self.frames)
        raise self._damaged(f"frame {frame} cannot be decoded")

    def _aim(self, frame: int) -> None:
        """Go on decoding where that is shorter than going to the keyframe before `frame`."""
        key = self._keys[max(0, bisect_right(self._keys, self._stamp(frame)) - 1)]
        upcoming = self.frames[self._next] if self._next < len(self.frames) else None
        if upcoming is None or not self._frame(key) <= upcoming <= frame:
            self._container.seek(key, stream=self._stream)
            self._pictures = self._decode()

    def _decode(self) -> Iterator[tuple[int, av.VideoFrame]]:
        for packet in self._container.demux(self._stream):
            for image in () if packet.is_corrupt else packet.decode():
                if image.pts is not None:
                    yield self._frame(image.pts), image

    def _remember(self, number: int, image: av.VideoFrame) -> None:
        if (image.height, image.width) != (self._stream.height, self._stream.width):
            raise ValueError("a picture has another size")
        picture = cast("NDArray[np.uint8]", image.to_ndarray(format=self._format, threads=1))
        picture = picture[: self._size[0], : self._size[1]]
        picture.flags.writeable = False
        self._cache[number] = picture
        while len(self._cache) > self._room:
            self._cache.popitem(last=False)

    def _damaged(self, reason: str) -> BotplayError:
        return BotplayError(f"{self._path} is damaged: {reason.splitlines()[0] if reason else 'unreadable'}")

    def close(self) -> None:
        """Close the file."""
        self._container.close()
