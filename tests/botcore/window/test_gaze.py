"""When a map of where the brain looks is made, and how it is drawn."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pygame

from botcore.window.gaze import FRESH, GONE, LONGEST, Gaze, draw_veil

TICK = 1 / 16
"""Seconds of the game between two Moments."""


class Brain:
    """Takes `cost` nanoseconds for a map, on a clock of its own."""

    def __init__(self, cost: int) -> None:
        self.cost, self.now = cost, LONGEST
        self.asked: list[str] = []

    def ask(self, of: Any) -> Any:
        self.asked.append(of)
        self.now += self.cost
        return np.array([[0.0, 2.0], [4.0, np.nan]], np.float32)

    def clock(self) -> int:
        return self.now


def look(gaze: Gaze, brain: Brain, left: int) -> bool:
    gaze.moved(TICK)
    return gaze.look(brain.ask, left, brain.clock)


def test_the_key_goes_from_the_action_to_the_value_to_nothing() -> None:
    gaze, brain = Gaze(), Brain(1)
    found = []
    for _ in range(4):
        gaze.cycle()
        assert gaze.shown is None
        found.append(gaze.look(brain.ask, 0, brain.clock) and gaze.of)
    assert found == ["action", "value", False, "action"]
    assert brain.asked == ["action", "value", "action"]
    np.testing.assert_array_equal(gaze.shown, np.array([[0, 0.5], [1, 0]], np.float32))


def test_a_brain_that_cannot_tell_is_not_asked_again() -> None:
    gaze = Gaze()
    answer: Callable[[Any], Any] = lambda of: None  # noqa: E731
    gaze.cycle()
    assert not gaze.look(answer, 10**9, lambda: LONGEST)
    assert (gaze.of, gaze.ready) == (None, False)


def test_a_map_is_made_only_when_there_is_time_but_now_and_then_in_any_case() -> None:
    gaze, brain = Gaze(), Brain(cost=10_000_000)
    gaze.cycle()
    assert look(gaze, brain, 20_000_000)
    assert look(gaze, brain, 20_000_000)
    made = len(brain.asked)
    assert not look(gaze, brain, 5_000_000)
    assert len(brain.asked) == made
    brain.now += LONGEST
    assert look(gaze, brain, 5_000_000)


def test_another_question_is_asked_at_once_whether_there_is_time_or_not() -> None:
    gaze, brain = Gaze(), Brain(cost=10_000_000)
    gaze.cycle()
    assert look(gaze, brain, 5_000_000)
    gaze.cycle()
    assert look(gaze, brain, 5_000_000)
    assert brain.asked == ["action", "value"]


def test_an_old_map_fades_over_what_it_was_not_made_for() -> None:
    gaze, brain = Gaze(), Brain(cost=10_000_000)
    gaze.cycle()
    gaze.look(brain.ask, 0, brain.clock)
    strengths = []
    while gaze.shown is not None:
        strengths.append(float(gaze.shown.max()))
        gaze.moved(TICK)
    fresh, gone = round(FRESH / TICK), round(GONE / TICK)
    assert strengths[: fresh + 1] == [1.0] * (fresh + 1)
    assert strengths[fresh:] == [1 - n / (gone - fresh) for n in range(gone - fresh)]


def test_nothing_is_asked_twice_of_the_same_moment() -> None:
    gaze, brain = Gaze(), Brain(1)
    gaze.cycle()
    assert gaze.look(brain.ask, 10**9, brain.clock)
    assert not gaze.look(brain.ask, 10**9, brain.clock)
    assert len(brain.asked) == 1


def test_the_veil_covers_what_weighs_and_nothing_else() -> None:
    surface = pygame.Surface((40, 40))
    surface.fill((100, 50, 20))
    weights = np.zeros((4, 4), np.float32)
    weights[0, 0] = 1.0
    draw_veil(surface, weights)
    assert surface.get_at((38, 38))[:3] == (100, 50, 20)
    assert surface.get_at((0, 0))[2] > 150
