"""What the brain receives: pixels, a vector, or one of a few states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pygame
from numpy.typing import NDArray

from botcore.channels import ONE_PICTURE, channels_come_last
from botcore.window.canvas import Canvas, number
from botcore.window.history import History
from botcore.window.panels.panel import Heading, Panel, quiet
from botcore.window.theme import MUTED, ORANGE, RULE, SKY, Sizes

MAX_BARS = 64
STACK = 4
"""Frames of a stack that are shown."""


class EyesPanel(Panel):
    """The observation as it is fed to the network."""

    name = "eyes"
    column = 1
    share = 3.0

    def wanted(self, history: History) -> bool:
        """Return whether the Moment holds an observation (a replay may not)."""
        return history.now is not None and history.now.observation is not None

    def least(self, history: History, sizes: Sizes, line: int) -> int:
        """Return room for a picture in which something can be seen, or for bars."""
        return 5 * line

    def heading(self, history: History) -> Heading:
        """Say what it is, and its shape."""
        if history.now is None or history.now.observation is None:
            return quiet("what the brain receives")
        shape = np.shape(history.now.observation)
        return "what the brain receives", "×".join(map(str, shape)), MUTED

    def content(self, canvas: Canvas, history: History) -> None:
        """Draw the observation in the way that fits its shape."""
        if history.now is None or history.now.observation is None:
            return
        observation = np.asarray(history.now.observation)
        frames = frames_of(observation)
        if frames:
            _draw_frames(canvas, frames)
        elif observation.size == 1 and observation.dtype.kind in "iu":
            _draw_state(canvas, int(observation.reshape(-1)[0]), history.about.observation_names)
        elif observation.dtype.kind in "fiub":
            _draw_bars(canvas, observation.astype(np.float64).ravel(), history.about.observation_names)


def frames_of(observation: NDArray[Any]) -> list[NDArray[np.uint8]]:
    """Return the RGB pictures `[H, W, 3]` in an observation, the newest first; none if it is no picture.

    `[H, W, 1]`, `[H, W, 3]` and `[H, W, 4]` are one picture, `[3, H, W]` too; any other `[C, H, W]` or
    `[H, W, C]` is a stack of gray ones, the newest last, as Gymnasium stacks them.
    """
    if observation.dtype != np.uint8 or observation.ndim not in (2, 3):
        return []
    if observation.ndim == 2:
        observation = observation[None]
    if channels_come_last(observation.shape):
        if observation.shape[2] in ONE_PICTURE:
            return [np.broadcast_to(observation[..., :3], (*observation.shape[:2], 3))]
        observation = observation.transpose(2, 0, 1)
    if observation.shape[0] == 3:
        return [observation.transpose(1, 2, 0)]
    return [np.repeat(gray[:, :, None], 3, axis=2) for gray in observation[::-1]]


def _draw_frames(canvas: Canvas, frames: list[NDArray[np.uint8]]) -> None:
    """Draw the newest frame and the older ones of the stack, in the way that shows the newest larger."""
    shown = frames[:STACK]
    height, width = shown[0].shape[:2]
    count, size, room = len(shown), (width, height), (canvas.width, canvas.height)
    gap = max(2, canvas.sizes.unit // 2)
    beside, under = in_a_row(count, size, room, gap), below(count, size, room, gap)
    for frame, rect in zip(shown, beside if beside[0].h >= under[0].h else under, strict=True):
        canvas.image(frame, rect)


def in_a_row(count: int, frame: tuple[int, int], room: tuple[int, int], gap: int) -> list[pygame.Rect]:
    """Return rectangles of `count` frames beside each other, from the left, `gap` pixels apart."""
    width = (room[0] - gap * (count - 1)) / count
    scale = min(width / frame[0], room[1] / frame[1])
    wide, high = max(1, int(frame[0] * scale)), max(1, int(frame[1] * scale))
    return [pygame.Rect(n * (wide + gap), 0, wide, high) for n in range(count)]


def below(count: int, frame: tuple[int, int], room: tuple[int, int], gap: int) -> list[pygame.Rect]:
    """Return rectangles of one large frame above the `count - 1` others."""
    if count == 1:
        return in_a_row(1, frame, room, gap)
    others = in_a_row(count - 1, frame, (room[0], room[1] // 3), gap)
    main = in_a_row(1, frame, (room[0], room[1] - others[0].h - gap), gap)[0]
    return [main, *(rect.move(0, main.h + gap) for rect in others)]


def _draw_state(canvas: Canvas, state: int, names: Sequence[str]) -> None:
    """Write which of n states it is, and under it what that means, a line for each part of it."""
    canvas.text(f"state {state}", 0, 0, size=canvas.sizes.large)
    line, top = canvas.type.line(canvas.sizes.small), canvas.type.line(canvas.sizes.large)
    parts = names[state].split(", ") if 0 <= state < len(names) else []
    for place, part in enumerate(parts[: max(0, canvas.height - top) // line]):
        canvas.text(part, 0, top + place * line, colour=MUTED, width=canvas.width)


def _draw_bars(canvas: Canvas, values: NDArray[np.float64], names: Sequence[str]) -> None:
    """Draw a bar per component, up from the middle where it is positive, down where it is negative.

    Where there is room for it, its number stands below, and its name.
    """
    shown = np.nan_to_num(values[:MAX_BARS], posinf=0.0, neginf=0.0)
    largest = max(1.0, float(np.abs(shown).max(initial=0.0)))
    line = canvas.type.line(canvas.sizes.small)
    label = canvas.type.width("-0.000", canvas.sizes.small) + canvas.sizes.unit
    pitch = canvas.width / max(1, len(shown))
    numbered = pitch >= label
    words = line * (1 + bool(names)) + canvas.sizes.unit // 2 if numbered else 0
    plot = canvas.height - words
    middle = plot // 2
    for place, value in enumerate(shown):
        left, wide = int(place * pitch), max(2, int(pitch * 0.7))
        high = max(1, round(abs(value) / largest * (plot / 2 - 2)))
        top = middle - high if value >= 0 else middle
        canvas.box(pygame.Rect(left, top, wide, high), SKY if value >= 0 else ORANGE, radius=2)
        if numbered:
            below_plot = plot + canvas.sizes.unit // 2
            canvas.text(number(float(value)), left, below_plot, width=int(pitch))
            if place < len(names):
                canvas.text(names[place], left, below_plot + line, colour=MUTED, width=int(pitch))
    canvas.line((0, middle), (canvas.width, middle), RULE)
