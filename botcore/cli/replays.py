"""`botplay replays`: what was recorded."""

from __future__ import annotations

from pathlib import Path

import click

from botcore.cli.options import out_option

KILO = 1000


@click.command()
@out_option
def replays(out: Path | None) -> None:
    """List the recorded episodes, newest first."""
    from botcore.replay.library import list_replays, replays_root

    root = replays_root(out)
    found = list_replays(root)
    if not found:
        click.echo(f"there are no replays in {root} yet; botplay records every episode it plays")
    for one in found:
        if one.status == "broken":
            click.echo(f"{one.id}  broken: {one.reason}")
            continue
        game = one.game if one.scenario in ("default", one.game) else f"{one.game}/{one.scenario}"
        length = f"{int(one.seconds // 60)}:{int(one.seconds % 60):02}"
        score = "–" if one.score is None else f"{one.score:g}"
        kind = "" if one.status == "complete" else "  (cut off)"
        started = one.started.astimezone().strftime("%Y-%m-%d %H:%M")
        click.echo(
            f"{one.id:<48} {game:<22} {one.brain:<10} score {score:>8}  {length:>6}  "
            f"{one.size / KILO:>8,.0f} kB  {started}{kind}"
        )
