"""`botplay verify`: is a replay what the game itself gives?"""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import click

from botcore.cli.options import load, no_plugin, note, out_option
from botcore.cli.times import clock

if TYPE_CHECKING:
    from botcore.replay.format import EpisodeHeader
    from botcore.replay.resimulate import Verdict


@click.command()
@click.argument("which", default="last", metavar="[ID | PATH | last]")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@no_plugin
@out_option
def verify(which: str, *, as_json: bool, no_plugin: tuple[str, ...], out: Path | None) -> None:
    """Play a replay's decisions again in the game, and say whether pictures and rewards are the same.

    Exit code 0: they are; 1: they are not; 2: it cannot be told.
    """
    from botcore.replay.library import find_replay, replays_root
    from botcore.replay.reader import open_replay
    from botcore.replay.resimulate import verify as compare

    plugins = load(no_plugin)
    with open_replay(find_replay(replays_root(out), which)) as replay:
        verdict = compare(plugins, replay)
        header = replay.header
    same = verdict.parting is None
    words = f"{header.id}: {_sentence(verdict, header)}"
    click.echo(json.dumps({"id": header.id, "same": same, **asdict(verdict)}) if as_json else words)
    if verdict.parting is not None:
        for text in _other_versions(header):
            note(text)
        raise SystemExit(1)


def _sentence(verdict: Verdict, header: EpisodeHeader) -> str:
    fps, parting = header.about.fps, verdict.parting
    if parting is not None:
        return (
            f"different from frame {parting.frame} ({clock(parting.frame / fps)}, step {parting.step}) on: "
            f"{' and '.join(parting.what)}"
        )
    length = f"{verdict.steps} steps, {verdict.frames} frames"
    if verdict.pictures:
        return f"the same, pictures and rewards: {length}"
    reason = "it has none" if header.picture is None else "it was recorded before they had checksums"
    return f"the same rewards: {length}; pictures were not compared, since {reason}"


def _other_versions(header: EpisodeHeader) -> list[str]:
    """Say which distributions are not those of the recording, which may be why."""
    found = []
    for name, recorded in header.about.versions.items():
        try:
            here = metadata.version(name)
        except (metadata.PackageNotFoundError, ValueError):
            here = "none"
        if here != recorded:
            found.append(f"it was recorded with {name} {recorded}; here is {here}")
    return found
