"""What a game counts is added up over an episode; how things stand is not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from botcore.cli.play import count
from botcore.contracts.moment import Decision, Moment, Scalar
from botcore.totals import NOTHING, tidy, total


def moment(step: int, **info: Scalar) -> Moment:
    return Moment(
        episode=0,
        step=step,
        frame=step,
        pictures=(),
        observation=None,
        decision=Decision(0, by="random") if step else None,
        reward=0.0,
        score=0.0,
        terminated=False,
        truncated=False,
        info=info,
    )


def test_they_add_up_and_begin_anew_at_a_reset() -> None:
    totals, seen = dict(NOTHING), []
    for step, kills in ((0, 5), (1, 1), (2, 0), (3, 2), (0, 0), (1, 1)):
        totals = total(totals, moment(step, kills=kills, health=90), ("kills",))
        seen.append(totals)
    assert seen == [{"kills": n} for n in (0, 1, 1, 3, 0, 1)]


def test_a_count_may_be_missing_a_flag_or_nonsense() -> None:
    totals = total(NOTHING, moment(0), ("kills", "vest"))
    assert totals == {"kills": 0, "vest": 0}
    totals = total(totals, moment(1, vest=True), ("kills", "vest"))
    assert total(totals, moment(2, kills="many"), ("kills", "vest")) == {"kills": 0, "vest": 1}


@pytest.mark.parametrize("noise", [6.4e-16, -6.4e-16, 0.1 + 0.2 - 0.3])
def test_a_score_that_cancels_out_is_told_as_0(noise: float, capsys: pytest.CaptureFixture[str]) -> None:
    live: Any = SimpleNamespace(moments=[SimpleNamespace(last=True, episode=0, score=noise, step=7, seed=3)])
    count(live)
    assert capsys.readouterr().out == "episode 1: score 0, 7 steps, seed 3\n"
    assert [tidy(score) for score in (-2.5, 864.0, 0.123456789)] == [-2.5, 864.0, 0.123456789]
