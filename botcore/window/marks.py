"""What there is to jump to in a replay: rewards, lost lives, and where the brain was most surprised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from botcore.replay.notable import lost_lives, most, surprise
from botcore.window.timeline import Timeline

if TYPE_CHECKING:
    from botcore.replay.format import About
    from botcore.replay.steps import Line

BINS = 1024
"""Points of the curve of surprise, over the whole replay."""
APART = 2.0
"""Seconds between two surprises, at least."""
SECONDS_A_SURPRISE = 10.0
"""There is at most one for so many seconds of the replay, on average,"""
FEWEST, MOST = 8, 200
"""but so many in a short one, and no more than so many in a long one."""
NOTABLE = 90.0
"""The percentile of surprise that one must exceed."""
_SOFT = np.array([0.25, 0.5, 0.25])


@dataclass(frozen=True, eq=False)
class Marks:
    """Frames of a replay, ascending.

    Attributes:
        last: the replay's last frame.
        gains: at which there was a positive reward.
        losses: at which there was a negative one.
        deaths: at which a life was lost.
        surprises: at which the brain's prediction was most wrong.
        curve: how wrong it was over time, `[BINS]` in 0..1 from the first frame to the last; all 0 where the
            brain predicts nothing.
    """

    last: int
    gains: tuple[int, ...]
    losses: tuple[int, ...]
    deaths: tuple[int, ...]
    surprises: tuple[int, ...]
    curve: NDArray[np.float64]

    @property
    def rewards(self) -> tuple[int, ...]:
        """Gains and losses."""
        return tuple(sorted({*self.gains, *self.losses}))

    def timeline(
        self,
        fps: float,
        *,
        bookmarks: Sequence[int] = (),
        loop: tuple[int, int | None] | None = None,
        parting: int | None = None,
    ) -> Timeline:
        """Return the time line that shows them."""
        return Timeline(
            last=self.last,
            fps=fps,
            gains=self.gains,
            losses=self.losses,
            deaths=self.deaths,
            curve=self.curve,
            bookmarks=bookmarks,
            loop=loop,
            parting=parting,
        )


def marks_of(lines: Sequence[Line], about: About) -> Marks:
    """Find everything worth a jump.

    Surprise is the TD error in what the learner is fed (`botcore.replay.notable.surprise`). Recordings that
    do not say what it was fed are measured in the game's own rewards, in which an error may look larger or
    smaller than it was.
    """
    moments = [line.moment for line in lines]
    frames = [moment.frame for moment in moments]
    strength = surprise(moments, about)
    seconds = frames[-1] / about.fps
    apart = max(1, round(APART * len(moments) / max(APART, seconds)))
    count = round(min(MOST, max(FEWEST, seconds / SECONDS_A_SURPRISE)))
    notable = np.where(strength > np.percentile(strength, NOTABLE), strength, 0.0)
    found = most(notable, count, apart)
    # The usual surprise is drawn at full height: one huge error must not flatten all others.
    full = float(np.percentile(strength[found], 50, method="lower")) if found else 0.0
    return Marks(
        last=frames[-1],
        gains=tuple(m.frame for m in moments if m.reward > 0),
        losses=tuple(m.frame for m in moments if m.reward < 0),
        deaths=tuple(frames[index] for index in lost_lives(moments)),
        surprises=tuple(frames[index] for index in found),
        curve=profile(frames, strength, full),
    )


def profile(frames: Sequence[int], strength: NDArray[np.float64], full: float) -> NDArray[np.float64]:
    """Return the largest strength in each of `BINS` equal parts of the time, softened, `[BINS]` in 0..1.

    Args:
        full: the strength that is 1; 0: the curve is flat.
    """
    if full <= 0.0:
        return np.zeros(BINS)
    places = np.asarray(frames, np.float64)
    span = max(1.0, places[-1] - places[0])
    bins = np.minimum((places - places[0]) / span * BINS, BINS - 1).astype(np.int64)
    peaks = np.zeros(BINS)
    np.maximum.at(peaks, bins, np.minimum(strength / full, 1.0))
    taken = np.unique(bins)
    # Of a short replay most parts hold no Moment: what lies between two Moments is between them.
    peaks = np.interp(np.arange(BINS), taken, peaks[taken])
    # Widened before it is softened, so that a lonely peak keeps its height.
    edged = np.pad(peaks, 2, mode="edge")
    wide = np.maximum(np.maximum(edged[:-2], edged[1:-1]), edged[2:])
    soft: NDArray[np.float64] = np.convolve(wide, _SOFT, mode="valid")
    return np.clip(soft, 0.0, 1.0)
