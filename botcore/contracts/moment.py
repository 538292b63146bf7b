"""A step of an episode, as everything downstream sees it: window, recorder, replay, plugins."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Scalar = float | int | bool | str
LARGEST_INTEGER = 2**63 - 1
"""Of a game's scalars, either way: a larger one could not be read back from a recording, and is left out."""


@dataclass(frozen=True)
class Decision:
    """What was chosen and why.

    Attributes:
        action: index of the chosen action.
        probabilities: one per action, or None where there are none (`human`). Where a person took over, these
            and what follows are the brain's, which looks on.
        q_values: one per action, or None where the learner has no Q.
        value: V(s), the predicted return from here, or None.
        exploration: the temperature, epsilon or entropy weight in force, or None.
        explored: whether the action is another one than the most preferred.
        memory: activity of the memory cells, float32 `[M]` in -1..1, or None.
        by: who chose: the brain's name, or `human`.
    """

    action: int
    probabilities: tuple[float, ...] | None = None
    q_values: tuple[float, ...] | None = None
    value: float | None = None
    exploration: float | None = None
    explored: bool = False
    memory: NDArray[np.float32] | None = None
    by: str = ""

    @property
    def entropy(self) -> float | None:
        """Entropy of the probabilities in nats, or None without probabilities."""
        if self.probabilities is None:
            return None
        return -sum(p * math.log(p) for p in self.probabilities if p > 0.0)


@dataclass(frozen=True)
class Moment:
    """One step of an episode.

    Step 0 is the reset: it has no decision and reward 0. Every other Moment holds the decision that
    was made, and what came of it.

    Attributes:
        episode: number of the episode, from 0.
        step: number of the step in the episode, from 0.
        frame: the game's own frames since the reset, at the end of this step. Time on screen, in a
            recording and in a seek is counted in these, never in floats.
        pictures: RGB `[H, W, 3] uint8`, one for each of the game's own frames since the last Moment.
        observation: what the brain receives next.
        decision: what was chosen to get here, None at step 0.
        reward: the game's own reward of this step.
        score: sum of `reward` since the reset.
        terminated: the game came to an end of its own.
        truncated: the episode was cut short (time limit).
        info: the game's own scalars.
        learning: what learning reported at this step (loss, moving return), empty when not learning.
        seed: the seed the episode was reset with.
        fed: `reward` as the learner's reward rule has it (clipped, scaled, shaped), the unit of V and Q;
            None: it is not known.
        return_ends: whether the learner's return ends here: the game does, or a life is lost and the rule
            says so.
    """

    episode: int
    step: int
    frame: int
    pictures: tuple[NDArray[np.uint8], ...]
    observation: Any
    decision: Decision | None
    reward: float
    score: float
    terminated: bool
    truncated: bool
    info: Mapping[str, Scalar] = field(default_factory=dict)
    learning: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0
    fed: float | None = None
    return_ends: bool = False

    @property
    def last(self) -> bool:
        """Whether the episode is over."""
        return self.terminated or self.truncated


MomentStream = Generator[Moment, None, None]
"""Moments as they come to be; closing it ends what they come from, and completes what is kept of them."""
