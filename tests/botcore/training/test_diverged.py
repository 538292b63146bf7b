"""A training that diverges ends with a line, and what was saved before is kept."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

from botcore import BotplayError, Experience, Game, Learner, RewardRule, Snapshot, hookimpl
from botcore.card import Card
from botcore.cli.main import main
from botcore.models import WEIGHTS, install_model
from botcore.plugins import load_plugins
from botcore.session import Session
from botcore.setup import choose
from botcore.training.build import open_for_training
from botcore.training.checkpoint import read_checkpoint, write_checkpoint
from botcore.training.diverged import DivergedError
from botcore.training.progress import Budget
from botcore.training.trainer import CHECKPOINT, Run, train

TOO_LARGE = "learner.learning_rate=1e30"
SMALL = ("training.copies=4", "neurons.layers=8")
BRAINS = {
    "a3c": ("learner.rollout=4", "memory.size=8"),
    "dqn": ("learner.warm_up=8", "learner.batch=8", "learner.n_step=1"),
}


def trained(folder: Path, brain: str, *assignments: str) -> None:
    plugins = load_plugins()
    settings = [*SMALL, *BRAINS[brain], *assignments]
    setup = choose(plugins, game="gym:CartPole-v1", brain=brain, assignments=settings)
    train(plugins, Run(setup, Budget(steps=4_000), folder))


def everything(path: Path) -> dict[str, NDArray[Any]]:
    return dict(read_checkpoint(path)[0].arrays)


def all_finite(arrays: Iterable[NDArray[Any]]) -> bool:
    return all(np.isfinite(array).all() for array in arrays)


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("brain", "agents"), [("a3c", 1), ("a3c", 2), ("dqn", 1), ("dqn", 2)])
def test_a_training_that_diverges_says_so_and_keeps_its_last_checkpoint(
    tmp_path: Path, brain: str, agents: int
) -> None:
    with pytest.raises(
        DivergedError, match=r"norm of its gradient (nan|inf); a smaller.*last checkpoint.*kept: "
    ) as told:
        trained(tmp_path, brain, TOO_LARGE, f"training.agents={agents}")
    assert "\n" not in str(told.value)
    assert str(told.value).endswith(str(tmp_path / CHECKPOINT))
    snapshot, facts = read_checkpoint(tmp_path / CHECKPOINT)
    assert facts["progress"]["steps"] == 0, "the weights from just before NaN would be no better"
    assert max(np.abs(array).max() for array in snapshot.arrays.values()) < 100


def test_what_a_learner_overlooks_is_neither_saved_nor_handed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botplay_a3c.a3c.check_update", lambda loss, norm: None)
    with pytest.raises(DivergedError, match=r"NaN or infinite numbers in network.*last checkpoint"):
        trained(tmp_path, "a3c", TOO_LARGE)
    assert all_finite(everything(tmp_path / CHECKPOINT).values())


def test_the_command_ends_with_a_line_and_installs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path))
    what = ["train", "--game", "gym:CartPole-v1", "--brain", "a3c", "--steps", "4000"]
    monkeypatch.setattr("sys.argv", ["botplay", *what, "--set", TOO_LARGE])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert sum("diverged" in line for line in lines) == 1
    assert "Traceback" not in "".join(lines)
    assert not (tmp_path / "models").exists()


def learned_from(learner: Learner, seen: NDArray[Any], reward: float) -> None:
    """Let it learn from the same step of four copies, over and over."""
    yes = np.ones(4, np.bool_)
    for step in range(8):
        choice = learner.act(seen, yes & (step == 0), explore=True)
        fed = np.full(4, reward, np.float32)
        learner.learn(Experience(seen, choice.actions, fed, seen, terminated=~yes, truncated=~yes, valid=yes))


@pytest.mark.parametrize("reward", [np.nan, np.inf])
@pytest.mark.parametrize("brain", ["a3c", "dqn", "qlearning"])
def test_a_gradient_that_is_not_finite_changes_nothing(brain: str, reward: float) -> None:
    plugins = load_plugins()
    setup = choose(plugins, game="gym:FrozenLake-v1", brain=brain, assignments=BRAINS.get(brain, ()))
    learner, batch = open_for_training(plugins, setup, copies=4, threads=1, seed=0)
    batch.close()
    before = learner.weights()
    with pytest.raises(DivergedError):
        learned_from(learner, batch.observation, reward)
    for name, array in learner.weights().items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_a_checkpoint_holds_numbers_or_stays_as_it_was(tmp_path: Path, odd: float) -> None:
    path = tmp_path / CHECKPOINT
    write_checkpoint(path, Snapshot({"a": np.ones(3)}), {})
    with pytest.raises(DivergedError, match="numbers in b;"):
        write_checkpoint(path, Snapshot({"a": np.zeros(3, np.int64), "b": np.array([1, odd])}), {})
    assert everything(path)["a"].tolist() == [1, 1, 1]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_a_file_with_what_are_no_numbers_is_called_damaged(tmp_path: Path, odd: float) -> None:
    path = tmp_path / CHECKPOINT
    save_file({"a": np.array([1, odd], np.float32)}, path, metadata={"facts": "{}", "learner": "{}"})
    with pytest.raises(BotplayError, match=f"^{path} is damaged: there are NaN or infinite numbers in a$"):
        read_checkpoint(path)
    card = Card(choose(load_plugins(), game="car", brain="dqn"), "")
    model = install_model(tmp_path / "model", {"w": np.array([odd, 0], np.float16)}, card)
    with pytest.raises(BotplayError, match=f"^{model.folder / WEIGHTS} is damaged: .* in w$"):
        model.weights()


class Odd(gymnasium.Env[NDArray[np.float32], np.int64]):
    """Shows, pays or tells of `odd` at its third step."""

    observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (2,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, where: str, odd: float) -> None:
        self.where, self.odd = where, odd

    def reset(
        self, *, seed: int | None = None, options: Any = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        super().reset(seed=seed)
        self.time = 0
        return np.zeros(2, np.float32), {"bonus": 0.0}

    def step(self, action: np.int64) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        self.time += 1
        given = {where: self.odd if where == self.where and self.time == 3 else 0.0 for where in SAID}
        seen = np.array([0, given["observation"]], np.float32)
        return seen, given["reward"], False, False, {"bonus": given["bonus"]}


SAID = {"observation": "an observation", "reward": "a reward", "bonus": "a reward, by the reward rule,"}
"""What can be odd, and how it is told."""


@pytest.mark.parametrize("odd", [np.nan, np.inf])
@pytest.mark.parametrize("where", SAID)
def test_what_a_game_gives_that_is_no_number_is_the_games_mistake(
    tmp_path: Path, where: str, odd: float
) -> None:
    class Plugin:
        @hookimpl
        def botplay_games(self) -> Iterable[Game]:
            rule = RewardRule(bonuses={"bonus": 1.0}, clip=None)
            yield Game(name="odd", summary="Odd.", open=lambda request: Odd(where, odd), reward=rule)

    plugins = load_plugins(modules=[("odd", Plugin())])
    setup = choose(plugins, game="odd", brain="dqn", assignments=[*SMALL, *BRAINS["dqn"]])
    with pytest.raises(BotplayError, match=f"the game gave {SAID[where]} of {odd}"):
        train(plugins, Run(setup, Budget(steps=400), tmp_path))
    live = Session(plugins, setup, seed=1, learn=True, pictures=False)
    with pytest.raises(BotplayError, match=f"the game gave {SAID[where].partition(',')[0]} of {odd}"):
        list(islice(live.moments(1), 50))
    live.close()
    snapshot, facts = read_checkpoint(tmp_path / CHECKPOINT)
    assert facts["progress"]["steps"] == 8, "what was learned until then is saved"
    assert all_finite(snapshot.arrays.values())
