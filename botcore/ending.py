"""Being asked to end: by whoever stops the program, and by its terminal being closed."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

from botcore.unread import let_go

HANGUP: int | None = getattr(signal, "SIGHUP", None)
"""It says that the terminal, or the connection to it, is gone. Not every system has it."""
ENDING = tuple(number for number in (signal.SIGTERM, HANGUP) if number is not None)
"""What asks a program to end."""

PATIENCE = 10.0  # seconds


class Asked(SystemExit):
    """The program was asked to end, in whatever happened to run just then."""


ASKED = (KeyboardInterrupt, Asked)
"""What never is the failure of a plugin whose code it comes out of. All else is, whatever it is raised as."""


def listen(numbers: Iterable[int], handle: Callable[[int], object]) -> Mapping[int, Any]:
    """Let `handle` be called with the number of a signal; return who was called before, by number.

    Where a hang-up is ignored it stays so: `nohup` says that a closed terminal is no reason to end.
    """

    def called(number: int, frame: FrameType | None) -> None:
        if number == HANGUP:
            let_go()
        handle(number)

    heard = [n for n in numbers if n != HANGUP or signal.getsignal(n) is not signal.SIG_IGN]
    return {number: signal.signal(number, called) for number in heard}


def leave(number: int) -> NoReturn:
    """Leave as after Ctrl-C, so that recordings and checkpoints are completed, with a signal's exit code."""
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise Asked(128 + number)


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C and what asks to end set, for work that looks at it between two steps.

    Who asks again `PATIENCE` seconds later waits for no step to end, but for a plugin that hangs: that leaves
    at once, wherever it is. Outside the main thread no signal is heard.
    """
    stop, first = threading.Event(), 0.0

    def asked(number: int) -> None:
        nonlocal first
        if not stop.is_set():
            first = time.monotonic()
            stop.set()
        elif time.monotonic() - first > PATIENCE:
            leave(number)

    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    previous = listen((signal.SIGINT, *ENDING), asked)
    try:
        yield stop
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
