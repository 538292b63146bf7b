"""`botplay new`: the beginning of a package of one's own."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from botcore.cli.options import FILE
from botcore.errors import BotplayError

if TYPE_CHECKING:
    from botcore.starter.package import Kind

TO_SEE_IT = {
    "game": "botplay --game {name} --brain human",
    "brain": "botplay --game gym:CartPole-v1 --brain {name} --learn",
}


@click.command()
@click.argument("kind", type=click.Choice(["game", "brain"]))
@click.argument("folder", type=FILE)
def new(kind: Kind, folder: Path) -> None:
    """Begin a package of your own: FOLDER with a small game or brain that works, to change into yours.

    The game is called as the folder is, and every brain can play it; so with the brain.
    """
    from botcore.cli.options import load
    from botcore.starter.package import begin_package

    plugins = load(())
    taken = plugins.games() if kind == "game" else plugins.brains()
    if folder.absolute().name in taken:
        raise BotplayError(
            f"there is a {kind} called {folder.absolute().name!r} already; choose another name"
        )
    name = begin_package(kind, folder)
    click.echo(f"written: {folder}")
    click.echo(f"next: pip install -e {shlex.quote(str(folder))}")
    click.echo(f"then: {TO_SEE_IT[kind].format(name=name)}")
