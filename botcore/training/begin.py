"""How a run begins, from fresh weights or a model's, or goes on where it was stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botcore.errors import BotplayError
from botcore.models import new_folder, settle
from botcore.paths import own_folder
from botcore.setup import Setup, check, split_game

if TYPE_CHECKING:
    from botcore.plugins import Plugins
    from botcore.training.progress import Budget
    from botcore.training.stopped import Stopped
    from botcore.training.trainer import Run

RUNS = "runs"
"""Where in the user's data folder trainings lie."""
Limits = tuple[int | None, float | None]
"""Steps and minutes of a budget, as they were given."""


def begin(plugins: Plugins, setup: Setup, model: Path | None, limits: Limits) -> Run:
    """Return a run that begins, with fresh weights or a model's and its settings, in a folder of its own.

    Raises:
        BotplayError: the model is not there, is broken, or is for another game or brain.
    """
    from botcore.training.history import History
    from botcore.training.trainer import Run

    settled, found = settle(plugins, setup, model, fresh=model is None)
    return Run(
        settled,
        budget(settled, limits),
        new_folder(plugins, settled, RUNS),
        weights=found.weights() if found else None,
        history=History.of(found.card) if found else History(),
    )


def budget(setup: Setup, limits: Limits) -> Budget:
    """Return the budget of a run: what was asked for, else the preset's steps.

    Steps are asked for by `training.steps` too.
    """
    from botcore.training.progress import Budget

    steps, minutes = limits
    if steps is None and (minutes is None or _sets_steps(setup)):
        steps = setup.training().steps
    if (steps is not None and steps < 1) or (minutes is not None and not minutes > 0):
        raise BotplayError("a training budget must be more than nothing")
    return Budget(steps, minutes)


def _sets_steps(setup: Setup) -> bool:
    return "steps" in setup.by_hand.get("training", {})


def find_run(
    resume: str | Path, game: str | None, scenario: str | None, brain: str | None, protocol: str | None
) -> Stopped:
    """Return the run that is to go on: by its folder or checkpoint, or the `"last"` one of these names.

    Raises:
        BotplayError: there is none, it cannot be read, or it is of another game, brain or protocol.
    """
    from botcore.training.stopped import last_stopped, open_stopped

    if game:
        game, scenario = split_game(game, scenario)
    wanted = {"game": game, "scenario": scenario, "brain": brain, "protocol": protocol}
    if resume == "last":
        return last_stopped(own_folder(RUNS), wanted)
    stopped = open_stopped(Path(resume))
    for name, value in wanted.items():
        if value and value != getattr(stopped.setup, name):
            was = f"{stopped.setup.title} with {stopped.setup.brain}, protocol {stopped.setup.protocol}"
            raise BotplayError(f"{stopped.checkpoint} is a run of {was}, not of {value}")
    return stopped


def go_on(
    plugins: Plugins,
    stopped: Stopped,
    asked: Mapping[str, Mapping[str, Any]],
    limits: Limits,
    *,
    fixed: Mapping[str, object],
    spent_is_well: bool = False,
) -> Run:
    """Return a run that goes on where it was stopped: what it was, and what is set now on top.

    Args:
        plugins: what there is to train.
        stopped: of `find_run`.
        asked: settings by section, as they are set now.
        limits: of the whole run; none: those it had.
        fixed: what a run cannot change, by the name it would be given under; None: it was not given.
        spent_is_well: whether it may have spent its budget already.

    Raises:
        BotplayError: it has, what is `fixed` was given, or a setting does not exist.
    """
    from botcore.training.trainer import Run

    if given := [name for name, value in fixed.items() if value is not None]:
        raise BotplayError(f"a run goes on with what it was: leave {' and '.join(given)} out, or begin anew")
    setup = stopped.setup.with_by_hand(asked)
    check(plugins, setup)
    kept = stopped.budget if limits == (None, None) and not _sets_steps(setup) else None
    until, done = kept or budget(setup, limits), stopped.progress
    if until.spent(done.steps, done.seconds) >= 1 and not spent_is_well:
        gone = f"{done.steps:,} steps in {done.seconds / 60:.1f} minutes"
        raise BotplayError(
            f"this run has spent its budget ({gone}): give it more with --steps or --minutes, "
            "which are those of the whole run"
        )
    there = stopped.checkpoint
    return Run(setup, until, there.parent, stopped.seed, resume=there, history=stopped.history)


def as_asked(run: Run, folder: Path | None, seed: int | None, command: str) -> Run:
    """Return a run in another folder and with another seed, where one is given, and what began it."""
    return replace(
        run,
        folder=folder or run.folder,
        seed=run.seed if seed is None else seed,
        history=run.history.then(command),
    )
