"""`botplay new`: the beginning of a package of one's own."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from botcore.cli.options import FILE, load
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

    It is called as the folder is.
    """
    from botcore.starter.package import begin_package

    plugins = load(())
    taken = plugins.games() if kind == "game" else plugins.brains()
    if folder.absolute().name in taken:
        raise BotplayError(
            f"there is a {kind} called {folder.absolute().name!r} already; choose another name"
        )
    name = begin_package(kind, folder)
    click.echo(f"written: {folder}")
    # By the Python that runs this botplay: another one's pip would install it where nobody finds it.
    click.echo(f"next: {shlex.join([sys.executable, '-m', 'pip', 'install', '-e', str(folder)])}")
    click.echo(f"then: {TO_SEE_IT[kind].format(name=name)}")
