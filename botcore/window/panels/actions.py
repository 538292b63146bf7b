"""What the brain wants: a bar per action, the chosen one marked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pygame

from botcore.contracts.moment import Decision
from botcore.ledger import PERSON
from botcore.window.canvas import Canvas, drawable, number
from botcore.window.history import History
from botcore.window.panels.panel import Heading, Panel, quiet
from botcore.window.theme import MUTED, ORANGE, PURPLE, RAISED, SKY, TEXT, YELLOW, Colour, Sizes

ROWS = 8
"""Actions shown at most; of more, the most preferred, and one row for all the others."""
FEW_ROWS = 4
WIDE = 24
"""In a panel of so many widths of a line of small type there is room for Q beside the probabilities."""


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
        """Return room for `ROWS` actions and the line that says who chose."""
        return (min(len(history.about.action_names), ROWS) + 1) * _row(sizes, line)

    def row(self, sizes: Sizes, line: int) -> int:
        """Return the height of an action."""
        return _row(sizes, line)

    def heading(self, history: History) -> Heading:
        """Say what the bars are, and how uncertain the brain is: its entropy, and that of pure chance."""
        decision = history.now.decision if history.now else None
        if decision is None:
            return quiet("actions")
        if decision.probabilities is not None:
            most = number(math.log(max(1, len(decision.probabilities))))
            return "probabilities", f"entropy {_nats(decision.entropy or 0.0)} of {most}", MUTED
        return quiet("Q-values" if decision.q_values is not None else "actions")

    def content(self, canvas: Canvas, history: History) -> None:
        """Draw the bars, and below them who chose."""
        decision, names = (history.now.decision if history.now else None), history.about.action_names
        row = _row(canvas.sizes, canvas.type.line(canvas.sizes.small))
        bars = bars_of(names, decision, max(1, canvas.height // row - 1))
        widest = max((canvas.type.width(bar.name, canvas.sizes.small) for bar in bars), default=0)
        label = min(widest, canvas.width * 3 // 5) + 2 * canvas.sizes.unit
        for place, bar in enumerate(bars):
            _draw_bar(canvas.inside(pygame.Rect(0, place * row, canvas.width, row)), bar, label)
        if decision is not None:
            _draw_chooser(canvas, decision, len(bars) * row)


@dataclass(frozen=True)
class Bar:
    """One row: an action, or all those that are not shown.

    Attributes:
        value: its probability, or its Q-value; None: the chooser has neither.
        is_share: whether it is a probability.
        length: in 0..1.
        q: its Q-value where `value` is a probability and there is one.
        chosen: the colour of its mark, None where it was not chosen.
    """

    name: str
    value: float | None
    length: float
    q: float | None = None
    chosen: Colour | None = None
    is_share: bool = False


def bars_of(names: Sequence[str], decision: Decision | None, rows: int) -> list[Bar]:
    """Return what to draw in `rows` rows."""
    preferences, lengths = _preferences(decision), _lengths(decision)
    crowded = len(names) > rows > 2
    shown = select(
        len(names), preferences, None if decision is None else decision.action, rows - bool(crowded)
    )
    bars = [_bar(names, decision, preferences, lengths, action) for action in shown]
    if crowded:
        rest = [n for n in range(min(len(names), len(preferences or ()))) if n not in shown]
        bars.append(_others(len(names) - len(shown), decision, [(preferences or ())[n] for n in rest]))
    return bars


def _bar(
    names: Sequence[str],
    decision: Decision | None,
    preferences: Sequence[float] | None,
    lengths: Sequence[float],
    action: int,
) -> Bar:
    known = preferences is not None and action < len(preferences)
    q = decision.q_values if decision is not None and decision.probabilities is not None else None
    return Bar(
        names[action],
        preferences[action] if preferences is not None and known else None,
        lengths[action] if known else 0.0,
        None if q is None or action >= len(q) else q[action],
        _colour(decision) if decision is not None and action == decision.action else None,
        decision is not None and decision.probabilities is not None,
    )


def _others(count: int, decision: Decision | None, rest: Sequence[float]) -> Bar:
    """Return the row of all the others: what their probabilities add up to, or the best of their Q-values."""
    if decision is None or not rest:
        return Bar(f"{count} others", None, 0.0)
    if decision.probabilities is not None:
        return Bar(f"{count} others", sum(rest), min(1.0, max(0.0, sum(rest))), is_share=True)
    return Bar(f"{count} others, at most", max(rest), 0.0)


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
    values = [drawable(q) for q in values]
    finite = [q for q in values if math.isfinite(q)]
    low, spread = min(finite, default=0.0), max(finite, default=0.0) - min(finite, default=0.0)
    return [
        0.0 if not math.isfinite(q) else 0.05 + 0.95 * (q - low) / spread if spread > 0 else 1.0
        for q in values
    ]


def share(value: float) -> str:
    """Write a probability."""
    return f"{value:.3f}" if value >= 0.0005 or value <= 0 else "< 0.001"


def _nats(entropy: float) -> str:
    """Write an entropy; beside that of chance, less than a thousandth is nothing to be told apart."""
    return number(entropy) if entropy >= 0.001 or entropy <= 0 else "< 0.001"


def _colour(decision: Decision) -> Colour:
    if decision.by == PERSON:
        return YELLOW
    return PURPLE if decision.explored else ORANGE


def _draw_bar(canvas: Canvas, bar: Bar, label: int) -> None:
    unit, high, chosen = canvas.sizes.unit, canvas.type.line(canvas.sizes.small), bar.chosen
    if chosen:
        middle = high // 2
        points = ((0, middle - unit // 2), (0, middle + unit // 2), (unit * 3 // 4, middle))
        pygame.draw.polygon(canvas.surface, chosen, points)
    canvas.text(bar.name, unit + unit // 2, 0, colour=chosen or MUTED, width=label - 2 * unit)
    if bar.value is None:
        return
    digits, right = canvas.type.width("-0.0000", canvas.sizes.small), canvas.width
    if bar.q is not None and canvas.width >= WIDE * high:
        words = f"Q {number(bar.q)}"
        canvas.text(words, right, 0, colour=MUTED, align="right")
        right -= canvas.type.width("Q ", canvas.sizes.small) + digits + unit
    words = share(bar.value) if bar.is_share else number(bar.value)
    canvas.text(words, right, 0, colour=TEXT if chosen else MUTED, align="right", width=digits)
    room = pygame.Rect(label, high // 5, right - digits - unit - label, high * 3 // 5)
    if room.w > 0:
        canvas.box(room, RAISED, radius=2)
        filled = pygame.Rect(room.topleft, (max(1, int(room.w * bar.length)), room.h))
        canvas.box(filled, chosen or SKY, radius=2)


def _draw_chooser(canvas: Canvas, decision: Decision, top: int) -> None:
    unit, human = canvas.sizes.unit, decision.by == PERSON
    if top + canvas.type.line(canvas.sizes.small) > canvas.height:
        return
    who, exploration = _in_one_line(canvas, decision)
    room = canvas.width * 3 // 5 if exploration or decision.explored else canvas.width
    x = canvas.text(who, 0, top, colour=YELLOW if human else MUTED, width=room).right
    if decision.explored:
        canvas.text("explored", x + unit, top, colour=PURPLE)
    if exploration:
        canvas.text(exploration, canvas.width, top, colour=MUTED, align="right")


def _in_one_line(canvas: Canvas, decision: Decision) -> tuple[str, str]:
    """Return who chose and how much it explores; in a narrow panel in short, or only who."""
    who = "you" if decision.by == PERSON else decision.by or "the brain"
    if decision.exploration is None:
        return f"chosen by {who}", ""
    amount, size = number(decision.exploration), canvas.sizes.small
    room = canvas.width - canvas.sizes.unit
    if decision.explored:
        room -= canvas.sizes.unit + canvas.type.width("explored", size)
    for said, name in (("chosen by", "exploration"), ("chosen by", "expl."), ("by", "expl.")):
        words = f"{said} {who}", f"{name} {amount}"
        if sum(canvas.type.width(part, size) for part in words) <= room:
            return words
    return f"chosen by {who}", ""
