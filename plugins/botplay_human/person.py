"""A person decides; the window hands the keys to the session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from botcore import BuildRequest, Choice, Learner


class Person(Learner):
    """Does nothing of its own (action 0); the session puts the person's action in its place."""

    def __init__(self, request: BuildRequest) -> None:
        pass

    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        """Return action 0 for each observation."""
        return Choice(np.zeros(len(observation), np.int64))

    def weights(self) -> dict[str, NDArray[Any]]:
        """Return nothing."""
        return {}

    def load_weights(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Take nothing."""
        if weights:
            raise ValueError("a person has no weights")
