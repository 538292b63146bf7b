"""Drawing roads: smooth lines through points, and the sand that is left beside them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Points = Sequence[tuple[float, float]]
STEP = 6.0
"""Pixels between the points of a smoothed line."""


def smooth(points: Points, closed: bool = False) -> NDArray[np.float64]:
    """Return a Catmull-Rom spline `[P, 2]` through the points, about `STEP` pixels from point to point."""
    knots = np.asarray(points, np.float64)
    if closed:
        knots = np.vstack([knots[-1], knots, knots[:2]])
    else:
        knots = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    pieces = []
    for a, b, c, d in zip(knots, knots[1:], knots[2:], knots[3:], strict=False):
        count = max(int(np.hypot(*(c - b)) / STEP), 1)
        t = (np.arange(count) / count)[:, None]
        pieces.append(
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        )
    return np.vstack([*pieces, knots[-2:-1]])


def straight(points: Points) -> NDArray[np.float64]:
    """Return the line `[P, 2]` from corner to corner, about `STEP` pixels from point to point."""
    pieces = []
    corners = np.asarray(points, np.float64)
    for a, b in pairwise(corners):
        count = max(int(np.hypot(*(b - a)) / STEP), 1)
        pieces.append(a + (b - a) * (np.arange(count) / count)[:, None])
    return np.vstack([*pieces, corners[-1:]])


def circle(x: float, y: float, radius: float) -> NDArray[np.float64]:
    """Return a closed circle `[P, 2]`."""
    turn = np.linspace(0, 2 * np.pi, max(int(2 * np.pi * radius / STEP), 8) + 1)
    return np.stack([x + radius * np.cos(turn), y + radius * np.sin(turn)], axis=1)


def cover(ground: NDArray[np.bool_], line: NDArray[np.float64], width: float, value: bool) -> None:
    """Set every pixel within width/2 of the line `[P, 2]` to `value`, in place."""
    height, across = ground.shape
    half = width / 2
    starts, ends = (line, line) if len(line) == 1 else (line[:-1], line[1:])
    for a, b in zip(starts, ends, strict=True):
        low = np.floor(np.minimum(a, b) - half).astype(int).clip(0)
        high = np.ceil(np.maximum(a, b) + half).astype(int) + 1
        x1, y1 = min(int(high[0]), across), min(int(high[1]), height)
        if low[0] >= x1 or low[1] >= y1:
            continue
        rows, columns = np.ogrid[low[1] : y1, low[0] : x1]
        along = b - a
        squared = float(along @ along) or 1.0
        t = (((columns - a[0]) * along[0] + (rows - a[1]) * along[1]) / squared).clip(0.0, 1.0)
        near = (columns - a[0] - t * along[0]) ** 2 + (rows - a[1] - t * along[1]) ** 2 <= half * half
        ground[low[1] : y1, low[0] : x1][near] = value
