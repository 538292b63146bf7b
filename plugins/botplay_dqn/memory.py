"""Experience replay (Lin 1992): a ring of transitions to draw from at random."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from botplay_dqn.pictures import Pictures

SHOWN = ("observation", "successor")
"""The columns that hold observations; of pixels they hold only where their pictures are."""
NUMBERS = {"action": np.int64, "reward": np.float32, "discount": np.float32}
"""The columns that hold one number each."""
PIECE = 1_000  # transitions taken back at once


@dataclass(frozen=True)
class Transitions:
    """B transitions.

    Attributes:
        observation: `[B, ...]` s_t.
        action: `[B] int64` a_t.
        reward: `[B] float32` the discounted sum of the rewards on the way to the successor.
        discount: `[B] float32` what the successor's value counts: γ^k after k steps, less where returns are
            mixed (`nstep.py`), 0 after a termination.
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
        """Keep transitions, in place of the oldest where it is full.

        Raises:
            ValueError: they are of another shape or type than those it holds.
        """
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
        for name, column in rows.items():
            _check_like(name, column, self.columns[name])
        for begin in range(0, count, self.capacity):
            self._write({name: column[begin : begin + self.capacity] for name, column in rows.items()})

    def _write(self, rows: Mapping[str, NDArray[Any]]) -> None:
        """Put at most `capacity` rows in their places."""
        count = len(rows["action"])
        places = (self.next + np.arange(count)) % self.capacity
        if self.pictures is not None:
            # What is filled ends just before `next`, so the free places come first.
            overwritten = places[self.capacity - self.size :]
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
        """Take back what `arrays` gave; `following` is the place of the next transition.

        Another capacity gets the newest it has room for, the oldest of them first.

        Raises:
            ValueError: they do not fit together; nothing was changed.
            KeyError: one is missing; nothing was changed.
        """
        count = _checked_count(arrays, following)
        self.columns, self.size, self.next, self.pictures = {}, 0, 0, None
        if count == self.capacity:  # a full ring: each goes where it was, so that the draws are the same
            self.next = following % count
        by_age = np.roll(np.arange(count), -following)
        for piece in _pieces(arrays, by_age[-self.capacity :]):
            self.add(piece)


def observed(arrays: Mapping[str, NDArray[Any]]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Return the shape and the type of one observation of those that `Memory.arrays` gave."""
    if "pictures" in arrays:
        return tuple(arrays["shape"].ravel().tolist()), arrays["pictures"].dtype
    return arrays["observation"].shape[1:], arrays["observation"].dtype


def _pieces(arrays: Mapping[str, NDArray[Any]], order: NDArray[np.int64]) -> Iterator[Transitions]:
    """Yield these rows of `arrays` a piece at a time, so that pixels never all lie in memory twice."""
    for begin in range(0, len(order), PIECE):
        piece = order[begin : begin + PIECE]
        rows = {name: arrays[name][piece] for name in (*SHOWN, *NUMBERS)}
        if "pictures" in arrays:
            shape = observed(arrays)[0]
            rows |= {name: arrays["pictures"][rows[name]].reshape(-1, *shape) for name in SHOWN}
        yield Transitions(**rows)


def _checked_count(arrays: Mapping[str, NDArray[Any]], following: int) -> int:
    """Return how many transitions are in `arrays`, which may come from any file; see `Memory.restore`."""
    count = arrays["action"].size
    for name, dtype in NUMBERS.items():
        if arrays[name].shape != (count,) or arrays[name].dtype != dtype:
            raise ValueError(f"the replay memory's column {name!r} is not one {np.dtype(dtype)} a transition")
    before, after = (arrays[name] for name in SHOWN)
    if before.shape[:1] != (count,) or (before.shape, before.dtype) != (after.shape, after.dtype):
        raise ValueError("the replay memory's observations are not one of a kind for each transition")
    if "pictures" in arrays:
        _check_pictures(arrays)
    # It is less than the count in a full ring, and the count in one that is not full yet.
    if type(following) is not int or not 0 <= following <= count:
        raise ValueError(f"the replay memory's next place is {following!r}, not a number from 0 to {count}")
    return count


def _check_pictures(arrays: Mapping[str, NDArray[Any]]) -> None:
    """Raises `ValueError` unless pictures and their numbers make observations of the shape that is said."""
    pictures, shape, places = arrays["pictures"], arrays["shape"], arrays["observation"]
    if shape.shape != (3,) or shape.dtype.kind not in "iu" or shape.min() < 1:
        raise ValueError("the replay memory does not say what shape its pixels are")
    if pictures.dtype != np.uint8 or pictures.ndim != 2 or places.ndim != 2:
        raise ValueError("the replay memory's pictures are not rows of bytes with a number each")
    if places.shape[1] * pictures.shape[1] != math.prod(shape.tolist()):
        raise ValueError(f"the replay memory's pictures do not make pixels {shape.tolist()}")
    for name in SHOWN:
        numbers = arrays[name]
        if numbers.dtype.kind not in "iu" or ((numbers < 0) | (numbers >= len(pictures))).any():
            raise ValueError("the replay memory shows pictures that it does not hold")


def _check_like(name: str, column: NDArray[Any], kept: NDArray[Any]) -> None:
    """Raises `ValueError` where rows cannot be kept among others as what they are."""
    if column.shape[1:] != kept.shape[1:] or not np.can_cast(column.dtype, kept.dtype, "same_kind"):
        raise ValueError(
            f"the replay memory holds {list(kept.shape[1:])} of {kept.dtype} as {name}, "
            f"not {list(column.shape[1:])} of {column.dtype}"
        )
