"""A screenshot that the disk has no room for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import resource
import numpy as np, pygame
from botcore.errors import BotplayError
from botcore.window.screenshot import save_screenshot

noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))  # the system writes no more, as on a full disk
try:
    save_screenshot(pygame.surfarray.make_surface(noise), "start")
except BotplayError as error:
    print(error)
"""


def test_it_is_told_and_no_half_of_it_is_left(tmp_path: Path) -> None:
    env = {**os.environ, "BOTPLAY_DATA": str(tmp_path), "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    told = subprocess.run([sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=True)
    assert told.stdout.startswith(f"cannot write a screenshot to {tmp_path / 'screenshots'}: ")
    assert list((tmp_path / "screenshots").iterdir()) == []
