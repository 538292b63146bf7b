"""The replays that are kept: where they lie, what there is, and finding one by a short name."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Literal

from botcore.contracts.game import game_title
from botcore.errors import BotplayError, printable, suggestion
from botcore.paths import own_folder
from botcore.replay.format import HEADER_FILE, STEPS_FILE, EpisodeHeader, read_header
from botcore.replay.held import is_held
from botcore.replay.reader import read_last_line

SHOWN = 3  # candidates named in an error
LAST = "last"
"""What names the newest replay."""
BOOKMARKS_FILE = "bookmarks.json"
EMPTY_BOOKMARKS = 3  # bytes that say there are none: brackets and the end of the line


@dataclass(frozen=True)
class ReplaySummary:
    """One line of the list of replays.

    Attributes:
        id: name of its folder.
        seconds: its length at the game's own pace.
        size: bytes on disk.
        started: when, in UTC.
        status: `recovered` for a recording that was not ended, `broken` for one that cannot be opened.
        bookmarked: whether somebody put a bookmark into it.
        reason: why it is broken, else empty. All other fields with a default are then at it.
        parent: id of the replay it went on from, None for one of its own.
        branch_frame, branch_seconds: the last moment that both share.
        group: what it has in common with those it was played side by side with, None for one played alone.
        episode: which episode of its recording it is, from 0.
        recording: whether it is being recorded.
    """

    path: Path
    id: str
    started: datetime
    size: int
    status: Literal["complete", "recovered", "broken"]
    bookmarked: bool = False
    game: str = ""
    scenario: str = ""
    brain: str = ""
    score: float | None = None
    steps: int = 0
    seconds: float = 0.0
    parent: str | None = None
    branch_frame: int | None = None
    branch_seconds: float = 0.0
    reason: str = ""
    group: str | None = None
    episode: int = 0
    recording: bool = False

    @property
    def cut_off(self) -> bool:
        """Whether its recording ended before its episode did."""
        return self.status == "recovered" and not self.recording

    @property
    def title(self) -> str:
        """`game/scenario`, or only the game where there is nothing to tell apart."""
        return game_title(self.game, self.scenario)

    @property
    def worth(self) -> float:
        """The score, to sort by: the least there is where there is none, or NaN, which would spoil a sort."""
        return -math.inf if self.score is None or math.isnan(self.score) else self.score


def replays_root(out: Path | None = None) -> Path:
    """Return the folder of the replays: `out`, else the one in the user's data folder (or `BOTPLAY_DATA`)."""
    if out is not None:
        return out
    return own_folder("replays")


def list_replays(root: Path) -> list[ReplaySummary]:
    """Return what there is, newest first. A replay that cannot be read is listed as broken.

    Raises:
        BotplayError: the folder cannot be read. One that does not exist is empty.
    """
    return sorted(map(summarise, replay_folders(root)), key=lambda s: (s.started, s.id), reverse=True)


def replay_folders(root: Path) -> Sequence[Path]:
    """Return the folders in `root` that hold a replay, in no order.

    Raises:
        BotplayError: `root` cannot be read. One that does not exist is empty.
    """
    try:
        entries = list(root.iterdir()) if root.exists() else []
    except OSError as error:
        raise BotplayError(f"cannot read the replays in {root}: {error.strerror}") from error
    return [e for e in entries if e.name.isprintable() and not e.is_symlink() and _has_header(e)]


def _has_header(folder: Path) -> bool:
    try:
        return folder.is_dir() and (folder / HEADER_FILE).exists()
    except OSError:
        return False


def summarise(folder: Path) -> ReplaySummary:
    """Return the line of one replay folder. Only the index and the last step are read."""
    size = folder_size(folder)
    try:
        header = read_header(folder)
        return _summary(folder, size, header)
    except BotplayError as error:
        changed = datetime.fromtimestamp(_changed(folder), UTC)
        marked = is_bookmarked(folder)
        return ReplaySummary(folder, folder.name, changed, size, "broken", marked, reason=str(error))


def is_bookmarked(folder: Path) -> bool:
    """Whether somebody put a bookmark into a replay. What is in the file is for the player to check."""
    return _size(folder / BOOKMARKS_FILE) > EMPTY_BOOKMARKS


def folder_size(folder: Path) -> int:
    """Return the bytes of the files in a replay folder."""
    try:
        return sum(_size(file) for file in folder.iterdir())
    except OSError:
        return 0


def _changed(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:  # somebody removed it just now
        return 0.0


def _size(file: Path) -> int:
    try:
        return file.lstat().st_size
    except OSError:
        return 0


def _summary(folder: Path, size: int, header: EpisodeHeader) -> ReplaySummary:
    line, whole = read_last_line(folder / STEPS_FILE, header)
    last, steps, frames, score = line.moment, header.steps, header.frames, header.score
    complete = header.status == "complete" and whole
    if not complete or steps is None or frames is None or last.step < steps:
        complete, steps, frames, score = False, last.step, last.frame, last.score
    return ReplaySummary(
        folder,
        folder.name,
        datetime.fromisoformat(header.started),
        size,
        "complete" if complete else "recovered",
        is_bookmarked(folder),
        header.about.game,
        header.about.scenario,
        header.about.brain,
        score,
        steps,
        frames / header.about.fps,
        header.parent,
        header.branch_frame,
        (header.branch_frame or 0) / header.about.fps,
        group=header.about.group,
        episode=header.episode,
        recording=not complete and _is_recorded(folder, header),
    )


def goes_on(folder: Path) -> bool:
    """Whether a replay is being recorded: it was not ended, and whoever records it is still there."""
    try:
        return _is_recorded(folder, read_header(folder))
    except BotplayError:  # damaged, or gone by now
        return False


def _is_recorded(folder: Path, header: EpisodeHeader) -> bool:
    return header.status == "recording" and is_held(folder / STEPS_FILE)


@cache
def _say_once(text: str) -> None:
    """Say something on standard error, where it can be said; a command may look for the last replay twice."""
    with suppress(OSError):
        print(f"botplay: {printable(text)}", file=sys.stderr)


def find_replay(
    root: Path, what: str, *, damaged: bool = False, say: Callable[[str], None] = _say_once
) -> Path:
    """Return the folder of a replay: `last`, an id, the beginning of one, or a path.

    Args:
        damaged: let `last` be one that cannot be read, too.
        say: is told in one line which damaged ones `last` passes over.

    Raises:
        BotplayError: there is none, or more than one.
    """
    if what == LAST:
        return _find_last(root, damaged=damaged, say=say)
    names = sorted(folder.name for folder in replay_folders(root))
    if what in names:
        return root / what
    path = Path(what)
    if _has_header(path):
        return path
    matches = [name for name in names if what and name.startswith(what)]
    if len(matches) == 1:
        return root / matches[0]
    if matches:
        shown = ", ".join(matches[:SHOWN]) + (", ..." if len(matches) > SHOWN else "")
        raise BotplayError(f"{what!r} is the beginning of {len(matches)} replays: {shown}")
    raise BotplayError(f"no replay {what!r} in {root}{suggestion(what, names)} (botplay replays lists them)")


def _find_last(root: Path, *, damaged: bool, say: Callable[[str], None]) -> Path:
    """Return the newest replay of which index and last step can be read."""
    found = list_replays(root)
    if not found:
        raise BotplayError(f"there is no replay in {root} yet; botplay records every episode it plays")
    place = next((n for n, one in enumerate(found) if damaged or one.status != "broken"), None)
    if place is None:
        raise BotplayError(f"no replay in {root} can be read: {found[0].reason}")
    if place:
        names = ", ".join(one.id for one in found[: min(place, SHOWN)]) + (", ..." if place > SHOWN else "")
        say(f"{names} cannot be read ({found[0].reason}), so last is {found[place].id}")
    return found[place].path
