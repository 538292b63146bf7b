"""A checkpoint is one file, replaced atomically: arrays, and facts as JSON in its header. Never a pickle."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from botcore.contracts.learner import Snapshot
from botcore.errors import BotplayError

MAX_BYTES = 16 * 2**30


def write_checkpoint(path: Path, snapshot: Snapshot, facts: Mapping[str, Any]) -> None:
    """Write `snapshot` and `facts` to `path`; a reader sees the old file or the new one, never half of one.

    Raises:
        BotplayError: the file cannot be written.
    """
    temporary = path.with_name(path.name + ".part")
    arrays = {name: np.asarray(array, order="C") for name, array in snapshot.arrays.items()}
    header = {"facts": json.dumps(dict(facts)), "learner": json.dumps(dict(snapshot.facts))}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(arrays, temporary, metadata=header)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except (OSError, SafetensorError) as error:
        with suppress(OSError):
            temporary.unlink()
        raise BotplayError(f"cannot write {path}: {error}") from error


def read_checkpoint(path: Path) -> tuple[Snapshot, dict[str, Any]]:
    """Read a checkpoint.

    Raises:
        BotplayError: it cannot be read, or is not a checkpoint.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BotplayError(f"{path} is too large for a checkpoint")
        with safe_open(path, framework="numpy") as file:
            header = file.metadata() or {}
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        facts, learner = json.loads(header["facts"]), json.loads(header["learner"])
    except OSError as error:
        raise BotplayError(f"cannot read {path}: {error.strerror or error}") from error
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise BotplayError(f"{path} is not a checkpoint of botplay: {error}") from error
    if not isinstance(facts, dict) or not isinstance(learner, dict):
        raise BotplayError(f"{path} is not a checkpoint of botplay: its facts are not tables")
    return Snapshot(arrays, learner), facts
