"""Another brain goes on in the middle of an episode."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from botcore.card import Card
from botcore.lineup import LineUp
from botcore.live import open_live
from botcore.models import find_model, install_model, place, user_models
from botcore.plugins import load_plugins
from botcore.replay.reader import open_replay
from botcore.session import Session
from botcore.setup import choose


def test_brains_with_a_model_take_turns_and_keep_what_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path))
    plugins = load_plugins(disabled=["models"])
    trained = choose(plugins, game="gym:CartPole-v1", brain="dqn")
    teacher = Session(plugins, trained, seed=5, pictures=False)
    weights = teacher.agent.learner.weights()
    install_model(user_models() / place(plugins, trained), weights, Card(trained, ""))
    teacher.close()

    session = Session(
        plugins, choose(plugins, game="gym:CartPole-v1", brain="random"), seed=3, pictures=False
    )
    lineup, stream = LineUp(session), session.moments(1)
    first, by = session.agent, []
    list(islice(stream, 3))
    assert "dqn plays on" in lineup.next(), (
        "a3c has no model for this game, and a person is no brain to watch"
    )
    by += [moment.decision.by for moment in islice(stream, 2) if moment.decision]
    assert all((session.agent.learner.weights()[name] == weights[name]).all() for name in weights)
    assert session.can_learn
    assert session.about_scene().brain == "dqn"
    second = session.agent
    assert "random plays on" in lineup.next()
    assert session.agent is first
    assert not session.can_learn
    by += [moment.decision.by for moment in islice(stream, 1) if moment.decision]
    assert by == ["dqn", "dqn", "random"]
    lineup.next()
    assert session.agent is second, "what it has learned meanwhile is not lost"
    session.human_action = 0
    assert lineup.next() == "random looks on now, and plays on when you press T"
    session.close()


def test_alone_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path))
    plugins = load_plugins(disabled=["models"])
    session = Session(plugins, choose(plugins, game="gym:Acrobot-v1", brain="random"), seed=3, pictures=False)
    assert LineUp(session).next() == "no other brain has a trained model for gym/Acrobot-v1"
    assert session.setup.brain == "random"
    session.close()


def test_a_driver_that_learned_on_many_maps_takes_over_on_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path))
    plugins = load_plugins()
    session = Session(plugins, choose(plugins, game="car", brain="random"), seed=3, pictures=False)
    assert "plays on" in LineUp(session).next(), "where it was trained is no other form of the game"
    assert session.setup.brain != "random"
    session.close()


def test_each_recording_names_the_brain_that_its_episode_began_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path))
    plugins = load_plugins()
    live = open_live(plugins, choose(plugins, game="gym:CartPole-v1", brain="a3c"), episodes=3, out=tmp_path)
    lineup, begun = LineUp(live.session), []
    for moment in live.moments:
        if moment.step == 1:
            assert live.recorder is not None
            begun.append((live.session.setup, live.recorder.folder))
            if moment.episode < 2:
                lineup.next()
    live.session.close()
    assert len({setup.brain for setup, _ in begun}) == 3
    for setup, folder in begun:
        assert folder is not None
        with open_replay(folder) as replay:
            about = replay.header.about
        model = find_model(plugins, setup)
        assert (about.brain, about.parts) == (setup.brain, setup.parts())
        assert about.weights_sha256 == (model.card.weights_sha256 if model else None)
        assert f"-{setup.brain}-" in folder.name
