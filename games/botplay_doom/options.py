"""Settings of Doom, set by `--set game.NAME=VALUE`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from botcore import Range


@dataclass(frozen=True)
class DoomOptions:
    """Settings of Doom."""

    skill: Annotated[int, Range(least=0, most=5)] = 0
    """How hard the monsters are, 1 to 5; 0 is what the scenario says."""
    practice: Annotated[int, Range(least=0, most=5)] = 0
    """In a training how hard they are for every second copy of the game; 0: as for the others. Who dies in
    the first room where it is hard learns the way on where it is easy. The training's score is of both."""
    frame_skip: Annotated[int, Range(least=1, most=35)] = 4
    """For how many tics (35 a second) an action is held."""
    actions: Literal["combined", "lean", "single"] = "combined"
    """`combined`: every combination of moving, turning and shooting. `lean`: the nine ways to move or turn
    that one needs most, shooting or not, and who walks opens doors. `single`: one button at a time."""
    picture: Literal["320x240", "640x480"] = "320x240"
    """Size of the picture people see, `320x240` or `640x480`. What the brain sees does not depend on it."""
