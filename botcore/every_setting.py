"""Every setting of a Setup with its value, as plain data and as a settings file one can edit."""

from __future__ import annotations

import dataclasses
import json
import textwrap
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from botcore.contracts.brain import ROLES
from botcore.loading import load
from botcore.settings import describe, wording
from botcore.setup import Setup, part_settings

if TYPE_CHECKING:
    from botcore.plugins import Plugins

WIDTH = 110


@dataclass(frozen=True)
class Setting:
    """One setting.

    Attributes:
        section, name: it is set as `section.name`.
        value: what it is in this setup.
        usual: what it is where neither preset, file nor person says anything.
        takes: what it may be, in words.
        about: what it does; empty where its author wrote nothing.
    """

    section: str
    name: str
    value: Any
    usual: Any
    takes: str
    about: str


def every_setting(plugins: Plugins, setup: Setup) -> list[Setting]:
    """Return all settings of game, brain, parts, reward and training, section by section."""
    return [setting for section, made in _sections(plugins, setup) for setting in _fields(section, made)]


def in_full(plugins: Plugins, setup: Setup) -> Setup:
    """Return the same setup with every setting of the learning rule and of the parts written out, for a card.

    A default that is another one day then changes no trained model. Of game, reward and training there is no
    more than was said: a model also plays, and goes on to learn, scenarios with options and rewards of
    their own.
    """
    settings = {section: dict(values) for section, values in setup.settings.items()}
    for setting in every_setting(plugins, setup):
        said = settings.get(setting.section, {}).get(setting.name)
        if setting.section in ("learner", *ROLES):
            settings.setdefault(setting.section, {})[setting.name] = setting.value
        elif isinstance(said, str):  # as it was typed
            settings[setting.section][setting.name] = setting.value
        elif isinstance(said, Mapping):
            settings[setting.section][setting.name] = {name: setting.value[name] for name in said}
    return replace(setup, settings=settings)


def as_settings_file(plugins: Plugins, setup: Setup) -> str:
    """Return a TOML file for `--settings` that sets everything as it is in `setup`, with a word on each."""
    owners: dict[str, str | None] = {role: getattr(setup, role) for role in ROLES}
    owners |= {"learner": setup.brain, "game": setup.title}
    lines, section = [], ""
    for setting in every_setting(plugins, setup):
        if setting.section != section:
            section = setting.section
            owner = owners.get(section)
            lines += ["", f"[{section}]{f'  # {owner}' if owner else ''}"]
        usual = "" if setting.value == setting.usual else f"; elsewhere {toml(setting.usual)}"
        comment = f"{setting.about} ({setting.takes}{usual})".strip()
        lines += ["", *textwrap.wrap(comment, WIDTH, initial_indent="# ", subsequent_indent="# ")]
        lines.append(f"{setting.name} = {toml(setting.value)}")
    return "\n".join(lines).strip() + "\n"


def toml(value: Any) -> str:
    """Write a value of a setting as TOML. There is no nothing in TOML, so None is the text `none`."""
    if value is None:
        return '"none"'
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{toml(str(key))} = {toml(item)}" for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(toml, value))}]"
    # What JSON leaves as it is TOML does too, all but one character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _sections(plugins: Plugins, setup: Setup) -> Iterator[tuple[str, Any]]:
    """Yield each section's name and its settings, an instance of a dataclass; those without are left out."""
    game, brain = plugins.game(setup.game), plugins.brain(setup.brain)
    if brain.settings is not None:
        yield "learner", setup.section("learner", load(brain.settings))
    for role in ROLES:
        if (made := part_settings(plugins, setup, role)) is not None:
            yield role, made
    if (options := setup.game_options(game)) is not None:
        yield "game", options
    if brain.trains:
        yield "reward", setup.reward_rule(game)
        yield "training", setup.training()


def _fields(section: str, made: Any) -> Iterator[Setting]:
    hints, words = typing.get_type_hints(type(made), include_extras=True), describe(type(made))
    usual = type(made)()
    for field in (one for one in dataclasses.fields(made) if one.init):
        about = " ".join(words.get(field.name, "").split())
        values = getattr(made, field.name), getattr(usual, field.name)
        yield Setting(section, field.name, *values, wording(hints[field.name]), about)
