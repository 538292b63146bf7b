"""`botplay new`: a folder that is made, and what is refused. That it works is tested beside the example."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from botcore.cli.main import run


def new(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str]:
    code = run(["new", *map(str, words)])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


@pytest.mark.parametrize(("kind", "code"), [("game", "game.py"), ("brain", "rule.py")])
def test_a_package_is_written_with_its_name_everywhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, code: str
) -> None:
    status, said = new(capsys, kind, tmp_path / "deep" / "harbour_2")
    assert status == 0
    assert f"pip install -e {tmp_path}/deep/harbour_2" in said
    assert f"next: {sys.executable} -m pip" in said, "where this botplay looks for it"
    files = {path.relative_to(tmp_path / "deep") for path in tmp_path.rglob("*") if path.is_file()}
    package = Path("harbour_2")
    expected = {"README.md", "pyproject.toml", "test_harbour_2.py"}
    expected |= {f"harbour_2/{name}" for name in ("__init__.py", "plugin.py", code)}
    assert files == {package / name for name in expected}
    for file in files:
        assert "NAME" not in (tmp_path / "deep" / file).read_text("utf-8").replace("NAME=VALUE", "")


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        ("game", "json", "a package called 'json' is installed already"),
        ("game", "car", "there is a game called 'car' already"),
        ("brain", "dqn", "there is a brain called 'dqn' already"),
        ("game", "Tide", "cannot be the name of a package"),
        ("game", "my-game", "cannot be the name of a package"),
        ("brain", "class", "cannot be the name of a package"),
        ("game", "full", "is there already"),
        ("game", "file", "is there already"),
        ("game", "file/under", "cannot write"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, name: str, words: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "kept").touch()
    (tmp_path / "file").touch()
    before = sorted(tmp_path.rglob("*"))
    status, said = new(capsys, kind, tmp_path / name)
    assert status == 2
    assert words in said
    assert len(said.splitlines()) == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_an_empty_folder_is_as_good_as_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tide").mkdir()
    assert new(capsys, "game", tmp_path / "tide")[0] == 0
