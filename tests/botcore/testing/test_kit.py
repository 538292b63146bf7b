"""The kit for plugin authors: it passes what is right and refuses what is wrong."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from numpy.typing import NDArray

from botcore import Brain, BuildRequest, Choice, Game, Learner, hookimpl
from botcore.testing import check_brain, check_game, plugins_for


class Walk(gymnasium.Env[NDArray[np.float32], int]):
    metadata = {"render_modes": ["rgb_array"]}
    observation_space = gymnasium.spaces.Box(0, 100, (1,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)
    render_mode = "rgb_array"

    def __init__(self, *, fickle: bool = False, growing: bool = False) -> None:
        self.fickle, self.growing = fickle, growing

    def reset(
        self, *, seed: int | None = None, options: Any = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        super().reset(seed=seed)
        random = np.random.default_rng(None if self.fickle else seed)
        self.place, self.time = float(random.integers(50)), 0
        return np.array([self.place], np.float32), {}

    def step(self, action: int) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        self.time += 1
        return np.array([self.place], np.float32), 1.0, False, self.time == 20, {}

    def render(self) -> NDArray[np.uint8]:  # type: ignore[override]
        return np.zeros((8 + (self.time if self.growing else 0), 8, 3), np.uint8)


def game_of(make: Callable[[], Walk], **more: Any) -> object:
    class Plugin:
        @hookimpl
        def botplay_games(self) -> Iterable[Game]:
            yield Game("walk", "Walk.", open=lambda request: make(), **more)

    return Plugin()


@pytest.mark.parametrize("game", ["car", "breakout", "doom/basic", "gym:CartPole-v1", "gym:FrozenLake-v1"])
def test_bundled_games_pass(game: str) -> None:
    check_game(plugins_for(), game)


def test_a_right_game_of_a_stranger_passes() -> None:
    check_game(plugins_for(game_of(Walk)), "walk")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Walk(fickle=True), "deterministic|same"),
        (lambda: Walk(growing=True), "one size"),
    ],
)
def test_a_game_that_breaks_the_contract_is_refused(make: Callable[[], Walk], words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        check_game(plugins_for(game_of(make)), "walk")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"kinds": frozenset({"pixels"})}, "reads as vector"),
        ({"thumbnail": "botcore:errors.py"}, "is a PNG"),
    ],
)
def test_a_game_that_describes_itself_wrongly_is_refused(more: dict[str, Any], words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        check_game(plugins_for(game_of(Walk, **more)), "walk")


@pytest.mark.parametrize(
    ("brain", "game"),
    [
        ("qlearning", "gym:FrozenLake-v1"),
        ("dqn", "gym:CartPole-v1"),
        ("nstep-dqn", "breakout"),
        ("a3c", "breakout"),
        ("a3c", "car"),
        ("random", "doom"),
        ("human", "doom"),
    ],
)
def test_bundled_brains_pass(brain: str, game: str) -> None:
    few = ("learner.warm_up=20", "learner.memory=100") if "dqn" in brain else ()
    check_brain(plugins_for(), brain, game=game, settings=few)


class Forgetful(Learner):
    """Acts by something that its weights do not hold."""

    def __init__(self, request: BuildRequest) -> None:
        self.secret, self.actions = request.seed, request.actions

    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        return Choice(np.full(len(observation), self.secret % self.actions))

    def weights(self) -> dict[str, NDArray[Any]]:
        return {}

    def load_weights(self, weights: Any) -> None:
        if weights:
            raise ValueError("not mine")


class Gullible(Forgetful):
    """Takes any weights."""

    def __init__(self, request: BuildRequest) -> None:
        super().__init__(request)
        self.secret = 0

    def load_weights(self, weights: Any) -> None:
        pass


@pytest.mark.parametrize(
    ("learner", "words"), [(Forgetful, "everything that acting needs"), (Gullible, "must raise ValueError")]
)
def test_a_brain_that_breaks_the_contract_is_refused(learner: type[Learner], words: str) -> None:
    class Plugin:
        @hookimpl
        def botplay_brains(self) -> Iterable[Brain]:
            yield Brain("odd", "Odd.", learner=learner, trains=False)

    with pytest.raises(AssertionError, match=words):
        check_brain(plugins_for(Plugin()), "odd", game="gym:CartPole-v1")


def test_a_plugin_that_cannot_be_loaded_is_told() -> None:
    class Plugin:
        @hookimpl
        def botplay_games(self) -> Iterable[Any]:
            yield "not a game"

    with pytest.raises(AssertionError, match="where a Game belongs"):
        plugins_for(Plugin())


def test_an_installed_plugin_is_loaded_as_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stroll.py").write_text(
        "import botcore\n@botcore.hookimpl\ndef botplay_games():\n"
        "    yield botcore.Game(name='stroll', summary='Walk.', open='stroll:open_stroll')\n"
    )
    about = tmp_path / "stroll-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: stroll\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[botplay]\nstroll = stroll\n")  # module and name are alike
    monkeypatch.syspath_prepend(str(tmp_path))
    plugins = plugins_for(importlib.import_module("stroll"))
    assert [r.status for r in plugins.records if r.name.startswith("stroll")] == ["disabled", "ok"]
    assert "stroll" in plugins.games()
