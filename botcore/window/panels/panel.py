"""What every panel is: a name, a wish for room, and a way to draw what a History holds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import pygame

from botcore.window.canvas import Canvas
from botcore.window.history import History
from botcore.window.theme import MUTED, SURFACE, TEXT, Colour, Sizes

Heading = tuple[str, str, Colour]
"""The words at a panel's head: left, right, and the colour of the right ones."""


class Panel(ABC):
    """One panel. It keeps nothing between frames and never touches the game."""

    name: ClassVar[str]
    column: ClassVar[int] = 0
    """In which column it stands where there are two."""
    share: ClassVar[float] = 0.0
    """Its share of the height that is left over; 0: it takes no more than `most`."""

    @abstractmethod
    def wanted(self, history: History) -> bool:
        """Whether there is something to show."""

    @abstractmethod
    def least(self, history: History, sizes: Sizes, line: int) -> int:
        """Return the lowest height of the content in pixels at which it can be read.

        `line` is the height of a line of small type.
        """

    def most(self, history: History, sizes: Sizes, line: int) -> int:
        """Return the height beyond which the content gains nothing, unless it has a `share`."""
        return self.least(history, sizes, line)

    def row(self, sizes: Sizes, line: int) -> int:
        """Return in which portions it can use more height, in pixels."""
        return 1

    @abstractmethod
    def heading(self, history: History) -> Heading:
        """Return the words at its head."""

    @abstractmethod
    def content(self, canvas: Canvas, history: History) -> None:
        """Draw what is below the head."""

    def draw(self, canvas: Canvas, history: History) -> None:
        """Draw the panel over the whole canvas."""
        pad, size = canvas.sizes.unit, canvas.sizes.small
        canvas.box(canvas.surface.get_rect(), SURFACE, radius=pad // 2)
        inner = canvas.inside(canvas.surface.get_rect().inflate(-2 * pad, -pad))
        left, right, colour = self.heading(history)
        said = inner.text(left, 0, 0, size=size, colour=MUTED).right + pad
        if right and said + inner.type.width(right, size) <= inner.width:
            inner.text(right, inner.width, 0, size=size, colour=colour, align="right")
        top = frame_height(canvas.sizes, inner.type.line(size)) - pad
        if inner.height > top:
            self.content(inner.inside(pygame.Rect(0, top, inner.width, inner.height - top)), history)


def frame_height(sizes: Sizes, line: int) -> int:
    """Return the height in pixels of what surrounds a panel's content: margins and head."""
    return sizes.unit + line + sizes.unit // 2


def quiet(left: str, right: str = "") -> Heading:
    """Return a heading without any emphasis."""
    return left, right, TEXT
