"""Moments of an episode as people write them: `1:23`, `83.5`, `f1234`."""

from __future__ import annotations

import re

from botcore.errors import BotplayError

_FRAME = re.compile(r"f(\d{1,12})")
_TIME = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,5}):)?(\d{1,7}(?:\.\d{1,6})?)")


def frame_at(text: str, fps: float) -> int:
    """Return the frame that a person means with `1:23`, `1:02:03.5`, `83.5` (seconds) or `f1234`.

    Raises:
        BotplayError: it is none of these.
    """
    frame, time = _FRAME.fullmatch(text), _TIME.fullmatch(text)
    if frame:
        return int(frame[1])
    if time:
        hours, minutes, seconds = (float(part or 0) for part in time.groups())
        return round((hours * 3600 + minutes * 60 + seconds) * fps)
    raise BotplayError(f"{text[:40]!r} is no moment; write 1:23, 83.5 (seconds) or f1234 (a frame)")
