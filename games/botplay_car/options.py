"""Settings of the car game, set by `--set game.NAME=VALUE`."""

from __future__ import annotations

from dataclasses import dataclass

from botcore.errors import BotplayError


@dataclass(frozen=True)
class CarOptions:
    """Settings of the car game."""

    map_file: str = ""
    """A PNG of your own in place of the scenario's map: dark is road, bright is sand."""
    steps: int = 2000
    """Steps until an episode is cut short."""
    brush: int = 12
    """Radius in pixels of the brush with which the mouse draws and erases sand."""
    reach: int = 30
    """How far ahead of the car the course's three sensors look, in pixels."""
    goal_radius: int = 100
    """Within how many pixels a goal counts as reached."""

    def __post_init__(self) -> None:
        """Raise `BotplayError` for a value out of range."""
        bounds = {"steps": (1, 1_000_000), "brush": (1, 100), "reach": (10, 200), "goal_radius": (10, 300)}
        for name, (low, high) in bounds.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise BotplayError(f"game.{name} is {value}; choose a number from {low} to {high}")
