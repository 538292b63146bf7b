"""Options that several commands share, and what they mean."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from botcore.errors import printable
from botcore.seeds import LARGEST_SEED

if TYPE_CHECKING:
    from botcore.plugins import Plugins
    from botcore.setup import Setup

Function = TypeVar("Function", bound=Callable[..., Any])

FILE = click.Path(path_type=Path)
no_plugin = click.option(
    "--no-plugin", "no_plugin", multiple=True, metavar="NAME", help="Leave a plugin out. May be repeated."
)
out_option = click.option("--out", type=FILE, metavar="DIR", help="Folder of the replays.")
scenario_option = click.option("--scenario", help="A scenario of the game; its first if not given.")
protocol_option = click.option(
    "--protocol",
    help="A protocol of the game (v4 and v5 on Atari); if not given that of a model you name, or its first.",
)
model_option = click.option(
    "--model",
    type=FILE,
    metavar="MODEL",
    help="A trained model, by its folder or its name (botplay models); the one for this game if not given.",
)


def game_option(*, required: bool = True) -> Callable[[Function], Function]:
    """Add the option that chooses the game."""
    return click.option("--game", required=required, help="A game, as GAME or GAME/SCENARIO (botplay list).")


def who_plays_what(*, required: bool = True) -> Callable[[Function], Function]:
    """Add the options that choose game, brain, parts and settings."""
    return together(
        game_option(required=required),
        click.option("--brain", required=required, help="A brain (botplay list)."),
        scenario_option,
        protocol_option,
        click.option("--eyes", metavar="PART", help="Replace the brain's eyes; 'none' takes them out."),
        click.option("--memory", metavar="PART", help="Replace the brain's memory; 'none' takes it out."),
        click.option("--neurons", metavar="PART", help="Replace the brain's neurons; 'none' takes them out."),
        click.option(
            "--set", "assignments", multiple=True, metavar="SECTION.NAME=VALUE", help="Change a setting."
        ),
        click.option("--settings", "settings_file", type=FILE, metavar="FILE", help="Settings in TOML."),
        no_plugin,
    )


class Pace(click.FloatRange):
    """A number in a range, which what is no number is not in."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number, or fail with a line that says what is wrong."""
        pace: float = super().convert(value, param, ctx)
        if math.isnan(pace):
            self.fail(f"{value} is no number.", param, ctx)
        return pace


speed_option = click.option(
    "--speed", type=Pace(0.1, 16), default=1.0, help="Multiple of the game's own pace."
)


def how_it_plays() -> Callable[[Function], Function]:
    """Add the options of live play: how many episodes, from which seed, how fast, seen and kept or not."""
    return together(
        click.option(
            "--episodes", type=click.IntRange(min=1), help="How many; without a window 1, else until closed."
        ),
        click.option(
            "--seed", type=click.IntRange(0, LARGEST_SEED), help="Of the first episode; the next count on."
        ),
        speed_option,
        click.option("--no-window", is_flag=True, help="Play without a window, as fast as it can."),
        click.option("--no-record", is_flag=True, help="Do not keep the episodes."),
        out_option,
    )


def together(*options: Callable[[Any], Any]) -> Callable[[Function], Function]:
    """Make one decorator of several options; the help lists them in this order."""

    def decorate(function: Function) -> Function:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def load(no_plugin: tuple[str, ...]) -> Plugins:
    """Load the plugins; say in one line on standard error about each that is left out because it failed."""
    from botcore.plugins import load_plugins

    plugins = load_plugins(disabled=no_plugin, warn=note)
    for problem in plugins.problems():
        note(problem)
    return plugins


def chosen(plugins: Plugins, options: dict[str, Any]) -> Setup:
    """Return the Setup that `who_plays_what`'s options name."""
    from botcore.setup import choose

    names = (
        "game",
        "brain",
        "scenario",
        "protocol",
        "eyes",
        "memory",
        "neurons",
        "assignments",
        "settings_file",
    )
    return choose(plugins, **{name: options[name] for name in names})


def note(text: str) -> None:
    """Say something beside the result, on standard error. Where it cannot be said, the work goes on."""
    with suppress(OSError):
        click.echo(f"botplay: {printable(text)}", err=True)


def say_opening(title: str) -> None:
    """Tell a person at a terminal what is being opened: the first picture may take ten seconds."""
    if sys.stderr.isatty():
        note(f"opening {title} ...")
