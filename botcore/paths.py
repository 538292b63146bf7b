"""Where the user's things lie."""

from __future__ import annotations

import os
from pathlib import Path

from botcore.errors import BotplayError


def data_folder() -> Path:
    """Return the user's data folder for botplay; the environment variable BOTPLAY_DATA moves it.

    Raises:
        BotplayError: the user, maybe one of a container, has no home to look for it in, or a file is in
            its place.
    """
    moved = os.environ.get("BOTPLAY_DATA")
    try:
        if moved:
            return _no_file(Path(moved).expanduser().absolute())
        import platformdirs

        # Some versions leave the ~ where there is no home; a folder of that name is not meant.
        return _no_file(platformdirs.user_data_path("botplay", appauthor=False).expanduser())
    except RuntimeError as error:
        where = f" {moved!r}" if moved else ""
        raise BotplayError(
            f"there is no home folder for replays and models{where}: set BOTPLAY_DATA to another folder"
        ) from error


def _no_file(folder: Path) -> Path:
    if folder.is_file():
        raise BotplayError(f"{folder} is a file where botplay's data belongs: set BOTPLAY_DATA to a folder")
    return folder
