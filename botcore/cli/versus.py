"""`botplay versus`: several brains play the same game side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from botcore.cli.options import (
    game_option,
    how_it_plays,
    load,
    no_plugin,
    note,
    protocol_option,
    scenario_option,
)
from botcore.errors import BotplayError

if TYPE_CHECKING:
    from botcore.plugins import Plugins
    from botcore.setup import Setup
    from botcore.versus import Versus


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
    no_plugin: tuple[str, ...],
) -> None:
    """Let brains play the same game from the same seeds, side by side in one window."""
    from botcore.setup import choose
    from botcore.versus import open_versus, parse_models

    plugins = load(no_plugin)
    setups = [
        choose(plugins, game=game, brain=name, scenario=scenario, protocol=protocol, assignments=assignments)
        for name in brains
    ]
    windowed = _windowed(plugins, setups, no_window=no_window)
    with open_versus(
        plugins,
        setups,
        models=parse_models(models, brains),
        seed=seed,
        record=not no_record,
        out=out,
        on_problem=note,
    ) as opened:
        _warn_of_fresh(plugins, opened)
        if windowed:
            _show(opened, episodes, speed)
        else:
            _count(opened, episodes or 1)
    if opened.group is not None:
        click.echo(f"replay: {opened.group}")


def _windowed(plugins: Plugins, setups: Sequence[Setup], *, no_window: bool) -> bool:
    from botcore.window.display import have_display

    windowed = not no_window and have_display()
    if not windowed and any("keyboard" in plugins.brain(setup.brain).tags for setup in setups):
        raise BotplayError("who plays with the keyboard needs a window and a screen")
    if not windowed and not no_window:
        note("there is no screen, so they play without a window")
    return windowed


def _warn_of_fresh(plugins: Plugins, opened: Versus) -> None:
    for contender in opened.contenders:
        setup = contender.live.session.setup
        if contender.live.model is None and plugins.brain(setup.brain).trains:
            note(f"there is no trained model for {setup.title} with {setup.brain}: fresh weights play")


def _show(opened: Versus, episodes: int | None, speed: float) -> None:
    from botcore.versus import Round, spell_rounds
    from botcore.window.versus import Player, run_versus

    rounds: list[Round] = []

    def plays_on(seed: int, scores: Sequence[float]) -> bool:
        rounds.append(Round(seed, tuple(scores)))
        return episodes is None or len(rounds) < episodes

    recorders = [c.live.recorder for c in opened.contenders if c.live.recorder is not None]
    for recorder in recorders:
        recorder.patient = False
    players = [Player(c.label, c.live.session, c.live.moments) for c in opened.contenders]
    run_versus(
        players,
        plays_on,
        speed=speed,
        recording=bool(recorders),
        notice=lambda: "the disk cannot follow the recording" if any(r.behind for r in recorders) else None,
    )
    if rounds:
        click.echo(spell_rounds([c.label for c in opened.contenders], rounds))


def _count(opened: Versus, episodes: int) -> None:
    from botcore.versus import spell_rounds

    click.echo(spell_rounds([c.label for c in opened.contenders], list(opened.rounds(episodes))))
