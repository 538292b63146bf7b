"""Several small whole numbers as one of n."""

from __future__ import annotations

import itertools
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Box, Dict, Discrete, MultiBinary, MultiDiscrete, Space, Tuple
from hypothesis import assume, example, given
from hypothesis import strategies as st

from botcore.environment import observation_names
from botcore.numbering import MOST_NUMBERS, numbered, numbers, ranges


class Shows(gymnasium.Env[Any, Any]):
    """Shows whatever its space holds."""

    def __init__(self, space: Space[Any]) -> None:
        self.observation_space, self.action_space = space, Discrete(2)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        self.observation_space.seed(seed)
        return self.observation_space.sample(), {}


leaves = st.one_of(
    st.builds(lambda n, start: Discrete(n, start=start), st.integers(1, 4), st.integers(-2, 2)),
    st.lists(st.integers(1, 3), min_size=1, max_size=3).map(MultiDiscrete),
    st.integers(1, 2).map(MultiBinary),
)
spaces = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(Tuple),
        st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=3).map(Dict),
    ),
    max_leaves=4,
)


@given(spaces, st.integers(0, 2**31 - 1))
@example(Tuple([MultiDiscrete([3, 3, 3])] * 2 + [MultiDiscrete([3, 3])]), 0)  # 6,561; there may be more
def test_every_combination_has_a_number_of_its_own(space: Space[Any], seed: int) -> None:
    """Numbers count the combinations in their order, as a list of all of them does."""
    every = list(itertools.islice(itertools.product(*(ranges(space) or ())), MOST_NUMBERS + 1))
    assume(len(every) <= MOST_NUMBERS)
    env = numbered(Shows(space))
    assert env is not None
    assert env.observation_space == Discrete(len(every))
    for number in range(5):
        seen, _ = env.reset(seed=seed + number)
        space.seed(seed + number)
        assert every[seen] == tuple(numbers(space, space.sample()))
        assert observation_names(env)[seen] == ", ".join(map(str, every[seen]))


@pytest.mark.parametrize(
    "space",
    [Box(0, 1, (3,)), Tuple([Discrete(2), Box(0, 1, (3,))]), MultiDiscrete([MOST_NUMBERS, 2])],
    ids=["numbers", "numbers among others", "too many"],
)
def test_what_cannot_be_numbered(space: Space[Any]) -> None:
    assert numbered(Shows(space)) is None


def test_blackjack_reads_as_hand_card_and_ace() -> None:
    env = numbered(gymnasium.make("Blackjack-v1"))
    assert env is not None
    assert env.observation_space == Discrete(32 * 11 * 2)
    seen, _ = env.reset(seed=4)
    hand, card, ace = env.unwrapped._get_obs()  # type: ignore[attr-defined]
    assert seen == (hand * 11 + card) * 2 + ace
    assert np.issubdtype(type(seen), np.integer) or isinstance(seen, int)
