"""A window that can be left while a plugin's code hangs.

The window and what it shows share one thread: as long as a game or a brain is busy with a step no key is
answered, and where one hangs none ever is. So a second thread looks at the clock, and rouses the first with a
signal, as Ctrl-C does: it interrupts whatever runs there. Events are looked at by the first thread alone, as
SDL wants it.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from botcore.ending import Asked

LONG, AGAIN = 2.0, 0.25  # seconds
ROUSE: int | None = getattr(signal, "SIGUSR1", None)
"""Not every system has it; there a window waits."""


class Left(Asked):
    """The window was closed while a plugin's code ran."""


class Patience:
    """Calls `look` every quarter of a second while something is waited for long; what it raises ends that."""

    def __init__(self, look: Callable[[float], None]) -> None:
        """Prepare. `look` is told for how many seconds it has been waited."""
        self._look, self._since = look, 0.0
        self._looking = False

    @contextmanager
    def on_duty(self) -> Iterator[None]:
        """Look after what is waited for, for the length of a `with` block; what is left ends the block."""
        if ROUSE is None or threading.current_thread() is not threading.main_thread():
            yield
            return
        ended, first = threading.Event(), threading.get_ident()
        before = signal.signal(ROUSE, lambda number, frame: self._roused())
        watch = threading.Thread(target=self._watch, args=(ended, first, ROUSE), daemon=True)
        watch.start()
        try:
            yield
        except Left:
            pass
        finally:
            ended.set()
            watch.join()  # a signal that came after the handler is gone would end the program
            signal.signal(ROUSE, before)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Say that a plugin's code runs, for the length of a `with` block."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            self._since = 0.0

    @property
    def _waited(self) -> float:
        since = self._since
        return time.monotonic() - since if since else 0.0

    def _watch(self, ended: threading.Event, first: int, rouse: int) -> None:
        while not ended.wait(AGAIN):
            if self._waited > LONG:
                signal.pthread_kill(first, rouse)

    def _roused(self) -> None:
        if self._looking or self._waited <= LONG:  # what was waited for may just have come
            return
        self._looking = True
        try:
            self._look(self._waited)
        finally:
            self._looking = False
