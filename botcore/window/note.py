"""Typing a line of text into the window. Knows no pygame but its codes of a few keys."""

from __future__ import annotations

import pygame

CURSOR = "|"


class Note:
    """A line that is being typed.

    Attributes:
        text: what there is so far.
        kept: True once Enter was pressed, False once Esc was, None while typing goes on.
    """

    def __init__(self, text: str, limit: int) -> None:
        """Begin with a text; it grows to at most `limit` characters."""
        self.text, self._limit = text, limit
        self.kept: bool | None = None

    def key(self, code: int) -> None:
        """Take in a key that types nothing."""
        if code in (pygame.K_RETURN, pygame.K_KP_ENTER):
            self.kept = True
        elif code == pygame.K_ESCAPE:
            self.kept = False
        elif code == pygame.K_BACKSPACE:
            self.text = self.text[:-1]

    def write(self, typed: str) -> None:
        """Take in what was typed, by however many keys: an accent and a letter, or a whole word."""
        self.text = (self.text + "".join(filter(str.isprintable, typed)))[: self._limit]

    def shown(self, room: int) -> str:
        """Return the text with a cursor; of a long one its end, in at most `room` characters."""
        cut = self.text if len(self.text) <= room else "…" + self.text[1 - room :]
        return cut + CURSOR
