"""Whole updates of deep Q-learning against slow ones: when they are made, from what, and how far they go."""

from __future__ import annotations

import copy
from contextlib import closing
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from botcore.plugins import load_plugins
from botcore.prefixes import under
from botcore.setup import choose
from botcore.training.batch import Batch
from botcore.training.build import open_for_training
from botplay_dqn.dqn import DQN, softmax_policy
from botplay_dqn.memory import Memory, Transitions
from tests.plugins.shared_weights import check_shared
from tests.plugins.slow_adam import SlowAdam

STEPS, WARM_UP, BATCH, LEARN_EVERY, UPDATES, TARGET_EVERY = 60, 32, 16, 2, 3, 4
RATE, RATE_END, LONGEST = 0.02, 0.1, 1.5
SETTINGS = [
    "reward.scale=1",
    "neurons.layers=16",
    f"learner.warm_up={WARM_UP}",
    f"learner.batch={BATCH}",
    f"learner.learn_every={LEARN_EVERY}",
    f"learner.updates={UPDATES}",
    f"learner.target_every={TARGET_EVERY}",
    f"learner.learning_rate={RATE}",
    f"learner.learning_rate_end={RATE_END}",
    f"learner.gradient_norm={LONGEST}",
]


def opened(brain: str, *assignments: str, seed: int = 0) -> tuple[DQN, Batch]:
    plugins = load_plugins()
    setup = choose(plugins, game="gym:CartPole-v1", brain=brain, assignments=[*SETTINGS, *assignments])
    learner, batch = open_for_training(plugins, setup, copies=4, threads=1, seed=seed)
    assert isinstance(learner, DQN)
    return learner, batch


class Slow:
    """Makes the updates that are due from the transitions that the learner drew, one after the other."""

    def __init__(self, learner: DQN, *, double: bool) -> None:
        self.double = double
        self.network, self.target = copy.deepcopy(learner.network), copy.deepcopy(learner.target)
        self.adam = SlowAdam(self.network, epsilon=1e-8, longest=LONGEST)
        self.drawn: list[Transitions] = []
        self.sample, learner.memory.sample = learner.memory.sample, self.watched  # type: ignore[method-assign]

    def watched(self, count: int, generator: np.random.Generator) -> Transitions:
        """Draw for the learner, and keep what was drawn."""
        self.drawn.append(self.sample(count, generator))
        return self.drawn[-1]

    def learn(self, fraction: float) -> int:
        """Make the updates of a step; return how many there were."""
        drawn, self.drawn = self.drawn, []
        for transitions in drawn:
            self.adam.step(self.loss(transitions), RATE * (1 - fraction * (1 - RATE_END)))
            if len(self.adam.clipped) % TARGET_EVERY == 0:
                self.target = copy.deepcopy(self.network)
        return len(drawn)

    def loss(self, drawn: Transitions) -> Tensor:
        """Return the mean Huber loss, one transition at a time."""
        total = torch.zeros(())
        for number in range(BATCH):
            valued = q_values(self.target, drawn.successor[number])
            choosing = q_values(self.network, drawn.successor[number]) if self.double else valued
            following = valued[int(choosing.argmax())].item()
            goal = float(drawn.reward[number]) + float(drawn.discount[number]) * following
            error = q_values(self.network, drawn.observation[number])[drawn.action[number]] - goal
            total = total + (0.5 * error**2 if abs(error.item()) < 1 else abs(error) - 0.5)
        return total / BATCH


def q_values(network: Any, observation: NDArray[Any]) -> Tensor:
    """Return Q `[A]` of one observation: of a head of its own, or of value and advantage."""
    heads, _ = network(torch.from_numpy(observation)[None, None])
    if "q" in heads:
        return Tensor(heads["q"][0, 0])
    advantage = heads["advantage"][0, 0]
    return Tensor(heads["value"][0, 0] + advantage - sum(advantage) / len(advantage))


@pytest.mark.parametrize(
    ("brain", "double", "dueling", "q_lambda"),
    [
        ("dqn", "yes", "yes", 1),
        ("dqn", "no", "yes", 1),
        ("nstep-dqn", "yes", "no", 1),
        ("nstep-dqn", "no", "no", 0.4),
    ],
)
def test_the_weights_after_every_update_are_those_of_slow_updates(
    brain: str, double: str, dueling: str, q_lambda: float
) -> None:
    """With n = 10 and λ = 0.4 most guesses at the end are left out, and those of truncations are not."""
    settings = (f"learner.double={double}", f"learner.dueling={dueling}", f"learner.q_lambda={q_lambda}")
    learner, batch = opened(brain, *settings)
    slow = Slow(learner, double=double == "yes")
    for step in range(1, STEPS + 1):
        learner.progress(step / STEPS)
        learner.learn(batch.step(learner.act(batch.observation, batch.starts, explore=True).actions))
        due = UPDATES if learner.memory.size >= WARM_UP and step % LEARN_EVERY == 0 else 0
        assert slow.learn(step / STEPS) == due
        for own, other in ((learner.network, slow.network), (learner.target, slow.target)):
            for mine, theirs in zip(own.parameters(), other.parameters(), strict=True):
                torch.testing.assert_close(mine, theirs, atol=1e-5, rtol=1e-4)
    batch.close()
    assert len(slow.adam.clipped) > 10 * TARGET_EVERY
    assert {*slow.adam.clipped} == {True, False}


def test_every_row_of_the_memory_can_be_drawn() -> None:
    memory, random = Memory(8), np.random.default_rng(0)
    for number in range(20):
        one = np.array([number])
        memory.add(
            Transitions(one[:, None], one, one.astype(np.float32), np.ones(1, np.float32), one[:, None])
        )
        drawn = memory.sample(400, random).action
        assert {*drawn.tolist()} == {*range(max(0, number - 7), number + 1)}


def test_exploration_and_step_size_fall_as_the_budget_is_spent() -> None:
    chosen = ["temperature=2", "temperature_end=0.02", "epsilon=0.8", "epsilon_end=0.2", "epsilon_share=0.5"]
    learner, batch = opened("dqn", *(f"learner.{assignment}" for assignment in chosen))
    batch.close()
    for fraction, temperature, epsilon, rate in (
        (0.0, 2.0, 0.8, RATE),
        (0.25, 2 * 0.01**0.25, 0.5, RATE * (1 - 0.25 * 0.9)),
        (0.5, 0.2, 0.2, RATE * 0.55),
        (1.0, 0.02, 0.2, RATE * RATE_END),
        (1.5, 0.02, 0.2, RATE * RATE_END),
    ):
        learner.progress(fraction)
        found = (learner.temperature, learner.epsilon, learner.optimiser.param_groups[0]["lr"])
        assert found == pytest.approx((temperature, epsilon, rate))


@pytest.mark.parametrize("fraction", [0.0, 0.25, 1.0])
def test_it_explores_as_much_as_it_says(fraction: float) -> None:
    count, settings = 4_000, ["learner.temperature=0.01", "learner.temperature_end=0.001"]
    seen = np.random.default_rng(1).normal(size=(count, 4)).astype(np.float32)
    starts = np.zeros(count, np.bool_)
    learner, batch = opened("dqn", "learner.exploration=softmax", *settings)
    batch.close()
    learner.progress(fraction)
    choice = learner.act(seen, starts, explore=True)
    assert choice.q_values is not None
    policy = softmax_policy(choice.q_values, 0.01 * 0.1**fraction)
    np.testing.assert_allclose(choice.probabilities, policy, rtol=1e-5)
    taken = policy[np.arange(count), choice.actions]
    assert taken.mean() == pytest.approx((policy**2).sum(-1).mean(), abs=0.03), "as likely as it says"

    learner, batch = opened("dqn", "learner.exploration=epsilon", "learner.epsilon=0.8")
    batch.close()
    learner.progress(fraction)
    choice = learner.act(seen, starts, explore=True)
    assert choice.q_values is not None
    others = (choice.actions != choice.q_values.argmax(-1)).mean()
    assert others == pytest.approx(learner.epsilon / 2, abs=0.03), "half of the random ones are the best ones"


def test_a_trained_agent_plays_with_as_much_chance_as_the_setting_says() -> None:
    seen, starts = (
        np.random.default_rng(1).normal(size=(8_000, 4)).astype(np.float32),
        np.zeros(8_000, np.bool_),
    )
    for chance in (0.0, 0.2):
        learner, batch = opened("dqn", f"learner.acting_epsilon={chance}", "learner.epsilon_hold=50")
        batch.close()
        learner.progress(0.0)
        choice = learner.act(seen, starts, explore=False)
        assert choice.q_values is not None
        others = (choice.actions != choice.q_values.argmax(-1)).mean()
        assert others == pytest.approx(chance / 2, abs=0.015), "half of the random ones are the best ones"
        assert choice.exploration == (chance or None)


def test_what_it_tries_it_keeps_as_long_as_the_setting_says() -> None:
    """With two actions half of all steps repeat the one before; where actions are kept, far more do."""
    seen, starts = np.zeros((500, 4), np.float32), np.zeros(500, np.bool_)
    repeated = {}
    for longest in (1, 50):
        settings = (f"learner.epsilon_hold={longest}", "learner.exploration=epsilon", "learner.epsilon=1")
        learner, batch = opened("dqn", *settings)
        batch.close()
        steps = np.array([learner.act(seen, starts, explore=True).actions for _ in range(20)])
        repeated[longest] = (steps[1:] == steps[:-1]).mean()
    assert repeated[1] == pytest.approx(0.5, abs=0.02)
    assert repeated[50] > 0.75


def test_nothing_that_it_tries_is_kept_over_a_gap() -> None:
    """Learning was switched off in the window, and on again later: perhaps in another episode."""
    seen, starts = np.zeros((500, 4), np.float32), np.zeros(500, np.bool_)
    settings = ("learner.epsilon_hold=50", "learner.exploration=epsilon", "learner.epsilon=1")
    learner, batch = opened("dqn", *settings)
    batch.close()
    learner.act(seen, starts, explore=True)
    learner.epsilon = 0.0
    best = learner.act(seen, starts, explore=False).actions
    assert learner.act(seen, starts, explore=True).actions.tolist() == best.tolist()


def test_no_return_joins_what_was_before_a_gap_with_what_is_after_it() -> None:
    """In the window somebody may switch learning off for some steps, or restart the episode halfway."""
    for gap, completed in ((False, 4), (True, 0)):
        learner, batch = opened("nstep-dqn", "learner.n_step=3")
        with closing(batch):
            for step in range(3):
                if gap and step == 2:
                    learner.act(batch.observation, batch.starts, explore=False)
                learner.learn(batch.step(learner.act(batch.observation, batch.starts, explore=True).actions))
        assert learner.memory.size == completed


def test_returns_are_mixed_with_what_the_network_said_when_it_acted() -> None:
    """The first step's return over two steps, with λ of a half."""
    learner, batch = opened("nstep-dqn", "learner.n_step=2", "learner.q_lambda=0.5", "learner.gamma=0.9")
    said = []
    for _ in range(2):
        choice = learner.act(batch.observation, batch.starts, explore=True)
        assert choice.q_values is not None
        said.append(choice.q_values.max(-1))
        learner.learn(batch.step(choice.actions))
    batch.close()
    drawn = {name: column[: learner.memory.size] for name, column in learner.memory.columns.items()}
    np.testing.assert_allclose(drawn["reward"], 1 + 0.9 * (0.5 * said[1] + 0.5), rtol=1e-5)
    np.testing.assert_allclose(drawn["discount"], 0.9 * 0.9 * 0.5, rtol=1e-6)


def test_agents_share_weights_and_adams_statistics_and_each_has_its_own_target() -> None:
    parent, spare = opened("nstep-dqn")
    handle = parent.share()
    (one, batch), (other, idle) = opened("nstep-dqn", seed=1), opened("nstep-dqn", seed=2)
    for number, agent in enumerate((one, other)):
        agent.join(handle, number)
    before = [tensor.clone() for tensor in handle]
    for _ in range(STEPS):
        one.learn(batch.step(one.act(batch.observation, batch.starts, explore=True).actions))
    for game in (batch, spare, idle):
        game.close()
    check_shared(handle, before, (parent, one, other))
    for mine, old in zip(other.target.parameters(), before, strict=False):
        assert torch.equal(mine, old), "it is as it was when it joined, and follows its own updates"
    assert other.memory.size == 0
    kept = parent.snapshot().arrays
    for name, weights in under("network.", kept).items():
        np.testing.assert_array_equal(kept[f"target.{name}"], weights)
    for number in range(len(before) // 4):
        np.testing.assert_array_equal(
            kept[f"adam.{number}.exp_avg"], handle[len(before) // 4 + 3 * number + 1]
        )


def test_who_shares_its_weights_keeps_no_memory_that_nobody_learns_from_any_more() -> None:
    parent, batch = opened("dqn")
    with closing(batch):
        for _ in range(STEPS):
            parent.learn(batch.step(parent.act(batch.observation, batch.starts, explore=True).actions))
    assert under("memory.", parent.snapshot().arrays)
    parent.share()
    assert not under("memory.", parent.snapshot().arrays)


def test_weights_that_are_taken_are_the_targets_too() -> None:
    (taught, batch), (learner, idle) = opened("dqn", seed=1), opened("dqn", seed=2)
    for game in (batch, idle):
        game.close()
    learner.load_weights(taught.weights())
    for network in (learner.network, learner.target):
        for mine, theirs in zip(network.parameters(), taught.network.parameters(), strict=True):
            assert torch.equal(mine, theirs)
