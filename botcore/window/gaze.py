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
FRESH, GONE = 0.5, 1.0
"""Seconds of the game for which a map is shown as it is, and after which it has faded away: what it was made
for has moved on, and it would lie over places where there is nothing by now."""
OPAQUE = 200
"""Of 255, where the brain looks most."""


class Gaze:
    """Keeps the latest map.

    Attributes:
        of: what the map is about; None: nothing is asked.
        ready: whether there has been a map; the first one takes long, as torch gets ready for it.
    """

    def __init__(self) -> None:
        """Ask nothing."""
        self.of: Of | None = None
        self.ready = False
        self._map: NDArray[np.float32] | None = None
        self._age, self._cost, self._when, self._due = 0.0, 0, 0, False

    @property
    def shown(self) -> NDArray[np.float32] | None:
        """The map `[H, W]` in 0..1, the fainter the older it is; None where there is none to show."""
        if self._map is None or self._age <= FRESH:
            return self._map
        return self._map * np.float32((GONE - self._age) / (GONE - FRESH))

    def cycle(self) -> None:
        """Go on to the next question, which is asked as soon as the window is drawn, or to none."""
        self.of = NEXT[self.of]
        self._due = self.of is not None
        self.forget()

    def forget(self) -> None:
        """Show no map until there is a new one."""
        self._map, self._age = None, 0.0

    def moved(self, seconds: float) -> None:
        """Say that the brain has received something new, so many seconds of the game later."""
        self._age += seconds
        if self._age >= GONE:
            self._map = None

    def look(self, ask: Ask, left: int, clock: Callable[[], int]) -> bool:
        """Ask for a map if there is something new and time enough; return whether there is a new one.

        A brain that cannot tell is asked nothing more.

        Args:
            ask: asks the brain.
            left: for how many nanoseconds nothing else is due.
            clock: tells the time in nanoseconds.
        """
        if self.of is None or (self._map is not None and self._age == 0):
            return False
        before = clock()
        if not self._due and self._cost * MARGIN > left and before - self._when < LONGEST:
            return False
        found = self._look(ask)
        self._when, self._due = clock(), False
        self._cost = self._when - before
        if not found:
            self.of = None
        return found

    def _look(self, ask: Ask) -> bool:
        found = None if self.of is None else ask(self.of)
        if found is None:
            return False
        known = np.nan_to_num(found, posinf=0.0, neginf=0.0)
        self._map, self._age = known / (known.max(initial=0.0) or np.float32(1)), 0.0
        self.ready = True
        return True


def draw_veil(target: pygame.Surface, weights: NDArray[np.float32]) -> None:
    """Draw a map `[H, W]` in 0..1 over a whole surface: one hue, the more opaque the larger the weight."""
    height, width = weights.shape
    veil = np.empty((height, width, 4), np.uint8)
    veil[..., :3] = SKY
    veil[..., 3] = weights.clip(0, 1) * OPAQUE
    small = pygame.image.frombuffer(veil.tobytes(), (width, height), "RGBA")
    target.blit(pygame.transform.smoothscale(small, target.get_size()), (0, 0))
