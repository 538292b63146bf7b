"""A training run: from nothing, from a model, or from where an earlier run stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import torch

from botcore.blame import in_a_line
from botcore.contracts.learner import Learner
from botcore.ending import ASKED, stop_on_signals
from botcore.errors import BotplayError
from botcore.seeds import derived_seeds
from botcore.setup import Setup
from botcore.training.alone import alone_in
from botcore.training.averaging import Average
from botcore.training.batch import Batch, Finished
from botcore.training.build import open_for_training
from botcore.training.checkpoint import read_checkpoint, write_checkpoint
from botcore.training.diverged import DivergedError, check_finite
from botcore.training.history import History
from botcore.training.loop import train_loop
from botcore.training.progress import Board, Budget, Member, Progress
from botcore.training.workers import AgentTask, Team, check_can_start

if TYPE_CHECKING:
    from botcore.plugins import Plugins

CHECKPOINT = "checkpoint.safetensors"
FIRST_CHECKPOINT = 10.0
"""Seconds until there is one, at most: a run of a minute may be killed, too."""


@dataclass(frozen=True)
class Run:
    """What to train.

    Attributes:
        setup: game, brain and settings.
        budget: when it ends.
        folder: where checkpoint and TensorBoard files go.
        seed: of everything random.
        weights: start from these instead of fresh ones.
        resume: the checkpoint to go on from, or None.
        disabled: plugins that are switched off, in the agents too.
        checkpoint_every: seconds between two checkpoints.
        history: what lies behind it.
    """

    setup: Setup
    budget: Budget
    folder: Path
    seed: int = 0
    weights: Mapping[str, Any] | None = None
    resume: Path | None = None
    disabled: tuple[str, ...] = ()
    checkpoint_every: float = 60.0
    history: History = field(default_factory=History)


@dataclass(frozen=True)
class Trained:
    """What a run came to.

    Attributes:
        weights: the trained weights, averaged where that was asked for.
        progress: its counters and curve.
        checkpoint: where to resume from.
        interrupted: whether it was stopped before the budget was spent.
    """

    weights: Mapping[str, Any] = field(repr=False)
    progress: Progress
    checkpoint: Path
    interrupted: bool


@dataclass
class _Ticker:
    """Does what is to be done now and then: tell, write the board, put a point on the curve, save."""

    run: Run
    progress: Progress
    learner: Learner
    average: Average
    tell: Callable[[Progress], None]
    warn: Callable[[str], None]
    board: Board
    next_look: float = 0.0
    next_point: float = field(default_factory=lambda: time.monotonic() + 10)
    next_save: float = 0.0

    def tick(self) -> None:
        self.average.look(self.learner, self.progress.steps)
        now = time.monotonic()
        if now < self.next_look:
            return
        self.next_look = now + 0.25
        self.tell(self.progress)
        if now >= self.next_point:
            self.next_point = now + 10
            self.progress.mark()
            self.board.write(self.progress)
        if not self.next_save:
            self.next_save = now + min(FIRST_CHECKPOINT, self.run.checkpoint_every)
        if now >= self.next_save:
            self.next_save = now + self.run.checkpoint_every
            self._save()

    def _save(self) -> None:
        """Write the checkpoint; a disk that is full now may have room when it counts, at the end."""
        try:
            save(self.run, self.progress, self.learner, self.average)
        except DivergedError:
            raise
        except BotplayError as error:
            self.warn(f"{error}; training goes on and tries again")


def save(run: Run, progress: Progress, learner: Learner, average: Average) -> Path:
    """Write the checkpoint of a run and return its path.

    Raises:
        BotplayError: it cannot be written.
    """
    path = run.folder / CHECKPOINT
    facts = {
        "setup": run.setup.to_json(),
        "seed": run.seed,
        "budget": asdict(run.budget),
        "progress": progress.facts(),
        "history": run.history.facts(),
    }
    write_checkpoint(path, average.kept_in(learner.snapshot()), facts)
    return path


class _LocalReport:
    """The report of an agent that learns in this process."""

    def __init__(self, ticker: _Ticker) -> None:
        self.ticker, self.progress = ticker, ticker.progress

    def steps(self, count: int) -> float:
        self.progress.steps += count
        self.ticker.tick()
        return self.progress.spent

    def metrics(self, metrics: Mapping[str, float]) -> None:
        self.progress.metrics.update(metrics)

    def episodes(self, finished: list[Finished]) -> None:
        self.progress.add_episodes(finished)


def train(
    plugins: Plugins,
    run: Run,
    *,
    tell: Callable[[Progress], None] = lambda progress: None,
    warn: Callable[[str], None] = lambda text: None,
    begun: Callable[[], None] = lambda: None,
) -> Trained:
    """Train until the budget is spent, Ctrl-C, SIGTERM or SIGHUP; save; return what came of it.

    Args:
        plugins: the loaded plugins.
        run: what to train.
        tell: called a few times a second with the progress, and at the end.
        warn: called with one line about anything a person should know.
        begun: called once, when all is open and the run's folder is there.

    Raises:
        BotplayError: the brain cannot play the game, the folder holds another run or one that goes on just
            now, nothing can be saved, or every agent failed (what was learned until then is saved).
        DivergedError: there are no weights any more that are worth anything (the last checkpoint is kept).
    """
    if not plugins.brain(run.setup.brain).trains:
        raise BotplayError(
            f"brain {run.setup.brain} has nothing to learn; choose one that trains (botplay list)"
        )
    with alone_in(run.folder):
        return _train(plugins, run, tell, warn, begun)


def _train(
    plugins: Plugins,
    run: Run,
    tell: Callable[[Progress], None],
    warn: Callable[[str], None],
    begun: Callable[[], None],
) -> Trained:
    _check_folder(run)
    learner, batch, progress, average = _open(plugins, run, warn)
    with ExitStack() as games:
        games.callback(_close, batch, warn)
        if learner.asynchronous and run.setup.training().processes().agents > 1:
            check_can_start(plugins)
        # Before any time is spent: is there a place to save to?
        checkpoint = save(run, progress, learner, average)
        board = Board(run.folder / "tensorboard", warn)
        ticker = _Ticker(run, progress, learner, average, tell, warn, board)
        begun()
        try:
            # It ends between two steps, and a second Ctrl-C while it is saved loses nothing either.
            with stop_on_signals() as stop, _saved_at_the_end(ticker):
                _learn(learner, batch, games, ticker, stop, warn)
                interrupted = stop.is_set()
            weights = average.of(learner)
            check_finite(weights)
        except DivergedError as error:
            raise DivergedError(f"{error}; the last checkpoint from before is kept: {checkpoint}") from error
    tell(progress)
    return Trained(weights, progress, checkpoint, interrupted)


def _close(batch: Batch, warn: Callable[[str], None]) -> None:
    """Close the games; one that fails at that takes nothing away from what was learned."""
    try:
        batch.close()
    except ASKED:
        raise
    except BaseException as error:
        warn(f"the games were not closed: {in_a_line(error)}")


def _check_folder(run: Run) -> None:
    """Refuse a folder with the checkpoint of another run: this one's would take its place at once."""
    there = run.folder / CHECKPOINT
    if there.exists() and not (run.resume is not None and run.resume.exists() and there.samefile(run.resume)):
        raise BotplayError(
            f"there is a run in {run.folder} already: --resume {quote(str(run.folder))} goes on with it, "
            "and a new one wants another folder"
        )


@contextmanager
def _saved_at_the_end(ticker: _Ticker) -> Iterator[None]:
    """Save what was learned however learning ends, a crash included, unless it diverged."""
    worth_saving = True
    try:
        yield
    except DivergedError:
        worth_saving = False
        raise
    finally:
        ticker.progress.end()
        ticker.progress.mark()
        with closing(ticker.board):
            if worth_saving:
                save(ticker.run, ticker.progress, ticker.learner, ticker.average)
            ticker.board.write(ticker.progress)


def _learn(
    learner: Learner,
    batch: Batch,
    games: ExitStack,
    ticker: _Ticker,
    stop: threading.Event,
    warn: Callable[[str], None],
) -> None:
    """Learn in this process or in one for each agent, until the budget is spent or `stop`.

    Agents open games of their own, so `games` closes the `batch` before they start.
    """
    layout = ticker.run.setup.training().processes()
    if learner.asynchronous and layout.agents > 1:
        games.close()
        _watch(ticker.run, learner, ticker, stop, warn)
        return
    if layout.agents > 1:
        warn(f"{ticker.run.setup.brain} learns in one process: one agent, not {layout.agents}")
    torch.set_num_threads(layout.threads)
    train_loop(learner, batch, _LocalReport(ticker), stop.is_set, brain=ticker.run.setup.brain)


def _open(
    plugins: Plugins, run: Run, warn: Callable[[str], None]
) -> tuple[Learner, Batch, Progress, Average]:
    """Open learner and games, the learner with what it is to begin with or to go on from."""
    progress, snapshot, averaged = Progress(run.budget), None, None
    if run.resume is not None:
        snapshot, facts = read_checkpoint(run.resume)
        snapshot, averaged = Average.out_of(snapshot)
        progress = Progress.resume(run.budget, facts.get("progress"))
    layout = run.setup.training().processes()
    # With the run's own seed a later sitting would play the beginnings of the first one again.
    seed = _seeds(run, progress, 1)[0] if progress.steps else run.seed
    weights = run.weights if snapshot is None else snapshot.arrays
    learner, batch = open_for_training(
        plugins, run.setup, copies=layout.copies, threads=layout.threads, seed=seed, weights=weights
    )
    try:
        if snapshot is not None:
            kept = _fit(partial(learner.restore, snapshot), str(run.resume))
            if kept:
                warn(kept)
        elif run.weights is not None:
            _fit(partial(learner.load_weights, run.weights), "the model")
    except BaseException:
        batch.close()
        raise
    progress.started = time.monotonic()  # until now nothing was trained
    return learner, batch, progress, Average(layout.averaging, progress.steps, averaged)


def _seeds(run: Run, progress: Progress, count: int) -> list[int]:
    """Return seeds that no other sitting of this run has: those before it had made fewer steps."""
    return derived_seeds(run.seed, progress.steps, count=count)


def _fit(load: Callable[[], str | None], what: str) -> str | None:
    try:
        return load()
    except (ValueError, LookupError, TypeError, AttributeError, RuntimeError, OverflowError) as error:
        # A learner, maybe somebody else's, takes it in unchecked; the file may hold anything.
        raise BotplayError(f"{what} does not fit this game and brain: {error}") from error


def _watch(
    run: Run, learner: Learner, ticker: _Ticker, stop: threading.Event, warn: Callable[[str], None]
) -> None:
    """Start the agents and watch them until the budget is spent, `stop`, or none is left."""
    layout, progress = run.setup.training(), ticker.progress
    progress.started = time.monotonic()
    if progress.spent >= 1.0:  # a run that is only to be installed
        return
    counters = torch.zeros(layout.agents, dtype=torch.int64).share_memory_()  # type: ignore[no-untyped-call]
    fraction = torch.full((1,), progress.spent, dtype=torch.float64).share_memory_()  # type: ignore[no-untyped-call]
    leave = torch.zeros(1, dtype=torch.bool).share_memory_()  # type: ignore[no-untyped-call]
    handle = learner.share()
    team = Team(
        [
            AgentTask(number, run.setup, seed, handle, counters, fraction, leave, run.disabled)
            for number, seed in enumerate(_seeds(run, progress, layout.agents))
        ]
    )
    before, failures = progress.steps, list[Exception]()
    progress.team = [Member() for _ in range(layout.agents)]
    try:
        alive = True
        progress.started = time.monotonic()
        while progress.spent < 1.0 and not stop.is_set() and alive:
            alive = team.alive  # before its messages are read: the last agent's last one is heard too
            for kind, number, content in team.messages(timeout=0.25):
                if kind == "metrics":
                    progress.metrics.update(content)
                elif kind == "episodes":
                    progress.add_episodes(content, number)
                elif kind == "diverged":  # the weights are everybody's, and no agent can mend them
                    raise DivergedError(str(content))
                else:
                    failures.append(content)
                    warn(f"agent {number} failed: {content}")
            for number, code in team.newly_dead():
                if not stop.is_set():  # else what asked us to end reached the agents too
                    warn(f"agent {number} ended (exit code {code}); the others go on")
            progress.steps = before + int(counters.sum())
            for member, steps in zip(progress.team, counters.tolist(), strict=True):
                member.steps = steps
            if progress.steps == before:  # agents that begin have not trained yet
                progress.started = time.monotonic()
            fraction[0] = progress.spent
            ticker.tick()
        unfinished = progress.spent < 1.0 and not stop.is_set()
    finally:
        team.close()
        progress.steps = before + int(counters.sum())
    if unfinished:
        last = failures[-1] if failures else BotplayError("the processes were killed")
        saved = "what was learned is saved, --resume goes on from it"
        raise type(last)(f"every agent ended ({last}); {saved}") from last
