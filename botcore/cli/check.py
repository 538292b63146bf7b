"""`botplay check`: does what a plugin gives keep the contract?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import click

from botcore.blame import blame, in_a_line
from botcore.cli.options import load, no_plugin
from botcore.discovery import one_line
from botcore.ending import ASKED
from botcore.errors import BotplayError, printable, suggestion

if TYPE_CHECKING:
    from botcore.plugins import Plugins

Check = Callable[[], object]


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="PLUGIN...")
@click.option("--game", help="The game a brain is checked with; if not given, one that it can play.")
@no_plugin
@click.pass_context
def check(ctx: click.Context, names: tuple[str, ...], game: str | None, no_plugin: tuple[str, ...]) -> None:
    """Check the games, brains and parts of plugins (botplay plugins) as the test kit does.

    It opens, plays, trains and saves them for a moment, and says what is broken, and where. With a broken one
    the exit code is 1.
    """
    plugins = load(no_plugin)
    whole = True
    for name in names:
        for what, one in _checks(plugins, name, game):
            reason = _outcome(one)
            whole = whole and not reason
            click.echo(f"{what}: {printable(reason) or 'keeps the contract'}")
    ctx.exit(0 if whole else 1)


def _checks(plugins: Plugins, plugin: str, game: str | None) -> Iterator[tuple[str, Check]]:
    """Yield what a plugin gives, by name, with what checks it.

    Raises:
        BotplayError: there is no such plugin, it is left out, or gives nothing that can be checked.
    """
    from botcore.testing import check_brain, check_game, check_part

    record = next((record for record in plugins.records if record.name == plugin), None)
    if record is None:
        close = suggestion(plugin, [record.name for record in plugins.records])
        raise BotplayError(f"there is no plugin called {plugin!r}{close} (botplay plugins lists them)")
    if record.status != "ok":
        raise BotplayError(f"plugin {plugin!r} is left out: {record.reason}")
    games = [name for name in plugins.games() if plugins.origin_of("game", name) == record]
    brains = [name for name in plugins.brains() if plugins.origin_of("brain", name) == record]
    parts = [named for named in plugins.parts() if plugins.origin_of("part", named) == record]
    if not games and not brains and not parts:
        raise BotplayError(f"plugin {plugin!r} gives no game, brain or part")
    for name in games:
        yield f"game {name}", partial(check_game, plugins, name)
    for role, name in parts:
        yield f"{role} {name}", partial(check_part, plugins, role, name)
    for name in brains:
        try:
            with_game = game or _one_it_can_play(plugins, name, games)
        except BotplayError as error:
            yield f"brain {name}", partial(_refuse, error)
            continue
        yield f"brain {name} ({with_game})", partial(check_brain, plugins, name, game=with_game)


def _refuse(error: BotplayError) -> None:
    raise error


def _outcome(one: Check) -> str:
    """Return what is broken, in a line; nothing where all is well."""
    try:
        one()
    except BotplayError as error:
        return str(error)
    except AssertionError as error:  # of our own, or one in a plugin's code, which has a place
        return blame(error) or one_line(error).removeprefix("AssertionError: ")
    except ASKED:
        raise
    except BaseException as error:  # A plugin's code.
        return in_a_line(error)
    return ""


def _one_it_can_play(plugins: Plugins, brain: str, first: list[str]) -> str:
    """Return a game that shows what a brain can read, of its own plugin if there is one.

    Raises:
        BotplayError: there is none.
    """
    from botcore.environment import bins_of, can_read, kinds, open_env
    from botcore.setup import choose

    reason = ""
    for name in dict.fromkeys([*first, *plugins.games()]):
        try:
            setup = choose(plugins, game=name, brain=brain)
        except BotplayError as error:  # Of the brain's settings, perhaps: then it is the same with each game.
            reason = str(error)
            continue
        try:
            env = open_env(plugins, setup, pictures=False)
        except ASKED:
            raise
        except BaseException:  # A game that is broken is told where it is checked itself.
            continue
        space = env.observation_space
        env.close()
        if can_read(
            plugins.brain(brain), setup.eyes, kinds(space, bins_of(plugins.game(name), setup.scenario, space))
        ):
            return name
    why = f" ({reason})" if reason else ""
    raise BotplayError(f"there is no game here that brain {brain} can play{why}; name one with --game")
