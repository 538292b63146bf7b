"""Commands as a person types them: real processes in an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CODE = "from botcore.cli.main import main; main()"
CARTPOLE = ("--game", "gym:CartPole-v1", "--brain", "dqn")
QUICK = ("--set", "neurons.layers=8", "--set", "learner.warm_up=50")


def command(home: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    environment = {
        key: value for key, value in os.environ.items() if key not in ("DISPLAY", "SDL_VIDEODRIVER")
    }
    return subprocess.Popen(
        [sys.executable, "-c", CODE, *arguments],
        env={**environment, "BOTPLAY_DATA": str(home / "data"), **more},
        cwd=home / "here",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def botplay(home: Path, *arguments: str, code: int = 0, **more: str) -> tuple[str, str]:
    """Run botplay with `more` environment variables; return what it printed and what it said beside that."""
    output, errors = (process := command(home, *arguments, **more)).communicate(timeout=120)
    assert process.returncode == code, (output, errors)
    return output, errors
