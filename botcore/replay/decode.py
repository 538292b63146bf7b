"""Reading a video by the game's frame number, whole or cut off by a crash."""

from __future__ import annotations

import weakref
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from botcore.errors import BotplayError
from botcore.replay.checks import Invalid, check_file
from botcore.replay.encode import exact_fps
from botcore.replay.fragments import Track, read_fragments

MAX_VIDEO = 2**35  # bytes
BLOCK = 32  # pixels that H.264 may add to a side
CACHE_BYTES = 64_000_000
HEADS = 2
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
        self._cache: OrderedDict[int, av.VideoFrame | NDArray[np.uint8]] = OrderedDict()
        self._room = max(2, CACHE_BYTES // (size[0] * size[1] * (1 if gray else 3)))
        self._convert = VideoReformatter()
        try:
            self._file = path.open("rb", buffering=0)
        except OSError as error:
            raise BotplayError(f"cannot read {path}: {error.strerror}") from error
        self._finalizer = weakref.finalize(self, self._file.close)  # for a reader that nobody closes
        try:
            track, self._samples = read_fragments(self._file, path.stat().st_size)
            self._check(track)
        except (*PROBLEMS, Invalid) as error:
            self.close()
            raise self._damaged(str(error)) from error
        self._number(track, fps, first)
        self._heads: list[_Head] = []  # the one used last at the end

    def _check(self, track: Track) -> None:
        height, width = self._size
        if not (height <= track.height <= height + 1 and width <= track.width <= width + 1):
            raise Invalid(f"its pictures are not {width}x{height}")
        self._coded, self._config = (track.height, track.width), track.config

    def _new_decoder(self) -> VideoCodecContext:
        decoder = av.CodecContext.create("h264", "r")
        decoder.extradata = self._config
        decoder.thread_count = 1
        # A damaged stream may claim another size further on: refuse it before memory is taken.
        decoder.options = {"max_pixels": str((self._size[0] + BLOCK) * (self._size[1] + BLOCK))}
        return decoder

    def _number(self, track: Track, fps: float, first: int) -> None:
        """Count the pictures in the game's frames; those before the first keyframe cannot be decoded."""
        shown, self._keys = self._samples.shown, np.flatnonzero(self._samples.key)
        tick = float(track.ticks / exact_fps(fps))
        origin = int(shown.min()) if shown.size else 0
        self._frames = first + np.rint((shown - origin) / tick).astype(np.int64)
        able = self._frames >= self._frames[self._keys[0]] if self._keys.size else np.zeros(shown.shape, bool)
        self.frames: list[int] = np.unique(self._frames[able]).tolist()

    def read(self, frame: int) -> NDArray[np.uint8]:
        """Return the picture of a frame in `frames`, `[H, W, 3]` or gray `[H, W]`; read-only."""
        try:
            if frame not in self._cache:
                self._decode_up_to(frame)
            return self._pixels(frame)
        except PROBLEMS as error:
            self._heads.clear()
            raise self._damaged(f"near frame {frame}, {error}") from error

    def _decode_up_to(self, frame: int) -> None:
        head = self._aim(frame)
        for number, image in head.pictures:
            head.next = bisect_right(self.frames, number)
            self._remember(number, image)
            if number == frame:
                return
            if number > frame:
                break
        raise ValueError("it cannot be decoded")

    def _aim(self, frame: int) -> _Head:
        """Return the head to decode with: one on its way to `frame`, else one at the keyframe before."""
        place = int(np.searchsorted(self._frames[self._keys], frame, side="right")) - 1
        key = int(self._keys[max(0, place)])
        first = bisect_left(self.frames, int(self._frames[key]))
        wanted = bisect_left(self.frames, frame)
        head = max((head for head in self._heads if first <= head.next <= wanted), key=_place, default=None)
        if head is None:
            head = self._heads[0] if len(self._heads) == HEADS else _Head(self._new_decoder())
            head.decoder.flush_buffers()
            head.pictures, head.next = self._decode(head.decoder, key), first
        self._heads = [*(other for other in self._heads if other is not head), head]
        return head

    def _decode(self, decoder: VideoCodecContext, start: int) -> Iterator[tuple[int, av.VideoFrame]]:
        """Give the pictures from a keyframe on, in the order they are shown in."""
        for number in range(start, len(self._frames) + 1):
            packet = self._packet(number) if number < len(self._frames) else None
            for image in decoder.decode(packet):
                if image.pts is not None:
                    yield image.pts, image

    def _packet(self, number: int) -> av.Packet[Any]:
        self._file.seek(int(self._samples.place[number]))
        packet = av.Packet(self._file.read(int(self._samples.size[number])))
        packet.pts = packet.dts = int(self._frames[number])
        return packet

    def _remember(self, number: int, image: av.VideoFrame) -> None:
        if (image.height, image.width) != self._coded:
            raise ValueError("a picture has another size")
        self._cache[number] = image
        while len(self._cache) > self._room:
            self._cache.popitem(last=False)

    def _pixels(self, frame: int) -> NDArray[np.uint8]:
        """Return a decoded picture in its colours; most of those decoded on the way are never asked for."""
        found = self._cache[frame]
        if isinstance(found, av.VideoFrame):
            image = self._convert.reformat(found, format=self._format, threads=1)
            found = cast("NDArray[np.uint8]", image.to_ndarray())[: self._size[0], : self._size[1]]
            found.flags.writeable = False
            self._cache[frame] = found
        self._cache.move_to_end(frame)
        return found

    def _damaged(self, reason: str) -> BotplayError:
        return BotplayError(f"{self._path} is damaged: {reason.splitlines()[0] if reason else 'unreadable'}")

    def close(self) -> None:
        """Close the file."""
        self._finalizer()


@dataclass
class _Head:
    """A place where decoding goes on.

    There are two, so that a look elsewhere (what lies under the mouse) does not cost the place where a replay
    is being played.

    Attributes:
        pictures: gives the next ones, numbered.
        next: position among the frames of the picture that comes next.
    """

    decoder: VideoCodecContext
    pictures: Iterator[tuple[int, av.VideoFrame]] = field(default_factory=lambda: iter(()))
    next: int = 0


def _place(head: _Head) -> int:
    return head.next
