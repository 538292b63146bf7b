"""What holds for every test."""

from __future__ import annotations

import signal

from hypothesis import settings


def pytest_configure() -> None:
    """Let hypothesis take its time, and Ctrl-C reach the processes that tests start.

    How long an example takes depends on what else the machine does: that is no failure. A shell starts
    background jobs with Ctrl-C ignored, and whoever they start inherits that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    settings.register_profile("botplay", deadline=None)
    settings.load_profile("botplay")
