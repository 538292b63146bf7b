"""`botplay replays`, `verify` and taking over, as a person types them."""

from __future__ import annotations

import contextlib
import json
import shutil
import threading
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import botcore
from botcore.cli import main
from botcore.cli.times import frame_at
from botcore.clock import clock
from botcore.errors import BotplayError
from botcore.replay.library import list_replays
from botcore.replay.reader import open_replay
from botcore.window.player import about_replay

CAR = ("--game", "car", "--set", "game.steps=40", "--no-window")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path))
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.delenv("BOTPLAY_REPLAY_LIMIT", raising=False)
    return tmp_path / "replays"


@pytest.fixture
def botplay(home: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run a command in this process; return what it printed, its errors last."""

    def run(*arguments: str, code: int = 0, keys: str = "") -> str:
        result = CliRunner().invoke(main.botplay, list(arguments), input=keys)
        if isinstance(result.exception, BotplayError):
            assert code == 2, result.exception
            return str(result.exception)
        assert result.exit_code == code, (result.output, result.exception)
        return result.output

    return run


@pytest.fixture
def one(botplay: Callable[..., str], home: Path) -> Path:
    """An episode of the car, driven at random."""
    botplay("play", *CAR, "--brain", "random", "--seed", "4")
    [folder] = home.iterdir()
    return folder


def copy(folder: Path, name: str, **fields: Any) -> Path:
    made = shutil.copytree(folder, folder.parent / name)
    data = json.loads((made / "episode.json").read_text())
    (made / "episode.json").write_text(json.dumps({**data, "id": name, **fields}))
    return made


def first_column(output: str) -> list[str]:
    return [line.split()[0] for line in output.splitlines()[1:-1]]


def test_listing_filters_and_sorts(botplay: Callable[..., str], one: Path) -> None:
    shutil.rmtree(copy(one, "gone"))
    for name, game, score, day in (("a", "doom", 5, "01"), ("b", "car", 99, "02"), ("c", "car", -7, "03")):
        copy(one, name, game=game, score=score, started=f"2026-01-{day}T00:00:00Z", brain=f"brain-{name}")
    assert first_column(botplay("replays")) == [one.name, "c", "b", "a"]
    assert first_column(botplay("replays", "--sort", "score"))[0] == "b"
    assert first_column(botplay("replays", "--game", "doom")) == ["a"]
    assert first_column(botplay("replays", "--game", "car/city", "--brain", "brain-c")) == ["c"]
    assert "no replays of that kind" in botplay("replays", "--game", "pong")
    listed = json.loads(botplay("replays", "--json", "--sort", "score"))
    assert [entry["id"] for entry in listed][:2] == ["b", "a"]
    assert (listed[0]["score"], listed[0]["steps"], listed[0]["bookmarked"]) == (99.0, 40, False)
    (one / "bookmarks.json").write_text('[{"frame": 1}]')
    (one.parent / "a" / "episode.json").write_text("{")
    output = botplay("replays")
    assert "bookmarked" in output
    assert "broken: " in output
    assert output.splitlines()[-1].startswith("4 replays, ")
    assert output.endswith(" MB of 5 GB\n")


def test_rm_asks_and_stays_inside(botplay: Callable[..., str], one: Path, tmp_path: Path) -> None:
    copy(one, "branch", parent=one.name, branch_frame=10)
    output = botplay("replays", "rm", one.name, keys="n\n", code=1)
    assert "1 replay that went on from there will have no parent" in output
    assert one.exists()
    assert "deleted: 1 replay" in botplay("replays", "rm", one.name, keys="y\n")
    assert [folder.name for folder in one.parent.iterdir()] == ["branch"]
    elsewhere = shutil.copytree(one.parent / "branch", tmp_path / "elsewhere" / "mine")
    assert "delete that folder yourself" in botplay("replays", "rm", str(elsewhere), "--yes", code=2)
    assert "no replay 'x'" in botplay("replays", "rm", "branch", "x", "--yes", code=2)
    assert (one.parent / "branch").exists(), "all or nothing"
    botplay("replays", "rm", "branch", "branch", "--yes")
    assert list(one.parent.iterdir()) == []


def test_rm_knows_a_replay_however_it_is_named(
    botplay: Callable[..., str], one: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy(one, "branch", parent=one.name, branch_frame=10)
    monkeypatch.chdir(one)
    asked = botplay("replays", "rm", ".", keys="n\n", code=1)
    assert f": {one.name}; 1 replay that went on from there" in asked
    monkeypatch.chdir(one.parent.parent)
    names = (one.name, str(one), f"replays/{one.name}")
    assert "deleted: 1 replay," in botplay("replays", "--out", "replays", "rm", *names, "--yes")
    assert [folder.name for folder in one.parent.iterdir()] == ["branch"]


def test_what_only_the_list_listens_to_is_refused_before_a_command(
    botplay: Callable[..., str], one: Path
) -> None:
    for options in (("--game", "doom"), ("--brain", "a3c"), ("--sort", "date"), ("--family",), ("--json",)):
        told = botplay("replays", *options, "keep", "last", "0", "--yes", code=2)
        assert f"{options[0]} before keep does nothing" in told
    assert "--json before show" in botplay("models", "--json", "show", "x", code=2)
    assert one.exists()


def test_keep_of_one_game_or_brain_leaves_the_others(botplay: Callable[..., str], one: Path) -> None:
    for name, game, brain in (("a", "doom", "a3c"), ("b", "doom", "dqn"), ("c", "car", "dqn")):
        copy(one, name, game=game, brain=brain)
    assert "all but the last 0 of doom, dqn?" in botplay(
        "replays", "keep", "last", "0", "--game", "doom", "--brain", "dqn", keys="n\n", code=1
    )
    botplay("replays", "keep", "last", "0", "--brain", "dqn", "--game", "doom", "--yes")
    assert sorted(folder.name for folder in one.parent.iterdir()) == sorted([one.name, "a", "c"])
    botplay("replays", "keep", "last", "0", "--game", "doom", "--yes")
    botplay("replays", "keep", "last", "0", "--brain", "dqn", "--yes")
    assert list(one.parent.iterdir()) == [one]


def test_keep_of_one_brain_spares_the_parents_of_the_others(botplay: Callable[..., str], one: Path) -> None:
    for name, brain, parent, day in (
        ("a", "a3c", None, 1),
        ("b", "a3c", "a", 2),
        ("c", "human", "b", 3),
        ("d", "a3c", None, 4),
        ("e", "a3c", None, 5),
        ("f", "human", None, 6),
    ):
        branch = {"parent": parent, "branch_frame": 9} if parent else {}
        copy(one, name, brain=brain, started=f"2026-01-0{day}T00:00:00Z", **branch)
    assert "deleted: 1 replay" in botplay("replays", "keep", "last", "1", "--brain", "a3c", "--yes")
    assert sorted(folder.name for folder in one.parent.iterdir()) == sorted([one.name, *"abcef"])


def test_keep_best(botplay: Callable[..., str], one: Path) -> None:
    for name, score in (("a", 500), ("b", 400)):
        copy(one, name, score=score)
    assert "delete 2 replays" in botplay("replays", "keep", "best", "1", keys="n\n", code=1)
    assert "deleted: 2 replays" in botplay("replays", "keep", "best", "1", "--yes")
    assert [folder.name for folder in one.parent.iterdir()] == ["a"]
    assert "nothing to delete" in botplay("replays", "--out", str(one.parent), "keep", "last", "1")


def test_verify_says_it_with_its_exit_code(botplay: Callable[..., str], one: Path) -> None:
    assert "the same, pictures and rewards: 40 steps, 40 frames" in botplay("verify")
    steps = one / "steps.jsonl"
    lines = [json.loads(line) for line in steps.read_text().splitlines()]
    lines[30]["reward"] = 1e9
    steps.write_text("".join(json.dumps(line) + "\n" for line in lines))
    header = json.loads((one / "episode.json").read_text())
    header["versions"] = {"botplay": "0.0.1"}
    (one / "episode.json").write_text(json.dumps(header))
    output = botplay("verify", one.name, code=1)
    assert "different from frame 30 (0:00.5, step 30) on: the reward" in output
    assert "it was recorded with botplay 0.0.1; here is" in output
    verdict = json.loads(botplay("verify", one.name, "--json", code=1).splitlines()[0])
    assert (verdict["id"], verdict["same"], verdict["steps"]) == (one.name, False, 40)
    assert verdict["parting"] == {"step": 30, "frame": 30, "what": ["the reward"]}
    for line in lines:
        line.pop("crc")
    lines[30]["reward"] = lines[29]["reward"]
    copy(one, "old", steps=29)
    (one.parent / "old" / "steps.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines[:30]))
    assert "pictures were not compared, since it was recorded before" in botplay("verify", "old")
    assert "no replay" in botplay("verify", "never", code=2)


def test_verify_says_that_a_recording_was_cut_off(botplay: Callable[..., str], one: Path) -> None:
    steps = one / "steps.jsonl"
    whole = steps.read_bytes()
    lines = whole.splitlines(keepends=True)
    told = json.loads(botplay("verify", "--json"))
    assert (told["same"], told["cut_off"], told["recorded_steps"], told["steps"]) == (True, False, 40, 40)
    steps.write_bytes(b"".join(lines[:13]) + lines[13][:20])
    output = botplay("verify", code=1)
    assert "cut off, 12 of its 40 steps are there; these are the same, pictures and rewards: 12 st" in output
    told = json.loads(botplay("verify", "--json", code=1))
    assert (told["same"], told["cut_off"], told["recorded_steps"], told["steps"]) == (False, True, 40, 12)
    assert told["parting"] is None
    assert "cut off" in botplay("replays").splitlines()[1]
    steps.write_bytes(whole + lines[1][:20])
    assert "cut off after 40 steps; these are the same" in botplay("verify", code=1)


def test_verify_of_a_recording_that_was_never_completed(botplay: Callable[..., str], one: Path) -> None:
    """What was recorded is the same, and nobody knows of more."""
    header = json.loads((one / "episode.json").read_text())
    header.update(status="recording", steps=None, frames=None, score=None, outcome=None)
    (one / "episode.json").write_text(json.dumps(header))
    (one / "steps.jsonl").write_bytes(b"".join((one / "steps.jsonl").read_bytes().splitlines(True)[:13]))
    assert "cut off after 12 steps; these are the same, pictures and rewards: 12 steps" in botplay("verify")
    told = json.loads(botplay("verify", "--json"))
    assert (told["same"], told["cut_off"], told["recorded_steps"], told["steps"]) == (True, True, None, 12)
    assert told["recording"] is False
    assert botplay("replays").splitlines()[1].endswith("  cut off")


def test_a_recording_that_goes_on_is_not_called_cut_off(
    botplay: Callable[..., str], home: Path, tmp_path: Path
) -> None:
    live = botcore.play("car", "random", settings=["game.steps=40"], episodes=1, record=True)
    moments = list(islice(live, 13))
    assert botplay("replays").splitlines()[1].endswith("  being recorded")
    assert json.loads(botplay("replays", "--json"))[0]["recording"] is True
    assert ": it is still being recorded, 12 steps so far; these are the same, pictures" in botplay("verify")
    told = json.loads(botplay("verify", "--json"))
    assert (told["same"], told["cut_off"], told["recording"], told["steps"]) == (True, False, True, 12)
    said = botplay("export", "--to", str(tmp_path / "a.botreplay"))
    assert "this recording still goes on; what is exported ends where it is now" in said
    [folder] = home.iterdir()
    with open_replay(folder) as replay:
        assert "the recording still goes on; this is what there was" in about_replay(replay).note
    moments += live
    assert len(moments) == 41
    assert "being recorded" not in botplay("replays")
    assert json.loads(botplay("verify", "--json"))["recording"] is False


def test_a_damaged_one_does_not_stand_in_the_way_of_last(botplay: Callable[..., str], one: Path) -> None:
    copy(one, "bad", started="2999-01-01T00:00:00Z")
    (one.parent / "bad" / "episode.json").write_bytes(b"\x00" * 100)
    output = botplay("verify")
    assert "botplay: bad cannot be read (" in output
    assert f"{one.name}: the same, pictures and rewards" in output
    assert "bad/episode.json is damaged" in botplay("verify", "bad", code=2)


def test_taking_over_makes_a_branch(botplay: Callable[..., str], one: Path) -> None:
    output = botplay("replay", one.name, "--from", "f20", "--takeover", "random", "--no-window")
    assert "played again up to 0:00.3, where random takes over" in output
    assert "episode 1: score" in output
    listing = botplay("replays", "--family").splitlines()
    assert listing[1].startswith(one.name)
    assert listing[2].startswith("└ ")
    assert listing[2].endswith("from 0:00.3")
    assert f"from 0:00.3 of {one.name}" in botplay("replays")
    assert "the same, pictures and rewards" in botplay("verify", "last")


def test_taking_over_in_a_window(botplay: Callable[..., str], one: Path, home: Path) -> None:
    """A person does nothing until the car's time is over, and closes the window in the next episode."""
    import pygame

    def close_when_over() -> None:
        while not any(s.parent and s.status == "complete" for s in list_replays(home)):
            time.sleep(0.05)
        pygame.event.post(pygame.event.Event(pygame.QUIT))

    closing = threading.Thread(target=close_when_over, daemon=True)
    closing.start()
    botplay("replay", one.name, "--from", "f20", "--takeover", "human", "--speed", "16")
    [branch] = [summary for summary in list_replays(home) if summary.parent]
    assert (branch.parent, branch.branch_frame, branch.steps, branch.brain) == (one.name, 20, 40, "human")
    by = [line.moment.decision.by for line in open_replay(branch.path).lines if line.moment.decision]
    assert by == ["random"] * 20 + ["human"] * 20


def test_taking_over_needs_what_it_needs(
    botplay: Callable[..., str], one: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = ("--takeover", "human", "--no-window")
    assert "needs a window and a screen" in botplay("replay", one.name, *over, code=2)
    assert "is only" in botplay("replay", "--from", "9:00", "--takeover", "random", "--no-window", code=2)
    assert "go with --takeover" in botplay("replay", "--no-window", code=2)
    assert "is no moment; write 1:23" in botplay("replay", "--from", "soon", code=2)
    monkeypatch.delenv("SDL_VIDEODRIVER")
    monkeypatch.setenv("DISPLAY", "")
    assert "there is no screen" in botplay("replay", "--from", "f3", code=2)
    assert "is only 0.7 seconds, 40 frames long" in botplay("replay", "--from", "1:23", code=2)


@pytest.mark.parametrize(
    ("text", "frame"),
    [("1:23", 4980), ("83.5", 5010), ("f1234", 1234), ("1:02:03.5", 223_410), ("0", 0), (":5", None),
     ("-1", None), ("1:2:3:4", None), ("f", None), ("f1.5", None), ("", None), ("1e3", None), ("٣", 180)],
)  # fmt: skip
def test_a_moment_as_people_write_it(text: str, frame: int | None) -> None:
    if frame is None:
        with pytest.raises(BotplayError, match="is no moment"):
            frame_at(text, 60.0)
    else:
        assert frame_at(text, 60.0) == frame


@given(st.floats(0, 1e6))
def test_a_time_is_read_as_it_is_shown(seconds: float) -> None:
    assert abs(frame_at(clock(seconds), 60.0) - seconds * 60) <= 7


@given(st.text(max_size=20))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    with contextlib.suppress(BotplayError):
        assert frame_at(text, 35.0) >= 0
