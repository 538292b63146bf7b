"""Keeping what a brain has learned live, as a model of its own."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from botcore.card import Card, new_card
from botcore.errors import BotplayError
from botcore.models import LEARNED, MAX_NAME, Model, install_model, new_folder
from botcore.scores import LIVE
from botcore.training.diverged import check_finite

if TYPE_CHECKING:
    from botcore.session import Session


def keep_learned(session: Session) -> Model:
    """Write the weights of the brain that plays, as they are now, as a model.

    It takes nobody's place: `--model` and `train --from` name it. Its card tells where it came
    from, and has the steps it learned from added to those of the model it began with; the minutes and the
    curve stay those of that model's training, for here the pace was the game's.

    Raises:
        BotplayError: the brain has learned nothing, or what are no numbers, which nobody could read again, or
            the model cannot be written.
    """
    plugins, setup, agent = session.plugins, session.setup, session.agent
    _check_learned(session)
    weights = agent.learner.weights()
    check_finite(weights)
    begun = agent.card or Card(setup, "")
    live = f"{agent.learned:,} steps of {LIVE}"
    card = replace(
        new_card(plugins, setup),
        seed=session.first_seed,
        steps=begun.steps + agent.learned,
        minutes=begun.minutes,
        command=f"{begun.command}, then {live}" if begun.command else live,
        score=_score(agent.scores),
        curve=begun.curve,
    )
    folder = new_folder(plugins, setup, LEARNED)
    try:
        model = replace(install_model(folder, weights, card), kept=True)
    except BotplayError:
        with suppress(OSError):
            folder.rmdir()
        raise
    agent.kept = model.name
    agent.remember()
    return model


def rename_kept(model: Model, name: str) -> Model:
    """Give a model that was kept another name, which is that of its folder.

    Raises:
        BotplayError: it was not kept so, the name cannot be one or is taken, or it cannot be written.
    """
    if not model.kept:
        raise BotplayError(f"{model.name} is no model that was kept with K: only those are renamed")
    name = name.removeprefix(f"{LEARNED}/")
    plain = name and Path(name).name == name and name.isprintable() and not name.startswith(".")
    if not plain or len(name.encode()) > MAX_NAME:
        raise BotplayError(f"{name!r} cannot be a model's name: take a short one with no / in it")
    folder = model.folder.with_name(name)
    if os.path.lexists(folder):
        raise BotplayError(f"there is a {LEARNED}/{name} already; take another name, or remove that one")
    try:
        model.folder.rename(folder)
    except OSError as error:
        raise BotplayError(f"cannot rename {model.folder}: {error.strerror or error}") from error
    return replace(model, folder=folder)


def _check_learned(session: Session) -> None:
    """Raise `BotplayError` where there is nothing to keep."""
    brain, agent = session.setup.brain, session.agent
    if not session.can_learn:
        raise BotplayError(f"{brain} has nothing to learn")
    if not agent.learned:
        why = "is getting ready to learn" if session.learning else "has learned nothing yet (L lets it)"
        raise BotplayError(f"{brain} {why}")
    if not agent.changed:
        why = f"has learned nothing since {agent.kept} was kept" if agent.kept else "has made no update yet"
        raise BotplayError(f"{brain} {why}")


def _score(scores: list[float]) -> dict[str, object]:
    """Return what a card says of the last episodes that were played while learning."""
    if not scores:
        return {}
    return {
        "kind": f"{LIVE}, exploring",
        "episodes": len(scores),
        "mean": sum(scores) / len(scores),
    }
