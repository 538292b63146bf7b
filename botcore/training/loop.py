"""The loop of one agent that learns: act, step, learn. The same for every learner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from botcore.agent import check_choice, figures
from botcore.contracts.learner import Learner
from botcore.training.allocator import keep_freed_memory
from botcore.training.batch import Batch, Finished


class Report(Protocol):
    """Who is told how training goes, and says when it is over."""

    def steps(self, count: int) -> float:
        """Take in `count` more steps; return the share of the budget spent by all agents (1: stop)."""
        ...

    def metrics(self, metrics: Mapping[str, float]) -> None:
        """Take in the metrics of an update."""
        ...

    def episodes(self, finished: list[Finished]) -> None:
        """Take in finished episodes."""
        ...


def train_loop(
    learner: Learner, batch: Batch, report: Report, stopped: Callable[[], bool], *, brain: str
) -> None:
    """Let the learner of `brain` play and learn until the budget is spent or `stopped()`.

    Raises:
        BotplayError: the learner chose what there is not, or in a form that nobody can read: nobody could
            play what it has learned.
    """
    keep_freed_memory()
    fraction = report.steps(0)
    learner.progress(fraction)
    while fraction < 1.0 and not stopped():
        choice = learner.act(batch.observation, batch.starts, explore=True)
        check_choice(choice, copies=len(batch.starts), actions=batch.actions, brain=brain)
        experience = batch.step(choice.actions)
        metrics = figures(learner.learn(experience), brain)
        fraction = report.steps(len(choice.actions))
        learner.progress(fraction)
        if metrics:
            report.metrics(metrics)
        if batch.finished:
            report.episodes(batch.finished)
            batch.finished = []
