"""The moments of an episode worth looking at: rewards, lost lives, and where the brain was most wrong."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from botcore.contracts.moment import Moment
from botcore.ledger import Tick, lives_lost, td_error, ticks_of, value_of

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


def surprise(moments: Sequence[Moment], about: About) -> NDArray[np.float64]:
    """Return how wrong the brain was in each Moment, `[N]`: the absolute TD error, 0 where it has no V.

    |r + γ V(s') − V(s)| (Sutton & Barto, "Reinforcement Learning", 2nd ed., equation 6.5), with V(s) from the
    decision that led to the Moment, V(s') from the next one, and the reward as the learner is fed it. Where a
    recording does not tell what that was, or γ, the game's own reward and `discount_of` stand in. V(s') is 0
    where the return ends, and not known after the last Moment, or where another brain goes on.
    """
    usual = discount_of(about)
    ticks = [_filled(tick, usual) for tick in ticks_of(moments, about.measures, about.brain)]
    pairs = itertools.zip_longest(ticks, ticks[1:])
    return np.array([abs(td_error(tick, later) or 0.0) for tick, later in pairs], np.float64)


def _filled(tick: Tick, discount: float) -> Tick:
    """Return a Tick with a reward and a discount, whatever a recording left out."""
    if tick.discount is not None and not math.isnan(tick.fed):
        return tick
    fed = tick.reward if math.isnan(tick.fed) else tick.fed
    return replace(tick, fed=fed, discount=discount if tick.discount is None else tick.discount)


def most(strength: NDArray[np.float64], count: int, apart: int) -> list[int]:
    """Return the indexes of at most `count` peaks above 0, in order, no two of them closer than `apart`."""
    found: list[int] = []
    for index in np.argsort(-strength, kind="stable"):
        if len(found) == count or strength[index] <= 0:
            break
        if all(abs(int(index) - other) >= apart for other in found):
            found.append(int(index))
    return sorted(found)
