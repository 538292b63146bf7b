"""Drawing without a screen and without a loudspeaker."""

from __future__ import annotations

import os
import sys

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")


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
