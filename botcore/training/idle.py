"""Cutting short the episodes of training in which nothing happens any more."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium.vector import SyncVectorEnv, VectorEnv, VectorWrapper
from numpy.typing import NDArray

from botcore.errors import BotplayError

RESETS_SOME = "resets_some"
"""Key in a batch's metadata: its `reset` takes `options["reset_mask"]`, as Gymnasium's own batches do."""
IDLE = "idle"
"""Key in `info`: `[N]` which share of the limit a copy has been idle for. A reward rule may weigh it."""
Steps = tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]


class IdleLimit(VectorWrapper):
    """Truncates a copy after `limit` steps in a row without a reward, and resets it at its next step.

    A ball that goes round in circles for half an hour takes half of a batch's steps, and teaches nothing.
    """

    def __init__(self, envs: VectorEnv[Any, Any, Any], limit: int) -> None:
        """Wrap a batch that resets at the next step.

        Raises:
            BotplayError: the batch cannot reset some of its copies.
        """
        if not (isinstance(envs, SyncVectorEnv) or envs.metadata.get(RESETS_SOME)):
            envs.close()
            raise BotplayError(
                "training.idle_limit is set, but this game cannot begin single copies anew; leave it at 0"
            )
        super().__init__(envs)
        self.limit = limit
        self.idle: NDArray[np.int64] = np.zeros(envs.num_envs, np.int64)
        self.cut: NDArray[np.bool_] = np.zeros(envs.num_envs, np.bool_)
        self.over: NDArray[np.bool_] = np.zeros(envs.num_envs, np.bool_)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[Any], dict[str, Any]]:
        """Start all episodes anew."""
        self.idle[:], self.cut[:], self.over[:] = 0, False, False
        return super().reset(seed=seed, options=options)

    def step(self, actions: NDArray[np.int64]) -> Steps:
        """Step every copy; those that the last step cut are reset instead, with reward 0."""
        observation, reward, terminated, truncated, info = super().step(actions)
        if self.cut.any():  # The batch knows nothing of it, and has gone on: put the new episodes in place.
            observation, begun = super().reset(options={"reset_mask": self.cut.copy()})
            info = {name: self._begun(values, begun.get(name)) for name, values in info.items()}
            reward = np.where(self.cut, 0, reward)
            terminated, truncated = terminated & ~self.cut, truncated & ~self.cut
        self.idle = np.where((reward != 0) | self.over, 0, self.idle + 1)
        self.cut = (self.idle >= self.limit) & ~terminated & ~truncated
        self.over = terminated | truncated | self.cut
        return observation, reward, terminated, truncated | self.cut, {**info, IDLE: self.idle / self.limit}

    def _begun(self, values: Any, begun: Any) -> Any:
        """Return what the step said, and of the new episodes what their reset said."""
        if begun is None or np.shape(begun) != np.shape(values):
            return values
        return np.where(self.cut, begun, values)
