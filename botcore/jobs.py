"""Evaluation on several cores: processes that take the next seed as they get free.

An episode depends on its seed alone, so it does not matter who plays it.
"""

from __future__ import annotations

import multiprocessing as mp
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from queue import Empty
from typing import Any

from botcore.blame import for_the_parent
from botcore.child import begin_as_child, start_child, start_tracker
from botcore.errors import BotplayError
from botcore.evaluation import Episode, play_seeds
from botcore.setup import Setup

FAILED = -1  # in place of an episode's number


@dataclass(frozen=True)
class Job:
    """What a process is started with; everything in it is picklable.

    Attributes:
        setup: who plays what.
        weights: of the model, None for fresh ones.
        disabled: plugins that are switched off.
    """

    setup: Setup
    weights: Mapping[str, Any] | None
    disabled: tuple[str, ...]


def play_at_once(job: Job, seeds: Sequence[int], jobs: int) -> Generator[Episode, None, None]:
    """Play an episode on each seed in `jobs` processes, and yield them in the order of the seeds.

    What is yielded never has a gap: where it is ended early, no long episode is left out for a short one.

    Raises:
        BotplayError: one of them could not play, or was killed.
        DefectError: one of them failed.
    """
    start_tracker()
    context = mp.get_context("spawn")
    numbered: Any = context.Queue()
    played: Any = context.Queue()
    for item in (*enumerate(seeds), *[None] * jobs):
        numbered.put(item)
    processes: list[BaseProcess] = []
    try:
        for _ in range(min(jobs, len(seeds))):
            process: BaseProcess = context.Process(target=_work, args=(job, numbered, played), daemon=True)
            start_child(process)
            processes.append(process)
        yield from in_order(played, processes, len(seeds))
    finally:
        for process in processes:
            process.kill()  # nothing of theirs needs to be put in order
            process.join()
        for queue in (numbered, played):
            queue.cancel_join_thread()
            queue.close()


def in_order(played: Any, processes: Sequence[BaseProcess], count: int) -> Generator[Episode, None, None]:
    """Yield what comes in, numbered, in the order of the numbers.

    Raises:
        BotplayError: a process could not play, or was killed.
        DefectError: a process failed.
    """
    waiting: dict[int, Episode] = {}
    for number in range(count):
        while number not in waiting:
            with suppress(Empty):
                which, what = played.get(timeout=0.5)
                if which == FAILED:
                    raise what
                waiting[which] = what
                continue
            if any(process.exitcode for process in processes):
                raise BotplayError("a process that played was killed: is there memory for so many (--jobs)?")
        yield waiting.pop(number)


def _work(job: Job, numbered: Any, played: Any) -> None:
    """Play until there is no seed left; the body of a process. A failure is sent, to be raised."""
    begin_as_child()
    try:
        _play(job, numbered, played)
    except BaseException as error:
        played.put((FAILED, for_the_parent(error)))


def _play(job: Job, numbered: Any, played: Any) -> None:
    from botcore.plugins import load_plugins

    numbers: list[int] = []

    def seeds() -> Generator[int, None, None]:
        while (item := numbered.get()) is not None:
            numbers.append(item[0])
            yield item[1]

    plugins = load_plugins(disabled=job.disabled)
    for episode in play_seeds(plugins, job.setup, seeds(), weights=job.weights):
        played.put((numbers.pop(), episode))
