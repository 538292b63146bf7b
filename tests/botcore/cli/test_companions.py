"""`botplay replay --compare`: which replays come side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from botcore.cli.main import run
from botcore.replay.library import list_replays
from botcore.window import compare

Command = Callable[..., str]


@pytest.fixture
def botplay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs a command and gives what it printed and said."""
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "data"))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: str, code: int = 0) -> str:
        assert run(arguments) == code
        captured = capsys.readouterr()
        return captured.out + captured.err

    return command


def test_a_branch_comes_with_its_parent_and_any_replay_with_those_named(
    botplay: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    botplay("--game", "car", "--set", "game.steps=20", "--brain", "random", "--no-window", "--seed", "3")
    assert "went on from no other" in botplay("replay", "last", "--compare", code=2)
    botplay("replay", "last", "--from", "f10", "--takeover", "random", "--no-window")
    branch, parent = (one.id for one in list_replays(tmp_path / "data" / "replays"))
    shown: list[list[str]] = []

    def look(replays: Sequence[Any], **_: Any) -> None:
        shown.append([replay.header.id for replay in replays])

    assert "no screen" in botplay("replay", branch, "--compare", code=2)
    monkeypatch.setattr(compare, "run_comparison", look)
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    botplay("replay", "last", "--compare")
    botplay("replay", parent, "--compare", branch, "--compare", parent)
    assert shown == [[parent, branch], [parent, branch, parent]]
    assert "no replay" in botplay("replay", "last", "--compare", "nothing", code=2)
    assert "give one of them" in botplay("replay", "--compare", parent, "--takeover", "random", code=2)
    assert "at most 9" in botplay("replay", *("--compare", parent) * 9, code=2)
