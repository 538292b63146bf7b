"""The game's picture on the screen: how large, where, and which of its pixels the mouse is on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pygame
from numpy.typing import NDArray

from botcore.window.canvas import like
from botcore.window.gaze import draw_veil
from botcore.window.theme import BACKGROUND, TEXT

PIXEL_ART = 256
"""A picture no larger than this on either side keeps its pixels square and sharp."""
FILLS = 0.85
"""Of the width that a picture could have, at least, where it is enlarged by a whole number."""


@dataclass(frozen=True)
class Fit:
    """Where a picture lies.

    Attributes:
        rect: on the screen.
        picture: its width and height.
        blocks: each pixel is made a square of so many before all are shrunk to the rectangle, so that only
            the edges of pixels are blended; 1: pixels themselves are.
    """

    rect: pygame.Rect
    picture: tuple[int, int]
    blocks: int = 1

    @property
    def enlarged(self) -> tuple[int, int]:
        """How large the picture is with its pixels made squares."""
        return self.picture[0] * self.blocks, self.picture[1] * self.blocks

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
    blocks = 1
    if scale >= 1 and max(picture) <= PIXEL_ART:
        blocks = int(scale)
        if blocks < FILLS * scale:
            blocks += 1
        else:
            scale = blocks
    rect = pygame.Rect(0, 0, max(1, int(width * scale)), max(1, int(height * scale)))
    rect.center = area.center
    return Fit(rect, picture, blocks)


def draw_picture(
    target: pygame.Surface,
    pixels: NDArray[np.uint8],
    area: pygame.Rect,
    gaze: NDArray[np.float32] | None = None,
) -> Fit:
    """Draw RGB pixels `[H, W, 3]` into an area of the target, under a veil of where the brain looks."""
    placed = fit((pixels.shape[1], pixels.shape[0]), area)
    if not target.get_rect().contains(placed.rect):  # no room: the window is a few pixels large
        return placed
    drawn = like(target, pixels)
    if gaze is not None:
        draw_veil(drawn, gaze)
    part = target.subsurface(placed.rect)
    if placed.enlarged == placed.rect.size:
        pygame.transform.scale(drawn, placed.rect.size, part)
        return placed
    if placed.blocks > 1:
        drawn = pygame.transform.scale(drawn, placed.enlarged)
    pygame.transform.smoothscale(drawn, placed.rect.size, part)
    return placed


def draw_brush(target: pygame.Surface, placed: Fit, mouse: tuple[int, int], radius: float) -> None:
    """Draw how large the brush is that is held over the picture, its radius in pixels of the picture."""
    if not placed.rect.collidepoint(mouse):
        return
    drawn = max(2, round(radius * placed.rect.w / placed.picture[0]))
    part = target.subsurface(placed.rect)
    middle = (mouse[0] - placed.rect.x, mouse[1] - placed.rect.y)
    for colour, wider in ((BACKGROUND, 1), (TEXT, 0)):
        pygame.draw.circle(part, colour, middle, drawn + wider, 1)
