"""What is said where fresh weights play, or those of another protocol, and a command that trains others."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from botcore.card import Card
from botcore.cli.main import run
from botcore.cli.options import chosen
from botcore.cli.train import train
from botcore.cli.whose_weights import say_whose_weights
from botcore.models import install_model, place, settle, user_models
from botcore.plugins import load_plugins
from botcore.setup import Setup, choose, part_settings

CARTPOLE = ("--game", "gym:CartPole-v1")
PLAY = ("play", "--no-window", "--no-record")
VERSUS = ("versus", "--brain", "random", "--no-window", "--no-record")
EVALUATE = ("evaluate", "--episodes", "1")
Said = Callable[..., str]
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> Said:
    """Return a function that runs a command, without the models that ship, and gives what it says."""
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "data"))

    def command(*arguments: str) -> str:
        assert run([*arguments, "--no-plugin", "models"]) == 0
        return capsys.readouterr().err

    return command


def install(brain: str, memory: str | None = None) -> None:
    plugins = load_plugins()
    setup = choose(plugins, game="gym:CartPole-v1", brain=brain, memory=memory)
    install_model(user_models() / place(plugins, setup), {}, Card(setup, ""))


def suggested(text: str) -> str:
    [command] = re.findall(r"\((botplay train .*) (?:makes one|trains them)\)", text)
    return str(command)


def trained_by(command: str) -> Setup:
    """Return what a train command would train."""
    words = shlex.split(command)
    assert words[:2] == ["botplay", "train"]
    return chosen(load_plugins(), train.make_context("train", words[2:]).params)


@pytest.mark.parametrize(
    ("how", "brain", "asked", "parts"),
    [
        (PLAY, "dqn", "--neurons none", "neurons dense"),
        (PLAY, "a3c", "--memory none", "memory lstm"),
        (PLAY, "a3c", "--set memory.size=9", "memory.size=64"),
        (EVALUATE, "a3c", "--set memory.size=9", "memory.size=64"),
        (VERSUS, "a3c", "--set memory.size=9", "memory.size=64"),
    ],
)
def test_a_trained_model_of_other_parts_is_told_as_such(
    said: Said, how: tuple[str, ...], brain: str, asked: str, parts: str
) -> None:
    install(brain)
    text = said(*how, *CARTPOLE, "--brain", brain, *asked.split())
    assert "there is no trained model" not in text
    assert f"the trained model has other parts ({parts}), so these are fresh weights" in text
    assert suggested(text) == f"botplay train --game gym/CartPole-v1 --brain {brain} {asked}"


def test_a_part_that_the_trained_one_lacks_is_told_too(said: Said) -> None:
    install("a3c", memory="none")
    text = said(*PLAY, *CARTPOLE, "--brain", "a3c", "--neurons", "none")
    assert "has other parts (no memory, neurons dense)" in text


def test_where_nothing_was_trained_the_command_names_no_more_than_was_asked_for(said: Said) -> None:
    text = said(*VERSUS, *CARTPOLE, "--brain", "dqn")
    assert "there is no trained model for gym/CartPole-v1 with dqn: fresh weights play" in text
    assert suggested(text) == "botplay train --game gym/CartPole-v1 --brain dqn"


def test_the_command_trains_what_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "data"))
    mine, plugins = tmp_path / "mine.toml", load_plugins(disabled=["models"])
    mine.write_text("[neurons]\nlayers = [8, 4]\n[reward.bonuses]\nlives = 2.5\n[learner]\ndueling = true\n")
    setup = choose(
        plugins,
        game="atari/pong",
        brain="dqn",
        protocol="v5",
        eyes="conv",
        settings_file=mine,
        assignments=["training.idle_limit=7", "learner.batch=64"],
    )
    say_whose_weights(plugins, setup, None)
    command = suggested(capsys.readouterr().err)
    assert "learner.batch" not in command, "that is as usual"
    again = trained_by(command)
    assert (again.title, again.protocol, again.eyes) == (setup.title, "v5", "conv")
    assert part_settings(plugins, again, "neurons") == part_settings(plugins, setup, "neurons")
    game = plugins.game("atari")
    assert again.reward_rule(game) == setup.reward_rule(game)
    assert again.reward_rule(game).bonuses == {"lives": 2.5}
    assert again.training() == setup.training()
    assert again.settings["learner"]["dueling"] == "true"


@pytest.mark.parametrize(
    ("brain", "protocol", "told"),
    [("nstep-dqn", "v5", True), ("nstep-dqn", "v4", False), ("a3c", "v5", False)],
)
def test_a_model_of_another_protocol_is_told_as_such(
    brain: str, protocol: str, told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """Of those that ship, `a3c` has a model for each."""
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "data"))
    plugins = load_plugins()
    setup, model = settle(plugins, choose(plugins, game="breakout", brain=brain, protocol=protocol), None)
    assert model is not None
    say_whose_weights(plugins, setup, model)
    text = capsys.readouterr().err
    assert ("the model was trained with protocol v4, not v5" in text) == told
    assert bool(text) == told
    if told:
        assert suggested(text) == "botplay train --game breakout --brain nstep-dqn --protocol v5"
        assert trained_by(suggested(text)).protocol == "v5"


def test_a_model_of_another_protocol_was_named_though_there_is_one_of_this(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "data"))
    plugins = load_plugins()
    asked = choose(plugins, game="breakout", brain="a3c", protocol="v4")
    setup, model = settle(plugins, asked, Path("breakout/breakout/a3c@v5"))
    say_whose_weights(plugins, setup, model)
    assert "protocol v5, not v4 (breakout/breakout/a3c was: leave --model out)" in capsys.readouterr().err


def test_the_command_can_be_pasted_into_a_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "data"))
    plugins, value = load_plugins(disabled=["models"]), "a=1&b=two words"
    setup = choose(plugins, game="gym:CartPole-v1", brain="dqn", assignments=[f"game.arguments={value}"])
    say_whose_weights(plugins, setup, None)
    command = suggested(capsys.readouterr().err)
    assert command.endswith(f"--set 'game.arguments={value}'")
    assert trained_by(command).settings["game"] == {"arguments": value}
