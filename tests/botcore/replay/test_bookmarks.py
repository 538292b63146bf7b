"""Bookmarks: kept, read as if a stranger had written them, and never half written."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botcore.errors import BotplayError
from botcore.replay.bookmarks import (
    MAX_BOOKMARKS,
    MAX_FILE,
    MAX_NOTE,
    Bookmark,
    parse_bookmarks,
    read_bookmarks,
    with_bookmark,
    write_bookmarks,
)
from botcore.replay.checks import Invalid
from botcore.replay.library import is_bookmarked

NOTES = st.text(max_size=MAX_NOTE).filter(str.isprintable)


@settings(max_examples=50)
@given(st.lists(st.builds(Bookmark, st.integers(0, 2**62), NOTES), unique_by=lambda b: b.frame))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, made: list[Bookmark]) -> None:
    folder = tmp_path_factory.mktemp("replay")
    write_bookmarks(folder, made)
    assert read_bookmarks(folder) == tuple(sorted(made))
    assert [path.name for path in folder.iterdir()] == ["bookmarks.json"]
    assert is_bookmarked(folder) == bool(made)


def test_the_fullest_file_can_be_read_again(tmp_path: Path) -> None:
    write_bookmarks(
        tmp_path, [Bookmark(2**62 + n, "\N{GRINNING FACE}" * MAX_NOTE) for n in range(MAX_BOOKMARKS)]
    )
    assert len(read_bookmarks(tmp_path)) == MAX_BOOKMARKS
    with pytest.raises(BotplayError, match="at most 1000"):
        with_bookmark(read_bookmarks(tmp_path), Bookmark(1))


def test_a_frame_has_one_bookmark(tmp_path: Path) -> None:
    assert read_bookmarks(tmp_path) == ()
    marks = with_bookmark(with_bookmark((Bookmark(9, "old"),), Bookmark(3)), Bookmark(9, "new"))
    assert marks == (Bookmark(3), Bookmark(9, "new"))
    assert parse_bookmarks(b'[{"frame": 1, "note": "a"}, {"frame": 1, "more": 2}]') == (Bookmark(1),)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[1]",
        b"[{}]",
        b'[{"frame": -1}]',
        b'[{"frame": true}]',
        b'[{"frame": 1.5}]',
        b'[{"frame": 1, "note": 7}]',
        b'[{"frame": 1, "note": "two\\nlines"}]',
        b'[{"frame": 1, "note": "\\u001b[31m"}]',
        json.dumps([{"frame": 1, "note": "x" * (MAX_NOTE + 1)}]).encode(),
        json.dumps([{"frame": n} for n in range(MAX_BOOKMARKS + 1)]).encode(),
        b"[" * 100_000,
    ],
)
def test_anything_else_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bookmarks.json").write_bytes(content)
    with pytest.raises(BotplayError, match=r"bookmarks\.json is damaged"):
        read_bookmarks(tmp_path)


@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    with suppress(Invalid):
        parse_bookmarks(content)


def test_a_huge_file_or_a_link_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    with path.open("wb") as file:
        file.truncate(MAX_FILE + 1)
    with pytest.raises(BotplayError, match="too large"):
        read_bookmarks(tmp_path)
    path.unlink()
    path.symlink_to("/dev/zero")
    with pytest.raises(BotplayError, match="not a plain file"):
        read_bookmarks(tmp_path)
    write_bookmarks(tmp_path, [Bookmark(1)])
    assert not path.is_symlink(), "a link is replaced, not followed"


def test_what_cannot_be_written_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "bookmarks.json").mkdir()
    with pytest.raises(BotplayError, match=r"cannot keep bookmarks in .*: Is a directory"):
        write_bookmarks(tmp_path, [Bookmark(1)])
    assert [path.name for path in tmp_path.iterdir()] == ["bookmarks.json"]
    with pytest.raises(BotplayError, match="No such file"):
        write_bookmarks(tmp_path / "gone", [])
