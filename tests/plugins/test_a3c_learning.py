"""A3C learns a small pixel task that needs memory, and cannot without it; and how large a number is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest

from botcore import Game, hookimpl
from botcore.plugins import Plugins, load_plugins
from botcore.setup import choose
from botcore.training.progress import Budget
from botcore.training.trainer import Run, train


class Recall(gymnasium.Env[np.ndarray, int]):
    """A lamp on the left or the right lights up once; four dark steps later the side must be named."""

    metadata = {"render_modes": ["rgb_array"]}
    observation_space = gymnasium.spaces.Box(0, 255, (1, 12, 12), np.uint8)
    action_space = gymnasium.spaces.Discrete(2)
    delay = 4

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[np.ndarray, dict[str, Any]]:
        super().reset(seed=seed)
        self.side, self.time = int(self.np_random.integers(2)), 0
        return self.picture(), {}

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        self.time += 1
        over = self.time > self.delay
        reward = (1.0 if action == self.side else -1.0) if over else 0.0
        return self.picture(), reward, over, False, {}

    def picture(self) -> np.ndarray:
        seen = np.zeros((1, 12, 12), np.uint8)
        if self.time == 0:
            seen[0, :, 6 * self.side : 6 * self.side + 6] = 255
        if self.time == self.delay:
            seen[0, :2] = 255  # the question
        return seen


class HowMuch(gymnasium.Env[np.ndarray, int]):
    """Two numbers that are alike, large or small; which it is must be said."""

    observation_space = gymnasium.spaces.Box(0, 4, (2,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[np.ndarray, dict[str, Any]]:
        super().reset(seed=seed)
        self.large = int(self.np_random.integers(2))
        return np.array([1, 2], np.float32) * (1 + self.large), {}

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        return np.zeros(2, np.float32), 1.0 if action == self.large else -1.0, True, False, {}


class Tasks:
    """The tasks as a plugin."""

    @hookimpl
    def botplay_games(self) -> Iterable[Game]:
        yield Game(name="recall", summary="Remember a side.", open=lambda request: Recall())
        yield Game(name="how_much", summary="Large or small?", open=lambda request: HowMuch())


def plugins() -> Plugins:
    return load_plugins(modules=[("tasks", Tasks())])


SETTINGS = [
    "eyes.size=tiny",
    "eyes.features=32",
    "memory.size=32",
    "neurons.layers=",
    "learner.learning_rate=0.003",
    "learner.rollout=10",
    "training.copies=16",
]


def score_after_training(tmp_path: Path, memory: str) -> float:
    loaded = plugins()
    setup = choose(loaded, game="recall", brain="a3c", memory=memory, assignments=SETTINGS)
    trained = train(loaded, Run(setup, Budget(steps=40_000), tmp_path))
    mean = trained.progress.mean_score
    assert mean is not None
    return mean


@pytest.mark.learning
def test_it_learns_what_needs_memory(tmp_path: Path) -> None:
    assert score_after_training(tmp_path, "lstm") > 0.9


@pytest.mark.learning
def test_without_memory_it_can_only_guess(tmp_path: Path) -> None:
    assert abs(score_after_training(tmp_path, "none")) < 0.5


@pytest.mark.learning
def test_it_learns_from_how_large_a_games_numbers_are(tmp_path: Path) -> None:
    """Nothing a brain does by itself to a third party's numbers may hide that."""
    loaded = plugins()
    setup = choose(loaded, game="how_much", brain="a3c", assignments=["learner.learning_rate=0.003"])
    trained = train(loaded, Run(setup, Budget(steps=10_000), tmp_path))
    assert (trained.progress.mean_score or 0) > 0.9
