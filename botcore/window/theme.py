"""One palette and one type scale for everything that is drawn."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import pygame

Colour = tuple[int, int, int]

# Okabe & Ito, "Color Universal Design" (2008): told apart with any kind of colour vision.
ORANGE: Colour = (230, 159, 0)
SKY: Colour = (86, 180, 233)
GREEN: Colour = (0, 158, 115)
YELLOW: Colour = (240, 228, 66)
VERMILLION: Colour = (213, 94, 0)
PURPLE: Colour = (204, 121, 167)

BACKGROUND: Colour = (13, 15, 19)
SURFACE: Colour = (25, 28, 35)
RAISED: Colour = (42, 47, 57)
RULE: Colour = (62, 68, 80)
MUTED: Colour = (160, 167, 180)
TEXT: Colour = (236, 239, 244)

SMALLEST = 14
"""Pixels; nothing is written smaller than this."""
CACHED_TEXTS = 2000
DEFAULT_FONT_SCALE = 0.6875
"""pygame's bundled font comes out this much smaller than the size asked for."""


@dataclass(frozen=True)
class Sizes:
    """Type sizes and spacings in pixels, for one size of the window."""

    small: int
    body: int
    large: int
    unit: int
    """The grid: margins and gaps are multiples of it."""

    @staticmethod
    def of(width: int, height: int) -> Sizes:
        """Return the scale for a window; it is drawn for 1280×720 and follows the smaller side."""
        scale = min(height / 720, width / 1280)
        small = max(SMALLEST, round(14 * scale))
        return Sizes(
            small=small,
            body=max(SMALLEST + 1, round(16 * scale)),
            large=max(24, round(34 * scale)),
            unit=max(4, round(8 * scale)),
        )


class Typeface:
    """Renders text once and keeps it: most words on the screen are the same from frame to frame."""

    def __init__(self) -> None:
        """Start with nothing rendered."""
        if not pygame.font.get_init():
            pygame.font.init()
        self._fonts: dict[int, pygame.font.Font] = {}
        self._rendered: OrderedDict[tuple[str, int, Colour], pygame.Surface] = OrderedDict()

    def font(self, size: int) -> pygame.font.Font:
        """Return the bundled font with letters `size` pixels high, from ascender to descender."""
        found = self._fonts.get(size)
        if found is None:
            found = self._fonts[size] = pygame.font.Font(None, round(size / DEFAULT_FONT_SCALE))
        return found

    def line(self, size: int) -> int:
        """Return the height of one line in pixels."""
        return self.font(size).get_linesize()

    def width(self, text: str, size: int) -> int:
        """Return how wide a text is in pixels."""
        return self.font(size).size(text)[0]

    def render(self, text: str, size: int, colour: Colour) -> pygame.Surface:
        """Return the text as a surface; do not draw on it, it is shared.

        One of nothing but signs that change others (U+FE0F) is as wide as none; pygame would refuse it.
        """
        key = (text, size, colour)
        found = self._rendered.get(key)
        if found is None:
            shown = text if self.width(text, size) else ""
            found = self._rendered[key] = self.font(size).render(shown, True, colour)
            if len(self._rendered) > CACHED_TEXTS:
                self._rendered.popitem(last=False)
        else:
            self._rendered.move_to_end(key)
        return found

    def fit(self, text: str, size: int, width: int) -> str:
        """Return the text, cut with an ellipsis where it is wider than `width` pixels."""
        if self.width(text, size) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle].rstrip() + "…", size) <= width:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + "…" if low else ""
