"""How much room the replays may take, and throwing some away: told or oldest first, never bookmarked ones."""

from __future__ import annotations

import math
import os
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal

from botcore.errors import BotplayError
from botcore.replay.library import ReplaySummary, folder_size, goes_on, list_replays, replay_folders

SETTING = "BOTPLAY_REPLAY_LIMIT"
DEFAULT_GB = 5.0
GIGA = 1_000_000_000
ROOM = 0.9  # of the limit is left in use, so that there is nothing to do for a while
STILL_WRITTEN = 3600  # seconds without a change after which a recording is nobody's where no lock tells


def replay_limit() -> int | None:
    """Return how many bytes all replays together may take, None for as many as there are.

    It is set in gigabytes with the environment variable `BOTPLAY_REPLAY_LIMIT`; `none` sets no limit.

    Raises:
        BotplayError: the setting is not a number.
    """
    setting = os.environ.get(SETTING, "").strip()
    if setting == "none":
        return None
    try:
        amount = float(setting or DEFAULT_GB)
    except ValueError:
        amount = math.nan
    if not 0 <= amount < 1e9:
        raise BotplayError(f"{SETTING} must be a number of gigabytes, or none, not {setting[:20]!r}")
    return int(amount * GIGA)


def used(root: Path) -> int:
    """Return the bytes that the replays in `root` take. Reads no file, so it is quick."""
    return sum(map(folder_size, replay_folders(root)))


def make_room(root: Path, limit: int, say: Callable[[str], None]) -> None:
    """Remove the oldest replays where all together exceed `limit` bytes, and say so in one line.

    Bookmarked ones stay, and so do parents of others, recordings that may still go on, and what cannot be
    read.
    """
    try:
        there = list_replays(root) if used(root) > limit else []
    except BotplayError:  # the folder itself is gone: the recorder has more to say about that
        return
    if not there:
        return
    total, parents = sum(one.size for one in there), {one.parent for one in there}
    gone: list[ReplaySummary] = []
    for one in reversed(there):
        if total <= limit * ROOM:
            break
        if one.id in parents or not _may_go(one):
            continue
        try:
            remove(one)
        except BotplayError:  # another botplay was quicker, or it is not ours to remove
            continue
        gone.append(one)
        total -= one.size
    say(_what_happened(gone, total, limit))


def _may_go(one: ReplaySummary) -> bool:
    if one.bookmarked or one.status == "broken":
        return False
    try:
        return one.status == "complete" or not (goes_on(one.path) or _was_just_written(one.path))
    except OSError:
        return False


def _was_just_written(folder: Path) -> bool:
    """Whether something in a replay changed lately. The folder alone does not tell: its files grow."""
    last = max(one.stat(follow_symlinks=False).st_mtime for one in (folder, *folder.iterdir()))
    return time.time() - last <= STILL_WRITTEN


def _what_happened(gone: Sequence[ReplaySummary], total: int, limit: int) -> str:
    bound = f"{limit / GIGA:g} GB ({SETTING})"
    kept = "bookmarked ones and parents of others stay"
    if not gone:
        return f"the replays take {total / GIGA:.1f} GB, more than {bound}, but none may go: {kept}"
    size = sum(one.size for one in gone)
    return (
        f"the replays took more than {bound}, so the oldest went: {len(gone)} of {size / 1e6:,.1f} MB; {kept}"
    )


def remove(replay: ReplaySummary) -> None:
    """Delete a replay's folder.

    Raises:
        BotplayError: it cannot be deleted.
    """
    try:
        shutil.rmtree(replay.path)
    except OSError as error:
        raise BotplayError(f"cannot remove {replay.path}: {error.strerror or error}") from error


def surplus(
    replays: Iterable[ReplaySummary],
    which: Literal["best", "last"],
    count: int,
    asked: Callable[[ReplaySummary], bool] = lambda one: True,
) -> list[ReplaySummary]:
    """Return what is left over when of each game and brain only the `count` best, or last, are kept.

    Bookmarked replays, recordings that may still go on, those that cannot be read and those that nobody
    `asked` about are not in it, and neither are the parents of what is kept, since a branch is watched beside
    its parent.
    """
    there = list(replays)
    groups: dict[tuple[str, str, str], list[ReplaySummary]] = defaultdict(list)
    for one in there:
        if one.status != "broken" and asked(one):
            groups[one.game, one.scenario, one.brain].append(one)
    over = {
        one.id: one for group in groups.values() for one in _ordered(group, which)[count:] if _may_go(one)
    }
    parents = {one.id: one.parent for one in there}
    for one in there:
        ancestor = None if one.id in over else one.parent
        while ancestor in over:  # each turn takes one out, so a circle ends too
            del over[ancestor]
            ancestor = parents.get(ancestor)
    return list(over.values())


def _ordered(group: list[ReplaySummary], which: Literal["best", "last"]) -> list[ReplaySummary]:
    newest_first = sorted(group, key=lambda one: one.started, reverse=True)
    if which == "last":
        return newest_first
    return sorted(newest_first, key=lambda one: one.worth, reverse=True)
