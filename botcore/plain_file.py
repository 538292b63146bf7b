"""Reading a file whose content is trusted with nothing, not even to end."""

from __future__ import annotations

from pathlib import Path
from stat import S_ISFIFO, S_ISREG

from botcore.errors import BotplayError


def check_plain_file(path: Path, what: str, *, pipe: bool = False) -> None:
    """Refuse devices and the like, where opening may wait for ever; a file may be reached by a link.

    Raises:
        OSError: it cannot be looked at.
        BotplayError: it is none; `what` says what it is to be, and `pipe` lets one pass.
    """
    mode = path.stat().st_mode
    if not (S_ISREG(mode) or (pipe and S_ISFIFO(mode))):
        raise BotplayError(f"{path} is not a plain file, so it is no {what}")


def read_plain_file(path: Path, limit: int, what: str, *, pipe: bool = False) -> bytes:
    """Read a file of at most `limit` bytes, which may be reached by a link.

    Args:
        path: the file.
        limit: bytes.
        what: what it is to be, in words.
        pipe: whether a person may have given a pipe instead, as a shell's `<(command)` is one.

    Raises:
        BotplayError: it cannot be read, is a device or the like, or is too large.
    """
    try:
        check_plain_file(path, what, pipe=pipe)
        with path.open("rb") as file:
            content = file.read(limit + 1)  # it may grow meanwhile
    except OSError as error:
        raise BotplayError(f"cannot read {path}: {error.strerror or error}") from error
    if len(content) > limit:
        raise BotplayError(f"{path} is too large for a {what}")
    return content
