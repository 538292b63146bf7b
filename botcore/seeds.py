"""Seeds as a person writes them: `1000-1099`."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from botcore.errors import BotplayError

LARGEST_SEED = 2**31 - 1
"""The largest that every engine takes."""
MAX_EPISODES = 100_000
MAX_DIGITS = 20  # more of them are too large a seed, too


def parse_seeds(text: str) -> tuple[int, ...]:
    """Read `7`, `1000-1099` or `1,2,5-9`.

    Raises:
        BotplayError: it is not of that form, or names too many, or one twice.
    """
    seeds: list[int] = []
    for piece in text.split(","):
        first, dash, last = piece.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise BotplayError(f"seeds look like 7 or 1000-1099 or 1,2,5-9, not {text!r}")
        begin, end = (int(number.lstrip("0")[:MAX_DIGITS] or 0) for number in (first, last or first))
        if end < begin or end - begin + len(seeds) >= MAX_EPISODES or end > LARGEST_SEED:
            raise BotplayError(
                f"cannot use the seeds {piece.strip()[:40]!r}: an empty range, too many, or too large"
            )
        seeds.extend(range(begin, end + 1))
    check_seeds(seeds)
    return tuple(seeds)


def spell_seeds(seeds: Sequence[int]) -> str:
    """Return what `parse_seeds` reads back: `1000-1099`, or one by one where they do not count up."""
    if len(seeds) > 1 and all(b - a == 1 for a, b in pairwise(seeds)):
        return f"{seeds[0]}-{seeds[-1]}"
    return ",".join(map(str, seeds))


def random_seed() -> int:
    """Return a seed of which nobody can tell what it will be."""
    return random.SystemRandom().randint(0, LARGEST_SEED)


def derived_seeds(*words: int, count: int = 1) -> list[int]:
    """Return seeds of streams that have nothing in common with those of `words`, nor with one another."""
    import numpy as np

    return [int(seed) >> 1 for seed in np.random.SeedSequence(words).generate_state(count)]


def learners_seed(seed: int) -> int:
    """Return the seed of a learner's own random numbers, in an episode or a training of this seed.

    Gymnasium's games draw from `np.random.default_rng(seed)`, and learners like to do the same: with one seed
    for both, who draws an action would draw it with the game's own dice.
    """
    return derived_seeds(seed, 1)[0]


def check_seeds(seeds: Sequence[int]) -> None:
    """Check the seeds of episodes.

    Raises:
        BotplayError: one is not a whole number that the engines take, or is there twice, so that the same
            episode would count twice.
    """
    for seed in seeds:
        if not 0 <= seed <= LARGEST_SEED:
            raise BotplayError(f"a seed is a whole number from 0 to {LARGEST_SEED}, not {seed}")
    seed, times = next(iter(Counter(seeds).most_common(1)), (0, 0))
    if times > 1:
        raise BotplayError(f"the seed {seed} is named {times} times, and would give the same episode again")
