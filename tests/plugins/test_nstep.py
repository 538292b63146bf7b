"""Returns over n steps against their definition, and a small task of pixels."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from botcore import Experience, Game, hookimpl
from botcore.evaluation import evaluate
from botcore.plugins import load_plugins
from botcore.setup import choose
from botcore.training.progress import Budget
from botcore.training.trainer import Run, train
from botplay_dqn.nstep import NEGLIGIBLE, NStep

kinds = st.lists(st.sampled_from(["goes on", "goes on", "terminated", "truncated"]), min_size=1, max_size=25)


NO_VALUE = np.zeros(2, np.float32)  # V, where the returns are not mixed with it


def experience(t: int, kinds_now: list[str], rewards: list[float]) -> Experience:
    """Step t of several copies; an observation is the copy's number and the state's."""
    copies = np.arange(len(kinds_now), dtype=np.float32)
    return Experience(
        observation=np.stack([copies, np.full_like(copies, t)], axis=1),
        actions=np.full(len(copies), t),
        reward=np.array(rewards, np.float32),
        next_observation=np.stack([copies, np.full_like(copies, t + 1)], axis=1),
        terminated=np.array([kind == "terminated" for kind in kinds_now]),
        truncated=np.array([kind == "truncated" for kind in kinds_now]),
        valid=np.array([kind != "wasted" for kind in kinds_now]),
    )


Row = tuple[float, float, int]
"""A complete return: what it is so far, what the successor counts, and the number of the successor."""


def by_definition(
    steps: list[tuple[str, float]], values: NDArray[np.float32], n: int, gamma: float, lambda_: float
) -> dict[int, Row]:
    """Return the row of each step t whose return is complete."""

    def row(t: int, left: int) -> Row | None:
        """R_t over `left` steps: the equation at the top of `nstep.py`, from the end backwards."""
        if t >= len(steps):
            return None
        kind, reward = steps[t]
        if kind != "goes on" or left == 1:
            return reward, 0.0 if kind == "terminated" else gamma, t + 1
        after = row(t + 1, left - 1)
        if after is None:
            return None
        total, discount, successor = after
        mixed = (1 - lambda_) * float(values[t + 1]) + lambda_ * total
        return reward + gamma * mixed, gamma * lambda_ * discount, successor

    rows = {t: row(t, n) for t, (kind, _) in enumerate(steps) if kind != "wasted"}
    return {t: found for t, found in rows.items() if found is not None}


@given(
    kinds,
    st.integers(1, 6),
    st.floats(0.5, 1),
    st.one_of(st.just(1.0), st.floats(0, 1)),
    st.integers(0, 2**32 - 1),
    st.booleans(),
)
def test_every_return_is_its_definition(
    ends: list[str], n: int, gamma: float, lambda_: float, seed: int, lives: bool
) -> None:
    """With `lives`, an end is a lost life: the game goes on at once. Else a wasted step follows each end."""
    random = np.random.default_rng(seed)
    steps: list[tuple[str, float]] = []
    for kind in ends:
        steps.append((kind, float(random.normal())))
        if kind != "goes on" and not (lives and kind == "terminated"):
            steps.append(("wasted", float(random.normal())))
    beside = [("goes on", 1.0)] * len(steps)  # a second copy runs beside the first, one that never ends
    values = random.normal(size=(len(steps), 2)).astype(np.float32)
    returns = NStep(n, gamma, lambda_)
    found: list[dict[int, Row]] = [{}, {}]
    for t, pair in enumerate(zip(steps, beside, strict=True)):
        happened = experience(t, [kind for kind, _ in pair], [reward for _, reward in pair])
        done = returns.add(happened, values[t])
        for i in range(0 if done is None else len(done.action)):
            assert done is not None
            copy, start = map(int, done.observation[i])
            assert done.action[i] == start
            assert done.successor[i, 0] == copy
            assert start not in found[copy], "every step is completed once"
            row = (float(done.reward[i]), float(done.discount[i]), int(done.successor[i, 1]))
            found[copy][start] = row
    for copy, stream in enumerate((steps, beside)):
        expected = by_definition(stream, values[:, copy], n, gamma, lambda_)
        assert found[copy].keys() == expected.keys()
        for start, (total, discount, successor) in expected.items():
            kept = discount if discount > NEGLIGIBLE else 0.0
            assert found[copy][start] == pytest.approx((total, kept, successor), rel=1e-4, abs=1e-5)


def test_a_guess_that_counts_next_to_nothing_is_left_out() -> None:
    """0.5 to the power of 9 is 0.002, and to the power of 10 a little less than a thousandth."""
    for n, expected in ((9, 0.5**9), (10, 0.0)):
        returns = NStep(n, 0.5)
        done = None
        for t in range(n):
            done = returns.add(experience(t, ["goes on"], [1.0]), NO_VALUE)
        assert done is not None
        assert done.discount.tolist() == [expected]


def test_a_gap_completes_nothing_and_joins_nothing() -> None:
    returns = NStep(3, 0.5)
    for t in range(2):
        assert returns.add(experience(t, ["goes on", "goes on"], [1.0, 1.0]), NO_VALUE) is None
    returns.forget(np.array([True, False]))
    done = returns.add(experience(2, ["goes on", "goes on"], [10.0, 10.0]), NO_VALUE)
    assert done is not None
    assert done.observation.tolist() == [[1, 0]], "only the copy without a gap has a return"
    done = returns.add(experience(3, ["terminated", "goes on"], [0.0, 0.0]), NO_VALUE)
    assert done is not None
    assert sorted(zip(done.action.tolist(), done.reward.tolist(), strict=True)) == [
        (1, 6.0),
        (2, 10.0),
        (3, 0.0),
    ]


def test_how_many_transitions_each_kind_of_step_completes() -> None:
    returns = NStep(3, 0.5)

    def count(kind: str) -> int:
        done = returns.add(experience(0, [kind], [1.0]), NO_VALUE)
        return 0 if done is None else len(done.action)

    assert [count(kind) for kind in ["goes on", "goes on", "goes on", "goes on"]] == [0, 0, 1, 1]
    assert count("terminated") == 3
    assert [count(kind) for kind in ["wasted", "goes on", "truncated", "wasted"]] == [0, 0, 2, 0]


class Catch(gymnasium.Env[NDArray[np.uint8], int]):
    """Something falls; the bat at the bottom is to be below it. Nothing is paid before it has fallen."""

    metadata = {"render_modes": ["rgb_array"]}
    action_space = gymnasium.spaces.Discrete(3)
    size = 10

    def __init__(self) -> None:
        self.observation_space = gymnasium.spaces.Box(0, 255, (1, self.size, self.size), np.uint8)

    def reset(
        self, *, seed: int | None = None, options: Any = None
    ) -> tuple[NDArray[np.uint8], dict[str, Any]]:
        super().reset(seed=seed)
        self.height, self.bat = 0, self.size // 2
        self.column = int(self.np_random.integers(self.size))
        return self.picture(), {}

    def step(self, action: int) -> tuple[NDArray[np.uint8], float, bool, bool, dict[str, Any]]:
        self.height += 1
        self.bat = min(self.size - 1, max(0, self.bat + int(action) - 1))
        over = self.height == self.size - 1
        reward = 0.0 if not over else 1.0 if abs(self.bat - self.column) <= 1 else -1.0
        return self.picture(), reward, over, False, {}

    def picture(self) -> NDArray[np.uint8]:
        seen = np.zeros((1, self.size, self.size), np.uint8)
        seen[0, self.height, self.column] = 255
        seen[0, -1, self.bat] = 255
        return seen


class CatchPlugin:
    @hookimpl
    def botplay_games(self) -> Iterable[Game]:
        yield Game("catch", "Catch what falls.", open=lambda request: Catch())


@pytest.mark.learning
def test_nstep_dqn_learns_to_catch_from_pixels(tmp_path: Path) -> None:
    plugins = load_plugins(modules=[("catch", CatchPlugin())])
    settings = [
        "eyes.size=tiny", "eyes.features=64", "learner.learning_rate=1e-3", "learner.warm_up=500",
        "learner.temperature=0.1", "learner.temperature_end=0.02", "learner.target_every=100",
        "learner.updates=1", "training.copies=16",
    ]  # fmt: skip
    setup = choose(plugins, game="catch", brain="nstep-dqn", assignments=settings)
    trained = train(plugins, Run(setup, Budget(steps=20_000), tmp_path))
    assert evaluate(plugins, setup, range(40), weights=trained.weights).mean > 0.8
