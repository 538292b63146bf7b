"""Which replays are shown side by side: a branch and its parent, a round of versus, or whatever was named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from botcore.errors import BotplayError

if TYPE_CHECKING:
    from botcore.replay.reader import Replay

PARENT = ""
"""What `--compare` holds where no replay is named."""
MOST = 9


def replays_to_compare(replay: Replay, named: Sequence[str], root: Path) -> list[Replay]:
    """Return what is shown side by side, `replay` among it; the caller closes them.

    Without names these are the replay it went on from, or else those that were played beside it.

    Raises:
        BotplayError: there is nothing to compare with, or it cannot be opened.
    """
    from botcore.replay.family import open_parent
    from botcore.replay.groups import find_one, same_round
    from botcore.replay.reader import open_replay

    names = [name for name in named if name != PARENT]
    if len(names) >= MOST:
        raise BotplayError(f"at most {MOST} replays can be compared at once")
    if names:
        return [replay, *(open_replay(find_one(root, name)) for name in names)]
    if replay.header.parent is not None:
        return [open_parent(replay, root), replay]
    round_ = same_round(replay.folder)
    if not round_:
        raise BotplayError(
            f"replay {replay.id} went on from no other and was played beside none; "
            "name another one: --compare REPLAY"
        )
    return [open_replay(folder) for folder in round_]
