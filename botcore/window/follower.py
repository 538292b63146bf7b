"""A Scene that shows a replay: its panels hold the Moment under the cursor, whatever jump led there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from botcore.errors import BotplayError
from botcore.ledger import Ledger
from botcore.totals import NOTHING, total
from botcore.window.history import SPAN, UPDATES, Past, has_curve
from botcore.window.scene import Scene

if TYPE_CHECKING:
    from botcore.about import SceneAbout
    from botcore.contracts.moment import Moment
    from botcore.replay.reader import Replay
    from botcore.replay.steps import Line

EVERY = 1000
"""Moments from one kept ledger to the next."""
NEAR = 64
"""Moments that are added one by one; over a wider gap the panels are made anew, which costs about as much."""


class Follower:
    """Brings a scene to a frame of a replay.

    Attributes:
        picture: of that frame, None where there is none.
    """

    def __init__(self, replay: Replay, scene: Scene, on_problem: Callable[[str], None]) -> None:
        """Show nothing yet; `on_problem` is told in one line what is damaged."""
        self._replay, self._scene, self._on_problem = replay, scene, on_problem
        self._pasts = Pasts.of(replay.lines, scene.about)
        scene.expect(line.moment for line in replay.lines)
        self._shown = -1
        self.picture: NDArray[np.uint8] | None = None

    def show(self, frame: int) -> None:
        """Bring picture and panels to a frame."""
        index = self._replay.step_at(frame)
        if index != self._shown:
            self._follow(index)
        if self._replay.header.picture is not None:
            self.picture = self.picture_at(frame, self.picture)

    def picture_at(self, frame: int, otherwise: NDArray[np.uint8] | None = None) -> NDArray[np.uint8] | None:
        """Return the picture of a frame; where the video is damaged `otherwise`, and say so."""
        try:
            return self._replay.picture(frame)
        except BotplayError as error:
            self._on_problem(str(error))
            return otherwise

    def _follow(self, index: int) -> None:
        """Let the panels hold the Moment at `index`: near ones are added, after a jump all are made anew."""
        lines, moment = self._replay.lines, self._moment(index)
        if 0 <= self._shown < index <= self._shown + NEAR:
            for line in lines[self._shown + 1 : index]:
                self._scene.update(line.moment)
            self._scene.update(moment)
        else:
            start = max(0, index - SPAN + 1)
            earlier = (line.moment for line in lines[start:index])
            self._scene.rebuild([*earlier, moment], self._pasts.before(start))
        self._shown = index

    def _moment(self, index: int) -> Moment:
        """Return a Moment with what the eyes saw; where a video is damaged, without."""
        try:
            return self._replay.seen(index)
        except BotplayError as error:
            self._on_problem(str(error))
            return self._replay.lines[index].moment


@dataclass(frozen=True)
class Pasts:
    """What V predicted and what came of it, what the game counted, and the figures of learning.

    It may have begun long before the Moments that panels remember, and a jump has no time to add it up.

    Attributes:
        kept: ledger and totals before Moment 0, `EVERY`, twice `EVERY` and so on.
        figures: of each learning metric, with the Moment they were told in.
    """

    lines: Sequence[Line]
    counts: Sequence[str]
    kept: Sequence[tuple[Ledger, dict[str, float]]]
    figures: Mapping[str, Sequence[tuple[int, float]]]

    @staticmethod
    def of(lines: Sequence[Line], about: SceneAbout) -> Pasts:
        """Go through a replay once."""
        kept, totals = list[tuple[Ledger, dict[str, float]]](), dict(NOTHING)
        ledger, figures = Ledger(about.measures, about.brain), dict[str, list[tuple[int, float]]]()
        for index, line in enumerate(lines):
            if index % EVERY == 0:
                kept.append((copy(ledger), totals))
            ledger.add(line.moment)
            totals = total(totals, line.moment, about.counts)
            for name, figure in line.moment.learning.items():
                if has_curve(name, figures):
                    figures.setdefault(name, []).append((index, figure))
        return Pasts(lines, about.counts, kept, figures)

    def before(self, index: int) -> Past:
        """Return the state before a Moment, to be gone on with."""
        kept, totals = self.kept[index // EVERY]
        ledger = copy(kept)
        for line in self.lines[index - index % EVERY : index]:
            ledger.add(line.moment)
            totals = total(totals, line.moment, self.counts)
        ends = {name: bisect_left(told, index, key=itemgetter(0)) for name, told in self.figures.items()}
        metrics = {
            name: [figure for _, figure in self.figures[name][max(0, end - UPDATES) : end]]
            for name, end in ends.items()
            if end
        }
        return Past(ledger, totals, metrics)
