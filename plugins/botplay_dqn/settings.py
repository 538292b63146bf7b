"""Settings of deep Q-learning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from botcore import Count, Positive, Range, Share, Size


@dataclass(frozen=True)
class DQNSettings:
    """Settings of the learner of `dqn`."""

    gamma: Share = 0.99
    """Discount of what comes later."""
    n_step: Size = 1
    """How many rewards are added up before the rest is estimated by Q."""
    q_lambda: Share = 1.0
    """λ of the return: below 1 Q estimates the rest after every reward, not only after the last one, and the
    smaller λ is, the more that counts (Peng's Q(λ))."""
    learning_rate: Positive = 1e-3
    """Step size of Adam at the start."""
    learning_rate_end: Share = 0.05
    """Share of it that is left at the end; it falls linearly in between, so that the last weights are good
    ones, not whatever the last updates made of them."""
    batch: Size = 64
    """Transitions in an update."""
    learn_every: Count = 1
    """Decisions, each for all copies at once, from one round of updates to the next."""
    updates: Count = 1
    """Updates in a round."""
    memory: Annotated[int, Range(least=1, most=100_000_000)] = 100_000
    """Transitions the replay memory holds; the oldest go first."""
    warm_up: Count = 1_000
    """Transitions to gather before the first update, or as many as the memory holds, or 1,000 of each copy,
    if that is less."""
    target_every: Count = 200
    """Updates between two copies of the network to the target network."""
    double: bool = True
    """The network chooses the successor's action, the target network values it (van Hasselt et al. 2016)."""
    dueling: bool = False
    """Two heads, the value of the state and the advantage of each action, instead of one for Q: what all
    actions share is learned once (Wang et al. 2016)."""
    gradient_norm: Positive = 10.0
    """Largest norm of the gradient of one update."""
    exploration: Literal["softmax", "epsilon"] = "softmax"
    """How it explores: by softmax over the Q-values, as in the course, or ε-greedily."""
    temperature: Positive = 1.0
    """Softmax: Q-values are divided by this at the start of training; higher is more random."""
    temperature_end: Positive = 0.1
    """Softmax: the temperature at the end; it falls geometrically in between."""
    epsilon: Share = 1.0
    """Epsilon: chance of a random action at the start of training. Kept ones come on top (`epsilon_hold`)."""
    epsilon_end: Share = 0.02
    """Epsilon: chance of a random action once it has fallen."""
    epsilon_share: Share = 0.5
    """Epsilon: over which share of the training it falls."""
    epsilon_hold: Size = 1
    """Epsilon: for how many decisions at most a random action is kept. The more, the rarer: two in five last
    two or more, one in a hundred sixty or more (Dabney et al. 2021). 1: none is kept."""
    acting_epsilon: Share = 0.0
    """Share of random actions when a trained agent plays. Where a game has no chance in it, the best actions
    may go round in a circle for ever (Mnih et al. 2015 play with 0.05)."""


@dataclass(frozen=True)
class NStepDQNSettings(DQNSettings):
    """Settings of the learner of `nstep-dqn`."""

    n_step: Size = 10
    """How many rewards are added up before the rest is estimated by Q."""
    learning_rate: Positive = 2.5e-4
    """Step size of Adam at the start."""
    memory: Annotated[int, Range(least=1, most=100_000_000)] = 100_000
    """Transitions the replay memory holds; about 7 kB each for pictures of 84×84, since each is kept once."""
    warm_up: Count = 2_000
    """Transitions to gather before the first update, or as many as the memory holds, or 1,000 of each copy,
    if that is less."""
    target_every: Count = 500
    """Updates between two copies of the network to the target network."""
