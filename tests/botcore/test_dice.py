"""Who plays has dice of its own: what it draws tells nothing of what the game draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import gymnasium
import numpy as np
import pytest
from numpy.typing import NDArray

from botcore import Brain, BuildRequest, Choice, Game, Learner, hookimpl
from botcore.plugins import Plugins, load_plugins
from botcore.session import Session
from botcore.setup import choose
from botcore.training.build import open_for_training

FACES = 6


class Guess(gymnasium.Env[NDArray[np.float32], int]):
    """Each step throws a die with Gymnasium's own random numbers; who has guessed it is paid."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}
    render_mode = "rgb_array"
    action_space = gymnasium.spaces.Discrete(FACES)
    observation_space = gymnasium.spaces.Box(0, 1, (1,), np.float32)

    def reset(
        self, *, seed: int | None = None, options: Any = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        super().reset(seed=seed)
        return np.zeros(1, np.float32), {}

    def step(self, action: int) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        right = int(self.np_random.integers(FACES)) == action
        return np.zeros(1, np.float32), float(right), False, False, {}

    def render(self) -> NDArray[np.uint8]:  # type: ignore[override]
        return np.zeros((8, 8, 3), np.uint8)


class Chancy(Learner):
    """Draws from the seed it was built with, and is not seeded again: nobody has to write `seed`."""

    def __init__(self, request: BuildRequest) -> None:
        self.generator = np.random.default_rng(request.seed)

    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        return Choice(self.generator.integers(FACES, size=len(observation)))

    def weights(self) -> dict[str, NDArray[Any]]:
        return {}

    def load_weights(self, weights: Mapping[str, NDArray[Any]]) -> None:
        pass


class Toys:
    @hookimpl
    def botplay_brains(self) -> Iterable[Brain]:
        yield Brain("chancy", "Draws.", learner=Chancy, trains=False)

    @hookimpl
    def botplay_games(self) -> Iterable[Game]:
        yield Game("guess", "A die.", open=lambda request: Guess())


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins(modules=[("toys", Toys())])


@pytest.mark.parametrize("brain", ["random", "chancy"])
@pytest.mark.parametrize("seed", [1, 1000])
def test_in_play(plugins: Plugins, seed: int, brain: str) -> None:
    session = Session(plugins, choose(plugins, game="guess", brain=brain), seed=seed)
    stream = session.moments()
    paid = [next(stream).reward for _ in range(601)]
    session.close()
    assert 60 < sum(paid) < 140  # 100 of 600 by chance; all of them with the game's dice


@pytest.mark.parametrize("seed", [1, 1000])
def test_in_training(plugins: Plugins, seed: int) -> None:
    setup = choose(plugins, game="guess", brain="random")
    learner, batch = open_for_training(plugins, setup, copies=1, threads=1, seed=seed)
    paid = []
    for _ in range(600):
        chosen = learner.act(batch.observation, batch.starts, explore=True)
        paid.append(float(batch.step(chosen.actions).reward[0]))
    batch.close()
    assert 60 < sum(paid) < 140
