"""A small world to choose from: three games, three brains, one trained model; nothing of it can be opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

import botcore.window  # noqa: F401

import pygame  # isort: skip

from botcore import Brain, Game, Scenario, hookimpl
from botcore.card import Card
from botcore.plugins import load_plugins
from botcore.setup import Setup
from botcore.window.display import open_window
from botcore.window.start.catalogue import Catalogue, Play, Watch
from botcore.window.start.screen import Start

LEVELS = tuple(Scenario(f"level_{number}", f"the {number}th") for number in range(30))
SCORE = {"kind": "botplay evaluate", "mean": 12.5, "sd": 2.0, "episodes": 100}


class World:
    @hookimpl
    def botplay_games(self) -> Iterable[Game]:
        yield Game("walk", "Walk.", open="nowhere:walk", kinds=frozenset({"vector"}))
        yield Game("maze", "Mazes.", open="nowhere:maze", scenarios=LEVELS, any_scenario=True)
        yield Game("look", "Look.", open="nowhere:look", kinds=frozenset({"pixels"}))

    @hookimpl
    def botplay_brains(self) -> Iterable[Brain]:
        yield Brain("blind", "Has no eyes.", learner="nowhere:blind", accepts=frozenset({"vector"}))
        yield Brain("seer", "Has eyes.", learner="nowhere:seer", eyes="some", accepts=frozenset())
        every = frozenset({"vector", "pixels", "discrete"})
        yield Brain("chance", "Chance.", learner="nowhere:chance", accepts=every, trains=False)


def make(**changes: Any) -> Catalogue:
    plugins = load_plugins(discover=False, modules=[("world", World())])
    cards = [
        Card(Setup("walk", "default", "default", "blind"), "", score=SCORE),
        Card(Setup("maze", "level_7", "default", "seer"), "", score={"mean": 3}),
    ]
    fields = {
        "games": list(plugins.games().values()),
        "brains": list(plugins.brains().values()),
        "cards": cards,
    }
    return Catalogue(**{**fields, **changes})


@pytest.fixture
def world() -> Callable[..., Catalogue]:
    """Return what makes the catalogue of the small world."""
    return make


@pytest.fixture
def visit(driver: Any, world: Callable[..., Catalogue]) -> Callable[..., list[Play | Watch]]:
    """Return a function that runs `script(start)` on the start screen and gives what was chosen."""

    def run(
        script: Callable[[Start], Any],
        catalogue: Callable[[], Catalogue] = world,
        play: Callable[[Play], None] = lambda chosen: None,
        size: tuple[int, int] = (1280, 720),
    ) -> list[Play | Watch]:
        chosen: list[Play | Watch] = []

        def both(what: Play | Watch) -> None:
            chosen.append(what)
            if isinstance(what, Play):
                play(what)

        with open_window("test", size):
            start = Start(catalogue, both, both)
            driver.play(script(start))
            start.run()
            start.close()
        return chosen

    return run


@pytest.fixture
def mouse() -> Callable[..., list[pygame.event.Event]]:
    """Return a function that makes the events of a mouse which moves to a point and does something there."""

    def events(position: tuple[int, int], *, click: bool = False, wheel: int = 0) -> list[pygame.event.Event]:
        made = [pygame.event.Event(pygame.MOUSEMOTION, pos=position, rel=(0, 0), buttons=(0, 0, 0))]
        if click:
            for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
                made.append(pygame.event.Event(kind, pos=position, button=1))
        if wheel:
            made.append(pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=wheel))
        return made

    return events
