"""`botplay versus`, `botplay thumbnail` and `botplay` alone, in this process, without a window."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from botcore import versus
from botcore.cli.main import run
from botcore.contracts.moment import Moment
from botcore.replay.library import list_replays
from botcore.replay.recorder import Recorder
from botcore.window import compare, live
from botcore.window import versus as window
from tests.botcore.cli import as_typed
from tests.botcore.test_plugins import distribution

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


def test_a_program_is_told_the_same(home: Path) -> None:
    played = ("versus", *TWO, "--seed", "4", "--episodes", "2")
    told = json.loads(as_typed.botplay(home, *played, "--json")[0])
    table, _ = as_typed.botplay(home, *played, "--no-record")
    rows = [[str(one["seed"]), *(f"{score:g}" for score in one["scores"])] for one in told["rounds"]]
    assert rows == [line.split() for line in table.splitlines()[1:3]]
    assert (told["game"], told["contenders"]) == ("car", ["random", "dqn"])
    assert (told["planned"], told["stopped"]) == (2, False)
    assert told["models"][0] is None
    assert Path(told["models"][1]).is_dir()
    assert told["replay"] == list_replays(home / "data" / "replays")[0].group


BRITTLE = """
import gymnasium as gym
import numpy as np

class Brittle(gym.Env):
    observation_space, action_space = gym.spaces.Discrete(2), gym.spaces.Discrete(2)
    metadata, render_mode, episodes = {"render_modes": ["rgb_array"]}, "rgb_array", 0

    def render(self):
        return np.zeros((16, 16, 3), np.uint8)

    def reset(self, *, seed=None, options=None):
        self.episodes += 1
        return 0, {}

    def step(self, action):
        if self.episodes > 1:
            raise RuntimeError("it broke")
        return 1, 1.0, True, False, {}

@hookimpl
def botplay_games():
    yield botcore.Game("brittle", "It breaks.", open=lambda request: Brittle())
"""


def test_a_program_is_told_that_a_game_which_failed_did_not_play_all_rounds(home: Path) -> None:
    distribution(home, "brittle", BRITTLE)
    path = os.pathsep.join(filter(None, [str(home), os.environ.get("PYTHONPATH")]))
    played = ("versus", "--game", "brittle", "--brain", "random", "--brain", "random", "--seed", "4")
    output, errors = as_typed.botplay(home, *played, "--episodes", "3", "--json", code=1, PYTHONPATH=path)
    assert "it broke" in errors
    told = json.loads(output)
    assert told["rounds"] == [{"seed": 4, "scores": [1.0, 1.0]}]
    assert (told["planned"], told["stopped"]) == (3, True)


def test_the_scores_are_a_table_and_the_group_can_be_shown_again(
    botplay: Callable[..., tuple[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
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

    group = last.removeprefix("replay: ")
    assert run(["replay", group]) == 2
    advice = re.search(r"botplay (export \S+ --to )FILE.mp4", capsys.readouterr().err)
    assert advice, "without a screen"
    botplay(*advice[1].split(), str(tmp_path / "one.mp4"))
    assert (tmp_path / "one.mp4").stat().st_size
    monkeypatch.setattr(compare, "run_comparison", look)
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    botplay("replay", group)
    botplay("replay", "last")
    assert shown == [[("random", 5), ("dqn", 5)]] * 2


@pytest.mark.parametrize("what", [KeyboardInterrupt(), SystemExit(143)])
def test_what_was_played_until_it_was_stopped_is_told(
    botplay: Callable[..., tuple[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    what: BaseException,
) -> None:
    play_on, ends = versus._last_of_episode, count(1)

    def play(moments: Iterator[Moment]) -> Moment:
        if next(ends) == 6:
            next(moments)
            raise what
        return play_on(moments)

    monkeypatch.setattr(versus, "_last_of_episode", play)
    arguments = ("versus", *TWO, "--no-window", "--seed", "4", "--episodes", "9")
    if isinstance(what, SystemExit):
        with pytest.raises(SystemExit, match="143"):
            run(arguments)
        output = capsys.readouterr().out
    else:
        output, _ = botplay(*arguments, code=130)
    *table, stopped, last = output.splitlines()
    assert [line.split()[0] for line in table] == ["seed", "4", "5", "mean"]
    assert stopped == "stopped after 2 of 9 rounds"
    replays = list_replays(tmp_path / "data" / "replays")
    assert {last} == {f"replay: {one.group}" for one in replays}
    assert {one.status for one in replays} == {"complete"}


def test_ctrl_c_on_the_window_tells_what_was_played(
    botplay: Callable[..., tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown(players: Sequence[Any], plays_on: Callable[..., bool], **_: Any) -> None:
        assert plays_on(4, (1.5, 2))
        raise KeyboardInterrupt

    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setattr(window, "run_versus", shown)
    output, _ = botplay("versus", *TWO, code=130)
    table = [line.split() for line in output.splitlines()]
    assert table == [["seed", "random", "dqn"], ["4", "1.5", "2"], ["stopped", "after", "1", "round"]], (
        "there is no replay of it: nothing was played"
    )


def test_who_is_told_a_group_is_told_its_replays_where_one_is_wanted(
    botplay: Callable[..., tuple[str, str]], tmp_path: Path
) -> None:
    output, _ = botplay("versus", *TWO, "--no-window", "--episodes", "2")
    group = output.splitlines()[-1].removeprefix("replay: ")
    ids = [one.id for one in list_replays(tmp_path / "data" / "replays") if one.episode == 1]
    for to in (("--to", str(tmp_path / "x.mp4")), ("--minari", "some/thing")):
        output, errors = botplay("export", group, *to, code=2)
        assert output == ""
        assert errors.count("\n") == 1
        assert all(one in errors for one in (group, *ids))
    for which in ((group, "--takeover", "random", "--no-window"), (ids[0], "--compare", group)):
        _, errors = botplay("replay", *which, code=2)
        assert f"{group} is a group of replays; name one of them" in errors
    botplay("export", ids[0], "--to", str(tmp_path / "x.png"))
    _, errors = botplay("export", "versus-of-nobody", "--to", str(tmp_path / "x.mp4"), code=2)
    assert "no replay 'versus-of-nobody'" in errors


@pytest.mark.parametrize("arguments", [("versus", *TWO), ("play", *GAME, "--brain", "random")])
def test_a_recording_that_falls_behind_is_no_fault_of_the_disk(
    botplay: Callable[..., tuple[str, str]], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    notices: list[str | None] = []

    def shown(*_: Any, notice: Callable[[], str | None], **__: Any) -> None:
        notices.append(notice())
        monkeypatch.setattr(Recorder, "behind", True)
        notices.append(notice())

    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setattr(window, "run_versus", shown)
    monkeypatch.setattr(live, "run_live", shown)
    botplay(*arguments)
    assert notices == [None, "the recording cannot keep up (this machine is too busy)"]


@pytest.mark.parametrize("arguments", [("versus", *TWO), ("play", *GAME, "--brain", "random")])
def test_a_window_waits_for_no_recording(
    botplay: Callable[..., tuple[str, str]], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    made, patient = list[Recorder](), list[bool]()
    begin = Recorder.__init__

    def watched(self: Recorder, *given: Any, **named: Any) -> None:
        begin(self, *given, **named)
        made.append(self)

    def shown(*_: Any, **__: Any) -> None:
        patient.extend(recorder.patient for recorder in made)

    monkeypatch.setattr(Recorder, "__init__", watched)
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setattr(window, "run_versus", shown)
    monkeypatch.setattr(live, "run_live", shown)
    botplay(*arguments)
    assert patient == [False] * (arguments.count("--brain"))


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
