"""Where a trained model goes: installed, so that `play` finds it, or aside where a better one is there."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from botcore.card import Card, new_card
from botcore.errors import BotplayError
from botcore.models import (
    CARD,
    NOT_INSTALLED,
    Model,
    find_model,
    install_model,
    open_model,
    place,
    user_models,
)
from botcore.scores import spell_score

if TYPE_CHECKING:
    from botcore.plugins import Plugins
    from botcore.training.progress import Progress
    from botcore.training.trainer import Run, Trained


@dataclass(frozen=True)
class Outcome:
    """What became of a trained model.

    Attributes:
        model: where it lies; None where nothing was trained.
        kept: why the model there was stays in its place; None: the trained one is installed.
        aside: where the user's own model went, that the trained one took the place of.
        hides: the model that ships, which `play` finds no more.
    """

    model: Model | None
    kept: str | None = None
    aside: Path | None = None
    hides: Model | None = None


def put_in_place(plugins: Plugins, run: Run, trained: Trained, *, install: bool | None) -> Outcome:
    """Install what a run came to, so that `play` finds it, or lay it beside the checkpoint.

    Args:
        plugins: where other models are.
        run: what was trained.
        trained: what it came to.
        install: whether to; None: if nothing speaks for the model there is.

    Raises:
        BotplayError: it cannot be written, or the model there was cannot be kept.
    """
    kept = None if install else "as you asked"
    if install is None:
        kept = _reason_to_keep(plugins, run, trained)
    if kept is None:
        hides = _found(plugins, run)
        aside = put_aside(plugins, run, trained.progress)
        model = _install(plugins, run, trained, user_models() / place(plugins, run.setup))
        return Outcome(model, aside=aside, hides=hides if hides and hides.folder != model.folder else None)
    if trained.progress.steps == 0:
        return Outcome(None, kept)
    return Outcome(_install(plugins, run, trained, run.folder / NOT_INSTALLED), kept)


def _reason_to_keep(plugins: Plugins, run: Run, trained: Trained) -> str | None:
    """Return why the model there is should stay, in a few words; None: let the trained one take its place.

    A training that somebody stopped is as a rule worse than what there was, unless that was an earlier
    state of it.
    """
    if not trained.progress.episodes:
        return "no episode ended"
    there = _found(plugins, run)
    if not trained.interrupted or there is None:
        return None
    if _is_earlier(there.card, run, trained.progress):
        return None
    return f"it was stopped, and there is a model already ({spell_score(there.card.score)}): {there.folder}"


def _found(plugins: Plugins, run: Run) -> Model | None:
    """Return the model for this scenario and protocol that plays now.

    One of another protocol, which plays where there is none, has a place of its own. A broken one is none
    (`put_aside` copies it).
    """
    with suppress(BotplayError):
        there = find_model(plugins, run.setup)
        if there is not None and there.folder.parts[-3:] == place(plugins, run.setup).parts:
            return there
    return None


def put_aside(plugins: Plugins, run: Run, progress: Progress) -> Path | None:
    """Copy the user's own model, whose place this run's is to take, into the run's folder; say where to."""
    there = user_models() / place(plugins, run.setup)
    if not (there / CARD).is_file():
        return None
    with suppress(BotplayError):
        if _is_earlier(open_model(there).card, run, progress):
            return None
    # A run may be resumed after another one took its place: what it replaced before stays.
    names = chain(["replaced"], (f"replaced-{number}" for number in count(2)))
    aside = next(folder for name in names if not (folder := run.folder / name).exists())
    try:
        shutil.copytree(there, aside)
    except OSError as error:
        raise BotplayError(f"cannot keep {there} as {aside}: {error}; nothing was installed") from error
    return aside


def _is_earlier(card: Card, run: Run, progress: Progress) -> bool:
    """Whether a card tells of an earlier state of a run: its curve is how that of the run begins.

    The same command may have been given twice, and what a run began from (`--from`) is no state of its own.
    """
    whole, there = run.history.joined(progress.curve), tuple(map(tuple, card.curve))
    return len(there) > len(run.history.curve) and there == whole[: len(there)]


def _install(plugins: Plugins, run: Run, trained: Trained, folder: Path) -> Model:
    """Write what a run came to, with an honest card: the score is the mean of the last training returns."""
    progress, history = trained.progress, run.history
    recent = list(progress.recent)
    measured = {
        "kind": "training returns, exploring",
        "episodes": len(recent),
        "mean": progress.mean_score,
    }
    card = replace(
        new_card(plugins, run.setup),
        seed=run.seed,
        steps=history.steps + progress.steps,
        minutes=round(history.minutes + progress.seconds / 60, 2),
        command=", then ".join(history.commands),
        score=measured,
        curve=history.joined(progress.curve),
    )
    return install_model(folder, trained.weights, card)
