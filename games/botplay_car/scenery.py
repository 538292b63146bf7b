"""What the ground looks like: a picture of nothing but sand, one of nothing but road, and how they are mixed.

Both pictures are painted once. Where sand is drawn or erased only that rectangle is mixed anew.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from botplay_car.ground import Rect, Track

Layer = NDArray[np.float32]
"""A picture `[H, W, 3]`, 0..255."""

SAND = (228, 200, 148)
ASPHALT = (78, 82, 92)
GRASS = (124, 158, 92)
MARKING = (232, 226, 196)
KERB = (250, 240, 214)
SOFT = 2
"""Pixels on either side over which sand turns into road."""


class Scenery:
    """The two pictures of a track, and their mix."""

    def __init__(self, track: Track) -> None:
        """Paint both pictures."""
        from botplay_car.decor import decorate

        shape = track.sand.shape
        self._sand = decorate(_dunes(shape), track)
        meadow = track.decor == "meadow"
        self._road = _speckled(shape, GRASS if meadow else ASPHALT, 0.05)
        for dash in _dashes(track):
            _stroke(self._road, dash)

    def mix(self, sand: NDArray[np.bool_], rect: Rect) -> NDArray[np.uint8]:
        """Return the picture `[h, w, 3]` of a rectangle of the map, with a light kerb along the road."""
        share = _softened(sand, rect)[..., None]
        area = np.s_[rect.y0 : rect.y1, rect.x0 : rect.x1]
        mixed = self._road[area] + share * (self._sand[area] - self._road[area])
        kerb = 2.4 * share * (1.0 - share)
        mixed += np.minimum(kerb, 0.6) * (np.array(KERB, np.float32) - mixed)
        return np.clip(mixed, 0.0, 255.0).astype(np.uint8)


def _softened(sand: NDArray[np.bool_], rect: Rect) -> NDArray[np.float32]:
    """Return the share of sand in the 5 x 5 pixels around each pixel of the rectangle."""
    height, width = sand.shape
    wide = rect.grown(SOFT, width, height)
    pad = (
        (SOFT - (rect.y0 - wide.y0), SOFT - (wide.y1 - rect.y1)),
        (SOFT - (rect.x0 - wide.x0), SOFT - (wide.x1 - rect.x1)),
    )
    around = np.pad(sand[wide.y0 : wide.y1, wide.x0 : wide.x1].astype(np.float32), pad, mode="edge")
    squares = np.lib.stride_tricks.sliding_window_view(around, (2 * SOFT + 1, 2 * SOFT + 1))
    return np.asarray(squares.mean(axis=(2, 3), dtype=np.float32))


def _noise(shape: tuple[int, int], cell: int, seed: int) -> NDArray[np.float32]:
    """Return smooth random hills `[H, W]` in 0..1, about `cell` pixels wide."""
    height, width = shape
    grid = np.random.default_rng(seed).random((height // cell + 3, width // cell + 3), np.float32)
    y, x = np.arange(height) / cell, np.arange(width) / cell
    row, column = y.astype(int), x.astype(int)
    fy, fx = _ease(y - row)[:, None], _ease(x - column)[None, :]
    top = grid[row][:, column] * (1 - fx) + grid[row][:, column + 1] * fx
    bottom = grid[row + 1][:, column] * (1 - fx) + grid[row + 1][:, column + 1] * fx
    return np.asarray(top * (1 - fy) + bottom * fy, np.float32)


def _ease(t: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def _speckled(shape: tuple[int, int], colour: tuple[int, int, int], strength: float) -> Layer:
    """Return an even surface with fine grain and faint large patches."""
    grain = np.random.default_rng(3).random(shape, np.float32)
    patches = _noise(shape, 60, 4)
    light = 1.0 + strength * (grain - 0.5) + 1.6 * strength * (patches - 0.5)
    return np.asarray(light[..., None] * np.array(colour, np.float32), np.float32)


def _dunes(shape: tuple[int, int]) -> Layer:
    """Return wind-rippled sand: hills of light and shade, ripples that follow them, grain."""
    hills = 0.65 * _noise(shape, 90, 1) + 0.35 * _noise(shape, 34, 2)
    rows = np.arange(shape[0], dtype=np.float32)[:, None]
    columns = np.arange(shape[1], dtype=np.float32)[None, :]
    ripples = np.sin(0.42 * rows + 0.16 * columns + 22.0 * hills)
    grain = np.random.default_rng(5).random(shape, np.float32) - 0.5
    light = 0.90 + 0.20 * hills + 0.022 * ripples + 0.05 * grain
    return np.asarray(light[..., None] * np.array(SAND, np.float32), np.float32)


def _dashes(track: Track) -> list[NDArray[np.float64]]:
    """Return the dashes of the lane markings: pieces of centre line that keep away from other roads."""
    dashes = []
    for n, line in enumerate(track.roads):
        others = [other for m, other in enumerate(track.roads) if m != n]
        crossing = np.vstack(others) if others else np.empty((0, 2))
        for at in range(3, len(line) - 3, 5):
            piece = line[at : at + 3]
            if not len(crossing) or np.hypot(*(crossing - piece[0]).T).min() > 46.0:
                dashes.append(piece)
    return dashes


def _stroke(layer: Layer, line: NDArray[np.float64]) -> None:
    """Paint a lane marking, 3 pixels wide, along the line `[P, 2]`."""
    from botplay_car.roads import cover

    x0, y0 = np.maximum(line.min(axis=0).astype(int) - 3, 0)
    x1, y1 = line.max(axis=0).astype(int) + 4
    window = layer[y0:y1, x0:x1]
    mask = np.zeros(window.shape[:2], bool)
    cover(mask, line - (x0, y0), 3.0, True)
    window[mask] += 0.75 * (np.array(MARKING, np.float32) - window[mask])
