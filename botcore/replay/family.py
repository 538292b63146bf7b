"""Which replay went on from which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from botcore.errors import BotplayError
from botcore.replay.format import HEADER_FILE
from botcore.replay.library import ReplaySummary
from botcore.replay.reader import Replay, open_replay


def families(replays: Sequence[ReplaySummary]) -> Iterator[tuple[int, ReplaySummary]]:
    """Give every replay with its depth: each branch follows its parent, one deeper, and 0 are those without.

    Families come in the order of `replays`, branches by the moment at which they left. A replay whose parent
    is not there stands for itself, and so do parents in a circle, which only a forged file can make.
    """
    ids = {one.id for one in replays}
    branches: dict[str | None, list[ReplaySummary]] = defaultdict(list)
    for one in replays:
        branches[one.parent if one.parent in ids else None].append(one)
    shown: set[str] = set()
    for first in [*branches[None], *replays]:
        waiting = [(0, first)]
        while waiting:
            depth, one = waiting.pop()
            if one.id in shown:
                continue
            shown.add(one.id)
            yield depth, one
            later_first = sorted(branches[one.id], key=lambda b: (b.branch_seconds, b.started), reverse=True)
            waiting += [(depth + 1, branch) for branch in later_first]


def open_parent(replay: Replay, root: Path | None = None) -> Replay:
    """Open the replay that `replay` went on from: it lies beside it, or in `root`.

    Both are the same up to `replay.header.branch_frame`. The caller closes it.

    Raises:
        BotplayError: `replay` has no parent, or it is gone or damaged.
    """
    header = replay.header
    if header.parent is None:
        raise BotplayError(
            f"replay {replay.id} went on from no other "
            f"(botplay replay {replay.id} --from 1:23 --takeover BRAIN makes one that goes on from it)"
        )
    for place in (replay.folder.absolute().parent, root):
        # A parent is a plain name without separators, so this stays inside the folder.
        if place is not None and (place / header.parent / HEADER_FILE).exists():
            return open_replay(place / header.parent)
    raise BotplayError(f"replay {replay.id} went on from {header.parent}, which is gone")
