"""What lies under the mouse on the time line: a small picture with its time and score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pygame
from numpy.typing import NDArray

from botcore.window.canvas import Canvas
from botcore.window.picture import draw_picture, fit
from botcore.window.theme import MUTED, RULE, SURFACE, YELLOW

SHARE = 0.22
"""Of the window's height, at most."""
WIDEST = 0.3
"""Of the window's width."""


@dataclass(frozen=True)
class Thumbnail:
    """What is shown.

    Attributes:
        picture: RGB `[H, W, 3]`, None where there is none.
        time: when that is.
        score: the score then.
        note: of a bookmark there.
    """

    picture: NDArray[np.uint8] | None
    time: str
    score: str
    note: str = ""


def draw_thumbnail(canvas: Canvas, thumbnail: Thumbnail, x: int, bottom: int) -> pygame.Rect:
    """Draw it above `bottom`, its middle at `x` as far as the canvas allows; return where.

    Its box covers what it lies on, so that its words never mix with the game's picture.
    """
    unit, line, small = canvas.sizes.unit, canvas.type.line(canvas.sizes.small), canvas.sizes.small
    words = [thumbnail.note] * bool(thumbnail.note)
    least = canvas.type.width(f"{thumbnail.time}    {thumbnail.score}", small)
    width, height = least, 0
    if thumbnail.picture is not None:
        shape = (thumbnail.picture.shape[1], thumbnail.picture.shape[0])
        placed = fit(shape, pygame.Rect(0, 0, round(canvas.width * WIDEST), round(canvas.height * SHARE)))
        width, height = max(least, placed.rect.w), placed.rect.h
    box = pygame.Rect(0, 0, width + 2 * unit, height + unit // 2 + line * (1 + len(words)) + 2 * unit)
    box.midbottom = (x, bottom)
    box.clamp_ip(pygame.Rect(unit, 0, max(box.w, canvas.width - 2 * unit), canvas.height))
    box = box.clip(canvas.surface.get_rect())
    canvas.box(box, SURFACE, radius=unit // 2)
    pygame.draw.rect(canvas.surface, RULE, box, 1, border_radius=unit // 2)
    inner = canvas.inside(box.inflate(-2 * unit, -2 * unit))
    if thumbnail.picture is not None and inner.height > height:
        draw_picture(inner.surface, thumbnail.picture, pygame.Rect(0, 0, inner.width, height))
    top = height + unit // 2
    inner.text(thumbnail.time, 0, top)
    inner.text(thumbnail.score, inner.width, top, colour=MUTED, align="right")
    for place, note in enumerate(words, start=1):
        inner.text(note, 0, top + place * line, colour=YELLOW)
    return box
