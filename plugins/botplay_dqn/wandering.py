"""ε-greedy exploration that stays with what it tries (Dabney, Ostrovski & Barreto 2021, "Temporally-extended
ε-greedy exploration").

Drawing a new action at every step goes nowhere: what one step does the next undoes. So whoever begins to
explore keeps the action for k steps, with P(k) proportional to 1/k²: mostly one, and now and then very many.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EXPONENT = 2.0  # of the zeta distribution of the durations; the paper's


class Wandering:
    """Who of N copies explores, by which action, and for how long yet.

    With `longest` 1 every action is kept for one step: plain ε-greedy.
    """

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.left = np.zeros(0, np.int64)  # [N] steps
        self.action = np.zeros(0, np.int64)  # [N]

    def choose(
        self,
        greedy: NDArray[np.int64],
        starts: NDArray[np.bool_],
        epsilon: float,
        actions: int,
        generator: np.random.Generator,
    ) -> NDArray[np.int64]:
        """Return what to do, `[N]`: the best action `greedy`, or what is being tried.

        Who explores nothing begins to with probability `epsilon`, by any of the `actions`. Nothing goes on
        beyond an episode, whose `starts` `[N]` tell.
        """
        copies = len(greedy)
        if len(self.left) != copies:
            self.left, self.action = np.zeros(copies, np.int64), np.zeros(copies, np.int64)
        begins = (generator.random(copies) < epsilon) & ((self.left == 0) | starts)
        drawn = generator.integers(actions, size=copies)
        kept = np.minimum(generator.zipf(EXPONENT, copies), self.longest) if self.longest > 1 else 1
        self.left = np.where(begins, kept, np.where(starts, 0, self.left))
        self.action = np.where(begins, drawn, self.action)
        wanders = self.left > 0
        self.left = self.left - wanders
        return np.where(wanders, self.action, greedy)
