"""Many copies of an Atari game at once, for training: ALE's own vector environment."""

from __future__ import annotations

from typing import Any

import numpy as np
from ale_py import ALEInterface, LoggerMode
from ale_py.vector_env import AtariVectorEnv
from gymnasium.spaces import Box
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from botcore import OpenRequest
from botcore.training.early_ends import RESETS_SOME, EarlyEnds, Steps
from botplay_atari.env import EVERYTHING, FPS, FRAME_LIMIT, SKIP, STICKINESS, check_rom, screen_size
from botplay_atari.noops import NOOP_MAX, emulator_seed
from botplay_atari.screen import SIZE, STACK, FrameStack


def open_atari_batch(request: OpenRequest) -> AtariBatch | AllWon:
    """Open `request.copies` games. Raises `BotplayError` for an unknown ROM."""
    check_rom(request.scenario)
    batch = AtariBatch(request.scenario, STICKINESS[request.protocol], request.copies, request.threads)
    most = EVERYTHING.get(request.scenario)
    return batch if most is None else AllWon(batch, most)


class AllWon(EarlyEnds):
    """Ends the episode of a copy that has made all the points there are."""

    truncates = False

    def __init__(self, envs: VectorEnv[Any, Any, Any], most: float) -> None:
        """Wrap a batch in which an episode has at most so many points."""
        super().__init__(envs)
        self.most = most
        self.score: NDArray[np.float64] = np.zeros(envs.num_envs)

    def begin(self, begun: NDArray[np.bool_]) -> None:
        """Begin with no points."""
        self.score = np.where(begun, 0.0, self.score)

    def end(self, reward: NDArray[Any]) -> NDArray[np.bool_]:
        """Count the points."""
        self.score = self.score + reward
        return self.score >= self.most


class AtariBatch(VectorEnv[NDArray[np.uint8], NDArray[np.int64], NDArray[Any]]):
    """N copies that do not see each other, stepped in C++. A finished copy is reset at its next step.

    ALE gives its pictures as large as they are: `FrameStack` shrinks them faster (`docs/performance.md`).

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
    ) -> None:
        """Load the ROM `copies` times, with `threads` threads that are bound to no core.

        Unbound, since several training processes on a machine would else all sit on the same cores.
        """
        ALEInterface.setLoggerMode(LoggerMode.Error)
        height, width = screen_size(rom)
        self._games: AtariVectorEnv | None = AtariVectorEnv(
            rom,
            copies,
            num_threads=threads,
            thread_affinity_offset=-1,
            max_num_frames_per_episode=frame_limit,
            repeat_action_probability=stickiness,
            autoreset_mode=AutoresetMode.NEXT_STEP,
            img_height=height,
            img_width=width,
            stack_num=1,
            frameskip=SKIP,
            noop_max=NOOP_MAX,
            episodic_life=False,
            life_loss_info=False,
            reward_clipping=False,
            use_fire_reset=False,
        )
        self._stack = FrameStack(copies, height, width, threads)
        self._over = np.zeros(copies, np.bool_)
        self.num_envs = copies
        self.single_observation_space = Box(0, 255, (STACK, SIZE, SIZE), np.uint8)
        self.single_action_space = self._games.single_action_space
        self.observation_space = batch_space(self.single_observation_space, copies)
        self.action_space = batch_space(self.single_action_space, copies)
        self.metadata = {
            "render_modes": [],
            "render_fps": FPS,
            "action_names": tuple(action.name.lower() for action in self._games.ale.get_action_set()),
            "autoreset_mode": AutoresetMode.NEXT_STEP,
            RESETS_SOME: True,
        }

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.uint8], dict[str, NDArray[Any]]]:
        """Start all episodes anew, or those of `options["reset_mask"]`.

        An integer seeds copy n with seed + n.
        """
        seeds = [seed + n for n in range(self.num_envs)] if isinstance(seed, int) else seed
        begun = (options or {}).get("reset_mask", np.ones(self.num_envs, np.bool_))
        self._over = self._over & ~begun
        numbers = None
        if seeds is not None:
            numbers = np.array([-1 if number is None else emulator_seed(number) for number in seeds])
        pictures, info = self._open.reset(seed=numbers, options=options)
        return self._stack.begin(pictures[:, 0], begun), {"lives": info["lives"]}

    def step(self, actions: NDArray[np.int64]) -> Steps:
        """Hold an action for four frames in each copy; a finished copy is reset instead, with reward 0."""
        pictures, reward, terminated, truncated, info = self._open.step(np.asarray(actions, np.int64))
        observation = self._stack.push(pictures[:, 0], self._over)
        self._over = terminated | truncated
        return observation, reward.astype(np.float64), terminated, truncated, {"lives": info["lives"]}

    def close_extras(self, **kwargs: Any) -> None:
        """End the threads."""
        self._games = None
        self._stack.close()

    @property
    def _open(self) -> AtariVectorEnv:
        if self._games is None:
            raise ValueError("this batch is closed")
        return self._games
