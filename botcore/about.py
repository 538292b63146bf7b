"""What the window says about a stream of Moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from botcore.ledger import NOTHING_KNOWN, Measures


@dataclass(frozen=True)
class SceneAbout:
    """Who plays what.

    Attributes:
        title: the window's caption.
        game: the game with its scenario.
        brain: the brain's name.
        action_names: a name for each action.
        fps: the game's own frames a second.
        measures: discount and unit of V and Q of each brain that may decide.
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
    measures: Measures = NOTHING_KNOWN
    observation_names: Sequence[str] = ()
    counts: Sequence[str] = ()
