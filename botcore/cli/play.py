"""`botplay play`: a bot plays, in a window if there is a screen."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from botcore.cli.options import chosen, how_it_plays, load, model_option, note, who_plays_what
from botcore.errors import BotplayError

if TYPE_CHECKING:
    from botcore.live import Live
    from botcore.plugins import Plugins
    from botcore.replay.recorder import Recorder
    from botcore.setup import Setup

BEHIND = "the recording cannot keep up (this machine is too busy)"


@click.command()
@who_plays_what()
@model_option
@click.option("--learn", is_flag=True, help="Go on learning while playing.")
@how_it_plays()
def play(
    *,
    model: Path | None,
    episodes: int | None,
    seed: int | None,
    speed: float,
    learn: bool,
    no_window: bool,
    no_record: bool,
    out: Path | None,
    no_plugin: tuple[str, ...],
    **names: Any,
) -> None:
    """Watch a bot play. `botplay --game GAME --brain BRAIN` is the same."""
    plugins = load(no_plugin)
    setup = chosen(plugins, names)
    windowed = not no_window and _have_display()
    brain = plugins.brain(setup.brain)
    if not windowed and "keyboard" in brain.tags:
        raise BotplayError(f"brain {brain.name} plays with the keyboard, which needs a window and a screen")
    if not windowed and not no_window:
        note("there is no screen, so it plays without a window")
    if learn and not brain.trains:
        note(f"brain {brain.name} has nothing to learn, so --learn changes nothing")
    from botcore.live import open_live

    live = open_live(
        plugins,
        setup,
        model=model,
        episodes=episodes if windowed else episodes or 1,
        seed=seed,
        learn=learn,
        record=not no_record,
        out=out,
        on_problem=note,
    )
    try:
        if live.model is None and brain.trains:
            warn_of_fresh_weights(setup, plugins)
        show(live, speed) if windowed else count(live)
    finally:
        finish(live)


def _have_display() -> bool:
    from botcore.window.display import have_display

    return have_display()


def warn_of_fresh_weights(setup: Setup, plugins: Plugins) -> None:
    """Say why fresh weights play, and how to train what was asked for."""
    from botcore.models import find_model

    words = ["botplay", "train", "--game", setup.title, "--brain", setup.brain]
    command = shlex.join([*words, *_asked_for(plugins, setup)])
    trained = find_model(plugins, setup)
    if trained is None:
        why = f"there is no trained model for {setup.title} with {setup.brain}: fresh weights play"
        note(f"{why} ({command} makes one)")
        return
    parts = ", ".join(_trained_parts(plugins, trained.card.setup, setup))
    note(f"the trained model has other parts ({parts}), so these are fresh weights ({command} trains them)")


def _trained_parts(plugins: Plugins, trained: Setup, asked: Setup) -> Iterator[str]:
    """Yield what a trained model has in place of what was asked for: `memory lstm`, `memory.size=128`."""
    from botcore.contracts.brain import ROLES
    from botcore.setup import part_settings

    for role in ROLES:
        name = getattr(trained, role)
        if name != getattr(asked, role):
            yield f"{role} {name}" if name else f"no {role}"
            continue
        theirs, ours = (part_settings(plugins, setup, role) for setup in (trained, asked))
        for field in fields(theirs) if theirs is not None else ():
            value = getattr(theirs, field.name)
            if value != getattr(ours, field.name):
                yield f"{role}.{field.name}={value}"


def _asked_for(plugins: Plugins, setup: Setup) -> Iterator[str]:
    """Yield the options for what is not usual for this game and brain: protocol, parts and settings."""
    from botcore.contracts.brain import ROLES
    from botcore.setup import usual_settings

    game, brain = plugins.game(setup.game), plugins.brain(setup.brain)
    if setup.protocol != game.protocols[0]:
        yield from ("--protocol", setup.protocol)
    for role in ROLES:
        name = getattr(setup, role)
        if name != getattr(brain, role):
            yield from (f"--{role}", name or "none")
    usual = _made(plugins, replace(setup, settings=usual_settings(game, brain, setup)))
    made = _made(plugins, setup)
    for section, values in setup.by_hand.items():
        for name, value in values.items():
            # A settings file may hold every setting there is; the usual ones need no word.
            if getattr(made[section], name, None) != getattr(usual[section], name, None):
                yield from _assignments(f"{section}.{name}", value)


def _made(plugins: Plugins, setup: Setup) -> dict[str, Any]:
    """Return what each section of the settings comes to."""
    from botcore.contracts.brain import ROLES
    from botcore.loading import load
    from botcore.setup import part_settings

    game, brain = plugins.game(setup.game), plugins.brain(setup.brain)
    return {
        "learner": setup.section("learner", load(brain.settings)) if brain.settings else None,
        "reward": setup.reward_rule(game),
        "game": setup.game_options(game),
        "training": setup.training(),
        **{role: part_settings(plugins, setup, role) for role in ROLES},
    }


def _assignments(name: str, value: Any) -> Iterator[str]:
    """Yield `--set NAME=VALUE`, for a table one for each thing in it."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _assignments(f"{name}.{key}", item)
        return
    yield from ("--set", f"{name}={value if isinstance(value, str) else json.dumps(value, default=str)}")


def finish(live: Live) -> None:
    """Complete the recording, say where it is, and close the game."""
    close = getattr(live.moments, "close", None)
    if close is not None:
        close()
    live.session.close()
    if live.recorder is not None and live.recorder.folder is not None:
        click.echo(f"replay: {live.recorder.folder}")


def show(live: Live, speed: float) -> None:
    """Show live play in a window until it is closed."""
    from botcore.lineup import LineUp
    from botcore.window.live import run_live

    recorder = live.recorder
    if recorder is not None:
        recorder.patient = False
    run_live(
        live.session,
        live.moments,
        speed=speed,
        on_problem=note,
        recording=lambda: recorder is not None and recorder.active,
        notice=lambda: said_by(recorder) if recorder else None,
        change_brain=LineUp(live.session).next,
    )


def said_by(recorder: Recorder) -> str | None:
    """Return what a window shows of how recording goes."""
    return recorder.word() or (BEHIND if recorder.behind else None)


def count(live: Live) -> None:
    """Let live play run without a window, and print the score of each episode."""
    for moment in live.moments:
        if moment.last:
            number, score = moment.episode + 1, f"{moment.score:g}"
            click.echo(f"episode {number}: score {score}, {moment.step} steps, seed {moment.seed}")
