"""T in the window on a replay, with a real game: what `--takeover human` does, from the moment shown."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from botcore.cli import start
from botcore.cli.main import run
from botcore.cli.options import load
from botcore.replay.library import ReplaySummary, list_replays
from botcore.replay.reader import open_replay
from botcore.window.controls import Command
from botcore.window.player import Player
from botcore.window.start.catalogue import Watch

CAR = ("--game", "car", "--set", "game.steps=40", "--no-window")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path))
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    return tmp_path / "replays"


@pytest.fixture
def one(home: Path) -> Path:
    """An episode of the car, driven at random."""
    assert run(("play", *CAR, "--brain", "random", "--seed", "4")) == 0
    [folder] = home.iterdir()
    return folder


@pytest.fixture
def pressed(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[str]]:
    """Return what has T pressed at a frame of every replay shown, and gives what is said then."""

    def at(frame: int) -> list[str]:
        said: list[str] = []

        def press(player: Player) -> None:
            if said:  # It came back.
                said.append(player._full_status().message)
                return
            player.go_to(frame)
            player.do(Command.TAKE_OVER)
            said.append(player._full_status().message)

        monkeypatch.setattr(Player, "run", press)
        return said

    return at


def close_when_over(home: Path) -> None:
    """Close the window once the branch is played to its end; nobody presses a key."""
    import pygame

    def wait() -> None:
        while not any(s.parent and s.status == "complete" for s in list_replays(home)):
            time.sleep(0.05)
        pygame.event.post(pygame.event.Event(pygame.QUIT))

    threading.Thread(target=wait, daemon=True).start()


def check_branch(parent: Path, folder: Path) -> None:
    [branch] = [summary for summary in list_replays(folder) if summary.parent]
    assert (branch.parent, branch.branch_frame, branch.steps, branch.brain) == (parent.name, 20, 40, "human")
    by = [line.moment.decision.by for line in open_replay(branch.path).lines if line.moment.decision]
    assert by == ["random"] * 20 + ["human"] * 20


def branches(home: Path) -> list[ReplaySummary]:
    return [summary for summary in list_replays(home) if summary.parent]


def test_a_person_goes_on_from_the_moment_shown(
    one: Path, home: Path, pressed: Callable[[int], list[str]]
) -> None:
    pressed(20)
    close_when_over(home)
    assert run(("replay", one.name)) == 0
    check_branch(one, home)


def test_the_branch_lies_where_the_replays_are_said_to_lie(
    one: Path, home: Path, tmp_path: Path, pressed: Callable[[int], list[str]]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(one, elsewhere / one.name)
    pressed(20)
    close_when_over(elsewhere)
    assert run(("replay", "last", "--out", str(elsewhere))) == 0
    check_branch(one, elsewhere)
    assert not branches(home)


def test_from_the_start_screen_too(one: Path, home: Path, pressed: Callable[[int], list[str]]) -> None:
    pressed(20)
    close_when_over(home)
    start._watch(load(()), Watch((one,)))
    check_branch(one, home)


def test_where_the_episode_is_over_it_says_so(
    one: Path, home: Path, pressed: Callable[[int], list[str]]
) -> None:
    said = pressed(40)
    assert run(("replay", one.name)) == 0
    assert said == ["the episode is over there; take over before 0.7 seconds"]
    assert not branches(home)


def test_a_game_that_parts_from_the_recording_is_told(
    one: Path, home: Path, pressed: Callable[[int], list[str]]
) -> None:
    steps = one / "steps.jsonl"
    lines = [json.loads(line) for line in steps.read_text().splitlines()]
    lines[5]["reward"] = 1e9
    steps.write_text("".join(json.dumps(line) + "\n" for line in lines))
    said = pressed(20)
    assert run(("replay", one.name)) == 0
    assert "the game cannot be brought there" in said[-1]
    assert "(--from)" not in said[-1]
    assert "\n" not in said[-1]


def test_what_a_plugin_raises_is_a_line(
    one: Path, home: Path, pressed: Callable[[int], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_it(*arguments: object, **names: object) -> None:
        raise RuntimeError("no map")

    monkeypatch.setattr("botcore.takeover.open_takeover", break_it)
    said = pressed(20)
    assert run(("replay", one.name)) == 0
    assert said == ["RuntimeError: no map"]


def test_the_help_tells_of_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("replay", "--help")) == 0
    assert "window T does that" in " ".join(capsys.readouterr().out.split())
