"""The way in: Ctrl-C while Python still reads our modules ends as it does later, without a traceback."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line of this process and leave with its exit code."""
    try:
        from botcore.cli.main import main as run_main
    except KeyboardInterrupt:
        sys.exit(130)
    run_main()
