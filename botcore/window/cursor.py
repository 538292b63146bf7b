"""Where a replay stands: one cursor on the game's own frames. Knows no pygame and no files."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence


class Cursor:
    """A position among the frames of an episode.

    Moment `i` covers the frames after Moment `i - 1` up to its own.

    Attributes:
        frame: where we are, from 0 to the last Moment's frame.
        loop: first and last frame of what is played again and again; the last is None while only the
            beginning is set; None: no loop.
    """

    def __init__(self, frames: Sequence[int]) -> None:
        """Stand at the beginning; `frames` are the Moments' own frames, in order."""
        self._frames = frames
        self.frame = frames[0]
        self.loop: tuple[int, int | None] | None = None

    @property
    def index(self) -> int:
        """The Moment that covers the frame."""
        return min(bisect_left(self._frames, self.frame), len(self._frames) - 1)

    @property
    def at_end(self) -> bool:
        """Whether there is nothing further."""
        return self.frame >= self._frames[-1]

    def forward(self) -> bool:
        """Go on by one frame, from a loop's last one to its first; False at the end."""
        if self.loop is not None and self.frame == self.loop[1]:
            self.frame = self.loop[0]
            return True
        if self.at_end:
            return False
        self.frame += 1
        return True

    def step(self, moments: int) -> None:
        """Go by whole Moments, to the last frame of the one reached."""
        index = min(max(0, self.index + moments), len(self._frames) - 1)
        self.frame = self._frames[index]

    def seek(self, frame: int) -> None:
        """Go to a frame, or to the nearest end."""
        self.frame = min(max(self._frames[0], frame), self._frames[-1])

    def mark(self) -> None:
        """Set a loop's beginning here, then its end (whichever comes first begins it), then have none."""
        match self.loop:
            case None:
                self.loop = (self.frame, None)
            case (begin, None) if begin != self.frame:
                self.loop = (min(begin, self.frame), max(begin, self.frame))
            case _:
                self.loop = None


def next_after(places: Sequence[int], frame: int) -> int | None:
    """Return the first of ascending `places` after a frame, None if there is none."""
    found = bisect_right(places, frame)
    return places[found] if found < len(places) else None


def last_before(places: Sequence[int], frame: int) -> int | None:
    """Return the last of ascending `places` before a frame, None if there is none."""
    found = bisect_left(places, frame)
    return places[found - 1] if found else None
