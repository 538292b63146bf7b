"""What the panels draw: the last Moments as plain numbers, bounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from botcore.about import SceneAbout
from botcore.contracts.moment import Moment
from botcore.ledger import Ledger, Tick
from botcore.totals import total

SPAN = 300
"""Moments that are remembered: about twenty seconds of Breakout and half a minute of Doom."""
UPDATES = 300
"""Updates of the learner that are remembered, per metric."""
METRICS = 8
CELLS = 64
"""Memory cells that are kept for the strip; of more, evenly spaced ones."""


@dataclass(frozen=True)
class Past:
    """What panels tell that may have begun before the Moments they remember.

    Attributes:
        ledger: what V predicted against what came, to be gone on with.
        totals: what the game counted.
        metrics: the latest values of each learning metric, oldest first.
    """

    ledger: Ledger
    totals: Mapping[str, float] = field(default_factory=dict)
    metrics: Mapping[str, Sequence[float]] = field(default_factory=dict)


class History:
    """The last `SPAN` Moments.

    Attributes:
        about: who plays what.
        now: the latest Moment, None before the first.
        ticks: value, reward and life losses, oldest first.
        ledger: what V predicted against what came.
        totals: what the game counts, added up over the episode so far.
        best: the best score of an episode that ended, None before one did. What still runs does not count:
            where every step costs a point, the beginning of an episode always looks best.
        metrics: the latest values of each learning metric, oldest first.
        cells: how many memory cells the brain has (0: no memory).
        remembers: whether who decided last has a memory.
    """

    def __init__(self, about: SceneAbout, past: Past | None = None) -> None:
        """Start empty, or with what is known of the time before."""
        past = past or Past(Ledger(about.measures, about.brain))
        self.about = about
        self.now: Moment | None = None
        self.ticks: deque[Tick] = deque(maxlen=SPAN)
        self.ledger, self.totals = past.ledger, dict(past.totals)
        self.best: float | None = None
        self.metrics = {name: deque(told, UPDATES) for name, told in past.metrics.items()}
        self.remembers = False
        self._forget()

    def update(self, moment: Moment) -> None:
        """Take in the next Moment."""
        self.now = moment
        self.ticks.append(self.ledger.add(moment))
        self.totals = total(self.totals, moment, self.about.counts)
        if moment.last:
            self.best = moment.score if self.best is None else max(moment.score, self.best)
        for name, figure in moment.learning.items():
            if has_curve(name, self.metrics):
                self.metrics.setdefault(name, deque(maxlen=UPDATES)).append(float(figure))
        if moment.decision is not None:
            self.remembers = moment.decision.memory is not None
        self._remember(None if moment.decision is None else moment.decision.memory)

    def _forget(self) -> None:
        """Have no memory to show."""
        self.cells = 0
        self._strip = np.zeros((0, SPAN), np.float32)  # a ring of columns
        self._columns = 0  # written so far

    def _remember(self, memory: NDArray[np.float32] | None) -> None:
        """Write the cells into the next column; zeros where there was a memory and is none now."""
        if memory is None:
            if self.cells:
                self._write(np.zeros(len(self._strip), np.float32))
            return
        flat = np.asarray(memory, np.float32).ravel()
        if len(flat) != self.cells:
            self.cells, self._columns = len(flat), 0
            self._strip = np.zeros((min(len(flat), CELLS), SPAN), np.float32)
        if self.cells > CELLS:
            flat = flat[np.linspace(0, self.cells - 1, CELLS).round().astype(int)]
        self._write(flat)

    def _write(self, column: NDArray[np.float32]) -> None:
        self._strip[:, self._columns % SPAN] = column
        self._columns += 1

    def follow(self, about: SceneAbout) -> None:
        """Go on with another brain, whose learning and memory are its own."""
        self.about = about
        self.ledger.follow(about.measures, about.brain)
        self.metrics = {}
        self._forget()

    def memory(self) -> NDArray[np.float32]:
        """Return the memory's activity over time, `[cells kept, moments]` in -1..1, oldest first."""
        if self._columns <= SPAN:
            return self._strip[:, : self._columns]
        oldest = self._columns % SPAN
        return np.concatenate([self._strip[:, oldest:], self._strip[:, :oldest]], axis=1)


def has_curve(name: str, metrics: Collection[str]) -> bool:
    """Whether a learning metric has a curve beside those of `metrics`, or gets one."""
    return name in metrics or len(metrics) < METRICS
