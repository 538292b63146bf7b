"""`botplay train`: as fast as the machine allows, with a word on how it goes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from botcore.cli.options import FILE, chosen, load, note, who_plays_what
from botcore.errors import BotplayError

if TYPE_CHECKING:
    from botcore.plugins import Plugins
    from botcore.training.progress import Progress
    from botcore.training.stopped import Stopped
    from botcore.training.trainer import Run, Trained

SECONDS_BETWEEN_LINES = 10.0
Limits = tuple[int | None, float | None]
"""Steps and minutes of a budget, as they were given."""


@click.command()
@who_plays_what(required=False)
@click.option("--steps", type=click.IntRange(min=1), help="Budget in steps; the preset's if not given.")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="Budget in minutes.")
@click.option("--agents", type=click.IntRange(1, 256), help="Processes that train at once (a3c).")
@click.option("--copies", type=click.IntRange(1, 65536), help="Copies of the game each agent plays.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="0, or the run's own, if not given.")
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
    from botcore.api import run_folder
    from botcore.training.trainer import train as run_training

    plugins = load(no_plugin)
    if resume is not None and from_model is not None:
        raise BotplayError("--resume goes on with a run, --from begins one with a model: give one of them")
    limits = steps, minutes
    if resume is None:
        begun = _new(plugins, names, from_model, limits)
    else:
        begun = _gone_on(plugins, names, resume, limits, spent_is_well=install is True)
    layout = {name: value for name, value in (("agents", agents), ("copies", copies)) if value is not None}
    setup = begun.setup.override("training", **layout) if layout else begun.setup
    run = replace(
        begun,
        setup=setup,
        folder=out or (begun.resume.parent if begun.resume else run_folder(setup)),
        seed=begun.seed if seed is None else seed,
        disabled=no_plugin,
        history=begun.history.then(" ".join(["botplay", *sys.argv[1:]])),
    )

    def tell_begun() -> None:
        note(f"training {setup.brain} on {setup.title}; the run lies in {run.folder}")

    with _display() as tell:
        trained = run_training(plugins, run, tell=tell, warn=note, begun=tell_begun)
    said = _result(trained)
    try:
        said += _install(plugins, run, trained, install)
    finally:
        # Done first, said then: whoever was to read it may be gone, as `| tee` is after Ctrl-C.
        click.echo("\n".join(said))


def _new(plugins: Plugins, names: dict[str, Any], from_model: Path | None, limits: Limits) -> Run:
    """Return a run that begins, with fresh weights or a model's."""
    from botcore.api import begin

    if not names["game"] or not names["brain"]:
        raise BotplayError("training needs --game and --brain (botplay list shows them), or --resume")
    return begin(plugins, chosen(plugins, names), from_model, *limits)


def _gone_on(
    plugins: Plugins, names: dict[str, Any], resume: str, limits: Limits, *, spent_is_well: bool
) -> Run:
    """Return a run that goes on where it was stopped: what it was, and what is set now on top."""
    from botcore.api import budget
    from botcore.setup import asked_settings, check
    from botcore.training.trainer import Run

    fixed = [f"--{name}" for name in ("protocol", "eyes", "memory", "neurons") if names[name] is not None]
    if fixed:
        raise BotplayError(f"a run goes on with what it was: leave {' and '.join(fixed)} out, or begin anew")
    stopped = _find_run(resume, names)
    asked = asked_settings(names["settings_file"], names["assignments"])
    setup = stopped.setup.with_by_hand(asked)
    check(plugins, setup)
    kept = stopped.budget if limits == (None, None) else None
    until, done = kept or budget(setup, *limits), stopped.progress
    if until.spent(done.steps, done.seconds) >= 1 and not spent_is_well:
        gone = f"{done.steps:,} steps in {done.seconds / 60:.1f} minutes"
        raise BotplayError(
            f"this run has spent its budget ({gone}): give it more with --steps or --minutes, "
            "which are those of the whole run"
        )
    return Run(
        setup,
        until,
        Path(),
        stopped.seed,
        resume=stopped.checkpoint,
        history=stopped.history,
    )


def _find_run(resume: str, names: dict[str, Any]) -> Stopped:
    from botcore.paths import data_folder
    from botcore.setup import split_game
    from botcore.training.stopped import last_stopped, open_stopped

    game, scenario = names["game"], names["scenario"]
    if game:
        game, scenario = split_game(game, scenario)
    wanted = {"game": game, "scenario": scenario, "brain": names["brain"]}
    if resume == "last":
        return last_stopped(data_folder() / "runs", wanted)
    stopped = open_stopped(Path(resume))
    for name, value in wanted.items():
        if value and value != getattr(stopped.setup, name):
            was = f"{stopped.setup.title} with {stopped.setup.brain}"
            raise BotplayError(f"{stopped.checkpoint} is a run of {was}, not of {value}")
    return stopped


def _install(plugins: Plugins, run: Run, trained: Trained, install: bool | None) -> list[str]:
    """Install the model, or, where it is not to be or would take the place of a better one, put it aside.

    Returns what to say of it.
    """
    from botcore.api import install_trained, put_aside, reason_to_keep
    from botcore.models import NOT_INSTALLED

    reason = None if install else "as you asked"
    if install is None:
        reason = reason_to_keep(plugins, run, trained)
    if reason is None:
        aside = put_aside(run)
        said = [f"installed: {install_trained(plugins, run, trained).folder}"]
        return said if aside is None else [*said, f"the model that was there: {aside} (play it with --model)"]
    said = [f"not installed: {reason}"]
    if trained.progress.steps == 0:
        return said
    aside = install_trained(plugins, run, trained, folder=run.folder / NOT_INSTALLED).folder
    how = f"play it with --model, install it with --resume {run.folder} --install"
    return [*said, f"its model: {aside} ({how})"]


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
