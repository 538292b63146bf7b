"""Bookmarks in a replay: frames with a note, kept in its folder as `bookmarks.json`, a list of both."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from botcore.errors import BotplayError
from botcore.replacing import replacing
from botcore.replay.checks import Invalid, integer, parse_json, read_bytes, table, text
from botcore.replay.library import BOOKMARKS_FILE

MAX_BOOKMARKS = 1000
MAX_NOTE = 200  # characters
MAX_FILE = 1_000_000  # bytes


@dataclass(frozen=True, order=True)
class Bookmark:
    """A frame of the replay and what somebody noted about it, one line that may be empty."""

    frame: int
    note: str = ""


def read_bookmarks(folder: Path) -> tuple[Bookmark, ...]:
    """Return a replay's bookmarks by frame; none where nobody made any.

    Raises:
        BotplayError: the file is damaged.
    """
    path = folder / BOOKMARKS_FILE
    if not os.path.lexists(path):
        return ()
    try:
        return parse_bookmarks(read_bytes(path, MAX_FILE))
    except Invalid as reason:
        raise BotplayError(f"{path} is damaged: {reason}; remove it to make new bookmarks") from reason


def parse_bookmarks(content: bytes) -> tuple[Bookmark, ...]:
    """Check every field; of several bookmarks of a frame the last one stays. Unknown fields are left out.

    Raises:
        Invalid: it is not what `write_bookmarks` writes.
    """
    data = parse_json(content)
    if not isinstance(data, list) or len(data) > MAX_BOOKMARKS:
        raise Invalid(f"it is not a list of at most {MAX_BOOKMARKS} bookmarks")
    return _in_order(_bookmark(entry) for entry in data)


def _bookmark(entry: Any) -> Bookmark:
    fields = table(entry, "a bookmark")
    note = text(fields.get("note", ""), "its note", limit=MAX_NOTE, empty=True)
    return Bookmark(integer(fields.get("frame"), "its frame"), note)


def _in_order(bookmarks: Iterable[Bookmark]) -> tuple[Bookmark, ...]:
    return tuple(sorted({bookmark.frame: bookmark for bookmark in bookmarks}.values()))


def with_bookmark(bookmarks: Iterable[Bookmark], new: Bookmark) -> tuple[Bookmark, ...]:
    """Return them with a new one, in place of one of the same frame.

    Raises:
        BotplayError: there are too many.
    """
    found = _in_order([*bookmarks, new])
    if len(found) > MAX_BOOKMARKS:
        raise BotplayError(f"a replay holds at most {MAX_BOOKMARKS} bookmarks")
    return found


def write_bookmarks(folder: Path, bookmarks: Iterable[Bookmark]) -> None:
    """Replace the file in one step: a reader sees the old bookmarks or the new ones, never half of them.

    Raises:
        BotplayError: the replay cannot be written to.
    """
    content = json.dumps([asdict(bookmark) for bookmark in bookmarks], ensure_ascii=False) + "\n"
    try:
        with replacing(folder / BOOKMARKS_FILE) as draft:
            draft.write_text(content, "utf-8")
    except OSError as error:
        raise BotplayError(f"cannot keep bookmarks in {folder}: {error.strerror}") from error
