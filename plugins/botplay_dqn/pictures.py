"""Pictures that are kept once, however many observations show them.

An observation of four pictures shares three with the one before, and a successor is an observation too, so
a replay memory that keeps observations whole keeps every picture eight times.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

STACK = 16  # a first dimension up to this is pictures over time, a larger one is a picture's rows
FIRST = 1_024  # pictures there is room for at first; then it doubles
NOWHERE = -1


class Pictures:
    """A store of pictures found by their content, each counted as often as it is used.

    Observations are `[M, C, H, W] uint8` (C pictures each) or `[M, H, W, C] uint8` (one picture each).
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        """Make a store for observations of `shape`, without the M."""
        self.shape = shape
        self.stack = shape[0] if shape[0] <= STACK else 1
        size = math.prod(shape) // self.stack
        self._rows: NDArray[np.uint8] = np.zeros((FIRST, size), np.uint8)
        self._uses: NDArray[np.int64] = np.zeros(FIRST, np.int64)
        self._digests: list[int] = [0] * FIRST
        self._free = list(range(FIRST - 1, -1, -1))
        self._places: dict[int, int] = {}

    def __len__(self) -> int:
        """Return how many different pictures are kept."""
        return len(self._places)

    @property
    def nbytes(self) -> int:
        """Bytes of the pictures that are kept."""
        return len(self) * int(self._rows.shape[1])

    def keep(self, observations: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Keep observations `[M, ...]`; return where their pictures are, `[M, stack]`."""
        rows = np.ascontiguousarray(observations).reshape(len(observations) * self.stack, -1)
        places = np.array([self._keep(row) for row in rows], np.int64)
        return places.reshape(len(observations), self.stack)

    def _keep(self, row: NDArray[np.uint8]) -> int:
        # Python's own hash, of 64 bits and keyed anew in each process, takes a fifth of the time of a
        # cryptographic one; that two of a million pictures share one happens once in thirty million times.
        digest = hash(row.tobytes())
        place = self._places.get(digest, NOWHERE)
        if place == NOWHERE:
            if not self._free:
                self._grow()
            place = self._free.pop()
            self._rows[place], self._digests[place], self._places[digest] = row, digest, place
        self._uses[place] += 1
        return place

    def release(self, places: NDArray[np.int64]) -> None:
        """Give back what `keep` returned; a picture nobody uses any more makes room."""
        for place in places.ravel().tolist():
            self._uses[place] -= 1
            if not self._uses[place]:
                del self._places[self._digests[place]]
                self._free.append(place)

    def get(self, places: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return the observations `[M, ...]` whose pictures are at `places` `[M, stack]`."""
        return self._rows[places].reshape(len(places), *self.shape)

    def rows(self, places: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return the pictures at `places` `[P]`, each as one row of bytes."""
        return self._rows[places]

    def _grow(self) -> None:
        count = len(self._rows)
        self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._uses = np.concatenate([self._uses, np.zeros_like(self._uses)])
        self._digests += [0] * count
        self._free = list(range(2 * count - 1, count - 1, -1))
