"""V over time, with the rewards that came."""

from __future__ import annotations

import math

import pygame

from botcore.window.canvas import Canvas, number
from botcore.window.history import SPAN, History, Tick
from botcore.window.panels.panel import Heading, Panel
from botcore.window.theme import GREEN, MUTED, RULE, SKY, VERMILLION, Sizes


class ValuePanel(Panel):
    """What the brain expects (a curve) above what it got (ticks), newest on the right.

    A thin line marks the begin of an episode, a vermillion one a lost life.
    """

    name = "value"
    share = 2.0

    def wanted(self, history: History) -> bool:
        """Return True: rewards always come."""
        return True

    def least(self, history: History, sizes: Sizes, line: int) -> int:
        """Return room for a curve that can be read."""
        return 4 * line

    def heading(self, history: History) -> Heading:
        """Say what the curve is, and its latest value."""
        decision = history.now.decision if history.now else None
        title = "largest Q over time" if _draws_q(history) else "V over time"
        latest = history.ticks[-1].value if history.ticks else math.nan
        return title, "" if decision is None or math.isnan(latest) else number(latest), SKY

    def content(self, canvas: Canvas, history: History) -> None:
        """Draw the curve, its range on the left, and the ticks at the foot."""
        line = canvas.type.line(canvas.sizes.small)
        values = [tick.value for tick in history.ticks if math.isfinite(tick.value)]
        low, high = (min(values), max(values)) if values else (0.0, 0.0)
        gutter = 0
        if values:
            labels = (number(high), number(low))
            gutter = max(canvas.type.width(label, canvas.sizes.small) for label in labels) + canvas.sizes.unit
        foot = max(8, min(3 * line, canvas.height // 4))
        plot = pygame.Rect(gutter, 2, canvas.width - gutter, canvas.height - foot - 4)
        if values and plot.h >= 2 * line:
            canvas.text(number(high), 0, 0, colour=MUTED)
            canvas.text(number(low), 0, plot.bottom - line, colour=MUTED)
        ticks = list(history.ticks)
        _draw_marks(canvas, ticks, plot)
        _draw_curve(canvas, ticks, plot, low, high)
        _draw_rewards(canvas, ticks, pygame.Rect(plot.x, plot.bottom + 4, plot.w, foot - 2))


def _draws_q(history: History) -> bool:
    decision = history.now.decision if history.now else None
    return decision is not None and decision.value is None and decision.q_values is not None


def _x(plot: pygame.Rect, place: int, count: int) -> float:
    """Return where the `place`-th of `count` ticks lies; the newest is at the right edge."""
    return plot.right - 1 - (count - 1 - place) * (plot.w - 1) / (SPAN - 1)


def _draw_marks(canvas: Canvas, ticks: list[Tick], plot: pygame.Rect) -> None:
    canvas.line((plot.x, plot.bottom), (plot.right, plot.bottom), RULE)
    for place, tick in enumerate(ticks):
        if tick.start or tick.lost:
            x = round(_x(plot, place, len(ticks)))
            canvas.line((x, plot.y), (x, plot.bottom), VERMILLION if tick.lost else RULE, 1 + bool(tick.lost))


def _draw_curve(canvas: Canvas, ticks: list[Tick], plot: pygame.Rect, low: float, high: float) -> None:
    if low <= 0.0 <= high and high > low:
        y = round(plot.bottom - (0.0 - low) / (high - low) * plot.h)
        canvas.line((plot.x, y), (plot.right, y), RULE)
    run: list[tuple[float, float]] = []
    for place, tick in enumerate(ticks):
        if not math.isfinite(tick.value):
            canvas.curve(run, SKY)
            run = []
            continue
        part = (tick.value - low) / (high - low) if high > low else 0.5
        run.append((_x(plot, place, len(ticks)), plot.bottom - part * plot.h))
    canvas.curve(run, SKY)


def _draw_rewards(canvas: Canvas, ticks: list[Tick], strip: pygame.Rect) -> None:
    """Draw each reward as a tick, up for a gain and down for a loss, as long as it is large."""
    largest = max((abs(tick.reward) for tick in ticks if math.isfinite(tick.reward)), default=0.0)
    if largest == 0.0:
        return
    middle = strip.centery
    canvas.line((strip.x, middle), (strip.right, middle), RULE)
    for place, tick in enumerate(ticks):
        if tick.reward and math.isfinite(tick.reward):
            x = round(_x(strip, place, len(ticks)))
            length = round(max(0.2, abs(tick.reward) / largest) * (strip.h / 2))
            up = tick.reward > 0
            canvas.box(
                pygame.Rect(x, middle - length if up else middle, 2, length), GREEN if up else VERMILLION
            )
