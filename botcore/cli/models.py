"""`botplay models`: the trained models there are, and the card of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import click

from botcore.cli.answer import json_option, tell_json
from botcore.cli.group import Commands, refuse_before_a_command
from botcore.cli.options import load, no_plugin
from botcore.contracts.brain import ROLES
from botcore.errors import BotplayError, suggestion

if TYPE_CHECKING:
    from botcore.models import Model
    from botcore.plugins import Plugins
    from botcore.setup import Setup

CURVE_WIDTH, CURVE_HEIGHT = 64, 10
WIDTH = 100


@click.group(cls=Commands, invoke_without_command=True)
@json_option()
@no_plugin
@click.pass_context
def models(ctx: click.Context, *, as_json: bool, no_plugin: tuple[str, ...]) -> None:
    """List the trained models; `show` says of one where it lies and how it came to be."""
    ctx.obj = no_plugin
    if ctx.invoked_subcommand is not None:
        refuse_before_a_command(ctx, "as_json")
        return
    found = _all(load(no_plugin))
    if as_json:
        tell_json([_plain(model) for model in found.values()])
        return
    if not found:
        click.echo("there are no trained models yet (botplay train makes one)")
        return
    for line in _table(found):
        click.echo(line)


@models.command()
@click.argument("name")
@click.pass_context
def show(ctx: click.Context, name: str) -> None:
    """Show the card of a model (GAME/SCENARIO/BRAIN, or its folder) with its learning curve.

    Of the settings it shows every one; the card itself has all of the brain's, and those of game, reward and
    training that were chosen.
    """
    from botcore.scores import spell_score

    plugins = load(ctx.obj)
    model = _called(plugins, name)
    card = model.card
    click.echo(f"{model.name}: {model.folder}")
    for line in _settings(plugins, card.setup):
        click.echo(line)
    click.echo(f"  trained: {card.steps:,} steps, {card.minutes:g} minutes, seed {card.seed}, {card.created}")
    click.echo(f"  command: {card.command}")
    click.echo(f"  versions: {', '.join(f'{k} {v}' for k, v in card.versions.items())}")
    _tell_score(card.score)
    for score in card.elsewhere:
        click.echo(f"  on {score.get('scenario')}, protocol {score.get('protocol')}: {spell_score(score)}")
    points = [(point[0], point[2]) for point in card.curve if len(point) == 3]
    if len(points) > 1:
        click.echo(curve(points))


@models.command()
@click.argument("name")
@click.pass_context
def halve(ctx: click.Context, name: str) -> None:
    """Keep a model's weights in half the space, as float16 (GAME/SCENARIO/BRAIN, or its folder).

    Measure it again afterwards: botplay evaluate --save. One that ships is changed only where it is named by
    its folder.
    """
    from botcore.halving import halve_model
    from botcore.models import WEIGHTS, check_changeable

    plugins = load(ctx.obj)
    model = _called(plugins, name)
    check_changeable(plugins, model, Path(name))
    before = (model.folder / WEIGHTS).stat().st_size
    halved = halve_model(model)
    after = (halved.folder / WEIGHTS).stat().st_size
    click.echo(f"{halved.name}: {before:,} bytes, now {after:,}; its scores are of the weights before")


@models.command()
@click.argument("name")
@click.pass_context
def remove(ctx: click.Context, name: str) -> None:
    """Remove a model of your own, by its name; one that ships plays again, where there is one."""
    from botcore.models import Model, is_own, list_models, name_of, remove_model

    own = [
        model.folder if isinstance(model, Model) else model[0]
        for model in list_models(load(ctx.obj))
        if name == (model.name if isinstance(model, Model) else name_of(model[0]))
    ]
    mine = [folder for folder in own if is_own(folder)]
    if not mine:
        raise BotplayError(
            f"{name} ships with botplay, and cannot be removed"
            if own
            else f"there is no model {name!r} (botplay models lists them)"
        )
    remove_model(mine[0])
    click.echo(f"removed: {mine[0]}")
    if len(own) > 1:
        click.echo(f"{own[1]} plays again")


@models.command()
@click.argument("name")
@click.argument("new")
@click.pass_context
def rename(ctx: click.Context, name: str, new: str) -> None:
    """Give a model that was kept with K (learned/...) another name; the beginning of its name is enough."""
    from botcore.learned import rename_kept
    from botcore.models import called_model

    model = called_model(load(ctx.obj), Path(name))
    click.echo(f"{model.name} is called {rename_kept(model, new).name} now")


def _table(found: Mapping[str, Model]) -> list[str]:
    """Return the models in columns: name, score, and which are the user's own."""
    from botcore.models import is_own
    from botcore.scores import spell_score

    scores = {name: spell_score(model.card.score).removeprefix("score ") for name, model in found.items()}
    wide, wider = max(map(len, found)), max(map(len, scores.values()))
    lines = [f"{'model':<{wide}}  score"]
    for name, model in found.items():
        own = "yours" if is_own(model.folder) else ""
        lines.append(f"{name:<{wide}}  {scores[name]:<{wider}}  {own}".rstrip())
    return lines


def _called(plugins: Plugins, name: str) -> Model:
    """Return the model of this name, or in this folder."""
    from botcore.models import open_model

    if Path(name).exists():  # as --model takes it
        return open_model(Path(name))
    found = _all(plugins)
    if name not in found:
        raise BotplayError(
            f"there is no model {name!r}{suggestion(name, list(found))} (botplay models lists them)"
        )
    return found[name]


def _plain(model: Model) -> dict[str, Any]:
    """Return what a program may want to know of a model; the card in its folder has the rest."""
    card = model.card
    shown = ("kind", "episodes", "mean", "sd", "median", "min", "max", "seeds", "protocol")
    return {
        "name": model.name,
        "folder": str(model.folder),
        **{name: getattr(card.setup, name) for name in ("game", "scenario", "protocol", "brain", *ROLES)},
        **{name: getattr(card, name) for name in ("seed", "steps", "minutes", "command", "created")},
        "score": {name: card.score[name] for name in shown if name in card.score},
    }


def _settings(plugins: Plugins, setup: Setup) -> Iterator[str]:
    """Yield lines with every part and setting; where its plugins are not there, with what the card says."""
    from botcore.every_setting import every_setting, toml

    sections: dict[str, dict[str, str]] = {}
    try:
        for setting in every_setting(plugins, setup):
            sections.setdefault(setting.section, {})[setting.name] = toml(setting.value)
    except BotplayError:
        sections = {name: {k: str(v) for k, v in values.items()} for name, values in setup.settings.items()}
    for section in (*ROLES, *(name for name in sections if name not in ROLES)):
        owner = getattr(setup, section) or "none" if section in ROLES else ""
        values = ", ".join(f"{k}={v}" for k, v in sections.get(section, {}).items())
        text = f"{section} {owner}".strip() + f": {values}" * bool(values)
        yield from wrap(text, WIDTH, initial_indent="  ", subsequent_indent="      ", break_long_words=False)


def _tell_score(score: Mapping[str, Any]) -> None:
    """Print how well it plays; the score of each episode is on the card itself."""
    from botcore.scores import spell_outcomes, spell_score, spell_spread

    click.echo("  " + "; ".join(filter(None, (spell_score(score), spell_spread(score)))))
    if outcomes := spell_outcomes(score):
        click.echo(f"  an episode: {outcomes}")


def curve(points: list[tuple[float, float]]) -> str:
    """Return a learning curve as text: score over steps."""
    last, low = max(steps for steps, _ in points), min(score for _, score in points)
    high = max(score for _, score in points)
    span = high - low or 1.0
    rows = [[" "] * CURVE_WIDTH for _ in range(CURVE_HEIGHT)]
    for steps, score in points:
        column = min(CURVE_WIDTH - 1, int(max(0.0, steps) / max(1, last) * (CURVE_WIDTH - 1)))
        row = CURVE_HEIGHT - 1 - int((score - low) / span * (CURVE_HEIGHT - 1))
        rows[row][column] = "•"
    lines = [
        f"{high if n == 0 else low:>9.4g} │" if n in (0, CURVE_HEIGHT - 1) else " " * 10 + "│"
        for n in range(CURVE_HEIGHT)
    ]
    drawn = [f"{label}{''.join(row)}" for label, row in zip(lines, rows, strict=True)]
    return "\n".join([*drawn, " " * 10 + "└" + "─" * CURVE_WIDTH, f"{'':>11}0 … {int(last):,} steps"])


def _all(plugins: Plugins) -> dict[str, Model]:
    """Return every readable model by name, the user's own before a shipped one; say what is broken."""
    from botcore.cli.options import note
    from botcore.models import Model, list_models

    found: dict[str, Model] = {}
    for model in list_models(plugins):
        if isinstance(model, Model):
            found.setdefault(model.name, model)
        else:
            note(f"a broken model in {model[0]}: {model[1]}")
    return found
