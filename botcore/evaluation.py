"""How well does it play? Episodes on given seeds, one after the other, each reproducible by its seed."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from botcore.environment import counts
from botcore.errors import BotplayError
from botcore.loading import load
from botcore.session import Session
from botcore.setup import Setup
from botcore.totals import NOTHING, total

if TYPE_CHECKING:
    from botcore.plugins import Plugins


@dataclass(frozen=True)
class Episode:
    """One episode that was played to its end.

    Attributes:
        score: the game's own.
        outcomes: each number in `info`: what the game counts, added up over the steps, all else at the end.
    """

    seed: int
    score: float
    steps: int
    seconds: float
    outcomes: Mapping[str, float]


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
    """Mean of each number in `info`, over the episodes that told it: what the game counts added up, all else
    at the end."""
    planned: int
    """How many episodes were asked for: more than `episodes` where it was stopped."""

    @property
    def standard_error(self) -> float:
        """How far the mean is likely to be from that of all episodes there could be: sd / √episodes."""
        return self.sd / math.sqrt(self.episodes)

    @property
    def stopped(self) -> bool:
        """Whether it was stopped before all episodes were played."""
        return self.episodes < self.planned


def evaluate(
    plugins: Plugins,
    setup: Setup,
    seeds: Sequence[int],
    *,
    weights: Mapping[str, Any] | None = None,
    model: str | None = None,
) -> Evaluation:
    """Play an episode on each seed and return the statistics."""
    played = list(play_seeds(plugins, setup, seeds, weights=weights))
    return summarise(setup, played, planned=len(seeds), model=model)


def play_seeds(
    plugins: Plugins, setup: Setup, seeds: Iterable[int], *, weights: Mapping[str, Any] | None = None
) -> Generator[Episode, None, None]:
    """Play an episode on each seed, and yield each when it is over."""
    check_needs_nobody(plugins, setup)
    session = Session(plugins, setup, weights=weights, seed=0, pictures=False)
    try:
        for seed in seeds:
            yield _play(session, seed)
    finally:
        session.close()


def check_needs_nobody(plugins: Plugins, setup: Setup) -> None:
    """Refuse a brain that a person plays: without a window it would only ever do the first action.

    Raises:
        BotplayError: it is one.
    """
    if "keyboard" in plugins.brain(setup.brain).tags:
        raise BotplayError(
            f"brain {setup.brain} plays with the keyboard, which needs a window: "
            f"botplay --game {setup.title} --brain {setup.brain} opens one"
        )


def summarise(setup: Setup, played: Sequence[Episode], *, planned: int, model: str | None) -> Evaluation:
    """Return the statistics of the episodes that were played, at least one."""
    scores = tuple(episode.score for episode in played)
    told: dict[str, list[float]] = {}
    for name, number in (pair for episode in played for pair in episode.outcomes.items()):
        told.setdefault(name, []).append(number)
    return Evaluation(
        game=setup.game,
        scenario=setup.scenario,
        brain=setup.brain,
        model=model,
        protocol=setup.protocol,
        episodes=len(played),
        seeds=tuple(episode.seed for episode in played),
        scores=scores,
        mean=_mean(scores),
        sd=_spread(scores),
        median=statistics.median(scores),
        min=min(scores),
        max=max(scores),
        steps=sum(episode.steps for episode in played),
        seconds=round(sum(episode.seconds for episode in played), 3),
        outcomes={name: sum(numbers) / len(numbers) for name, numbers in told.items()},
        planned=planned,
    )


def _mean(scores: Sequence[float]) -> float:
    """Return the mean; NaN where there are infinite scores of both signs."""
    return statistics.fmean(scores) if not {math.inf, -math.inf} <= {*scores} else math.nan


def _spread(scores: Sequence[float]) -> float:
    """Return the standard deviation; NaN where a score is infinite or none, and of a single one."""
    if len(scores) < 2 or not all(map(math.isfinite, scores)):
        return math.nan
    return statistics.stdev(scores)


def changed_settings(plugins: Plugins, played: Setup, own: Setup) -> Iterator[str]:
    """Yield what a score depends on and is not as in `own`: `game.skill is 5, not 3`.

    That is the game's options, the learner's settings, and the reward rule, by which a learner hears how it
    goes. What is made of the settings is compared, since '2' and 2 are the same.
    """
    game, brain = plugins.game(played.game), plugins.brain(played.brain)
    both = (played, replace(own, scenario=played.scenario))
    made: dict[str, list[Any]] = {
        "game": [setup.game_options(game) for setup in both],
        "reward": [setup.reward_rule(game) for setup in both],
    }
    if brain.settings is not None:
        made["learner"] = [setup.section("learner", load(brain.settings)) for setup in both]
    for section, (ours, theirs) in made.items():
        for name in (field.name for field in fields(ours)) if ours is not None else ():
            now, before = getattr(ours, name), getattr(theirs, name)
            if now != before:
                yield f"{section}.{name} is {now!r}, not {before!r}"


def _play(session: Session, seed: int) -> Episode:
    """Play one episode to its end."""
    begun = time.perf_counter()
    score, count = 0.0, 0
    counted = counts(session.env)
    totals = dict(NOTHING)
    last: Mapping[str, Any] = {}
    for moment in session.play_seed(seed):
        score, count, last = moment.score, moment.step, moment.info
        totals = total(totals, moment, counted)
    return Episode(seed, score, count, time.perf_counter() - begun, {**dict(numbers(last)), **totals})


def numbers(info: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield the numbers in `info`."""
    for name, value in info.items():
        if isinstance(value, int | float):
            yield name, float(value)
