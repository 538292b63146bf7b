"""Q-learning with a table (Watkins & Dayan 1992; Sutton & Barto 2018, section 6.5).

The Bellman equation says what the best value of an action is: the reward, and the best that can be had after
it, a little discounted. Q-learning makes it true by iteration:

    Q(s, a) ← Q(s, a) + α (r + γ max_a' Q(s', a') - Q(s, a))

What is in brackets is the TD error (of temporal difference). The target counts the best action in s',
whatever is done there (learning is off-policy), so it may explore: ε-greedy takes the best action, but with
probability ε a random one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from botcore import BuildRequest, Choice, Experience, Learner, Share, Snapshot
from botcore.training.diverged import check_finite
from botplay_qlearning.bins import States


@dataclass(frozen=True)
class QLearningSettings:
    """Settings of the learner `qlearning`."""

    learning_rate: Share = 0.1
    """α, how far a value moves towards its target, at the start of training."""
    learning_rate_end: Share = 1.0
    """Share of it that is left at the end; it falls linearly in between. Where the same action comes out
    differently, by chance or because a bin holds different places, only a small α finds the mean."""
    gamma: Share = 0.99
    """γ, the discount of what comes later."""
    epsilon: Share = 0.2
    """Share of random actions at the start of training."""
    epsilon_end: Share = 0.02
    """Share of random actions at the end; it falls linearly in between."""
    initial: float = 0.0
    """Every Q-value at the start. A high one is optimism: it makes every action worth trying."""


def bellman_target(
    reward: NDArray[np.float64], terminated: NDArray[np.bool_], next_q: NDArray[np.float64], gamma: float
) -> NDArray[np.float64]:
    """Return `[N]` the target r + γ max_a' Q(s', a'); after a termination nothing follows.

    Args:
        reward: `[N]`.
        terminated: `[N]`; a truncated episode is not terminated, its last state keeps its value.
        next_q: `[N, A]` Q of the successors.
        gamma: the discount.
    """
    following = np.where(terminated, 0.0, next_q.max(-1))
    return np.asarray(reward + gamma * following, np.float64)


class QLearning(Learner):
    """The learner `qlearning`: `table[state, action]` holds Q."""

    def __init__(self, request: BuildRequest) -> None:
        self.settings: QLearningSettings = request.settings
        self.discount = self.settings.gamma
        self.states = States.of(request.observation_space, request.bins)
        self.table = np.full((self.states.count, request.actions), self.settings.initial, np.float64)
        self.generator = np.random.default_rng(request.seed)
        self.epsilon, self.learning_rate = self.settings.epsilon, self.settings.learning_rate

    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        """Choose greedily, ties by chance; while exploring, ε-greedily."""
        q = self.table[self.states.number(observation)]  # [N, A]
        best = q == q.max(-1, keepdims=True)
        greedy = (self.generator.random(q.shape) * best).argmax(-1)
        if not explore:
            return Choice(greedy, q_values=q.astype(np.float32))
        wander = self.generator.random(len(q)) < self.epsilon
        actions = np.where(wander, self.generator.integers(q.shape[1], size=len(q)), greedy)
        return Choice(actions, q_values=q.astype(np.float32), exploration=self.epsilon)

    def learn(self, experience: Experience) -> Mapping[str, float]:
        """Move Q towards the Bellman target, one copy after the other (two may be in the same state)."""
        kept = experience.valid
        if not kept.any():
            return {}
        state = self.states.number(experience.observation)[kept]
        successor = self.states.number(experience.next_observation)[kept]
        action = experience.actions[kept]
        target = bellman_target(
            experience.reward[kept].astype(np.float64),
            experience.terminated[kept],
            self.table[successor],
            self.settings.gamma,
        )
        check_finite({"what the table is to learn": target})
        errors = np.empty(len(state))  # the TD errors
        for n in range(len(state)):
            errors[n] = target[n] - self.table[state[n], action[n]]
            self.table[state[n], action[n]] += self.learning_rate * errors[n]
        return {"error": float(np.abs(errors).mean()), "epsilon": self.epsilon}

    def progress(self, fraction: float) -> None:
        """Let the share of random actions and the step size fall."""
        s, done = self.settings, min(1.0, fraction)
        self.epsilon = s.epsilon + (s.epsilon_end - s.epsilon) * done
        self.learning_rate = s.learning_rate * (1 - done * (1 - s.learning_rate_end))

    def seed(self, seed: int) -> None:
        """Seed ties and exploration."""
        self.generator = np.random.default_rng(seed)

    def weights(self) -> dict[str, NDArray[Any]]:
        """Return the table."""
        return {"table": self.table.astype(np.float32)}

    def load_weights(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Take a table."""
        if set(weights) != {"table"} or weights["table"].shape != self.table.shape:
            raise ValueError(
                f"this is no table of {self.table.shape[0]} states and {self.table.shape[1]} actions"
            )
        self.table = np.array(weights["table"], np.float64)

    def snapshot(self) -> Snapshot:
        """Return the table and the random state."""
        return Snapshot({"table": self.table}, {"random": self.generator.bit_generator.state})

    def restore(self, snapshot: Snapshot) -> str | None:
        """Go on from a snapshot."""
        self.load_weights(snapshot.arrays)
        self.generator.bit_generator.state = snapshot.facts["random"]
        return None
