"""`botplay replay`: what happened, again."""

from __future__ import annotations

from pathlib import Path

import click

from botcore.cli.options import out_option
from botcore.errors import BotplayError


@click.command()
@click.argument("which", default="last", metavar="[ID | PATH | last]")
@click.option("--speed", type=click.FloatRange(0.1, 16), default=1.0, help="Multiple of the game's own pace.")
@out_option
def replay(which: str, speed: float, out: Path | None) -> None:
    """Watch a recorded episode again. Needs neither the game nor the brain."""
    from botcore.replay.library import find_replay, replays_root
    from botcore.replay.reader import open_replay
    from botcore.window.display import have_display

    with open_replay(find_replay(replays_root(out), which)) as opened:
        if not have_display():
            raise BotplayError(
                f"there is no screen to show it on; botplay export {which} --to FILE.mp4 makes a video of it"
            )
        from botcore.window.player import run_replay

        run_replay(opened, speed=speed)
