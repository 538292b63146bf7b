"""Maps drawn at random, for training: who drove on many roads can drive on any.

The map `wild-7` is always the same one. No bundled map is among them, so a bundled map that a driver was not
trained on stays a fair test.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from botcore.errors import BotplayError
from botplay_car.maps import HEIGHT, WIDTH, Plan, corners
from botplay_car.roads import circle, smooth, straight

PREFIX = "wild-"
MARGIN = 50.0
"""How far the middle of a road stays from the edge of the map, in pixels."""


def wild_number(name: str) -> int | None:
    """Return the N of `wild-N`, or None where the name is another one."""
    digits = name.removeprefix(PREFIX)
    if not name.startswith(PREFIX) or not (digits.isascii() and digits.isdecimal() and len(digits) < 7):
        return None
    return int(digits)


def spread(names: Iterable[str]) -> Iterator[str]:
    """Yield the names of maps; `wild-1..60` stands for all from `wild-1` to `wild-60`.

    Raises:
        BotplayError: such a range is empty or has more than a thousand maps.
    """
    for name in names:
        found = re.fullmatch(r"wild-(\d{1,6})\.\.(\d{1,6})", name, re.ASCII)
        if found is None:
            yield name
            continue
        first, last = int(found[1]), int(found[2])
        if not first <= last < first + 1000:
            raise BotplayError(f"{name!r} should count up, over at most 1000 maps, as wild-1..60 does")
        yield from (f"{PREFIX}{number}" for number in range(first, last + 1))


def wild(number: int) -> Plan:
    """Draw the roads of map `wild-number`: one to three ways between the goals, and roads that join them."""
    rng = np.random.default_rng([number, 4077])
    rising = bool(rng.random() < 0.5)
    goals = _within(corners(WIDTH, HEIGHT, rising))
    ways = [_way(rng, goals) for _ in range(int(rng.integers(1, 4)))]
    roads = ways + [_join(rng, ways) for _ in range(int(rng.integers(0, 4)))]
    squares: list[tuple[float, float, float]] = []
    islands: list[tuple[float, float, float]] = []
    for _ in range(int(rng.integers(0, 3))):
        x, y = _somewhere_on(rng, ways)
        size = float(rng.uniform(90, 140))
        squares.append((x, y, size))
        if size > 120:
            islands.append((x, y, size - 90))
    if rng.random() < 0.3:
        x, y = _somewhere_on(rng, ways)
        roads.append(circle(x, y, float(rng.uniform(60, 110))))
    width = float(rng.uniform(56, 72))
    return Plan(tuple(roads), width, tuple(islands), tuple(squares), rising=rising)


def _way(rng: np.random.Generator, goals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a line `[P, 2]` from goal to goal: rounded or with corners, more or less winding."""
    count = int(rng.integers(2, 7))
    along = np.linspace(0, 1, count + 2)[1:-1, None]
    middle = goals[0] + (goals[1] - goals[0]) * along  # [count, 2]
    points = _within(middle + rng.normal(0, rng.uniform(40, 170), (count, 2)))
    stops = [*goals[:1], *points, *goals[1:]]
    if rng.random() < 0.3:  # streets: along one axis, then along the other
        stops = [stops[0], *(corner for a, b in pairwise(stops) for corner in ((b[0], a[1]), b))]
        return straight([(float(x), float(y)) for x, y in stops])
    return smooth([(float(x), float(y)) for x, y in stops])


def _join(rng: np.random.Generator, ways: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return a line `[P, 2]` from somewhere on the ways to somewhere else on them."""
    start, end = _somewhere_on(rng, ways), _somewhere_on(rng, ways)
    middle = (np.array(start) + end) / 2 + rng.normal(0, 70, 2)
    between = _within(middle[None])[0]
    return smooth([start, (float(between[0]), float(between[1])), end])


def _somewhere_on(rng: np.random.Generator, ways: list[NDArray[np.float64]]) -> tuple[float, float]:
    way = ways[int(rng.integers(len(ways)))]
    x, y = _within(way[int(rng.integers(len(way)))][None])[0]
    return float(x), float(y)


def _within(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points `[P, 2]` moved to where roads may lie."""
    return np.clip(points, MARGIN, [WIDTH - MARGIN, HEIGHT - MARGIN])
