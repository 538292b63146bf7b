"""Evaluation: seeds, statistics, and the same episode for the same seed."""

from __future__ import annotations

import json
import math
import re
import statistics
from dataclasses import replace
from itertools import islice

import pytest

from botcore.cli.answer import in_json
from botcore.cli.evaluate import plain, table
from botcore.evaluation import (
    Episode,
    changed_settings,
    evaluate,
    play_seeds,
    summarise,
)
from botcore.plugins import Plugins, load_plugins
from botcore.session import Session
from botcore.setup import choose


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins()


def test_the_statistics_are_those_of_the_scores(plugins: Plugins) -> None:
    setup = choose(plugins, game="gym:CartPole-v1", brain="random")
    result = evaluate(plugins, setup, range(20, 30))
    assert (result.planned, result.stopped) == (10, False)
    assert result.episodes == len(result.scores) == 10
    assert result.mean == pytest.approx(sum(result.scores) / 10)
    assert result.sd == pytest.approx(statistics.stdev(result.scores))
    squares = sum((score - result.mean) ** 2 for score in result.scores)
    assert result.standard_error == pytest.approx(math.sqrt(squares / 9 / 10))
    assert json.loads(in_json(plain(result)))["standard_error"] == result.standard_error
    assert re.search(rf"^standard error +{result.standard_error:.2f}$", table(result), re.MULTILINE)
    assert (result.min, result.max) == (min(result.scores), max(result.scores))
    assert result.median == statistics.median(result.scores)
    assert result.steps == sum(result.scores), "CartPole pays 1 a step"
    assert len(set(result.scores)) > 1


def test_scores_that_are_no_numbers_are_told_too(plugins: Plugins) -> None:
    setup = choose(plugins, game="gym:CartPole-v1", brain="random")
    played = [Episode(n, score, 1, 0.1, {}) for n, score in enumerate((math.nan, 1.0, math.inf))]
    result = summarise(setup, played, planned=3, model=None)
    assert math.isnan(result.sd)
    assert json.loads(in_json(plain(result)))["scores"] == [None, 1.0, None]
    both = [Episode(n, score, 1, 0.1, {}) for n, score in enumerate((math.inf, 1.0, -math.inf))]
    assert math.isnan(summarise(setup, both, planned=3, model=None).mean)
    assert summarise(setup, both[:2], planned=2, model=None).mean == math.inf


def test_a_single_episode_has_no_spread(plugins: Plugins) -> None:
    setup = choose(plugins, game="gym:CartPole-v1", brain="random")
    result = summarise(setup, [Episode(7, 12.0, 12, 0.1, {})], planned=1, model=None)
    assert math.isnan(result.sd)
    assert json.loads(in_json(plain(result)))["sd"] is None
    assert json.loads(in_json(plain(result)))["standard_error"] is None
    assert re.search(r"^sd +-$", table(result), re.MULTILINE)
    assert re.search(r"^standard error +-$", table(result), re.MULTILINE)
    nothing = replace(
        result, min=-1e-16, max=0.1 + 0.2 - 0.3
    )  # what floats make of fractions that cancel out
    assert re.search(r"^min, max +0, 0$", table(nothing), re.MULTILINE)


def test_what_was_played_until_it_was_stopped_is_what_those_seeds_give(plugins: Plugins) -> None:
    setup = choose(plugins, game="car", brain="random", assignments=["game.steps=40"])
    whole = evaluate(plugins, setup, (5, 6, 7))
    episodes = play_seeds(plugins, setup, (5, 6, 7))
    result = summarise(setup, list(islice(episodes, 2)), planned=3, model=None)
    episodes.close()
    assert (result.episodes, result.planned, result.stopped) == (2, 3, True)
    assert (result.seeds, result.scores) == ((5, 6), whole.scores[:2])
    assert result.outcomes == evaluate(plugins, setup, (5, 6)).outcomes != {}


def test_games_are_closed_when_they_were_played_and_when_they_were_stopped(
    plugins: Plugins, monkeypatch: pytest.MonkeyPatch
) -> None:
    def watched(session: Session) -> None:
        closed.append(session)
        close(session)

    close, closed = Session.close, list[Session]()
    monkeypatch.setattr(Session, "close", watched)
    setup = choose(plugins, game="gym:CartPole-v1", brain="random")
    evaluate(plugins, setup, (1, 2))
    assert len(closed) == 1
    episodes = play_seeds(plugins, setup, (1, 2))
    next(episodes)
    episodes.close()
    assert len(closed) == 2


def test_what_a_game_counts_is_added_up_and_the_rest_is_as_at_the_end(plugins: Plugins) -> None:
    setup = choose(plugins, game="doom/health_gathering", brain="random")
    session = Session(plugins, setup, pictures=False)
    told = [moment.info for moment in session.play_seed(3)][1:]
    session.close()
    outcomes = evaluate(plugins, setup, (3,)).outcomes
    lost = sum(float(info["damage_taken"]) for info in told)
    assert outcomes["damage_taken"] == lost > max(float(info["damage_taken"]) for info in told)
    assert outcomes["health"] == told[-1]["health"]
    assert set(outcomes) == set(told[-1])


def test_settings_are_compared_by_what_they_come_to(plugins: Plugins) -> None:
    def changed(*assignments: str) -> list[str]:
        played = choose(plugins, game="doom", brain="a3c", assignments=assignments)
        return list(changed_settings(plugins, played, own))

    own = choose(plugins, game="doom", brain="a3c", assignments=["game.skill=3"]).override("game", skill=3)
    assert changed("game.skill=3.0") == []
    assert changed("game.skill=3", "training.copies=2") == [], "no score depends on it"
    assert changed("game.skill=5", "learner.acting=greedy") == [
        "game.skill is 5, not 3",
        "learner.acting is 'greedy', not 'sample'",
    ]
    [told] = changed("game.skill=3", "reward.own=-1")
    assert told.startswith("reward.own is -1.0, not "), (
        "a learner that forgets after so long in vain hears it"
    )
    basic = replace(own, scenario="basic")
    assert list(changed_settings(plugins, basic, own)) == [], "another scenario pays by a rule of its own"


def test_an_outcome_is_the_mean_of_the_episodes_that_told_it(plugins: Plugins) -> None:
    setup = choose(plugins, game="car", brain="random")
    played = [Episode(n, 0.0, 1, 0.1, told) for n, told in enumerate(({"a": 10.0}, {}, {"a": 12.0}))]
    assert summarise(setup, played, planned=3, model=None).outcomes == {"a": 11.0}


@pytest.mark.parametrize("game", ["breakout", "doom", "car"])
def test_the_same_seed_plays_the_same_episode(plugins: Plugins, game: str) -> None:
    """With real weights and the real engine, opened twice."""

    def played() -> list[tuple[float, int, float]]:
        session = Session(
            plugins, choose(plugins, game=game, brain="a3c" if game != "car" else "dqn"), seed=11
        )
        seen = []
        for moment in session.play_seed(5):
            action = moment.decision.action if moment.decision else -1
            seen.append((float(moment.observation.astype("f8").sum()), action, moment.reward))
            if moment.step == 150:
                break
        session.close()
        return seen

    assert played() == played()
