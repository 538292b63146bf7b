"""What V predicted against what came."""

import math
from typing import Any

import pytest

from botcore.contracts.moment import Decision, Moment
from botcore.ledger import Ledger, Measure, Measures, changed, returns, ticks_of

HALF = Measures(otherwise=Measure(0.5))


def moment(value: float | None = None, fed: float | None = 0.0, by: str = "a3c", **changes: Any) -> Moment:
    decision = Decision(0, value=value, by=by)
    fields: dict[str, Any] = {"decision": decision, "reward": 0.0, "score": 0.0, "terminated": False}
    return Moment(0, 1, 1, (), None, **{**fields, "truncated": False, "fed": fed, **changes})


def start() -> Moment:
    return moment(fed=None, decision=None)


def came(*moments: Moment, measures: Measures = HALF, brain: str = "a3c") -> list[float]:
    return returns(ticks_of(moments, measures, brain))


def test_returns_add_up_backwards_and_v_stands_for_what_is_to_come() -> None:
    found = came(start(), moment(5.0, 1.0), moment(6.0, 2.0), moment(8.0, 100.0))
    assert math.isnan(found[0])
    assert found[1:] == [1 + 0.5 * (2 + 0.5 * 8), 2 + 0.5 * 8, 8]


def test_nothing_counts_beyond_an_end_and_v_stands_in_for_what_was_cut_short() -> None:
    ended = came(moment(5.0, 1.0), moment(6.0, 2.0, return_ends=True), start(), moment(7.0, 1.0))
    assert ended[:2] == [2.0, 2.0]
    cut = came(moment(5.0, 1.0), moment(6.0, 2.0), start(), moment(7.0, 1.0))
    assert cut[:2] == [4.0, 6.0]


def test_a_return_is_not_added_up_across_two_brains() -> None:
    assert came(moment(5.0, 1.0), moment(9.0, 1.0, by="dqn"))[0] == 5.0
    assert came(moment(5.0, 1.0), moment(9.0, 1.0, by="human"))[0] == 5.5


def test_another_brain_is_another_one_also_when_a_person_played_in_between() -> None:
    by = ["a", "a", "human", "human", "b", "b"]
    moments = [start(), *(moment(50.0 if name == "b" else 1.0, by=name) for name in by)]
    ledger, told = Ledger(Measures(otherwise=Measure(1.0)), "a"), []
    for each in moments:
        ledger.add(each)
        told.append((ledger.outlook and ledger.outlook.predicted, ledger.advantage))
    assert told == [(None, None), (1, None), (1, 0), (1, 0), (1, 0), (None, None), (None, 0)]
    ticks = ticks_of(moments, Measures(otherwise=Measure(1.0)), "a")
    assert [n for n in range(1, 7) if changed(ticks[n - 1], ticks[n])] == [5]
    assert returns(ticks)[1:] == [1, 1, 1, 1, 50, 50]


def test_every_brain_is_read_by_a_discount_of_its_own() -> None:
    measures = Measures({"a": Measure(0.5), "b": Measure(0.9), "random": Measure()})
    moments = [moment(4.0, 1.0, by="a"), moment(2.0, 1.0, by="a")]
    moments += [moment(4.0, 1.0, by="b"), moment(10.0, 1.0, by="b"), moment(1.0, by="random")]
    assert came(start(), *moments, measures=measures)[1:5] == [2.0, 2.0, 10.0, 10.0]
    ledger, told = Ledger(measures, "a"), []
    for each in (start(), *moments):
        ledger.add(each)
        told.append((ledger.measure.discount, ledger.advantage))
    assert told == [(0.5, None), (0.5, None), (0.5, -2), (0.9, None), (0.9, 6), (None, None)]
    assert math.isnan(came(start(), *moments, measures=measures)[5]), (
        "of whom nothing is known nothing is told"
    )


def test_a_person_who_plays_alone_is_judged_by_no_brain() -> None:
    measures = Measures({"a": Measure(0.5)})
    ledger = Ledger(measures, "a")
    ticks = [ledger.add(each) for each in (start(), moment(4.0, by="a"), moment(2.0, by="human"))]
    assert (ticks[-1].by, ledger.measure) == ("a", Measure(0.5)), "the brain looks on"
    assert ledger.add(moment(None, by="human")).by == "human"
    assert ledger.measure == Measure()


def test_the_outlook_begins_with_the_prediction_and_the_advantage_is_known_a_step_later() -> None:
    ledger, seen = Ledger(HALF), []
    ends = moment(6.0, 3.0, return_ends=True)
    for each in (start(), moment(4.0, 1.0), ends, moment(2.0, 1.0), moment(8.0, 0.0)):
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
    ledger = Ledger(Measures(otherwise=Measure(discount)))
    for each in (start(), moment(None if discount else 1.0, None), moment(1.0, None), moment(1.0, 1.0)):
        ledger.add(each)
        assert ledger.outlook is None
    assert ledger.advantage is None


def test_another_brain_is_not_measured_by_what_the_first_one_predicted() -> None:
    ledger = Ledger(HALF)
    for each in (start(), moment(4.0, 1.0), moment(6.0, 1.0, by="dqn")):
        ledger.add(each)
    assert (ledger.outlook, ledger.advantage) == (None, None)


def test_nor_is_one_of_the_same_name_that_is_another() -> None:
    ledger = Ledger(HALF, "a3c")
    for each in (start(), moment(4.0, 1.0)):
        ledger.add(each)
    ledger.follow(Measures(otherwise=Measure(0.9)), "a3c")
    ledger.add(moment(6.0, 1.0))
    assert (ledger.outlook, ledger.advantage) == (None, None)


def test_who_comes_in_the_middle_does_not_know_what_was_predicted_at_the_start() -> None:
    ledger = Ledger(HALF)
    ledger.add(moment(4.0, 1.0))
    ledger.add(moment(4.0, 1.0))
    assert (ledger.outlook, ledger.advantage) == (None, 1.0 + 2.0 - 4.0)
