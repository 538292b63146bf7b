"""Turning names of code into code, and saying what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from botcore import BotplayError
from botcore.loading import load


@pytest.fixture(autouse=True)
def _on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)


def test_a_name_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty_walk.py").write_text("")
    with pytest.raises(BotplayError, match="empty_walk has no 'open_walk', which a plugin promised"):
        load("empty_walk:open_walk")


def test_a_module_that_fails_is_told_as_what_it_failed_of(tmp_path: Path) -> None:
    (tmp_path / "old_walk.py").write_text("import math\nmath.float(1)\ndef open_walk(request): ...\n")
    with pytest.raises(AttributeError, match="module 'math' has no attribute 'float'"):
        load("old_walk:open_walk")
