"""The moments of an episode worth looking at: rewards, lost lives, and where the brain was most wrong."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from botcore.contracts.moment import Moment
from botcore.ledger import lives_lost, value_of

if TYPE_CHECKING:
    from botcore.replay.format import About

USUAL_GAMMA = 0.99


def lost_lives(moments: Sequence[Moment]) -> list[int]:
    """Return the indexes of the Moments in which a life was lost."""
    pairs = enumerate(itertools.pairwise(moments), start=1)
    return [n for n, (before, after) in pairs if lives_lost(before, after)]


def values(moments: Sequence[Moment]) -> NDArray[np.float64]:
    """Return what the brain expected at each decision, `[N]`: V, or else its largest Q, or else NaN."""
    return np.array([value_of(moment) for moment in moments], np.float64)


def discount_of(about: About) -> float:
    """Return the discount that a recording names, else that of its settings, else the usual one."""
    learner = about.settings.get("learner")
    gamma = learner.get("gamma") if isinstance(learner, Mapping) else None
    for known in (about.discount, gamma):
        if isinstance(known, int | float) and 0 <= known <= 1:
            return float(known)
    return USUAL_GAMMA


def surprise(moments: Sequence[Moment], discount: float) -> NDArray[np.float64]:
    """Return how wrong the brain was in each Moment, `[N]`: the absolute TD error, 0 where it has no V.

    |r + γ V(s') − V(s)| (Sutton & Barto, "Reinforcement Learning", 2nd ed., equation 6.5), with V(s) from the
    decision that led to the Moment, V(s') from the next one, and the reward as the learner is fed it, where
    that is recorded. V(s') is 0 where the return ends, and not known after the last Moment otherwise.

    Args:
        discount: γ, for example `discount_of` the recording.
    """
    before = values(moments)
    ends = np.array([moment.return_ends or moment.terminated for moment in moments])
    after = np.where(ends, 0.0, np.append(before[1:], math.nan))
    rewards = np.array([m.reward if m.fed is None else m.fed for m in moments], np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        error = np.abs(rewards + discount * after - before)
    return np.where(np.isfinite(error), error, 0.0)


def most(strength: NDArray[np.float64], count: int, apart: int) -> list[int]:
    """Return the indexes of at most `count` peaks above 0, in order, no two of them closer than `apart`."""
    found: list[int] = []
    for index in np.argsort(-strength, kind="stable"):
        if len(found) == count or strength[index] <= 0:
            break
        if all(abs(int(index) - other) >= apart for other in found):
            found.append(int(index))
    return sorted(found)
