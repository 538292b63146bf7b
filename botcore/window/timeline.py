"""The time line of a replay: where we are, what was won and lost when."""

from __future__ import annotations

from dataclasses import dataclass

import pygame

from botcore.window.canvas import Canvas
from botcore.window.theme import GREEN, MUTED, RAISED, RULE, SKY, SURFACE, TEXT, VERMILLION


@dataclass(frozen=True)
class Timeline:
    """A replay's length and marks, in the game's own frames.

    Attributes:
        last: the last frame.
        fps: frames a second.
        gains: frames at which there was a positive reward.
        losses: frames at which there was a negative one.
        deaths: frames at which a life was lost.
    """

    last: int
    fps: float
    gains: tuple[int, ...] = ()
    losses: tuple[int, ...] = ()
    deaths: tuple[int, ...] = ()

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

    def clock(self, frame: int) -> str:
        """Write a frame as minutes, seconds and tenths."""
        tenths = int(frame * 10 / self.fps)
        return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"

    def label(self, frame: int) -> str:
        """Write where we are and how long it is."""
        return f"{self.clock(frame)} / {self.clock(self.last)}"


def timeline_bar(canvas: Canvas, timeline: Timeline) -> pygame.Rect:
    """Return where the line lies on a canvas."""
    label = canvas.type.width(timeline.label(timeline.last), canvas.sizes.small)
    return timeline.bar(canvas.width, canvas.height, canvas.sizes.unit, label)


def draw_timeline(canvas: Canvas, timeline: Timeline, frame: int) -> None:
    """Draw the line: gains up, losses down, lost lives across, and the cursor."""
    canvas.box(canvas.surface.get_rect(), SURFACE)
    bar = timeline_bar(canvas, timeline)
    canvas.box(bar, RAISED, radius=3)
    x, middle = timeline.x_of(bar, frame), bar.centery
    canvas.box(pygame.Rect(bar.x, middle - 1, x - bar.x, 3), SKY)
    canvas.line((x, middle), (bar.right, middle), RULE)
    for place in {timeline.x_of(bar, f) for f in timeline.gains}:
        canvas.line((place, middle - 2), (place, bar.y + 1), GREEN, 2)
    for place in {timeline.x_of(bar, f) for f in timeline.losses}:
        canvas.line((place, middle + 2), (place, bar.bottom - 2), VERMILLION, 2)
    for place in {timeline.x_of(bar, f) for f in timeline.deaths}:
        canvas.line((place, bar.y), (place, bar.bottom - 1), VERMILLION, 3)
    knob = max(4, canvas.sizes.unit // 2)
    canvas.box(pygame.Rect(x - knob // 2, bar.y - knob // 2, knob, bar.h + knob), TEXT, radius=2)
    top = (canvas.height - canvas.type.line(canvas.sizes.small)) // 2
    canvas.text(timeline.label(frame), canvas.width - canvas.sizes.unit, top, colour=MUTED, align="right")
