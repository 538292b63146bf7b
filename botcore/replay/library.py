"""The replays that are kept: where they lie, what there is, and finding one by a short name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from botcore.errors import BotplayError, suggestion
from botcore.paths import data_folder
from botcore.replay.format import HEADER_FILE, STEPS_FILE, EpisodeHeader, read_header
from botcore.replay.reader import read_last_line

SHOWN = 3  # candidates named in an error


@dataclass(frozen=True)
class ReplaySummary:
    """One line of the list of replays.

    Attributes:
        id: name of its folder.
        seconds: its length at the game's own pace.
        size: bytes on disk.
        started: when, in UTC.
        status: `recovered` for a recording that was cut off, `broken` for one that cannot be opened.
        reason: why it is broken, else empty. The fields from `game` to `seconds` are then empty too.
    """

    path: Path
    id: str
    started: datetime
    size: int
    status: Literal["complete", "recovered", "broken"]
    game: str = ""
    scenario: str = ""
    brain: str = ""
    score: float | None = None
    steps: int = 0
    seconds: float = 0.0
    reason: str = ""


def replays_root(out: Path | None = None) -> Path:
    """Return the folder of the replays: `out`, else the one in the user's data folder (or `BOTPLAY_DATA`)."""
    if out is not None:
        return out
    return data_folder() / "replays"


def list_replays(root: Path) -> list[ReplaySummary]:
    """Return what there is, newest first. A replay that cannot be read is listed as broken.

    Raises:
        BotplayError: the folder cannot be read. One that does not exist is empty.
    """
    return sorted(map(summarise, _folders(root)), key=lambda s: (s.started, s.id), reverse=True)


def _folders(root: Path) -> Iterable[Path]:
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
    """Return the line of one replay folder. Only the index is read, or an unfinished one's last step."""
    size = sum(_size(file) for file in folder.iterdir())
    try:
        header = read_header(folder)
        return _summary(folder, size, header)
    except BotplayError as error:
        changed = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
        return ReplaySummary(folder, folder.name, changed, size, "broken", reason=str(error))


def _size(file: Path) -> int:
    try:
        return file.lstat().st_size
    except OSError:
        return 0


def _summary(folder: Path, size: int, header: EpisodeHeader) -> ReplaySummary:
    complete = header.status == "complete" and None not in (header.steps, header.frames)
    steps, frames, score = header.steps or 0, header.frames or 0, header.score
    if not complete:
        last = read_last_line(folder / STEPS_FILE, header).moment
        steps, frames, score = last.step, last.frame, last.score
    return ReplaySummary(
        folder,
        folder.name,
        datetime.fromisoformat(header.started),
        size,
        "complete" if complete else "recovered",
        header.about.game,
        header.about.scenario,
        header.about.brain,
        score,
        steps,
        frames / header.about.fps,
    )


def find_replay(root: Path, what: str) -> Path:
    """Return the folder of a replay: `last`, an id, the beginning of one, or a path.

    Raises:
        BotplayError: there is none, or more than one.
    """
    if what == "last":
        found = list_replays(root)
        if not found:
            raise BotplayError(f"there is no replay in {root} yet; botplay records every episode it plays")
        return found[0].path
    names = sorted(folder.name for folder in _folders(root))
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
