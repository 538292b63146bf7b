"""What the start screen offers, and what it says about it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from botcore import Game
from botcore.card import Card
from botcore.models import find_model, install_model, place, user_models
from botcore.plugins import load_plugins
from botcore.replay.library import ReplaySummary
from botcore.scores import spell_score
from botcore.setup import choose
from botcore.window.start.catalogue import (
    Catalogue,
    Standing,
    make_catalogue,
    rounds,
)
from botcore.window.start.draw import replay_words, spell_time

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


def test_of_a_model_for_each_protocol_the_usual_ones_score_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path))
    plugins = load_plugins()
    shipped = find_model(plugins, choose(plugins, game="breakout", brain="a3c"))
    assert shipped is not None
    own = choose(plugins, game="breakout", brain="a3c", protocol="v5")

    def told(folder: Path) -> str:
        install_model(folder, {}, Card(own, "", score={"mean": 2}))
        catalogue = make_catalogue(plugins)
        game = next(game for game in catalogue.games if game.name == "breakout")
        return next(c.facts for c in catalogue.choices(game, "breakout") if c.brain.name == "a3c")

    where = user_models() / place(plugins, own)
    assert told(where) == spell_score(shipped.card.score)
    assert told(where.with_name("a3c")) == "score 2", "where those of all protocols once lay it plays"


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


def test_the_installed_games_are_all_there_with_a_picture_and_somebody_who_plays() -> None:
    catalogue = make_catalogue(load_plugins())
    assert [game.name for game in catalogue.games] == list(load_plugins().games())
    for game in catalogue.games:
        names = {choice.brain.name for choice in catalogue.choices(game, catalogue.scenarios(game)[0].name)}
        assert {"human", "random"} <= names
        assert game.thumbnail is not None


def summary(name: str, **more: Any) -> ReplaySummary:
    began = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
    fields: dict[str, Any] = {
        "game": "car",
        "scenario": "city",
        "brain": "dqn",
        "score": 1.5,
        "seconds": 83.0,
    }
    return replace(ReplaySummary(Path(name), name, began, 10, "complete"), **{**fields, **more})


def test_what_was_played_side_by_side_is_one_row() -> None:
    newest_first = [
        summary("e", brain="b", group="g", episode=1),
        summary("d", brain="a", group="g", episode=1),
        summary("c"),
        summary("b", brain="b", group="g", episode=0),
        summary("a", brain="a", group="g", episode=0),
    ]
    assert [[one.id for one in row] for row in rounds(newest_first)] == [["d", "e"], ["c"], ["a", "b"]]


def test_a_replay_in_words() -> None:
    now = datetime(2026, 5, 4, 20, 0, tzinfo=UTC)
    assert replay_words([summary("a")], now) == ("car/city", "dqn  ·  score 1.50", "today 12:30  ·  1:23")
    both = [summary("a"), summary("b", brain="random", score=None, seconds=99.0, status="recovered")]
    words = ("car/city", "dqn 1.50  vs  random –", "yesterday 12:30  ·  1:39  ·  cut off")
    assert replay_words(both, now + timedelta(days=1)) == words
    going = summary("a", status="recovered", recording=True)
    assert replay_words([going], now)[2] == "today 12:30  ·  1:23  ·  being recorded"
    broken = ReplaySummary(Path("x"), "x", now, 1, "broken", reason="it is damaged")
    assert replay_words([broken], now) == ("x", "cannot be opened", "it is damaged")


def test_a_replay_of_last_summer_tells_the_time_of_the_clock_then(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        winter = datetime(2026, 12, 1, 12, 0, tzinfo=UTC).astimezone()
        assert spell_time(datetime(2026, 7, 1, 12, 0, tzinfo=UTC), winter) == "2026-07-01 14:00"
    finally:
        monkeypatch.undo()
        time.tzset()
