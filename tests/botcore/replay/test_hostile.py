"""A replay from a stranger: refused with one line or read, never a crash, a hang or a file outside."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from botcore.cli.main import run
from botcore.errors import BotplayError
from botcore.replay import decode, reader, steps
from botcore.replay.checks import Invalid
from botcore.replay.format import EpisodeHeader, parse_header
from botcore.replay.reader import open_replay
from botcore.replay.steps import parse_line

Edit = Callable[[dict[str, Any]], None]
FUZZ = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def read_all(folder: Path) -> str:
    """Read everything; return the one line of refusal, or an empty text."""
    try:
        with open_replay(folder) as replay:
            for moment in replay.moments():
                assert moment.pictures is not None
    except BotplayError as error:
        message = str(error)
    else:
        message = ""
    assert "\n" not in message
    return message


def edit_header(folder: Path, edit: Edit) -> None:
    data = json.loads((folder / "episode.json").read_text())
    edit(data)
    (folder / "episode.json").write_text(json.dumps(data))


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda d: d.update(format=2), "its format is '2'; this botplay reads format 1"),
        (lambda d: d.pop("game"), "'game' is missing"),
        (lambda d: d.update(game="a\x1b[2Jb"), "game is not a printable text"),
        (lambda d: d.update(brain="x" * 201), "brain is not a printable text of at most 200"),
        (lambda d: d.update(id="../../etc"), "id does not look like one"),
        (lambda d: d.update(fps=0), "fps is not between"),
        (lambda d: d.update(fps=0.01), "fps is not between"),  # slower than any game, and a GIF's rate is 0
        (lambda d: d.update(fps=10**400), "fps is not a number"),
        (lambda d: d.update(fps=True), "fps is not a number"),
        (lambda d: d.update(seed=-1), "seed is not a whole number"),
        (lambda d: d.update(action_names=["a"] * 5000), "action_names is not a list"),
        (lambda d: d.update(weights_sha256="zz"), "weights_sha256 does not look like one"),
        (lambda d: d.update(picture=[100_000, 100_000]), "picture is not a whole number in 1..8192"),
        (lambda d: d.update(picture=[4096, 4096]), "picture is more than 8,388,608 pixels in all"),
        (lambda d: d.update(picture=[90]), "picture is not 2 sizes"),
        (lambda d: d.update(eyes=[4, 5, 6]), "eyes is neither gray nor colour"),
        (lambda d: d.update(started="yesterday"), "started is not a UTC time"),
        (lambda d: d.update(started="2026-01-01T00:00:00+05:00"), "started is not a UTC time"),
        (lambda d: d.update(started="9999-12-31T23:59:59Z"), "started is not a UTC time"),
        (lambda d: d.update(started="0001-01-01T00:00:00Z"), "started is not a UTC time"),
        (lambda d: d.update(status="fine"), "status is none of"),
        (lambda d: d.update(status=[]), "status is none of"),
        (lambda d: d.update(versions={"a": 1}), "versions is not a printable text"),
        (lambda d: d.update(settings=[1]), "settings is not a table"),
        (lambda d: d.update(parent="../up", branch_frame=4), "parent does not look like one"),
        (lambda d: d.update(parent="..", branch_frame=4), "parent does not look like one"),
        (lambda d: d.update(parent="a\nb", branch_frame=4), "parent is not a printable text"),
        (lambda d: d.update(parent="a", branch_frame=-4), "branch_frame is not a whole number"),
        (lambda d: d.update(others=[]), "others is not a table"),
        (
            lambda d: d.update(others={f"b{n}": {} for n in range(257)}),
            "others is not a table of at most 256",
        ),
        (lambda d: d.update(others={"a\nb": {}}), "a name in others is not a printable text"),
        (lambda d: d.update(others={"a": 0.9}), "others is not a table"),
        (lambda d: d.update(others={"a": {"discount": 1.5}}), "a discount in others is not between 0 and 1"),
        (lambda d: d.update(others={"a": {"unit": "x" * 201}}), "a unit in others is not a printable text"),
        (lambda d: d.update(parent="a"), "parent and branch_frame go together"),
    ],
)
def test_a_wrong_header_says_what_is_wrong(recorded: Path, edit: Edit, reason: str) -> None:
    edit_header(recorded, edit)
    message = read_all(recorded)
    assert "episode.json is damaged" in message
    assert reason in message


def test_headers_may_grow(recorded: Path) -> None:
    edit_header(recorded, lambda d: d.update(ancestor="another", note={"x": 1}))
    assert read_all(recorded) == ""


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"[]", "it is not a table"),
        (b"{}", "step is not a whole number"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"step":1,"frame":4,"reward":NaN}', "NaN is not JSON"),
        (b'{"step":1.5,"frame":4}', "step is not a whole number"),
        (b'{"step":1,"frame":4,"crc":4294967296}', "crc is not a whole number"),
        (b'{"step":1,"frame":-4}', "frame is not a whole number"),
        (b'{"step":1,"frame":1025}', "its frame is more than 1024 after the one before"),
        (b'{"step":1,"frame":2147483648}', "frame is not a whole number in 0..2147483647"),
        (b'{"step":1,"frame":4,"pictures":9999}', "pictures is not a whole number in 0..1024"),
        (b'{"step":1,"frame":4,"pictures":9}', "more pictures than frames"),
        (b'{"step":1,"frame":4,"action":3}', "action is not a whole number in 0..2"),
        (b'{"step":1,"frame":4,"action":true}', "action is not a whole number"),
        (b'{"step":1,"frame":4,"action":1,"probabilities":[0.5,0.5]}', "probabilities is not 3 numbers"),
        (b'{"step":1,"frame":4,"action":1,"memory":"' + b"A" * 100 + b'"}', "memory has more than 64 cells"),
        (b'{"step":1,"frame":4,"action":1,"memory":7}', "memory is not base64"),
        (b'{"step":1,"frame":4,"action":1,"by":"a\\nb"}', "by is not a printable text"),
        (b'{"step":1,"frame":4,"info":{"a":[1]}}', "info is not a number"),
        (b'{"step":1,"frame":4,"score":{"float":"pi"}}', "score is not a number"),
        (b'{"step":1,"frame":4,"terminated":1}', "terminated is not true or false"),
        (b'{"step":0,"frame":0}', "it is out of order"),
        (b'{"step":1,"frame":4' + b" " * 300_000 + b"}", "it is too long"),
    ],
)
def test_a_wrong_line_is_named(recorded: Path, line: bytes, reason: str) -> None:
    path = recorded / "steps.jsonl"
    rows = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([rows[0], line, *rows[2:], b""]))
    message = read_all(recorded)
    assert "steps.jsonl is damaged in line 2" in message
    assert reason in message
    assert len(message) < 600


def test_the_pictures_of_a_step_are_bounded_in_bytes(recorded: Path) -> None:
    """A small file may ask for 1,024 pictures of 25 MB each: a video of nothing takes no room."""
    edit_header(recorded, lambda d: d.update(picture=[2160, 3840], status="recording"))
    path = recorded / "steps.jsonl"
    first = path.read_bytes().splitlines(keepends=True)[0]
    path.write_bytes(first + b'{"step":1,"frame":1023,"pictures":1000}\n')
    assert "its pictures would take more than 256 MiB" in read_all(recorded)


def test_a_step_may_last_as_long_as_it_may_have_pictures(recorded: Path) -> None:
    path = recorded / "steps.jsonl"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0] + b'{"step":1,"frame":1024}\n')
    assert open_replay(recorded).last_frame == steps.MAX_PICTURES == 1024
    assert np.array([steps.MAX_FRAME], np.uint32)[0] == steps.MAX_FRAME, "a page's column holds it"


@pytest.mark.parametrize(("name", "frame"), [("a.html", 2**40), ("a.png", 2**40), ("a.gif", 5000)])
def test_an_export_of_no_end_is_refused(
    recorded: Path, tmp_path: Path, name: str, frame: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = recorded / "steps.jsonl"
    *rows, last = path.read_text().splitlines()
    path.write_text("\n".join([*rows, json.dumps({**json.loads(last), "frame": frame}), ""]))
    panels = ["--no-panels"] if name.endswith(".gif") else []
    assert run(["export", str(recorded), "--to", str(tmp_path / name), *panels]) == 2
    said = capsys.readouterr().err
    assert "steps.jsonl is damaged in line 61: " in said
    assert said.count("\n") == 1
    assert not (tmp_path / name).exists()


@FUZZ
@given(st.binary(max_size=200) | JSON.map(lambda v: json.dumps(v).encode()))
@example(b'{"format": 1' + b"0" * 5000 + b"}")
@example(b"[" * 200_000)
def test_any_bytes_as_header(content: bytes) -> None:
    with pytest.raises(Invalid):
        parse_header(content)


@FUZZ
@given(data=st.data())
def test_any_values_in_a_header(recorded: Path, data: st.DataObject) -> None:
    header = json.loads((recorded / "episode.json").read_text())
    for key in data.draw(st.lists(st.sampled_from(sorted(header)), min_size=1, max_size=3)):
        header[key] = data.draw(JSON)
    try:
        parsed = parse_header(json.dumps(header).encode())
    except Invalid:
        return
    assert parse_header(parsed.to_json().encode()) == parsed


@FUZZ
@given(data=st.data())
def test_any_values_in_a_line(recorded: Path, data: st.DataObject) -> None:
    header = open_replay(recorded).header
    line = json.loads((recorded / "steps.jsonl").read_bytes().splitlines()[2])
    for key in data.draw(
        st.lists(st.sampled_from(sorted({*line, "info", "q_values", "seen"})), min_size=1, max_size=3)
    ):
        line[key] = data.draw(JSON)
    content = data.draw(st.just(json.dumps(line).encode()) | st.binary(max_size=100))
    try:
        parsed = parse_line(content, header)
    except Invalid:
        return
    again = parse_line(steps.format_line(parsed, "a3c"), header)
    assert (again.moment.step, again.pictures, again.crc) == (parsed.moment.step, parsed.pictures, parsed.crc)


@settings(FUZZ, max_examples=60)
@given(data=st.data())
def test_damaged_videos(
    recorded: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Bytes flipped anywhere, pieces cut out: an error or pictures."""
    folder = tmp_path_factory.mktemp("damaged") / "replay"
    shutil.copytree(recorded, folder)
    path = folder / data.draw(st.sampled_from(["video.mp4", "eyes.mp4"]))
    content = bytearray(path.read_bytes())
    places = st.integers(0, len(content) - 1)
    # The boxes in front and at the ends of fragments matter most.
    for place in data.draw(st.lists(st.integers(0, 1200) | places, min_size=1, max_size=12)):
        content[place] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        start, stop = sorted((data.draw(places), data.draw(places)))
        del content[start:stop]
    path.write_bytes(content)
    read_all(folder)
    shutil.rmtree(folder.parent)


@pytest.mark.parametrize("name", ["episode.json", "steps.jsonl", "video.mp4", "eyes.mp4"])
def test_links_are_refused(recorded: Path, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    (recorded / name).rename(outside)
    (recorded / name).symlink_to(outside)
    assert f"{name} is not a plain file" in read_all(recorded)


@pytest.mark.parametrize("name", ["episode.json", "steps.jsonl", "video.mp4", "eyes.mp4"])
def test_a_missing_file_is_named(recorded: Path, name: str) -> None:
    (recorded / name).unlink()
    assert name in read_all(recorded)


def test_huge_files_are_refused_before_they_are_read(recorded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_STEPS_FILE", 1000)
    assert "steps.jsonl is too large" in read_all(recorded)
    monkeypatch.undo()
    monkeypatch.setattr(reader, "MAX_STEPS", 10)
    assert "more than 10 steps" in read_all(recorded)
    monkeypatch.undo()
    monkeypatch.setattr(decode, "MAX_VIDEO", 1000)
    assert "video.mp4 is too large" in read_all(recorded)
    monkeypatch.undo()
    with (recorded / "episode.json").open("ab") as file:
        file.truncate(10**9)
    assert "episode.json is too large" in read_all(recorded)


def test_a_video_of_another_size_or_kind(recorded: Path) -> None:
    edit_header(recorded, lambda d: d.update(picture=[900, 1200]))
    assert "its pictures are not 1200x900" in read_all(recorded)
    (recorded / "video.mp4").write_text("#EXTM3U\nhttp://example.org/video.ts\n")
    assert "video.mp4 is damaged" in read_all(recorded)


@pytest.mark.parametrize("whole", [False, True])
def test_where_the_last_line_is_lost_what_is_left_is_told(recorded: Path, whole: bool) -> None:
    path = recorded / "steps.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]) + (b"" if whole else lines[-1][:-30]))
    header: EpisodeHeader = open_replay(recorded).header
    assert (header.status, header.steps, header.frames) == ("recovered", 59, 236)
    assert read_all(recorded) == ""


def test_an_empty_recording_says_so(recorded: Path) -> None:
    (recorded / "steps.jsonl").write_bytes(b'{"step":0,')
    assert "holds no step yet" in read_all(recorded)


@pytest.mark.parametrize("cut", [0, 10, 700, 900, 2000, 5000])
def test_a_recording_cut_off_anywhere_shows_what_there_is(recorded: Path, cut: int) -> None:
    edit_header(
        recorded, lambda d: d.update(status="recording", steps=None, frames=None, score=None, outcome=None)
    )
    for name in ("video.mp4", "eyes.mp4"):
        content = (recorded / name).read_bytes()
        (recorded / name).write_bytes(content[:cut])
    with open_replay(recorded) as replay:
        assert len(list(replay.moments())) == 61
        if cut == 0:
            with pytest.raises(BotplayError, match="has no pictures"):
                replay.picture(0)
