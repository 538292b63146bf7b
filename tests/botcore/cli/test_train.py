"""`botplay train`: going on with a run, and whose place a trained model takes."""

from __future__ import annotations

import json
import re
import signal
import time
from pathlib import Path

import pytest

from botcore.models import CARD, WEIGHTS
from botcore.training.checkpoint import read_facts
from tests.botcore.cli.as_typed import CARTPOLE, QUICK, botplay, command

QLEARNING = ("--game", "gym:FrozenLake-v1", "--brain", "qlearning")


def only_run(home: Path) -> Path:
    [run] = (home / "data" / "runs").iterdir()
    return run


def stop_early(home: Path, *arguments: str) -> str:
    """Train, press Ctrl-C when episodes have ended, and return what it printed."""
    process = command(home, "train", *arguments)
    assert process.stderr is not None
    begun = next((line for line in process.stderr if "the run lies in" in line), None)
    assert begun is not None, process.communicate()
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    assert "stopped:" in output
    return output


def test_training_is_resumed_and_keeps_its_setup(home: Path) -> None:
    botplay(home, "train", *CARTPOLE, "--steps", "400", *QUICK, "--no-install")
    assert not (home / "data" / "models").exists()
    _, errors = botplay(home, "train", "--resume", "--steps", "100", code=2)
    assert "--steps or --minutes, which are those of the whole run" in errors
    output, _ = botplay(home, "train", "--resume", "--steps", "800")
    assert "finished: 800 steps" in output
    asked = ("train", "--resume", "last", "--game", "gym:CartPole-v1", "--brain", "a3c")
    _, errors = botplay(home, *asked, code=2)
    assert "no run to resume of gym/CartPole-v1 with a3c in" in errors
    output, _ = botplay(home, "train", "--resume", str(only_run(home)), "--steps", "904")
    assert "finished: 904 steps" in output


def test_steps_that_are_set_are_a_budget_beside_minutes_and_of_a_run_that_goes_on(home: Path) -> None:
    output, _ = botplay(home, "train", *CARTPOLE, "--minutes", "5", *QUICK, "--set", "training.steps=400")
    assert "finished: 400 steps" in output
    assert read_facts(only_run(home) / "checkpoint.safetensors")["budget"] == {"steps": 400, "minutes": 5.0}
    output, _ = botplay(home, "train", "--resume", "--set", "training.steps=800")
    assert "finished: 800 steps" in output


def test_a_run_goes_on_to_its_own_budget_with_its_own_seed(home: Path) -> None:
    stop_early(home, *QLEARNING, "--steps", "400000000", "--seed", "5")
    facts = read_facts(only_run(home) / "checkpoint.safetensors")
    assert facts["budget"] == {"steps": 400_000_000, "minutes": None}
    # Stopped, not finished: the preset's 40,000 steps are not its budget.
    stop_early(home, "--resume", "--set", "reward.bonuses.nothing=1")
    after = read_facts(only_run(home) / "checkpoint.safetensors")
    assert (after["budget"], after["seed"]) == (facts["budget"], 5)
    assert after["setup"]["settings"]["reward"]["bonuses"] == {"nothing": "1"}
    assert after["progress"]["steps"] > facts["progress"]["steps"]


def test_a_run_that_is_through_says_that_it_wants_more(home: Path) -> None:
    botplay(home, "train", *CARTPOLE, "--steps", "400", *QUICK, "--no-install")
    _, errors = botplay(home, "train", "--resume", code=2)
    assert "has spent its budget (400 steps in" in errors
    output, _ = botplay(home, "train", "--resume", "--install")
    assert "installed:" in output


def test_what_is_told_and_kept_of_a_command_can_be_typed_again(home: Path) -> None:
    folder = home / "my run"
    again = ("train", *CARTPOLE, "--steps", "80", *QUICK, "--no-install", "--out", str(folder))
    output, _ = botplay(home, *again)
    assert f"install it with --resume '{folder}' --install" in output
    card, _ = botplay(home, "models", "show", str(folder / "model"))
    assert f"--out '{folder}'" in " ".join(card.split())


def test_a_new_run_does_not_take_the_place_of_another(home: Path) -> None:
    again = ("train", *CARTPOLE, "--steps", "80", *QUICK, "--no-install", "--out", str(home / "mine"))
    botplay(home, *again)
    before = (home / "mine" / "checkpoint.safetensors").read_bytes()
    _, errors = botplay(home, *again, code=2)
    assert f"--resume {home / 'mine'} goes on with it" in errors
    botplay(home, "train", *CARTPOLE, "--steps", "80", *QUICK, "--no-install")
    _, errors = botplay(home, "train", "--resume", "--steps", "160", "--out", str(home / "mine"), code=2)
    assert "there is a run in" in errors, "of another run's checkpoint"
    assert (home / "mine" / "checkpoint.safetensors").read_bytes() == before
    botplay(home, "train", "--resume", str(home / "mine"), "--steps", "160", "--out", str(home / "mine"))


def test_a_run_that_goes_on_just_now_is_not_resumed_beside_itself_but_after_it_was_killed(home: Path) -> None:
    process = command(home, "train", *QLEARNING, "--steps", "400000000", "--no-install")
    assert process.stderr is not None
    assert any("the run lies in" in line for line in process.stderr)
    _, errors = botplay(home, "train", "--resume", code=2)
    assert f"a training goes on in {only_run(home)} just now" in errors
    process.kill()
    process.communicate()
    (only_run(home) / f".{'0a' * 8}.draft").write_bytes(b"half of one")  # as a kill may leave it
    process = command(home, "train", "--resume")
    assert process.stderr is not None
    begun = next(line for line in process.stderr if "the run lies in" in line)
    assert re.search(r", and goes on from [\d,]+ steps, as saved 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$", begun)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert [path.name for path in only_run(home).glob(".*.draft")] == []


def test_what_is_trained_from_a_model_is_what_its_card_says(home: Path) -> None:
    botplay(home, "train", *CARTPOLE, "--steps", "80", *QUICK, "--no-install")
    model = str(only_run(home) / "model")
    _, errors = botplay(home, "train", "--from", model, "--steps", "80", "--no-install")
    assert "training dqn on gym/CartPole-v1" in errors
    _, errors = botplay(home, "train", "--from", model, "--brain", "a3c", "--steps", "80", code=2)
    assert "dqn" in errors
    _, errors = botplay(home, "train", "--steps", "80", code=2)
    assert "training needs --game and --brain" in errors


def test_a_game_that_cannot_be_opened_leaves_no_folder_of_a_run(home: Path) -> None:
    botplay(home, "train", "--game", "gym:FrozenLake-v1?map_name=7x7", "--brain", "qlearning", code=2)
    assert list((home / "data" / "runs").iterdir()) == []


def test_a_model_that_is_not_to_be_installed_lies_in_the_folder_of_the_run(home: Path) -> None:
    output, _ = botplay(home, "train", *CARTPOLE, "--steps", "80", *QUICK, "--no-install")
    folder = only_run(home) / "model"
    assert f"its model: {folder} (play it with --model" in output
    assert not (home / "data" / "models").exists()
    play = (*CARTPOLE, "--no-window", "--no-record", "--model")
    botplay(home, *play, str(folder))
    _, errors = botplay(home, *play, str(only_run(home)), code=2)
    assert f"is a training run; its model lies in {folder}" in errors
    for model in (folder, folder / CARD, folder / WEIGHTS):
        _, errors = botplay(home, "train", "--resume", str(model), code=2)
        assert f"{model} is a trained model, not a run that was stopped: --from {folder} begins" in errors
    output, _ = botplay(home, "models", "show", str(folder))
    assert "trained: 80 steps" in output


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--eyes", "none"), "leave --eyes out"),
        (("--protocol", "default", "--eyes", "none", "--memory", "none"), "leave --eyes and --memory out"),
        (("--protocol", "v5"), "no run to resume under protocol v5 in"),
        (("--from", "gym/CartPole-v1/dqn"), "give one of them"),
        (("--game", "gym:Acrobot-v1"), "no run to resume"),
    ],
)
def test_what_a_run_cannot_become_is_refused(home: Path, more: tuple[str, ...], told: str) -> None:
    botplay(home, "train", *CARTPOLE, "--steps", "80", *QUICK, "--no-install")
    _, errors = botplay(home, "train", "--resume", *more, code=2)
    assert told in errors


def test_the_last_run_of_a_brain_is_found_beside_one_whose_name_holds_it(home: Path) -> None:
    for brain in ("dqn", "nstep-dqn"):
        game = ("--game", "gym:CartPole-v1", "--brain", brain)
        botplay(home, "train", *game, "--steps", "80", *QUICK, "--no-install")
    (home / "data" / "runs" / "zz").mkdir()
    (home / "data" / "runs" / "zz" / "checkpoint.safetensors").write_bytes(b"damaged")
    _, errors = botplay(home, "train", "--resume", "--brain", "dqn", "--steps", "160", "--no-install")
    assert "training dqn on gym/CartPole-v1" in errors


def test_a_training_that_was_stopped_is_installed_where_there_was_nothing(home: Path) -> None:
    lonely = (*CARTPOLE, "--minutes", "5", *QUICK, "--no-plugin", "models")
    assert "\ninstalled:" in stop_early(home, *lonely)
    folder = home / "data" / "models" / "gym" / "CartPole-v1" / "dqn"
    steps = json.loads((folder / CARD).read_text())["steps"]
    output = stop_early(home, "--resume", "--no-plugin", "models")
    assert "\ninstalled:" in output, "what was there is an earlier state of the same run"
    assert json.loads((folder / CARD).read_text())["steps"] > steps


def test_a_training_that_was_stopped_does_not_take_the_place_of_another_model(home: Path) -> None:
    output = stop_early(home, *CARTPOLE, "--minutes", "5", *QUICK)
    assert "not installed: it was stopped, and there is a model already (score 500" in output
    assert not (home / "data" / "models").exists()
    [aside] = (home / "data" / "runs").glob("*/model")
    assert f"its model: {aside}" in output
    played, _ = botplay(home, "evaluate", *CARTPOLE, "--model", str(aside), "--episodes", "1")
    assert str(aside) in played


def test_a_model_of_ones_own_is_kept_when_another_takes_its_place_and_can_be_removed(home: Path) -> None:
    output, _ = botplay(home, "train", *CARTPOLE, "--steps", "400", *QUICK)
    assert "it plays instead of the one that ships (score 500 ± 0 in 100 episodes)" in output
    folder = home / "data" / "models" / "gym" / "CartPole-v1" / "dqn"
    first = (folder / WEIGHTS).read_bytes()
    output, _ = botplay(home, "train", *CARTPOLE, "--steps", "480", *QUICK, "--seed", "3")
    [aside] = (home / "data" / "runs").glob("*/replaced")
    assert f"the model that was there: {aside}" in output
    assert "the one that ships" not in output
    assert (aside / WEIGHTS).read_bytes() == first != (folder / WEIGHTS).read_bytes()
    output, _ = botplay(home, "models", "remove", "gym/CartPole-v1/dqn")
    assert "plays again" in output
    assert not folder.exists()
    _, errors = botplay(home, "models", "remove", "gym/CartPole-v1/dqn", code=2)
    assert "ships with botplay" in errors


def test_a_broken_model_is_replaced_by_what_was_learned_and_can_be_removed(home: Path) -> None:
    folder = home / "data" / "models" / "gym" / "CartPole-v1" / "dqn"
    folder.mkdir(parents=True)
    (folder / CARD).write_text("{}")
    output, _ = botplay(home, "train", *CARTPOLE, "--steps", "400", *QUICK)
    assert f"installed: {folder}" in output
    [aside] = (home / "data" / "runs").glob("*/replaced")
    assert (aside / CARD).read_text() == "{}"
    (folder / CARD).write_text("{}")
    output, _ = botplay(home, "models", "remove", "gym/CartPole-v1/dqn")
    assert f"removed: {folder}" in output
    assert not folder.exists()


def test_a_training_without_an_episode_is_not_installed(home: Path) -> None:
    output, _ = botplay(home, "train", *CARTPOLE, "--steps", "8", *QUICK)
    assert "not installed: no episode ended" in output
    assert not (home / "data" / "models").exists()


def test_trainings_that_begin_at_once_have_a_run_each(home: Path) -> None:
    together = [
        command(home, "train", *QLEARNING, "--steps", "300", "--seed", str(seed)) for seed in range(3)
    ]
    said = [process.communicate(timeout=120) for process in together]
    assert [process.returncode for process in together] == [0, 0, 0], said
    runs = list((home / "data" / "runs").iterdir())
    assert len(runs) == 3
    assert sorted(read_facts(run / "checkpoint.safetensors")["seed"] for run in runs) == [0, 1, 2]
    botplay(home, "evaluate", *QLEARNING, "--episodes", "1")
