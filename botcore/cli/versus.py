"""`botplay versus`: several brains play the same game side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from botcore.cli.answer import json_option, tell_json
from botcore.cli.options import (
    game_option,
    how_it_plays,
    load,
    no_plugin,
    note,
    protocol_option,
    say_opening,
    scenario_option,
)
from botcore.cli.play import said_by
from botcore.cli.whose_weights import say_whose_weights
from botcore.errors import BotplayError

if TYPE_CHECKING:
    from botcore.plugins import Plugins
    from botcore.setup import Setup
    from botcore.versus import Round, Versus


@click.command()
@game_option()
@click.option("--brain", "brains", multiple=True, required=True, help="A brain; give two to six.")
@scenario_option
@protocol_option
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="BRAIN=MODEL",
    help="A trained model for a brain (or its number: 2=MODEL); the installed one if not given.",
)
@click.option(
    "--set", "assignments", multiple=True, metavar="SECTION.NAME=VALUE", help="Change a setting of all."
)
@how_it_plays()
@json_option("Print the rounds as JSON.")
@no_plugin
def versus(
    *,
    game: str,
    brains: tuple[str, ...],
    scenario: str | None,
    protocol: str | None,
    models: tuple[str, ...],
    assignments: tuple[str, ...],
    episodes: int | None,
    seed: int | None,
    speed: float,
    no_window: bool,
    no_record: bool,
    out: Path | None,
    as_json: bool,
    no_plugin: tuple[str, ...],
) -> None:
    """Let brains play the same game from the same seeds, side by side in one window.

    At the end, or after Ctrl-C, the scores of the rounds that were finished are a table.
    """
    from botcore.setup import choose
    from botcore.versus import open_versus, parse_models

    plugins = load(no_plugin)
    setups = [
        choose(plugins, game=game, brain=name, scenario=scenario, protocol=protocol, assignments=assignments)
        for name in brains
    ]
    windowed = _windowed(plugins, setups, no_window=no_window)
    planned = episodes if windowed else episodes or 1
    say_opening(setups[0].title)
    opened: Versus | None = None
    rounds: list[Round] = []
    stopped = False
    try:
        with open_versus(
            plugins,
            setups,
            models=parse_models(models, brains),
            seed=seed,
            record=not no_record,
            out=out,
            on_problem=note,
        ) as opened:
            for contender in opened.contenders:
                say_whose_weights(plugins, contender.live.session.setup, contender.live.model)
            if windowed:
                _show(opened, rounds, planned, speed)
            else:
                for one in opened.rounds(episodes or 1):
                    rounds.append(one)
    except (KeyboardInterrupt, SystemExit):
        stopped = True
        raise
    finally:
        if opened is not None:
            _tell(opened, rounds, planned, stopped=stopped, as_json=as_json)


def _windowed(plugins: Plugins, setups: Sequence[Setup], *, no_window: bool) -> bool:
    from botcore.window.display import have_display

    windowed = not no_window and have_display()
    if not windowed and any("keyboard" in plugins.brain(setup.brain).tags for setup in setups):
        raise BotplayError("who plays with the keyboard needs a window and a screen")
    if not windowed and not no_window:
        note("there is no screen, so they play without a window")
    return windowed


def _show(opened: Versus, rounds: list[Round], planned: int | None, speed: float) -> None:
    """Show them in a window until it is closed, and add each round that was played to its end."""
    from botcore.versus import Round
    from botcore.window.versus import Player, run_versus

    def plays_on(seed: int, scores: Sequence[float]) -> bool:
        rounds.append(Round(seed, tuple(scores)))
        return planned is None or len(rounds) < planned

    recorders = [c.live.recorder for c in opened.contenders if c.live.recorder is not None]
    for recorder in recorders:
        recorder.patient = False
    players = [Player(c.label, c.live.session, c.live.moments) for c in opened.contenders]
    run_versus(
        players,
        plays_on,
        speed=speed,
        recording=lambda: any(recorder.active for recorder in recorders),
        notice=lambda: next(filter(None, map(said_by, recorders)), None),
    )


def _tell(
    opened: Versus, rounds: Sequence[Round], planned: int | None, *, stopped: bool, as_json: bool
) -> None:
    """Print the scores of the rounds there were, and what the recordings have in common."""
    from botcore.versus import spell_rounds

    if as_json:
        cut = stopped or (planned is not None and len(rounds) < planned)
        tell_json(_answer(opened, rounds, planned, stopped=cut))
        return
    if rounds:
        click.echo(spell_rounds([c.label for c in opened.contenders], rounds))
    if stopped:
        number = len(rounds)
        of_all = f" round{'s' * (number != 1)}" if planned is None else f" of {planned} rounds"
        click.echo(f"stopped after {number}{of_all}")
    if (replay := _replay(opened)) is not None:
        click.echo(f"replay: {replay}")


def _answer(opened: Versus, rounds: Sequence[Round], planned: int | None, *, stopped: bool) -> dict[str, Any]:
    """Return the same for a program; `scores` are in the order of the contenders."""
    setup = opened.contenders[0].live.session.setup
    models = [contender.live.model for contender in opened.contenders]
    return {
        "game": setup.game,
        "scenario": setup.scenario,
        "protocol": setup.protocol,
        "contenders": [contender.label for contender in opened.contenders],
        "models": [None if model is None else str(model.folder) for model in models],
        "rounds": [asdict(one) for one in rounds],
        "planned": planned,
        "stopped": stopped,
        "replay": _replay(opened),
    }


def _replay(opened: Versus) -> str | None:
    """Return what their recordings are found by, if one of them has begun."""
    recorders = [c.live.recorder for c in opened.contenders]
    return opened.group if any(r is not None and r.folder is not None for r in recorders) else None
