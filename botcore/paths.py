"""Where the user's things lie."""

from __future__ import annotations

import os
from pathlib import Path


def data_folder() -> Path:
    """Return the user's data folder for botplay; the environment variable BOTPLAY_DATA moves it."""
    moved = os.environ.get("BOTPLAY_DATA")
    if moved:
        return Path(moved).expanduser().absolute()
    import platformdirs

    return platformdirs.user_data_path("botplay", appauthor=False)
