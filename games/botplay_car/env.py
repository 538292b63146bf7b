"""The car as a Gymnasium environment, to be watched, driven by hand, and painted on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from botcore import OpenRequest
from botplay_car.ground import Rect
from botplay_car.physics import Cars
from botplay_car.world import ACTION_NAMES, FPS, World, open_world

if TYPE_CHECKING:
    from botplay_car.picture import Picture

LEFT_KEY, RIGHT_KEY = 1073741904, 1073741903
"""What pygame calls K_LEFT and K_RIGHT."""
DRAW, ERASE = 1, 3
SMALLEST_BRUSH, LARGEST_BRUSH = 3, 100
WHEEL = 1.25
"""A turn of the wheel makes the brush so many times larger or smaller."""
TRAIL = 150
"""How many of its last positions the picture shows behind the car."""


class CarEnv(gymnasium.Env[NDArray[np.float32], np.int64]):
    """One car. Never terminates; truncated after `CarOptions.steps` steps.

    Painted sand stays when an episode ends, so that a brain can learn its way around it.

    Attributes:
        brush: radius in pixels of the brush that draws and erases sand.
        touch_help: what the mouse does, for the help.

    `info`: `goals` reached, `on_sand` (0 or 1), `sand_share` (of this episode's steps), `distance` to the
    goal in pixels.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012 (as Gymnasium declares it)
        "render_modes": ["rgb_array"],
        "render_fps": FPS,
        "action_names": ACTION_NAMES,
        "counts": ("on_sand",),
    }
    touch_help = "left button draws sand, right button erases it"

    def __init__(self, world: World, render_mode: str | None = "rgb_array") -> None:
        """Put a car into the world."""
        self.world = world
        self.render_mode = render_mode
        self.metadata = {**type(self).metadata, "observation_names": world.sensing.names}
        self.observation_space: spaces.Box = world.observation_space  # type: ignore[assignment]
        self.action_space = world.action_space
        self.brush = float(world.options.brush)
        self._cars = Cars.parked(1)
        self._trail: deque[tuple[float, float]] = deque(maxlen=TRAIL)
        self._picture: Picture | None = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Start an episode anywhere on the road; deterministic from the seed."""
        super().reset(seed=seed)
        self.world.place(self._cars, 0, self.np_random)
        self._trail.clear()
        return self.world.observe(self._cars)[0], self._info()

    def step(self, action: np.int64) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """Turn by the action and drive one step."""
        self._trail.append((float(self._cars.x[0]), float(self._cars.y[0])))
        reward = self.world.drive(self._cars, np.array([action]))
        late = bool(self.world.out_of_time(self._cars)[0])
        return self.world.observe(self._cars)[0], float(reward[0]), False, late, self._info()

    def render(self) -> NDArray[np.uint8]:
        """Return the picture `[H, W, 3]`, one pixel a map pixel."""
        if self._picture is None:
            from botplay_car.picture import Picture

            self._picture = Picture(self.world)
        return self._picture.draw(self._cars, self._trail)

    def get_keys_to_action(self) -> dict[tuple[str | int, ...], int]:
        """Return the keys of a person: left and right arrow, or a and d; none drives straight on."""
        return {(): 0, ("a",): 1, ("d",): 2, (LEFT_KEY,): 1, (RIGHT_KEY,): 2}

    def touch(self, x: float, y: float, button: int) -> None:
        """Draw sand (button 1) or erase it (3) around a pixel of the picture; other buttons do nothing."""
        if button in (DRAW, ERASE):
            self._changed(self.world.ground.paint(x, y, round(self.brush), button == DRAW))

    def wheel(self, turns: float) -> None:
        """Make the brush larger, or smaller where `turns` is negative."""
        self.brush = min(LARGEST_BRUSH, max(SMALLEST_BRUSH, self.brush * WHEEL**turns))

    def commands(self) -> Mapping[str, tuple[str, Callable[[], str | None]]]:
        """Return the game's own keys: what each is called and does."""
        return {
            "c": ("clear sand", self.clear_sand),
            "o": ("the map as it was", self.reset_map),
            "f5": ("save map", self.save_map),
            "f9": ("load map", self.load_map),
        }

    def clear_sand(self) -> None:
        """Take all sand off the map."""
        self.world.ground.clear()
        self._changed(self.world.ground.whole)

    def reset_map(self) -> None:
        """Put the sand back as it was before anybody painted."""
        self.world.ground.replace(self.world.track.sand)
        self._changed(self.world.ground.whole)

    def save_map(self) -> str:
        """Keep the sand in the data folder; say where. Raises `BotplayError` if it cannot be written."""
        from botplay_car.mapfile import save_sand, saved_map

        path = saved_map(self.world.track.name)
        save_sand(path, self.world.ground.sand)
        return str(path)

    def load_map(self) -> str:
        """Put back the saved sand. Raises `BotplayError`, and changes nothing, if it cannot be read."""
        from botplay_car.mapfile import load_sand, saved_map

        path = saved_map(self.world.track.name)
        self.world.ground.replace(load_sand(path))
        self._changed(self.world.ground.whole)
        return str(path)

    def _changed(self, rect: Rect) -> None:
        if self._picture is not None:
            self._picture.refresh(rect)

    def _info(self) -> dict[str, Any]:
        return {key: values[0].item() for key, values in self._cars.info().items()}


def open_car(request: OpenRequest) -> CarEnv:
    """Open one car. Raises `BotplayError` for an unknown map or a bad map file."""
    return CarEnv(open_world(request))
