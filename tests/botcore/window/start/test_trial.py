"""Trying a scenario that was typed: in another process, and what it says of each brain."""

from __future__ import annotations

import multiprocessing as mp
import time
from collections.abc import Callable, Iterable
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete

from botcore import BotplayError, Brain, Game, OpenRequest, hookimpl
from botcore.plugins import Plugins, load_plugins
from botcore.window.start import trial
from botcore.window.start.catalogue import Play
from botcore.window.start.trial import Trials, refusals


class Walk(gymnasium.Env[Any, Any]):
    closed = 0
    action_space = Discrete(2)
    observation_space = Box(-1, 1, (3,), np.float32)

    def close(self) -> None:
        Walk.closed += 1


def walk(request: OpenRequest) -> Walk:
    assert not request.pictures, "nobody looks"
    if request.scenario == "wall":
        raise BotplayError("there is a wall")
    if request.scenario == "fire":
        raise RuntimeError("on\nfire")
    if request.scenario == "exit":
        raise SystemExit(3)
    if request.scenario == "odd":
        raise BaseException("of any kind")
    return Walk()


class World:
    @hookimpl
    def botplay_games(self) -> Iterable[Game]:
        yield Game("walk", "Walk.", open=walk, any_scenario=True)

    @hookimpl
    def botplay_brains(self) -> Iterable[Brain]:
        yield Brain("blind", "Reads numbers.", learner="nowhere:x", accepts=frozenset({"vector"}))
        yield Brain("table", "Reads states.", learner="nowhere:x", accepts=frozenset({"discrete", "binned"}))


@pytest.fixture
def plugins() -> Plugins:
    return load_plugins(discover=False, modules=[("world", World())])


def test_a_brain_that_cannot_read_it_says_what_it_reads(plugins: Plugins) -> None:
    Walk.closed = 0
    assert refusals(plugins, "walk", "field") == {
        "table": "it reads binned or discrete observations, and this gives vector"
    }
    assert Walk.closed == 1, "it is opened once for all brains"


@pytest.mark.parametrize(
    ("scenario", "why"),
    [
        ("wall", "there is a wall"),
        ("fire", "RuntimeError: on fire"),
        ("exit", "SystemExit: 3"),
        ("odd", "BaseException: of any kind"),
    ],
)
def test_a_game_that_does_not_open_refuses_every_brain(plugins: Plugins, scenario: str, why: str) -> None:
    assert refusals(plugins, "walk", scenario) == {"blind": why, "table": why}


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_another_process_tells_and_is_gone() -> None:
    trials = Trials()
    trials.begin("gym", "Pendulum-v1")
    trials.begin("gym", "Pendulum-v1")
    assert len(mp.active_children()) == 1
    assert trials.waiting("gym", "Pendulum-v1")
    until(trials.look)
    assert not trials.waiting("gym", "Pendulum-v1")
    assert "action space" in trials.refused[Play("gym", "Pendulum-v1", "random")]
    assert not mp.active_children()
    trials.begin("gym", "Pendulum-v1")
    assert trials.refused == {}, "it may be another answer this time"
    trials.close()
    assert not mp.active_children()


def test_a_game_that_ends_its_process_or_hangs_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = Trials(print)  # It takes the same arguments, and sends nothing.
    ends.begin("walk", "field")
    until(ends.look)
    monkeypatch.setattr(trial, "LONGEST", 0.0)
    hangs = Trials()
    hangs.begin("walk", "field")
    until(hangs.look)
    assert ends.refused == hangs.refused == {}
    assert not mp.active_children()
