"""A memory that is cleared now and then where nothing has come of what was done for a while.

Without sticky actions Breakout goes round in circles: the ball meets the same spot of the bat at the same
moment for ever, and the surer a policy is of each press, the less its own chance leads out. A random press
would, but costs a ball where it comes at a bad moment. A policy without its past acts a little differently
for some steps, and each of its presses still makes sense.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Forgetting:
    """Who of N copies has waited in vain, and forgets.

    Attributes:
        after: steps in a row without a reward above 0 before anybody forgets; 0: nobody ever does.
        chance: the probability of it in each step from then on.
        waited: `[N]` steps without such a reward.
    """

    def __init__(self, after: int, chance: float) -> None:
        self.after, self.chance = after, chance
        self.waited = np.zeros(0, np.int64)

    def clear(self, starts: NDArray[np.bool_], generator: np.random.Generator) -> NDArray[np.bool_]:
        """Return whose memory is to be cleared, `[N]`: where an episode `starts`, and who forgets."""
        if not self.after:
            return starts
        if len(self.waited) != len(starts):
            self.waited = np.zeros(len(starts), np.int64)
        self.waited = np.where(starts, 0, self.waited)
        return starts | ((generator.random(len(starts)) < self.chance) & (self.waited >= self.after))

    def hear(self, reward: NDArray[np.floating]) -> None:
        """Take in what the last step paid, `[N]`."""
        if len(self.waited) == len(reward):
            self.waited = np.where(reward > 0, 0, self.waited + 1)
