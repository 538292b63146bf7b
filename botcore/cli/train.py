"""`botplay train`: as fast as the machine allows, with a word on how it goes."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from botcore.cli.options import FILE, chosen, load, note, say_opening, who_plays_what
from botcore.contracts.brain import ROLES
from botcore.errors import BotplayError
from botcore.seeds import LARGEST_SEED

if TYPE_CHECKING:
    from botcore.plugins import Plugins
    from botcore.training.begin import Limits
    from botcore.training.install import Outcome
    from botcore.training.progress import Progress
    from botcore.training.trainer import Run, Trained

SECONDS_BETWEEN_LINES = 10.0


@click.command()
@who_plays_what(required=False)
@click.option("--steps", type=click.IntRange(min=1), help="Budget in steps; the preset's if not given.")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="Budget in minutes.")
@click.option("--agents", type=click.IntRange(1, 256), help="Processes that train one network at once.")
@click.option("--copies", type=click.IntRange(1, 65536), help="Copies of the game each agent plays.")
@click.option("--seed", type=click.IntRange(0, LARGEST_SEED), help="0, or the run's own, if not given.")
@click.option(
    "--resume", is_flag=False, flag_value="last", metavar="[PATH]", help="Go on with a run, or the last."
)
@click.option(
    "--from",
    "from_model",
    type=FILE,
    metavar="MODEL",
    help="Start from a trained model, by its folder or name: its weights and settings.",
)
@click.option(
    "--out", type=FILE, metavar="DIR", help="Folder of the run; a new one in the data folder if not given."
)
@click.option(
    "--install/--no-install",
    default=None,
    help="Whether `botplay play` plays the model from then on. If not given: yes, but a run that was stopped "
    "does not take the place of another model.",
)
def train(
    *,
    steps: int | None,
    minutes: float | None,
    agents: int | None,
    copies: int | None,
    seed: int | None,
    resume: str | None,
    from_model: Path | None,
    out: Path | None,
    install: bool | None,
    no_plugin: tuple[str, ...],
    **names: Any,
) -> None:
    """Train a brain on a game. Ctrl-C saves and ends; --resume goes on."""
    from botcore.training.begin import as_asked
    from botcore.training.install import put_in_place
    from botcore.training.trainer import train as run_training

    plugins = load(no_plugin)
    if resume is not None and from_model is not None:
        raise BotplayError("--resume goes on with a run, --from begins one with a model: give one of them")
    limits = steps, minutes
    if resume is None:
        begun, whence = _new(plugins, names, from_model, limits), ""
    else:
        begun, whence = _gone_on(plugins, names, resume, limits, installs=install is True)
    layout = {name: value for name, value in (("agents", agents), ("copies", copies)) if value is not None}
    setup = begun.setup.override("training", **layout) if layout else begun.setup
    command = shlex.join(["botplay", *sys.argv[1:]])
    run = replace(as_asked(begun, out, seed, command), setup=setup, disabled=no_plugin)

    def tell_begun() -> None:
        note(f"training {setup.brain} on {setup.title}; the run lies in {run.folder}{whence}")

    say_opening(f"{setup.title} for {setup.brain}")
    with _display() as tell:
        trained = run_training(plugins, run, tell=tell, warn=note, begun=tell_begun)
    said = _result(trained)
    try:
        said += _became(run, put_in_place(plugins, run, trained, install=install))
    finally:
        # Done first, said then: whoever was to read it may be gone, as `| tee` is after Ctrl-C.
        click.echo("\n".join(said))


def _new(plugins: Plugins, names: dict[str, Any], from_model: Path | None, limits: Limits) -> Run:
    """Return a run that begins, with fresh weights or a model's."""
    from botcore.training.begin import begin

    if from_model is not None and not (names["game"] and names["brain"]):
        names = _as_trained(plugins, names, from_model)
    if not names["game"] or not names["brain"]:
        raise BotplayError("training needs --game and --brain (botplay list shows them), --from or --resume")
    return begin(plugins, chosen(plugins, names), from_model, limits)


def _as_trained(plugins: Plugins, names: dict[str, Any], model: Path) -> dict[str, Any]:
    """Return the names with what a model's card says of game and brain, where they are not given."""
    from botcore.models import called_model

    trained = called_model(plugins, model).card.setup
    brain, game = names["brain"] or trained.brain, names["game"]
    if game:
        return {**names, "brain": brain}
    return {**names, "brain": brain, "game": trained.game, "scenario": names["scenario"] or trained.scenario}


def _gone_on(
    plugins: Plugins, names: dict[str, Any], resume: str, limits: Limits, *, installs: bool
) -> tuple[Run, str]:
    """Return a run that goes on where it was stopped, and from where, in words.

    One that has spent its budget may be installed yet.
    """
    from botcore.setup import asked_settings
    from botcore.training.begin import find_run, go_on

    fixed = {f"--{name}": names[name] for name in ROLES}
    stopped = find_run(resume, *(names[name] for name in ("game", "scenario", "brain", "protocol")))
    asked = asked_settings(names["settings_file"], names["assignments"])
    run = go_on(plugins, stopped, asked, limits, fixed=fixed, spent_is_well=installs)
    saved = datetime.fromtimestamp(stopped.checkpoint.stat().st_mtime).astimezone()
    return run, f", and goes on from {stopped.progress.steps:,} steps, as saved {saved:%Y-%m-%d %H:%M:%S}"


def _became(run: Run, outcome: Outcome) -> list[str]:
    """Return what became of the trained model, in a line or two."""
    from botcore.scores import spell_score

    if outcome.kept is None and outcome.model is not None:
        said = [f"installed: {outcome.model.folder}"]
        if outcome.aside is not None:
            said.append(f"the model that was there: {outcome.aside} (play it with --model)")
        if outcome.hides is not None:
            back = f"botplay models remove {outcome.model.name} brings it back"
            said.append(
                f"it plays instead of the one that ships ({spell_score(outcome.hides.card.score)}): {back}"
            )
        return said
    said = [f"not installed: {outcome.kept}"]
    if outcome.model is None:
        return said
    how = f"play it with --model, install it with --resume {shlex.quote(str(run.folder))} --install"
    return [*said, f"its model: {outcome.model.folder} ({how})"]


@contextmanager
def _display() -> Iterator[Callable[[Progress], None]]:
    """Give a function that shows progress: a line that changes on a terminal, else a line now and then."""
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    console = Console(stderr=True)
    if console.is_terminal:
        with Live(console=console, refresh_per_second=4, transient=True) as live:
            yield lambda progress: live.update(Text("\n".join([line(progress), *team(progress)])))
        return
    next_line = time.monotonic() + SECONDS_BETWEEN_LINES

    def tell(progress: Progress) -> None:
        nonlocal next_line
        if time.monotonic() >= next_line:
            next_line = time.monotonic() + SECONDS_BETWEEN_LINES
            with suppress(OSError):  # as `note`
                click.echo(line(progress), err=True)

    yield tell


def line(progress: Progress) -> str:
    """Return how it goes in one line: share done, steps, pace, score, losses, time left."""
    words = [f"{progress.spent:4.0%}", f"{progress.steps:,} steps", f"{progress.rate:,.0f} steps/s"]
    if progress.mean_score is not None:
        words.append(
            f"score {progress.mean_score:.4g} (last {len(progress.recent)} of {progress.episodes:,})"
        )
        # By most rules the two differ, and one that rises tells of learning long before a game is won.
        reward = progress.mean_reward
        if reward is not None and f"{reward:.4g}" != f"{progress.mean_score:.4g}":
            words.append(f"reward {reward:.4g}")
    words += [f"{name} {value:.3g}" for name, value in list(progress.metrics.items())[:4]]
    left = progress.seconds_left
    if left != float("inf"):
        words.append(f"{int(left // 60)}:{int(left % 60):02} left")
    return "  ".join(words)


def team(progress: Progress) -> list[str]:
    """Return a line for each agent of a team: its steps, its episodes, its score."""
    lines = []
    for number, member in enumerate(progress.team if len(progress.team) > 1 else []):
        score = f"  score {sum(member.recent) / len(member.recent):.4g}" if member.recent else ""
        lines.append(f"  agent {number + 1}  {member.steps:,} steps  {member.episodes:,} episodes{score}")
    return lines


def _result(trained: Trained) -> list[str]:
    """Return what a run came to, in two lines."""
    progress, ended = trained.progress, "stopped" if trained.interrupted else "finished"
    score = "no episode ended" if progress.mean_score is None else f"score {progress.mean_score:.4g}"
    return [
        f"{ended}: {progress.steps:,} steps in {progress.seconds / 60:.1f} minutes, {score}",
        f"checkpoint: {trained.checkpoint}",
    ]
