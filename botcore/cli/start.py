"""`botplay` with nothing else: the start screen, and what is opened from it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from botcore.cli.options import load, note
from botcore.ending import ASKED
from botcore.errors import BotplayError

if TYPE_CHECKING:
    from botcore.live import Live
    from botcore.plugins import Plugins
    from botcore.window.start.catalogue import Catalogue, Play, Watch

MOST_REPLAYS = 100


def show_start() -> bool:
    """Show the start screen until it is closed; False where there is no screen to show it on."""
    from botcore.window.display import have_display

    if not have_display():
        return False
    from botcore.window.start.screen import run_start

    plugins = load(())
    run_start(
        lambda: _catalogue(plugins),
        lambda chosen: _play(plugins, chosen),
        lambda chosen: _watch(plugins, chosen),
    )
    return True


def _catalogue(plugins: Plugins) -> Catalogue:
    from botcore.replay.library import list_replays, replays_root
    from botcore.window.start.catalogue import make_catalogue

    return make_catalogue(plugins, list_replays(replays_root())[:MOST_REPLAYS])


def _play(plugins: Plugins, chosen: Play) -> None:
    from botcore.cli.play import finish, show

    live = _open(plugins, chosen)
    try:
        show(live, 1.0)
    finally:
        finish(live)


def _open(plugins: Plugins, chosen: Play) -> Live:
    """Open the game; whatever a plugin's code raises becomes a line on the start screen."""
    from botcore.live import open_live
    from botcore.setup import choose

    try:
        setup = choose(plugins, game=chosen.game, scenario=chosen.scenario, brain=chosen.brain)
        return open_live(plugins, setup, on_problem=note)
    except (BotplayError, *ASKED):
        raise
    except BaseException as error:
        raise BotplayError(f"{type(error).__name__}: {error}") from error


def _watch(plugins: Plugins, chosen: Watch) -> None:
    from botcore.cli.replay import by_a_person
    from botcore.replay.reader import open_replay
    from botcore.window.compare import run_comparison
    from botcore.window.player import run_replay

    with ExitStack() as stack:
        replays = [stack.enter_context(open_replay(folder)) for folder in chosen.replays]
        if len(replays) > 1:
            run_comparison(replays)
        else:
            run_replay(replays[0], take_over=by_a_person(lambda: plugins, replays[0], None))
