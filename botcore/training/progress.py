"""How training goes: counters, the moving return, the learning curve, TensorBoard."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from botcore.errors import BotplayError
from botcore.settings import Count, Positive, make
from botcore.training.batch import Finished

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

MOST = 10**15
"""Steps, episodes or seconds that a checkpoint may tell of."""


@dataclass(frozen=True)
class Budget:
    """When training ends: at so many steps, or after so many minutes."""

    steps: Count | None = None
    minutes: Positive | None = None

    def spent(self, steps: int, seconds: float) -> float:
        """Return the share that is spent, 0..1."""
        shares = [0.0]
        if self.steps is not None:
            shares.append(steps / max(1, self.steps))
        if self.minutes is not None:
            shares.append(seconds / 60 / max(1e-9, self.minutes))
        return min(1.0, max(shares))

    @staticmethod
    def read(facts: object) -> Budget | None:
        """Read what a checkpoint kept; None where it kept none.

        Raises:
            BotplayError: it is not a budget.
        """
        if facts is None:
            return None
        try:
            if not isinstance(facts, Mapping):
                raise TypeError(f"it is {facts!r:.80}")
            return make(Budget, {str(name): value for name, value in facts.items()}, "budget")
        except (TypeError, ValueError) as error:
            raise BotplayError(f"the checkpoint's budget cannot be read: {error}") from error


@dataclass
class Member:
    """What one agent of a team has done in this sitting.

    Attributes:
        steps: its steps.
        episodes: its finished episodes.
        recent: the game's own scores of its last 20 episodes.
    """

    steps: int = 0
    episodes: int = 0
    recent: deque[float] = field(default_factory=lambda: deque(maxlen=20))


@dataclass
class Progress:
    """What is known about a run so far; it goes on across interruptions.

    Attributes:
        steps: steps of all agents.
        seconds_before: seconds trained before this process started.
        episodes: finished episodes.
        recent: the game's own scores of the last 100 episodes.
        fed: what the learner was fed in each of them, by the reward rule.
        metrics: the last of each metric.
        team: each agent's share, where several train at once.
        curve: points of (steps, minutes, mean of `recent`).
    """

    budget: Budget
    steps: int = 0
    seconds_before: float = 0.0
    episodes: int = 0
    recent: deque[float] = field(default_factory=lambda: deque(maxlen=100))
    fed: deque[float] = field(default_factory=lambda: deque(maxlen=100))
    metrics: dict[str, float] = field(default_factory=dict)
    curve: list[tuple[int, float, float]] = field(default_factory=list)
    team: list[Member] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    ended: float | None = None
    steps_before: int = 0

    @property
    def seconds(self) -> float:
        """Seconds trained, over all sittings."""
        return self.seconds_before + self._sitting

    @property
    def _sitting(self) -> float:
        """Seconds of this sitting, up to now or to its end."""
        return (self.ended or time.monotonic()) - self.started

    @property
    def rate(self) -> float:
        """Steps a second in this sitting."""
        return (self.steps - self.steps_before) / max(1e-9, self._sitting)

    @property
    def spent(self) -> float:
        """Share of the budget spent, 0..1."""
        return self.budget.spent(self.steps, self.seconds)

    @property
    def seconds_left(self) -> float:
        """Seconds to go at the pace so far, infinite before the first step."""
        spent = self.spent
        return self.seconds * (1 - spent) / spent if spent > 0 else float("inf")

    @property
    def mean_score(self) -> float | None:
        """Mean score of the last 100 episodes, or None before the first."""
        return sum(self.recent) / len(self.recent) if self.recent else None

    @property
    def mean_reward(self) -> float | None:
        """Mean of what the learner was fed in each of the last 100 episodes, or None before the first."""
        return sum(self.fed) / len(self.fed) if self.fed else None

    def add_episodes(self, finished: list[Finished], agent: int | None = None) -> None:
        """Take in finished episodes, of one agent of the team where there is one."""
        self.episodes += len(finished)
        self.recent.extend(episode.score for episode in finished)
        self.fed.extend(episode.reward for episode in finished)
        if agent is not None:
            self.team[agent].episodes += len(finished)
            self.team[agent].recent.extend(episode.score for episode in finished)

    def end(self) -> None:
        """Stop the clock."""
        self.ended = time.monotonic()

    def mark(self) -> None:
        """Put a point on the learning curve."""
        if self.mean_score is not None:
            self.curve.append((self.steps, round(self.seconds / 60, 2), round(self.mean_score, 3)))

    def facts(self) -> dict[str, object]:
        """Return what a checkpoint keeps."""
        return {
            "steps": self.steps,
            "seconds": self.seconds,
            "episodes": self.episodes,
            "recent": list(self.recent),
            "fed": list(self.fed),
            "curve": self.curve,
        }

    @staticmethod
    def resume(budget: Budget, facts: object) -> Progress:
        """Go on from what a checkpoint kept.

        Raises:
            BotplayError: it is not of that form.
        """
        try:
            if not isinstance(facts, Mapping):
                raise TypeError(type(facts).__name__)
            progress = Progress(
                budget,
                steps=int(facts["steps"]),
                seconds_before=float(facts["seconds"]),
                episodes=int(facts["episodes"]),
                curve=[
                    (int(steps), float(minutes), float(score)) for steps, minutes, score in facts["curve"]
                ],
            )
            progress.recent.extend(float(score) for score in facts["recent"])
            progress.fed.extend(float(reward) for reward in facts.get("fed", ()))
            counters = (progress.steps, progress.episodes, progress.seconds_before)
            if not all(0 <= counter <= MOST for counter in counters):
                raise ValueError("less than nothing, or too much")
            if not all(map(isfinite, chain(*progress.curve))):
                raise ValueError("without end")
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise BotplayError(f"the checkpoint's progress cannot be read: {error!r}") from error
        progress.steps_before = progress.steps
        return progress


class Board:
    """Writes TensorBoard event files below a folder, as long as that is possible.

    They are for looking on: what is wrong with them is told to `warn` in a line, and ends no training.
    """

    def __init__(self, folder: Path, warn: Callable[[str], None]) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self.writer: SummaryWriter | None = None
        self._folder, self._warn = folder, warn
        with self._as_possible():
            self.writer = SummaryWriter(str(folder), flush_secs=30)

    def write(self, progress: Progress) -> None:
        """Write the current figures."""
        writer, figures = self.writer, dict(progress.metrics)
        if writer is None:
            return
        figures["steps_per_second"] = progress.rate
        if progress.mean_score is not None:
            figures["score"] = progress.mean_score
        if progress.mean_reward is not None:
            figures["reward"] = progress.mean_reward
        with self._as_possible():
            for name, value in figures.items():
                writer.add_scalar(name, value, progress.steps)

    def close(self) -> None:
        """Flush and close."""
        with self._as_possible():
            if self.writer:
                self.writer.close()

    @contextmanager
    def _as_possible(self) -> Iterator[None]:
        try:
            yield
        except (OSError, UnicodeError) as error:  # a full disk; a folder whose name is not UTF-8
            self.writer = None
            self._warn(f"no curves for TensorBoard in {self._folder} from now on: {error}")
