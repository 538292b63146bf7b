"""Score, episode, step, best so far, lives and health."""

from __future__ import annotations

import math

import pygame

from botcore.window.canvas import Canvas, number, points
from botcore.window.history import History
from botcore.window.panels.panel import Heading, Panel, quiet
from botcore.window.theme import GREEN, MUTED, RAISED, TEXT, VERMILLION, Sizes

MAX_PIPS = 10
FULL_HEALTH = 100.0
LOW_HEALTH = 0.3


class ScorePanel(Panel):
    """How it goes."""

    name = "score"

    def wanted(self, history: History) -> bool:
        """Return True: there is always a score."""
        return True

    def least(self, history: History, sizes: Sizes, line: int) -> int:
        """Return room for the large number, and a line for lives and health where the game has them."""
        vital = lives_of(history) is not None or health_of(history) is not None
        return max(sizes.large, 2 * line) + sizes.unit // 2 + (line + sizes.unit // 2 if vital else 0)

    def heading(self, history: History) -> Heading:
        """Name it, with the best score so far."""
        return quiet("score", "" if history.best is None else f"best {points(history.best)}")

    def content(self, canvas: Canvas, history: History) -> None:
        """Draw the score large, the counters beside it, lives and health below."""
        moment, line = history.now, canvas.type.line(canvas.sizes.small)
        if moment is None:
            return
        counters = (f"episode {moment.episode + 1}", f"step {moment.step}")
        widest = 0
        for row, words in enumerate(counters):
            widest = max(widest, canvas.text(words, canvas.width, row * line, colour=MUTED, align="right").w)
        room = canvas.width - widest - canvas.sizes.unit
        score, large = points(moment.score), canvas.sizes.large
        if "." in score and "e" not in score and canvas.type.width(score, large) > room:
            score = f"{moment.score:.0f}"
        canvas.text(score, 0, 0, size=large, width=room)
        top = max(canvas.sizes.large, 2 * line) + canvas.sizes.unit // 2
        if top + line > canvas.height:
            return
        x, lives, health = 0, lives_of(history), health_of(history)
        if lives is not None:
            x = _draw_lives(canvas, lives, x, top)
        if health is not None:
            _draw_health(canvas, health, x, top)


def lives_of(history: History) -> int | None:
    """Return the lives left, where the game tells."""
    lives = history.now.info.get("lives") if history.now else None
    return int(lives) if isinstance(lives, int | float) and math.isfinite(lives) else None


def health_of(history: History) -> float | None:
    """Return the health in percent, where the game tells."""
    info = history.now.info if history.now else {}
    health = next((info[name] for name in ("health", "HEALTH") if name in info), None)
    return float(health) if isinstance(health, int | float) and math.isfinite(health) else None


def _draw_lives(canvas: Canvas, lives: int, x: int, top: int) -> int:
    line, unit = canvas.type.line(canvas.sizes.small), canvas.sizes.unit
    x += canvas.text("lives", x, top, colour=MUTED).w + unit
    if not 0 < lives <= MAX_PIPS:
        return x + canvas.text(str(lives), x, top).w + 2 * unit
    for _ in range(lives):
        pygame.draw.circle(canvas.surface, TEXT, (x + unit // 2, top + line // 2), max(3, unit // 2))
        x += unit + unit // 2
    return x + unit


def _draw_health(canvas: Canvas, health: float, x: int, top: int) -> None:
    line, unit, size = canvas.type.line(canvas.sizes.small), canvas.sizes.unit, canvas.sizes.small
    words = number(health)
    left = x + canvas.type.width("health", size) + unit
    right = canvas.width - canvas.type.width(words, size) - unit
    if right < left:
        return
    canvas.text("health", x, top, colour=MUTED)
    canvas.text(words, canvas.width, top, align="right")
    bar = pygame.Rect(left, top + line // 4, right - left, line // 2)
    if bar.w > 0:
        full = min(1.0, max(0.0, health / FULL_HEALTH))
        canvas.box(bar, RAISED, radius=2)
        filled = pygame.Rect(bar.topleft, (max(1, int(bar.w * full)), bar.h))
        canvas.box(filled, VERMILLION if full < LOW_HEALTH else GREEN, radius=2)
