"""What a brain receives: the course's five numbers, or a richer vector."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from botplay_car.ground import Ground
from botplay_car.physics import COS, SAND_SPEED, SIN, SPEED, Cars

COURSE_ANGLES = (0, 30, -30)
RICH_ANGLES = (0, 15, -15, 30, -30, 60, -60, 90, -90)
RICH_FACTORS = (1, 2, 4)
"""The rich sensors look as far as the course's, twice and four times as far."""


class Sensing(Protocol):
    """A way of turning cars and ground into observations."""

    low: NDArray[np.float32]
    high: NDArray[np.float32]
    sensors: SandSensors
    names: tuple[str, ...]

    def observe(self, cars: Cars, ground: Ground, goals: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return `[N, D]`."""


class SandSensors:
    """Sensors at fixed angles and distances from the car.

    Attributes:
        count: number S of sensors.
    """

    def __init__(self, places: list[tuple[int, int]]) -> None:
        """Take (angle in degrees to the left, distance in pixels) of each sensor."""
        self.count = len(places)
        headings = np.arange(360)[:, None]  # [360, 1]
        angles = (headings + np.array([angle for angle, _ in places])) % 360  # [360, S]
        reaches: NDArray[np.float64] = np.array([float(reach) for _, reach in places])
        self._across = reaches * COS[angles]  # [360, S]
        self._down = -reaches * SIN[angles]

    def positions(self, cars: Cars) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return x and y `[N, S]` of the sensors."""
        return cars.x[:, None] + self._across[cars.heading], cars.y[:, None] + self._down[cars.heading]

    def read(self, cars: Cars, ground: Ground) -> NDArray[np.float32]:
        """Return the share of sand `[N, S]` around each sensor; 1.0 near and beyond the edge."""
        height, width = ground.density.shape
        x, y = self.positions(cars)
        column = np.minimum(np.maximum(x, 0.0), width - 1.0).astype(np.int64)
        row = np.minimum(np.maximum(y, 0.0), height - 1.0).astype(np.int64)
        return np.asarray(ground.density.reshape(-1).take(row * width + column))


def goal_ahead(cars: Cars, goals: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how many pixels ahead of each car its goal lies, and how many to its right (both `[N]`)."""
    across = goals[cars.goal, 0] - cars.x
    down = goals[cars.goal, 1] - cars.y
    cosine, sine = COS[cars.heading], SIN[cars.heading]
    return across * cosine - down * sine, across * sine + down * cosine


class CourseSensing:
    """The course's state: three sand sensors (ahead, left, right), orientation to the goal and its negative.

    The orientation is the angle from the heading to the goal over 180 degrees, in -1..1. It is positive when
    the goal lies to the right, as it was in the course (`kivy.vector.Vector.angle`).
    """

    def __init__(self, reach: int) -> None:
        """Look `reach` pixels ahead (30 in the course)."""
        self.sensors = SandSensors([(angle, reach) for angle in COURSE_ANGLES])
        self.names: tuple[str, ...] = ("ahead", "left", "right", "goal", "-goal")
        self.low = np.array([0, 0, 0, -1, -1], np.float32)
        self.high = np.ones(5, np.float32)

    def observe(self, cars: Cars, ground: Ground, goals: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return `[N, 5]`."""
        seen = np.empty((len(cars.x), 5), np.float32)
        seen[:, :3] = self.sensors.read(cars, ground)
        ahead, right = goal_ahead(cars, goals)
        seen[:, 3] = np.arctan2(right, ahead) / np.pi
        seen[:, 4] = -seen[:, 3]
        return seen


class RichSensing:
    """27 sand sensors, then sine and cosine of the angle to the goal, distance to the goal, and speed.

    All are in -1..1. Sine and cosine, because the angle itself jumps where the goal lies behind.
    """

    def __init__(self, reach: int) -> None:
        """Look `reach`, twice and four times as many pixels around."""
        self.sensors = SandSensors([(angle, reach * f) for f in RICH_FACTORS for angle in RICH_ANGLES])
        sand = [f"{angle}° ×{factor}" for factor in RICH_FACTORS for angle in RICH_ANGLES]
        self.names: tuple[str, ...] = (*sand, "sine", "cosine", "distance", "speed")
        self.low = np.zeros(self.sensors.count + 4, np.float32)
        self.low[-4:-2] = -1.0
        self.high = np.ones(self.sensors.count + 4, np.float32)

    def observe(self, cars: Cars, ground: Ground, goals: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return `[N, 31]`."""
        height, width = ground.sand.shape
        ahead, right = goal_ahead(cars, goals)
        away = np.maximum(cars.distance, 1.0)
        seen = np.empty((len(cars.x), self.sensors.count + 4), np.float32)
        seen[:, :-4] = self.sensors.read(cars, ground)
        seen[:, -4] = np.clip(right / away, -1.0, 1.0)
        seen[:, -3] = np.clip(ahead / away, -1.0, 1.0)
        seen[:, -2] = cars.distance / np.hypot(height, width)
        seen[:, -1] = np.where(cars.on_sand, SAND_SPEED / SPEED, 1.0)
        return seen
