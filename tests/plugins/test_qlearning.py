"""Q-learning: the Bellman target, the table's rows, and that it finds the optimal policy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete
from hypothesis import given
from hypothesis import strategies as st

from botcore import BotplayError, Experience
from botcore.evaluation import evaluate
from botcore.plugins import Plugins, load_plugins
from botcore.setup import choose
from botcore.training.build import open_for_training
from botcore.training.progress import Budget
from botcore.training.trainer import Run, train
from botplay_qlearning.bins import States
from botplay_qlearning.qlearning import QLearning, bellman_target


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins()


@given(st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_the_target_is_the_bellman_equation(seed: int, gamma: float) -> None:
    random = np.random.default_rng(seed)
    reward, over, following = random.normal(size=5), random.random(5) < 0.4, random.normal(size=(5, 3))
    target = bellman_target(reward, over, following, gamma)
    for n in range(5):
        expected = reward[n] + (0 if over[n] else gamma * max(following[n]))
        assert target[n] == pytest.approx(expected)


@given(
    st.lists(
        st.lists(st.floats(-5, 5), min_size=1, max_size=4, unique=True).map(sorted), min_size=1, max_size=4
    )
)
def test_every_bin_has_a_row_of_its_own(edges: list[list[float]]) -> None:
    states = States.of(Box(-9, 9, (len(edges),)), edges)
    middles = [
        [cuts[0] - 1, *cuts] for cuts in edges
    ]  # one value in each bin; an edge belongs to the upper one
    grid = np.stack([g.ravel() for g in np.meshgrid(*middles, indexing="ij")], axis=1)
    assert sorted(states.number(grid).tolist()) == list(range(states.count))


def test_discrete_states_are_their_number() -> None:
    states = States.of(Discrete(5, start=3), None)
    assert states.number(np.array([3, 7])).tolist() == [0, 4]


def test_a_table_too_large_is_refused_before_it_is_made() -> None:
    with pytest.raises(BotplayError, match="too many for a table"):
        States.of(Box(-9, 9, (9,)), [list(range(20))] * 9)


def learner_for(plugins: Plugins, *assignments: str) -> QLearning:
    setup = choose(plugins, game="gym:FrozenLake-v1", brain="qlearning", assignments=assignments)
    learner, batch = open_for_training(plugins, setup, copies=2, threads=1, seed=0)
    batch.close()
    assert isinstance(learner, QLearning)
    return learner


def test_one_step_moves_one_value_and_a_wasted_step_moves_nothing(plugins: Plugins) -> None:
    learner = learner_for(plugins, "learner.learning_rate=0.5", "learner.gamma=0.9", "learner.initial=1")
    state, action, successor = np.array([3, 4]), np.array([2, 1]), np.array([7, 8])
    no = np.array([False, False])
    learner.learn(
        Experience(
            state,
            action,
            np.ones(2, np.float32),
            successor,
            terminated=no,
            truncated=~no,
            valid=~no ^ [False, True],
        )
    )
    expected = np.ones_like(learner.table)
    expected[3, 2] += 0.5 * (1 + 0.9 * 1 - 1)
    np.testing.assert_allclose(learner.table, expected)


def test_the_step_size_falls_as_training_goes(plugins: Plugins) -> None:
    falls = learner_for(plugins, "learner.learning_rate=0.4", "learner.learning_rate_end=0.25")
    usual = learner_for(plugins, "learner.learning_rate=0.4")
    for fraction, expected in ((0.0, 0.4), (0.5, 0.25), (1.0, 0.1), (1.5, 0.1)):
        falls.progress(fraction)
        usual.progress(fraction)
        assert (falls.learning_rate, usual.learning_rate) == (pytest.approx(expected), 0.4)
    before, one, yes = falls.table[1, 1], np.array([1]), np.array([True])
    reward = np.full(1, before + 3, np.float32)
    falls.learn(Experience(one, one, reward, one, terminated=yes, truncated=~yes, valid=yes))
    assert falls.table[1, 1] == pytest.approx(before + 0.1 * 3), "and it is what learning goes by"


def test_it_explores_less_and_less(plugins: Plugins) -> None:
    learner = learner_for(plugins, "learner.epsilon=0.8", "learner.epsilon_end=0.2")
    learner.table[:, 2] += 1
    for fraction, epsilon in ((0.0, 0.8), (0.25, 0.65), (1.0, 0.2), (1.5, 0.2)):
        learner.progress(fraction)
        choice = learner.act(np.zeros(4_000, np.int64), np.zeros(4_000, np.bool_), explore=True)
        assert choice.exploration == pytest.approx(epsilon)
        others = (choice.actions != 2).mean()
        assert others == pytest.approx(epsilon * 3 / 4, abs=0.03), "a random action is the best one of four"
    assert (learner.act(np.arange(16), np.zeros(16, np.bool_), explore=False).actions == 2).all()


def test_of_the_best_actions_chance_takes_one(plugins: Plugins) -> None:
    learner = learner_for(plugins)
    learner.table[5] = [1, 3, 3, 2]
    choice = learner.act(np.full(1_000, 5), np.zeros(1_000, np.bool_), explore=False)
    counts = np.bincount(choice.actions, minlength=4)
    assert counts[[0, 3]].tolist() == [0, 0]
    assert min(counts[[1, 2]]) > 400


def test_two_copies_in_one_state_are_learned_one_after_the_other(plugins: Plugins) -> None:
    learner = learner_for(plugins, "learner.learning_rate=0.5", "learner.initial=0")
    same, yes = np.array([3, 3]), np.array([True, True])
    reward = np.array([4, 8], np.float32)
    metrics = learner.learn(Experience(same, same, reward, same, terminated=yes, truncated=~yes, valid=yes))
    assert learner.table[3, 3] == 0.5 * (0.5 * 4) + 0.5 * 8, "the second moves what the first has left"
    assert metrics["error"] == (4 + (8 - 2)) / 2


def test_a_snapshot_goes_on_exactly(plugins: Plugins) -> None:
    learner, other = learner_for(plugins), learner_for(plugins)
    learner.table += np.random.default_rng(3).normal(size=learner.table.shape)
    learner.act(np.array([1]), np.array([True]), explore=True)
    other.restore(learner.snapshot())
    for _ in range(20):
        mine = learner.act(np.arange(16), np.zeros(16, np.bool_), explore=True)
        theirs = other.act(np.arange(16), np.zeros(16, np.bool_), explore=True)
        assert mine.actions.tolist() == theirs.actions.tolist()


def test_a_table_of_another_size_is_refused(plugins: Plugins) -> None:
    with pytest.raises(ValueError, match="no table of 16 states and 4 actions"):
        learner_for(plugins).load_weights({"table": np.zeros((3, 4))})


@pytest.mark.learning
def test_it_finds_the_shortest_way_over_the_frozen_lake(plugins: Plugins, tmp_path: Path) -> None:
    setup = choose(plugins, game="gym:FrozenLake-v1?is_slippery=false", brain="qlearning")
    trained = train(plugins, Run(setup, Budget(steps=15_000), tmp_path))
    result = evaluate(plugins, setup, range(10), weights=trained.weights)
    assert set(result.scores) == {1.0}
    assert result.steps == 6 * 10, "the shortest way has six steps"


@pytest.mark.learning
def test_it_learns_to_drive_by_bins(plugins: Plugins, tmp_path: Path) -> None:
    setup = choose(plugins, game="car", brain="qlearning", assignments=["game.training_maps="])
    before = evaluate(plugins, setup, range(2))
    trained = train(plugins, Run(setup, Budget(steps=150_000), tmp_path))
    after = evaluate(plugins, setup, range(2), weights=trained.weights)
    assert before.mean < 0 < after.mean
    assert after.outcomes["on_sand"] / (after.steps / 2) < 0.05
