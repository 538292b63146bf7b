"""What a game counts step by step, as kills, added up over an episode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from botcore.contracts.moment import Moment

NOTHING: Mapping[str, float] = MappingProxyType({})
"""Before the first Moment."""


def total(before: Mapping[str, float], moment: Moment, counts: Sequence[str]) -> dict[str, float]:
    """Return the totals with a Moment; from a reset on they begin anew.

    Args:
        before: the totals up to the Moment before.
        moment: what is added: the numbers in its `info`.
        counts: the keys of `info` that count what happened in one step (`botcore.environment.counts`).
    """
    if moment.decision is None:
        return dict.fromkeys(counts, 0.0)
    told = {name: moment.info.get(name) for name in counts}
    news = {name: float(value) for name, value in told.items() if isinstance(value, int | float)}
    return {name: before.get(name, 0.0) + news.get(name, 0.0) for name in counts}


def tidy(score: float) -> float:
    """Return a score without what floats make of it: fractions that cancel out sum to 1e-16, or to -0."""
    return round(score, 9) + 0.0
