"""Edges that cut the course's state of five into bins, so that a table can drive."""

from __future__ import annotations

from collections.abc import Sequence

from botplay_car.plugin import RICH

SENSOR = (0.05, 0.5)
"""Free, partly sand, mostly sand."""
ORIENTATION = (-0.5, -0.17, -0.056, 0.056, 0.17, 0.5)
"""Behind left, left, slightly left, ahead (within 10 degrees, half a turn), and the same on the right."""
REDUNDANT: tuple[float, ...] = ()
"""The fifth number is the fourth with its sign changed: one bin."""


def bins(scenario: str) -> Sequence[Sequence[float]] | None:
    """Return the edges per component (3 x 3 x 3 x 7 x 1 = 189 states), or None for a rich scenario."""
    if scenario.endswith(RICH):
        return None
    return (SENSOR, SENSOR, SENSOR, ORIENTATION, REDUNDANT)
