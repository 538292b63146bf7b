"""What the start screen offers, and what it says about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from botcore import Game
from botcore.models import Card
from botcore.plugins import load_plugins
from botcore.setup import Setup
from botcore.window.start.catalogue import Catalogue, Standing, make_catalogue, score_on, spell_score

World = Callable[..., Catalogue]


def offered(catalogue: Catalogue, game: int, scenario: str) -> list[tuple[str, Standing]]:
    choices = catalogue.choices(catalogue.games[game], scenario)
    return [(choice.brain.name, choice.standing) for choice in choices]


def test_only_brains_that_can_read_a_game_are_offered_the_best_prepared_first(world: World) -> None:
    assert offered(world(), 0, "default") == [("blind", Standing.TRAINED), ("chance", Standing.READY)]
    assert offered(world(), 2, "default") == [("chance", Standing.READY), ("seer", Standing.FRESH)]


def test_where_a_game_does_not_say_how_it_reads_every_brain_is_offered(world: World) -> None:
    assert offered(world(), 1, "level_7") == [
        ("seer", Standing.TRAINED),
        ("chance", Standing.READY),
        ("blind", Standing.FRESH),
    ]
    assert [name for name, _ in offered(world(), 1, "level_8")] == ["chance", "blind", "seer"]


def test_scenarios_with_a_trained_model_come_first(world: World) -> None:
    catalogue = world()
    names = [scenario.name for scenario in catalogue.scenarios(catalogue.games[1])]
    assert names[:3] == ["level_7", "level_0", "level_1"]
    assert len(names) == 30


def test_a_game_that_cannot_list_its_scenarios_lists_none(world: World) -> None:
    def broken() -> Any:
        raise RuntimeError("no maps")

    game = Game("broken", "Broken.", open="nowhere:x", scenarios=broken)
    assert world(games=[game]).scenarios(game) == []


@pytest.mark.parametrize(
    ("score", "words"),
    [
        (
            {"mean": 412.345, "sd": 12.3456, "episodes": 100, "kind": "botplay evaluate"},
            "score 412.3 ± 12.3 in 100 episodes",
        ),
        (
            {"mean": -1.5, "episodes": 20, "kind": "training returns, exploring"},
            "score -1.5 in 20 episodes of training",
        ),
        ({"mean": 123456.7, "sd": 4567.8}, "score 123,457 ± 4,568"),
        ({"mean": "much", "sd": True}, "no score on its card"),
        ({}, "no score on its card"),
    ],
)
def test_a_score_in_words(score: dict[str, Any], words: str) -> None:
    assert spell_score(score) == words


def test_the_score_is_the_one_of_the_scenario_that_is_chosen() -> None:
    game = Game("g", "G.", open="nowhere:g", protocols=("one", "two"))
    elsewhere = (
        {"scenario": "b", "protocol": "two", "mean": 2},
        {"scenario": "b", "protocol": "one", "mean": 3},
    )
    card = Card(Setup("g", "a", "one", "x"), "", score={"mean": 1}, elsewhere=elsewhere)
    assert [score_on(card, scenario, game).get("mean") for scenario in "abc"] == [1, 3, None]


def test_the_installed_games_are_all_there_with_a_picture_and_somebody_who_plays() -> None:
    catalogue = make_catalogue(load_plugins())
    assert [game.name for game in catalogue.games] == list(load_plugins().games())
    for game in catalogue.games:
        names = {choice.brain.name for choice in catalogue.choices(game, catalogue.scenarios(game)[0].name)}
        assert {"human", "random"} <= names
        assert game.thumbnail is not None
