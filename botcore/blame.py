"""Whose code failed: a plugin's failure is told with its name, so that its author hears of it and not we."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from traceback import format_exception, walk_tb

from botcore.discovery import installed, one_line
from botcore.errors import BotplayError, lacking

OURS = "botplay"
MOST_CAUSES = 10


def blame(error: BaseException) -> str | None:
    """Return a line that says in which plugin's code an error arose; None: in none that is not our own.

    An exit (`sys.exit`) is a plugin's only where nothing of ours was called by it: a signal's exit is
    raised in whatever happens to run. Nothing here may fail, since it is about a failure already.
    """
    try:
        return _blame(error)
    except Exception:
        return None


class DefectError(Exception):
    """A failure in a process of ours that nobody but an author can mend; its text is the line to tell."""


def in_a_line(error: BaseException) -> str:
    """Return what to tell of a failure that nobody but an author can mend: a plugin's, or ours."""
    if isinstance(error, DefectError):
        return str(error)
    return blame(error) or f"{one_line(error)} (this is a defect; --debug shows where)"


def for_the_parent(error: BaseException) -> Exception:
    """Return what a process of ours sends of its failure to the one that started it, to be raised there."""
    if isinstance(error, BotplayError):
        return BotplayError(str(error))
    if (too_little := lacking(error)) is not None:
        return BotplayError(too_little)
    told = DefectError(in_a_line(error))
    told.add_note("".join(format_exception(error)))  # for --debug: the way there goes no further by itself
    return told


def _blame(error: BaseException) -> str | None:
    owners = _owners()
    for link in _causes(error):
        for frame, line in reversed(list(walk_tb(link.__traceback__))):
            package = str(frame.f_globals.get("__name__")).partition(".")[0]
            owner = owners.get(package)
            if owner is not None and owner != OURS:
                place = f"{_from_package(frame.f_code.co_filename, package)}, line {line}"
                return f"{owner} failed in {place}: {one_line(link)} (--debug shows the way there)"
            if owner == OURS and isinstance(error, SystemExit):
                return None
    return None


def _owners() -> Mapping[str, str]:
    """Return which distribution, with its version, each top-level package of a plugin belongs to."""
    found = {"botcore": OURS}
    for distribution, point in installed():
        name = distribution.metadata["Name"]
        # Ours come first: who names a plugin after one of our packages does not own that.
        whose = OURS if name == OURS else f"{name} {distribution.version}"
        found.setdefault(point.module.partition(".")[0], whose)
    return found


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it was raised from: `StopIteration` out of a generator becomes another one."""
    link: BaseException | None = error
    for _ in range(MOST_CAUSES):
        if link is not None:
            yield link
            link = link.__cause__


def _from_package(file: str, package: str) -> str:
    """Return a file's path from its package on: `my_package/env.py`."""
    path = Path(file)
    if package not in path.parts:
        return path.name
    first = len(path.parts) - 1 - path.parts[::-1].index(package)
    return "/".join(path.parts[first:])
