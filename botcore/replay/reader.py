"""Opening a replay and giving its Moments back. Needs neither the game nor the brain."""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from botcore.contracts.moment import Moment
from botcore.errors import BotplayError
from botcore.replay.checks import Invalid, check_file, read_bytes
from botcore.replay.decode import VideoReader
from botcore.replay.format import EYES_FILE, STEPS_FILE, VIDEO_FILE, EpisodeHeader, Outcome, read_header
from botcore.replay.steps import MAX_ADVANCE, MAX_LINE, MAX_STEPS, MAX_STEPS_FILE, Line, parse_line

VIDEO_END = b"\0\0\0\x10mfro", 16
"""How the last box of a recorded video begins, and how many bytes it takes (ISO/IEC 14496-12, 8.8.11)."""
TAIL = 8192  # bytes at the end of the steps that nearly always hold the last one


class Replay:
    """A recorded episode: `len(replay)` Moments, the reset among them.

    Attributes:
        folder: where it lies.
        header: its `episode.json`; the status is `recovered`, and the sums are made from the steps, where the
            recording was cut off.
        lines: every Moment without what is in the videos, at once: for curves and time lines.
    """

    def __init__(self, folder: Path, header: EpisodeHeader, lines: Sequence[Line]) -> None:
        self.folder, self.header, self.lines = folder, header, lines
        self._frames = [line.moment.frame for line in lines]
        self._opened: dict[str, VideoReader | None] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    @property
    def id(self) -> str:
        """Its name: that of its folder. One that was imported may have been recorded under another's."""
        return self.folder.absolute().name

    @property
    def last_frame(self) -> int:
        """The game's frame number at the end."""
        return self._frames[-1]

    @property
    def seconds(self) -> float:
        """How long the episode is at the game's own pace."""
        return self.last_frame / self.header.about.fps

    def check_within(self, frame: int, what: str) -> None:
        """Raises `BotplayError` where a frame is behind the end; `what` is what was to be done there."""
        if frame > self.last_frame:
            length = f"{self.seconds:.1f} seconds, {self.last_frame} frames"
            raise BotplayError(f"replay {self.id} is only {length} long; {what} earlier (--from)")

    def step_at(self, frame: int) -> int:
        """Return the index of the Moment that shows a frame."""
        return min(bisect_left(self._frames, frame), len(self) - 1)

    def moment(self, index: int) -> Moment:
        """Return a Moment with its pictures, and with what the brain received.

        The observation is `[1, h, w]` for gray and `[h, w, 3]` for colour, as the eyes' video shows it;
        numbers are `[n]`, rounded to five digits; a state is `[]`. None where nothing was recorded. Of a
        recording that was cut off, the last Moments may have fewer pictures than they had, or none.

        Raises:
            BotplayError: a video is missing or damaged there.
            IndexError: there is no such Moment.
        """
        line = self.lines[index]
        last = line.moment.frame
        pictures = self._pictures(range(last - line.pictures + 1, last + 1))
        return replace(self.seen(index), pictures=pictures)

    def seen(self, index: int) -> Moment:
        """Return a Moment with what the brain received, without its pictures; otherwise as `moment`."""
        moment = self.lines[index].moment
        if moment.observation is not None:
            return moment
        return replace(moment, observation=self._eyes_picture(moment.frame))

    def moments(self, start: int = 0) -> Iterator[Moment]:
        """Give the Moments from `start` on; each picture is decoded once."""
        for index in range(start, len(self)):
            yield self.moment(index)

    def picture(self, frame: int) -> NDArray[np.uint8]:
        """Return what was on screen at a frame: its picture, or else the last one before it, `[H, W, 3]`.

        Raises:
            BotplayError: the replay has no pictures, or the video is damaged there.
        """
        video = self._open_video()
        if video is None or not video.frames:
            raise BotplayError(f"replay {self.id} has no pictures")
        return video.read(video.frames[max(0, bisect_right(video.frames, frame) - 1)])

    def video_ends(self) -> int | None:
        """Return the last frame the video has where pictures after it were recorded; None: it has them all.

        Raises:
            BotplayError: the video is missing or damaged.
        """
        last = next((line.moment.frame for line in reversed(self.lines) if line.pictures), None)
        video = self._open_video()
        if last is None or video is None:
            return None
        ends = video.frames[-1] if video.frames else 0
        return ends if ends < last else None

    def video_was_ended(self) -> bool:
        """Whether the video's file goes on to the end that a recorder gives it.

        What such a video lacks was left out while it was recorded; what else lacks pictures is damaged.
        """
        begins, size = VIDEO_END
        try:
            with (self.folder / VIDEO_FILE).open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - size))
                return file.read(size).startswith(begins)
        except OSError:
            return False

    def _pictures(self, frames: range) -> tuple[NDArray[np.uint8], ...]:
        video = self._open_video() if frames else None
        return () if video is None else tuple(video.read(n) for n in frames if _contains(video.frames, n))

    def _eyes_picture(self, frame: int) -> NDArray[np.uint8] | None:
        eyes = self._open_eyes()
        if eyes is None or not _contains(eyes.frames, frame):
            return None
        seen = eyes.read(frame)
        return seen[None] if seen.ndim == 2 else seen

    def _open_video(self) -> VideoReader | None:
        if "video" not in self._opened:
            first = next((n.moment.frame - n.pictures + 1 for n in self.lines if n.pictures), 0)
            self._opened["video"] = self._open(VIDEO_FILE, self.header.picture, first, gray=False)
        return self._opened["video"]

    def _open_eyes(self) -> VideoReader | None:
        if "eyes" not in self._opened:
            shape = self.header.eyes
            gray = shape is not None and shape[0] == 1
            size = None if shape is None else shape[1:] if gray else shape[:2]
            self._opened["eyes"] = self._open(EYES_FILE, size, self._frames[0], gray=gray)
        return self._opened["eyes"]

    def _open(self, name: str, size: tuple[int, int] | None, first: int, *, gray: bool) -> VideoReader | None:
        if size is None:
            return None
        try:
            return VideoReader(self.folder / name, size, self.header.about.fps, first, gray=gray)
        except BotplayError:
            if self.header.status == "recovered":  # cut off before the video was begun
                return None
            raise

    def close(self) -> None:
        """Close the videos."""
        for video in self._opened.values():
            if video is not None:
                video.close()
        self._opened.clear()


def _contains(numbers: Sequence[int], number: int) -> bool:
    place = bisect_left(numbers, number)
    return place < len(numbers) and numbers[place] == number


def open_replay(path: Path) -> Replay:
    """Open a replay folder, also one whose recording was cut off.

    Raises:
        BotplayError: it is not a replay, or its index is damaged.
    """
    path = Path(path)
    header = read_header(path)
    lines, whole = read_lines(path / STEPS_FILE, header)
    return Replay(path, completed(header, lines, whole=whole), lines)


def read_lines(path: Path, header: EpisodeHeader) -> tuple[list[Line], bool]:
    """Read `steps.jsonl`; also say whether it is whole. A line that was being written is left out.

    Raises:
        BotplayError: it is missing, empty or damaged; the message names the line.
    """
    content = read_bytes(path, MAX_STEPS_FILE)
    *rows, rest = content.split(b"\n")
    if len(rows) > MAX_STEPS:
        raise BotplayError(f"{path} has more than {MAX_STEPS} steps")
    if not rows:
        raise BotplayError(f"{path} holds no step yet")
    lines: list[Line] = []
    for number, row in enumerate(rows, start=1):
        try:
            if len(row) > MAX_LINE:
                raise Invalid("it is too long")
            lines.append(_follows(parse_line(row, header), lines))
        except Invalid as reason:
            raise BotplayError(f"{path} is damaged in line {number}: {reason}") from reason
    return lines, not rest


def read_last_line(path: Path, header: EpisodeHeader) -> tuple[Line, bool]:
    """Read only the end of `steps.jsonl`: its last whole line; also say whether that is its end.

    Raises:
        BotplayError: it is missing, empty or damaged.
    """
    check_file(path, MAX_STEPS_FILE)
    try:
        *rows, rest = _tail(path)
    except OSError as error:
        raise BotplayError(f"cannot read {path}: {error.strerror}") from error
    if not rows:
        raise BotplayError(f"{path} holds no step yet")
    try:
        return parse_line(rows[-1], header), not rest
    except Invalid as reason:
        raise BotplayError(f"{path} is damaged in its last line: {reason}") from reason


def _tail(path: Path) -> list[bytes]:
    """Return the rows at the end of a file, as far back as its last whole one takes; the first may be cut."""
    rows: list[bytes] = []
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        for reach in (TAIL, 2 * MAX_LINE):
            file.seek(max(0, size - reach))
            rows = file.read(reach).split(b"\n")
            if len(rows) > 2:  # what may be cut, a whole one, and what comes after its end
                break
    return rows


def _follows(line: Line, before: Sequence[Line]) -> Line:
    """Check that a line comes after the ones before it."""
    if before:
        last = before[-1].moment
        if line.moment.step <= last.step or line.moment.frame < last.frame:
            raise Invalid("it is out of order")
        if line.moment.frame - last.frame > MAX_ADVANCE:
            raise Invalid(f"its frame is more than {MAX_ADVANCE} after the one before")
        if line.pictures > line.moment.frame - last.frame:
            raise Invalid("more pictures than frames")
    return line


def completed(header: EpisodeHeader, lines: Sequence[Line], *, whole: bool) -> EpisodeHeader:
    """Return the header of what was read: as it is if that is all of it, else made from the steps."""
    last = lines[-1].moment
    if header.status == "complete" and whole and header.steps == len(lines) - 1:
        return header
    outcome: Outcome = "terminated" if last.terminated else "truncated" if last.truncated else "stopped"
    return replace(
        header,
        status="recovered",
        steps=len(lines) - 1,
        frames=last.frame,
        score=last.score,
        outcome=outcome,
    )
