"""Where the user's things lie."""

from __future__ import annotations

import os
from pathlib import Path

from botcore.errors import BotplayError


def data_folder() -> Path:
    """Return the user's data folder for botplay; the environment variable BOTPLAY_DATA moves it.

    Raises:
        BotplayError: the user, maybe one of a container, has no home to look for it in, or it is a file, or
            cannot be read.
    """
    moved = os.environ.get("BOTPLAY_DATA")
    try:
        if moved:
            return _readable(Path(moved).expanduser().absolute())
        import platformdirs

        # Some versions leave the ~ where there is no home; a folder of that name is not meant.
        return _readable(platformdirs.user_data_path("botplay", appauthor=False).expanduser())
    except RuntimeError as error:
        where = f" {moved!r}" if moved else ""
        raise BotplayError(
            f"there is no home folder for replays and models{where}: set BOTPLAY_DATA to another folder"
        ) from error


def own_folder(name: str) -> Path:
    """Return a folder of the data folder by its name: replays, models, runs and so on.

    Raises:
        BotplayError: as for the data folder.
    """
    return _readable(data_folder() / name)


def _readable(folder: Path) -> Path:
    """Return a folder that can be read, or that is not there and could be made."""
    there = folder
    try:
        while not there.exists():
            there = there.parent
        if there.is_dir():
            if there == folder:  # in one above it folders can be made also where their names cannot be read
                os.scandir(folder).close()
            return folder
    except OSError as error:
        raise BotplayError(
            f"{there} cannot be read ({error.strerror}): set BOTPLAY_DATA to another folder"
        ) from error
    raise BotplayError(f"{there} is a file where botplay's data belongs: set BOTPLAY_DATA to a folder")
