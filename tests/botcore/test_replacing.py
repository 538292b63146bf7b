"""A file is replaced in one step, or stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from botcore.replacing import replacing


@pytest.mark.parametrize("name", ["a.txt", "n" * 255])
def test_the_draft_takes_the_place_of_the_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    for words in ("new", "newer"):
        with replacing(path) as draft:
            draft.write_text(words)
            assert draft.parent == tmp_path
            assert (path.read_text() if path.exists() else "") == {"new": "", "newer": "new"}[words]
        assert path.read_text() == words
    assert [*tmp_path.iterdir()] == [path]


def write_half(draft: Path) -> None:
    draft.write_text("half of")
    raise OSError("the disk is full")


def test_after_a_failure_all_is_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("mine")
    with pytest.raises(OSError, match="full"), replacing(path) as draft:
        write_half(draft)
    with pytest.raises(FileNotFoundError), replacing(path):
        pass  # nothing was written
    assert path.read_text() == "mine"
    assert [*tmp_path.iterdir()] == [path]


def test_two_drafts_of_one_file_are_not_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with replacing(path) as one, replacing(path) as other:
        one.write_text("one")
        other.write_text("other")
    assert path.read_text() == "one", "the last to be done"
