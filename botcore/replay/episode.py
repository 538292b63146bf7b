"""Writing one episode: steps at once, in the loop; pictures in a thread of their own."""

from __future__ import annotations

import atexit
import os
import re
import secrets
import shutil
import threading
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from botcore.channels import ONE_PICTURE, channels_come_last
from botcore.contracts.moment import Moment
from botcore.ledger import PERSON, Measures
from botcore.replay.checks import Invalid
from botcore.replay.checksum import checksum
from botcore.replay.encode import VideoWriter
from botcore.replay.format import (
    EYES_FILE,
    MAX_HEADER,
    STEPS_FILE,
    VIDEO_FILE,
    About,
    Branch,
    EpisodeHeader,
    Outcome,
    parse_header,
    write_header,
)
from botcore.replay.held import hold
from botcore.replay.steps import Line, check_pictures, format_line

SECONDS_WAITING = 0.35  # of pictures that may wait for the encoder, or one Moment's; a crash loses them, too
EYES_KEYFRAMES = 60
EYES_EVERY = 4  # frames of the game from one decision to the next, as is usual


@dataclass(frozen=True)
class _Picture:
    video: str
    frame: int
    pixels: NDArray[np.uint8]


@dataclass(frozen=True)
class _End:
    header: EpisodeHeader


class EpisodeWriter:
    """One replay folder while it is written.

    Attributes:
        folder: the replay.
        behind: whether the encoder cannot follow, so that the loop waits for it or leaves pictures out.
        left_out: how many pictures were left out.

    Raises:
        OSError: the folder or a file in it cannot be made.
        ValueError: what is played has names or pictures that a replay does not hold.
    """

    def __init__(self, root: Path, about: About, first: Moment, branch: Branch | None = None) -> None:
        now = datetime.now(UTC)
        self.folder = _new_folder(root, about, now)
        self.behind, self.left_out = False, 0
        eyes = eyes_picture(first.observation)
        self._header = EpisodeHeader(
            id=self.folder.name,
            about=about,
            seed=int(first.seed),
            episode=int(first.episode),
            started=now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            picture=_size(first.pictures[0]) if first.pictures else None,
            eyes=_eyes_shape(eyes),
            parent=branch.parent if branch else None,
            branch_frame=branch.frame if branch else None,
        )
        try:
            _check_readable(self._header)
        except ValueError:
            self.folder.rmdir()
            raise
        self._told = {PERSON, about.brain, *(about.others or ())}  # how to read their predictions
        self._steps = -1  # steps after the reset
        self._last: Moment | None = None
        self._last_frame = -1
        self._problem: Exception | None = None
        self._finished = False
        self._lines = os.open(self.folder / STEPS_FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        hold(self._lines)
        self._waiting: Queue[_Picture | _End] = Queue()
        self._most = max(4, round(SECONDS_WAITING * about.fps * 1.25))
        # A daemon, finished at exit: an unhandled exception keeps the loop's frames alive until then.
        self._thread = threading.Thread(target=self._encode, name="botplay-recorder", daemon=True)
        self._thread.start()
        atexit.register(self.finish)

    def follows(self, moment: Moment) -> bool:
        """Whether a Moment belongs to this episode: the next has begun where steps start anew."""
        return self._last is None or moment.step > self._last.step

    def is_news(self, moment: Moment) -> bool:
        """Whether somebody decides of whom the header does not tell how to read what is predicted."""
        return moment.decision is not None and moment.decision.by not in self._told

    def tell(self, moment: Moment, measures: Measures) -> None:
        """Add to the header how to read what those predict who take turns; `moment` is news."""
        about = self._header.about
        others = {**(about.others or {}), **measures.known}
        others.pop(about.brain, None)
        self._change(replace(self._header, about=replace(about, others=others)))
        self._told.update(others, [moment.decision.by] if moment.decision else [])

    def _change(self, header: EpisodeHeader) -> None:
        """Write a header that tells more than what was known at the begin."""
        _check_readable(header)
        write_header(self.folder, header)
        self._header = header

    def add(self, moment: Moment, *, wait: bool = True) -> None:
        """Append a Moment.

        Its step is always written. When the encoder is far behind this waits for it, or, without `wait`,
        leaves pictures out.

        Raises:
            OSError: the disk is full, or the like; nothing more can be recorded.
            ValueError: the Moment has more pictures than a replay holds of one.
            Exception: whatever ended the encoder.
        """
        if self._problem is not None:
            raise self._problem
        if self._header.picture is None and moment.pictures:
            self._change(replace(self._header, picture=_size(moment.pictures[0])))
        try:
            check_pictures(len(moment.pictures), self._header)
        except Invalid as reason:
            raise ValueError(f"step {moment.step}: {reason}") from reason
        pictures = self._new_pictures(moment)
        crc = checksum(pictures, moment.frame) if pictures else None
        self._write_line(format_line(Line(moment, len(pictures), crc), self._header.about.brain))
        if self._last is None:
            # Only now, so that whatever has an index also has a step to show.
            write_header(self.folder, self._header)
        self._last, self._last_frame = moment, max(self._last_frame, moment.frame)
        self._steps += 1
        numbered = enumerate(pictures, start=moment.frame - len(pictures) + 1)
        all_of_it = [_Picture(VIDEO_FILE, number, picture) for number, picture in numbered]
        eyes = eyes_picture(moment.observation)
        if eyes is not None and self._header.eyes is not None:
            all_of_it.append(_Picture(EYES_FILE, moment.frame, eyes))
        self._put(all_of_it, wait)

    def _new_pictures(self, moment: Moment) -> tuple[NDArray[np.uint8], ...]:
        """Return the pictures that have a frame number of their own, the latest ones of too many."""
        if self._header.picture is None:
            return ()
        room = moment.frame - self._last_frame
        return moment.pictures[max(0, len(moment.pictures) - room) :] if room > 0 else ()

    def _write_line(self, line: bytes) -> None:
        # One system call a line, so that a killed process leaves whole lines.
        written = os.write(self._lines, line)
        if written != len(line):
            raise OSError(28, "No space left on device")

    def _put(self, pictures: Sequence[_Picture], wait: bool) -> None:
        """Hand a Moment's pictures to the encoder: all or none, since a step may have more than may wait."""
        waiting = self._waiting.qsize()
        full = waiting >= self._most
        self.behind = full or (self.behind and waiting > self._most // 2)
        if full and not wait:
            self.left_out += len(pictures)
            return
        self._waiting.maxsize = self._most if wait else 0
        for picture in pictures:
            self._waiting.put(picture)

    def catch_up(self) -> None:
        """Wait until every picture so far has been encoded."""
        self._waiting.join()
        self.behind = False

    def finish(self, outcome: Outcome = "stopped") -> None:
        """Say that the episode is over; the thread completes the files. Does nothing the second time."""
        self.end(outcome)
        self.join()

    def end(self, outcome: Outcome) -> None:
        """As `finish`, without waiting for the thread."""
        if self._finished:
            return
        last, frames, branched = self._last, max(self._last_frame, 0), self._header.branch_frame
        header = replace(
            self._header,
            status="complete",
            steps=max(self._steps, 0),
            frames=frames,
            score=float(last.score) if last is not None else 0.0,
            outcome=outcome,
            # Somebody may begin anew before what both share is over.
            branch_frame=None if branched is None else min(branched, frames),
        )
        # In this order: whatever interrupts it, the thread is told to end, by this call or by the next.
        self._waiting.put(_End(header))
        self._finished = True

    def join(self) -> Exception | None:
        """Wait until the files are whole; return what went wrong with them, if anything did."""
        self._thread.join()
        atexit.unregister(self.finish)
        if self._last is None:
            shutil.rmtree(self.folder, ignore_errors=True)  # Nothing lists what has no step.
        return self._problem

    def _encode(self) -> None:
        """The thread: encode pictures until the end, go on emptying the queue after a failure."""
        videos: dict[str, VideoWriter] = {}
        while True:
            item = self._waiting.get()
            try:
                if isinstance(item, _End):
                    self._complete(videos.values(), item.header)
                    return
                if self._problem is None:
                    if item.video not in videos:
                        videos[item.video] = self._open_video(item)
                    videos[item.video].write(item.pixels, item.frame)
            except Exception as error:
                self._problem = self._problem or error
                if isinstance(item, _End):
                    return
            finally:
                self._waiting.task_done()

    def _complete(self, videos: Iterable[VideoWriter], header: EpisodeHeader) -> None:
        """Close the files, the steps' last: until then somebody records here, as others see it."""
        with ExitStack() as at_last:
            at_last.callback(os.close, self._lines)
            with ExitStack() as files:
                for video in videos:
                    files.callback(video.close)
            if self._problem is None and self._last is not None:
                write_header(self.folder, header)

    def _open_video(self, item: _Picture) -> VideoWriter:
        fps = self._header.about.fps
        path, size = self.folder / item.video, _size(item.pixels)
        if item.video == EYES_FILE:
            return VideoWriter(path, size, fps, EYES_KEYFRAMES, every=EYES_EVERY)
        return VideoWriter(path, size, fps, keyframes=max(1, round(fps)))


def _check_readable(header: EpisodeHeader) -> None:
    """Raise `ValueError` for what no reader would take: better no recording than one called damaged."""
    content = header.to_json().encode()
    try:
        parse_header(content)
        if len(content) > MAX_HEADER:
            raise Invalid(f"what describes it takes more than {MAX_HEADER:,} bytes")
    except Invalid as reason:
        raise ValueError(str(reason)) from reason


def _new_folder(root: Path, about: About, now: datetime) -> Path:
    """Make a folder that no other recorder has, now or later."""
    parts = (about.game, about.scenario, about.brain)
    names = [re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-")[:40] for part in dict.fromkeys(parts)]
    stem = "-".join([now.strftime("%Y%m%d-%H%M%S"), *filter(None, names)])
    while True:
        folder = root / f"{stem}-{secrets.token_hex(3)}"
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder


def _size(picture: NDArray[np.uint8]) -> tuple[int, int]:
    return int(picture.shape[0]), int(picture.shape[1])


def _eyes_shape(eyes: NDArray[np.uint8] | None) -> tuple[int, int, int] | None:
    if eyes is None:
        return None
    height, width = _size(eyes)
    return (1, height, width) if eyes.ndim == 2 else (height, width, 3)


def eyes_picture(observation: Any) -> NDArray[np.uint8] | None:
    """Return what to show of an observation of pixels, None for any other.

    `[H, W, 3]` is colour and comes back as it is; `[H, W, 1]` and `[H, W, 4]` give their first channel or
    colour, and so do the colours of `[3, H, W]`; of any other `[C, H, W]` or `[H, W, C]`, a stack of frames,
    the newest (the last) comes back as gray `[H, W]`.
    """
    if not isinstance(observation, np.ndarray) or observation.dtype != np.uint8 or observation.ndim != 3:
        return None
    if channels_come_last(observation.shape):
        coloured = observation.shape[-1] in ONE_PICTURE and observation.shape[-1] > 1
        newest: NDArray[np.uint8] = observation[..., :3] if coloured else observation[..., -1]
    elif len(observation) == 3:
        newest = np.ascontiguousarray(observation.transpose(1, 2, 0))
    else:
        newest = observation[-1]
    return newest
