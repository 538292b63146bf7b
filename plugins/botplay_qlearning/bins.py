"""From observations to the rows of a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from gymnasium.spaces import Discrete, Space
from numpy.typing import NDArray

from botcore import BotplayError

MOST_STATES = 5_000_000


@dataclass(frozen=True)
class States:
    """Numbers the states of a game.

    Attributes:
        count: how many there are.
        first: the smallest observation of a discrete game.
        edges: per component of a vector, where it is cut into bins; empty for a discrete game.
    """

    count: int
    first: int = 0
    edges: tuple[NDArray[np.float64], ...] = ()

    @staticmethod
    def of(space: Space[Any], bins: Sequence[Sequence[float]] | None) -> States:
        """Number the states of `space`: one of n as they are, a vector by its bins.

        Raises:
            BotplayError: there are too many for a table.
        """
        edges: tuple[NDArray[np.float64], ...] = ()
        if isinstance(space, Discrete):
            count, first = int(space.n), int(space.start)
        else:
            edges = tuple(np.asarray(cuts, np.float64) for cuts in bins or ())
            count, first = math.prod(len(cuts) + 1 for cuts in edges), 0
        if not 0 < count <= MOST_STATES:
            raise BotplayError(
                f"{count:,} states are too many for a table (at most {MOST_STATES:,}); try dqn"
            )
        return States(count, first, edges)

    def number(self, observation: NDArray[Any]) -> NDArray[np.int64]:
        """Return the row of each observation: `[N]` or `[N, D]` → `[N]`."""
        if not self.edges:
            return np.asarray(observation, np.int64).reshape(len(observation)) - self.first
        row = np.zeros(len(observation), np.int64)
        for component, cuts in enumerate(self.edges):
            row = row * (len(cuts) + 1) + np.searchsorted(cuts, observation[:, component], side="right")
        return row
