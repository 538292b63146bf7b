"""Uniformly random actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from botcore import BuildRequest, Choice, Learner


class Chance(Learner):
    """Draws every action with the same probability."""

    def __init__(self, request: BuildRequest) -> None:
        self.actions = request.actions
        self.generator = np.random.default_rng(request.seed)

    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        """Draw an action for each observation."""
        count = len(observation)
        actions = self.generator.integers(self.actions, size=count)
        return Choice(actions, probabilities=np.full((count, self.actions), 1 / self.actions, np.float32))

    def seed(self, seed: int) -> None:
        """Seed the draws."""
        self.generator = np.random.default_rng(seed)

    def weights(self) -> dict[str, NDArray[Any]]:
        """Return nothing: there is nothing to learn."""
        return {}

    def load_weights(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Take nothing."""
        if weights:
            raise ValueError("chance has no weights")
