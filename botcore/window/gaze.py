"""Where the brain looks, as a veil over the picture: computed only when there is time for it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pygame
from numpy.typing import NDArray

from botcore.contracts.learner import Of
from botcore.window.theme import SKY

Ask = Callable[[Of], NDArray[np.float32] | None]
"""Asks the brain for a map `[H, W]`; None: it cannot tell."""

NEXT: dict[Of | None, Of | None] = {None: "action", "action": "value", "value": None}
MARGIN = 1.25
"""A map is begun only if there is so many times as long left as the last one took."""
LONGEST = 1_000_000_000
"""Nanoseconds without a map after which one is made without time for it: it takes a hundredth."""
OLDEST = 8
"""Moments after which a map is too old to be shown."""
OPAQUE = 200
"""Of 255, where the brain looks most."""


class Gaze:
    """Keeps the latest map.

    Attributes:
        of: what the map is about; None: nothing is asked.
        map: `[H, W]` in 0..1, None where there is none to show.
    """

    def __init__(self) -> None:
        """Ask nothing."""
        self.of: Of | None = None
        self.map: NDArray[np.float32] | None = None
        self._age, self._cost, self._when = 0, 0, 0

    def cycle(self, ask: Ask) -> bool:
        """Go on to the next question, or to none; False: this brain cannot tell, and nothing is asked."""
        self.of = NEXT[self.of]
        self.forget()
        if self.of is not None and not self._look(ask):
            self.of = None
            return False
        return True

    def forget(self) -> None:
        """Show no map until there is a new one."""
        self.map, self._age = None, 0

    def moved(self) -> None:
        """Say that the brain has received something new."""
        self._age += 1
        if self._age > OLDEST:
            self.map = None

    def look(self, ask: Ask, left: int, clock: Callable[[], int]) -> bool:
        """Ask for a map if there is something new and time enough; return whether there is a new one.

        Args:
            ask: asks the brain.
            left: for how many nanoseconds nothing else is due.
            clock: tells the time in nanoseconds.
        """
        if self.of is None or (self.map is not None and self._age == 0):
            return False
        before = clock()
        if self._cost * MARGIN > left and before - self._when < LONGEST:
            return False
        found = self._look(ask)
        self._when = clock()
        self._cost = self._when - before
        if not found:
            self.of = None
        return found

    def _look(self, ask: Ask) -> bool:
        found = None if self.of is None else ask(self.of)
        if found is None:
            return False
        known = np.nan_to_num(found, posinf=0.0, neginf=0.0)
        self.map, self._age = known / (known.max(initial=0.0) or np.float32(1)), 0
        return True


def draw_veil(target: pygame.Surface, weights: NDArray[np.float32]) -> None:
    """Draw a map `[H, W]` in 0..1 over a whole surface: one hue, the more opaque the larger the weight."""
    height, width = weights.shape
    veil = np.empty((height, width, 4), np.uint8)
    veil[..., :3] = SKY
    veil[..., 3] = weights.clip(0, 1) * OPAQUE
    small = pygame.image.frombuffer(veil.tobytes(), (width, height), "RGBA")
    target.blit(pygame.transform.smoothscale(small, target.get_size()), (0, 0))
