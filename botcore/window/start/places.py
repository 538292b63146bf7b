"""Where everything on the start screen lies, for any size of the window: drawn there and clicked there."""

from __future__ import annotations

from dataclasses import dataclass

import pygame

from botcore.window.theme import Sizes, Typeface

GAMES, BRAINS, REPLAYS = range(3)
COLUMNS = (GAMES, BRAINS, REPLAYS)
SHARES = (0.30, 0.38, 0.32)
NARROW = 48
"""With less width than so many lines of small type are high there is room for one column only."""


@dataclass(frozen=True)
class Places:
    """Rectangles in pixels of the window.

    Attributes:
        header: the program's name.
        heads: the headings of the columns, by column; empty where the column is not shown.
        lists: the rows below each, likewise.
        pitch: from one row to the next, by column.
        gap: between two rows.
        bar: the line at the bottom.
    """

    header: pygame.Rect
    heads: tuple[pygame.Rect, ...]
    lists: tuple[pygame.Rect, ...]
    pitch: tuple[int, ...]
    gap: int
    bar: pygame.Rect

    def room(self, column: int) -> int:
        """Return how many whole rows are in view."""
        return max(1, (self.lists[column].h + self.gap) // self.pitch[column])

    def row(self, column: int, place: int) -> pygame.Rect:
        """Return the rectangle of the row in the `place`-th line of the view."""
        area = self.lists[column]
        row = pygame.Rect(area.x, area.y + place * self.pitch[column], area.w, self.pitch[column] - self.gap)
        return row.clip(area)

    def at(self, position: tuple[int, int]) -> tuple[int, int] | None:
        """Return the column under a point and the line of its view, None beside them.

        Above the rows, at a heading, and in a gap the line is -1.
        """
        for column in COLUMNS:
            if self.heads[column].collidepoint(position):
                return column, -1
            if self.lists[column].collidepoint(position):
                place, inside = divmod(position[1] - self.lists[column].y, self.pitch[column])
                hit = inside < self.pitch[column] - self.gap and place < self.room(column)
                return column, place if hit else -1
        return None


def arrange(size: tuple[int, int], sizes: Sizes, typeface: Typeface, focus: int) -> Places:
    """Lay out a window of `size`; where it is narrow only the column in `focus` is shown."""
    width, height = size
    unit, line, name = sizes.unit, typeface.line(sizes.small), typeface.line(sizes.body)
    bar = pygame.Rect(0, height - line - unit, width, line + unit)
    header = pygame.Rect(2 * unit, unit, width - 4 * unit, typeface.line(sizes.large) + unit)
    top, head = header.bottom + unit, name + line + unit
    first = top + head + unit
    area = pygame.Rect(2 * unit, first, width - 4 * unit, max(1, bar.y - unit - first))
    frame = 2 * unit + 2 * max(2, unit // 4)
    pitch = (name + 5 * line + frame, name + 3 * line + frame, name + 2 * line + frame)
    gutter = 2 * unit
    if area.w < NARROW * line:
        shown = {focus: pygame.Rect(area)}
    else:
        left, shown = area.x, {}
        for column, share in zip(COLUMNS, SHARES, strict=True):
            wide = int((area.w - gutter * (len(COLUMNS) - 1)) * share)
            shown[column] = pygame.Rect(left, area.y, wide, area.h)
            left += wide + gutter
    nowhere = pygame.Rect(0, 0, 0, 0)
    lists = tuple(shown.get(column, nowhere) for column in COLUMNS)
    heads = tuple(pygame.Rect(r.x, top, r.w, head) if r.w else nowhere for r in lists)
    return Places(header, heads, lists, pitch, unit, bar)
