"""`botplay export`: a replay as something to show or to send."""

from __future__ import annotations

from pathlib import Path

import click

from botcore.cli.options import FILE, note, out_option


@click.command()
@click.argument("which", default="last", metavar="[ID | PATH | last]")
@click.option("--to", "target", type=FILE, required=True, metavar="FILE", help="A .mp4 or .gif file.")
@click.option(
    "--panels/--no-panels", default=True, help="With what the brain saw and thought beside the game."
)
@click.option("--speed", type=float, default=1.0, help="2 shows twice as much of the game in a second.")
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@out_option
def export(which: str, target: Path, panels: bool, speed: float, force: bool, out: Path | None) -> None:
    """Make a video or a gif of a replay."""
    from botcore.replay.export import export as write
    from botcore.replay.library import find_replay, replays_root
    from botcore.replay.reader import open_replay

    with open_replay(find_replay(replays_root(out), which)) as opened:
        if opened.header.status == "recovered":
            note("this recording was cut off; the video ends where it did")
        write(opened, target.absolute(), panels, speed=speed, force=force)
    click.echo(f"written: {target}")
