"""Edges that cut the observations of well-known environments into bins, so that a table can play them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Edges = Sequence[Sequence[float]]


def _evenly(least: float, most: float, count: int) -> tuple[float, ...]:
    """Return the edges of `count` bins of which all but the outer two are equally wide."""
    width = (most - least) / count
    return tuple(least + width * number for number in range(1, count))


BINS: Mapping[str, Edges] = {
    # x, its speed, the pole's angle (it falls at 0.21), its speed
    "CartPole": (
        _evenly(-2.4, 2.4, 6),
        _evenly(-1.5, 1.5, 6),
        _evenly(-0.21, 0.21, 12),
        _evenly(-2.0, 2.0, 12),
    ),
    # position, speed
    "MountainCar": (_evenly(-1.2, 0.6, 20), _evenly(-0.07, 0.07, 20)),
    # cosine and sine of both angles, both speeds
    "Acrobot": (*(_evenly(-1.0, 1.0, 4),) * 4, _evenly(-4.0, 4.0, 6), _evenly(-8.0, 8.0, 6)),
}
"""By the id without its version, an edge list for each number of the observation."""


def bins(scenario: str) -> Edges | None:
    """Return the edges for an environment's id (with arguments or without), or None where none are known."""
    return BINS.get(scenario.partition("?")[0].rpartition("-v")[0])
