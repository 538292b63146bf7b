"""Processes of our own: Ctrl-C and a closed terminal are for their parent, and none outlives it."""

from __future__ import annotations

import multiprocessing as mp
import multiprocessing.connection
import os
import signal
import threading
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess

from botcore.ending import ENDING

FOR_THE_PARENT = {signal.SIGINT, *ENDING} - {signal.SIGTERM}


def start_child(process: BaseProcess) -> None:
    """Start a process that will `begin_as_child`.

    Until then what is for the parent is held back, which a process inherits: importing may take it seconds.
    """
    start_tracker()  # it lets Ctrl-C through again when it starts, so that comes first
    before = signal.pthread_sigmask(signal.SIG_BLOCK, FOR_THE_PARENT)
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def start_tracker() -> None:
    """Start Python's own process that counts what is shared, unless it runs: before the first queue does.

    It ignores Ctrl-C, but a closed terminal would end it, and with it what it was to clean up.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, FOR_THE_PARENT)
    try:
        resource_tracker.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin_as_child() -> None:
    """Ignore what reaches the whole group, and leave at once when the parent is gone."""
    for number in FOR_THE_PARENT:
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    """Wait until the parent is gone, however it went (SIGKILL too)."""
    parent = mp.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)
