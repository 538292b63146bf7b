"""A brain for tests of what the host does with answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from botcore import Experience, Learner


class Answering(Learner):
    """Answers what it is told to."""

    def __init__(self, choice: Any, metrics: Any = None) -> None:
        self.choice, self.metrics = choice, metrics

    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Any:
        return self.choice

    def learn(self, experience: Experience) -> Any:
        return self.metrics

    def weights(self) -> dict[str, NDArray[Any]]:
        return {}

    def load_weights(self, weights: Mapping[str, NDArray[Any]]) -> None:
        pass
