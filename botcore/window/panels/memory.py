"""What the brain remembers: the memory cells' activity over time."""

from __future__ import annotations

import numpy as np
import pygame
from numpy.typing import NDArray

from botcore.window.canvas import Canvas
from botcore.window.history import SPAN, History
from botcore.window.panels.panel import Heading, Panel
from botcore.window.theme import BACKGROUND, MUTED, ORANGE, SKY, Sizes

LEAST_ROW = 2
"""Pixels; where there are more cells than rows of this height, every second is shown, or every third."""


class MemoryPanel(Panel):
    """A row a cell, a column a Moment, newest on the right; blue is negative, orange positive."""

    name = "memory"
    column = 1
    share = 1.5

    def wanted(self, history: History) -> bool:
        """Return whether the brain has a memory."""
        return history.cells > 0

    def least(self, history: History, sizes: Sizes, line: int) -> int:
        """Return room for a strip in which changes can be seen."""
        return 3 * line

    def heading(self, history: History) -> Heading:
        """Say how many cells there are."""
        return "memory over time", f"{history.cells} cells", MUTED

    def content(self, canvas: Canvas, history: History) -> None:
        """Draw the strip."""
        activity = history.memory()
        canvas.box(canvas.surface.get_rect(), BACKGROUND)
        if activity.size:
            wide = max(1, round(canvas.width * activity.shape[1] / SPAN))
            rows = activity[:: -(-LEAST_ROW * len(activity) // canvas.height)]
            canvas.image(tint(rows), pygame.Rect(canvas.width - wide, 0, wide, canvas.height))


def tint(activity: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the colours `[rows, columns, 3]` of activity `[rows, columns]` in -1..1."""
    levels = (np.nan_to_num(activity).clip(-1, 1) * 127 + 127).astype(np.uint8)
    return _scale().take(levels, axis=0)


def _scale() -> NDArray[np.uint8]:
    """Return 255 colours from sky blue over the background to orange; the root shows faint activity."""
    strength = np.sqrt(np.abs(np.linspace(-1, 1, 255)))[:, None]
    ends = np.where(np.arange(255)[:, None] < 127, np.array(SKY), np.array(ORANGE))
    colours: NDArray[np.float64] = np.array(BACKGROUND) * (1 - strength) + ends * strength
    return colours.astype(np.uint8)
