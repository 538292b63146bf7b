"""`botplay play`: a bot plays, in a window if there is a screen."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from botcore.cli.options import chosen, how_it_plays, load, model_option, note, say_opening, who_plays_what
from botcore.cli.whose_weights import say_whose_weights
from botcore.errors import BotplayError
from botcore.totals import tidy

if TYPE_CHECKING:
    from botcore.live import Live
    from botcore.replay.recorder import Recorder
    from botcore.session import Session

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
    say_opening(setup.title)
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
        say_whose_weights(plugins, live.session.setup, live.model)
        show(live, speed) if windowed else count(live)
    finally:
        finish(live)


def _have_display() -> bool:
    from botcore.window.display import have_display

    return have_display()


def finish(live: Live) -> None:
    """Complete the recording, say where it is, and close the game."""
    live.moments.close()
    if live.recorder is not None and live.recorder.folder is not None:
        click.echo(f"replay: {live.recorder.folder}")
    live.session.close()  # last: a game may fail at it, or hang


def show(live: Live, speed: float) -> None:
    """Show live play in a window until it is closed."""
    from botcore.lineup import LineUp
    from botcore.window.live import run_live

    recorder, session = live.recorder, live.session
    if recorder is not None:
        recorder.patient = False
    run_live(
        session,
        live.moments,
        speed=speed,
        on_problem=note,
        recording=lambda: recorder is not None and recorder.active,
        notice=lambda: said_by(recorder) if recorder else None,
        change_brain=LineUp(session).next,
        keep=lambda: _keep(session),
    )


def _keep(session: Session) -> str:
    """Keep what the brain has learned; return what to say of it. The terminal says how it plays again."""
    from botcore.learned import keep_learned

    model = keep_learned(session)
    title, brain = session.setup.title, session.setup.brain
    again = ["botplay", "--game", title, "--brain", brain, "--model", model.name]
    click.echo(f"model: {model.folder} ({shlex.join(again)})")
    click.echo(f"botplay models rename {model.name} NAME gives it another name")
    return f"kept as the model {model.name}"


def said_by(recorder: Recorder) -> str | None:
    """Return what a window shows of how recording goes."""
    return recorder.word() or (BEHIND if recorder.behind else None)


def count(live: Live) -> None:
    """Let live play run without a window, and print the score of each episode."""
    for moment in live.moments:
        if moment.last:
            number, score = moment.episode + 1, f"{tidy(moment.score):g}"
            click.echo(f"episode {number}: score {score}, {moment.step} steps, seed {moment.seed}")
