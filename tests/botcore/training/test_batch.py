"""What a batch tells a learner: rewards by the rule, ends, wasted steps."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from hypothesis import given
from hypothesis import strategies as st

from botcore import BotplayError, RewardRule
from botcore.training.batch import Batch, fed_reward


class Counting(gymnasium.Env[np.ndarray, int]):
    """Counts its steps; ends by itself or by time, and loses a life on the way."""

    observation_space = gymnasium.spaces.Box(-1, 100, (1,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, length: int, *, truncates: bool, life_lost_at: int = -1) -> None:
        self.length, self.truncates, self.life_lost_at = length, truncates, life_lost_at

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[np.ndarray, dict[str, Any]]:
        super().reset(seed=seed)
        self.time = 0
        return np.zeros(1, np.float32), {"lives": 3}

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        self.time += 1
        over = self.time == self.length
        lives = 3 if self.life_lost_at < 0 or self.time < self.life_lost_at else 2
        info = {"lives": lives, "hits": float(self.time)}
        ends = (False, over) if self.truncates else (over, False)
        return np.full(1, self.time, np.float32), 5.0, *ends, info


def batch_of(*environments: Counting, rule: RewardRule | None = None) -> Batch:
    makers = [lambda env=env: env for env in environments]
    envs = SyncVectorEnv(makers, autoreset_mode=AutoresetMode.NEXT_STEP)
    return Batch(envs, rule or RewardRule(), seed=0)


def test_the_successor_at_an_end_is_the_last_state_and_the_step_after_it_is_wasted() -> None:
    batch = batch_of(Counting(2, truncates=False), Counting(3, truncates=True))
    steps = []
    starts = [batch.starts]
    for _ in range(5):
        steps.append(batch.step(np.zeros(2, np.int64)))
        starts.append(batch.starts)
    seen = [(s.observation[:, 0].tolist(), s.next_observation[:, 0].tolist()) for s in steps]
    assert seen == [([0, 0], [1, 1]), ([1, 1], [2, 2]), ([2, 2], [0, 3]), ([0, 3], [1, 0]), ([1, 0], [2, 1])]
    assert [s.terminated.tolist() for s in steps] == [
        [False, False],
        [True, False],
        *[[False, False]] * 2,
        [True, False],
    ]
    assert [s.truncated.tolist() for s in steps] == [[False, False]] * 2 + [[False, True]] + [
        [False, False]
    ] * 2
    assert [s.valid.tolist() for s in steps] == [
        [True] * 2,
        [True] * 2,
        [False, True],
        [True, False],
        [True] * 2,
    ]
    assert [s.tolist() for s in starts] == [
        [True, True], [False, False], [False, False], [True, False], [False, True], [False, False],
    ]  # fmt: skip
    assert steps[2].reward.tolist() == [0.0, 5.0], "a wasted step pays nothing"
    assert [(f.score, f.steps) for f in batch.finished] == [(10.0, 2), (15.0, 3), (10.0, 2)]


def test_an_episode_tells_what_the_learner_was_fed_in_it_beside_its_score() -> None:
    batch = batch_of(Counting(2, truncates=False), rule=RewardRule(own=0.1, bonuses={"hits": 1.0}))
    for _ in range(5):
        batch.step(np.zeros(1, np.int64))
    assert [(f.score, round(f.reward, 6)) for f in batch.finished] == [(10.0, 1 + 1 + 2)] * 2


def test_a_lost_life_ends_the_return_and_not_the_episode() -> None:
    for rule, expected in (
        (RewardRule(life_loss_ends=True), [False, True, False]),
        (RewardRule(), [False] * 3),
    ):
        batch = batch_of(Counting(9, truncates=False, life_lost_at=2), rule=rule)
        steps = [batch.step(np.zeros(1, np.int64)) for _ in range(3)]
        assert [bool(s.terminated[0]) for s in steps] == expected
        assert not batch.starts.any()
        assert all(s.valid.all() for s in steps)


def test_a_life_lost_in_the_step_that_is_truncated_ends_the_return() -> None:
    """The value of what follows counts after a truncation, and does not where the return has ended."""
    for rule, ends in ((RewardRule(life_loss_ends=True), (True, False)), (RewardRule(), (False, True))):
        batch = batch_of(Counting(2, truncates=True, life_lost_at=2), rule=rule)
        steps = [batch.step(np.zeros(1, np.int64)) for _ in range(3)]
        found = [(bool(step.terminated[0]), bool(step.truncated[0])) for step in steps]
        assert found == [(False, False), ends, (False, False)]
        assert [bool(step.valid[0]) for step in steps] == [True, True, False], "the episode ends either way"


def test_a_step_that_does_not_tell_the_lives_costs_none() -> None:
    class Reticent(Counting):
        def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
            *outcome, info = super().step(action)
            if self.time % 2 == self.length % 2:
                del info["lives"]
            return *outcome, info  # type: ignore[return-value]

    rule = RewardRule(own=0, life_loss=-1, life_loss_ends=True)
    batch = batch_of(Reticent(10, truncates=True), Reticent(11, truncates=True), rule=rule)
    for _ in range(8):
        experience = batch.step(np.zeros(2, np.int64))
        assert not experience.reward.any(), "Gymnasium puts a 0 there, in a batch with one that told"
        assert not experience.terminated.any()


def test_lives_that_are_no_number_are_told() -> None:
    class Wordy(Counting):
        def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
            return np.zeros(1, np.float32), 1.0, False, False, {"lives": "three"}

    envs = SyncVectorEnv([lambda: Wordy(5, truncates=False)] * 2, autoreset_mode=AutoresetMode.NEXT_STEP)
    with pytest.raises(BotplayError, match=r"info\['lives'\] is .*'three'.*, not a number for each copy"):
        Batch(envs, RewardRule(), seed=0).step(np.zeros(2, np.int64))


def test_new_lives_after_a_reset_are_not_taken_for_a_loss() -> None:
    batch = batch_of(Counting(2, truncates=True, life_lost_at=1), rule=RewardRule(life_loss_ends=True))
    ends = [bool(batch.step(np.zeros(1, np.int64)).terminated[0]) for _ in range(6)]
    assert ends == [True, False, False, True, False, False]


def test_a_lost_life_can_cost_something_once() -> None:
    for clip, price in ((None, -2.0), (1.0, -1.0)):
        rule = RewardRule(own=0, life_loss=-4, scale=0.5, clip=clip)
        batch = batch_of(Counting(3, truncates=False, life_lost_at=2), rule=rule)
        fed = [float(batch.step(np.zeros(1, np.int64)).reward[0]) for _ in range(5)]
        assert fed == [0.0, price, 0.0, 0.0, 0.0], "neither again, nor for the lives of the next episode"


@given(
    st.floats(-3, 3), st.floats(-2, 2), st.floats(0.001, 2), st.none() | st.floats(0.1, 2), st.floats(-5, 5)
)
def test_the_fed_reward_is_the_rule(
    own: float, bonus: float, scale: float, clip: float | None, reward: float
) -> None:
    rule = RewardRule(own=own, bonuses={"hits": bonus, "absent": 7.0}, scale=scale, clip=clip)
    info = {"hits": np.array([2.0, 0.0])}
    expected = [scale * (own * reward + bonus * hits) for hits in (2.0, 0.0)]
    if clip is not None:
        expected = [max(-clip, min(clip, value)) for value in expected]
    fed = fed_reward(rule, np.array([reward, reward]), info, np.zeros(2, np.bool_))
    assert fed.dtype == np.float32
    assert fed.tolist() == pytest.approx(expected, rel=1e-4, abs=1e-5)


def test_a_count_that_is_an_array_of_one_number_counts_as_the_number() -> None:
    rule = RewardRule(bonuses={"hits": 2.0})
    nobody = np.zeros(3, np.bool_)
    told = {"hits": np.array([[1.0], [0.0], [4.0]])}  # as Gymnasium batches arrays of one
    np.testing.assert_array_equal(fed_reward(rule, np.ones(3), told, nobody), [3.0, 1.0, 9.0])


def test_what_is_no_number_for_each_copy_is_no_bonus() -> None:
    for told in (np.zeros((2, 6)), np.array(["far", "near"])):
        with pytest.raises(BotplayError, match=r"reward.bonuses.mask: the game's info\['mask'\] is array"):
            fed_reward(RewardRule(bonuses={"mask": 1.0}), np.zeros(2), {"mask": told}, np.zeros(2, np.bool_))
