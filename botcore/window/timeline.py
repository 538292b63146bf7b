"""The time line of a replay: where we are, what was won and lost when, and what surprised the brain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pygame
from numpy.typing import NDArray

from botcore.clock import clock
from botcore.window.canvas import Canvas
from botcore.window.theme import (
    BACKGROUND,
    GREEN,
    MUTED,
    PURPLE,
    RAISED,
    RULE,
    SKY,
    SURFACE,
    TEXT,
    VERMILLION,
    YELLOW,
    Colour,
)

TICKS = 0.6
"""The share of the line's height that ticks take, at its top; below is the curve's own part."""


@dataclass(frozen=True, eq=False)
class Timeline:
    """A replay's length and marks, in the game's own frames.

    Attributes:
        last: the last frame.
        fps: frames a second.
        gains: frames at which there was a positive reward.
        losses: frames at which there was a negative one.
        deaths: frames at which a life was lost.
        curve: the brain's surprise over time, `[N]` in 0..1; None: no curve.
        bookmarks: frames with a bookmark.
        loop: first and last frame of what is repeated; the last is None while only the beginning is set.
        parting: the frame at which two replays that are compared part.
    """

    last: int
    fps: float
    gains: Sequence[int] = ()
    losses: Sequence[int] = ()
    deaths: Sequence[int] = ()
    curve: NDArray[np.float64] | None = None
    bookmarks: Sequence[int] = ()
    loop: tuple[int, int | None] | None = None
    parting: int | None = None

    def bar(self, width: int, height: int, unit: int, label: int) -> pygame.Rect:
        """Return where the line itself lies in a strip of that size; `label` pixels are left for the time."""
        return pygame.Rect(unit, unit, max(1, width - 3 * unit - label), max(1, height - 2 * unit))

    def frame_at(self, bar: pygame.Rect, x: int) -> int:
        """Return the frame under a point of the line; beside it, the nearest end."""
        part = (x - bar.x) / max(1, bar.w - 1)
        return round(min(1.0, max(0.0, part)) * self.last)

    def x_of(self, bar: pygame.Rect, frame: int) -> int:
        """Return where a frame lies on the line."""
        return bar.x + round((bar.w - 1) * frame / max(1, self.last))

    def places(self, bar: pygame.Rect, frames: Sequence[int]) -> list[int]:
        """Return where frames lie on the line, each place once."""
        parts = np.asarray(frames, np.float64) / max(1, self.last)
        found: list[int] = np.unique(bar.x + np.rint((bar.w - 1) * parts).astype(np.int64)).tolist()
        return found

    def clock(self, frame: int) -> str:
        """Return the time of a frame."""
        return clock(frame / self.fps)

    def label(self, frame: int) -> str:
        """Write where we are and how long it is."""
        return f"{self.clock(frame)} / {self.clock(self.last)}"


def timeline_height(unit: int, line: int) -> int:
    """Return the height of the strip in pixels; `line` is that of a line of small type."""
    return 2 * line + 2 * unit


def timeline_bar(canvas: Canvas, timeline: Timeline) -> pygame.Rect:
    """Return where the line lies on a canvas."""
    label = canvas.type.width(timeline.label(timeline.last), canvas.sizes.small)
    return timeline.bar(canvas.width, canvas.height, canvas.sizes.unit, label)


def draw_timeline(canvas: Canvas, timeline: Timeline, frame: int) -> None:
    """Draw the line: gains up, losses down, lost lives across, surprise as a curve below, and the cursor."""
    canvas.box(canvas.surface.get_rect(), SURFACE)
    bar = timeline_bar(canvas, timeline)
    canvas.box(bar, RAISED, radius=3)
    _draw_loop(canvas, timeline, bar)
    _draw_curve(canvas, timeline, bar)
    _draw_ticks(canvas, timeline, bar, frame)
    _draw_brackets(canvas, timeline, bar)
    for place in timeline.places(bar, timeline.bookmarks):
        _draw_flag(canvas, place, bar)
    knob, x = max(4, canvas.sizes.unit // 2), timeline.x_of(bar, frame)
    canvas.box(pygame.Rect(x - knob // 2, bar.y - knob // 2, knob, bar.h + knob), TEXT, radius=2)
    top = (canvas.height - canvas.type.line(canvas.sizes.small)) // 2
    canvas.text(timeline.label(frame), canvas.width - canvas.sizes.unit, top, colour=MUTED, align="right")


def _draw_ticks(canvas: Canvas, timeline: Timeline, bar: pygame.Rect, frame: int) -> None:
    foot = bar.y + round(bar.h * TICKS)
    middle, thick = (bar.y + foot) // 2, max(2, canvas.sizes.unit // 4)
    canvas.line((bar.x, middle), (bar.right - 1, middle), RULE)
    canvas.box(pygame.Rect(bar.x, middle - 1, timeline.x_of(bar, frame) - bar.x, 3), SKY)
    for place in timeline.places(bar, timeline.gains):
        canvas.box(pygame.Rect(place, bar.y + 1, thick, middle - bar.y - 2), GREEN)
    for place in timeline.places(bar, timeline.losses):
        canvas.box(pygame.Rect(place, middle + 3, thick, foot - middle - 3), VERMILLION)
    for place in timeline.places(bar, timeline.deaths):
        canvas.box(pygame.Rect(place, bar.y, thick + 1, bar.h), VERMILLION)
    if timeline.parting is not None:
        canvas.box(pygame.Rect(timeline.x_of(bar, timeline.parting), bar.y, thick + 1, bar.h), SKY)


def _draw_curve(canvas: Canvas, timeline: Timeline, bar: pygame.Rect) -> None:
    """Fill what is under the curve; it may rise behind the ticks, which are brighter."""
    curve = timeline.curve
    if curve is None or len(curve) < 2 or not curve.any() or bar.w < 2:
        return
    xs = np.arange(bar.w)
    heights = np.interp(xs, np.linspace(0, bar.w - 1, len(curve)), curve) * (bar.h - 2)
    tops = [(bar.x + int(x), bar.bottom - 1 - int(height)) for x, height in zip(xs, heights, strict=True)]
    points = [(bar.x, bar.bottom - 1), *tops, (bar.right - 1, bar.bottom - 1)]
    pygame.draw.polygon(canvas.surface, _mixed(PURPLE, RAISED, 0.3), points)
    pygame.draw.aalines(canvas.surface, _mixed(PURPLE, RAISED, 0.6), False, tops)


def _draw_loop(canvas: Canvas, timeline: Timeline, bar: pygame.Rect) -> None:
    """Darken what is not played while a loop is."""
    if timeline.loop is None or timeline.loop[1] is None:
        return
    begin, end = (timeline.x_of(bar, frame) for frame in (timeline.loop[0], timeline.loop[1]))
    canvas.box(pygame.Rect(bar.x, bar.y, begin - bar.x, bar.h), BACKGROUND)
    canvas.box(pygame.Rect(end, bar.y, bar.right - end, bar.h), BACKGROUND)


def _draw_brackets(canvas: Canvas, timeline: Timeline, bar: pygame.Rect) -> None:
    if timeline.loop is None:
        return
    thick, wide = max(2, canvas.sizes.unit // 4), canvas.sizes.unit
    for frame, side in zip(timeline.loop, (0, -1), strict=True):
        if frame is not None:
            x = timeline.x_of(bar, frame)
            left = x + side * wide
            canvas.box(pygame.Rect(x, bar.y - 2, thick, bar.h + 4), YELLOW)
            for y in (bar.y - 2, bar.bottom + 2 - thick):
                canvas.box(pygame.Rect(left, y, wide, thick), YELLOW)


def _draw_flag(canvas: Canvas, x: int, bar: pygame.Rect) -> None:
    unit = canvas.sizes.unit
    points = [(x - unit // 2, bar.y - unit + 1), (x + unit // 2, bar.y - unit + 1), (x, bar.y + 1)]
    pygame.draw.polygon(canvas.surface, YELLOW, points)


def _mixed(colour: Colour, ground: Colour, share: float) -> Colour:
    red, green, blue = (round(share * a + (1 - share) * b) for a, b in zip(colour, ground, strict=True))
    return red, green, blue
