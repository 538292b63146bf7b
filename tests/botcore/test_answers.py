"""What a brain answers is looked at in a training as it is in play: nobody could play its model otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from botcore import BotplayError, Brain, Choice, hookimpl
from botcore.plugins import load_plugins
from botcore.setup import choose
from botcore.training.build import open_for_training
from botcore.training.loop import train_loop
from tests.botcore.answering import Answering

TWO = np.array([0, 1])


def trained_two_steps(learner: Any) -> list[dict[str, float]]:
    """Train `learner` for two steps of two copies; return the metrics that were reported."""

    class Plugin:
        @hookimpl
        def botplay_brains(self) -> Iterable[Brain]:
            yield Brain("odd", "Odd.", learner=lambda request: learner)

    plugins = load_plugins(modules=[("odd", Plugin())])
    setup = choose(plugins, game="gym:CartPole-v1", brain="odd")
    built, batch = open_for_training(plugins, setup, copies=2, threads=1, seed=0)
    told: list[Any] = []
    spent = iter([0.0, 0.5, 1.0])
    report: Any = SimpleNamespace(steps=lambda count: next(spent), metrics=told.append, episodes=told.append)
    try:
        train_loop(built, batch, report, lambda: False, brain="odd")
    finally:
        batch.close()
    return told


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (Choice(np.array([0.0, 1.0])), r"brain odd gives actions \[2\] float64"),  # type: ignore[arg-type]
        (Choice([0, 1]), r"gives actions \[0, 1\] where a NumPy array belongs"),  # type: ignore[arg-type]
        (Choice(np.array([0, 2])), r"chose action 2, of 2 \(0 to 1\)"),
        (Choice(np.array([0, -1])), "chose action -1, of 2"),
        (Choice(TWO, q_values=[[0.0, 1.0]] * 2), "gives q_values .* where a NumPy array"),  # type: ignore[arg-type]
        (Choice(TWO, exploration=np.full(2, 0.5)), "gives exploration .*, not one number"),  # type: ignore[arg-type]
        (7, "gives 7 where a Choice belongs"),
    ],
)
def test_a_choice_that_nobody_can_play_ends_a_training(choice: Any, words: str) -> None:
    with pytest.raises(BotplayError, match=words):
        trained_two_steps(Answering(choice, {}))


def test_what_learning_reports_are_numbers_by_name() -> None:
    with pytest.raises(BotplayError, match=r"brain odd: learn\(\) gives None, not a mapping of numbers"):
        trained_two_steps(Answering(Choice(TWO), None))
    reported = {"loss": np.float32(2), "note": "hi", "each": np.zeros(3)}
    assert trained_two_steps(Answering(Choice(TWO), reported)) == [{"loss": 2.0}] * 2


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (None, r"brain odd: weights\(\) gives None, not a mapping of NumPy arrays"),
        (
            {"policy": torch.zeros(2)},
            r"weights\(\) has a Tensor under 'policy', not a NumPy array \(a tensor is",
        ),
        ({"policy": [0.0]}, r"weights\(\) has a list under 'policy'"),
        ({0: np.zeros(2)}, r"weights\(\) has 0 where a name belongs"),
    ],
)
def test_weights_that_no_model_holds_are_told_before_a_training(weights: Any, words: str) -> None:
    learner = Answering(Choice(TWO), {})
    learner.weights = lambda: weights  # type: ignore[method-assign]
    with pytest.raises(BotplayError, match=words):
        trained_two_steps(learner)


def test_what_is_no_learner_is_told() -> None:
    with pytest.raises(BotplayError, match="brain odd is built as 7 where a Learner belongs"):
        trained_two_steps(7)
    learner = Answering(Choice(TWO), {})
    learner.discount = "0.9"  # type: ignore[assignment]
    with pytest.raises(BotplayError, match=r"brain odd gives discount '0\.9', not one number"):
        trained_two_steps(learner)
