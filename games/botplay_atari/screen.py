"""From the emulator's screen to what a brain sees, pixel for pixel as ALE's vector environment does it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

SIZE = 84
STACK = 4

Gray = NDArray[np.uint8]


class FrameStack:
    """The last four pictures, gray and small.

    Each picture is the brighter of two consecutive frames per pixel, since the console draws some
    sprites on every other frame only (Mnih et al. 2015, "Human-level control", Methods).
    """

    def __init__(self, height: int, width: int) -> None:
        """Start with black frames of the emulator's size."""
        self.frames: NDArray[np.uint8] = np.zeros((2, height, width), np.uint8)
        """`[2, height, width]`: a step's last frame and the last but one. The emulator draws into them."""
        self._stack: NDArray[np.uint8] = np.zeros((STACK, SIZE, SIZE), np.uint8)

    def clear(self) -> None:
        """Forget everything: an episode begins."""
        self.frames[:] = 0
        self._stack[:] = 0

    def push(self) -> Gray:
        """Take in the two frames and return the stack, `[4, 84, 84]`, the newest last.

        The first frame is overwritten with the brighter of both, as ALE does: where a game ends within a
        step, before the last frames were drawn, this is what the observation shows.
        """
        np.maximum(self.frames[0], self.frames[1], out=self.frames[0])
        small = cv2.resize(self.frames[0], (SIZE, SIZE), interpolation=cv2.INTER_AREA)
        self._stack = np.concatenate([self._stack[1:], small[None].astype(np.uint8, copy=False)])
        return self._stack.copy()
