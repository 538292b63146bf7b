"""Checking values read from a file that anybody may have written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from stat import S_ISREG
from typing import Any, NoReturn

from botcore.errors import BotplayError

MAX_TEXT = 200  # characters in a name
MAX_NUMBER = 2**63 - 1
SLOWEST, FASTEST = 0.1, 1000.0
"""Frames a second that a recording and a window can show."""


class Invalid(Exception):  # noqa: N818 - a reason, which the caller turns into a BotplayError
    """Why a value was refused, in a few words."""


def parse_json(text: str | bytes) -> Any:
    """Parse JSON strictly: no NaN or Infinity, no nesting that exhausts the stack.

    Raises:
        Invalid: it is not JSON.
    """
    try:
        return _STRICT.decode(text if isinstance(text, str) else text.decode())
    except (ValueError, RecursionError) as error:
        raise Invalid(f"not JSON ({str(error)[:80]})") from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


# One for all: making one for each line costs as much as reading it.
_STRICT = json.JSONDecoder(parse_constant=_no_constant)


def table(value: Any, what: str, *, limit: int = 1000) -> Mapping[str, Any]:
    """Return a JSON object with at most `limit` named entries."""
    if not isinstance(value, dict) or len(value) > limit:
        raise Invalid(f"{what} is not a table of at most {limit} entries")
    for key in value:
        text(key, f"a name in {what}")
    return value


def text(value: Any, what: str, *, limit: int = MAX_TEXT, empty: bool = False) -> str:
    """Return a string that is safe to print: one line, no control characters, bounded."""
    if not isinstance(value, str) or len(value) > limit or not value.isprintable() or not (value or empty):
        raise Invalid(f"{what} is not a printable text of at most {limit} characters")
    return value


def integer(value: Any, what: str, low: int = 0, high: int = MAX_NUMBER) -> int:
    """Return a whole number in `low..high`; True and False are not numbers."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise Invalid(f"{what} is not a whole number in {low}..{high}")
    return value


def flag(value: Any, what: str) -> bool:
    """Return True or False."""
    if not isinstance(value, bool):
        raise Invalid(f"{what} is not true or false")
    return value


def read_bytes(path: Path, limit: int) -> bytes:
    """Read a plain file of at most `limit` bytes.

    Raises:
        BotplayError: it is missing, not a plain file (a symbolic link may lead anywhere), or too large.
    """
    check_file(path, limit)
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise BotplayError(f"cannot read {path}: {error.strerror}") from error
    if len(content) > limit:
        raise BotplayError(f"{path} is too large for a replay")
    return content


def check_file(path: Path, limit: int) -> None:
    """Refuse anything but a plain file of at most `limit` bytes."""
    try:
        status = path.lstat()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a file name"
        raise BotplayError(f"cannot read {path}: {reason}") from error
    if not S_ISREG(status.st_mode):
        raise BotplayError(f"{path} is not a plain file, so the replay is refused")
    if status.st_size > limit:
        raise BotplayError(f"{path} is too large for a replay")
