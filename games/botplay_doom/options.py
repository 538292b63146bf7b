"""Settings of Doom, set by `--set game.NAME=VALUE`."""

from __future__ import annotations

from dataclasses import dataclass

from botcore import BotplayError

RESOLUTIONS = ("320x240", "640x480")
ACTIONS = ("combined", "single")


@dataclass(frozen=True)
class DoomOptions:
    """Settings of Doom."""

    skill: int = 0
    """How hard the monsters are, 1 to 5; 0 is what the scenario says."""
    frame_skip: int = 4
    """For how many tics (35 a second) an action is held."""
    actions: str = "combined"
    """`combined`: every combination of moving, turning and shooting. `single`: one button at a time."""
    picture: str = "320x240"
    """Size of the picture people see, `320x240` or `640x480`. What the brain sees does not depend on it."""

    def __post_init__(self) -> None:
        """Raise `BotplayError` for a value out of range."""
        if not 0 <= self.skill <= 5:
            raise BotplayError(f"game.skill is {self.skill}; choose 1 to 5, or 0 for what the scenario says")
        if not 1 <= self.frame_skip <= 35:
            raise BotplayError(f"game.frame_skip is {self.frame_skip}; choose 1 to 35 tics")
        if self.actions not in ACTIONS:
            raise BotplayError(f"game.actions is {self.actions!r}; choose one of: {', '.join(ACTIONS)}")
        if self.picture not in RESOLUTIONS:
            raise BotplayError(f"game.picture is {self.picture!r}; choose one of: {', '.join(RESOLUTIONS)}")
