"""A checkpoint is one file, replaced atomically: arrays, and facts as JSON in its header. Never a pickle."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from botcore.contracts.learner import Snapshot
from botcore.errors import BotplayError
from botcore.plain_file import check_plain_file
from botcore.replacing import replacing
from botcore.training.diverged import check_finite, check_read

MAX_BYTES = 16 * 2**30


def write_checkpoint(path: Path, snapshot: Snapshot, facts: Mapping[str, Any]) -> None:
    """Write `snapshot` and `facts` to `path`; a reader sees the old file or the new one, never half of one.

    Raises:
        BotplayError: the file cannot be written, or JSON cannot hold the snapshot's facts.
        DivergedError: something in `snapshot` is NaN or infinite; the old file stays.
    """
    check_finite(snapshot.arrays)
    arrays = {name: np.asarray(array, order="C") for name, array in snapshot.arrays.items()}
    header = {"facts": json.dumps(dict(facts))}
    try:
        header["learner"] = json.dumps(dict(snapshot.facts))
    except (TypeError, ValueError) as error:
        raise BotplayError(f"cannot write {path}: the facts of the learner's snapshot: {error}") from error
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as draft:
            save_file(arrays, draft, metadata=header)
            with draft.open("rb") as file:
                os.fsync(file.fileno())
    except (OSError, SafetensorError) as error:
        raise BotplayError(f"cannot write {path}: {error}") from error


def read_checkpoint(path: Path) -> tuple[Snapshot, dict[str, Any]]:
    """Read a checkpoint.

    Raises:
        BotplayError: it cannot be read, is not a checkpoint, or holds what are no numbers.
    """
    with _opened(path) as file:
        facts, learner = _header(path, file)
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    check_read(arrays, path)
    return Snapshot(arrays, learner), facts


def read_facts(path: Path) -> dict[str, Any]:
    """Read what a checkpoint says of its run, and none of its arrays.

    Raises:
        BotplayError: it cannot be read, or is not a checkpoint.
    """
    with _opened(path) as file:
        return _header(path, file)[0]


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open a checkpoint; whatever is wrong with it becomes a line."""
    try:
        check_plain_file(path, "checkpoint")
        if path.stat().st_size > MAX_BYTES:
            raise BotplayError(f"{path} is too large for a checkpoint")
        with safe_open(path, framework="numpy") as file:
            yield file
    except OSError as error:
        raise BotplayError(f"cannot read {path}: {error.strerror or error}") from error
    except (SafetensorError, KeyError, ValueError, TypeError, RecursionError) as error:
        raise BotplayError(f"{path} is not a checkpoint of botplay: {error}") from error


def _header(path: Path, file: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    header = file.metadata() or {}
    facts, learner = json.loads(header["facts"]), json.loads(header["learner"])
    if not isinstance(facts, dict) or not isinstance(learner, dict):
        raise BotplayError(f"{path} is not a checkpoint of botplay: its facts are not tables")
    return facts, learner
