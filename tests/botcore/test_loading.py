"""Turning names of code into code, and saying what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from botcore import BotplayError
from botcore.loading import call, load


@pytest.fixture(autouse=True)
def _on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)


def test_a_name_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty_walk.py").write_text("")
    with pytest.raises(BotplayError, match="empty_walk has no 'open_walk', which a plugin promised"):
        load("empty_walk:open_walk")


def test_a_name_that_is_nearly_there_and_a_slip_in_the_language_are_told(tmp_path: Path) -> None:
    (tmp_path / "near_walk.py").write_text("def open_walk(request): ...\n")
    with pytest.raises(BotplayError, match="which a plugin promised; did you mean open_walk"):
        load("near_walk:opne_walk")
    (tmp_path / "bad_walk.py").write_text("\ndef open_walk(request)\n")
    with pytest.raises(BotplayError, match=r"cannot import bad_walk:open_walk: .*\(bad_walk.py, line 2\)"):
        load("bad_walk:open_walk")


def test_a_module_that_fails_is_told_as_what_it_failed_of(tmp_path: Path) -> None:
    (tmp_path / "old_walk.py").write_text("import math\nmath.float(1)\ndef open_walk(request): ...\n")
    with pytest.raises(AttributeError, match="module 'math' has no attribute 'float'"):
        load("old_walk:open_walk")


def test_code_that_takes_something_else_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "deaf_walk.py").write_text("def open_walk(): ...\ndef build(shape, made, *, size): ...\n")
    with pytest.raises(
        BotplayError, match=r"deaf_walk:open_walk: botplay gives 1 argument\(s\), and it takes \(\)"
    ):
        call("deaf_walk:open_walk", 1)
    with pytest.raises(BotplayError, match=r"it takes \(shape, made, \*, size\) \(missing .*'size'\)"):
        call("deaf_walk:build", (3,), None)
    assert call(max, 1, 2) == 2, "which does not say what it takes"


def test_a_failure_inside_is_its_own(tmp_path: Path) -> None:
    (tmp_path / "clumsy_walk.py").write_text("def open_walk(request): return len()\n")
    with pytest.raises(TypeError, match="len"):
        call("clumsy_walk:open_walk", 1)
