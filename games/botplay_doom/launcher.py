"""A private folder to run the engine in, and a guard that ends it.

Left alone, ViZDoom writes `_vizdoom.ini` and `_vizdoom/` into the current directory, and its engine, a
program of its own, waits forever for a parent that was killed. So the engine is started by a script in a
private folder. The script leaves a guard behind, which reads from a pipe that only this process holds
open: when this process closes it, or is gone, the guard ends the engine and removes what it left.
"""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from pathlib import Path

from botcore import BotplayError

SCRIPT = """#!/bin/sh
folder={folder}
cd "$folder" || exit 1
for word; do
  [ "$last" = +viz_instance_id ] && instance=$word
  last=$word
done
(
  trap '' INT TERM HUP
  read -r _ < alive
  grep -qaF "$folder" /proc/$$/cmdline && kill -9 $$
  cd / && rm -rf "$folder"
  [ -n "$instance" ] && rm -f /dev/shm/ViZDoom*"$instance"
) < /dev/null > /dev/null 2>&1 &
trap '' INT
exec {engine} "$@"
"""


class Launcher:
    """What one engine is started with.

    Attributes:
        script: starts the engine; given to ViZDoom in place of the engine itself.
        settings: where the engine keeps its settings file.
    """

    def __init__(self, engine: Path) -> None:
        """Make the private folder.

        Raises:
            BotplayError: the engine is not there, or no program may run from the folder for temporary files.
                (Tested here, since ViZDoom takes the whole process down where its engine does not start.)
        """
        self._folder = Path(tempfile.mkdtemp(prefix="botplay-doom-"))
        self.script = self._folder / "start"
        self.settings = self._folder / "_vizdoom.ini"
        words = {"folder": shlex.quote(str(self._folder)), "engine": shlex.quote(str(engine))}
        self.script.write_text(SCRIPT.format(**words), "utf-8")
        self.script.chmod(0o700)
        for program in (self.script, engine):
            if not os.access(program, os.X_OK):
                shutil.rmtree(self._folder)
                raise BotplayError(
                    f"Doom cannot start, since {program} is not a program that may be run; "
                    "reinstall vizdoom, or set TMPDIR to another folder"
                )
        os.mkfifo(self._folder / "alive")
        # Read and write, so that opening does not wait for the guard.
        self._pipe: int | None = os.open(self._folder / "alive", os.O_RDWR | os.O_CLOEXEC)

    def close(self) -> None:
        """Let the guard end the engine, and remove the folder."""
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None
            shutil.rmtree(self._folder, ignore_errors=True)
