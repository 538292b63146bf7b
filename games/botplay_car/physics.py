"""How cars move and what they are paid, for a batch of N cars at once. NumPy only.

The rules are those of the course's car: turn by 0, +20 or -20 degrees, drive 6 pixels (1 on sand); -1 on
sand, else +0.1 when closer to the goal and -0.2 when not; -1 at the edge; the goal alternates between
two opposite corners. Where the course's code was wrong, this does what it meant to do:

- the car turns and then moves (there it moved with the old velocity and turned afterwards, so that a
  decision showed a step late, and the orientation given to the brain was the old one);
- the distance is measured after the car was held back at the edge, not before;
- when the goal changes, the last distance becomes the one to the new goal (there the old goal's small
  distance stayed, and the first step towards the new goal was always punished);
- a sensor near the edge reads 1.0 before the map is looked up (there the index wrapped around).

Positions are pixels of the picture: x to the right, y down. A heading is in whole degrees, counter-
clockwise, 0 to the right. It is an integer on purpose: sine and cosine come from a table, so a car in a
batch and a car alone take exactly the same way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from botplay_car.ground import HALF, Ground

TURNS = np.array([0, 20, -20])
"""Degrees by action: straight on, left, right."""
SPEED = 6.0
SAND_SPEED = 1.0
ON_SAND, AT_EDGE, CLOSER, NOT_CLOSER = -1.0, -1.0, 0.1, -0.2

_RADIANS = np.deg2rad(np.arange(360))
COS = np.cos(_RADIANS)
SIN = np.sin(_RADIANS)


@dataclass
class Cars:
    """N cars, and what happened to them in this episode.

    Attributes:
        x: `[N] float64` pixels.
        y: `[N] float64` pixels, down.
        heading: `[N] int64` degrees, 0..359.
        goal: `[N] int64` which of the two goals they drive to.
        distance: `[N] float64` pixels to that goal.
        on_sand: `[N] bool`.
        steps: `[N] int64` since the reset.
        goals: `[N] int64` goals reached since the reset.
        sand_steps: `[N] int64` steps that ended on sand since the reset.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    heading: NDArray[np.int64]
    goal: NDArray[np.int64]
    distance: NDArray[np.float64]
    on_sand: NDArray[np.bool_]
    steps: NDArray[np.int64]
    goals: NDArray[np.int64]
    sand_steps: NDArray[np.int64]

    @classmethod
    def parked(cls, n: int) -> Cars:
        """Return n cars that `place` has yet to put somewhere."""

        def zeros() -> NDArray[np.int64]:
            return np.zeros(n, np.int64)

        return cls(
            np.zeros(n),
            np.zeros(n),
            zeros(),
            zeros(),
            np.zeros(n),
            np.zeros(n, bool),
            zeros(),
            zeros(),
            zeros(),
        )

    def info(self) -> dict[str, NDArray[np.float64] | NDArray[np.int64]]:
        """Return the numbers `info` shows, each `[N]`."""
        return {
            "goals": self.goals.copy(),
            "on_sand": self.on_sand.astype(np.int64),
            "sand_share": self.sand_steps / np.maximum(self.steps, 1),
            "distance": self.distance.copy(),
        }


def place(cars: Cars, n: int, ground: Ground, goals: NDArray[np.float64], rng: np.random.Generator) -> None:
    """Start the n-th car's episode: anywhere on the road, any heading, either goal."""
    spots = ground.spots()
    cars.x[n], cars.y[n] = spots[rng.integers(len(spots))]
    cars.heading[n] = rng.integers(360)
    cars.goal[n] = rng.integers(2)
    goal_x, goal_y = goals[cars.goal[n]]
    cars.distance[n] = np.sqrt((cars.x[n] - goal_x) ** 2 + (cars.y[n] - goal_y) ** 2)
    cars.on_sand[n] = ground.sand[int(cars.y[n]), int(cars.x[n])]
    cars.steps[n] = cars.goals[n] = cars.sand_steps[n] = 0


def drive(
    cars: Cars, actions: NDArray[np.int64], ground: Ground, goals: NDArray[np.float64], goal_radius: float
) -> NDArray[np.float64]:
    """Move all cars by one step, in place, and return the rewards `[N]`.

    Args:
        cars: changed in place.
        actions: `[N]` indices into `TURNS`.
        ground: where the sand lies.
        goals: `[2, 2]` x and y of both goals.
        goal_radius: a goal within this many pixels is reached; the other one is next.
    """
    height, width = ground.sand.shape
    cars.heading = (cars.heading + TURNS[actions]) % 360
    speed = np.where(cars.on_sand, SAND_SPEED, SPEED)
    x = cars.x + speed * COS[cars.heading]
    y = cars.y - speed * SIN[cars.heading]
    cars.x = np.minimum(np.maximum(x, HALF), width - HALF)
    cars.y = np.minimum(np.maximum(y, HALF), height - HALF)
    at_edge = (cars.x != x) | (cars.y != y)
    cars.on_sand = ground.sand[cars.y.astype(np.int64), cars.x.astype(np.int64)]

    distance = _distance(cars, goals)
    reward = np.where(distance < cars.distance, CLOSER, NOT_CLOSER)
    reward[cars.on_sand] = ON_SAND
    reward[at_edge] = AT_EDGE

    reached = distance < goal_radius
    cars.distance = distance
    if reached.any():
        cars.goal = np.where(reached, 1 - cars.goal, cars.goal)
        cars.distance = _distance(cars, goals)
    cars.goals += reached
    cars.sand_steps += cars.on_sand
    cars.steps += 1
    return reward


def _distance(cars: Cars, goals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `[N]` pixels from each car to its goal."""
    across = goals[cars.goal, 0] - cars.x
    down = goals[cars.goal, 1] - cars.y
    return np.asarray(np.sqrt(across * across + down * down))
