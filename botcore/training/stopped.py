"""A training that was stopped, as its checkpoint tells of it: what to go on with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from botcore.errors import BotplayError
from botcore.models import CARD, WEIGHTS
from botcore.seeds import LARGEST_SEED
from botcore.setup import Setup
from botcore.training.checkpoint import read_facts
from botcore.training.history import History
from botcore.training.progress import Budget, Progress
from botcore.training.trainer import CHECKPOINT


@dataclass(frozen=True)
class Stopped:
    """What a checkpoint says of its run, without the weights.

    Attributes:
        checkpoint: the file.
        setup: what was trained.
        budget: when it was to end; None: nobody wrote it down (checkpoints of earlier versions).
        seed: of the run.
        history: what lies behind it.
        progress: how far it came.
    """

    checkpoint: Path
    setup: Setup
    budget: Budget | None
    seed: int
    history: History
    progress: Progress


def open_stopped(path: Path) -> Stopped:
    """Read what a checkpoint, or the one in a run's folder, says of its run.

    Raises:
        BotplayError: it cannot be read, or is a trained model.
    """
    checkpoint = path / CHECKPOINT if path.is_dir() else path
    if path.name in (CARD, WEIGHTS) or ((path / CARD).is_file() and not checkpoint.exists()):
        model = path if path.is_dir() else path.parent
        raise BotplayError(
            f"{path} is a trained model, not a run that was stopped: --from {quote(str(model))} begins a "
            "training with it"
        )
    facts = read_facts(checkpoint)
    budget, seed = Budget.read(facts.get("budget")), facts.get("seed", 0)
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        raise BotplayError(f"{checkpoint} is not a checkpoint of botplay: its seed is no number")
    return Stopped(
        checkpoint,
        Setup.from_json(facts.get("setup")),
        budget,
        seed,
        History.read(facts.get("history")),
        Progress.resume(budget or Budget(), facts.get("progress")),
    )


def last_stopped(runs: Path, wanted: Mapping[str, str | None]) -> Stopped:
    """Return the run in the folder `runs` that was saved last and is of these, as `brain="dqn"`.

    Raises:
        BotplayError: there is none.
    """
    asked = {name: value for name, value in wanted.items() if value is not None}
    for checkpoint in sorted(runs.glob(f"*/{CHECKPOINT}"), key=_saved, reverse=True):
        try:
            run = open_stopped(checkpoint)
        except BotplayError:  # damaged: an older one may do
            continue
        if all(getattr(run.setup, name) == value for name, value in asked.items()):
            return run
    raise BotplayError(f"there is no run to resume{_in_words(asked)} in {runs}")


def _in_words(asked: Mapping[str, str]) -> str:
    """Return ` of GAME/SCENARIO with BRAIN under protocol PROTOCOL`, as much of it as was asked for."""
    game = "/".join(asked[name] for name in ("game", "scenario") if name in asked)
    words = (f" of {game}" if game else "") + (f" with {asked['brain']}" if "brain" in asked else "")
    return words + (f" under protocol {asked['protocol']}" if "protocol" in asked else "")


def _saved(checkpoint: Path) -> float:
    try:
        return checkpoint.stat().st_mtime
    except OSError:  # gone meanwhile
        return 0.0
