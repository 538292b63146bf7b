"""The ground the cars drive on: where sand lies, and what a sensor reads at each pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from botcore.errors import BotplayError

HALF = 10
"""Half the side of a sensor's square, and the width of the edge of the map, in pixels."""
SPOT_GRID = 5
SPOT_MARGIN = 40


class Rect(NamedTuple):
    """Columns x0..x1 and rows y0..y1 of the map, ends excluded."""

    x0: int
    y0: int
    x1: int
    y1: int

    def grown(self, by: int, width: int, height: int) -> Rect:
        """Return the rectangle grown by `by` pixels on each side, within the map."""
        return Rect(
            max(self.x0 - by, 0), max(self.y0 - by, 0), min(self.x1 + by, width), min(self.y1 + by, height)
        )


@dataclass(frozen=True)
class Track:
    """A map as it is drawn or loaded, before anybody paints on it.

    Attributes:
        name: of the map, also of its file when it is saved.
        sand: `[H, W] bool`.
        goals: `[2, 2] float64`: x and y of the airport, then of downtown.
        roads: centre lines `[P, 2] float64`, for lane markings only.
        decor: what stands on the sand (`houses`, `palms`, `cacti` or `meadow`), for the picture only.
    """

    name: str
    sand: NDArray[np.bool_]
    goals: NDArray[np.float64]
    roads: tuple[NDArray[np.float64], ...] = ()
    decor: str = "cacti"


class Ground:
    """Sand that can be painted, with the sensor readings kept up to date.

    A sensor reads the share of sand in a square of 20 x 20 pixels. Reading it for thousands of cars
    is one look-up each, because the share is known beforehand for every pixel (`density`).

    Attributes:
        sand: `[H, W] bool`.
        density: `[H, W] float32`: share of sand in rows y-10..y+9 and columns x-10..x+9; 1.0 within
            10 pixels of the edge, as in the course.
    """

    def __init__(self, sand: NDArray[np.bool_], name: str = "map") -> None:
        """Lay out the sand. Raises `BotplayError` when there is no road to start on."""
        self.sand = sand.copy()
        self.density: NDArray[np.float32] = np.ones(sand.shape, np.float32)
        self._measure(self.whole)
        self._spots = _free_spots(self.density)
        self._spots_fresh = True
        if not len(self._spots):
            raise BotplayError(f"{name} has no road to start on: leave some of it dark (dark is road)")

    @property
    def whole(self) -> Rect:
        """The whole map."""
        height, width = self.sand.shape
        return Rect(0, 0, width, height)

    def paint(self, x: float, y: float, radius: int, sand: bool) -> Rect:
        """Put sand on a disc (or take it away) and return the rectangle that changed."""
        height, width = self.sand.shape
        column, row = int(min(max(x, 0), width - 1)), int(min(max(y, 0), height - 1))
        rect = Rect(column, row, column + 1, row + 1).grown(radius, width, height)
        rows, columns = np.ogrid[rect.y0 : rect.y1, rect.x0 : rect.x1]
        disc = (rows - row) ** 2 + (columns - column) ** 2 <= radius**2
        self.sand[rect.y0 : rect.y1, rect.x0 : rect.x1][disc] = sand
        self._measure(rect.grown(HALF, width, height))
        self._spots_fresh = False
        return rect

    def clear(self) -> None:
        """Take all sand away."""
        self.sand[:] = False
        self._measure(self.whole)
        self._spots_fresh = False

    def replace(self, sand: NDArray[np.bool_]) -> None:
        """Put other sand, all at once. Raises `BotplayError`, and changes nothing, if it does not fit."""
        if sand.shape != self.sand.shape:
            (height, width), (own_height, own_width) = sand.shape, self.sand.shape
            raise BotplayError(
                f"the saved map is {width}x{height}, this one {own_width}x{own_height}: save this one first"
            )
        fresh = Ground(sand, "the saved map")
        self.sand, self.density, self._spots, self._spots_fresh = (
            fresh.sand,
            fresh.density,
            fresh._spots,
            True,
        )

    def spots(self) -> NDArray[np.int64]:
        """Return `[S, 2]` x and y where a car can start: no sand around. Never empty."""
        if not self._spots_fresh:
            found = _free_spots(self.density)
            self._spots = found if len(found) else self._spots
            self._spots_fresh = True
        return self._spots

    def _measure(self, rect: Rect) -> None:
        """Work out `density` in a rectangle with an integral image of the sand around it."""
        height, width = self.sand.shape
        x0, y0 = max(rect.x0, HALF), max(rect.y0, HALF)
        x1, y1 = min(rect.x1, width - HALF), min(rect.y1, height - HALF)
        if x0 >= x1 or y0 >= y1:
            return
        around = self.sand[y0 - HALF : y1 + HALF - 1, x0 - HALF : x1 + HALF - 1]
        integral = np.zeros((around.shape[0] + 1, around.shape[1] + 1), np.int32)
        np.cumsum(np.cumsum(around, axis=0, dtype=np.int32), axis=1, out=integral[1:, 1:])
        side = 2 * HALF
        count = integral[side:, side:] - integral[:-side, side:] - integral[side:, :-side]
        self.density[y0:y1, x0:x1] = (count + integral[:-side, :-side]) / np.float32(side * side)


def _free_spots(density: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return `[S, 2]` x and y of a coarse grid's points with no sand in the square around them."""
    inner = density[SPOT_MARGIN:-SPOT_MARGIN:SPOT_GRID, SPOT_MARGIN:-SPOT_MARGIN:SPOT_GRID]
    return np.argwhere(inner == 0.0)[:, ::-1] * SPOT_GRID + SPOT_MARGIN
