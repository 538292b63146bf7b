"""Settings of deep Q-learning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class DQNSettings:
    """Settings of the learner of `dqn`."""

    gamma: float = 0.99
    """Discount of what comes later."""
    n_step: int = 1
    """How many rewards are added up before the rest is estimated by Q."""
    learning_rate: float = 1e-3
    """Step size of Adam."""
    batch: int = 64
    """Transitions in an update."""
    steps_per_update: int = 4
    """Steps of the game (over all copies) between two updates."""
    memory: int = 100_000
    """Transitions the replay memory holds; the oldest go first."""
    warm_up: int = 1_000
    """Transitions to gather before the first update."""
    target_every: int = 200
    """Updates between two copies of the network to the target network."""
    double: bool = True
    """The network chooses the successor's action, the target network values it (van Hasselt et al. 2016)."""
    gradient_norm: float = 10.0
    """Largest norm of the gradient of one update."""
    exploration: Literal["softmax", "epsilon"] = "softmax"
    """How it explores: by softmax over the Q-values, as in the course, or at random now and then."""
    temperature: float = 1.0
    """Softmax: Q-values are divided by this at the start of training; higher is more random."""
    temperature_end: float = 0.1
    """Softmax: the temperature at the end; it falls geometrically in between."""
    epsilon: float = 1.0
    """Epsilon: share of random actions at the start of training."""
    epsilon_end: float = 0.02
    """Epsilon: share of random actions once it has fallen."""
    epsilon_share: float = 0.5
    """Epsilon: over which share of the training it falls."""


@dataclass(frozen=True)
class NStepDQNSettings(DQNSettings):
    """Settings of the learner of `nstep-dqn`."""

    n_step: int = 10
    """How many rewards are added up before the rest is estimated by Q."""
    learning_rate: float = 2.5e-4
    """Step size of Adam."""
    memory: int = 30_000
    """Transitions the replay memory holds; 56 kB each for four 84×84 pictures and successors (1.7 GB)."""
    warm_up: int = 2_000
    """Transitions to gather before the first update."""
    target_every: int = 500
    """Updates between two copies of the network to the target network."""
