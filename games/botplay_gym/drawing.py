"""Drawing without a screen and without a loudspeaker."""

from __future__ import annotations

import os
import sys
from typing import Any

import gymnasium

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
CANVASES = ("screen", "window_surface")
"""Where Gymnasium's environments keep what they draw on."""


def start_pygame() -> None:
    """Start pygame before an environment does it, with no sound, and no screen where there is none.

    Gymnasium's environments draw with pygame, and start all of it for that: without this, a machine
    without screen and sound prints a page of complaints. The process's own variables stay as they were.
    """
    wanted = {"SDL_AUDIODRIVER": "dummy"}
    if sys.platform == "linux" and not any(os.environ.get(name) for name in SCREENS):
        wanted["SDL_VIDEODRIVER"] = "dummy"
    added = [name for name in wanted if name not in os.environ]
    os.environ |= {name: wanted[name] for name in added}
    try:
        import pygame

        pygame.init()
    finally:
        for name in added:
            del os.environ[name]


class LeavesPygame(gymnasium.Wrapper[Any, Any, Any, Any]):
    """An environment that leaves pygame running when it is closed.

    Gymnasium's environments that have drawn end all of pygame on closing, and with it the window in which
    they are shown. They do so only while they hold something to draw on.
    """

    def close(self) -> None:
        """Let go of what it draws on, then close."""
        for name in CANVASES:
            if getattr(self.unwrapped, name, None) is not None:
                setattr(self.unwrapped, name, None)
        super().close()
