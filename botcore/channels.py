"""Where the channels of a picture are."""

from __future__ import annotations

from collections.abc import Sequence

ONE_PICTURE = (1, 3, 4)
"""Channels, where they come last, of one gray or coloured picture; any other number is a stack of them."""


def channels_come_last(shape: Sequence[int]) -> bool:
    """Whether a picture of this shape is `[H, W, C]` and not `[C, H, W]`: channels are few."""
    return shape[2] < min(shape[:2])
