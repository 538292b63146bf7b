"""One training at a time in a run's folder: two would write over each other's checkpoints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from botcore.errors import BotplayError
from botcore.replacing import remove_drafts

LOCK = ".lock"  # stays when a training is over: who removes it might remove another's


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder of a run; one that is made for it and left empty is taken away again.

    The system lets go of it when the process ends, killed or not.

    Raises:
        BotplayError: another training goes on there, or the folder cannot be written.
    """
    lock, is_new = FileLock(folder / LOCK, timeout=0), not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise BotplayError(
            f"a training goes on in {folder} just now: wait for it, stop it, or give another folder (--out)"
        ) from error
    except OSError as error:
        raise BotplayError(f"cannot write into {folder}: {error.strerror or error}") from error
    remove_drafts(folder)  # of a checkpoint, as large as that, each time a training is killed as it saves
    try:
        yield
    finally:
        with suppress(OSError):
            lock.release()
            if is_new and [path.name for path in folder.iterdir()] == [LOCK]:
                (folder / LOCK).unlink()
                folder.rmdir()
