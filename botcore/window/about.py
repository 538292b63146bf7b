"""What the window says about a stream of Moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class SceneAbout:
    """Who plays what.

    Attributes:
        title: the window's caption.
        game: the game with its scenario.
        brain: the brain's name.
        action_names: a name for each action.
        fps: the game's own frames a second.
        discount: by which later rewards count less in V and Q; None: nothing is known about them.
        unit: in words, what the learner is fed in place of the game's own rewards.
        observation_names: a name for each number of a vector, or for each of n states; or none.
        counts: the entries of the game's `info` that count what happened in one step.
        note: one more word for the bottom line, such as which model plays.
    """

    title: str
    game: str
    brain: str
    action_names: Sequence[str]
    fps: float
    note: str = ""
    discount: float | None = None
    unit: str = ""
    observation_names: Sequence[str] = ()
    counts: Sequence[str] = ()
