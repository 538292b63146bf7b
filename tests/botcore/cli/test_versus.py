"""`botplay versus`, `botplay thumbnail` and `botplay` alone, in this process, without a window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from botcore.cli.main import run
from botcore.replay.library import list_replays
from botcore.window import compare

GAME = ("--game", "car", "--set", "game.steps=20")
TWO = (*GAME, "--brain", "random", "--brain", "dqn")


@pytest.fixture
def botplay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[str, str]]:
    """Return a function that runs a command and gives what it printed, and what it said beside that."""
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "data"))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: str, code: int = 0) -> tuple[str, str]:
        assert run(arguments) == code
        captured = capsys.readouterr()
        return captured.out, captured.err

    return command


def test_without_a_screen_botplay_alone_prints_the_help(botplay: Callable[..., tuple[str, str]]) -> None:
    output, _ = botplay()
    assert "versus" in output
    assert "Usage: botplay" in output


def test_the_scores_are_a_table_and_the_group_can_be_shown_again(
    botplay: Callable[..., tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output, errors = botplay("versus", *TWO, "--seed", "4", "--episodes", "2")
    assert "there is no screen" in errors
    *table, last = output.splitlines()
    assert [line.split()[0] for line in table] == ["seed", "4", "5", "mean"]
    assert table[0].split() == ["seed", "random", "dqn"]
    replays = list_replays(tmp_path / "data" / "replays")
    scores = {(one.brain, one.episode): one.score for one in replays}
    for row, episode in ((table[1], 0), (table[2], 1)):
        recorded = [scores[brain, episode] for brain in ("random", "dqn")]
        assert [float(cell) for cell in row.split()[1:]] == pytest.approx(recorded)
    shown: list[list[tuple[str, int]]] = []

    def look(replays: Sequence[Any], **_: Any) -> None:
        shown.append([(replay.header.about.brain, replay.header.seed) for replay in replays])

    monkeypatch.setattr(compare, "run_comparison", look)
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    group = last.removeprefix("replay: ")
    botplay("replay", group)
    botplay("replay", "last")
    assert shown == [[("random", 5), ("dqn", 5)]] * 2


def test_no_record_keeps_nothing(botplay: Callable[..., tuple[str, str]], tmp_path: Path) -> None:
    output, _ = botplay("versus", *TWO, "--no-window", "--no-record")
    assert "replay" not in output
    assert not (tmp_path / "data" / "replays").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([*GAME, "--brain", "dqn"], "from 2 to 6 brains"),
        ([*GAME, "--brain", "dqn", "--brain", "rndom"], "did you mean random"),
        ([*GAME, "--brain", "dqn", "--brain", "human"], "needs a window"),
        ([*TWO, "--model", "dqn"], "BRAIN=PATH"),
        ([*TWO, "--model", "dqn=/nowhere"], "no trained model"),
        (["--game", "breakout", "--brain", "random", "--brain", "qlearning"], "these can:"),
    ],
)
def test_a_mistake_is_one_line(
    botplay: Callable[..., tuple[str, str]], arguments: list[str], words: str
) -> None:
    output, errors = botplay("versus", *arguments, code=2)
    assert output == ""
    assert words in errors.strip().splitlines()[-1]


def test_a_thumbnail_is_made_from_the_game(botplay: Callable[..., tuple[str, str]], tmp_path: Path) -> None:
    target = tmp_path / "car.png"
    botplay("thumbnail", "--game", "car", "--brain", "random", "--step", "3", "--to", str(target))
    content = target.read_bytes()
    assert content[:4] == b"\x89PNG"
    width, height = (int.from_bytes(content[n : n + 4], "big") for n in (16, 20))
    assert (width, height) == (240, 180)
    _, errors = botplay(
        "thumbnail", "--game", "car", "--brain", "random", "--to", str(tmp_path / "no" / "x.png"), code=2
    )
    assert "cannot write" in errors
