"""A card's score in words."""

from __future__ import annotations

from typing import Any

import pytest

from botcore import Game
from botcore.card import Card
from botcore.scores import score_on, spell_outcomes, spell_score, spell_spread
from botcore.setup import Setup


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
        (
            {"mean": 9.0, "episodes": 100, "kind": "botplay evaluate, before its weights were halved"},
            "score 9 in 100 episodes, before its weights were halved",
        ),
        ({"mean": 2.5, "sd": None, "episodes": 1}, "score 2.5 in 1 episode"),
        ({"mean": 123456.7, "sd": 4567.8}, "score 123,457 ± 4,568"),
        ({"mean": "much", "sd": True}, "no score on its card"),
        ({"mean": 10**400}, "no score on its card"),
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


def test_what_lies_behind_the_mean_is_named() -> None:
    score = {"median": 400, "min": 51.25, "max": 864.0, "seeds": "1000-1099", "protocol": "v4"}
    assert spell_spread(score) == "median 400, least 51.25, most 864, seeds 1000-1099, protocol v4"
    assert spell_spread({"median": "much", "max": True}) == ""


def test_outcomes_are_spelled_where_they_are_numbers() -> None:
    assert (
        spell_outcomes({"outcomes": {"kills": 6.0, "health": 60.755, "vest": "green"}})
        == "kills 6, health 60.76"
    )
    assert spell_outcomes({"outcomes": "many"}) == ""
