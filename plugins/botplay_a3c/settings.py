"""Settings of A3C."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from botcore import Positive, Range, Share, Size


@dataclass(frozen=True)
class A3CSettings:
    """Settings of the learner `a3c`."""

    gamma: Share = 0.99
    """Discount of the return."""
    gae_lambda: Share = 0.95
    """λ of generalised advantage estimation; 1 gives the paper's n-step advantage."""
    rollout: Size = 20
    """Steps each copy plays before the next updates (t_max in the paper)."""
    updates: Size = 4
    """Updates made of one rollout, each from its own share of the copies (at most one a copy); several small
    ones learn faster."""
    epochs: Size = 1
    """How often a rollout is gone through, its copies shared out anew each time. More than once takes fewer
    steps, and longer for each: it pays where the game is slow (Doom)."""
    learning_rate: Annotated[float, Range(least=0)] = 4e-4
    """Step size of the shared Adam at the start; it decays linearly to nothing at the end of the budget."""
    adam_epsilon: Positive = 1e-5
    """Adam's epsilon; larger than the usual 1e-8, since late gradients are tiny and noisy."""
    entropy: Annotated[float, Range(least=0)] = 0.01
    """Weight β of the entropy bonus at the start; it keeps the policy from settling too early."""
    entropy_end: Annotated[float, Range(least=0)] | None = None
    """The weight at the end of the budget; it falls linearly in between. `none`: it stays as it is."""
    value_weight: Annotated[float, Range(least=0)] = 0.5
    """Weight of the value loss, which is half the squared error, against the policy loss."""
    gradient_norm: Positive = 0.5
    """Largest norm of the gradient of one update."""
    clip: Positive | None = 0.1
    """Bound on the change of the probability ratio (PPO), since the later updates of a rollout learn from
    slightly old data. `none`: the paper's plain policy gradient."""
    normalise_advantage: bool = True
    """Bring each update's advantages to mean 0 and standard deviation 1."""
    acting: Literal["sample", "greedy"] = "sample"
    """How a trained agent plays: from its probabilities, or always the most likely action."""
    acting_temperature: Positive = 1.0
    """A trained agent draws from π^(1/temperature), brought to sum 1; below 1 it is surer of its choices."""
    hold: Size = 1
    """While learning an action is kept for up to so many steps, each number as likely, which finds what takes
    long runs of one action. Falls to 1 (none is kept) by the end of the budget."""
    forget_after: Annotated[int, Range(least=0, most=1_000_000)] = 0
    """After so many steps in a row without a reward above 0 the memory is cleared now and then, which leads
    out of going round in circles; 0: never."""
    forget: Share = 0.03
    """With which probability it is cleared, in each step from then on."""
