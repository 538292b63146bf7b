"""The help overlay: every key and what it does."""

from __future__ import annotations

from collections.abc import Sequence

import pygame

from botcore.window.canvas import Canvas
from botcore.window.theme import BACKGROUND, MUTED, ORANGE, RULE, SURFACE, TEXT

KeyHelp = tuple[str, str]
"""The key's name, and what it does."""


def draw_help(canvas: Canvas, keys: Sequence[KeyHelp]) -> None:
    """Cover the canvas and draw a table of keys in as many columns as are needed."""
    canvas.surface.fill(BACKGROUND)
    sizes, line = canvas.sizes, canvas.type.line(canvas.sizes.body)
    size = sizes.body if line * (len(keys) + 4) < canvas.height * 2 else sizes.small
    row = canvas.type.line(size) + sizes.unit // 2
    names = max(canvas.type.width(name, size) for name, _ in keys)
    column = names + max(canvas.type.width(label, size) for _, label in keys) + 5 * sizes.unit
    head = canvas.type.line(sizes.body) + 3 * sizes.unit
    rows = max(1, (canvas.height - head - 6 * sizes.unit) // row)
    columns = min(-(-len(keys) // rows), max(1, (canvas.width - 4 * sizes.unit) // column))
    rows = -(-len(keys) // columns)
    box = pygame.Rect(0, 0, columns * column + 2 * sizes.unit, head + rows * row + 2 * sizes.unit)
    box = box.clip(canvas.surface.get_rect())
    box.center = canvas.surface.get_rect().center
    canvas.box(box, SURFACE, radius=sizes.unit)
    panel = canvas.inside(box)
    panel.text("Keys", 2 * sizes.unit, sizes.unit, size=sizes.body, colour=TEXT)
    panel.text("any key closes this", panel.width - 2 * sizes.unit, sizes.unit, colour=MUTED, align="right")
    panel.line((2 * sizes.unit, head - sizes.unit), (panel.width - 2 * sizes.unit, head - sizes.unit), RULE)
    for place, (name, label) in enumerate(keys):
        left = 2 * sizes.unit + (place // rows) * column
        top = head + (place % rows) * row
        panel.text(name, left, top, size=size, colour=ORANGE, width=names)
        panel.text(
            label, left + names + 2 * sizes.unit, top, size=size, width=column - names - 3 * sizes.unit
        )
