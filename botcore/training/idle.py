"""Cutting short the episodes of training in which nothing happens any more."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium.vector import VectorEnv
from numpy.typing import NDArray

from botcore.errors import BotplayError
from botcore.training.early_ends import EarlyEnds, Steps, resets_some

IDLE = "idle"
"""Key in `info`: `[N]` which share of the limit a copy has been idle for. A reward rule may weigh it."""


class IdleLimit(EarlyEnds):
    """Truncates a copy after `limit` steps in a row without a reward.

    A ball that goes round in circles for half an hour takes half of a batch's steps, and teaches nothing.
    """

    truncates = True

    def __init__(self, envs: VectorEnv[Any, Any, Any], limit: int) -> None:
        """Wrap a batch that resets at the next step.

        Raises:
            BotplayError: the batch cannot reset some of its copies.
        """
        if not resets_some(envs):
            envs.close()
            raise BotplayError(
                "training.idle_limit is set, but this game cannot begin single copies anew; leave it at 0"
            )
        super().__init__(envs)
        self.limit = limit
        self.idle: NDArray[np.int64] = np.zeros(envs.num_envs, np.int64)

    def begin(self, begun: NDArray[np.bool_]) -> None:
        """Count from nothing."""
        self.idle = np.where(begun, 0, self.idle)

    def end(self, reward: NDArray[Any]) -> NDArray[np.bool_]:
        """Count the steps without a reward."""
        self.idle = np.where(reward != 0, 0, self.idle + 1)
        return self.idle >= self.limit

    def step(self, actions: NDArray[np.int64]) -> Steps:
        """Step every copy, and tell how long each has been idle."""
        observation, reward, terminated, truncated, info = super().step(actions)
        return observation, reward, terminated, truncated, {**info, IDLE: self.idle / self.limit}
