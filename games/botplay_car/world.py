"""What one environment and a batch have in common: the map, the rules, what is observed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from botcore import OpenRequest
from botcore.errors import BotplayError, suggestion
from botplay_car.ground import Ground, Track
from botplay_car.maps import PLANS, draw
from botplay_car.options import CarOptions
from botplay_car.physics import TURNS, Cars, drive, place
from botplay_car.plugin import MAPS, RICH
from botplay_car.sensing import CourseSensing, RichSensing, Sensing
from botplay_car.wild import wild, wild_number

ACTION_NAMES = ("straight", "left", "right")
FPS = 60


@dataclass(frozen=True)
class World:
    """A map with its sand, the options, and the way of sensing."""

    track: Track
    ground: Ground
    sensing: Sensing
    options: CarOptions

    @property
    def observation_space(self) -> spaces.Box:
        """The observation of one car."""
        return spaces.Box(self.sensing.low, self.sensing.high, dtype=np.float32)

    @property
    def action_space(self) -> spaces.Discrete:
        """Straight on, left, right."""
        return spaces.Discrete(len(TURNS))

    def place(self, cars: Cars, n: int, rng: np.random.Generator) -> None:
        """Start the n-th car's episode."""
        place(cars, n, self.ground, self.track.goals, rng)

    def drive(self, cars: Cars, actions: NDArray[np.int64]) -> NDArray[np.float64]:
        """Move all cars by one step and return the rewards `[N]`."""
        return drive(cars, actions, self.ground, self.track.goals, self.options.goal_radius)

    def observe(self, cars: Cars) -> NDArray[np.float32]:
        """Return the observations `[N, D]`."""
        return self.sensing.observe(cars, self.ground, self.track.goals)

    def out_of_time(self, cars: Cars) -> NDArray[np.bool_]:
        """Return `[N]`, whether each episode has had all its steps."""
        return np.asarray(cars.steps >= self.options.steps)


def open_world(request: OpenRequest) -> World:
    """Return the world of a scenario. Raises `BotplayError` for an unknown one or a bad map file."""
    options = request.options if request.options is not None else CarOptions()
    rich = request.scenario.endswith(RICH)
    name = request.scenario.removesuffix(RICH)
    number = wild_number(name)
    if name not in PLANS and number is None:
        known = list(MAPS)
        raise BotplayError(
            f"car has no map {name!r}; it has {', '.join(known)}, and wild-1, wild-2 and so on, each also "
            f"with {RICH} behind its name{suggestion(name, known)}"
        )
    if options.map_file:
        from botplay_car.mapfile import track_from

        track = track_from(Path(options.map_file))
    else:
        track = draw(name, PLANS[name]() if number is None else wild(number))
    sensing = RichSensing(options.reach) if rich else CourseSensing(options.reach)
    return World(track, Ground(track.sand, track.name), sensing, options)
