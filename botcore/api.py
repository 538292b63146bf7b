"""botplay from Python: the same things the command line does."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from botcore.contracts.brain import ROLES
from botcore.contracts.moment import MomentStream
from botcore.errors import BotplayError
from botcore.models import settle
from botcore.seeds import check_seeds
from botcore.setup import asked_settings, choose

if TYPE_CHECKING:
    from botcore.evaluation import Evaluation
    from botcore.live import Live
    from botcore.plugins import Plugins
    from botcore.replay.reader import Replay
    from botcore.training.progress import Progress
    from botcore.training.trainer import Trained


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
) -> MomentStream:
    """Play a game with a brain: give every Moment. A recording that cannot go on is a warning.

    Args:
        game: name of a game, also as `game/scenario`.
        brain: name of a brain.
        scenario, protocol: of the game; None: its first.
        model: a trained model, by folder or name; None: the installed one for this pair, else fresh weights.
        settings: assignments as in `--set`, for example `["learner.gamma=0.9"]`.
        episodes: how many episodes; None: until you stop.
        seed: of the first episode; the next episodes count on from it. None: a random one.
        learn, record: whether the brain goes on learning, and whether each episode is kept as a replay.
        out: folder of the replays; None: botplay's own.
        plugins: loaded plugins; None: every installed one, with a warning about each that fails.
        parts: `eyes`, `memory`, `neurons`: a part in place of the brain's own, `"none"` for none.

    Raises:
        BotplayError: a name is unknown, or the brain needs a window; with the first Moment: the game cannot
            be opened, the brain cannot play it, or nothing can be kept.
    """
    from botcore.evaluation import check_needs_nobody
    from botcore.live import open_live

    _check_parts("play", parts)
    loaded = plugins or _plugins()
    setup = choose(
        loaded, game=game, brain=brain, scenario=scenario, protocol=protocol, assignments=settings, **parts
    )
    check_needs_nobody(loaded, setup)
    check_seeds([] if seed is None else [seed])
    settle(loaded, setup, Path(model) if model else None)
    opening = partial(
        open_live,
        loaded,
        setup,
        model=Path(model) if model else None,
        episodes=episodes,
        seed=seed,
        learn=learn,
        record=record,
        out=Path(out) if out else None,
        on_problem=warnings.warn,
    )
    return _played(opening)


def _played(opening: Callable[[], Live]) -> MomentStream:
    """Open a game when the first Moment is asked for; what is never played needs not be closed."""
    live = opening()
    try:
        yield from live.moments
    finally:
        live.moments.close()
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
    resume: str | Path | None = None,
    settings: Iterable[str] = (),
    seed: int | None = None,
    folder: str | Path | None = None,
    install: bool = True,
    tell: Callable[[Progress], None] = lambda progress: None,
    plugins: Plugins | None = None,
    **parts: Unpack[Parts],
) -> Trained:
    """Train a brain on a game and return the weights with how it went.

    The model is installed so that `play` finds it, unless `install` is False, no episode ended, or a stopped
    training would take another model's place: then it lies in the folder `model` beside the checkpoint.

    Args:
        game: name of a game; `scenario`, `protocol`, `settings`, `plugins` and the parts are as in `play`.
        brain: name of a brain.
        steps, minutes: budget; with neither it is the preset's, or the run's own.
        model: a trained model to begin with, and its settings (`--from`); None: fresh weights.
        resume: a run to go on with, by its folder or `"last"`; `settings` come on top of its own.
        seed: of everything random; None: 0, or the run's own.
        folder: a new folder for the run; None: one in the data folder, or that of the run that goes on.
        install: whether `play` plays the model from then on.
        tell: called a few times a second with the progress, and at the end.

    What a person should know (an agent that ended) is a warning. Several agents are processes, which import
    your script again: keep the call under `if __name__ == "__main__":`.

    Raises:
        BotplayError: a name is unknown, the brain cannot play the game, the folder holds a run already, or
            nothing can be saved; the run that is to go on is not there, or has spent its budget; agents call
            this again, or would not find one of the `plugins`.
    """
    from botcore.training.begin import as_asked, begin, find_run, go_on
    from botcore.training.install import put_in_place
    from botcore.training.trainer import train as run_training

    _check_parts("train", parts)
    check_seeds([] if seed is None else [seed])
    loaded, limits = plugins or _plugins(), (steps, minutes)
    if resume is None:
        what = partial(choose, loaded, game=game, brain=brain, scenario=scenario, protocol=protocol)
        setup = what(assignments=settings, **parts)
        begun = begin(loaded, setup, Path(model) if model else None, limits)
    else:
        stopped, asked = find_run(resume, game, scenario, brain, protocol), asked_settings(None, settings)
        begun = go_on(loaded, stopped, asked, limits, fixed={"model": model, **parts})
    run = as_asked(begun, Path(folder) if folder else None, seed, "botcore.train")
    trained = run_training(loaded, run, tell=tell, warn=warnings.warn)
    put_in_place(loaded, run, trained, install=None if install else False)
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
    """Play an episode on each of `seeds` and return scores and statistics. All else is as in `play`.

    Raises:
        BotplayError: a name is unknown, the brain cannot play the game or needs a window (`human`), or there
            is no seed.
    """
    from botcore.evaluation import evaluate as measure

    _check_parts("evaluate", parts)
    numbers = tuple(seeds)
    check_seeds(numbers)
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


def _check_parts(function: str, parts: Iterable[str]) -> None:
    """Refuse an argument that there is not by the name of the function that was called."""
    for name in parts:
        if name not in ROLES:
            raise TypeError(f"botcore.{function}() has no argument {name!r}")


def _plugins() -> Plugins:
    from botcore.plugins import load_plugins

    plugins = load_plugins(warn=warnings.warn)
    for problem in plugins.problems():
        warnings.warn(problem, stacklevel=2)
    return plugins


__all__ = ["evaluate", "open_replay", "play", "train"]
