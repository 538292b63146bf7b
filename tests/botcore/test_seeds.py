"""Seeds as a person writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botcore import BotplayError
from botcore.seeds import LARGEST_SEED, derived_seeds, learners_seed, parse_seeds, spell_seeds


def test_seeds_are_numbers_ranges_and_lists() -> None:
    assert parse_seeds("7") == (7,)
    assert parse_seeds("1000-1003") == (1000, 1001, 1002, 1003)
    assert parse_seeds("1, 5-6") == (1, 5, 6)
    assert parse_seeds(f"0,{'0' * 5000}12-000013") == (0, 12, 13)


@given(
    st.lists(st.integers(0, LARGEST_SEED), min_size=1, max_size=20, unique=True)
    | st.builds(range, st.just(5), st.integers(6, 99))
)
def test_seeds_that_were_spelled_are_read_back(seeds: list[int]) -> None:
    assert parse_seeds(spell_seeds(tuple(seeds))) == tuple(seeds)


def test_no_episode_counts_twice() -> None:
    with pytest.raises(BotplayError, match=r"the seed 6 is named 2 times"):
        parse_seeds("1,5-6,6")


@pytest.mark.parametrize("text", ["", "a", "3-1", "-1", "1-", "0-999999999", "1.5", f"{LARGEST_SEED + 1}"])
def test_other_seeds_are_refused(text: str) -> None:
    with pytest.raises(BotplayError, match="seeds"):
        parse_seeds(text)


def test_derived_seeds_are_seeds_and_others() -> None:
    found = derived_seeds(5, 0, count=1000) + derived_seeds(5, 1, count=1000) + [learners_seed(5), 5]
    assert all(0 <= seed <= LARGEST_SEED for seed in found)
    assert derived_seeds(5, 0, count=2) == found[:2]
    assert len(set(found)) == len(found) - 1  # a learner's is one of those
