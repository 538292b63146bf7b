"""Keeping what is on the screen."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pygame

from botcore.errors import BotplayError
from botcore.paths import own_folder


def save_screenshot(surface: pygame.Surface, name: str) -> str:
    """Write a PNG into the data folder's `screenshots` under a name that is not taken; return its path.

    Raises:
        BotplayError: it cannot be written.
    """
    folder = own_folder("screenshots")
    stem = f"{re.sub('[^A-Za-z0-9-]+', '-', name).strip('-')[:60]}-{datetime.now():%Y%m%d-%H%M%S}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(1000):
            path = folder / (f"{stem}.png" if number == 0 else f"{stem}-{number}.png")
            if not path.exists():
                _write(path, surface)
                return str(path)
    except (OSError, pygame.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise BotplayError(f"cannot write a screenshot to {folder}: {reason}") from error
    raise BotplayError(f"{folder} is full of screenshots of this second")


def _write(path: Path, surface: pygame.Surface) -> None:
    """Write a PNG, or nothing: pygame itself says nothing of a full disk."""
    picture = BytesIO()
    pygame.image.save(surface, picture, path.name)
    try:
        path.write_bytes(picture.getvalue())
    except OSError:
        path.unlink(missing_ok=True)
        raise
