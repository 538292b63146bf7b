"""What a card says of how well its model plays, in words; figures only where the card has numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botcore.card import Card
from botcore.contracts.game import Game

BEFORE_HALVING = ", before its weights were halved"
"""Ends the kind of a score that is not of the weights beside the card."""

LIVE = "live learning"
"""Begins the kind of a score that comes from a game that was watched."""


def score_on(card: Card, scenario: str, game: Game) -> Mapping[str, Any]:
    """Return what was measured on a scenario, under the game's first protocol if it was."""
    if card.setup.scenario == scenario:
        return card.score
    there = [score for score in card.elsewhere if score.get("scenario") == scenario]
    there.sort(key=lambda score: score.get("protocol") != game.protocols[0])
    return there[0] if there else {}


def spell_score(score: Mapping[str, Any]) -> str:
    """Write a card's score: the mean, its spread, of how many episodes; only what is a number."""
    mean, spread, episodes = (figure(score, name) for name in ("mean", "sd", "episodes"))
    if mean is None:
        return "no score on its card"
    words = f"score {_spelled(mean)}"
    words += "" if spread is None else f" ± {spread:,.3g}" if spread < 1000 else f" ± {spread:,.0f}"
    words += "" if episodes is None else f" in {episodes:,.0f} episode{'s' * (episodes != 1)}"
    kind = str(score.get("kind", ""))
    words += " of training" if kind.startswith("training") else ""
    words += f" of {LIVE}" if kind.startswith(LIVE) else ""
    return words + (BEFORE_HALVING if kind.endswith(BEFORE_HALVING) else "")


def spell_spread(score: Mapping[str, Any]) -> str:
    """Write what lies behind the mean of a card's score: the median, the ends, the seeds and the protocol."""
    ends = {"median": "median", "least": "min", "most": "max"}
    found = {word: figure(score, name) for word, name in ends.items()}
    words = [f"{word} {_spelled(value)}" for word, value in found.items() if value is not None]
    return ", ".join(words + [f"{name} {score[name]}" for name in ("seeds", "protocol") if score.get(name)])


def spell_outcomes(score: Mapping[str, Any]) -> str:
    """Write what else an episode came to, as `kills 6, vest 1`."""
    outcomes = score.get("outcomes")
    if not isinstance(outcomes, Mapping):
        return ""
    found = {name: figure(outcomes, name) for name in outcomes}
    return ", ".join(f"{name} {_spelled(value)}" for name, value in found.items() if value is not None)


def figure(score: Mapping[str, Any], name: str) -> float | None:
    """Return a number of a score; None where it is missing, too large, or something else."""
    value = score.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:  # JSON knows whole numbers of any length.
        return None


def _spelled(value: float) -> str:
    return f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
