"""Advantages and returns of a rollout."""

from __future__ import annotations

from torch import Tensor, zeros_like


def generalised_advantage(
    reward: Tensor,
    value: Tensor,
    terminated: Tensor,
    truncated: Tensor,
    *,
    gamma: float,
    gae_lambda: float,
) -> Tensor:
    """Return the generalised advantage estimate (Schulman et al. 2016, equations 11 to 16).

        δ_t = r_t + γ (1 - terminated_t) V(s_{t+1}) - V(s_t)
        A_t = δ_t + γλ (1 - terminated_t)(1 - truncated_t) A_{t+1}

    At a truncation the successor's value still counts (it is the true last state's), but the sum stops:
    what follows is another episode. With λ = 1 this is A3C's n-step return minus V
    (Mnih et al. 2016, algorithm S3). What comes out for a wasted step (the reset of a copy) means nothing,
    and no other advantage contains it: the step before is an end.

    Args:
        reward: `[T, N]`.
        value: `[T + 1, N]`, V of each state and of the last successor.
        terminated: `[T, N] bool`.
        truncated: `[T, N] bool`.
        gamma: γ, the discount.
        gae_lambda: λ, how much later steps than the next count in an advantage.

    Returns:
        `[T, N]`; add `value[:-1]` for the returns the critic learns.
    """
    assert reward.dim() == 2
    assert value.shape == (reward.shape[0] + 1, reward.shape[1])
    continues = (~terminated).to(value.dtype)
    same_episode = continues * (~truncated).to(value.dtype)
    delta = reward + gamma * continues * value[1:] - value[:-1]  # [T, N]
    advantage = zeros_like(delta)
    following = zeros_like(delta[0])
    for t in reversed(range(len(delta))):
        following = delta[t] + gamma * gae_lambda * same_episode[t] * following
        advantage[t] = following
    return advantage
