"""`botplay export` and `import`: a replay as something to show or to send, and one that somebody sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from botcore.cli.options import FILE, load, no_plugin, note, out_option
from botcore.errors import BotplayError

STILL = (".html", ".png", ".botreplay")
"""Kinds of files that are no video."""


@click.command()
@click.argument("which", nargs=-1, metavar="[ID | PATH | last]...")
@click.option(
    "--to",
    "target",
    type=FILE,
    metavar="FILE",
    help="A .mp4 or .gif, a .html page with the curves beside the game, a .png sheet of moments, "
    "or a .botreplay, the replay itself as one file.",
)
@click.option("--archive", is_flag=True, help="Write a .botreplay whatever the file is called.")
@click.option("--minari", metavar="NAME", help="Write a Minari dataset of that name, of one or more replays.")
@click.option(
    "--panels/--no-panels",
    default=None,
    help="In a .mp4 or .gif: with what the brain saw and thought beside the game, as it is if not given.",
)
@click.option("--speed", type=float, help="In a .mp4 or .gif: 2 shows twice as much of the game in a second.")
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@no_plugin
@out_option
def export(
    which: tuple[str, ...],
    target: Path | None,
    archive: bool,
    minari: str | None,
    panels: bool | None,
    speed: float | None,
    force: bool,
    no_plugin: tuple[str, ...],
    out: Path | None,
) -> None:
    """Make a video, a gif, a web page, a picture, one file to send, or a dataset of a replay."""
    if (target is None) == (minari is None):
        raise BotplayError("say what to write: --to FILE, or --minari NAME")
    chosen = which or ("last",)
    of_videos = [] if panels is None else ["--panels" if panels else "--no-panels"]
    of_videos += [] if speed is None else ["--speed"]
    if minari is not None:
        of_files = [name for name, given in (("--archive", archive), ("--force", force)) if given]
        _refuse(of_videos + of_files, "--to FILE")
        _dataset(minari, chosen, no_plugin, out)
    elif target is not None:
        if len(chosen) > 1:
            raise BotplayError("a file holds one replay; only --minari takes several")
        kind = ".botreplay" if archive else target.suffix.lower()
        if kind in STILL:
            _refuse(of_videos, ".mp4 and .gif")
        _file(chosen[0], target, kind, panels is not False, 1.0 if speed is None else speed, force, out)


def _refuse(given: Sequence[str], other: str) -> None:
    """Refuse options that would be ignored, since they are for something else."""
    if given:
        raise BotplayError(f"{' and '.join(given)} {'goes' if len(given) == 1 else 'go'} with {other}")


def _file(
    which: str, target: Path, kind: str, panels: bool, speed: float, force: bool, out: Path | None
) -> None:
    from botcore.export.files import export as write
    from botcore.replay.groups import find_one
    from botcore.replay.library import goes_on, replays_root
    from botcore.replay.reader import open_replay
    from botcore.window.player import missing_pictures

    folder = find_one(replays_root(out), which)
    going = goes_on(folder)  # before it is opened: it may end meanwhile
    with open_replay(folder) as opened:
        if opened.header.status == "recovered":
            how, where = ("still goes on", "is now") if going else ("was cut off", "did")
            note(f"this recording {how}; what is exported ends where it {where}")
        if missing := missing_pictures(opened):
            note(f"of this replay {missing}: what comes after has the last picture there is")
        with _progress() as tell:
            write(opened, target.absolute(), panels, speed=speed, force=force, kind=kind, tell=tell)
    click.echo(f"written: {target}")


@contextmanager
def _progress() -> Iterator[Callable[[float], None]]:
    """Give what shows a person at a terminal how far a video is, and how long it will take."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(
        console=console, transient=True, refresh_per_second=4, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("writing", total=1.0)
        yield lambda done: bar.update(task, completed=done)


def _dataset(name: str, chosen: tuple[str, ...], no_plugin: tuple[str, ...], out: Path | None) -> None:
    from botcore.export.dataset import write_dataset
    from botcore.replay.groups import find_one
    from botcore.replay.library import replays_root

    root = replays_root(out)
    written = write_dataset(name, [find_one(root, which) for which in chosen], load(no_plugin), note)
    episodes = f"{written.episodes} episode{'s' * (written.episodes != 1)}"
    click.echo(f"written: {episodes}, {written.steps} steps, in {written.folder}")
    click.echo(f'python: minari.load_dataset("{written.name}")')


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE.botreplay...")
@out_option
def import_command(files: tuple[Path, ...], out: Path | None) -> None:
    """Take in replays that somebody sent."""
    from botcore.export.archive import import_archive
    from botcore.replay.library import replays_root

    for file in files:
        click.echo(f"imported: {import_archive(file, replays_root(out)).name}")
