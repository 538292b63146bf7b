"""What the game itself tells at a step: the scalars of its `info`; some count this step, some the episode."""

from __future__ import annotations

from botcore.contracts.moment import Scalar
from botcore.window.canvas import Canvas, number
from botcore.window.history import History
from botcore.window.panels.panel import Heading, Panel, quiet
from botcore.window.theme import MUTED, Sizes

ELSEWHERE = frozenset({"lives", "health", "HEALTH"})
"""Shown by the score panel."""
FEW_ROWS, ROWS = 2, 6


class FactsPanel(Panel):
    """A table in two columns."""

    name = "facts"
    column = 1

    def wanted(self, history: History) -> bool:
        """Return whether the game tells anything."""
        return bool(_facts(history))

    def least(self, history: History, sizes: Sizes, line: int) -> int:
        """Return room for the first few."""
        return min(_rows(history), FEW_ROWS) * (line + 2)

    def most(self, history: History, sizes: Sizes, line: int) -> int:
        """Return room for all, within reason."""
        return min(_rows(history), ROWS) * (line + 2)

    def row(self, sizes: Sizes, line: int) -> int:
        """Return the height of a row of the table."""
        return line + 2

    def heading(self, history: History) -> Heading:
        """Name it."""
        return quiet("the game, at this step")

    def content(self, canvas: Canvas, history: History) -> None:
        """Draw as many as there is room for."""
        row = canvas.type.line(canvas.sizes.small) + 2
        gap = 2 * canvas.sizes.unit
        half = (canvas.width - gap) // 2
        shown = _facts(history)[: 2 * (canvas.height // row)]
        for place, (name, value) in enumerate(shown):
            left, top = (place % 2) * (half + gap), (place // 2) * row
            words = value if isinstance(value, str) else number(float(value))
            if isinstance(value, bool):
                words = "yes" if value else "no"
            taken = canvas.text(words, left + half, top, align="right", width=half // 2).w
            canvas.text(name.replace("_", " "), left, top, colour=MUTED, width=half - taken - gap // 2)


def _facts(history: History) -> list[tuple[str, Scalar]]:
    info = history.now.info if history.now else {}
    return [(name, value) for name, value in info.items() if name not in ELSEWHERE]


def _rows(history: History) -> int:
    return (len(_facts(history)) + 1) // 2
