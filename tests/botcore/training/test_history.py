"""What lies behind a training is told whole, and read back from a checkpoint with suspicion."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botcore import BotplayError
from botcore.training.history import History

numbers = st.floats(0, 1e6)
histories = st.builds(
    History,
    steps=st.integers(0, 10**9),
    minutes=numbers,
    curve=st.lists(st.tuples(numbers, numbers, numbers), max_size=4).map(tuple),
    commands=st.lists(st.text(max_size=8), max_size=3).map(tuple),
)


@given(histories)
def test_a_checkpoint_gives_it_back(history: History) -> None:
    assert History.read(json.loads(json.dumps(history.facts()))) == history


def test_the_curve_goes_on_where_the_one_before_ended() -> None:
    history = History(100, 2.5, ((50, 1.0, 7.0), (100, 2.5, 8.0)), ("first",)).then("second")
    assert history.joined([(10, 0.5, 9.0)]) == ((50, 1.0, 7.0), (100, 2.5, 8.0), (110, 3.0, 9.0))
    assert history.commands == ("first", "second")


def test_an_older_checkpoint_has_none() -> None:
    assert History.read(None) == History()


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["steps", "curve"]), inner),
    max_leaves=6,
)


@given(st.fixed_dictionaries(dict.fromkeys(("steps", "minutes", "curve", "commands"), anything)))
def test_what_is_no_history_is_told_or_read(facts: dict[str, object]) -> None:
    with suppress(BotplayError):
        assert isinstance(History.read(facts), History)


@pytest.mark.parametrize(
    "facts",
    [
        [],
        3,
        {"steps": 1},
        {"steps": "x", "minutes": 1, "curve": [], "commands": []},
        {"steps": -1, "minutes": 1, "curve": [], "commands": []},
        {"steps": 1, "minutes": float("inf"), "curve": [], "commands": []},
        {"steps": 1, "minutes": -1, "curve": [], "commands": []},
        {"steps": 1, "minutes": 1, "curve": [[1, 1, float("nan")]], "commands": []},
    ],
)
def test_broken_ones_are_told(facts: object) -> None:
    with pytest.raises(BotplayError, match="history cannot be read"):
        History.read(facts)
