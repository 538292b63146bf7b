"""Times of an episode as people read them."""

from __future__ import annotations

NEARLY = 1e-6
"""Of a tenth: so much a frame's time in seconds may lack of what it is, as 0.3 does in a computer."""


def clock(seconds: float) -> str:
    """Return a time as minutes, seconds and tenths: `1:23.5`, which `botcore.cli.times.frame_at` reads."""
    tenths = int(seconds * 10 + NEARLY)
    return f"{tenths // 600}:{tenths % 600 // 10:02}.{tenths % 10}"
