"""The picture of the car on its map. Draws on memory alone: no window, no display."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pygame
from numpy.typing import NDArray

from botplay_car.ground import Rect
from botplay_car.physics import Cars
from botplay_car.scenery import SOFT, Scenery
from botplay_car.sprites import car_sprite, goal_sign, lamp_colour, zone
from botplay_car.world import World

GOALS = ("airport", "downtown")
GOAL_LINE = (255, 255, 255)
TRAIL_COLOUR = (255, 214, 92)
COURSE_LAMP, RICH_LAMP = 6, 3
"""Radius of the dot that shows what a sensor reads, in pixels."""
FEW = 5
"""Up to this many sensors also show their squares."""


class Picture:
    """Draws a world. The ground is kept ready and changed only where sand changed."""

    def __init__(self, world: World) -> None:
        """Paint the ground."""
        self._world = world
        height, width = world.ground.sand.shape
        self._size = (width, height)
        self._scenery = Scenery(world.track)
        self._ground = np.empty((height, width, 3), np.uint8)
        self._pixels = np.empty((height, width, 3), np.uint8)
        self._canvas = pygame.image.frombuffer(self._pixels.data, self._size, "RGB")  # shares its memory
        self._sprites: dict[int, pygame.Surface] = {}
        self._zones = [zone(world.options.goal_radius, active) for active in (False, True)]
        self._signs = [[goal_sign(name, active) for active in (False, True)] for name in GOALS]
        self.refresh(world.ground.whole)

    def refresh(self, rect: Rect) -> None:
        """Take over a rectangle of sand that changed."""
        wide = rect.grown(SOFT, *self._size)
        area = np.s_[wide.y0 : wide.y1, wide.x0 : wide.x1]
        self._ground[area] = self._scenery.mix(self._world.ground.sand, wide)

    def draw(self, cars: Cars, trail: Sequence[tuple[float, float]]) -> NDArray[np.uint8]:
        """Return the picture `[H, W, 3]` of the first car, with the trail of its last positions."""
        self._pixels[:] = self._ground
        place = (float(cars.x[0]), float(cars.y[0]))
        goal = int(cars.goal[0])
        self._draw_goals(goal)
        self._draw_goal_line(place, goal)
        self._draw_trail(trail, place)
        self._draw_sensors(cars, place)
        sprite = self._sprite(int(cars.heading[0]))
        self._canvas.blit(sprite, sprite.get_rect(center=place))
        return self._pixels.copy()

    def _sprite(self, heading: int) -> pygame.Surface:
        """Return the car turned by whole degrees, from a cache of at most 360."""
        if heading not in self._sprites:
            self._sprites[heading] = car_sprite(heading)
        return self._sprites[heading]

    def _draw_goals(self, goal: int) -> None:
        """Draw where a goal counts as reached, and its sign; the one driven to is lit."""
        screen = self._canvas.get_rect().inflate(-12, -12)
        for n, place in enumerate(self._world.track.goals):
            area = self._zones[n == goal]
            self._canvas.blit(area, area.get_rect(center=place))
            sign = self._signs[n][n == goal]
            self._canvas.blit(sign, sign.get_rect(center=place).clamp(screen))

    def _draw_goal_line(self, place: tuple[float, float], goal: int) -> None:
        """Draw dots from the car to its goal."""
        start, end = pygame.Vector2(place), pygame.Vector2(*self._world.track.goals[goal])
        length = (end - start).length()
        for at in range(26, int(length) - 30, 14):
            pygame.draw.circle(self._canvas, GOAL_LINE, start.lerp(end, at / length), 1.6)

    def _draw_trail(self, trail: Sequence[tuple[float, float]], place: tuple[float, float]) -> None:
        """Draw where the car has been."""
        if trail:
            pygame.draw.aalines(self._canvas, TRAIL_COLOUR, False, [*trail, place])

    def _draw_sensors(self, cars: Cars, place: tuple[float, float]) -> None:
        """Draw each sensor as a dot, blue where it reads no sand, vermillion where it reads nothing else."""
        sensors = self._world.sensing.sensors
        across, down = sensors.positions(cars)
        readings = sensors.read(cars, self._world.ground)
        few = sensors.count <= FEW
        for x, y, reading in zip(across[0], down[0], readings[0], strict=True):
            colour = lamp_colour(float(reading))
            if few:
                pygame.draw.aaline(self._canvas, colour, place, (x, y))
                pygame.draw.rect(self._canvas, colour, (x - 10, y - 10, 20, 20), 1)
            pygame.draw.circle(self._canvas, (20, 24, 32), (x, y), (COURSE_LAMP if few else RICH_LAMP) + 1)
            pygame.draw.circle(self._canvas, colour, (x, y), COURSE_LAMP if few else RICH_LAMP)
