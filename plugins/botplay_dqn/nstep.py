"""Returns over n steps (Watkins 1989; Sutton & Barto 2018, section 7.1), and Q(λ) (Peng & Williams 1996).

Instead of one reward and a guess, Q is to learn n rewards and a guess:

    R_t + γ^k Q(s_{t+k}, a)    with    R_t = r_t + γ r_{t+1} + … + γ^{k-1} r_{t+k-1}

with k = n, or fewer where the episode ends before. The guess (the bootstrap) is made when the transition is
learned from (`dqn.py`): a is the best action there, by the same Q or, in double Q-learning, by another one.
After a termination nothing follows, so the guess drops out; after a truncation it is made for the true last
state. The course calls this an eligibility trace.

From the second reward on R_t tells of what was done, not of what is best. Nothing corrects that, as in
Rainbow (Hessel et al. 2018); with a small replay memory it is at least what the network would do now.

With λ below 1 a guess comes in after every step, not only after the last (Peng's Q(λ), cut after n steps):

    R_t = r_t + γ [ (1-λ) V(s_{t+1}) + λ R_{t+1} ]    with    V(s) = max_a Q(s, a)

and what is left for the last guess is γ^k λ^(k-1). V is what the network said when it acted in s, so these
guesses cost nothing, and the more steps there are, the less is left for the target network to say.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from botcore import Experience
from botplay_dqn.memory import Transitions

NEGLIGIBLE = 1e-3
"""A guess that would count less than this is left out, which saves two passes of the network."""


@dataclass
class _Waiting:
    """A step whose return is not complete yet."""

    observation: NDArray[Any]
    action: int
    reward: float = 0.0
    discount: float = 1.0

    def add(self, reward: float, gamma: float) -> None:
        """Take in the next reward."""
        self.reward += self.discount * reward
        self.discount *= gamma

    def mix(self, value: float, lambda_: float) -> None:
        """Guess a share of what comes next from V of the state that was reached."""
        self.reward += self.discount * (1 - lambda_) * value
        self.discount *= lambda_


class NStep:
    """Turns the steps of N copies into transitions over up to n steps, whose returns are mixed by λ."""

    def __init__(self, n: int, gamma: float, lambda_: float = 1.0) -> None:
        if n < 1:
            raise ValueError("a return is over at least one step")
        self.n, self.gamma, self.lambda_ = n, gamma, lambda_
        self.waiting: list[deque[_Waiting]] = []

    def forget(self, copies: NDArray[np.bool_]) -> None:
        """Drop the waiting steps of these copies `[N]`: what comes next does not follow them.

        At an end nothing waits any more; something does where a person restarts an episode halfway, or
        switches learning off for a while.
        """
        for waiting, broken in zip(self.waiting, copies, strict=False):
            if broken:
                waiting.clear()

    def add(self, experience: Experience, value: NDArray[np.float32]) -> Transitions | None:
        """Take in a step of every copy; return the transitions it completes, or None.

        `value` is `[N]` V(s) of the states this step began in.

        - a step in the middle completes the one n steps ago, if there is one;
        - a termination completes every waiting step, and nothing counts after it;
        - a truncation completes every waiting step, and the last state counts;
        - a wasted step (the reset of a copy) completes nothing and is forgotten.
        """
        copies = len(experience.actions)
        if len(self.waiting) != copies:
            self.waiting = [deque() for _ in range(copies)]
        done: list[tuple[_Waiting, float, int]] = []
        for copy in np.flatnonzero(experience.valid).tolist():
            waiting = self.waiting[copy]
            reward = float(experience.reward[copy])
            if self.lambda_ < 1:
                reached = float(value[copy])
                for step in waiting:
                    step.mix(reached, self.lambda_)
            waiting.append(_Waiting(experience.observation[copy].copy(), int(experience.actions[copy])))
            for step in waiting:
                step.add(reward, self.gamma)
            terminated, truncated = bool(experience.terminated[copy]), bool(experience.truncated[copy])
            if terminated or truncated:
                done += [(step, 0.0 if terminated else step.discount, copy) for step in waiting]
                waiting.clear()
            elif len(waiting) == self.n:
                step = waiting.popleft()
                done.append((step, step.discount, copy))
        if not done:
            return None
        discount = np.array([discount for _, discount, _ in done], np.float32)
        return Transitions(
            observation=np.stack([step.observation for step, _, _ in done]),
            action=np.array([step.action for step, _, _ in done], np.int64),
            reward=np.array([step.reward for step, _, _ in done], np.float32),
            discount=np.where(discount < NEGLIGIBLE, np.float32(0), discount),
            successor=np.stack([experience.next_observation[copy] for _, _, copy in done]),
        )
