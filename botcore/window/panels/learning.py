"""How learning goes, while it goes on: the metrics the learner reports, as curves."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pygame

from botcore.window.canvas import Canvas, drawable, number
from botcore.window.history import UPDATES, History
from botcore.window.panels.panel import Heading, Panel, quiet
from botcore.window.theme import GREEN, MUTED, RULE, Sizes

FEW_CURVES, CURVES = 2, 4
BY_THE_SESSION = frozenset({"mean_score", "reward_per_step"})
"""What comes while learning is on, whether the learner has made an update or not."""


class LearningPanel(Panel):
    """A curve a metric: the moving return first, then loss and exploration, then the rest."""

    name = "learning"
    share = 1.0

    def wanted(self, history: History) -> bool:
        """Return whether the learner has reported anything."""
        return bool(history.metrics)

    def least(self, history: History, sizes: Sizes, line: int) -> int:
        """Return room for a few curves."""
        return min(len(history.metrics), FEW_CURVES) * _row(sizes, line)

    def heading(self, history: History) -> Heading:
        """Name it; say so while nothing is learned yet, as a replay memory may take minutes to fill."""
        return quiet("learning", "no update yet" if history.metrics.keys() <= BY_THE_SESSION else "")

    def content(self, canvas: Canvas, history: History) -> None:
        """Draw as many curves as there is room for."""
        row = _row(canvas.sizes, canvas.type.line(canvas.sizes.small))
        names = in_order(history.metrics)[: min(CURVES, max(1, canvas.height // row))]
        high = canvas.height // max(1, len(names))
        for place, name in enumerate(names):
            area = pygame.Rect(0, place * high, canvas.width, high)
            _draw_metric(canvas.inside(area), name, list(history.metrics[name]))


def in_order(names: Iterable[str]) -> list[str]:
    """Return metrics with the most telling first."""
    first = ("mean_score", "loss", "exploration", "epsilon", "entropy", "reward_per_step")
    place = {name: number for number, name in enumerate(first)}
    return sorted(names, key=lambda name: (place.get(name, len(first)), "loss" not in name, name))


def _row(sizes: Sizes, line: int) -> int:
    return 2 * line + sizes.unit // 2


def _draw_metric(canvas: Canvas, name: str, values: list[float]) -> None:
    line = canvas.type.line(canvas.sizes.small)
    latest = canvas.text(number(values[-1]), canvas.width, 0, align="right").w
    canvas.text(name.replace("_", " "), 0, 0, colour=MUTED, width=canvas.width - latest - canvas.sizes.unit)
    plot = pygame.Rect(0, line + 2, canvas.width, canvas.height - line - 6)
    finite = [drawable(value) for value in values if math.isfinite(value)]
    canvas.line((0, plot.bottom), (canvas.width, plot.bottom), RULE)
    if plot.h < 4 or not finite:
        return
    low, high = min(finite), max(finite)
    spread, step = (high - low) or 1.0, (plot.w - 1) / (UPDATES - 1)
    right = plot.right - 1 - (len(finite) - 1) * step
    points = [(right + n * step, plot.bottom - (v - low) / spread * plot.h) for n, v in enumerate(finite)]
    canvas.curve(points, GREEN)
