"""Replacing a file in one step: a reader sees the old one or the new one, never half of one."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def remove_drafts(folder: Path) -> None:
    """Take away what a process that was killed as it wrote has left in `folder`, where nobody writes now."""
    with suppress(OSError):
        for left in [path for path in folder.iterdir() if re.fullmatch(r"\.[0-9a-f]{16}\.draft", path.name)]:
            left.unlink()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a draft to write; it takes the place of `path` at the end, and is removed after a failure.

    Its name is short, for that of `path` may be as long as names can be. Nobody can guess it, so a link that
    a stranger's folder brings along is not followed, and two processes do not write into one draft.

    Raises:
        OSError: it cannot take the place of `path`.
    """
    draft = path.parent / f".{secrets.token_hex(8)}.draft"
    try:
        yield draft
        os.replace(draft, path)
    finally:
        with suppress(OSError):  # not there any more, if all went well
            draft.unlink()
