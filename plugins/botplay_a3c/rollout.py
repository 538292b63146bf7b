"""The experience of one rollout, in buffers that are allocated once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from botcore import Experience
from botcore.network import State


@dataclass
class Rollout:
    """T steps of N copies.

    Attributes:
        state: the memory before the first step, `[..., N, M]` each.
        observation: `[T, N, ...]` in its own dtype.
        cleared: `[T, N] bool`, where the memory was cleared: an episode starts, or somebody forgot.
        drawn: `[T, N] bool`, where the action was drawn (or is a person's), not kept from the step before.
        log_policy: `[T, N, A]` log-probabilities when the actions were chosen.
        value: `[T + 1, N]`.
        action: `[T, N] int64`.
        reward, terminated, truncated, valid: `[T, N]`.
        length: steps filled so far.
    """

    state: State
    observation: Tensor
    cleared: Tensor
    drawn: Tensor
    log_policy: Tensor
    value: Tensor
    action: Tensor
    reward: Tensor
    terminated: Tensor
    truncated: Tensor
    valid: Tensor
    length: int = 0

    @staticmethod
    def empty(steps: int, observation: NDArray[Any], actions: int) -> Rollout:
        """Allocate for observations like `observation` `[N, ...]`."""
        copies = len(observation)
        dtype = torch.from_numpy(observation[:0]).dtype
        flags = torch.zeros(5, steps, copies, dtype=torch.bool)
        return Rollout(
            state=(),
            observation=torch.zeros((steps, *observation.shape), dtype=dtype),
            cleared=flags[0],
            drawn=flags[1],
            log_policy=torch.zeros(steps, copies, actions),
            value=torch.zeros(steps + 1, copies),
            action=torch.zeros(steps, copies, dtype=torch.int64),
            reward=torch.zeros(steps, copies),
            terminated=flags[2],
            truncated=flags[3],
            valid=flags[4],
        )

    @property
    def full(self) -> bool:
        """Whether every step is filled."""
        return self.length == len(self.reward)

    def fits(self, observation: NDArray[Any]) -> bool:
        """Whether the buffers are of the right size for `observation` `[N, ...]`."""
        return tuple(self.observation.shape[1:]) == observation.shape

    def chosen(
        self,
        observation: Tensor,
        starts: Tensor,
        cleared: Tensor,
        drawn: Tensor,
        log_policy: Tensor,
        value: Tensor,
        state: State,
    ) -> None:
        """Keep what a decision was made from; `state` is the memory before it, and where it was `cleared`.

        Where nothing was `drawn` the action is the one before.

        An episode `starts` only after the wasted step of the one before. Where it does not (a person
        restarted it halfway) the rollout has a gap, and begins anew.
        """
        if self.length and bool((starts & self.valid[self.length - 1]).any()):
            self.length = 0
        t = self.length
        if t == 0:
            self.state = state
        self.observation[t], self.cleared[t], self.drawn[t] = observation, cleared, drawn
        self.log_policy[t], self.value[t] = log_policy, value

    def happened(self, experience: Experience, overruled: Tensor) -> None:
        """Keep what came of the decision, and go on to the next step.

        Where somebody `overruled` `[N]` what was to be done, that was a decision too.
        """
        t = self.length
        self.drawn[t] |= overruled
        self.action[t] = torch.from_numpy(experience.actions)
        self.reward[t] = torch.from_numpy(experience.reward)
        self.terminated[t] = torch.from_numpy(experience.terminated)
        self.truncated[t] = torch.from_numpy(experience.truncated)
        self.valid[t] = torch.from_numpy(np.asarray(experience.valid))
        self.length += 1
