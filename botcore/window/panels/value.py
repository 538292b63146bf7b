"""V over time, what came of it, and the rewards."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from itertools import pairwise

import pygame

from botcore.ledger import Tick, changed, returns
from botcore.window.canvas import Canvas, drawable, number
from botcore.window.history import SPAN, History
from botcore.window.panels.panel import Heading, Panel, quiet
from botcore.window.theme import GREEN, MUTED, RULE, SKY, TEXT, VERMILLION, Colour, Sizes

PLOT_LINES = 4
"""The curves are as high as so many lines of small type, at least."""
MOST_REWARD_LINES = 6
"""Rewards alone are no higher than so many."""
WIDE, LEFT = 20, 0.38
"""In a panel of so many widths of a line of small type two things are said beside each other, the second one
from here on."""
NOTHING = 0.001


class ValuePanel(Panel):
    """What the brain expects and what came of it (curves) above the game's rewards (ticks).

    The newest is on the right. Both curves are in the learner's unit. A thin line marks the beginning of an
    episode, a vermillion one a lost life, a gray one where another brain goes on.
    """

    name = "value"
    share = 2.0

    def wanted(self, history: History) -> bool:
        """Return True: rewards always come."""
        return True

    def least(self, history: History, sizes: Sizes, line: int) -> int:
        """Return room for curves that can be read, and for what is said about them."""
        return (PLOT_LINES + len(_said(history)) // 2) * line

    def heading(self, history: History) -> Heading:
        """Say what the curve is, and its latest value; who predicts nothing has only rewards."""
        decision = history.now.decision if history.now else None
        if _predicts_nothing(history):
            return quiet("rewards over time")
        title = "largest Q over time" if _draws_q(history) else "V over time"
        latest = history.ticks[-1].value if history.ticks else math.nan
        return title, "" if decision is None or math.isnan(latest) else number(latest), SKY

    def content(self, canvas: Canvas, history: History) -> None:
        """Draw the words, below them the curves with their range on the left, and the ticks at the foot."""
        line = canvas.type.line(canvas.sizes.small)
        ticks = list(history.ticks)
        said, beside = _said(history), 2 if canvas.width >= WIDE * line else 1
        rows = min(-(-len(said) // beside), max(0, canvas.height // line - PLOT_LINES))
        for place, (words, colour) in enumerate(said[: rows * beside]):
            left = round(place % beside * LEFT * canvas.width)
            alone = beside == 1 or place + 1 == len(said)
            room = canvas.width - left if place % beside or alone else round(LEFT * canvas.width)
            canvas.text(words, left, place // beside * line, colour=colour, width=room - 4)
        top = rows * line
        plot = canvas.inside(pygame.Rect(0, top, canvas.width, canvas.height - top))
        _draw_plot(plot, ticks, returns(ticks))


def _said(history: History) -> list[tuple[str, Colour]]:
    """Return what is said above the curves, in the order of its importance, and its colours."""
    ledger, measure = history.ledger, history.ledger.measure
    if measure.discount is None:
        return []
    unit = f"{_unit(measure.unit)}, γ {measure.discount:g}", MUTED
    if _predicts_nothing(history):
        return [unit]
    outlook = ledger.outlook
    predicted = came = "–"
    if outlook is not None:
        predicted = _amount(outlook.predicted)
        came = f"{_amount(outlook.came)}, to come {_amount(outlook.expected)}"
    return [
        (f"V at start {predicted}", SKY),
        (f"came {came}", GREEN),
        (f"advantage {_signed(_advantage(history))}", TEXT),
        unit,
    ]


def _predicts_nothing(history: History) -> bool:
    """Whether whoever decided gave no V and no Q."""
    decided = (tick.value for tick in history.ticks if not tick.start)
    first = next(decided, 0.0)  # asked for every frame: where there is V or Q, looking ends here
    return not math.isfinite(first) and not any(map(math.isfinite, decided))


def _unit(unit: str) -> str:
    return "game's rewards" if unit in ("", "the game's own") else f"fed {unit}"


def _advantage(history: History) -> float | None:
    """Return Q - max Q of the last decision, or, where there is no Q, what became known of the one before."""
    decision = history.now.decision if history.now else None
    if decision is not None and decision.q_values and decision.action < len(decision.q_values):
        return decision.q_values[decision.action] - max(decision.q_values)
    return history.ledger.advantage


def _amount(value: float) -> str:
    """Write a figure to three digits; less than that is nothing."""
    return number(value) if abs(value) >= NOTHING else "0"


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{'+' if value >= NOTHING else ''}{_amount(value)}"


def changes(ticks: Sequence[Tick]) -> set[int]:
    """Return where another brain goes on."""
    return {place for place, pair in enumerate(pairwise(ticks), start=1) if changed(*pair)}


def _draw_plot(canvas: Canvas, ticks: list[Tick], came: Sequence[float]) -> None:
    line = canvas.type.line(canvas.sizes.small)
    predicted, came = [drawable(tick.value) for tick in ticks], [drawable(value) for value in came]
    known = [value for value in (*predicted, *came) if math.isfinite(value)]
    changed = changes(ticks)
    if not known:
        whole = pygame.Rect(0, 2, canvas.width, min(canvas.height - 4, MOST_REWARD_LINES * line))
        _draw_marks(canvas, ticks, changed, whole)
        _draw_rewards(canvas, ticks, whole)
        return
    low, high = min(known), max(known)
    labels = (number(high), number(low))
    gutter = max(canvas.type.width(label, canvas.sizes.small) for label in labels) + canvas.sizes.unit
    foot = max(8, min(3 * line, canvas.height // 4))
    plot = pygame.Rect(gutter, 2, canvas.width - gutter, canvas.height - foot - 4)
    if plot.h >= 2 * line:
        canvas.text(number(high), 0, 0, colour=MUTED)
        canvas.text(number(low), 0, plot.bottom - line, colour=MUTED)
    _draw_marks(canvas, ticks, changed, plot)
    if low <= 0.0 <= high and high > low:
        y = round(plot.bottom - (0.0 - low) / (high - low) * plot.h)
        canvas.line((plot.x, y), (plot.right, y), RULE)
    _draw_curve(canvas, came, changed, plot, (low, high), GREEN)
    _draw_curve(canvas, predicted, changed, plot, (low, high), SKY)
    _draw_rewards(canvas, ticks, pygame.Rect(plot.x, plot.bottom + 4, plot.w, foot - 2))


def _draws_q(history: History) -> bool:
    decision = history.now.decision if history.now else None
    return decision is not None and decision.value is None and decision.q_values is not None


def _x(plot: pygame.Rect, place: int, count: int) -> float:
    """Return where the `place`-th of `count` ticks lies; the newest is at the right edge."""
    return plot.right - 1 - (count - 1 - place) * (plot.w - 1) / (SPAN - 1)


def _draw_marks(canvas: Canvas, ticks: list[Tick], changed: Set[int], plot: pygame.Rect) -> None:
    canvas.line((plot.x, plot.bottom), (plot.right, plot.bottom), RULE)
    for place, tick in enumerate(ticks):
        if tick.start or tick.lost or place in changed:
            x = round(_x(plot, place, len(ticks)))
            colour = VERMILLION if tick.lost else MUTED if place in changed else RULE
            canvas.line((x, plot.y), (x, plot.bottom), colour, 1 + bool(tick.lost))


def _draw_curve(
    canvas: Canvas,
    values: Sequence[float],
    changed: Set[int],
    plot: pygame.Rect,
    span: tuple[float, float],
    colour: Colour,
) -> None:
    """Draw a curve, with a gap where a value is unknown and where those of another brain begin."""
    low, high = span
    run: list[tuple[float, float]] = []
    for place, value in enumerate(values):
        if place in changed or not math.isfinite(value):
            canvas.curve(run, colour)
            run = []
        if not math.isfinite(value):
            continue
        part = (value - low) / (high - low) if high > low else 0.5
        run.append((_x(plot, place, len(values)), plot.bottom - part * plot.h))
    canvas.curve(run, colour)


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
