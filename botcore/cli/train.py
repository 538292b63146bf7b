"""`botplay train`: as fast as the machine allows, with a word on how it goes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from botcore.cli.options import FILE, chosen, load, note, who_plays_what
from botcore.errors import BotplayError

if TYPE_CHECKING:
    from botcore.plugins import Plugins
    from botcore.setup import Setup
    from botcore.training.history import History
    from botcore.training.progress import Progress

SECONDS_BETWEEN_LINES = 10.0


@click.command()
@who_plays_what(required=False)
@click.option("--steps", type=click.IntRange(min=1), help="Budget in steps; the preset's if not given.")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="Budget in minutes.")
@click.option("--agents", type=click.IntRange(1, 256), help="Processes that train at once (a3c).")
@click.option("--copies", type=click.IntRange(1, 65536), help="Copies of the game each agent plays.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
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
@click.option("--no-install", is_flag=True, help="Do not install the model for `botplay play`.")
def train(
    *,
    steps: int | None,
    minutes: float | None,
    agents: int | None,
    copies: int | None,
    seed: int,
    resume: str | None,
    from_model: Path | None,
    out: Path | None,
    no_install: bool,
    no_plugin: tuple[str, ...],
    **names: Any,
) -> None:
    """Train a brain on a game. Ctrl-C saves and ends; --resume goes on."""
    from botcore.api import budget, install_trained, run_folder
    from botcore.models import settle
    from botcore.training.history import History
    from botcore.training.trainer import Run
    from botcore.training.trainer import train as run_training

    plugins = load(no_plugin)
    checkpoint, setup, history = _what(plugins, names, resume)
    setup, model = settle(plugins, setup, from_model) if from_model else (setup, None)
    if model is not None:
        history = History.of(model.card)
    layout = {name: value for name, value in (("agents", agents), ("copies", copies)) if value is not None}
    setup = setup.override("training", **layout) if layout else setup
    folder = out or (checkpoint.parent if checkpoint else run_folder(setup))
    weights = model.weights() if model else None
    history = history.then(" ".join(["botplay", *sys.argv[1:]]))
    run = Run(
        setup, budget(setup, steps, minutes), folder, seed, weights, checkpoint, no_plugin, history=history
    )

    def begun() -> None:
        note(f"training {setup.brain} on {setup.title}; the run lies in {folder}")

    with _display() as tell:
        trained = run_training(plugins, run, tell=tell, warn=note, begun=begun)
    _tell_result(trained.progress, trained.checkpoint, interrupted=trained.interrupted)
    if not no_install:
        model = install_trained(run, trained)
        click.echo(f"installed: {model.folder}")


def _what(plugins: Plugins, names: dict[str, Any], resume: str | None) -> tuple[Path | None, Setup, History]:
    """Return the checkpoint to go on from, or None, what is trained, and what lies behind it."""
    from botcore.training.history import History

    if resume is None:
        if not names["game"] or not names["brain"]:
            raise BotplayError("training needs --game and --brain (botplay list shows them), or --resume")
        return None, chosen(plugins, names), History()
    from botcore.setup import Setup, check
    from botcore.training.checkpoint import read_checkpoint

    checkpoint = _find_run(resume, names)
    _, facts = read_checkpoint(checkpoint)
    setup = Setup.from_json(facts.get("setup"))
    for name in ("game", "brain"):
        if names[name] and names[name].split("/")[0].split(":")[0] != getattr(setup, name):
            raise BotplayError(
                f"{checkpoint} is a run of {setup.title} with {setup.brain}, not of {names[name]}"
            )
    if names["assignments"]:
        from botcore.settings import parse_assignment

        for section, name, value in map(parse_assignment, names["assignments"]):
            setup = setup.override(section, **{name: value})
    check(plugins, setup)
    return checkpoint, setup, History.read(facts.get("history"))


def _find_run(resume: str, names: dict[str, Any]) -> Path:
    from botcore.paths import data_folder
    from botcore.training.trainer import CHECKPOINT

    if resume != "last":
        path = Path(resume)
        return path / CHECKPOINT if path.is_dir() else path
    words = [names[name].replace("/", "-").replace(":", "-") for name in ("game", "brain") if names[name]]
    runs = sorted(
        (
            path
            for path in (data_folder() / "runs").glob(f"*/{CHECKPOINT}")
            if all(w in path.parent.name for w in words)
        ),
        key=lambda path: path.stat().st_mtime,
    )
    if not runs:
        raise BotplayError(
            f"there is no run to resume{f' of {words}' if words else ''} in {data_folder() / 'runs'}"
        )
    return runs[-1]


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


def _tell_result(progress: Progress, checkpoint: Path, *, interrupted: bool) -> None:
    ended = "stopped" if interrupted else "finished"
    score = "no episode ended" if progress.mean_score is None else f"score {progress.mean_score:.4g}"
    click.echo(f"{ended}: {progress.steps:,} steps in {progress.seconds / 60:.1f} minutes, {score}")
    click.echo(f"checkpoint: {checkpoint}")
