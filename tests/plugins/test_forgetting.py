"""A memory that is cleared now and then where nothing comes of what is done."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from botcore.plugins import Plugins, load_plugins
from botcore.session import Session
from botcore.setup import Setup, choose
from botcore.training.build import open_for_training
from botplay_a3c.a3c import A3C
from botplay_a3c.forgetting import Forgetting
from botplay_a3c.rollout import Rollout

NOBODY, EVERYBODY = np.zeros(1, np.bool_), np.ones(1, np.bool_)


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins()


def forgetful(plugins: Plugins, after: int, chance: float) -> Setup:
    """Return `a3c` on a game that pays -1 a step, whatever one does."""
    settings = [f"learner.forget_after={after}", f"learner.forget={chance}", "memory.size=8"]
    return choose(plugins, game="gym:MountainCar-v0", brain="a3c", assignments=settings)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([-1.0, 0.0, 0.5])), max_size=40), st.integers(1, 6))
def test_who_waited_long_enough_forgets(steps: list[tuple[bool, float]], after: int) -> None:
    forgetting, generator = Forgetting(after, 1.0), np.random.default_rng(0)
    since: list[float] = []  # what was paid since the episode began
    for start, reward in steps:
        since = [] if start else since
        in_vain = len(list(itertools.takewhile(lambda paid: paid <= 0, reversed(since))))
        cleared = forgetting.clear(np.array([start]), generator)
        assert cleared[0] == (start or in_vain >= after)
        forgetting.hear(np.array([reward]))
        since = [*since, reward]


def test_each_copy_waits_for_itself() -> None:
    forgetting, generator = Forgetting(3, 1.0), np.random.default_rng(0)
    for _ in range(3):
        assert not forgetting.clear(np.zeros(2, np.bool_), generator).any()
        forgetting.hear(np.array([0.0, 1.0]))
    assert forgetting.clear(np.zeros(2, np.bool_), generator).tolist() == [True, False]


def test_it_forgets_by_chance() -> None:
    forgetting, generator = Forgetting(1, 0.03), np.random.default_rng(0)
    nobody = np.zeros(200, np.bool_)
    forgetting.clear(nobody, generator)
    forgetting.hear(np.zeros(200))
    assert np.mean([forgetting.clear(nobody, generator) for _ in range(500)]) == pytest.approx(
        0.03, abs=0.003
    )


def test_unless_it_is_asked_for_nobody_forgets_and_no_random_number_is_drawn() -> None:
    forgetting, generator = Forgetting(0, 1.0), np.random.default_rng(0)
    for _ in range(5):
        assert not forgetting.clear(NOBODY, generator).any()
        forgetting.hear(np.zeros(1))
    assert forgetting.clear(EVERYBODY, generator).all()
    assert generator.random() == np.random.default_rng(0).random()


@pytest.mark.parametrize("learn", [False, True])
def test_who_is_fed_with_what_the_game_takes_has_not_waited(plugins: Plugins, learn: bool) -> None:
    """The game pays -1 a step, the brain gets 1: it counts what it gets, whether it learns or not."""
    setup = forgetful(plugins, 3, 1.0).with_by_hand({"reward": {"own": -1}})
    played = Session(plugins, setup, seed=1, learn=learn)
    list(itertools.islice(played.moments(), 8))
    learner = played.agent.learner
    played.close()
    assert isinstance(learner, A3C)
    assert learner.forgetting.waited.tolist() == [0]


@pytest.mark.parametrize("learn", [False, True])
def test_who_is_watched_forgets_too(plugins: Plugins, learn: bool) -> None:
    """After three steps in vain every decision is that of a brain which has seen nothing before."""
    played = Session(plugins, forgetful(plugins, 3, 1.0), seed=1, learn=learn)
    fresh = Session(plugins, forgetful(plugins, 0, 1.0), seed=1)
    before, forgot = None, []
    for moment in itertools.islice(played.moments(), 8):
        if moment.decision is not None:
            anew = fresh.agent.decide(before, start=True)
            forgot.append(np.allclose(moment.decision.memory, anew.memory))
        before = moment.observation
    played.close()
    fresh.close()
    assert forgot == [True, False, False, True, True, True, True], "the first is the episode's start"


def test_what_was_forgotten_is_learned_from_as_it_was_played(plugins: Plugins) -> None:
    """Before an update the network says of each step what it said when it was played."""
    learner, batch = open_for_training(plugins, forgetful(plugins, 2, 0.4), copies=6, threads=1, seed=0)
    assert isinstance(learner, A3C)
    update, seen = learner._update, []

    def watched(rollout: Rollout, advantage: Tensor, returns: Tensor, share: Tensor) -> dict[str, float]:
        if not seen:
            with torch.no_grad():
                said, _ = learner.network(rollout.observation, rollout.cleared, rollout.state)
            torch.testing.assert_close(said["policy"].log_softmax(-1), rollout.log_policy)
            seen.append(rollout.cleared.clone())
        return update(rollout, advantage, returns, share)

    learner._update = watched  # type: ignore[method-assign]
    for _ in range(learner.settings.rollout):
        learner.learn(batch.step(learner.act(batch.observation, batch.starts, explore=True).actions))
    batch.close()
    [starts] = seen
    assert starts[0].all()
    assert not starts[1].any()
    assert 0.2 < starts[2:].float().mean() < 0.6
