"""`botplay verify`: is a replay what the game itself gives?"""

from __future__ import annotations

from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import click

from botcore.cli.answer import json_option, tell_json
from botcore.cli.options import load, no_plugin, note, out_option
from botcore.clock import clock

if TYPE_CHECKING:
    from botcore.replay.format import EpisodeHeader
    from botcore.replay.resimulate import Verdict


@click.command()
@click.argument("which", default="last", metavar="[ID | PATH | last]")
@json_option("Print the verdict as JSON.")
@no_plugin
@out_option
def verify(which: str, *, as_json: bool, no_plugin: tuple[str, ...], out: Path | None) -> None:
    """Play a replay's decisions again in the game, and say whether pictures and rewards are the same.

    Exit code 0: they are; 1: they are not, or recorded steps are missing; 2: it cannot be told.
    """
    from botcore.replay.format import read_header
    from botcore.replay.groups import find_one
    from botcore.replay.library import goes_on, replays_root
    from botcore.replay.reader import open_replay
    from botcore.replay.resimulate import verify as compare

    plugins = load(no_plugin)
    folder = find_one(replays_root(out), which)
    promised, going = read_header(folder), goes_on(folder)  # before it is opened: it may end meanwhile
    with open_replay(folder) as replay:
        verdict = compare(plugins, replay)
        header = replay.header
    recorded = promised.steps if promised.status == "complete" else None
    going = going and header.status == "recovered"
    cut_off = header.status == "recovered" and not going
    # Of a recording that was never completed nobody knows how long it was to be, so what is there is all.
    same = verdict.parting is None and not (cut_off and recorded is not None)
    facts = {"id": replay.id, "same": same, "cut_off": cut_off, "recording": going}
    so_far = f"it is still being recorded, {verdict.steps} steps so far; these are " if going else ""
    words = f"{so_far or (_cut(verdict, recorded) if cut_off else '')}{_sentence(verdict, header)}"
    everything = {**facts, "recorded_steps": recorded, **asdict(verdict)}
    if as_json:
        tell_json(everything)
    else:
        click.echo(f"{replay.id}: {words}")
    for text in _other_versions(header) if verdict.parting is not None else ():
        note(text)
    if not same:
        raise SystemExit(1)


def _cut(verdict: Verdict, recorded: int | None) -> str:
    """Say how much of a recording that was cut off is there."""
    if recorded is None or recorded <= verdict.steps:
        return f"the recording was cut off after {verdict.steps} steps; these are "
    return f"the recording was cut off, {verdict.steps} of its {recorded} steps are there; these are "


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
