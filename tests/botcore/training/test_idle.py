"""Episodes of training in which nothing happens any more."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv, VectorEnv
from hypothesis import given
from hypothesis import strategies as st

from botcore import BotplayError, RewardRule
from botcore.plugins import load_plugins
from botcore.setup import choose
from botcore.training.batch import Batch
from botcore.training.build import open_for_training
from botcore.training.idle import IdleLimit
from botplay_atari.batch import AtariBatch


class Paying(gymnasium.Env[np.ndarray, int]):
    """Observes its time, pays at the times it is told to, and ends after `length` steps."""

    observation_space = gymnasium.spaces.Box(-1, 100, (1,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, pays: frozenset[int], length: int) -> None:
        self.pays, self.length = pays, length

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[np.ndarray, dict[str, Any]]:
        super().reset(seed=seed)
        self.time = 0
        return np.zeros(1, np.float32), {"lives": 9}

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        self.time += 1
        paid = float(self.time in self.pays)
        return np.full(1, self.time, np.float32), paid, self.time == self.length, False, {"lives": 8}


def expected(pays: frozenset[int], length: int, limit: int, steps: int) -> list[tuple[Any, ...]]:
    """The slow, obvious reference, one copy's (time, reward, terminated, truncated, lives, idle) by step."""
    rows: list[tuple[Any, ...]] = []
    time, idle, over = 0, 0, False
    for _ in range(steps):
        if over:
            time, idle, over = 0, 0, False
            rows.append((0, 0, False, False, 9, 0))
            continue
        time += 1
        idle = 0 if time in pays else idle + 1
        ended = time == length
        over = ended or idle == limit
        rows.append((time, float(time in pays), ended, over and not ended, 8, idle / limit))
    return rows


copy = st.tuples(st.frozensets(st.integers(1, 30), max_size=4), st.integers(1, 30))


@given(st.lists(copy, min_size=1, max_size=3), st.integers(1, 12))
def test_copies_are_cut_and_begun_anew_by_themselves(copies: list[tuple[frozenset[int], int]], limit: int):
    makers = [lambda pays=pays, length=length: Paying(pays, length) for pays, length in copies]
    envs = IdleLimit(SyncVectorEnv(makers, autoreset_mode=AutoresetMode.NEXT_STEP), limit)
    envs.reset(seed=0)
    rows = []
    for _ in range(40):
        observation, reward, terminated, truncated, info = envs.step(np.zeros(len(copies), np.int64))
        rows.append((observation[:, 0], reward, terminated, truncated, info["lives"], info["idle"]))
    for n, (pays, length) in enumerate(copies):
        assert [tuple(column[n] for column in row) for row in rows] == expected(pays, length, limit, 40)


def test_a_learner_is_told_of_a_truncation_and_of_a_wasted_step():
    envs: VectorEnv[Any, Any, Any] = SyncVectorEnv(
        [lambda: Paying(frozenset(), 30)], autoreset_mode=AutoresetMode.NEXT_STEP
    )
    batch = Batch(IdleLimit(envs, 2), RewardRule(), seed=0)
    steps = [batch.step(np.zeros(1, np.int64)) for _ in range(4)]
    assert [bool(step.truncated[0]) for step in steps] == [False, True, False, False]
    assert [bool(step.valid[0]) for step in steps] == [True, True, False, True]
    assert [float(step.next_observation[0, 0]) for step in steps] == [1, 2, 0, 1]
    assert [finished.steps for finished in batch.finished] == [2]


def test_idle_steps_can_be_made_to_cost():
    envs: VectorEnv[Any, Any, Any] = SyncVectorEnv(
        [lambda: Paying(frozenset({3}), 30)], autoreset_mode=AutoresetMode.NEXT_STEP
    )
    batch = Batch(IdleLimit(envs, 4), RewardRule(bonuses={"idle": -0.2}), seed=0)
    fed = [float(batch.step(np.zeros(1, np.int64)).reward[0]) for _ in range(9)]
    assert fed == pytest.approx([-0.05, -0.1, 1, -0.05, -0.1, -0.15, -0.2, 0, -0.05])
    assert [finished.score for finished in batch.finished] == [1], "a score is the game's own"


def test_breakout_is_cut_where_the_score_stands_still():
    """Copy 0 never serves; copy 1 does, wins a point, and plays on as without a limit while copy 0 is cut."""
    cut = IdleLimit(AtariBatch("breakout", 0.0, 2, 1), 40)
    free = AtariBatch("breakout", 0.0, 2, 1)
    assert np.array_equal(cut.reset(seed=1)[0], free.reset(seed=1)[0])
    ends: list[int] = []
    for step in range(1, 85):
        bat = 1 if step < 3 else 3 if step < 12 else 0  # serves, goes to the left, and meets the ball
        now, reward, terminated, truncated, info = cut.step(np.array([0, bat]))
        whole, own, *_ = free.step(np.array([0, bat]))
        assert not terminated.any()
        assert truncated[0] == (step in (40, 81)), "after 40 steps, and 40 steps after the wasted one"
        assert now[0, :3].any() == (step not in (41, 82)), "an empty stack with one picture: the new episode"
        assert info["lives"][0] == 5
        if not ends:
            assert np.array_equal(now[1], whole[1])
            assert reward[1] == own[1]
        ends += [step] if truncated[1] else []
    assert ends == [72], "40 steps after its point"


def test_the_setting_reaches_the_games_that_are_trained_on():
    plugins = load_plugins()
    for limit, expected_cut in (("5", True), ("0", False)):
        setup = choose(plugins, game="breakout", brain="a3c", assignments=[f"training.idle_limit={limit}"])
        _, batch = open_for_training(plugins, setup, copies=1, threads=1, seed=0)
        steps = [batch.step(np.zeros(1, np.int64)) for _ in range(5)]
        assert bool(steps[-1].truncated[0]) == expected_cut
        batch.close()
    setup = choose(plugins, game="car", brain="a3c", assignments=["training.idle_limit=5"])
    with pytest.raises(BotplayError, match=r"training\.idle_limit"):
        open_for_training(plugins, setup, copies=1, threads=1, seed=0)


def test_a_batch_that_cannot_begin_single_copies_anew_says_so():
    class Foreign(VectorEnv[Any, Any, Any]):
        num_envs, metadata = 1, {}
        closed_ = False

        def close_extras(self, **kwargs: Any) -> None:
            self.closed_ = True

    foreign = Foreign()
    with pytest.raises(BotplayError, match=r"training\.idle_limit"):
        IdleLimit(foreign, 5)
    assert foreign.closed_
