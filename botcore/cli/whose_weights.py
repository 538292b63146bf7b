"""Whose weights play: said where they are not those that somebody would expect."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from botcore.cli.options import note

if TYPE_CHECKING:
    from botcore.models import Model
    from botcore.plugins import Plugins
    from botcore.setup import Setup


def say_whose_weights(plugins: Plugins, setup: Setup, model: Model | None) -> None:
    """Say where fresh weights play, or those of another protocol, and how to train what was asked for."""
    if not plugins.brain(setup.brain).trains:
        return
    if model is None:
        note(_why_fresh(plugins, setup))
    elif model.card.setup.protocol != setup.protocol:
        protocols = f"{model.card.setup.protocol}, not {setup.protocol}"
        note(f"the model was trained with protocol {protocols} ({_better(plugins, setup)})")


def _better(plugins: Plugins, setup: Setup) -> str:
    """Return how to come to a model that was trained for the protocol."""
    from botcore.models import find_model

    found = find_model(plugins, setup)
    if found is not None and found.card.setup.protocol == setup.protocol:
        return f"{found.name} was: leave --model out"
    return f"{_command(plugins, setup)} makes one"


def _why_fresh(plugins: Plugins, setup: Setup) -> str:
    from botcore.models import find_model

    command = _command(plugins, setup)
    trained = find_model(plugins, setup)
    if trained is None:
        why = f"there is no trained model for {setup.title} with {setup.brain}: fresh weights play"
        return f"{why} ({command} makes one)"
    parts = ", ".join(_trained_parts(plugins, trained.card.setup, setup))
    return f"the trained model has other parts ({parts}), so these are fresh weights ({command} trains them)"


def _command(plugins: Plugins, setup: Setup) -> str:
    """Return the command that trains what was asked for."""
    words = ["botplay", "train", "--game", setup.title, "--brain", setup.brain]
    return shlex.join([*words, *_asked_for(plugins, setup)])


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
