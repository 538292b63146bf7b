"""Observations of several small whole numbers as one of n, which a table can read and a network too."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Dict, Discrete, MultiBinary, MultiDiscrete, Space, Tuple

MOST_NUMBERS = 10_000
"""A network reads one of n as n inputs; beyond this many, the numbers apart are the better reading."""


def ranges(space: Space[Any]) -> tuple[range, ...] | None:
    """Return the values each number of `space` can have, in order; None where it holds anything else."""
    if isinstance(space, Discrete):
        return (range(int(space.start), int(space.start) + int(space.n)),)
    if isinstance(space, MultiDiscrete):
        starts, counts = np.ravel(space.start), np.ravel(space.nvec)
        return tuple(range(int(s), int(s) + int(n)) for s, n in zip(starts, counts, strict=True))
    if isinstance(space, MultiBinary):
        return (range(2),) * math.prod(space.shape)
    if isinstance(space, Tuple | Dict):
        inner = [ranges(one) for _, one in _parts(space)]
        return None if None in inner else tuple(values for one in inner for values in one or ())
    return None


def _parts(space: Tuple[Any] | Dict) -> Iterable[tuple[Any, Space[Any]]]:
    """Return the spaces within one, each with what an observation has it under."""
    return space.spaces.items() if isinstance(space, Dict) else enumerate(space.spaces)


def numbers(space: Space[Any], observation: Any) -> Iterator[int]:
    """Yield the numbers of an observation, in the order of `ranges`."""
    if isinstance(space, Tuple | Dict):
        for key, one in _parts(space):
            yield from numbers(one, observation[key])
    else:
        yield from np.ravel(observation).tolist()


class Numbered(gymnasium.ObservationWrapper[Any, Any, Any]):
    """An environment whose observation is the number of a combination: that of (b, c) is b * C + c.

    Its `observation_names` say what each is made of: `hand 16, ace 0` where the environment names them.
    """

    def __init__(self, env: gymnasium.Env[Any, Any], values: tuple[range, ...]) -> None:
        """Number what `env` shows, `values` being `ranges` of its observations."""
        super().__init__(env)
        self._values = values
        self.observation_space = Discrete(math.prod(map(len, values)))
        own = env.metadata.get("observation_names", ())
        names = [f"{name} " for name in own] if len(own) == len(values) else [""] * len(values)
        each = ([f"{name}{value}" for value in one] for name, one in zip(names, values, strict=True))
        self.metadata = {**env.metadata, "observation_names": tuple(map(", ".join, itertools.product(*each)))}

    def observation(self, observation: Any) -> int:
        """Return the number of an observation."""
        number = 0
        for value, values in zip(numbers(self.env.observation_space, observation), self._values, strict=True):
            number = number * len(values) + values.index(value)
        return number


def numbered(env: gymnasium.Env[Any, Any]) -> gymnasium.Env[Any, Any] | None:
    """Return `env` with its observations numbered; None where they are other things, or too many."""
    values = ranges(env.observation_space)
    if values is None or not 0 < math.prod(map(len, values)) <= MOST_NUMBERS:
        return None
    return Numbered(env, values)
