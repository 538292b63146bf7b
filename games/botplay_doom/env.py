"""One game of Doom to watch or to evaluate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete
from numpy.typing import NDArray

from botcore import BotplayError, OpenRequest
from botcore.errors import suggestion
from botplay_doom import actions, plugin
from botplay_doom.engine import Counts, Engine, Picture
from botplay_doom.keys import keys_to_action
from botplay_doom.options import DoomOptions

FPS = 35
COUNTS = (
    "kills",
    "hits",
    "damage_dealt",
    "damage_taken",
    "healed",
    "ammo_used",
    "loaded",
    "progress",
    "vest",
    "armed",
    "explored",
)
SIZE = 84
STACK = 4
SQUARE = 128
"""Side in map units of the squares by which is told what a player has explored: twice as wide as a door."""
SEEN = "160x120"
"""What the brain's engine draws, before it is made smaller still. It is the fastest."""


def open_doom(request: OpenRequest) -> Doom:
    """Open one game. Raises `BotplayError` for an unknown scenario or an engine that does not start."""
    known = [scenario.name for scenario in plugin.scenarios()]
    if request.scenario not in known:
        raise BotplayError(f"Doom has no scenario {request.scenario!r}{suggestion(request.scenario, known)}")
    return Doom(request.scenario, request.options or DoomOptions(), pictures=request.pictures)


class Doom(gymnasium.Env[NDArray[np.uint8], np.int64]):
    """A scenario of ViZDoom.

    A step holds its buttons for `options.frame_skip` tics. The observation is the last four steps' screens,
    gray, `[4, 84, 84] uint8`. The reward is the scenario's own. The scenario's time limit truncates.
    `explored` in `info` is 1.0 in a step that enters a square of the map that was not entered before.

    The brain's engine always draws small and gray, and only what the brain sees. For people a second
    engine plays the same game beside it, from the same seed with the same buttons, and draws every tic in
    colour: what the brain sees is the same in play as in training, where nobody pays for pictures.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012 (as Gymnasium declares it)
        "render_modes": ["rgb_array"],
        "render_fps": FPS,
        "counts": COUNTS,
    }
    render_mode = "rgb_array"

    def __init__(self, scenario: str, options: DoomOptions, *, pictures: bool = True) -> None:
        """Start the engine, or both of them."""
        config = plugin.config(scenario)
        if config is None:
            raise BotplayError("Doom needs vizdoom; install it with: pip install vizdoom")
        self._skip = options.frame_skip
        self._engine = Engine(config, resolution=SEEN, gray=True, skill=options.skill)
        self._camera = self._open_camera(config, options) if pictures else None
        self._actions = actions.build(self._engine.buttons, options.actions)
        self._stack: NDArray[np.uint8] = np.zeros((STACK, SIZE, SIZE), np.uint8)
        self._counts = self._engine.counts()
        self._explored: set[tuple[int, int]] = set()
        self.action_space = Discrete(len(self._actions))
        self.observation_space = Box(0, 255, (STACK, SIZE, SIZE), np.uint8)
        names = tuple(action.name for action in self._actions)
        self.metadata = {**type(self).metadata, "action_names": names}

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.uint8], dict[str, Any]]:
        """Begin an episode. With a seed it is always the same one; without, the random numbers go on."""
        super().reset(seed=seed)
        number = int(self.np_random.integers(2**31))
        self._engine.begin(number)
        if self._camera is not None:
            self._camera.begin(number)
        self._stack = np.zeros_like(self._stack)
        self._counts = self._engine.counts()
        self._explored = {_square(self._counts)}
        return self._observe(), self._info(self._counts, self._seen())

    def step(
        self, action: int | np.integer[Any]
    ) -> tuple[NDArray[np.uint8], float, bool, bool, dict[str, Any]]:
        """Hold an action's buttons for as many tics as the options say, or until the episode ends."""
        buttons = self._actions[int(action)].vector
        reward = self._engine.act(buttons, self._skip)
        pictures = self._film(buttons)
        over, before = self._engine.over, self._counts
        truncated = over and self._engine.out_of_time
        self._counts = self._engine.counts()
        info = self._info(before, pictures)
        return self._observe(), reward, over and not truncated, truncated, info

    def render(self) -> Picture:
        """Return what people see, `[H, W, 3]`; without pictures, what the brain's engine drew."""
        if self._camera is not None:
            return self._camera.picture()
        return np.repeat(self._engine.picture()[..., None], 3, axis=2)

    def get_keys_to_action(self) -> dict[tuple[int, ...], int]:
        """Return which keys held together mean which action."""
        return keys_to_action(self._actions)

    def close(self) -> None:
        """End the engines."""
        self._engine.close()
        if self._camera is not None:
            self._camera.close()

    def _open_camera(self, config: Path, options: DoomOptions) -> Engine:
        try:
            return Engine(config, resolution=options.picture, gray=False, skill=options.skill)
        except BotplayError:
            self._engine.close()
            raise

    def _observe(self) -> NDArray[np.uint8]:
        """Take in the brain's screen and return the stack, the newest last."""
        small = cv2.resize(self._engine.picture(), (SIZE, SIZE), interpolation=cv2.INTER_AREA)
        self._stack = np.concatenate([self._stack[1:], small[None].astype(np.uint8, copy=False)])
        return self._stack.copy()

    def _film(self, buttons: Sequence[float]) -> tuple[Picture, ...]:
        """Play the same tics before the camera, one by one."""
        pictures: list[Picture] = []
        for _ in range(self._skip if self._camera is not None else 0):
            if self._camera is None or self._camera.over:
                break
            self._camera.act(buttons, 1)
            pictures.append(self._camera.picture())
        return tuple(pictures)

    def _seen(self) -> tuple[Picture, ...]:
        return () if self._camera is None else (self._camera.picture(),)

    def _info(self, before: Counts, pictures: tuple[Picture, ...]) -> dict[str, Any]:
        facts: dict[str, Any] = changes(before, self._counts)
        square = _square(self._counts)
        facts["explored"] = float(square not in self._explored)
        self._explored.add(square)
        return facts if self._camera is None else {**facts, "pictures": pictures}


def _square(counts: Counts) -> tuple[int, int]:
    """Return which square of the map the player stands in."""
    return int(counts.x // SQUARE), int(counts.y // SQUARE)


def changes(before: Counts, now: Counts) -> dict[str, float]:
    """Return what panels show (health, ammo), and what happened in a step (`COUNTS`), for reward rules.

    What it takes a whole episode to know is not among them: `explored`, which `Doom` adds.

    `ammo` is that of the weapon in hand (the engine says -1 while there is none), `healed` points of health
    gained, `progress` along x in map units. `loaded` is 1.0 in a step in which ammunition for the weapon in
    hand was taken, `vest` where armor was, and `armed` tells how many weapons were. Monsters kill one
    another as well, and that is in `kills` and in a scenario's reward; `hits` and `damage_dealt` are the
    player's own.
    """
    same_weapon = before.weapon == now.weapon
    return {
        "health": now.health,
        "ammo": max(0.0, now.ammo),
        "kills": now.kills - before.kills,
        "hits": now.hits - before.hits,
        "damage_dealt": now.damage_dealt - before.damage_dealt,
        "damage_taken": now.damage_taken - before.damage_taken,
        "healed": max(0.0, now.health - before.health),
        "ammo_used": max(0.0, before.ammo - now.ammo) if same_weapon else 0.0,
        "loaded": float(same_weapon and now.ammo > before.ammo),
        "progress": now.x - before.x,
        "vest": float(now.armor > before.armor),
        "armed": max(0.0, now.weapons - before.weapons),
    }
