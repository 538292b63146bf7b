"""The shipped models, as a botplay plugin."""

from collections.abc import Iterable
from pathlib import Path

from botcore import hookimpl


@hookimpl
def botplay_models() -> Iterable[Path]:
    """Give the folder that this file lies in."""
    yield Path(__file__).parent
