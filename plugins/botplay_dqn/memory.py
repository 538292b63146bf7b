"""Experience replay (Lin 1992): a ring of transitions to draw from at random."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from botplay_dqn.pictures import Pictures

SHOWN = ("observation", "successor")
"""The columns that hold observations; of pixels they hold only where their pictures are."""
PIECE = 1_000  # transitions taken back at once


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
    """The last `capacity` transitions. Observations keep their dtype; a picture is kept once (`Pictures`)."""

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError("a replay memory holds at least one transition")
        self.capacity, self.size, self.next = capacity, 0, 0
        self.columns: dict[str, NDArray[Any]] = {}
        self.pictures: Pictures | None = None

    def add(self, transitions: Transitions) -> None:
        """Keep transitions, in place of the oldest where it is full."""
        count = len(transitions.action)
        if (
            not self.columns
            and transitions.observation.dtype == np.uint8
            and transitions.observation.ndim == 4
        ):
            self.pictures = Pictures(transitions.observation.shape[1:])
        rows = dict(vars(transitions))
        if self.pictures is not None:
            rows |= {name: self.pictures.keep(rows[name]) for name in SHOWN}
        if not self.columns:
            self.columns = {
                name: np.zeros((self.capacity, *column.shape[1:]), column.dtype)
                for name, column in rows.items()
            }
        for begin in range(0, count, self.capacity):
            self._write({name: column[begin : begin + self.capacity] for name, column in rows.items()})

    def _write(self, rows: Mapping[str, NDArray[Any]]) -> None:
        """Put at most `capacity` rows in their places."""
        count = len(rows["action"])
        places = (self.next + np.arange(count)) % self.capacity
        if self.pictures is not None:
            overwritten = places[places < self.size]
            for name in SHOWN:
                self.pictures.release(self.columns[name][overwritten])
        for name, column in rows.items():
            self.columns[name][places] = column
        self.next = int((self.next + count) % self.capacity)
        self.size = min(self.capacity, self.size + count)

    def sample(self, count: int, generator: np.random.Generator) -> Transitions:
        """Draw `count` transitions, each as likely as any other, with repetition."""
        places = generator.integers(self.size, size=count)
        drawn = {name: column[places] for name, column in self.columns.items()}
        if self.pictures is not None:
            drawn |= {name: self.pictures.get(drawn[name]) for name in SHOWN}
        return Transitions(**drawn)

    @property
    def nbytes(self) -> int:
        """Bytes of what is filled."""
        columns = sum(column[: self.size].nbytes for column in self.columns.values())
        return columns + (self.pictures.nbytes if self.pictures is not None else 0)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what is filled: each column, and of pixels the pictures and where each observation's are."""
        kept = {name: column[: self.size].copy() for name, column in self.columns.items()}
        if self.pictures is None:
            return kept
        places, numbers = np.unique(np.stack([kept[name] for name in SHOWN]), return_inverse=True)
        kept |= dict(zip(SHOWN, numbers.reshape(2, self.size, -1), strict=True))
        shape = np.array(self.pictures.shape, np.int64)
        return {**kept, "pictures": self.pictures.rows(places), "shape": shape}

    def restore(self, arrays: Mapping[str, NDArray[Any]], following: int) -> None:
        """Take back what `arrays` gave; `following` is the place of the next transition."""
        self.columns, self.size, self.next, self.pictures = {}, 0, 0, None
        for piece in _pieces(arrays):
            self.add(piece)
        self.next = following % self.capacity


def _pieces(arrays: Mapping[str, NDArray[Any]]) -> Iterator[Transitions]:
    """Yield the transitions in `arrays` a piece at a time, so that pixels never all lie in memory twice."""
    columns = {name: np.asarray(arrays[name]) for name in Transitions.__dataclass_fields__}
    for begin in range(0, len(columns["action"]), PIECE):
        rows = {name: column[begin : begin + PIECE] for name, column in columns.items()}
        if "pictures" in arrays:
            pictures, shape = np.asarray(arrays["pictures"]), tuple(map(int, arrays["shape"]))
            rows |= {name: pictures[rows[name]].reshape(-1, *shape) for name in SHOWN}
        yield Transitions(**rows)
