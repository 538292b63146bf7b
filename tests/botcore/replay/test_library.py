"""Finding replays: what is there, by which name, and where."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from botcore.contracts.moment import Moment
from botcore.errors import BotplayError
from botcore.replay.format import About
from botcore.replay.library import find_replay, list_replays, replays_root
from botcore.replay.recorder import Recorder

MadeEpisode = Callable[..., Iterator[Moment]]


@pytest.fixture
def three(tmp_path: Path, about: About, episode: MadeEpisode) -> list[Path]:
    """Three replays, oldest first, begun within the same second."""
    folders = []
    for steps in (3, 20, 5):
        recorder = Recorder(tmp_path / "replays", pytest.fail)
        list(recorder.record(episode(steps), about))
        assert recorder.folder is not None
        folders.append(recorder.folder)
    return folders


def test_newest_first_with_the_figures(three: list[Path]) -> None:
    found = list_replays(three[0].parent)
    assert [s.path for s in found] == three[::-1]
    middle = found[1]
    assert (middle.game, middle.scenario, middle.brain, middle.status) == (
        "tiny",
        "default",
        "a3c",
        "complete",
    )
    assert (middle.steps, middle.seconds) == (20, 80 / 60)
    assert middle.score == pytest.approx(2.0)
    assert middle.size == sum(file.stat().st_size for file in three[1].iterdir())


def test_an_unfinished_one_is_recovered_from_its_last_step(three: list[Path]) -> None:
    header = json.loads((three[1] / "episode.json").read_text())
    header.update(status="recording", steps=None, frames=None, score=None, outcome=None)
    (three[1] / "episode.json").write_text(json.dumps(header))
    lines = (three[1] / "steps.jsonl").read_bytes()
    (three[1] / "steps.jsonl").write_bytes(lines[: lines.index(b'"step":11') + 5])
    found = list_replays(three[0].parent)[1]
    assert (found.status, found.steps) == ("recovered", 10)
    assert found.score == pytest.approx(1.0)


@pytest.mark.parametrize("rest", [b"", b'{"step":11,"fr'])
def test_one_that_lost_its_end_is_recovered_though_its_index_is_complete(
    three: list[Path], rest: bytes
) -> None:
    lines = (three[1] / "steps.jsonl").read_bytes().splitlines(keepends=True)
    (three[1] / "steps.jsonl").write_bytes(b"".join(lines[:11]) + rest)
    found = list_replays(three[0].parent)[1]
    assert (found.status, found.steps, found.seconds) == ("recovered", 10, 40 / 60)
    assert found.score == pytest.approx(1.0)


@pytest.mark.parametrize("length", [300, 9000, 200_000])
def test_the_last_step_is_found_however_long_it_is(three: list[Path], length: int) -> None:
    path = three[1] / "steps.jsonl"
    path.write_bytes(path.read_bytes()[:-2] + b" " * length + b"}\n")
    assert list_replays(three[0].parent)[1].status == "complete"
    path.write_bytes(path.read_bytes()[:-1].splitlines()[-1] + b"\n")
    assert list_replays(three[0].parent)[1].status == "complete"


def test_a_long_step_is_found_before_a_long_one_that_was_being_written(three: list[Path]) -> None:
    path = three[1] / "steps.jsonl"
    long = path.read_bytes()[:-2] + b" " * 200_000 + b"}\n"
    path.write_bytes(long + long.splitlines()[-1][:100_000])
    assert list_replays(three[0].parent)[1].status == "recovered"


def test_a_broken_one_is_listed_with_the_reason(three: list[Path]) -> None:
    (three[0] / "episode.json").write_text("{")
    (three[0].parent / "notes").mkdir()
    (three[0].parent / "file.txt").write_text("not a replay")
    found = {s.id: s for s in list_replays(three[0].parent)}
    assert sorted(found) == sorted(folder.name for folder in three)
    assert found[three[0].name].status == "broken"
    assert "not JSON" in found[three[0].name].reason


def test_no_folder_is_no_replay(tmp_path: Path) -> None:
    assert list_replays(tmp_path / "nowhere") == []
    with pytest.raises(BotplayError, match=r"there is no replay in .* yet"):
        find_replay(tmp_path / "nowhere", "last")


def test_finding_one(three: list[Path], tmp_path: Path) -> None:
    root = three[0].parent
    assert find_replay(root, "last") == three[2]
    assert find_replay(root, three[1].name) == three[1]
    shared = len(next(iter(three)).name) - 6
    assert find_replay(root, three[0].name[: shared + 5]) == three[0]
    moved = shutil.copytree(three[0], tmp_path / "elsewhere")
    assert find_replay(root, str(moved)) == moved
    shutil.copytree(three[1], root / f"{three[1].name}-2")  # as one is called that was imported again
    assert find_replay(root, three[1].name) == three[1], "a whole name is no beginning of another"


def test_the_last_is_the_newest_that_can_be_read(
    three: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    root = three[0].parent
    (three[2] / "episode.json").write_text("garbage")
    assert find_replay(root, "last") == find_replay(root, "last") == three[1]
    said = capsys.readouterr().err
    assert said.startswith(f"botplay: {three[2].name} cannot be read ({three[2]}/episode.json is damaged: ")
    assert said.endswith(f"), so last is {three[1].name}\n")
    assert said.count("\n") == 1, "and once, though a command looks twice"
    assert find_replay(root, three[2].name) == find_replay(root, "last", damaged=True) == three[2]
    (three[1] / "steps.jsonl").write_bytes(bytes(1000) + b"\n")
    told: list[str] = []
    assert find_replay(root, "last", say=told.append) == three[0]
    assert len(told) == 1
    assert told[0].startswith(f"{three[2].name}, {three[1].name} cannot be read (")
    (three[0] / "episode.json").write_text("garbage")
    with pytest.raises(BotplayError, match=r"no replay in .* can be read: .*episode.json is damaged"):
        find_replay(root, "last", say=pytest.fail)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_the_last_is_found_where_nothing_can_be_said(
    three: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (three[2] / "episode.json").write_text("garbage")
    found = None
    with suppress(OSError), Path("/dev/full").open("w", buffering=1) as full:  # it is tried again at the end
        monkeypatch.setattr(sys, "stderr", full)
        found = find_replay(three[0].parent, "last")
    assert found == three[1]


def test_the_last_may_still_be_written(three: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    header = json.loads((three[2] / "episode.json").read_text())
    header.update(status="recording", steps=None, frames=None, score=None, outcome=None)
    (three[2] / "episode.json").write_text(json.dumps(header))
    with (three[2] / "steps.jsonl").open("ab") as file:
        file.write(b'{"step":6,"fr')
    assert find_replay(three[0].parent, "last") == three[2]
    assert capsys.readouterr().err == ""


def test_not_finding_one_says_what_to_do(three: list[Path]) -> None:
    root = three[0].parent
    with pytest.raises(BotplayError, match=r"is the beginning of 3 replays: .*"):
        find_replay(root, three[0].name[:4])
    typo = three[1].name[:-1] + "_"
    with pytest.raises(BotplayError, match=r"no replay .*; did you mean 20.*\?"):
        find_replay(root, typo)
    for what in ("", "..", "nothing", "/nowhere/at/all", "a\0b"):
        with pytest.raises(BotplayError):
            find_replay(root, what)


def test_where_they_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "data"))
    assert replays_root() == tmp_path / "data" / "replays"
    assert replays_root(tmp_path / "here") == tmp_path / "here"
