"""Many copies of an Atari game at once, for training: ALE's own vector environment."""

from __future__ import annotations

from typing import Any

import numpy as np
from ale_py import ALEInterface, LoggerMode
from ale_py.vector_env import AtariVectorEnv
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from botcore import OpenRequest
from botplay_atari.env import EVERYTHING, FPS, FRAME_LIMIT, SKIP, STICKINESS, check_rom
from botplay_atari.noops import NOOP_MAX, emulator_seed
from botplay_atari.screen import SIZE, STACK

Steps = tuple[
    NDArray[np.uint8], NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, NDArray[Any]]
]


def open_atari_batch(request: OpenRequest) -> AtariBatch:
    """Open `request.copies` games. Raises `BotplayError` for an unknown ROM."""
    check_rom(request.scenario)
    stickiness, most = STICKINESS[request.protocol], EVERYTHING.get(request.scenario)
    return AtariBatch(request.scenario, stickiness, request.copies, request.threads, most=most)


class AtariBatch(VectorEnv[NDArray[np.uint8], NDArray[np.int64], NDArray[Any]]):
    """N copies that do not see each other, stepped in C++. A finished copy is reset at its next step.

    Copy n seeded with s plays exactly as `AtariGame` seeded with s + n, and its later episodes as those of
    that game reset without a seed. `info` holds `lives`, an array `[N]`. The arrays are the caller's to keep.
    """

    def __init__(
        self,
        rom: str,
        stickiness: float,
        copies: int,
        threads: int,
        *,
        frame_limit: int = FRAME_LIMIT,
        most: float | None = None,
    ) -> None:
        """Load the ROM `copies` times, with `threads` threads that are bound to no core.

        Unbound, since several training processes on a machine would else all sit on the same cores. With
        `most` points a copy's episode ends.
        """
        ALEInterface.setLoggerMode(LoggerMode.Error)
        self._games: AtariVectorEnv | None = AtariVectorEnv(
            rom,
            copies,
            num_threads=threads,
            thread_affinity_offset=-1,
            max_num_frames_per_episode=frame_limit,
            repeat_action_probability=stickiness,
            autoreset_mode=AutoresetMode.NEXT_STEP,
            img_height=SIZE,
            img_width=SIZE,
            stack_num=STACK,
            frameskip=SKIP,
            noop_max=NOOP_MAX,
            episodic_life=False,
            life_loss_info=False,
            reward_clipping=False,
            use_fire_reset=False,
        )
        self._most = most
        self._score = np.zeros(copies)
        self._over = np.zeros(copies, np.bool_)
        self._cleared = np.zeros(copies, np.bool_)
        self.num_envs = copies
        self.single_observation_space = self._games.single_observation_space
        self.single_action_space = self._games.single_action_space
        self.observation_space = batch_space(self.single_observation_space, copies)
        self.action_space = batch_space(self.single_action_space, copies)
        self.metadata = {
            "render_modes": [],
            "render_fps": FPS,
            "action_names": tuple(action.name.lower() for action in self._games.ale.get_action_set()),
            "autoreset_mode": AutoresetMode.NEXT_STEP,
            "resets_some": True,
        }

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.uint8], dict[str, NDArray[Any]]]:
        """Start all episodes anew, or those of `options["reset_mask"]`.

        An integer seeds copy n with seed + n.
        """
        seeds = [seed + n for n in range(self.num_envs)] if isinstance(seed, int) else seed
        begun = (options or {}).get("reset_mask", np.ones(self.num_envs, np.bool_))
        self._over, self._cleared = self._over & ~begun, self._cleared & ~begun
        self._score[begun] = 0
        numbers = None
        if seeds is not None:
            numbers = np.array([-1 if number is None else emulator_seed(number) for number in seeds])
        observation, info = self._open.reset(seed=numbers, options=options)
        return observation, {"lives": info["lives"]}

    def step(self, actions: NDArray[np.int64]) -> Steps:
        """Hold an action for four frames in each copy; a finished copy is reset instead, with reward 0."""
        observation, reward, terminated, truncated, info = self._open.step(np.asarray(actions, np.int64))
        told = {"lives": info["lives"]}
        outcome = observation, reward.astype(np.float64), terminated, truncated, told
        return outcome if self._most is None else self._end_where_all_is_won(outcome, self._most)

    def _end_where_all_is_won(self, outcome: Steps, most: float) -> Steps:
        """End the episodes in which nothing is left, and begin others in place of those that ended so."""
        observation, reward, terminated, truncated, info = outcome
        if self._cleared.any():  # ALE knows nothing of it, and has gone on.
            cleared = self._cleared
            observation, begun = self.reset(options={"reset_mask": cleared.copy()})
            info = {"lives": np.where(cleared, begun["lives"], info["lives"])}
            reward = np.where(cleared, 0, reward)
            terminated, truncated = terminated & ~cleared, truncated & ~cleared
        self._score = np.where(self._over, 0, self._score + reward)
        self._cleared = (self._score >= most) & ~terminated & ~truncated
        terminated = terminated | self._cleared
        self._over = terminated | truncated
        return observation, reward, terminated, truncated, info

    def close_extras(self, **kwargs: Any) -> None:
        """End the threads."""
        self._games = None

    @property
    def _open(self) -> AtariVectorEnv:
        if self._games is None:
            raise ValueError("this batch is closed")
        return self._games
