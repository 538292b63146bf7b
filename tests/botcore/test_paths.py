"""Where the user's things lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from botcore.errors import BotplayError
from botcore.paths import data_folder, own_folder


def test_the_variable_moves_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "with ü and spaces"))
    assert data_folder() == tmp_path / "with ü and spaces"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("BOTPLAY_DATA", "~/mine")
    assert data_folder() == tmp_path / "mine"


def test_the_folder_of_a_user_that_there_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", "~nobody-of-that-name/x")
    with pytest.raises(BotplayError, match=r"no home folder .* '~nobody-of-that-name/x': set BOTPLAY_DATA"):
        data_folder()


def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BOTPLAY_DATA", "HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 54321)  # as in a container that was started with --user
    with pytest.raises(BotplayError, match="set BOTPLAY_DATA to another folder"):
        data_folder()


def test_a_file_in_their_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "file"))
    with pytest.raises(BotplayError, match=r"file is a file where .* set BOTPLAY_DATA to a folder"):
        data_folder()


def test_a_folder_below_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "file" / "deep" / "down"))
    with pytest.raises(BotplayError, match=r"/file is a file where"):
        data_folder()
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path))
    with pytest.raises(BotplayError, match=r"/file is a file where"):
        own_folder("file")
    assert own_folder("models") == tmp_path / "models", "it is made when something is to lie there"


def test_a_folder_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refused(path: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path))
    monkeypatch.setattr(os, "scandir", refused)  # not even a folder of mode 0 refuses root
    with pytest.raises(BotplayError, match=r"cannot be read \(Permission denied\): set BOTPLAY_DATA"):
        data_folder()
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "to be made"))
    assert data_folder() == tmp_path / "to be made", "whoever may make it need not see what else is there"
