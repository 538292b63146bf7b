"""Ending episodes of a batch sooner than the batch does."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium.vector import SyncVectorEnv, VectorEnv, VectorWrapper
from numpy.typing import NDArray

RESETS_SOME = "resets_some"
"""Key in a batch's metadata: its `reset` takes `options["reset_mask"]`, as Gymnasium's own batches do."""
Steps = tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]


def resets_some(envs: VectorEnv[Any, Any, Any]) -> bool:
    """Whether a batch can begin single copies anew."""
    return isinstance(envs, SyncVectorEnv) or bool(envs.metadata.get(RESETS_SOME))


class EarlyEnds(VectorWrapper):
    """Ends the episodes that a subclass names, and resets those copies at their next step.

    The batch itself resets at the next step, and single copies when asked (`resets_some`).

    Attributes:
        ended: `[N]` whose episode the last step ended, of which the batch knows nothing.
        over: `[N]` whose episode the last step ended in any way: the next step resets these.
    """

    truncates: bool
    """Whether an episode that ends early is truncated; else it is terminated."""

    def __init__(self, envs: VectorEnv[Any, Any, Any]) -> None:
        super().__init__(envs)
        self.ended: NDArray[np.bool_] = np.zeros(envs.num_envs, np.bool_)
        self.over: NDArray[np.bool_] = np.zeros(envs.num_envs, np.bool_)

    def begin(self, begun: NDArray[np.bool_]) -> None:
        """Take in where an episode begins, `[N]`."""
        raise NotImplementedError

    def end(self, reward: NDArray[Any]) -> NDArray[np.bool_]:
        """Take in what a step paid, `[N]`, and return whose episode is to end with it, `[N]`."""
        raise NotImplementedError

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[Any], dict[str, Any]]:
        """Start all episodes anew, or those of `options["reset_mask"]`."""
        begun = (options or {}).get("reset_mask", np.ones_like(self.over))
        self.ended, self.over = self.ended & ~begun, self.over & ~begun
        self.begin(begun)
        return super().reset(seed=seed, options=options)

    def step(self, actions: NDArray[np.int64]) -> Steps:
        """Step every copy; those whose episode was ended are reset instead, with reward 0."""
        observation, reward, terminated, truncated, info = super().step(actions)
        if self.ended.any():  # The batch knows nothing of it, and has gone on: put the new episodes in place.
            observation, begun = super().reset(options={"reset_mask": self.ended.copy()})
            info = {name: self._begun(values, begun.get(name)) for name, values in info.items()}
            reward = np.where(self.ended, 0, reward)
            terminated, truncated = terminated & ~self.ended, truncated & ~self.ended
        ended = self.end(reward)
        self.begin(self.over)  # the step only reset these
        self.ended = ended & ~terminated & ~truncated & ~self.over
        if self.truncates:
            truncated = truncated | self.ended
        else:
            terminated = terminated | self.ended
        self.over = terminated | truncated
        return observation, reward, terminated, truncated, info

    def _begun(self, values: Any, begun: Any) -> Any:
        """Return what the step said, and of the new episodes what their reset said."""
        if begun is None or np.shape(begun) != np.shape(values):
            return values
        return np.where(self.ended, begun, values)
