"""Thousands of cars at once, on one map, for training."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from botcore import OpenRequest
from botplay_car.physics import Cars
from botplay_car.world import ACTION_NAMES, FPS, World, open_world

Steps = tuple[
    NDArray[np.float32], NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, NDArray[Any]]
]


class CarBatch(VectorEnv[NDArray[np.float32], NDArray[np.int64], NDArray[Any]]):
    """N cars that do not see each other. A finished copy is reset at its next step.

    Copy n seeded with s plays exactly as `CarEnv` seeded with s + n. `info` holds the same keys as
    `CarEnv`'s, each an array `[N]`.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012 (as Gymnasium declares it)
        "render_modes": [],
        "render_fps": FPS,
        "action_names": ACTION_NAMES,
        "autoreset_mode": AutoresetMode.NEXT_STEP,
    }

    def __init__(self, world: World, copies: int) -> None:
        """Put `copies` cars into the world."""
        self.world = world
        self.num_envs = copies
        self.single_observation_space = world.observation_space
        self.single_action_space = world.action_space
        self.observation_space = batch_space(self.single_observation_space, copies)
        self.action_space = batch_space(self.single_action_space, copies)
        self._cars = Cars.parked(copies)
        self._rngs: list[np.random.Generator] = []
        self._over = np.zeros(copies, bool)

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, NDArray[Any]]]:
        """Start all episodes anew. An integer seeds copy n with seed + n."""
        if isinstance(seed, int):
            seed = [seed + n for n in range(self.num_envs)]
        if seed is not None or not self._rngs:
            seeds = seed if seed is not None else [None] * self.num_envs
            self._rngs = [self._generator(n, number) for n, number in enumerate(seeds)]
        for n in range(self.num_envs):
            self.world.place(self._cars, n, self._rngs[n])
        self._over[:] = False
        return self.world.observe(self._cars), dict(self._cars.info())

    def step(self, actions: NDArray[np.int64]) -> Steps:
        """Drive all cars; those whose episode was over start a new one instead, with reward 0."""
        rewards = self.world.drive(self._cars, np.asarray(actions))
        for n in np.flatnonzero(self._over):
            self.world.place(self._cars, int(n), self._rngs[n])
        rewards[self._over] = 0.0
        self._over = self.world.out_of_time(self._cars)
        terminated = np.zeros(self.num_envs, bool)
        return self.world.observe(self._cars), rewards, terminated, self._over.copy(), dict(self._cars.info())

    def _generator(self, n: int, seed: int | None) -> np.random.Generator:
        """Return the n-th copy's random numbers: a new stream, or the old one where the seed is None."""
        if seed is None and self._rngs:
            return self._rngs[n]
        return seeding.np_random(seed)[0]


def open_cars(request: OpenRequest) -> VectorEnv[NDArray[np.float32], NDArray[np.int64], NDArray[Any]]:
    """Open `request.copies` cars, over several maps where the options say so.

    Raises:
        BotplayError: an unknown map or a bad map file.
    """
    maps = request.options.training_maps if request.options is not None else ()
    if maps:
        from botplay_car.fleet import open_fleet

        return open_fleet(request, maps)
    return CarBatch(open_world(request), request.copies)
