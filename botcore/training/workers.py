"""Asynchronous agents: processes that train one shared model.

The parent holds the shared learner and only watches; each agent process opens its own batch of games, joins
the shared weights, and runs the same loop as everybody. Nothing but small reports is sent between processes.

An agent may be killed at any moment (by `timeout`, or where memory runs out). So there is nothing it could
take with it that others wait for, as the lock of a queue or an event is: each has a pipe of its own.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any

import torch
import torch.multiprocessing as mp
from torch import Tensor

from botcore.blame import for_the_parent
from botcore.child import begin_as_child, start_child, start_tracker
from botcore.errors import BotplayError
from botcore.setup import Setup
from botcore.training.batch import Finished
from botcore.training.diverged import DivergedError
from botcore.training.loop import train_loop

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from botcore.plugins import Plugins


BETWEEN_METRICS = 0.1  # seconds


@dataclass(frozen=True)
class AgentTask:
    """What an agent process is started with; everything in it is picklable or shared memory.

    Attributes:
        number: which agent, from 0.
        setup: what to play.
        seed: of this agent.
        handle: what the shared learner's `share()` returned.
        counters: `[agents] int64`, shared: steps of each agent.
        fraction: `[1] float64`, shared: the share of the budget that is spent, written by the parent.
        stop: `[1] bool`, shared: whether to end, written by the parent.
        disabled: plugins that are switched off.
    """

    number: int
    setup: Setup
    seed: int
    handle: Any
    counters: Tensor
    fraction: Tensor
    stop: Tensor
    disabled: tuple[str, ...]


def check_can_start(plugins: Plugins) -> None:
    """Look whether agents could begin at all.

    Raises:
        BotplayError: they would not find a plugin, or this is one of them already, which came here by
            importing the script that trains.
    """
    if plugins.given:
        raise BotplayError(
            "agents are processes of their own, which find installed plugins only and not those given as "
            "modules: install them, or train with training.agents=1"
        )
    if getattr(mp.current_process(), "_inheriting", False):
        raise BotplayError(
            "an agent's process imports your script, and trains again: put the training under "
            'if __name__ == "__main__":'
        )


class SharedReport:
    """An agent's report: a counter in shared memory, and a pipe for the rest."""

    def __init__(self, task: AgentTask, told: Connection) -> None:
        self.task, self.told = task, told
        self.next_metrics = 0.0

    def steps(self, count: int) -> float:
        """Count steps; return the share of the budget spent."""
        self.task.counters[self.task.number] += count
        return float(self.task.fraction[0])

    def metrics(self, metrics: Mapping[str, float]) -> None:
        """Send the metrics of an update, a few times a second: only the last ones are shown."""
        if (now := time.monotonic()) >= self.next_metrics:
            self.next_metrics = now + BETWEEN_METRICS
            self.told.send(("metrics", self.task.number, dict(metrics)))

    def episodes(self, finished: list[Finished]) -> None:
        """Send finished episodes."""
        self.told.send(("episodes", self.task.number, finished))


def run_agent(task: AgentTask, told: Connection) -> None:
    """Run one agent; the body of its process. A failure is sent to the parent."""
    begin_as_child()
    try:
        _play(task, told)
    except BaseException as error:
        kind = "diverged" if isinstance(error, DivergedError) else "failed"
        told.send((kind, task.number, for_the_parent(error)))
        raise SystemExit(1) from error


def _play(task: AgentTask, told: Connection) -> None:
    from botcore.plugins import load_plugins
    from botcore.training.build import open_for_training

    plugins = load_plugins(disabled=task.disabled)
    layout = task.setup.training()
    torch.set_num_threads(layout.threads)
    learner, batch = open_for_training(
        plugins, task.setup, copies=layout.copies, threads=layout.threads, seed=task.seed
    )
    try:
        learner.join(task.handle, task.number)
        report = SharedReport(task, told)
        train_loop(learner, batch, report, lambda: bool(task.stop[0]), brain=task.setup.brain)
    finally:
        batch.close()


class Team:
    """The agent processes, as their parent sees them."""

    def __init__(self, tasks: list[AgentTask]) -> None:
        """Start a process for each task; they share what is shared in these."""
        start_tracker()
        context = mp.get_context("spawn")
        self.tasks = tasks
        self.processes: list[SpawnProcess] = []
        self.pipes: list[Connection] = []
        self.noticed: set[int] = set()
        try:
            for task in tasks:
                heard, told = context.Pipe(duplex=False)
                self.pipes.append(heard)
                with told:  # the agent's alone from then on, so that its end is the pipe's
                    process = context.Process(target=run_agent, args=(task, told), daemon=True)
                    start_child(process)
                self.processes.append(process)
        except BaseException:
            self.close()
            raise

    def messages(self, timeout: float) -> list[tuple[str, int, Any]]:
        """Return what the agents sent, waiting at most `timeout` seconds for the first."""
        messages = []
        while ready := wait(self.pipes, timeout):
            timeout = 0
            for pipe in ready:
                assert isinstance(pipe, Connection)
                try:
                    messages.append(pipe.recv())
                except (EOFError, OSError):  # its agent is gone, maybe in the middle of a word
                    self.pipes.remove(pipe)
                    pipe.close()
        return messages

    def newly_dead(self) -> list[tuple[int, int]]:
        """Return (agent, exit code) of each process found ended with a failure since the last call."""
        dead = []
        for number, process in enumerate(self.processes):
            if process.exitcode not in (None, 0) and number not in self.noticed:
                self.noticed.add(number)
                dead.append((number, int(process.exitcode or 0)))
        return dead

    @property
    def alive(self) -> bool:
        """Whether any agent still runs."""
        return any(process.is_alive() for process in self.processes)

    def close(self) -> None:
        """Ask every agent to end, and make sure that none is left."""
        for task in self.tasks:
            task.stop[0] = True
        deadline = time.monotonic() + 15
        while self.alive and time.monotonic() < deadline:
            self.messages(timeout=0.1)  # An agent cannot end while what it sent is not taken.
        for process in self.processes:
            if process.is_alive():
                process.kill()
            process.join()
        for pipe in self.pipes:
            pipe.close()
