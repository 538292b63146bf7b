"""Where a replay stands: one cursor on the game's own frames. Knows no pygame and no files."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


class Cursor:
    """A position among the frames of an episode.

    Moment `i` covers the frames after Moment `i - 1` up to its own.

    Attributes:
        frame: where we are, from 0 to the last Moment's frame.
    """

    def __init__(self, frames: Sequence[int]) -> None:
        """Stand at the begin; `frames` are the Moments' own frames, in order."""
        self._frames = frames
        self.frame = frames[0]

    @property
    def index(self) -> int:
        """The Moment that covers the frame."""
        return min(bisect_left(self._frames, self.frame), len(self._frames) - 1)

    @property
    def at_end(self) -> bool:
        """Whether there is nothing further."""
        return self.frame >= self._frames[-1]

    def forward(self) -> bool:
        """Go on by one frame; False at the end."""
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
