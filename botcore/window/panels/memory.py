"""What the brain remembers: the memory cells' activity over time, and what changes in it now."""

from __future__ import annotations

import numpy as np
import pygame
from numpy.typing import NDArray

from botcore.window.canvas import Canvas
from botcore.window.history import SPAN, History
from botcore.window.panels.panel import Heading, Panel, quiet
from botcore.window.theme import BACKGROUND, MUTED, ORANGE, SKY, TEXT, Sizes

LEAST_ROW = 2
"""Pixels; where there are more cells than rows of this height, every second is shown, or every third."""


CALM = 0.35
"""How bright a cell is that does not change; one that changes by `STIR` or more shines fully."""
STIR = 0.3
NOW = 12
"""The bars of what changes now take one part in so many of the width."""


class MemoryPanel(Panel):
    """A row a cell, a column a Moment, newest on the right; blue is negative, orange positive.

    What changes is bright, what stays is dim. The bars on the right are the change in the last step.
    """

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
        """Say how many of the cells shown change now; nothing where who plays now has none."""
        if not history.remembers:
            return quiet("memory over time")
        activity = history.memory()
        busy = int((change(activity)[:, -1] >= STIR).sum()) if activity.size else 0
        return "memory over time", f"{busy} of {len(activity)} change", MUTED

    def content(self, canvas: Canvas, history: History) -> None:
        """Draw the strip, and the bars of what changes now."""
        activity = history.memory()
        bars = max(8, canvas.width // NOW)
        strip = pygame.Rect(0, 0, canvas.width - bars - canvas.sizes.unit // 2, canvas.height)
        canvas.box(strip, BACKGROUND)
        if not activity.size:
            return
        rows = activity[:: -(-LEAST_ROW * len(activity) // canvas.height)]
        changes = change(rows)
        wide = max(1, round(strip.w * rows.shape[1] / SPAN))
        canvas.image(tint(rows, changes), pygame.Rect(strip.right - wide, 0, wide, canvas.height))
        pitch = canvas.height / len(rows)
        for place, amount in enumerate(np.minimum(1.0, changes[:, -1] / STIR).tolist()):
            top, bottom = round(place * pitch), round((place + 1) * pitch)
            length = round(amount * bars)
            if length > 1:
                canvas.box(pygame.Rect(canvas.width - bars, top, length, max(1, bottom - top - 1)), TEXT)


def change(activity: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return by how much each cell `[rows, columns]` differs from the column before; at first not at all."""
    known = np.nan_to_num(activity)
    return np.abs(np.diff(known, axis=1, prepend=known[:, :1]))


def tint(activity: NDArray[np.float32], changes: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return colours `[rows, columns, 3]` of activity in -1..1 and its changes, both `[rows, columns]`."""
    levels = (np.nan_to_num(activity).clip(-1, 1) * 127 + 127).astype(np.uint8)
    bright = np.float32(CALM) + np.float32(1 - CALM) * np.minimum(1.0, changes / np.float32(STIR))
    background: NDArray[np.float32] = np.array(BACKGROUND, np.float32)
    lit = _scale().take(levels, axis=0) - background
    return np.asarray(background + lit * bright[..., None], np.uint8)


def _scale() -> NDArray[np.float32]:
    """Return 255 colours from sky blue over the background to orange; the root shows faint activity."""
    strength = np.sqrt(np.abs(np.linspace(-1, 1, 255)))[:, None]
    ends = np.where(np.arange(255)[:, None] < 127, np.array(SKY), np.array(ORANGE))
    return np.asarray(np.array(BACKGROUND) * (1 - strength) + ends * strength, np.float32)
