"""`botplay list` and `botplay plugins`: what there is, and where it comes from."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from botcore.cli.answer import json_option, tell_json
from botcore.cli.options import load, no_plugin, note
from botcore.contracts.brain import ROLES
from botcore.discovery import one_line
from botcore.ending import ASKED
from botcore.errors import BotplayError

if TYPE_CHECKING:
    from botcore.contracts.game import Game
    from botcore.plugins import Plugins

MANY = 12


@click.command("list")
@json_option("Print as JSON, with every scenario.")
@click.option("--all", "everything", is_flag=True, help="Show every scenario.")
@no_plugin
def list_command(*, as_json: bool, everything: bool, no_plugin: tuple[str, ...]) -> None:
    """List games with their scenarios, and brains with their parts."""
    plugins = load(no_plugin)
    if as_json:
        tell_json({"games": games(plugins), "brains": brains(plugins), "parts": parts(plugins)})
        return
    click.echo("games")
    for game in games(plugins):
        click.echo(f"  {game['name']:<12} {game['summary']}  [{game['from']}]")
        names = [scenario["name"] for scenario in game["scenarios"]]
        shown = (
            names if everything or len(names) <= MANY else [*names[:MANY], f"… {len(names)} in all (--all)"]
        )
        click.echo(click.wrap_text(", ".join(shown), 100, " " * 15, " " * 15))
    click.echo("brains")
    for brain in brains(plugins):
        made_of = ", ".join(f"{role} {brain[role]}" for role in ROLES if brain[role])
        click.echo(
            f"  {brain['name']:<12} {brain['summary']}{f' ({made_of})' if made_of else ''}  [{brain['from']}]"
        )
    click.echo("parts")
    for part in parts(plugins):
        click.echo(f"  {part['name']:<12} {part['role']}: {part['summary']}  [{part['from']}]")


def games(plugins: Plugins) -> list[dict[str, Any]]:
    """Return the games as plain data."""
    return [
        {
            "name": game.name,
            "summary": game.summary,
            "scenarios": scenarios(plugins, game),
            "protocols": list(game.protocols),
            "from": origin(plugins, "game", game.name),
        }
        for game in plugins.games().values()
    ]


def scenarios(plugins: Plugins, game: Game) -> list[dict[str, str]]:
    """Return a game's scenarios as plain data; none, and a line on why, where its plugin cannot list them."""
    try:
        return [{"name": one.name, "summary": one.summary} for one in game.all_scenarios()]
    except ASKED:
        raise
    except BaseException as error:
        whose = origin(plugins, "game", game.name)
        why = str(error) if isinstance(error, BotplayError) else one_line(error)
        note(f"game {game.name} of {whose} cannot list its scenarios: {why}")
        return []


def brains(plugins: Plugins) -> list[dict[str, Any]]:
    """Return the brains as plain data, in the order of the ladder."""
    ladder = sorted(plugins.brains().values(), key=lambda b: (b.rung is None, b.rung or 0))
    return [
        {
            "name": brain.name,
            "summary": brain.summary,
            **{role: getattr(brain, role) for role in ROLES},
            "from": origin(plugins, "brain", brain.name),
        }
        for brain in ladder
    ]


def parts(plugins: Plugins) -> list[dict[str, Any]]:
    """Return the parts as plain data."""
    return [
        {
            "name": p.name,
            "role": p.role,
            "summary": p.summary,
            "from": origin(plugins, "part", (p.role, p.name)),
        }
        for p in plugins.parts().values()
    ]


def origin(plugins: Plugins, kind: str, name: Any) -> str:
    """Return `distribution version` of what gives something."""
    record = plugins.origin_of(kind, name)
    return f"{record.distribution} {record.version}".strip() or record.name


@click.command("plugins")
@json_option()
@no_plugin
def plugins_command(*, as_json: bool, no_plugin: tuple[str, ...]) -> None:
    """List plugins: where each comes from, and whether it works."""
    from botcore.plugins import load_plugins

    records = load_plugins(disabled=no_plugin).records
    if as_json:
        tell_json([asdict(record) for record in records])
        return
    for record in records:
        status = record.status if record.status == "ok" else f"{record.status}: {record.reason}"
        source = f"{record.distribution} {record.version}"
        click.echo(f"{record.name:<12} {source:<24} {status}")
        if record.hooks:
            click.echo(f"{'':<12} {', '.join(record.hooks)}  {record.path}")
