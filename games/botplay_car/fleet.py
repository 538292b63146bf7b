"""Cars spread over several maps, so that what they learn holds on more than one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from gymnasium.vector import VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from botcore import OpenRequest
from botplay_car.batch import CarBatch, Steps
from botplay_car.plugin import RICH
from botplay_car.wild import spread
from botplay_car.world import open_world


class Fleet(VectorEnv[NDArray[np.float32], NDArray[np.int64], NDArray[Any]]):
    """N cars over M maps: copy n drives on map n modulo M, and otherwise as in a `CarBatch`."""

    def __init__(self, batches: list[CarBatch]) -> None:
        """Join batches, one a map; the first ones may hold a car more than the last."""
        self._batches = batches
        self.num_envs = sum(batch.num_envs for batch in batches)
        self._places = [np.arange(self.num_envs)[n :: len(batches)] for n in range(len(batches))]
        self.single_observation_space = batches[0].single_observation_space
        self.single_action_space = batches[0].single_action_space
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)
        self.metadata = batches[0].metadata

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, NDArray[Any]]]:
        """Start all episodes anew. An integer seeds copy n with seed + n."""
        seeds: list[int | None] = (
            [seed + n for n in range(self.num_envs)]
            if isinstance(seed, int)
            else seed or [None] * self.num_envs
        )
        begun = [
            batch.reset(seed=[seeds[n] for n in places])
            for batch, places in zip(self._batches, self._places, strict=True)
        ]
        return self._join([seen for seen, _ in begun]), self._join_info([info for _, info in begun])

    def step(self, actions: NDArray[np.int64]) -> Steps:
        """Drive all cars; those whose episode was over start a new one instead, with reward 0."""
        actions = np.asarray(actions)
        outcomes = [
            batch.step(actions[places]) for batch, places in zip(self._batches, self._places, strict=True)
        ]
        seen, reward, terminated, truncated, info = zip(*outcomes, strict=True)
        joined = self._join(seen), self._join(reward), self._join(terminated), self._join(truncated)
        return *joined, self._join_info(info)

    def _join(self, columns: Any) -> NDArray[Any]:
        """Return one array `[N, ...]` of one for each map."""
        joined = np.empty((self.num_envs, *columns[0].shape[1:]), columns[0].dtype)
        for places, column in zip(self._places, columns, strict=True):
            joined[places] = column
        return joined

    def _join_info(self, infos: Any) -> dict[str, NDArray[Any]]:
        return {name: self._join([info[name] for info in infos]) for name in infos[0]}


def open_fleet(request: OpenRequest, maps: tuple[str, ...]) -> Fleet:
    """Open `request.copies` cars over `maps`, with fewer cars over the first ones.

    Raises:
        BotplayError: an unknown map, or a range that is none.
    """
    maps = tuple(spread(maps))[: request.copies]
    suffix = RICH if request.scenario.endswith(RICH) else ""
    shares = [len(range(n, request.copies, len(maps))) for n in range(len(maps))]
    return Fleet(
        [
            CarBatch(open_world(replace(request, scenario=name + suffix)), share)
            for name, share in zip(maps, shares, strict=True)
        ]
    )
