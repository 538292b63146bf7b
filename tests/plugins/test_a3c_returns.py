"""Advantages and the loss of A3C against slow, obvious references."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from botcore import Experience
from botcore.plugins import load_plugins
from botcore.setup import choose
from botcore.training.build import open_for_training
from botplay_a3c.a3c import actor_critic_loss
from botplay_a3c.returns import generalised_advantage
from botplay_a3c.rollout import Rollout
from botplay_a3c.settings import A3CSettings

flags = st.lists(st.sampled_from(["goes on", "terminated", "truncated"]), min_size=1, max_size=12)


def advantage_by_its_sum(
    reward: list[float], value: list[float], ends: list[str], gamma: float, lam: float
) -> list[float]:
    """A_t = Σ_k (γλ)^k δ_{t+k}, summed up to and with the first end (Schulman et al. 2016, equation 16)."""
    deltas = [
        reward[t] + (0.0 if ends[t] == "terminated" else gamma * value[t + 1]) - value[t]
        for t in range(len(reward))
    ]
    advantages = []
    for t in range(len(reward)):
        total, weight = 0.0, 1.0
        for k in range(t, len(reward)):
            total += weight * deltas[k]
            weight *= gamma * lam
            if ends[k] != "goes on":
                break
        advantages.append(total)
    return advantages


@given(flags, st.floats(0, 1), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_the_advantage_is_the_sum_of_the_paper(ends: list[str], gamma: float, lam: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    reward, value = random.normal(size=len(ends)), random.normal(size=len(ends) + 1)
    advantage = generalised_advantage(
        torch.tensor(reward)[:, None],
        torch.tensor(value)[:, None],
        torch.tensor([end == "terminated" for end in ends])[:, None],
        torch.tensor([end == "truncated" for end in ends])[:, None],
        gamma=gamma,
        gae_lambda=lam,
    )
    expected = advantage_by_its_sum(list(reward), list(value), ends, gamma, lam)
    np.testing.assert_allclose(advantage[:, 0].numpy(), expected, atol=1e-9)


def test_with_lambda_one_it_is_the_n_step_return_minus_the_value() -> None:
    reward = torch.tensor([[1.0], [2.0], [3.0]])
    value = torch.tensor([[10.0], [20.0], [30.0], [40.0]])
    none = torch.zeros(3, 1, dtype=torch.bool)
    advantage = generalised_advantage(reward, value, none, none, gamma=0.5, gae_lambda=1.0)
    returns = [1 + 0.5 * 2 + 0.25 * 3 + 0.125 * 40, 2 + 0.5 * 3 + 0.25 * 40, 3 + 0.5 * 40]
    np.testing.assert_allclose((advantage + value[:-1])[:, 0].numpy(), returns, rtol=1e-6)


def loss_step_by_step(
    log_policy: torch.Tensor,
    value: torch.Tensor,
    action: torch.Tensor,
    advantage: torch.Tensor,
    returns: torch.Tensor,
    old: torch.Tensor,
    valid: torch.Tensor,
    drawn: torch.Tensor,
    chosen: A3CSettings,
    entropy_weight: float,
) -> torch.Tensor:
    """The same loss, one step at a time."""
    decided, critic = torch.zeros(()), torch.zeros(())
    for t, n in valid.nonzero().tolist():
        critic = critic + chosen.value_weight * 0.5 * (returns[t, n] - value[t, n]) ** 2
        if not drawn[t, n]:
            continue
        new_one, old_one = log_policy[t, n, action[t, n]], old[t, n, action[t, n]]
        if chosen.clip is None:
            gain = new_one * advantage[t, n]
        else:
            ratio = (new_one - old_one).exp()
            bounded = min(max(ratio.item(), 1 - chosen.clip), 1 + chosen.clip)
            plain, clipped = ratio * advantage[t, n], bounded * advantage[t, n]
            gain = plain if plain.item() <= clipped.item() else clipped
        entropy = -sum(log_policy[t, n, a].exp() * log_policy[t, n, a] for a in range(log_policy.shape[-1]))
        decided = decided - gain - entropy_weight * entropy
    return decided / int((valid & drawn).sum()) + critic / int(valid.sum())


@pytest.mark.parametrize("clip", [None, 0.1])
def test_the_loss_and_its_gradient_agree_with_one_written_step_by_step(clip: float | None) -> None:
    chosen = A3CSettings(clip=clip)
    generator = torch.Generator().manual_seed(3)
    logits = torch.randn(5, 4, 3, generator=generator, requires_grad=True)
    value = torch.randn(5, 4, generator=generator, requires_grad=True)
    old = (logits.detach() + 0.2 * torch.randn(5, 4, 3, generator=generator)).log_softmax(-1)
    action = torch.randint(0, 3, (5, 4), generator=generator)
    advantage = torch.randn(5, 4, generator=generator)
    returns = torch.randn(5, 4, generator=generator)
    valid = torch.rand(5, 4, generator=generator) > 0.3
    drawn = torch.rand(5, 4, generator=generator) > 0.3
    arguments = (action, advantage, returns, old, valid, drawn, chosen, 0.03)

    fast, terms = actor_critic_loss(logits.log_softmax(-1), value, *arguments)
    slow = loss_step_by_step(logits.log_softmax(-1), value, *arguments)
    torch.testing.assert_close(fast, slow)
    assert terms["loss"] == pytest.approx(float(slow.detach()), rel=1e-5)

    fast_gradients = torch.autograd.grad(fast, (logits, value))
    slow_gradients = torch.autograd.grad(slow, (logits, value), allow_unused=True)
    for mine, theirs in zip(fast_gradients, slow_gradients, strict=True):
        torch.testing.assert_close(mine, theirs)
    assert not fast_gradients[0][~valid].any(), "a wasted step must not be learned from"
    assert not fast_gradients[1][~valid].any()
    assert not fast_gradients[0][~drawn].any(), "nor from an action that was only kept, what to do"
    assert fast_gradients[1][valid].all(), "but what comes of it"


def test_a_ratio_that_is_infinite_where_nothing_was_decided_spoils_nothing() -> None:
    logits = torch.zeros(2, 1, 2, requires_grad=True)
    old = torch.tensor([[[-0.7, -0.7]], [[-200.0, 0.0]]])
    action, valid = torch.zeros(2, 1, dtype=torch.int64), torch.ones(2, 1, dtype=torch.bool)
    drawn, one = torch.tensor([[True], [False]]), torch.ones(2, 1)
    for advantage in (one, -one):
        arguments = (action, advantage, one, old, valid, drawn, A3CSettings(clip=0.1), 0.0)
        loss, _ = actor_critic_loss(logits.log_softmax(-1), one, *arguments)
        (gradient,) = torch.autograd.grad(loss, logits)
        assert loss.isfinite()
        assert gradient.isfinite().all()


def test_a_rollout_begins_anew_after_an_episode_that_was_broken_off() -> None:
    observation, no = np.zeros((2, 3), np.float32), np.zeros(2, np.bool_)
    rollout = Rollout.empty(4, observation, actions=2)

    def step(starts: list[bool], valid: list[bool]) -> None:
        seen, fresh = torch.from_numpy(observation), torch.tensor(starts)
        rollout.chosen(seen, fresh, fresh, ~fresh, torch.zeros(2, 2), torch.zeros(2), ())
        taken, paid = np.zeros(2, np.int64), np.zeros(2, np.float32)
        flags = {"terminated": no, "truncated": no, "valid": np.array(valid)}
        rollout.happened(Experience(observation, taken, paid, observation, **flags), torch.from_numpy(no))

    step([True, True], [True, True])
    step([False, False], [True, False])  # the second copy is reset: a wasted step
    step([False, True], [True, True])
    assert rollout.length == 3, "an episode that starts after the wasted step of the last is no gap"
    step([True, False], [True, True])  # the first copy starts although its episode had not ended
    assert rollout.length == 1
    assert rollout.cleared[0].tolist() == [True, False]


def test_the_entropy_bonus_falls_with_the_budget() -> None:
    plugins = load_plugins()

    def weights(*assignments: str) -> list[float | None]:
        setup = choose(plugins, game="gym/CartPole-v1", brain="a3c", assignments=assignments)
        learner, batch = open_for_training(plugins, setup, copies=1, threads=1, seed=0)
        batch.close()
        found = []
        for fraction in (0.0, 0.25, 1.0):
            learner.progress(fraction)
            choice = learner.act(np.zeros((1, 4), np.float32), np.ones(1, np.bool_), explore=True)
            found.append(choice.exploration)
        return found

    assert weights("learner.entropy=0.02", "learner.entropy_end=none") == [0.02, 0.02, 0.02], "it stays"
    assert weights("learner.entropy=0.02", "learner.entropy_end=0.004") == pytest.approx([0.02, 0.016, 0.004])


def test_an_update_weighs_entropy_as_it_is_now() -> None:
    plugins = load_plugins()
    assignments = ["learner.entropy=0.5", "learner.entropy_end=0.1", "learner.rollout=4"]
    setup = choose(plugins, game="gym/CartPole-v1", brain="a3c", assignments=assignments)
    learner, batch = open_for_training(plugins, setup, copies=2, threads=1, seed=0)
    for fraction, weight in ((0.0, 0.5), (0.5, 0.3), (1.0, 0.1)):
        learner.progress(fraction)
        for _ in range(4):
            terms = learner.learn(
                batch.step(learner.act(batch.observation, batch.starts, explore=True).actions)
            )
        others = terms["policy_loss"] + 0.5 * terms["value_loss"]
        assert terms["loss"] == pytest.approx(others - weight * terms["entropy"], abs=1e-5)
    batch.close()
