"""What there is to jump to, and the curve of surprise."""

from dataclasses import replace

import numpy as np

from botcore.contracts.moment import Decision, Moment
from botcore.replay.format import About
from botcore.replay.steps import Line
from botcore.window.marks import BINS, marks_of, profile

ABOUT = About("tiny", "default", "v1", "a3c", 60.0, ("stay", "left"), discount=0.9)
STEPS = 1200


def lines(shocks: dict[int, float]) -> list[Line]:
    """Return an episode whose V is right but at some steps, where the reward comes as a surprise."""
    found = []
    for step in range(STEPS + 1):
        decision = Decision(0, value=2.0 + 0.01 * (step % 3)) if step else None
        fed = 0.2 + shocks.get(step, 0.0)
        lives = {"lives": 3 - step // 500}
        moment = Moment(0, step, 4 * step, (), None, decision, 0.0, 0.0, False, False, lives, fed=fed)
        found.append(Line(replace(moment, reward=shocks.get(step, 0.0)), 0))
    return found


def test_surprises_are_where_the_reward_was_not_what_v_said() -> None:
    shocks = {100: 3.0, 103: 2.0, 700: -1.5, 1100: 0.9}
    marks = marks_of(lines(shocks), ABOUT)
    assert {400, 2800, 4400} <= set(marks.surprises)
    assert 412 not in marks.surprises, "so close to a larger one it is the same"
    assert (marks.gains, marks.losses) == ((400, 412, 4400), (2800,))
    assert marks.rewards == (400, 412, 2800, 4400)
    assert marks.deaths == (2000, 4000)
    assert marks.last == 4 * STEPS
    assert list(marks.surprises) == sorted(marks.surprises)


def test_a_brain_that_predicts_nothing_is_never_surprised() -> None:
    found = [Line(replace(line.moment, decision=Decision(0)), 0) for line in lines({5: 1.0})]
    marks = marks_of(found, ABOUT)
    assert marks.surprises == ()
    assert not marks.curve.any()


def test_an_episode_of_a_reset_alone_has_no_marks() -> None:
    marks = marks_of(lines({})[:1], ABOUT)
    assert (marks.last, marks.rewards, marks.deaths, marks.surprises) == (0, (), (), ())
    assert marks.timeline(60.0).label(0) == "0:00.0 / 0:00.0"


def test_the_curve_keeps_peaks_and_where_they_are() -> None:
    frames = list(range(0, 40_000, 4))
    strength = np.full(len(frames), 0.1)
    strength[2500] = 1.0
    curve = profile(frames, strength, 1.0)
    assert curve.shape == (BINS,)
    assert abs(int(curve.argmax()) - BINS // 4) <= 1
    assert curve.max() > 0.9, "a lonely peak keeps its height"
    assert np.median(curve) == curve.min() > 0.09


def test_one_huge_error_does_not_flatten_all_others() -> None:
    curve = marks_of(lines({300: 1.0, 600: 1.2, 900: 1e9}), ABOUT).curve
    assert curve[BINS // 4 - 3 : BINS // 4 + 3].max() > 0.8
    assert np.median(curve) < 0.2


def test_the_curve_of_few_moments_has_no_holes() -> None:
    curve = profile([0, 4, 8], np.array([1.0, 1.0, 1.0]), 1.0)
    assert curve[2:-2].min() > 0.9
