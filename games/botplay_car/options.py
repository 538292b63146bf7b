"""Settings of the car game, set by `--set game.NAME=VALUE`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from botcore import Range


@dataclass(frozen=True)
class CarOptions:
    """Settings of the car game."""

    map_file: str = ""
    """A PNG of your own in place of the scenario's map: dark is road, bright is sand."""
    steps: Annotated[int, Range(least=1, most=1_000_000)] = 2000
    """Steps until an episode is cut short."""
    brush: Annotated[int, Range(least=1, most=100)] = 12
    """Radius in pixels of the brush with which the mouse draws and erases sand."""
    reach: Annotated[int, Range(least=10, most=200)] = 30
    """How far ahead of the car the course's three sensors look, in pixels."""
    goal_radius: Annotated[int, Range(least=10, most=300)] = 100
    """Within how many pixels a goal counts as reached."""
    # Not compared: cars trained on other maps play the same game.
    training_maps: tuple[str, ...] = field(default=(), compare=False)
    """Maps over which training spreads its cars, so that they learn to drive on any; empty: only its own.
    `wild-7` is a map drawn at random, always the same one; `wild-1..60` are sixty of them."""

    def __post_init__(self) -> None:
        """Let a card name the file for every folder one may stand in later.

        Raises:
            ValueError: it lies in the home of nobody.
        """
        if self.map_file:
            try:
                file = Path(self.map_file).expanduser().absolute()
            except RuntimeError:
                raise ValueError(f"map_file: there is no such home as in {self.map_file!r:.80}") from None
            object.__setattr__(self, "map_file", str(file))
