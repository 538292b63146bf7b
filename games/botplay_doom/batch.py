"""Many games of Doom at once, for training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from botcore import OpenRequest
from botcore.training.early_ends import RESETS_SOME
from botplay_doom.env import Doom, open_doom
from botplay_doom.options import DoomOptions

T = TypeVar("T")
Seen = tuple[NDArray[np.uint8], dict[str, Any]]
Outcome = tuple[NDArray[np.uint8], float, bool, bool, dict[str, Any]]
Steps = tuple[
    NDArray[np.uint8], NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, NDArray[Any]]
]


def open_doom_batch(request: OpenRequest) -> DoomBatch:
    """Open `request.copies` games. Raises `BotplayError` as `open_doom` does."""
    return DoomBatch(replace(request, pictures=False))


class DoomBatch(VectorEnv[NDArray[np.uint8], NDArray[np.int64], NDArray[Any]]):
    """N games, each in an engine process of its own. A finished copy is reset at its next step.

    Copy n seeded with s plays exactly as `Doom` seeded with s + n (the odd ones at the skill that
    `options.practice` says), and its later episodes as those of that game reset without a seed. `info`
    holds the same keys as `Doom`'s, each an array `[N]`.

    With one thread the engines take turns, which is right where there is a training process per core:
    this process sleeps while an engine works. With more, so many engines work at once.
    """

    def __init__(self, request: OpenRequest) -> None:
        """Start `request.copies` engines."""
        self._threads = ThreadPoolExecutor(request.threads) if request.threads > 1 else None
        self._games: list[Doom] = []
        try:
            for n in range(request.copies):
                self._games.append(open_doom(_practice(request) if n % 2 else request))
        except BaseException:
            self.close()
            raise
        self.num_envs = request.copies
        self.single_observation_space = self._games[0].observation_space
        self.single_action_space = self._games[0].action_space
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)
        self.metadata = {
            **self._games[0].metadata,
            "autoreset_mode": AutoresetMode.NEXT_STEP,
            RESETS_SOME: True,
        }
        self._over: list[bool] = [False] * self.num_envs
        self._seen: list[Seen] = []

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.uint8], dict[str, NDArray[Any]]]:
        """Start all episodes anew, or those of `options["reset_mask"]`.

        An integer seeds copy n with seed + n.
        """
        count = self.num_envs
        seeds = [seed + n for n in range(count)] if isinstance(seed, int) else seed or [None] * count
        mask: NDArray[np.bool_] = (options or {}).get("reset_mask", np.ones(count, np.bool_))
        self._seen = self._each(lambda n: self._games[n].reset(seed=seeds[n]) if mask[n] else self._seen[n])
        self._over = [over and not anew for over, anew in zip(self._over, mask, strict=True)]
        infos = _columns([info for _, info in self._seen])
        return np.stack([observation for observation, _ in self._seen]), infos

    def step(self, actions: NDArray[np.int64]) -> Steps:
        """Step each copy; those whose episode was over are reset instead, with reward 0."""
        observations, rewards, terminated, truncated, infos = zip(
            *self._each(lambda n: self._step(n, int(actions[n]))), strict=True
        )
        ends = np.array(terminated), np.array(truncated)
        self._over = (ends[0] | ends[1]).tolist()
        self._seen = list(zip(observations, infos, strict=True))
        return np.stack(observations), np.array(rewards, np.float64), *ends, _columns(infos)

    def close_extras(self, **kwargs: Any) -> None:
        """End the engines."""
        for game in self._games:
            game.close()
        if self._threads is not None:
            self._threads.shutdown()

    def _step(self, n: int, action: int) -> Outcome:
        if self._over[n]:
            observation, info = self._games[n].reset()
            return observation, 0.0, False, False, info
        return self._games[n].step(action)

    def _each(self, work: Callable[[int], T]) -> list[T]:
        """Return what `work` gives for each copy, done by the threads there are."""
        numbers = range(self.num_envs)
        return list(self._threads.map(work, numbers) if self._threads else map(work, numbers))


def _practice(request: OpenRequest) -> OpenRequest:
    """Return the request for a copy to practise in."""
    options: DoomOptions = request.options or DoomOptions()
    return replace(request, options=replace(options, skill=options.practice or options.skill))


def _columns(infos: Sequence[dict[str, Any]]) -> dict[str, NDArray[Any]]:
    """Return an array per key for N dictionaries with the same keys."""
    return {name: np.array([info[name] for info in infos]) for name in infos[0]}
