"""`botplay replays`: what was recorded, and throwing some of it away."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from botcore.cli.answer import json_option, tell_json
from botcore.cli.group import Commands, refuse_before_a_command
from botcore.cli.options import out_option
from botcore.clock import clock
from botcore.errors import BotplayError
from botcore.totals import tidy

if TYPE_CHECKING:
    from botcore.replay.library import ReplaySummary

MEGA, GIGA = 1e6, 1e9
SORTING: dict[str, Callable[[ReplaySummary], Any]] = {
    "date": lambda one: (one.started, one.id),
    "score": lambda one: one.worth,
    "length": lambda one: one.seconds,
    "size": lambda one: one.size,
}


of_game = click.option("--game", help="Only of this game, as GAME or GAME/SCENARIO.")
of_brain = click.option("--brain", help="Only of this brain.")


@click.group(cls=Commands, invoke_without_command=True)
@of_game
@of_brain
@click.option("--sort", type=click.Choice(list(SORTING)), default="date", help="The most or newest first.")
@click.option("--family", is_flag=True, help="Show what went on from what: branches under their parents.")
@json_option()
@out_option
@click.pass_context
def replays(
    ctx: click.Context,
    *,
    game: str | None,
    brain: str | None,
    sort: str,
    family: bool,
    as_json: bool,
    out: Path | None,
) -> None:
    """List the recorded episodes, newest first; rm and keep throw some away."""
    from botcore.replay.library import list_replays, replays_root

    root = replays_root(out)
    if ctx.invoked_subcommand is not None:
        refuse_before_a_command(ctx, "game", "brain", "sort", "family", "as_json")
        ctx.obj = out
        return
    found = [one for one in list_replays(root) if _is_of(one, game, brain)]
    found.sort(key=SORTING[sort], reverse=True)
    if as_json:
        tell_json([_plain(one) for one in found])
    elif not found:
        click.echo(
            f"there are no replays of that kind in {root}; botplay replays lists them all"
            if game or brain
            else f"there are no replays in {root} yet; botplay records every episode it plays"
        )
    else:
        for line in _table(found, family=family):
            click.echo(line)
        click.echo(_sum(found, whole=not (game or brain), own=out is None))


def _is_of(one: ReplaySummary, game: str | None, brain: str | None) -> bool:
    wanted = None if game is None else game.replace(":", "/", 1)
    right_game = wanted is None or wanted in (one.game, one.title, f"{one.game}/{one.scenario}")
    return right_game and (brain is None or one.brain == brain)


def _plain(one: ReplaySummary) -> dict[str, Any]:
    score = one.score if one.score is not None and math.isfinite(one.score) else None
    path, started = str(one.path), one.started.isoformat()
    return {**asdict(one), "path": path, "started": started, "score": score}


def _table(found: Sequence[ReplaySummary], *, family: bool) -> Iterable[str]:
    """Give the lines of a table whose columns are as wide as they need to be."""
    from botcore.replay.family import families

    ordered = list(families(found)) if family else [(0, one) for one in found]
    there = {one.id for one in found}
    rows: list[tuple[str, ...]] = [("replay", "game", "brain", "score", "length", "size", "date", "")]
    rows += [_row(one, depth, parent_shown=one.parent in there and family) for depth, one in ordered]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.rjust(width) if name in ("score", "length", "size") else cell.ljust(width)
            for cell, width, name in zip(row, widths, rows[0], strict=True)
        ]
        yield "  ".join(cells).rstrip()


def _row(one: ReplaySummary, depth: int, *, parent_shown: bool) -> tuple[str, ...]:
    name = ("  " * (depth - 1) + "└ " if depth else "") + one.id
    date = one.started.astimezone().strftime("%Y-%m-%d %H:%M")
    size = f"{one.size / MEGA:,.1f} MB"
    if one.status == "broken":
        return (name, "", "", "", "", size, date, f"broken: {one.reason}")
    facts = {"being recorded": one.recording, "cut off": one.cut_off, "bookmarked": one.bookmarked}
    notes = [note for note, true in facts.items() if true]
    if one.parent is not None:
        notes.append(f"from {clock(one.branch_seconds)}" + ("" if parent_shown else f" of {one.parent}"))
    score = "–" if one.score is None else f"{tidy(one.score):g}"
    length = f"{int(one.seconds // 60)}:{int(one.seconds % 60):02}"
    return (name, one.title, one.brain, score, length, size, date, ", ".join(notes))


def _sum(found: Sequence[ReplaySummary], *, whole: bool, own: bool) -> str:
    from botcore.replay.keeping import replay_limit

    limit = replay_limit()
    bound = f" of {limit / GIGA:g} GB" if whole and own and limit is not None else ""
    return f"{_count(found)}, {sum(one.size for one in found) / MEGA:,.1f} MB{bound}"


@replays.command()
@click.argument("names", nargs=-1, required=True, metavar="ID...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@out_option
@click.pass_obj
def rm(group_out: Path | None, *, names: tuple[str, ...], yes: bool, out: Path | None) -> None:
    """Delete replays."""
    from botcore.replay.library import find_replay, list_replays, replays_root, summarise

    root = replays_root(out or group_out)
    # However it is named, by an id or from where one stands, it is one folder and has a name.
    found = (Path(os.path.abspath(find_replay(root, name, damaged=True))) for name in names)
    folders = list(dict.fromkeys(found))
    for folder in folders:
        # A path may name a replay anywhere, with who knows what beside it.
        if folder.parent != Path(os.path.abspath(root)):
            raise BotplayError(f"{folder} is not in {root}; delete that folder yourself")
    chosen = [summarise(folder) for folder in folders]
    gone = {one.id for one in chosen}
    orphans = [one for one in list_replays(root) if one.parent in gone and one.id not in gone]
    warning = f"; {_count(orphans)} that went on from there will have no parent" if orphans else ""
    _delete(chosen, f"{', '.join(sorted(gone))}{warning}", yes=yes)


@replays.command()
@click.argument("which", type=click.Choice(["best", "last"]))
@click.argument("count", type=click.IntRange(min=0), metavar="N")
@of_game
@of_brain
@click.option("--yes", is_flag=True, help="Do not ask.")
@out_option
@click.pass_obj
def keep(
    group_out: Path | None,
    *,
    which: Literal["best", "last"],
    count: int,
    game: str | None,
    brain: str | None,
    yes: bool,
    out: Path | None,
) -> None:
    """Keep the N best (or last) replays of each game and brain, and delete the others of these.

    Bookmarked ones stay, and so do the parents of what stays.
    """
    from botcore.replay.keeping import surplus
    from botcore.replay.library import list_replays, replays_root

    there = list_replays(replays_root(out or group_out))
    chosen = surplus(there, which, count, lambda one: _is_of(one, game, brain))
    if not chosen:
        click.echo("there is nothing to delete")
        return
    of = [game or "each game", brain or "each brain"] if game or brain else ["each game and brain"]
    _delete(chosen, f"all but the {which} {count} of {', '.join(of)}", yes=yes)


def _delete(chosen: Sequence[ReplaySummary], words: str, *, yes: bool) -> None:
    from botcore.replay.keeping import remove

    size = f"{sum(one.size for one in chosen) / MEGA:,.1f} MB"
    if not yes:
        click.confirm(f"delete {_count(chosen)} of {size}: {words}?", abort=True)
    for one in chosen:
        remove(one)
    click.echo(f"deleted: {_count(chosen)}, {size}")


def _count(replays: Sequence[ReplaySummary]) -> str:
    return f"{len(replays)} replay{'' if len(replays) == 1 else 's'}"
