"""How many no-ops begin an episode: the very numbers ALE's vector environment draws from a seed."""

from __future__ import annotations

import numpy as np

NOOP_MAX = 30


def emulator_seed(seed: int) -> int:
    """Return a seed the emulator takes: it ignores those below 1, and holds 31 bits."""
    return 1 + seed % (2**31 - 2)


class NoopStarts:
    """A stream of numbers from 0 to 29.

    ALE draws them with C++'s `std::mt19937` and `std::uniform_int_distribution`: 32 random bits divided
    into equal ranges, drawn again beyond the last one. NumPy's legacy generator is the same Mersenne twister.
    """

    def __init__(self, seed: int) -> None:
        """Seed the stream."""
        self._bits = np.random.RandomState(seed)

    def draw(self) -> int:
        """Return the next number of no-ops."""
        width = (2**32 - 1) // NOOP_MAX
        while True:
            number = int(self._bits.randint(0, 2**32, dtype=np.uint32)) // width
            if number < NOOP_MAX:
                return number
