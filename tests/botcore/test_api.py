"""botplay from Python, as the README shows it."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import botcore
from botcore.models import new_folder
from botcore.plugins import load_plugins
from botcore.setup import choose

GAME = "gym:FrozenLake-v1?is_slippery=false"


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "data"))


def test_play_yields_moments_and_ends_after_its_episodes() -> None:
    moments = list(botcore.play("car", "random", episodes=2, seed=7, settings=["game.steps=40"]))
    starts = [moment for moment in moments if moment.decision is None]
    assert len(starts) == 2
    assert all(moment.terminated or moment.truncated for moment in moments if moment is moments[-1])
    again = list(botcore.play("car", "random", episodes=2, seed=7, settings=["game.steps=40"]))
    assert [moment.reward for moment in again] == [moment.reward for moment in moments]


def test_a_game_left_in_the_middle_is_closed_and_its_recording_kept() -> None:
    moments = botcore.play("car", "random", seed=1, record=True)
    for _, moment in zip(range(30), moments, strict=False):
        assert moment.pictures
    moments.close()
    with botcore.open_replay("last") as replay:
        assert len(replay) >= 29


def test_a_recording_that_cannot_go_on_is_a_warning_and_the_game_goes_on() -> None:
    moments = botcore.play("car", "random", seed=1, episodes=1, record=True, settings=["game.steps=200"])
    next(moments)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, before[1]))  # as on a full disk
        with pytest.warns(UserWarning, match="the recording ended: "):
            assert len(list(moments)) == 200
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_was_trained_is_evaluated_and_played() -> None:
    told: list[int] = []
    trained = botcore.train(GAME, "qlearning", steps=4_000, tell=lambda progress: told.append(progress.steps))
    assert trained.progress.steps >= 4_000
    assert told[-1] >= 4_000
    result = botcore.evaluate(GAME, "qlearning", seeds=range(3))
    assert result.model is not None
    assert result.scores == (1.0, 1.0, 1.0)
    last = list(botcore.play(GAME, "qlearning", episodes=1))[-1]
    assert last.terminated
    assert last.reward == 1.0


def test_an_argument_that_there_is_not_is_refused_by_the_name_of_what_was_called() -> None:
    wrong: dict[str, Any] = {"episode": 2}
    for name, call in (("train", botcore.train), ("evaluate", botcore.evaluate)):
        with pytest.raises(TypeError, match=rf"botcore\.{name}\(\) has no argument 'episode'"):
            call(GAME, "qlearning", **wrong)
    with pytest.raises(TypeError, match=r"botcore\.play\(\) has no argument 'episode'"):
        botcore.play(GAME, "qlearning", **wrong)


def test_parts_and_a_model_to_begin_with_are_chosen_as_on_the_command_line(tmp_path: Path) -> None:
    quick = ["neurons.layers=8", "training.copies=1"]
    cartpole = ("gym:CartPole-v1", "a3c")
    trained = botcore.train(
        *cartpole, memory="none", settings=quick, steps=80, folder=tmp_path / "a", install=False
    )
    model = trained.checkpoint.parent / "model"
    result = botcore.evaluate(*cartpole, model=model, seeds=[3])
    assert result.model == str(model)
    moments = list(
        botcore.play(*cartpole, model=model, episodes=1, seed=3, record=True, out=tmp_path / "out")
    )
    assert moments[-1].decision is not None
    assert moments[-1].decision.memory is None
    with botcore.open_replay(next((tmp_path / "out").iterdir())) as replay:
        assert len(list(replay.moments())) == len(moments)
    botcore.train(*cartpole, model=model, steps=10, folder=tmp_path / "b", install=False)
    card = json.loads((tmp_path / "b" / "model" / "card.json").read_text())
    assert (card["setup"]["memory"], card["setup"]["settings"]["neurons"]["layers"]) == (None, [8])
    assert (card["steps"], card["command"]) == (90, "botcore.train, then botcore.train")


def test_what_a_person_should_know_of_a_training_is_a_warning_and_its_clock_stops(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="learns in one process: one agent, not 2"):
        trained = botcore.train(
            GAME,
            "qlearning",
            settings=["training.agents=2"],
            steps=50,
            folder=tmp_path / "run",
            install=False,
        )
    at_its_end = trained.progress.seconds
    time.sleep(0.01)
    assert trained.progress.seconds == at_its_end


def test_agents_find_installed_plugins_only(tmp_path: Path) -> None:
    plugins = load_plugins(modules=[("mine", SimpleNamespace())])
    settings = ["training.agents=2", "training.copies=1"]
    with pytest.raises(botcore.BotplayError, match="find installed plugins only"):
        botcore.train("gym:CartPole-v1", "a3c", settings=settings, plugins=plugins, folder=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_script_that_trains_when_it_is_imported_is_told_what_to_do(tmp_path: Path) -> None:
    script = tmp_path / "mine.py"
    script.write_text(
        "import botcore\n"
        "settings = ['training.agents=2', 'training.copies=1']\n"
        "botcore.train('gym:CartPole-v1', 'a3c', settings=settings, steps=50, install=False)\n"
    )
    surroundings = {**os.environ, "BOTPLAY_DATA": str(tmp_path / "data")}
    done = subprocess.run(
        [sys.executable, str(script)],
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert 'put the training under if __name__ == "__main__":' in done.stderr
    assert len(list((tmp_path / "data" / "runs").iterdir())) == 1, "the agents leave none of their own"


def test_a_training_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    lake = GAME, "qlearning"
    first = botcore.train(*lake, steps=400, seed=5)
    with pytest.raises(botcore.BotplayError, match="has spent its budget"):
        botcore.train(*lake, resume="last")
    second = botcore.train(*lake, resume="last", steps=900, settings=["learner.gamma=0.5"], install=False)
    assert second.checkpoint == first.checkpoint
    assert second.progress.steps >= 900
    card = json.loads((first.checkpoint.parent / "model" / "card.json").read_text())
    assert (card["seed"], card["setup"]["settings"]["learner"]["gamma"]) == (5, 0.5)
    assert card["command"] == "botcore.train, then botcore.train"
    elsewhere = botcore.train(*lake, resume=first.checkpoint.parent, steps=1200, folder=tmp_path / "b")
    assert elsewhere.checkpoint.parent == tmp_path / "b"
    for wrong, said in (
        ({"eyes": "conv", "model": tmp_path}, "leave model and eyes out"),
        ({"scenario": "FrozenLake-v1"}, "already names a scenario"),
    ):
        with pytest.raises(botcore.BotplayError, match=said):
            botcore.train(*lake, resume="last", steps=2000, **wrong)  # type: ignore[arg-type]
    for asked, refused in ((("dqn", None), "dqn"), (("qlearning", "v5"), "v5")):
        with pytest.raises(botcore.BotplayError, match=f"with qlearning, protocol default, not of {refused}"):
            botcore.train(GAME, asked[0], protocol=asked[1], resume=first.checkpoint.parent)


def test_a_mistake_is_one_clear_error() -> None:
    for wrong in (-1, 2**31):
        with pytest.raises(botcore.BotplayError, match="a seed is a whole number from 0"):
            botcore.play(GAME, "qlearning", seed=wrong)
        with pytest.raises(botcore.BotplayError, match="a seed is a whole number from 0"):
            botcore.train(GAME, "qlearning", seed=wrong)
    with pytest.raises(botcore.BotplayError, match="there is no seed"):
        botcore.evaluate(GAME, "qlearning", seeds=[])
    with pytest.raises(botcore.BotplayError, match="needs a window"):
        botcore.play(GAME, "human")
    with pytest.raises(botcore.BotplayError, match="breakout"):
        botcore.play("brekout", "random")
    with pytest.raises(botcore.BotplayError, match="nobodys is no trained model"):
        botcore.play(GAME, "qlearning", model="nobodys")
    with pytest.raises(botcore.BotplayError, match="more than nothing"):
        botcore.train("car", "dqn", steps=0)
    with pytest.raises(botcore.BotplayError, match="no replay"):
        botcore.open_replay("last")


def test_runs_that_begin_in_the_same_second_have_a_folder_each() -> None:
    plugins = load_plugins()
    setup = choose(plugins, game=GAME, brain="qlearning")
    assert len({new_folder(plugins, setup, "runs") for _ in range(20)}) == 20
