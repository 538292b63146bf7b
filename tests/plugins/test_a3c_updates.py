"""Whole updates of A3C against slow ones, and what its agents share.

`test_a3c_rollout.py` says that a rollout holds what was played, `test_a3c_returns.py` that the returns are
the paper's. Here they are given, and the weights that come of them are compared, update after update.
"""

from __future__ import annotations

import copy
import statistics
from itertools import chain

import numpy as np
import pytest
import torch
from torch import Tensor

from botcore.plugins import load_plugins
from botcore.setup import choose
from botcore.training.batch import Batch
from botcore.training.build import open_for_training
from botplay_a3c.a3c import A3C
from botplay_a3c.rollout import Rollout
from tests.plugins.shared_weights import check_shared
from tests.plugins.slow_adam import SlowAdam

COPIES, STEPS, ROLLOUTS = 6, 12, 4
RATE, ENTROPY, ENTROPY_END, EPSILON, LONGEST = 0.02, 0.05, 0.01, 1e-3, 0.3
SETTINGS = [
    "memory.size=8",
    "neurons.layers=8",
    f"learner.rollout={STEPS}",
    f"learner.learning_rate={RATE}",
    f"learner.entropy={ENTROPY}",
    f"learner.entropy_end={ENTROPY_END}",
    f"learner.adam_epsilon={EPSILON}",
    f"learner.gradient_norm={LONGEST}",
]
PPO = ["learner.clip=0.01", "learner.updates=3", "learner.epochs=2", "learner.normalise_advantage=yes"]
HELD = [*PPO, "learner.hold=4"]
PAPER = ["learner.clip=none", "learner.updates=1", "learner.normalise_advantage=no"]


def opened(*assignments: str, seed: int = 0) -> tuple[A3C, Batch]:
    plugins = load_plugins()
    setup = choose(plugins, game="gym:CartPole-v1", brain="a3c", assignments=[*SETTINGS, *assignments])
    learner, batch = open_for_training(plugins, setup, copies=COPIES, threads=1, seed=seed)
    assert isinstance(learner, A3C)
    return learner, batch


def play(learner: A3C, batch: Batch) -> None:
    """Play a step and learn from it."""
    learner.learn(batch.step(learner.act(batch.observation, batch.starts, explore=True).actions))


class Slow:
    """Makes each update that the learner makes too, one copy and one step at a time."""

    def __init__(self, learner: A3C) -> None:
        self.learner, self.settings = learner, learner.settings
        self.network = copy.deepcopy(learner.network)
        self.adam = SlowAdam(self.network, epsilon=EPSILON, longest=LONGEST)
        self.fraction = 0.0
        self.shares: list[list[int]] = []
        self.wasted = self.bounded = self.kept = 0
        self.update, learner._update = learner._update, self.both  # type: ignore[method-assign]

    def both(self, rollout: Rollout, advantage: Tensor, returns: Tensor, share: Tensor) -> dict[str, float]:
        """Update the learner and the reference; their weights must be the same."""
        metrics = self.update(rollout, advantage, returns, share)
        self.shares.append(share.tolist())
        self.adam.step(self.loss(rollout, advantage, returns, share.tolist()), RATE * (1 - self.fraction))
        for own, slow in zip(self.learner.network.parameters(), self.network.parameters(), strict=True):
            torch.testing.assert_close(own, slow, atol=1e-5, rtol=1e-4)
        return metrics

    def loss(self, rollout: Rollout, advantage: Tensor, returns: Tensor, share: list[int]) -> Tensor:
        """Return the mean over the steps that were not wasted; of the policy where one was drawn too."""
        valid = [(t, n) for n in range(len(share)) for t in range(STEPS) if rollout.valid[t, share[n]]]
        self.wasted += STEPS * len(share) - len(valid)
        drawn = [(t, n) for t, n in valid if rollout.drawn[t, share[n]]]
        self.kept += len(valid) - len(drawn)
        mean, deviation = 0.0, 1.0
        if self.settings.normalise_advantage:
            among = [float(advantage[t, n]) for t, n in drawn]
            mean, deviation = statistics.mean(among), statistics.stdev(among) + 1e-8
        heads = [self.heads(rollout, number) for number in share]
        total = torch.zeros(())
        for t, n in drawn:
            policy, _ = heads[n][t]
            action = int(rollout.action[t, share[n]])
            old = rollout.log_policy[t, share[n], action]
            gain = self.gain(policy[action], old, float(advantage[t, n] - mean) / deviation)
            entropy = -(policy.exp() * policy).sum()
            weight = ENTROPY + (ENTROPY_END - ENTROPY) * self.fraction
            total = total - gain - weight * entropy
        errors = sum((returns[t, n] - heads[n][t][1]).square() for t, n in valid)
        return total / len(drawn) + self.settings.value_weight * 0.5 * errors / len(valid)

    def heads(self, rollout: Rollout, number: int) -> list[tuple[Tensor, Tensor]]:
        """Return log π `[A]` and V of each step of a copy; its memory is cleared where an episode starts."""
        state, found = tuple(part[:, number : number + 1] for part in rollout.state), []
        for t in range(STEPS):
            if rollout.cleared[t, number]:
                state = self.network.initial(1)
            seen, no = rollout.observation[t, number][None, None], torch.zeros(1, 1, dtype=torch.bool)
            heads, state = self.network(seen, no, state)
            found.append((heads["policy"][0, 0].log_softmax(-1), heads["value"][0, 0, 0]))
        return found

    def gain(self, new: Tensor, old: Tensor, advantage: float) -> Tensor:
        """Nothing is gained by a ratio beyond the bound in the direction of the advantage."""
        clip = self.settings.clip
        if clip is None:
            return new * advantage
        ratio = (new - old).exp()
        bound = 1 + clip if advantage > 0 else 1 - clip
        beyond = ratio.item() > bound if advantage > 0 else ratio.item() < bound
        self.bounded += beyond
        return torch.tensor(bound * advantage) if beyond else ratio * advantage


@pytest.mark.parametrize("kind", [PPO, HELD, PAPER], ids=["ppo", "held", "paper"])
def test_the_weights_after_every_update_are_those_of_slow_updates(kind: list[str]) -> None:
    learner, batch = opened(*kind)
    slow = Slow(learner)
    for step in range(ROLLOUTS * STEPS):
        slow.fraction = step / (2 * ROLLOUTS * STEPS)
        learner.progress(slow.fraction)
        play(learner, batch)
    batch.close()
    updates = learner.settings.updates
    assert len(slow.shares) == ROLLOUTS * learner.settings.epochs * updates
    passes = [*zip(*[iter(slow.shares)] * updates, strict=True)]
    assert all(sorted(chain(*shares)) == [*range(COPIES)] for shares in passes), "each copy once"
    assert len({*map(str, passes)}) > ROLLOUTS or kind is PAPER, "shared out anew"
    assert slow.wasted > 0
    assert (slow.bounded > 0) == (kind is not PAPER)
    assert (slow.kept > 0) == (kind is HELD)
    assert {*slow.adam.clipped} == {True, False}


@pytest.mark.parametrize(
    ("updates", "expected"), [(1, [6]), (4, [1, 1, 2, 2]), (5, [1, 1, 1, 1, 2]), (9, [1] * 6)]
)
def test_a_rollout_makes_as_many_updates_as_the_setting_says(updates: int, expected: list[int]) -> None:
    """As long as there is a copy for each; their sizes differ by one at most."""
    learner, batch = opened(f"learner.updates={updates}")
    slow = Slow(learner)
    for _ in range(STEPS):
        play(learner, batch)
    batch.close()
    assert sorted(map(len, slow.shares)) == expected


def test_a_step_becomes_smaller_as_the_budget_is_spent() -> None:
    learner, batch = opened()
    batch.close()
    for fraction, expected in ((0.0, RATE), (0.25, 0.75 * RATE), (1.0, 0.0), (1.5, 0.0)):
        learner.progress(fraction)
        assert learner.optimiser.param_groups[0]["lr"] == pytest.approx(expected)


def test_agents_share_weights_and_adams_statistics() -> None:
    """Each is built from a seed of its own; what one learns is at once what all have."""
    parent, spare = opened()
    handle = parent.share()
    (one, batch), (other, idle) = opened(seed=1), opened(seed=2)
    for number, agent in enumerate((one, other)):
        agent.join(handle, number)
    before = [tensor.clone() for tensor in handle]
    for _ in range(STEPS):
        play(one, batch)
    for game in (batch, spare, idle):
        game.close()
    check_shared(handle, before, (parent, one, other))
    kept = [other.snapshot().arrays[f"adam.{number}"] for number in range(len(parent.optimiser.statistics()))]
    for array, tensor in zip(kept, handle[-len(kept) :], strict=True):
        np.testing.assert_array_equal(array, tensor.numpy())
