"""botplay from Python: the same things the command line does."""

from __future__ import annotations

import platform
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from botcore.card import Card
from botcore.contracts.moment import Moment
from botcore.errors import BotplayError
from botcore.models import (
    CARD,
    NOT_INSTALLED,
    Model,
    find_model,
    install_model,
    open_model,
    place,
    settle,
    user_models,
)
from botcore.scores import spell_score
from botcore.setup import Setup, choose

if TYPE_CHECKING:
    from botcore.evaluation import Evaluation
    from botcore.plugins import Plugins
    from botcore.replay.reader import Replay
    from botcore.training.progress import Budget, Progress
    from botcore.training.trainer import Run, Trained

LARGEST_SEED = 2**31 - 1
ENGINES = ("botplay", "torch", "numpy", "gymnasium", "ale-py", "vizdoom")


class Parts(TypedDict, total=False):
    """Parts in place of the brain's own, by role; `"none"` takes one out."""

    eyes: str
    memory: str
    neurons: str


def play(
    game: str,
    brain: str,
    *,
    scenario: str | None = None,
    protocol: str | None = None,
    model: str | Path | None = None,
    settings: Iterable[str] = (),
    episodes: int | None = None,
    seed: int | None = None,
    learn: bool = False,
    record: bool = False,
    out: str | Path | None = None,
    plugins: Plugins | None = None,
    **parts: Unpack[Parts],
) -> Iterator[Moment]:
    """Play a game with a brain, and yield every Moment.

    Args:
        game: name of a game, also as `game/scenario`.
        brain: name of a brain.
        scenario: a scenario of the game; None: its first.
        protocol: a protocol of the game; None: its first.
        model: a trained model, by folder or name; None: the installed one for this pair, else fresh weights.
        settings: assignments as in `--set`, for example `["learner.gamma=0.9"]`.
        episodes: how many episodes; None: until you stop.
        seed: of the first episode; the next episodes count on from it. None: a random one.
        learn: whether the brain goes on learning.
        record: whether each episode is kept as a replay.
        out: folder of the replays; None: botplay's own.
        plugins: loaded plugins; None: every installed one.
        parts: `eyes`, `memory`, `neurons`: a part in place of the brain's own, `"none"` for none.

    Raises:
        BotplayError: a name is unknown, the brain cannot play this or needs a window, or nothing can be kept.
    """
    from botcore.evaluation import check_needs_nobody
    from botcore.live import open_live

    loaded = plugins or _plugins()
    setup = choose(
        loaded, game=game, brain=brain, scenario=scenario, protocol=protocol, assignments=settings, **parts
    )
    check_needs_nobody(loaded, setup)
    _check_seeds([] if seed is None else [seed])
    live = open_live(
        loaded,
        setup,
        model=Path(model) if model else None,
        episodes=episodes,
        seed=seed,
        learn=learn,
        record=record,
        out=Path(out) if out else None,
    )
    try:
        yield from live.moments
    finally:
        live.moments.close()  # type: ignore[attr-defined]
        live.session.close()


def train(
    game: str,
    brain: str,
    *,
    steps: int | None = None,
    minutes: float | None = None,
    scenario: str | None = None,
    protocol: str | None = None,
    model: str | Path | None = None,
    settings: Iterable[str] = (),
    seed: int = 0,
    folder: str | Path | None = None,
    install: bool = True,
    tell: Callable[[Progress], None] = lambda progress: None,
    plugins: Plugins | None = None,
    **parts: Unpack[Parts],
) -> Trained:
    """Train a brain on a game and return the weights with how it went.

    The model is installed so that `play` finds it, unless `install` is False, no episode ended, or a training
    that was stopped would take the place of another model: then it lies in the folder `model` beside the
    checkpoint.

    Args:
        game: name of a game; `scenario`, `protocol`, `settings`, `plugins` and the parts are as in `play`.
        brain: name of a brain.
        steps: budget in steps; with neither this nor `minutes` it is the preset's.
        minutes: budget in minutes.
        model: a trained model to begin with, and its settings (`--from`); None: fresh weights.
        seed: of everything random.
        folder: a new folder for the run; None: one in the data folder.
        install: whether `play` plays the model from then on.
        tell: called a few times a second with the progress, and at the end.

    Raises:
        BotplayError: a name is unknown, the brain cannot play the game, the folder holds a run already, or
            nothing can be saved.
    """
    from botcore.training.trainer import train as run_training

    _check_seeds([seed])
    loaded = plugins or _plugins()
    setup = choose(
        loaded, game=game, brain=brain, scenario=scenario, protocol=protocol, assignments=settings, **parts
    )
    begun = begin(loaded, setup, Path(model) if model else None, steps, minutes)
    history = begun.history.then("botcore.train")
    out = Path(folder) if folder else run_folder(setup)
    run = replace(begun, folder=out, seed=seed, history=history)
    trained = run_training(loaded, run, tell=tell)
    if install and reason_to_keep(loaded, run, trained) is None:
        put_aside(run)
        install_trained(loaded, run, trained)
    elif trained.progress.steps:
        install_trained(loaded, run, trained, folder=run.folder / NOT_INSTALLED)
    return trained


def evaluate(
    game: str,
    brain: str,
    *,
    seeds: Iterable[int] = range(1000, 1010),
    scenario: str | None = None,
    protocol: str | None = None,
    model: str | Path | None = None,
    settings: Iterable[str] = (),
    plugins: Plugins | None = None,
    **parts: Unpack[Parts],
) -> Evaluation:
    """Play an episode on each seed and return scores and statistics. The arguments are those of `play`.

    Raises:
        BotplayError: a name is unknown, the brain cannot play the game or needs a window (`human`), or there
            is no seed.
    """
    from botcore.evaluation import evaluate as measure

    numbers = tuple(seeds)
    _check_seeds(numbers)
    if not numbers:
        raise BotplayError("there is no seed to play an episode on: name one or more")
    loaded = plugins or _plugins()
    chosen = choose(
        loaded, game=game, brain=brain, scenario=scenario, protocol=protocol, assignments=settings, **parts
    )
    setup, found = settle(loaded, chosen, Path(model) if model else None)
    weights = found.weights() if found else None
    return measure(loaded, setup, numbers, weights=weights, model=str(found.folder) if found else None)


def open_replay(replay: str | Path = "last") -> Replay:
    """Open a recorded episode by path, by id, or the last one; `moments()` gives what happened in it.

    Close it, or use it in a `with`.

    Raises:
        BotplayError: there is none, or it cannot be read.
    """
    from botcore.replay.library import find_replay, replays_root
    from botcore.replay.reader import open_replay as read

    return read(find_replay(replays_root(None), str(replay)))


def begin(
    plugins: Plugins, setup: Setup, model: Path | None, steps: int | None, minutes: float | None
) -> Run:
    """Return a run that begins, with fresh weights or a model's and its settings; `folder` is to be set.

    Raises:
        BotplayError: the model is not there, is broken, or is for another game or brain.
    """
    from botcore.training.history import History
    from botcore.training.trainer import Run

    settled, found = settle(plugins, setup, model, fresh=model is None)
    return Run(
        settled,
        budget(settled, steps, minutes),
        Path(),
        weights=found.weights() if found else None,
        history=History.of(found.card) if found else History(),
    )


def budget(setup: Setup, steps: int | None, minutes: float | None) -> Budget:
    """Return the budget of a run: what was asked for, else the preset's steps."""
    from botcore.training.progress import Budget

    if steps is None and minutes is None:
        steps = setup.training().steps
    if (steps is not None and steps < 1) or (minutes is not None and not minutes > 0):
        raise BotplayError("a training budget must be more than nothing")
    return Budget(steps, minutes)


def run_folder(setup: Setup) -> Path:
    """Return a new folder's path for a training run, in the user's data folder.

    No other run has it, also none of the same game and brain that begins in the same second.
    """
    from botcore.paths import data_folder

    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    name = "-".join(place(setup).parts).replace("%", "_")
    return data_folder() / "runs" / f"{stamp}-{name}-{secrets.token_hex(3)}"


def reason_to_keep(plugins: Plugins, run: Run, trained: Trained) -> str | None:
    """Return why the model there is should stay, in a few words; None: let the trained one take its place.

    A training that somebody stopped is as a rule worse than what there was, unless that was an earlier
    state of it.
    """
    if not trained.progress.episodes:
        return "no episode ended"
    try:
        there = find_model(plugins, run.setup)
    except BotplayError:
        return None  # a broken one is nothing to keep; `put_aside` copies it
    if not trained.interrupted or there is None or there.card.setup.scenario != run.setup.scenario:
        return None
    if run.resume is not None and _is_earlier(there.card, run):
        return None
    return f"it was stopped, and there is a model already ({spell_score(there.card.score)}): {there.folder}"


def put_aside(run: Run) -> Path | None:
    """Copy the user's own model, whose place this run's is to take, into the run's folder; say where to."""
    there = user_models() / place(run.setup)
    if not (there / CARD).is_file():
        return None
    with suppress(BotplayError):
        if run.resume is not None and _is_earlier(open_model(there).card, run):
            return None
    # A run may be resumed after another one took its place: what it replaced before stays.
    names = chain(["replaced"], (f"replaced-{number}" for number in count(2)))
    aside = next(folder for name in names if not (folder := run.folder / name).exists())
    try:
        shutil.copytree(there, aside)
    except OSError as error:
        raise BotplayError(f"cannot keep {there} as {aside}: {error}; nothing was installed") from error
    return aside


def _is_earlier(card: Card, run: Run) -> bool:
    """Whether a card tells of an earlier state of a run, by the commands that led there."""
    before = run.history.commands[:-1]
    return card.command in {", then ".join(before[: count + 1]) for count in range(len(before))}


def install_trained(plugins: Plugins, run: Run, trained: Trained, *, folder: Path | None = None) -> Model:
    """Install what a run came to, with an honest card: the score is the mean of the last training returns."""
    progress, history = trained.progress, run.history
    recent = list(progress.recent)
    measured = {
        "kind": "training returns, exploring",
        "episodes": len(recent),
        "mean": progress.mean_score,
    }
    setup = run.setup
    card = Card(
        setup=setup,
        weights_sha256="",
        versions=versions() | plugins.versions(setup.game, setup.brain, setup.parts()),
        seed=run.seed,
        steps=history.steps + progress.steps,
        minutes=round(history.minutes + progress.seconds / 60, 2),
        command=", then ".join(history.commands),
        score=measured,
        curve=history.joined(progress.curve),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    return install_model(folder or user_models() / place(setup), trained.weights, card)


def versions() -> dict[str, str]:
    """Return the versions of what a result depends on, and the machine."""
    from botcore.processor import name as processor

    found = {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "processor": processor(),
    }
    for name in ENGINES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _check_seeds(seeds: Sequence[int]) -> None:
    for seed in seeds:
        if not 0 <= seed <= LARGEST_SEED:
            raise BotplayError(f"a seed is a whole number from 0 to {LARGEST_SEED}, not {seed}")


def _plugins() -> Plugins:
    from botcore.plugins import load_plugins

    return load_plugins()


__all__ = ["evaluate", "open_model", "open_replay", "play", "train"]
