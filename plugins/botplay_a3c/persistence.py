"""Exploration that stays with what it draws.

Where only long runs of one action lead to a reward, nobody who draws a new one at every step gets there: what
one step does the next undoes. `wandering.py` of `dqn` keeps its random actions for that (Dabney et al. 2021),
but a policy's gradient is one of its own actions. So here it is the policy's that are kept, for a number of
steps that is drawn too: decisions of different lengths, as in a semi-Markov decision process (Sutton, Precup
& Singh 1999). Only where an action was drawn does it tell of the policy; V learns from every step.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Persistence:
    """What N copies keep doing, and for how many steps yet."""

    def __init__(self) -> None:
        self.left = np.zeros(0, np.int64)  # [N]
        self.action = np.zeros(0, np.int64)  # [N]

    def keep(
        self,
        drawn: NDArray[np.int64],
        starts: NDArray[np.bool_],
        longest: int,
        generator: np.random.Generator,
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return what to do, and who decides on it now, `[N]` each.

        Who keeps nothing begins what was `drawn` `[N]`, for 1 to `longest` steps, each number as likely.
        Nothing is kept beyond an episode, whose `starts` `[N]` tell.
        """
        copies = len(drawn)
        if len(self.left) != copies:
            self.left, self.action = np.zeros(copies, np.int64), np.zeros(copies, np.int64)
        decides = starts | (self.left == 0)
        # Where nothing can be kept no random number is drawn for it.
        steps = generator.integers(1, longest + 1, copies) if longest > 1 else 1
        self.left = np.where(decides, steps, self.left) - 1
        self.action = np.where(decides, drawn, self.action)
        return self.action, decides

    def overrule(self, actions: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Take in what was done, `[N]`; return who did something else (a person), and so keeps nothing."""
        other = np.asarray(actions != self.action, np.bool_)
        self.left = np.where(other, 0, self.left)
        return other
