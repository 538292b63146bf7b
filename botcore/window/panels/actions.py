"""What the brain wants: a bar per action, the chosen one marked."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pygame

from botcore.contracts.moment import Decision
from botcore.window.canvas import Canvas, number
from botcore.window.history import History
from botcore.window.panels.panel import Heading, Panel, quiet
from botcore.window.theme import MUTED, ORANGE, PURPLE, RAISED, SKY, TEXT, YELLOW, Colour, Sizes

ROWS = 10
"""Actions shown at most, the chosen one not counted; of more, the most preferred."""
FEW_ROWS = 5


class ActionsPanel(Panel):
    """Probabilities or Q-values with the actions' names, who chose, and whether it was exploration."""

    name = "actions"

    def wanted(self, history: History) -> bool:
        """Return whether the game has actions."""
        return len(history.about.action_names) > 0

    def least(self, history: History, sizes: Sizes, line: int) -> int:
        """Return room for a few actions and the line that says who chose."""
        return (min(len(history.about.action_names), FEW_ROWS) + 1) * _row(sizes, line)

    def most(self, history: History, sizes: Sizes, line: int) -> int:
        """Return room for `ROWS` actions and the chosen one."""
        return (min(len(history.about.action_names), ROWS + 1) + 1) * _row(sizes, line)

    def row(self, sizes: Sizes, line: int) -> int:
        """Return the height of an action."""
        return _row(sizes, line)

    def heading(self, history: History) -> Heading:
        """Say what the bars are, and how uncertain the brain is."""
        decision = history.now.decision if history.now else None
        if decision is None:
            return quiet("actions")
        if decision.probabilities is not None:
            return "action probabilities", f"entropy {number(decision.entropy or 0.0)}", MUTED
        return quiet("Q-values" if decision.q_values is not None else "actions")

    def content(self, canvas: Canvas, history: History) -> None:
        """Draw the bars, and below them who chose."""
        decision, names = (history.now.decision if history.now else None), history.about.action_names
        row = _row(canvas.sizes, canvas.type.line(canvas.sizes.small))
        rows = max(1, canvas.height // row - 1)
        preferences = _preferences(decision)
        shown = select(len(names), preferences, None if decision is None else decision.action, rows)
        lengths = _lengths(decision)
        widest = max((canvas.type.width(names[n], canvas.sizes.small) for n in shown), default=0)
        label = min(widest, canvas.width // 2) + 2 * canvas.sizes.unit
        for place, action in enumerate(shown):
            chosen = decision is not None and action == decision.action
            line = canvas.inside(pygame.Rect(0, place * row, canvas.width, row))
            value = preferences[action] if preferences and action < len(preferences) else None
            length = lengths[action] if action < len(lengths) else 0.0
            colour = _colour(decision) if chosen and decision else None
            _draw_action(line, names[action], label, value, length, colour)
        if decision is not None:
            _draw_chooser(canvas, decision, len(shown) * row)


def select(count: int, preferences: Sequence[float] | None, chosen: int | None, rows: int) -> list[int]:
    """Return which of `count` actions to show in `rows` rows.

    All in their own order where they fit; else the most preferred first, and the chosen one always.
    """
    if count <= rows:
        return list(range(count))
    if not preferences:
        shown = list(range(rows))
    else:
        shown = sorted(range(min(count, len(preferences))), key=lambda n: -preferences[n])[:rows]
    if chosen is not None and chosen < count and chosen not in shown:
        shown[-1] = chosen
    return shown


def _row(sizes: Sizes, line: int) -> int:
    return line + sizes.unit // 2


def _preferences(decision: Decision | None) -> Sequence[float] | None:
    if decision is None:
        return None
    return decision.probabilities if decision.probabilities is not None else decision.q_values


def _lengths(decision: Decision | None) -> list[float]:
    """Return the bars' lengths in 0..1: a probability itself, a Q-value between the least and the largest."""
    values = _preferences(decision)
    if decision is None or not values:
        return []
    if decision.probabilities is not None:
        return [min(1.0, max(0.0, p)) for p in values]
    finite = [q for q in values if math.isfinite(q)]
    low, spread = min(finite, default=0.0), max(finite, default=0.0) - min(finite, default=0.0)
    return [
        0.0 if not math.isfinite(q) else 0.05 + 0.95 * (q - low) / spread if spread > 0 else 1.0
        for q in values
    ]


def _colour(decision: Decision) -> Colour:
    if decision.by == "human":
        return YELLOW
    return PURPLE if decision.explored else ORANGE


def _draw_action(
    canvas: Canvas, name: str, label: int, value: float | None, length: float, chosen: Colour | None
) -> None:
    """Draw one action; `chosen` is the colour of its mark, None where it was not chosen."""
    unit, high = canvas.sizes.unit, canvas.type.line(canvas.sizes.small)
    if chosen:
        middle = high // 2
        points = ((0, middle - unit // 2), (0, middle + unit // 2), (unit * 3 // 4, middle))
        pygame.draw.polygon(canvas.surface, chosen, points)
    canvas.text(name, unit + unit // 2, 0, colour=chosen or MUTED, width=label - 2 * unit)
    if value is None:
        return
    digits = canvas.type.width("-0.0000", canvas.sizes.small)
    canvas.text(number(value), canvas.width, 0, colour=TEXT if chosen else MUTED, align="right", width=digits)
    bar = pygame.Rect(label, high // 5, canvas.width - digits - unit - label, high * 3 // 5)
    if bar.w > 0:
        canvas.box(bar, RAISED, radius=2)
        canvas.box(pygame.Rect(bar.topleft, (max(1, int(bar.w * length)), bar.h)), chosen or SKY, radius=2)


def _draw_chooser(canvas: Canvas, decision: Decision, top: int) -> None:
    unit, human = canvas.sizes.unit, decision.by == "human"
    if top + canvas.type.line(canvas.sizes.small) > canvas.height:
        return
    who = "chosen by you" if human else f"chosen by {decision.by or 'the brain'}"
    x = canvas.text(who, 0, top, colour=YELLOW if human else MUTED, width=canvas.width * 3 // 5).right
    if decision.explored:
        x = canvas.text("explored", x + unit, top, colour=PURPLE).right
    if decision.exploration is not None:
        room = canvas.width - x - unit
        words = f"exploration {number(decision.exploration)}"
        if canvas.type.width(words, canvas.sizes.small) > room:
            words = number(decision.exploration)
        if canvas.type.width(words, canvas.sizes.small) <= room:
            canvas.text(words, canvas.width, top, colour=MUTED, align="right")
