"""The average of the weights along a training: steadier than the last ones, which each update pulls about."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from botcore.prefixes import prefixed, under

if TYPE_CHECKING:
    from botcore.contracts.learner import Learner, Snapshot

LOOKS = 20
"""How often the weights are taken in over the steps that count."""

PREFIX = "training.average."
"""Of its arrays in a checkpoint, where a learner's own have names of their own."""


class Average:
    """A moving average of a learner's weights, over about a share of the steps made so far.

    Averaging the iterates is due to Polyak & Juditsky 1992; that the window grows with the steps, so that
    nothing of a bad beginning stays, to Shamir & Zhang 2013 (polynomial-decay averaging).

    Args:
        share: over about which share of the steps so far; 0: no average, the weights as they are.
        steps: how many were made before.
        weights: the average so far.
    """

    def __init__(
        self, share: float, steps: int = 0, weights: Mapping[str, NDArray[Any]] | None = None
    ) -> None:
        self._share, self._steps = share, steps
        self._weights = dict(weights or {}) if share else {}

    def look(self, learner: Learner, steps: int) -> None:
        """Take in the weights of `learner` after `steps` of the training, if enough of them are new."""
        new, window = steps - self._steps, self._share * steps
        if new * LOOKS < window or not window:
            return
        self._steps = steps
        weight = 1 - math.exp(-new / window)
        now = learner.weights()
        self._weights = {name: self._taken_in(name, np.asarray(array), weight) for name, array in now.items()}

    def _taken_in(self, name: str, array: NDArray[Any], weight: float) -> NDArray[Any]:
        mean = self._weights.get(name)
        if mean is None or mean.shape != array.shape or array.dtype.kind != "f":
            return array.copy()  # the first, a table that grew, or a counter: as it is now
        moved: NDArray[Any] = mean + weight * (array - mean)
        return moved.astype(array.dtype)

    def of(self, learner: Learner) -> Mapping[str, NDArray[Any]]:
        """Return the average, or the weights of `learner` where there is none (yet)."""
        return self._weights or learner.weights()

    def kept_in(self, snapshot: Snapshot) -> Snapshot:
        """Return a learner's snapshot with the average beside it, for a checkpoint."""
        return replace(snapshot, arrays={**snapshot.arrays, **prefixed(PREFIX, self._weights)})

    @staticmethod
    def out_of(snapshot: Snapshot) -> tuple[Snapshot, dict[str, NDArray[Any]]]:
        """Return what `kept_in` laid together: the learner's own snapshot, and the average's weights."""
        own = {name: array for name, array in snapshot.arrays.items() if not name.startswith(PREFIX)}
        return replace(snapshot, arrays=own), under(PREFIX, snapshot.arrays)
