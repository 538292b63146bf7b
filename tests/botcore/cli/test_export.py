"""`botplay export` and `import` as a person types them, on a replay that was made for it."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from botcore.cli.main import run
from botcore.contracts.moment import Decision, Moment
from botcore.replay.format import About
from botcore.replay.library import list_replays
from botcore.replay.recorder import Recorder
from tests.botcore.cli.as_typed import CODE


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a person's replays with one in it; the current directory is an empty one beside it."""
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "data"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    root = tmp_path / "data" / "replays"
    recorder = Recorder(root, pytest.fail)
    picture = np.full((48, 64, 3), 90, np.uint8)
    moments = [
        Moment(0, n, n, (picture,), picture, Decision(0, by="a3c") if n else None, n, n, n == 9, False)
        for n in range(10)
    ]
    about = About("tiny", "default", "v1", "a3c", 30.0, ("stay",))
    assert len(list(recorder.record(moments, about))) == 10
    return root


@pytest.mark.parametrize("name", ["a.html", "a.png", "a.mp4", "a.GIF", "a.botreplay"])
def test_the_name_says_what_is_written(data: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    for_video = ["--no-panels", "--speed", "2"] if target.suffix in (".mp4", ".GIF") else []
    assert run(["export", "--to", str(target), *for_video]) == 0
    begins = {".html": b"<!doctype html>", ".png": b"\x89PNG", ".mp4": b"\0\0\0", ".botreplay": b"PK"}
    assert target.read_bytes().startswith((begins | {".GIF": b"GIF89a"})[target.suffix])
    assert run(["export", "--to", str(target)]) == 2, "nothing is replaced unasked"
    assert run(["export", "--to", str(target), "--force"]) == 0


@pytest.mark.parametrize("terminal", [True, False])
def test_how_far_a_video_is_is_shown_at_a_terminal_alone(data: Path, tmp_path: Path, terminal: bool) -> None:
    ours, theirs = os.openpty() if terminal else os.pipe()
    command = [sys.executable, "-c", CODE, "export", "--to", str(tmp_path / "a.gif")]
    env = {**os.environ, "TERM": "xterm"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=env, text=True) as writing:
        os.close(theirs)
        said = b""
        with suppress(OSError):  # a terminal that nobody writes to any more
            while piece := os.read(ours, 10_000):
                said += piece
        assert writing.communicate()[0] == f"written: {tmp_path / 'a.gif'}\n"
    os.close(ours)
    assert (b"writing" in said and b"100%" in said) if terminal else said == b""


def test_an_export_of_a_video_that_ends_too_early_says_so(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [video] = data.glob("*/video.mp4")
    video.write_bytes(video.read_bytes()[:-200])
    assert run(["export", "--to", str(tmp_path / "a.png")]) == 2, "of ten pictures none is left"
    assert "of this replay its video is damaged, and ends at 0:00" in capsys.readouterr().err


def test_a_replay_goes_from_one_to_another(data: Path, tmp_path: Path) -> None:
    file, friend = tmp_path / "sent.zip", tmp_path / "friend"
    assert run(["export", "last", "--archive", "--to", str(file)]) == 0
    assert run(["import", str(file), str(file), "--out", str(friend)]) == 0
    [mine] = list_replays(data)
    assert sorted(one.id for one in list_replays(friend)) == [mine.id, f"{mine.id}-2"]
    assert {one.score for one in list_replays(friend)} == {mine.score}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["export"], "--to FILE, or --minari NAME"),
        (["export", "--to", "a.mp4", "--minari", "a"], "--to FILE, or --minari NAME"),
        (["export", "last", "last", "--to", "a.mp4"], "only --minari takes several"),
        (["export", "--to", "a.avi"], ".mp4, .gif, .html, .png or .botreplay"),
        (["export", "--minari", "a b"], "no name of a dataset"),
        (["export", "--minari", "t/x"], "no name of a dataset"),
        (["export", "--minari", "a.b"], "no name of a dataset"),
        (["export", "--minari", "x" * 300], "no name of a dataset"),
        (["export", "--to", "b.html", "--no-panels"], "--no-panels goes with .mp4 and .gif"),
        (["export", "--to", "b.html", "--panels"], "--panels goes with .mp4 and .gif"),
        (["export", "--to", "b.PNG", "--speed", "3"], "--speed goes with .mp4 and .gif"),
        (["export", "--to", "b.mp4", "--archive", "--speed", "1"], "--speed goes with .mp4 and .gif"),
        (["export", "--to", "b.botreplay", "--speed", "3", "--no-panels"], "--no-panels and --speed go with"),
        (["export", "--minari", "ab", "--speed", "3", "--force"], "--speed and --force go with --to FILE"),
        (["import", "nowhere.botreplay"], "cannot read nowhere.botreplay"),
    ],
)
def test_a_mistake_is_one_line(
    data: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
    assert list(Path.cwd().iterdir()) == []
