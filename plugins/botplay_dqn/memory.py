"""Experience replay (Lin 1992): a ring of transitions to draw from at random."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Transitions:
    """B transitions.

    Attributes:
        observation: `[B, ...]` s_t.
        action: `[B] int64` a_t.
        reward: `[B] float32` the discounted sum of the rewards on the way to the successor.
        discount: `[B] float32` γ^k after k steps, 0 where the game ended: what the successor's value counts.
        successor: `[B, ...]` s_{t+k}.
    """

    observation: NDArray[Any]
    action: NDArray[np.int64]
    reward: NDArray[np.float32]
    discount: NDArray[np.float32]
    successor: NDArray[Any]


class Memory:
    """The last `capacity` transitions; observations are kept in their own dtype (pixels as uint8)."""

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError("a replay memory holds at least one transition")
        self.capacity, self.size, self.next = capacity, 0, 0
        self.columns: dict[str, NDArray[Any]] = {}

    def add(self, transitions: Transitions) -> None:
        """Keep transitions, in place of the oldest where it is full."""
        rows = vars(transitions)
        count = len(transitions.action)
        if not self.columns:
            self.columns = {
                name: np.zeros((self.capacity, *column.shape[1:]), column.dtype)
                for name, column in rows.items()
            }
        places = (self.next + np.arange(count)) % self.capacity
        for name, column in rows.items():
            self.columns[name][places] = column
        self.next = int((self.next + count) % self.capacity)
        self.size = min(self.capacity, self.size + count)

    def sample(self, count: int, generator: np.random.Generator) -> Transitions:
        """Draw `count` transitions, each as likely as any other, with repetition."""
        places = generator.integers(self.size, size=count)
        return Transitions(**{name: column[places] for name, column in self.columns.items()})

    @property
    def nbytes(self) -> int:
        """Bytes of what is filled."""
        return sum(column[: self.size].nbytes for column in self.columns.values())

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what is filled, by column."""
        return {name: column[: self.size].copy() for name, column in self.columns.items()}

    def restore(self, arrays: Mapping[str, NDArray[Any]], following: int) -> None:
        """Take back what `arrays` gave; `following` is the place of the next transition."""
        self.columns, self.size, self.next = {}, 0, 0
        self.add(Transitions(**{name: np.asarray(column) for name, column in arrays.items()}))
        self.next = following % self.capacity
