"""Output that nobody reads any more: the terminal is closed, `| head` has seen enough, `| tee` was ended."""

from __future__ import annotations

import os
import select
import sys

STREAMS = (0, 1, 2)


def open_closed() -> None:
    """Open the standard streams that this process was started without, as nothing.

    Else the first file that is opened takes such a number, and what an engine prints ends up in it.
    """
    for number in STREAMS:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free, which is this one
            os.set_inheritable(number, True)
    # Python has none where there was none, and pygame and click are not ready for that.
    sys.stdin = sys.stdin or os.fdopen(0, closefd=False)
    sys.stdout = sys.stdout or os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)


def let_go() -> bool:
    """Send what is yet to be written where nobody reads it to nowhere, so that it stops no one's work.

    Returns whether there is such a stream.
    """
    gone = [number for number in STREAMS[1:] if _gone(number)]
    for number in gone:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, number)
        os.close(nothing)
    return bool(gone)


def _gone(number: int) -> bool:
    """Whether whoever read a stream has left: a pipe or a terminal then says so, where one can ask."""
    if not hasattr(select, "poll"):
        return False
    asked = select.poll()
    asked.register(number, 0)  # errors and hang-ups are told unasked
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in asked.poll(0))
