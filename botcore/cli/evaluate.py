"""`botplay evaluate`: how well does it play?"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from botcore.cli.options import chosen, load, model_option, note, who_plays_what

if TYPE_CHECKING:
    from botcore.evaluation import Evaluation


@click.command()
@who_plays_what()
@model_option
@click.option("--episodes", type=click.IntRange(1, 100_000), help="How many, on the seeds 1000, 1001, …")
@click.option("--seeds", metavar="LIST", help="Seeds, as 1000-1099 or 1,2,5; one episode each.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--save", is_flag=True, help="Write the score into the model's card.")
def evaluate(
    *,
    model: Path | None,
    episodes: int | None,
    seeds: str | None,
    as_json: bool,
    save: bool,
    no_plugin: tuple[str, ...],
    **names: Any,
) -> None:
    """Play episodes on given seeds; print mean, sd, median, min, max and the protocol."""
    from botcore.errors import BotplayError
    from botcore.evaluation import evaluate as measure
    from botcore.evaluation import parse_seeds
    from botcore.models import settle

    if seeds and episodes:
        raise BotplayError("give --seeds or --episodes, not both")
    numbers = parse_seeds(seeds) if seeds else tuple(range(1000, 1000 + (episodes or 10)))
    plugins = load(no_plugin)
    setup, found = settle(plugins, chosen(plugins, names), model)
    if found is None and plugins.brain(setup.brain).trains:
        note(f"there is no trained model for {setup.title} with {setup.brain}: these are fresh weights")
    result = measure(
        plugins,
        setup,
        numbers,
        weights=found.weights() if found else None,
        model=str(found.folder) if found else None,
        tell=lambda done, score: click.echo(f"{done}/{len(numbers)}: {score:g}", err=True),
    )
    if save and found is not None:
        _save(found.folder, result)
    click.echo(json.dumps(asdict(result)) if as_json else table(result))


def table(result: Evaluation) -> str:
    """Return the result as a person reads it."""
    from botcore.evaluation import spell_seeds

    rows = {
        "game": f"{result.game}/{result.scenario}",
        "brain": result.brain,
        "model": result.model or "fresh weights",
        "protocol": result.protocol,
        "episodes": f"{result.episodes} (seeds {spell_seeds(result.seeds)})",
        "mean": f"{result.mean:.2f}",
        "sd": f"{result.sd:.2f}",
        "median": f"{result.median:.2f}",
        "min, max": f"{result.min:g}, {result.max:g}",
        "steps": f"{result.steps:,} in {result.seconds:.1f} s",
    }
    rows |= {f"  {name}": f"{value:.4g}" for name, value in result.outcomes.items()}
    width = max(map(len, rows)) + 2
    return "\n".join(f"{name:<{width}}{value}" for name, value in rows.items())


def _save(folder: Path, result: Evaluation) -> None:
    from botcore.api import versions
    from botcore.evaluation import spell_seeds
    from botcore.models import CARD, open_model, write_card

    card = open_model(folder).card
    score = {
        "kind": "botplay evaluate",
        "protocol": result.protocol,
        "episodes": result.episodes,
        "steps": result.steps,
        "seeds": spell_seeds(result.seeds),
        **{name: getattr(result, name) for name in ("mean", "sd", "median", "min", "max")},
        "scores": list(result.scores),
        "outcomes": dict(result.outcomes),
        "versions": versions(),
    }
    write_card(folder / CARD, card.with_score(result.scenario, score))
