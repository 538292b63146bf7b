"""The help overlay: every key and what it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pygame

from botcore.window.canvas import Canvas
from botcore.window.theme import BACKGROUND, MUTED, ORANGE, RULE, SURFACE, TEXT

KeyHelp = tuple[str, str]
"""The key's name, and what it does."""
CLOSES, LARGER = "any key closes this", "a larger window shows all"
MOST_COLUMNS = 3
Row = tuple[str, Sequence[str]]
"""A key's name, and the lines that say what it does."""


@dataclass(frozen=True)
class _Table:
    """The keys as they are laid out.

    Attributes:
        size: of the type.
        names: the width of the keys' names.
        column: the width of a column.
        columns: what stands in each of them.
    """

    size: int
    names: int
    column: int
    columns: Sequence[Sequence[Row]]

    @property
    def lines(self) -> int:
        """Lines of the longest column."""
        return max(sum(len(words) for _, words in column) for column in self.columns)


def draw_help(canvas: Canvas, keys: Sequence[KeyHelp]) -> None:
    """Cover the canvas and draw a table of keys in as many columns as are needed."""
    canvas.surface.fill(BACKGROUND)
    sizes = canvas.sizes
    table, head = _table(canvas, keys), _head(canvas)
    box = pygame.Rect(0, 0, len(table.columns) * table.column + 2 * sizes.unit, _height(canvas, table))
    box = box.clip(canvas.surface.get_rect())
    box.center = canvas.surface.get_rect().center
    canvas.box(box, SURFACE, radius=sizes.unit)
    panel = canvas.inside(box)
    left = panel.text("Keys", 2 * sizes.unit, sizes.unit, size=sizes.body, colour=TEXT).right
    right, words = panel.width - 2 * sizes.unit, CLOSES if _fits(canvas, table) else LARGER
    room = right - left - 2 * sizes.unit
    panel.text(words, right, sizes.unit, colour=MUTED, align="right", width=max(1, room))
    panel.line((2 * sizes.unit, head - sizes.unit), (panel.width - 2 * sizes.unit, head - sizes.unit), RULE)
    _draw_table(panel, table)


def _draw_table(panel: Canvas, table: _Table) -> None:
    unit, row = panel.sizes.unit, _row(panel, table.size)
    width = table.column - table.names - 3 * unit
    for place, column in enumerate(table.columns):
        left, top = 2 * unit + place * table.column, _head(panel)
        for name, lines in column:
            panel.text(name, left, top, size=table.size, colour=ORANGE, width=table.names)
            for words in lines:
                panel.text(words, left + table.names + 2 * unit, top, size=table.size, width=width)
                top += row


def _head(canvas: Canvas) -> int:
    return canvas.type.line(canvas.sizes.body) + 3 * canvas.sizes.unit


def _row(canvas: Canvas, size: int) -> int:
    return canvas.type.line(size) + canvas.sizes.unit // 2


def _height(canvas: Canvas, table: _Table) -> int:
    return _head(canvas) + table.lines * _row(canvas, table.size) + 2 * canvas.sizes.unit


def _table(canvas: Canvas, keys: Sequence[KeyHelp]) -> _Table:
    """Lay out a line for each key; where the window has no room for that, break the lines."""
    table = _whole(canvas, keys)
    wide = len(table.columns) * table.column + 2 * canvas.sizes.unit
    if wide <= canvas.width and _fits(canvas, table):
        return table
    broken = [_broken(canvas, keys, count) for count in range(1, MOST_COLUMNS + 1)]
    fitting = (one for one in broken if _fits(canvas, one))
    # A column that is mostly names tells nothing.
    readable = [one for one in broken if one.column >= 2 * one.names] or broken[:1]
    return next(fitting, min(readable, key=lambda one: one.lines))


def _fits(canvas: Canvas, table: _Table) -> bool:
    return _height(canvas, table) <= canvas.height


def _whole(canvas: Canvas, keys: Sequence[KeyHelp]) -> _Table:
    sizes, width = canvas.sizes, canvas.type.width
    size = sizes.body
    if canvas.type.line(size) * (len(keys) + 4) >= canvas.height * 2:
        size = sizes.small
    names = max(width(name, size) for name, _ in keys)
    column = names + max(width(label, size) for _, label in keys) + 5 * sizes.unit
    rows = max(1, (canvas.height - _head(canvas) - 6 * sizes.unit) // _row(canvas, size))
    count = min(-(-len(keys) // rows), max(1, (canvas.width - 4 * sizes.unit) // column))
    return _Table(size, names, column, _spread([(name, (label,)) for name, label in keys], count))


def _broken(canvas: Canvas, keys: Sequence[KeyHelp], count: int) -> _Table:
    """Lay the keys out in `count` columns over the whole width."""
    size, unit = canvas.sizes.small, canvas.sizes.unit
    names = max(canvas.type.width(name, size) for name, _ in keys)
    column = (canvas.width - 2 * unit) // count
    rows = [(name, _lines(canvas, label, size, column - names - 3 * unit)) for name, label in keys]
    return _Table(size, names, column, _spread(rows, count))


def _lines(canvas: Canvas, text: str, size: int, width: int) -> Sequence[str]:
    """Break a text between words."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if lines[-1] and canvas.type.width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _spread(rows: Sequence[Row], count: int) -> Sequence[Sequence[Row]]:
    """Put rows into at most `count` columns that are as low as they can be."""
    high = -(-sum(len(lines) for _, lines in rows) // count)
    while len(columns := _columns(rows, high)) > count:
        high += 1
    return columns


def _columns(rows: Sequence[Row], high: int) -> Sequence[Sequence[Row]]:
    """Fill columns one after the other with `high` lines each, or with one row that has more."""
    columns: list[list[Row]] = []
    left = 0
    for row in rows:
        if not columns or left < len(row[1]):
            columns.append([])
            left = high
        columns[-1].append(row)
        left -= len(row[1])
    return columns
