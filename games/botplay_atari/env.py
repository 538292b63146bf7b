"""One Atari game to watch or to evaluate."""

from __future__ import annotations

from math import inf
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from ale_py import Action, ALEInterface, LoggerMode
from ale_py.roms import get_rom_path
from gymnasium.spaces import Box, Discrete
from numpy.typing import NDArray

from botcore import BotplayError, OpenRequest
from botcore.errors import suggestion
from botplay_atari.keys import keys_to_action
from botplay_atari.noops import NoopStarts, emulator_seed
from botplay_atari.plugin import roms
from botplay_atari.screen import SIZE, STACK, FrameStack

FPS = 60
SKIP = 4
FRAME_LIMIT = 108_000
STICKINESS = {"v4": 0.0, "v5": 0.25}
EVERYTHING = {"breakout": 864}
"""Points that are all there are, by ROM: the emulator plays on with an empty screen; here that is the end."""

Picture = NDArray[np.uint8]


def check_rom(name: str) -> None:
    """Raise `BotplayError` unless there is a ROM of this name."""
    known = [scenario.name for scenario in roms()]
    if name not in known:
        raise BotplayError(f"there is no Atari game {name!r} for one player{suggestion(name, known)}")
    path = get_rom_path(name)
    if path is None or ALEInterface.isSupportedROM(path) is None:
        raise BotplayError(f"ALE cannot play its ROM {name!r}; choose another game, or update ale-py")


def screen_size(rom: str) -> tuple[int, int]:
    """Return height and width of the emulator's screen."""
    ale = ALEInterface()
    ale.loadROM(get_rom_path(rom))  # type: ignore[arg-type]  # check_rom has seen to that
    height, width = ale.getScreenDims()
    return height, width


def open_atari(request: OpenRequest) -> AtariGame:
    """Open one game. Raises `BotplayError` for an unknown ROM."""
    check_rom(request.scenario)
    stickiness, most = STICKINESS[request.protocol], EVERYTHING.get(request.scenario)
    return AtariGame(request.scenario, stickiness, pictures=request.pictures, most=most)


class AtariGame(gymnasium.Env[NDArray[np.uint8], np.int64]):
    """ALE with the usual preprocessing (Machado et al. 2018; Mnih et al. 2015).

    A step repeats its action for four frames. The observation is the last four steps' pictures,
    gray, `[4, 84, 84] uint8`. An episode begins with 0 to 29 no-ops, without FIRE (the brain
    presses it itself, as it must after every life), uses the game's minimal action set, and is
    truncated after 108,000 frames (half an hour). Where no more points can be made, it ends. The reward is
    the game's own. Pixels, rewards and the number of no-ops for a seed are those of `AtariBatch`.
    """

    metadata: dict[str, Any] = {"render_modes": ["rgb_array"], "render_fps": FPS}  # noqa: RUF012
    render_mode = "rgb_array"

    def __init__(
        self,
        rom: str,
        stickiness: float,
        *,
        pictures: bool = True,
        frame_limit: int = FRAME_LIMIT,
        most: float | None = None,
    ) -> None:
        """Load a ROM.

        `stickiness` is the probability that the emulator repeats the last action; with `most` points an
        episode ends.
        """
        ALEInterface.setLoggerMode(LoggerMode.Error)
        self._rom: Path = get_rom_path(rom)  # type: ignore[assignment]  # open_atari has checked the name
        self._ale = ALEInterface()
        self._ale.setFloat("repeat_action_probability", stickiness)
        self._ale.loadROM(self._rom)
        self._actions: list[Action] = self._ale.getMinimalActionSet()
        size = self._ale.getScreenDims()
        self._latest: Picture = np.zeros((2, *size), np.uint8)  # a step's last frame and the last but one
        self._stack = FrameStack(1, *size)
        self._limit = frame_limit
        self._most = inf if most is None else most
        self._frames, self._score, self._cleared = 0, 0, False
        self._has_lives = False
        self._pictures = pictures
        self._noops: NoopStarts | None = None
        self.action_space = Discrete(len(self._actions))
        self.observation_space = Box(0, 255, (STACK, SIZE, SIZE), np.uint8)
        names = tuple(action.name.lower() for action in self._actions)
        self.metadata = {**type(self).metadata, "action_names": names}

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.uint8], dict[str, Any]]:
        """Begin an episode. With a seed it is always the same one; without, the random numbers go on."""
        super().reset(seed=seed)
        if seed is not None or self._noops is None:
            number = emulator_seed(int(self.np_random.integers(2**31)) if seed is None else seed)
            self._noops = NoopStarts(number)
            self._ale.setInt("random_seed", number)
            self._ale.loadROM(self._rom)
        elif self._cleared:  # a batch learns of it a step too late, in which chance goes on
            for _ in range(SKIP):
                self._ale.act(Action.NOOP)
        self._ale.reset_game()
        for _ in range(self._noops.draw()):
            self._ale.act(Action.NOOP)
            if self._ale.game_over():
                self._ale.reset_game()
        self._has_lives = False
        self._frames, self._score, self._cleared = 0, 0, False
        self._latest[:] = 0
        self._ale.getScreenGrayscale(self._latest[0])
        observation = self._stack.begin(self._seen(), np.ones(1, np.bool_))[0]
        return observation, self._info([self.render()] if self._pictures else [])

    def step(
        self, action: int | np.integer[Any]
    ) -> tuple[NDArray[np.uint8], float, bool, bool, dict[str, Any]]:
        """Hold an action for four frames, or until the game is over."""
        reward, over = 0, False
        pictures: list[Picture] = []
        for frame in range(SKIP):
            reward += self._ale.act(self._actions[int(action)])
            over = self._ale.game_over()
            if self._pictures:
                pictures.append(self.render())
            if over:
                break
            if self._frames + frame + 1 >= self._limit:  # the batch takes it for an end, and does not look
                continue
            if frame >= SKIP - 2:
                self._ale.getScreenGrayscale(self._latest[SKIP - 1 - frame])
        self._frames += SKIP
        self._score += reward
        truncated = self._frames >= self._limit
        self._cleared = self._score >= self._most and not over and not truncated
        over |= self._cleared
        observation = self._stack.push(self._seen(), np.zeros(1, np.bool_))[0]
        return observation, float(reward), over, truncated, self._info(pictures)

    def _seen(self) -> Picture:
        """Return the brighter of the last two frames, `[1, H, W]`: some sprites show on every other only.

        It takes the place of the last, as in ALE: where a game ends within a step, before its last frames
        were drawn, this is what the observation shows.
        """
        np.maximum(self._latest[0], self._latest[1], out=self._latest[0])
        return self._latest[:1]

    def render(self) -> Picture:
        """Return the screen, `[210, 160, 3]` (some games are taller)."""
        picture: Picture = self._ale.getScreenRGB()
        return picture

    def get_keys_to_action(self) -> dict[tuple[str | int, ...], int]:
        """Return which keys held together mean which action."""
        return keys_to_action([action.name for action in self._actions], self._rom.stem)

    def _info(self, pictures: list[Picture]) -> dict[str, Any]:
        """Return what is known beside: `lives`, unless there never were any (Pong has none)."""
        lives = self._ale.lives()
        self._has_lives |= lives > 0
        info: dict[str, Any] = {"lives": lives} if self._has_lives else {}
        return {**info, "pictures": tuple(pictures)} if self._pictures else info
