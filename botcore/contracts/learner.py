"""The learning rule's contract: how decisions are made, and how experience changes the weights.

Everything is batched: N copies of a game are played at once, and live play is N = 1. So a rule is
written once and is the same rule in the window, in training and on several processes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from botcore.contracts.moment import Decision

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Of = Literal["action", "value"]
"""What a map of attention is about: the most preferred action, or V."""


@dataclass(frozen=True)
class Choice:
    """What the learner chose for N observations.

    Attributes:
        actions: `[N] int64`.
        probabilities: `[N, A] float32` or None: the policy, from which actions are drawn unless the
            likeliest is taken.
        q_values: `[N, A] float32` or None.
        values: `[N] float32` V(s), or None.
        memory: `[N, M] float32` cell activity in -1..1, or None.
        exploration: the temperature, epsilon or entropy weight in force, or None.
    """

    actions: NDArray[np.int64]
    probabilities: NDArray[np.float32] | None = None
    q_values: NDArray[np.float32] | None = None
    values: NDArray[np.float32] | None = None
    memory: NDArray[np.float32] | None = None
    exploration: float | None = None

    def decision(self, n: int = 0, by: str = "") -> Decision:
        """Return the n-th choice as a Decision."""
        action = int(self.actions[n])
        preferred = self.probabilities if self.probabilities is not None else self.q_values
        return Decision(
            action=action,
            probabilities=None if self.probabilities is None else tuple(map(float, self.probabilities[n])),
            q_values=None if self.q_values is None else tuple(map(float, self.q_values[n])),
            value=None if self.values is None else float(self.values[n]),
            exploration=self.exploration,
            explored=preferred is not None and float(preferred[n][action]) < float(preferred[n].max()),
            memory=None if self.memory is None else self.memory[n],
            by=by,
        )


@dataclass(frozen=True)
class Experience:
    """What came of the last `act`, for N copies of the game.

    A finished copy is reset at its *next* step (Gymnasium's next-step autoreset), so `next_observation`
    is always the true successor, also at an end: bootstrap from it when `truncated`. The step in which
    the reset happens has `valid` False: its action was ignored, and nothing may be learned from it.

    Attributes:
        observation: `[N, ...]` what `act` was given.
        actions: `[N] int64` what was done (not always what was chosen: a person may have taken over).
        reward: `[N] float32` as the reward rule feeds it.
        next_observation: `[N, ...]` the successor.
        terminated: `[N] bool` the return ends here (the game ended, or a life was lost and the reward
            rule says so). The successor's value is 0.
        truncated: `[N] bool` the episode was cut short. The successor's value counts.
        valid: `[N] bool` False for the wasted step of an autoreset.
    """

    observation: NDArray[Any]
    actions: NDArray[np.int64]
    reward: NDArray[np.float32]
    next_observation: NDArray[Any]
    terminated: NDArray[np.bool_]
    truncated: NDArray[np.bool_]
    valid: NDArray[np.bool_]


@dataclass(frozen=True)
class Snapshot:
    """Everything that is needed to go on exactly: arrays, and facts that JSON can hold."""

    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


class Learner(ABC):
    """A learning rule with its weights. Subclass it to write a brain."""

    asynchronous: ClassVar[bool] = False
    """Whether several processes may train it at once on shared weights (`share` and `join`)."""
    discount: float | None = None
    """γ, by which later rewards count less in what V and Q predict; None: nothing is predicted."""

    @abstractmethod
    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        """Choose an action for each of N observations.

        Args:
            observation: `[N, ...]` in the dtype of the observation space.
            starts: `[N] bool`, True where the observation begins an episode; a memory is cleared there.
            explore: True while learning; False asks for the best play the rule knows.
        """

    def learn(self, experience: Experience) -> Mapping[str, float]:
        """Take in what came of the last `act`; return metrics when an update happened, else nothing.

        Called once after every `act` that explores. Metrics are plain floats by name (`loss`, `entropy`).

        In the window there may be gaps, over which nothing may be joined to one return: an `act` that does
        not explore is not learned from, and an episode may start without the end of the one before it.
        """
        return {}

    def hear(self, reward: NDArray[np.float32]) -> None:
        """Hear what the last `act` earned, `[N]`, as `learn` is fed it, where nothing is learned from it."""

    def attention(
        self, observation: NDArray[Any], starts: NDArray[np.bool_], of: Of
    ) -> NDArray[np.float32] | None:
        """Return how much each pixel weighs in what `act` would say now, `[N, H, W] float32`, not negative.

        Nothing may change by it: not the memory, not what is being learned. `botcore.attention` does it for
        a `Network`. None: this brain cannot tell.
        """
        return None

    def progress(self, fraction: float) -> None:
        """Say how much of the training budget is spent (0..1), for schedules."""

    def seed(self, seed: int) -> None:
        """Seed the random numbers that choose actions. Called at the start of each watched episode."""

    @abstractmethod
    def weights(self) -> dict[str, NDArray[Any]]:
        """Return what a trained model ships: everything `act` needs."""

    @abstractmethod
    def load_weights(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Take weights. Raises `ValueError` when names or shapes do not fit."""

    def snapshot(self) -> Snapshot:
        """Return everything needed to go on exactly (weights, optimiser, counters, random state)."""
        return Snapshot(arrays=self.weights())

    def restore(self, snapshot: Snapshot) -> str | None:
        """Go on from a snapshot. Returns a word on what could not be kept (a replay memory), or None."""
        self.load_weights(snapshot.arrays)
        return None

    def share(self) -> Any:
        """Put weights and optimiser statistics into shared memory; return a handle for `join`."""
        raise NotImplementedError(f"{type(self).__name__} is not asynchronous")

    def join(self, handle: Any, agent: int) -> None:
        """In another process: work on the shared weights from now on, as agent number `agent`."""
        raise NotImplementedError(f"{type(self).__name__} is not asynchronous")
