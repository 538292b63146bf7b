"""Actions that are kept for a while: what is done, who decides, and what a policy learns by it."""

from __future__ import annotations

from itertools import groupby, pairwise

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from botcore.plugins import load_plugins
from botcore.setup import choose
from botcore.training.batch import Batch
from botcore.training.build import open_for_training
from botplay_a3c.a3c import A3C
from botplay_a3c.persistence import Persistence

Walk = list[tuple[int, bool]]


def walk(longest: int, steps: int, *, starts: frozenset[int] = frozenset()) -> Walk:
    """Return what one copy does and whether it decided on it, where each step draws its own number."""
    persistence, generator = Persistence(), np.random.default_rng(3)
    done: Walk = []
    for step in range(steps):
        actions, decided = persistence.keep(np.array([step]), np.array([step in starts]), longest, generator)
        done.append((int(actions[0]), bool(decided[0])))
    return done


def lengths(done: Walk) -> NDArray[np.int64]:
    return np.array([len(list(run)) for _, run in groupby(done, key=lambda pair: pair[0])])


def test_without_keeping_every_step_decides_and_no_number_is_drawn_for_it() -> None:
    persistence, generator = Persistence(), np.random.default_rng(3)
    for step in range(5):
        drawn = np.array([step, 7])
        actions, decided = persistence.keep(drawn, np.array([step == 0, False]), 1, generator)
        assert actions.tolist() == drawn.tolist()
        assert decided.all()
    assert generator.random() == np.random.default_rng(3).random()


def test_an_action_is_kept_for_each_number_of_steps_as_often() -> None:
    counted = np.bincount(lengths(walk(5, 60_000)), minlength=7)
    assert counted[0] == counted[6] == 0
    assert counted[1:6] / counted.sum() == pytest.approx(0.2, abs=0.01)


def test_who_begins_an_action_decides_and_who_keeps_one_does_not() -> None:
    done = walk(6, 2_000)
    assert all(decided == (action == step) for step, (action, decided) in enumerate(done))
    assert {decided for _, decided in done} == {True, False}


def test_nothing_is_kept_beyond_an_episode() -> None:
    starts = frozenset(range(0, 2_000, 10))
    done = walk(1_000, 2_000, starts=starts)
    assert all(done[step] == (step, True) for step in starts)
    assert lengths(done).max() == 10, "some last to the end"


def test_what_is_kept_is_kept_to_its_end_where_no_longer_is_allowed_since() -> None:
    persistence, generator, no = Persistence(), np.random.default_rng(3), np.zeros(1, np.bool_)
    while not persistence.left.any():
        persistence.keep(np.zeros(1, np.int64), no, 9, generator)
    left = int(persistence.left[0])
    later = [bool(persistence.keep(np.ones(1, np.int64), no, 1, generator)[1][0]) for _ in range(left + 3)]
    assert later == [False] * left + [True] * 3


def test_nothing_is_kept_beyond_an_episode_where_no_longer_is_allowed_since() -> None:
    persistence, generator, no = Persistence(), np.random.default_rng(3), np.zeros(1, np.bool_)
    while not persistence.left.any():
        persistence.keep(np.zeros(1, np.int64), no, 9, generator)
    for start in (True, False, False):
        actions, decided = persistence.keep(np.array([5 + start]), np.array([start]), 1, generator)
        assert (actions[0], decided[0]) == (5 + start, True)


def test_who_is_overruled_keeps_nothing() -> None:
    persistence, generator, no = Persistence(), np.random.default_rng(3), np.zeros(2, np.bool_)
    while not (len(persistence.left) and persistence.left.all()):
        persistence.keep(np.array([3, 4]), no, 9, generator)
    assert persistence.overrule(np.array([3, 7])).tolist() == [False, True]
    assert (persistence.left > 0).tolist() == [True, False]


def test_copies_keep_their_own_and_another_number_of_them_begins_anew() -> None:
    persistence, generator = Persistence(), np.random.default_rng(1)
    for step in range(3):
        actions, decided = persistence.keep(np.full(64, step), np.zeros(64, np.bool_), 4, generator)
    assert {*actions.tolist()} == {0, 1, 2}
    assert 0 < decided.sum() < 64
    actions, decided = persistence.keep(np.full(8, 9), np.zeros(8, np.bool_), 4, generator)
    assert actions.tolist() == [9] * 8
    assert decided.all()


def opened(hold: int) -> tuple[A3C, Batch]:
    plugins = load_plugins()
    settings = [f"learner.hold={hold}", "learner.rollout=50", "memory.size=8", "neurons.layers=8"]
    settings.append("learner.acting=sample")
    setup = choose(plugins, game="gym:MountainCar-v0", brain="a3c", assignments=settings)
    learner, batch = open_for_training(plugins, setup, copies=3, threads=1, seed=0)
    assert isinstance(learner, A3C)
    return learner, batch


def test_a_rollout_knows_where_an_action_was_drawn() -> None:
    learner, batch = opened(20)
    for _ in range(49):
        learner.learn(batch.step(learner.act(batch.observation, batch.starts, explore=True).actions))
    batch.close()
    assert learner.rollout is not None
    action, drawn = learner.rollout.action[:49], learner.rollout.drawn[:49]
    assert torch.equal(action[1:][~drawn[1:]], action[:-1][~drawn[1:]]), "kept from the step before"
    assert drawn[0].all()
    assert 0.05 < drawn.float().mean() < 0.2, "once in ten steps or so"


def test_an_update_in_which_nobody_decided_leaves_the_policy_alone() -> None:
    """All it says is what came of what was kept."""
    learner, batch = opened(1_000)
    for _ in range(49):
        learner.learn(batch.step(learner.act(batch.observation, batch.starts, explore=True).actions))
    assert learner.rollout is not None
    learner.rollout.drawn[:] = False
    metrics = learner.learn(batch.step(learner.act(batch.observation, batch.starts, explore=True).actions))
    batch.close()
    assert metrics["policy_loss"] == metrics["entropy"] == 0
    assert metrics["value_loss"] > 0
    policy, value = (learner.network.heads[name].weight.grad for name in ("policy", "value"))
    assert isinstance(policy, torch.Tensor)
    assert isinstance(value, torch.Tensor)
    assert not policy.any()
    assert value.any()


def test_what_a_person_does_instead_is_a_decision() -> None:
    learner, batch = opened(1_000)
    for step in range(40):
        chosen = learner.act(batch.observation, batch.starts, explore=True).actions
        learner.learn(batch.step((chosen + 1) % 3 if step in (10, 11, 25) else chosen))
    batch.close()
    assert learner.rollout is not None
    persons = learner.rollout.drawn[[10, 11, 25]]
    anew = learner.rollout.drawn[[12, 26]]
    assert persons.all()
    assert anew.all(), "what was overruled is not gone back to"
    assert learner.rollout.drawn[:40].float().mean() < 0.3


@pytest.mark.parametrize("gap", ["play", "restore"])
def test_nothing_is_kept_over_a_gap(gap: str) -> None:
    learner, batch = opened(1_000)
    for _ in range(5):
        learner.learn(batch.step(learner.act(batch.observation, batch.starts, explore=True).actions))
    assert (learner.persistence.left > 0).all()
    if gap == "play":
        learner.act(batch.observation, batch.starts, explore=False)
    else:
        learner.restore(learner.snapshot())
    learner.act(batch.observation, np.zeros(3, np.bool_), explore=True)
    batch.close()
    assert learner.rollout is not None
    assert learner.rollout.drawn[0].all()


def test_the_longest_falls_to_one_with_the_budget() -> None:
    learner, batch = opened(41)
    batch.close()
    for fraction, longest in ((0.0, 41), (0.25, 31), (0.5, 21), (1.0, 1), (1.5, 1)):
        learner.progress(fraction)
        assert learner.longest == longest


def test_nothing_is_kept_in_play() -> None:
    learner, batch = opened(1_000)
    batch.close()
    observation, starts = np.zeros((64, 2), np.float32), np.zeros(64, np.bool_)
    played = [learner.act(observation, starts, explore=False).actions for _ in range(10)]
    assert all((one != other).any() for one, other in pairwise(played))
