"""The average of the weights along a training."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from botcore import Choice, Learner, Snapshot
from botcore.plugins import load_plugins
from botcore.setup import Setup, choose
from botcore.training.averaging import LOOKS, PREFIX, Average
from botcore.training.checkpoint import read_checkpoint
from botcore.training.progress import Budget
from botcore.training.trainer import CHECKPOINT, Run, Trained, train


class Growing(Learner):
    """Has the weights that it is given."""

    def __init__(self) -> None:
        self.now: dict[str, NDArray[Any]] = {}

    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        raise NotImplementedError

    def weights(self) -> dict[str, NDArray[Any]]:
        return self.now

    def load_weights(self, weights: Mapping[str, NDArray[Any]]) -> None:
        raise NotImplementedError


def averaged(share: float, every: int, steps: int) -> float:
    """Return the average of a weight that is always as large as the steps that were made."""
    learner, average = Growing(), Average(share)
    for step in range(0, steps + 1, every):
        learner.now = {"w": np.array([step], np.float64)}
        average.look(learner, step)
    return float(average.of(learner)["w"][0])


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5])
@pytest.mark.parametrize("every", [8, 640])
def test_it_weighs_steps_as_polynomial_decay_does(share: float, every: int) -> None:
    # Weighing step t by t^(1/share - 1), as its definition has it, summed the slow way.
    steps = np.arange(1, 1_000_001, dtype=np.float64)
    density = (steps / 1e6) ** (1 / share - 1)
    expected = float((steps * density).sum() / density.sum())
    coarse = share * 1e6 / LOOKS  # it looks so often
    assert averaged(share, every, 1_000_000) == pytest.approx(expected, abs=coarse)


def test_without_a_share_the_weights_are_the_last() -> None:
    assert averaged(0.0, 100, 1_000) == 1_000


def test_what_cannot_be_averaged_is_taken_as_it_is_now() -> None:
    learner, average = Growing(), Average(1.0)
    learner.now = {"table": np.zeros(2, np.float32), "count": np.array(1), "gone": np.ones(1)}
    average.look(learner, 10)
    learner.now = {"table": np.ones(3, np.float32), "count": np.array(2)}
    average.look(learner, 20)
    mean = average.of(learner)
    assert {*mean} == {"table", "count"}
    assert mean["table"].tolist() == [1, 1, 1]
    assert mean["count"] == 2
    learner.now["table"][:] = 5
    assert mean["table"].tolist() == [1, 1, 1], "it is a copy"


def cartpole(averaging: float, agents: int = 1) -> Setup:
    assignments = ["training.copies=4", "memory.size=8", f"training.averaging={averaging}"]
    assignments.append(f"training.agents={agents}")
    return choose(load_plugins(), game="gym:CartPole-v1", brain="a3c", assignments=assignments)


def trained(folder: Path, averaging: float, steps: int, resume: Path | None = None) -> Trained:
    return train(load_plugins(), Run(cartpole(averaging), Budget(steps=steps), folder, resume=resume))


def test_a_training_learns_the_same_and_ends_with_the_average(tmp_path: Path) -> None:
    plain, mean = trained(tmp_path / "plain", 0, 800), trained(tmp_path / "mean", 0.5, 800)
    last, kept = (read_checkpoint(run.checkpoint)[0].arrays for run in (plain, mean))
    for name, array in last.items():
        np.testing.assert_array_equal(kept[name], array, err_msg=name)
    moved = [name for name, array in plain.weights.items() if not np.array_equal(mean.weights[name], array)]
    assert moved, "what it ends with is not the last weights"
    for name, array in mean.weights.items():
        np.testing.assert_array_equal(kept[f"{PREFIX}{name}"], array, err_msg=name)
        assert array.dtype == plain.weights[name].dtype


def test_a_resumed_training_goes_on_with_its_average(tmp_path: Path) -> None:
    first = trained(tmp_path, 0.5, 800)
    same = trained(tmp_path, 0.5, 800, resume=first.checkpoint)
    for name, array in first.weights.items():
        np.testing.assert_array_equal(same.weights[name], array, err_msg=name)
    without = trained(tmp_path, 0, 800, resume=tmp_path / CHECKPOINT)
    snapshot, _ = read_checkpoint(without.checkpoint)
    for name, array in without.weights.items():
        np.testing.assert_array_equal(snapshot.arrays[f"network.{name}"], array, err_msg=name)


@pytest.mark.timeout(120)
def test_the_shared_weights_of_agents_are_averaged(tmp_path: Path) -> None:
    run = Run(cartpole(0.5, agents=2), Budget(steps=4_000), tmp_path)
    mean = train(load_plugins(), run, warn=pytest.fail).weights
    last = read_checkpoint(tmp_path / CHECKPOINT)[0].arrays
    assert any(not np.array_equal(last[f"network.{name}"], array) for name, array in mean.items())


def test_a_learners_own_arrays_may_be_called_averages() -> None:
    learner, average = Growing(), Average(0.5)
    learner.now = {"w": np.ones(2)}
    average.look(learner, 10)
    own = Snapshot({"average.reward": np.array([3.0]), "w": np.zeros(2)}, {"seen": 1})
    again, mean = Average.out_of(average.kept_in(own))
    assert {*again.arrays} == {"average.reward", "w"}
    assert again.facts == own.facts
    assert mean["w"].tolist() == [1, 1]
