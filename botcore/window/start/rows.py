"""A list on the screen: where its cursor is, what is scrolled into view. Knows no pygame."""

from __future__ import annotations


class Rows:
    """A cursor and a scroll position over a number of rows.

    Attributes:
        count: how many rows there are.
        cursor: the chosen row; 0 in an empty list.
        top: the first row in view.
    """

    def __init__(self, count: int = 0) -> None:
        """Begin at the first row."""
        self.count, self.cursor, self.top = count, 0, 0
        self._follow = True

    def resize(self, count: int) -> None:
        """Take in that there are more or fewer rows now."""
        self.count = count
        self.move_to(self.cursor)

    def move_to(self, row: int) -> None:
        """Put the cursor on a row, or on the nearest one there is, and let the view follow."""
        self.cursor = min(max(0, row), max(0, self.count - 1))
        self._follow = True

    def move(self, by: int) -> None:
        """Move the cursor."""
        self.move_to(self.cursor + by)

    def scroll(self, by: int) -> None:
        """Move the view and leave the cursor where it is."""
        self.top += by
        self._follow = False

    def view(self, room: int) -> range:
        """Return the rows to draw where there is room for so many; the view is brought into bounds."""
        room = max(1, room)
        if self._follow:
            self.top = min(max(self.top, self.cursor - room + 1), self.cursor)
        self.top = min(max(0, self.top), max(0, self.count - room))
        return range(self.top, min(self.count, self.top + room))
