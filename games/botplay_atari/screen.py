"""From the emulator's screen to what a brain sees, as ALE's vector environment does it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from botplay_atari.shrink import AreaMean

SIZE = 84
STACK = 4

Pictures = NDArray[np.uint8]


class FrameStack:
    """The last four pictures of each of N copies of a game, gray and small (Mnih et al. 2015, Methods)."""

    def __init__(self, copies: int, height: int, width: int, threads: int = 1) -> None:
        """Prepare for the emulator's pictures `[copies, height, width]`, shrunk by so many threads."""
        self._shrink = AreaMean(height, width, SIZE)
        self._shares = min(copies, threads)
        self._pool = ThreadPoolExecutor(self._shares) if self._shares > 1 else None
        self._stack: Pictures = np.zeros((copies, STACK, SIZE, SIZE), np.uint8)

    def begin(self, pictures: Pictures, begun: NDArray[np.bool_]) -> Pictures:
        """Forget everything of the copies in `begun`, take in the first pictures, and return all stacks."""
        self._stack = self._stack.copy()
        self._stack[begun] = 0
        if begun.any():
            self._stack[begun, -1] = self._shrink(pictures[begun])
        return self._stack

    def push(self, pictures: Pictures, begun: NDArray[np.bool_]) -> Pictures:
        """Take in the next pictures, the first ones of the copies in `begun`.

        Returns the stacks `[copies, 4, 84, 84]`, the newest last; a new array each time, to be kept but not
        written to, as the next is made of it.
        """
        older = self._stack[:, 1:]
        self._stack = np.empty_like(self._stack)
        self._stack[:, :-1] = older
        self._stack[begun, :-1] = 0
        if self._pool is None:
            self._stack[:, -1] = self._shrink(pictures)
        else:
            small = self._pool.map(self._shrink, np.array_split(pictures, self._shares))
            self._stack[:, -1] = np.concatenate(list(small))
        return self._stack

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown()
