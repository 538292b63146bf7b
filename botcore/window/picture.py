"""The game's picture on the screen: how large, where, and which of its pixels the mouse is on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pygame
from numpy.typing import NDArray

from botcore.window.canvas import like

PIXEL_ART = 256
"""A picture no larger than this on either side keeps its pixels square and sharp."""


@dataclass(frozen=True)
class Fit:
    """Where a picture lies.

    Attributes:
        rect: on the screen.
        sharp: whether pixels are multiplied by a whole number instead of blended.
    """

    rect: pygame.Rect
    picture: tuple[int, int]
    sharp: bool

    def pixel(self, x: int, y: int) -> tuple[float, float] | None:
        """Return the picture's pixel (fractions kept) under a point of the screen, None beside it."""
        if not self.rect.collidepoint(x, y):
            return None
        width, height = self.picture
        return (x - self.rect.x) * width / self.rect.w, (y - self.rect.y) * height / self.rect.h


def fit(picture: tuple[int, int], area: pygame.Rect) -> Fit:
    """Put a picture of `(width, height)` as large as it goes into the middle of an area."""
    width, height = picture
    scale = min(area.w / width, area.h / height)
    sharp = scale >= 1 and max(picture) <= PIXEL_ART
    if sharp:
        scale = int(scale)
    rect = pygame.Rect(0, 0, max(1, int(width * scale)), max(1, int(height * scale)))
    rect.center = area.center
    return Fit(rect, picture, sharp)


def draw_picture(target: pygame.Surface, pixels: NDArray[np.uint8], area: pygame.Rect) -> Fit:
    """Draw RGB pixels `[H, W, 3]` into an area of the target."""
    placed = fit((pixels.shape[1], pixels.shape[0]), area)
    scale = pygame.transform.scale if placed.sharp else pygame.transform.smoothscale
    scale(like(target, pixels), placed.rect.size, target.subsurface(placed.rect))
    return placed
