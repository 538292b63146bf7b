"""How well does it play? Episodes on given seeds, one after the other, each reproducible by its seed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from botcore.errors import BotplayError
from botcore.session import Session
from botcore.setup import Setup

if TYPE_CHECKING:
    from botcore.plugins import Plugins

MAX_EPISODES = 100_000


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` measured. Scores are the game's own, one an episode, in the order of `seeds`."""

    game: str
    scenario: str
    brain: str
    model: str | None
    protocol: str
    episodes: int
    seeds: tuple[int, ...]
    scores: tuple[float, ...]
    mean: float
    sd: float
    median: float
    min: float
    max: float
    steps: int
    seconds: float
    outcomes: Mapping[str, float]
    """Mean over the episodes of each number in `info` at the end, and of its sum over the steps (`sum_…`)."""


def parse_seeds(text: str) -> tuple[int, ...]:
    """Read `7`, `1000-1099` or `1,2,5-9`.

    Raises:
        BotplayError: it is not of that form, or names too many.
    """
    seeds: list[int] = []
    for piece in text.split(","):
        first, dash, last = piece.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise BotplayError(f"seeds look like 7 or 1000-1099 or 1,2,5-9, not {text!r}")
        begin, end = int(first), int(last or first)
        if end < begin or end - begin + len(seeds) >= MAX_EPISODES or end >= 2**31:
            raise BotplayError(
                f"cannot use the seeds {piece.strip()!r}: an empty range, too many, or too large"
            )
        seeds.extend(range(begin, end + 1))
    return tuple(seeds)


def spell_seeds(seeds: Sequence[int]) -> str:
    """Return what `parse_seeds` reads back: `1000-1099`, or one by one where they do not count up."""
    if len(seeds) > 1 and all(b - a == 1 for a, b in pairwise(seeds)):
        return f"{seeds[0]}-{seeds[-1]}"
    return ",".join(map(str, seeds))


def evaluate(
    plugins: Plugins,
    setup: Setup,
    seeds: Sequence[int],
    *,
    weights: Mapping[str, Any] | None = None,
    model: str | None = None,
    tell: Callable[[int, float], None] = lambda done, score: None,
) -> Evaluation:
    """Play an episode on each seed and return the statistics; `tell` hears of each episode's end."""
    session = Session(plugins, setup, weights=weights, seed=0, pictures=False)
    scores: list[float] = []
    totals: dict[str, float] = {}
    steps, begun = 0, time.perf_counter()
    try:
        for seed in seeds:
            score, count = _play(session, seed, totals)
            steps += count
            scores.append(score)
            tell(len(scores), score)
    finally:
        session.close()
    return Evaluation(
        game=setup.game,
        scenario=setup.scenario,
        brain=setup.brain,
        model=model,
        protocol=setup.protocol,
        episodes=len(scores),
        seeds=tuple(seeds),
        scores=tuple(scores),
        mean=statistics.fmean(scores),
        sd=statistics.stdev(scores) if len(scores) > 1 else 0.0,
        median=statistics.median(scores),
        min=min(scores),
        max=max(scores),
        steps=steps,
        seconds=round(time.perf_counter() - begun, 3),
        outcomes={name: total / len(scores) for name, total in totals.items()},
    )


def _play(session: Session, seed: int, totals: dict[str, float]) -> tuple[float, int]:
    """Play one episode; add what the game reported to `totals`; return its score and its steps."""
    score, count = 0.0, 0
    sums: dict[str, float] = {}
    last: Mapping[str, Any] = {}
    for moment in session.play_seed(seed):
        score, count, last = moment.score, moment.step, moment.info
        for name, number in numbers(moment.info) if moment.step else ():
            sums[f"sum_{name}"] = sums.get(f"sum_{name}", 0.0) + number
    for name, number in (*numbers(last), *sums.items()):
        totals[name] = totals.get(name, 0.0) + number
    return score, count


def numbers(info: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield the numbers in `info`."""
    for name, value in info.items():
        if isinstance(value, int | float):
            yield name, float(value)
