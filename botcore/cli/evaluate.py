"""`botplay evaluate`: how well does it play?"""

from __future__ import annotations

import math
from collections.abc import Generator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from botcore.cli.answer import json_option, tell_json
from botcore.cli.options import chosen, load, model_option, note, who_plays_what
from botcore.cli.whose_weights import say_whose_weights
from botcore.errors import BotplayError
from botcore.seeds import parse_seeds, spell_seeds
from botcore.totals import tidy

if TYPE_CHECKING:
    from botcore.evaluation import Episode, Evaluation
    from botcore.models import Model
    from botcore.plugins import Plugins
    from botcore.setup import Setup

MEASURED = "botplay evaluate"
"""The kind of a card's score that this command measured."""


@click.command()
@who_plays_what()
@model_option
@click.option("--episodes", type=click.IntRange(1, 100_000), help="How many, on the seeds 1000, 1001, …")
@click.option("--seeds", metavar="LIST", help="Seeds, as 1000-1099 or 1,2,5; one episode each.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="Processes that play at once; the scores are the same.",
)
@json_option("Print the result as JSON.")
@click.option(
    "--save",
    is_flag=True,
    help="Write the score into the model's card, unless that has one of more episodes, or the model ships.",
)
def evaluate(
    *,
    model: Path | None,
    episodes: int | None,
    seeds: str | None,
    jobs: int,
    as_json: bool,
    save: bool,
    no_plugin: tuple[str, ...],
    **names: Any,
) -> None:
    """Play episodes on given seeds; print mean, sd, standard error, median, min, max and the protocol.

    Below them stand the numbers that the game itself tells, each as a mean over the episodes: what it counts
    added up over their steps, all else at their end. Ctrl-C ends it with what was measured so far.
    """
    from botcore.evaluation import play_seeds, summarise
    from botcore.jobs import Job, play_at_once
    from botcore.models import settle

    if seeds is not None and episodes:
        raise BotplayError("give --seeds or --episodes, not both")
    numbers = parse_seeds(seeds) if seeds is not None else tuple(range(1000, 1000 + (episodes or 10)))
    plugins = load(no_plugin)
    setup, found = settle(plugins, chosen(plugins, names), model)
    if save:
        _check_savable(plugins, setup, found, len(numbers), named=model)
    say_whose_weights(plugins, setup, found)
    played: list[Episode] = []
    try:
        weights = found.weights() if found else None
        if jobs == 1:
            stream = play_seeds(plugins, setup, numbers, weights=weights)
        else:
            stream = play_at_once(Job(setup, weights, no_plugin), numbers, jobs)
        _play(stream, played, len(numbers))
    except (KeyboardInterrupt, SystemExit):
        unsaved = "; nothing is saved" if save else ""
        note(f"stopped after {len(played)} of {len(numbers)} episodes{unsaved}")
        raise
    finally:
        # Whatever ended it: what was measured until then is not thrown away.
        if played:
            model_used = str(found.folder) if found else None
            result = summarise(setup, played, planned=len(numbers), model=model_used)
            if as_json:
                tell_json(plain(result))
            else:
                click.echo(table(result))
    if save and found is not None:
        _save(found, result)


def _play(stream: Generator[Episode, None, None], played: list[Episode], planned: int) -> None:
    """Let the episodes be played, with a line on each; those that are over are in `played`."""
    with closing(stream) as episodes:
        for episode in episodes:
            played.append(episode)
            click.echo(f"{len(played)}/{planned}: {tidy(episode.score):g}", err=True)


def plain(result: Evaluation) -> dict[str, Any]:
    """Return the result as a program reads it."""
    return {**asdict(result), "standard_error": result.standard_error, "stopped": result.stopped}


def table(result: Evaluation) -> str:
    """Return the result as a person reads it."""
    number = f"{result.episodes} of {result.planned}, stopped" if result.stopped else result.episodes
    rows = {
        "game": f"{result.game}/{result.scenario}",
        "brain": result.brain,
        "model": result.model or "fresh weights",
        "protocol": result.protocol,
        "episodes": f"{number} (seeds {spell_seeds(result.seeds)})",
        "mean": f"{result.mean:.2f}",
        "sd": _figure(result.sd),
        "standard error": _figure(result.standard_error),
        "median": f"{result.median:.2f}",
        "min, max": f"{tidy(result.min):g}, {tidy(result.max):g}",
        "steps": f"{result.steps:,} in {result.seconds:.1f} s of play",
    }
    rows |= {f"  {name}": f"{value:.4g}" for name, value in result.outcomes.items()}
    width = max(map(len, rows)) + 2
    return "\n".join(f"{name:<{width}}{value}" for name, value in rows.items())


def _figure(value: float) -> str:
    """Return a figure as it is printed; one episode has no spread."""
    return "-" if math.isnan(value) else f"{value:.2f}"


def _check_savable(
    plugins: Plugins, setup: Setup, found: Model | None, episodes: int, *, named: Path | None
) -> None:
    """Refuse a score that would not be one of the model as its card describes it, or say less than that does.

    Raises:
        BotplayError: there is no model, it ships and was not named by its folder, the game or the learner is
            set otherwise than on its card, or that has a score of more episodes.
    """
    from botcore.evaluation import changed_settings
    from botcore.models import check_changeable
    from botcore.scores import figure

    if found is None:
        raise BotplayError("no trained model would play, so there is no card to --save the score into")
    check_changeable(plugins, found, named)
    changed = ", ".join(changed_settings(plugins, setup, found.card.setup))
    if changed:
        raise BotplayError(f"--save is for a model as its card describes it, but {changed} there")
    there = found.card.measured(setup.scenario, setup.protocol)
    before = figure(there, "episodes") or 0
    if episodes < before and there.get("kind") == MEASURED:
        raise BotplayError(
            f"the card has a score of {before:,.0f} episodes, and --save would replace it with one of "
            f"{episodes}: play as many, or leave --save out"
        )


def _save(model: Model, result: Evaluation) -> None:
    """Write the score into the model's card.

    Raises:
        BotplayError: meanwhile there are other weights than those that played.
    """
    from botcore.models import CARD, held, open_model, write_card
    from botcore.versions import versions

    score = {
        "kind": MEASURED,
        "protocol": result.protocol,
        "episodes": result.episodes,
        "steps": result.steps,
        "seeds": spell_seeds(result.seeds),
        **{name: getattr(result, name) for name in ("mean", "sd", "median", "min", "max")},
        "scores": list(result.scores),
        "outcomes": dict(result.outcomes),
        "versions": versions(),
    }
    with held(model.folder):
        card = open_model(model.folder).card
        if card.weights_sha256 != model.card.weights_sha256:
            raise BotplayError(f"{model.folder} has other weights by now, so the score is not saved there")
        write_card(model.folder / CARD, card.with_score(result.scenario, score))
