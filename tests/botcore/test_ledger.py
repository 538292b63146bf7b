"""What V predicted against what came."""

import math
from typing import Any

import pytest

from botcore.ledger import Ledger, Tick, returns


def tick(value: float = 0.0, fed: float = 0.0, **changes: Any) -> Tick:
    fields: dict[str, Any] = {"reward": 0.0, "ends": False, "lost": 0, "start": False, "by": "a3c"}
    return Tick(value=value, fed=fed, **{**fields, **changes})


def start() -> Tick:
    return tick(math.nan, math.nan, start=True, by="")


def test_returns_add_up_backwards_and_v_stands_for_what_is_to_come() -> None:
    found = returns([start(), tick(5.0, 1.0), tick(6.0, 2.0), tick(8.0, 100.0)], 0.5)
    assert math.isnan(found[0])
    assert found[1:] == [1 + 0.5 * (2 + 0.5 * 8), 2 + 0.5 * 8, 8]


def test_nothing_counts_beyond_an_end_and_v_stands_in_for_what_was_cut_short() -> None:
    ended = returns([tick(5.0, 1.0), tick(6.0, 2.0, ends=True), start(), tick(7.0, 1.0)], 0.5)
    assert ended[:2] == [2.0, 2.0]
    cut = returns([tick(5.0, 1.0), tick(6.0, 2.0), start(), tick(7.0, 1.0)], 0.5)
    assert cut[:2] == [4.0, 6.0]


def test_a_return_is_not_added_up_across_two_brains() -> None:
    assert returns([tick(5.0, 1.0), tick(9.0, 1.0, by="dqn")], 0.5)[0] == 5.0
    assert returns([tick(5.0, 1.0), tick(9.0, 1.0, by="human")], 0.5)[0] == 5.5


def test_the_outlook_begins_with_the_prediction_and_the_advantage_is_known_a_step_later() -> None:
    ledger, seen = Ledger(0.5), []
    for each in (start(), tick(4.0, 1.0), tick(6.0, 3.0, ends=True), tick(2.0, 1.0), tick(8.0, 0.0)):
        ledger.add(each)
        outlook = ledger.outlook
        seen.append((outlook and (outlook.predicted, outlook.came, outlook.expected), ledger.advantage))
    assert seen[0] == (None, None)
    assert seen[1] == ((4.0, 0.0, 4.0), None)
    assert seen[2] == ((4.0, 1.0, 3.0), 1 + 0.5 * 6 - 4)
    assert seen[3] == ((2.0, 0.0, 2.0), 3.0 - 6.0), "after a lost life begins another return"
    assert seen[4] == ((2.0, 1.0, 4.0), 1 + 0.5 * 8 - 2)


@pytest.mark.parametrize("discount", [None, 0.9])
def test_without_a_prediction_or_the_learners_reward_nothing_is_claimed(discount: float | None) -> None:
    ledger = Ledger(discount)
    for each in (start(), tick(math.nan if discount else 1.0, math.nan), tick(1.0, math.nan), tick(1.0, 1.0)):
        ledger.add(each)
        assert ledger.outlook is None
    assert ledger.advantage is None


def test_another_brain_is_not_measured_by_what_the_first_one_predicted() -> None:
    ledger = Ledger(0.5)
    for each in (start(), tick(4.0, 1.0), tick(6.0, 1.0, by="dqn")):
        ledger.add(each)
    assert (ledger.outlook, ledger.advantage) == (None, None)
