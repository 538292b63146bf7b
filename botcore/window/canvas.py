"""The part of the screen that a panel may draw on, in coordinates of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pygame
from numpy.typing import NDArray

from botcore.totals import tidy
from botcore.window.theme import TEXT, Colour, Sizes, Typeface

Align = Literal["left", "right", "centre"]
LARGEST = 1e100
"""No value is drawn as a larger one: the distance of two that are larger may be infinite."""
UNPRINTABLE = dict.fromkeys(range(32), " ") | {127: " "}


class Canvas:
    """A rectangle of a surface. What leaves it is cut off, so a panel cannot draw on its neighbour.

    Attributes:
        width: in pixels.
        height: in pixels.
        sizes: the type sizes in force.
        type: renders text.
    """

    def __init__(self, surface: pygame.Surface, sizes: Sizes, typeface: Typeface) -> None:
        """Draw on the whole of `surface`."""
        self.surface, self.sizes, self.type = surface, sizes, typeface
        self.width, self.height = surface.get_size()

    def inside(self, rect: pygame.Rect) -> Canvas:
        """Return the canvas of a rectangle of this one; without room for it, one that nobody sees."""
        seen = rect.clip(self.surface.get_rect())
        surface = self.surface.subsurface(seen) if seen else pygame.Surface((1, 1))
        return Canvas(surface, self.sizes, self.type)

    def text(
        self,
        text: str,
        x: int,
        y: int,
        *,
        size: int | None = None,
        colour: Colour = TEXT,
        align: Align = "left",
        width: int | None = None,
    ) -> pygame.Rect:
        """Write one line and return its rectangle; `y` is its top, `x` what `align` says.

        It is cut with an ellipsis at `width` pixels, and in any case at the edge of the canvas.
        """
        size = size or self.sizes.small
        room = {"left": self.width - x, "right": x, "centre": 2 * min(x, self.width - x)}[align]
        shown = self.type.fit(text.translate(UNPRINTABLE), size, min(room, width or room))
        rendered = self.type.render(shown, size, colour)
        left = {"left": x, "right": x - rendered.get_width(), "centre": x - rendered.get_width() // 2}[align]
        rect = pygame.Rect((left, y), rendered.get_size())
        self.surface.blit(rendered, rect)
        return rect

    def box(self, rect: pygame.Rect, colour: Colour, *, radius: int = 0) -> None:
        """Fill a rectangle with round corners of `radius` pixels."""
        if radius:
            pygame.draw.rect(self.surface, colour, rect, border_radius=radius)
        else:
            self.surface.fill(colour, rect)

    def line(self, start: tuple[int, int], end: tuple[int, int], colour: Colour, width: int = 1) -> None:
        """Draw a straight line."""
        pygame.draw.line(self.surface, colour, start, end, width)

    def curve(self, points: Sequence[tuple[float, float]], colour: Colour) -> None:
        """Draw a curve as thick as the type is large. Of a point that is nowhere pygame would not return."""
        places = [point for point in points if all(map(math.isfinite, point))]
        if len(places) > 1:
            pygame.draw.lines(self.surface, colour, False, places, max(2, self.sizes.unit // 4))

    def image(self, pixels: NDArray[np.uint8], rect: pygame.Rect) -> None:
        """Draw RGB pixels `[H, W, 3]` into a rectangle, every pixel kept sharp."""
        pygame.transform.scale(like(self.surface, pixels), rect.size, self.surface.subsurface(rect))


def as_surface(pixels: NDArray[np.uint8]) -> pygame.Surface:
    """Return RGB pixels `[H, W, 3] uint8` as a surface."""
    height, width = pixels.shape[:2]
    return pygame.image.frombuffer(np.ascontiguousarray(pixels).data, (width, height), "RGB")


def like(target: pygame.Surface, pixels: NDArray[np.uint8]) -> pygame.Surface:
    """Return RGB pixels `[H, W, 3]` as a surface in the pixel format of `target`, as scaling wants it."""
    height, width = pixels.shape[:2]
    surface = pygame.Surface((width, height), 0, target)
    surface.blit(as_surface(pixels), (0, 0))
    return surface


def drawable(value: float) -> float:
    """Return a value as curves and bars can have it, in ±`LARGEST`; NaN where it is no finite number."""
    return max(-LARGEST, min(LARGEST, value)) if math.isfinite(value) else math.nan


def points(score: float) -> str:
    """Write a score as `number` does, but for what floats make of it."""
    return number(tidy(score))


def number(value: float) -> str:
    """Write a number in at most seven characters."""
    size = abs(value)
    if value != value or size == float("inf"):
        return "–"
    if size >= 100_000:
        return f"{value:.1e}".replace("e+0", "e")
    if float(value).is_integer():
        return f"{value:.0f}"
    if 0 < size < 0.001:
        return f"{value:.0e}"
    return f"{value:.3f}" if size < 1 else f"{value:.2f}" if size < 100 else f"{value:.0f}"
