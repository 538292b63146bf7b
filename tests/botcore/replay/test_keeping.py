"""The room that replays take: bounded, told, and never at the price of what somebody wants to keep."""

from __future__ import annotations

import json
import math
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from botcore.contracts.moment import Moment
from botcore.errors import BotplayError
from botcore.live import open_recorder
from botcore.replay.format import About
from botcore.replay.keeping import make_room, replay_limit, surplus, used
from botcore.replay.library import list_replays, replays_root
from botcore.replay.recorder import Recorder

MadeEpisode = Callable[..., Iterator[Moment]]
BALLAST = 100_000


@pytest.fixture
def make(recorded: Path, tmp_path: Path) -> Callable[..., Path]:
    """Make a replay of a bit over 100,000 bytes, an hour younger than the one before."""
    root = tmp_path / "many"
    root.mkdir()

    def made(name: str, **fields: object) -> Path:
        folder = shutil.copytree(recorded, root / name)
        data = json.loads((folder / "episode.json").read_text())
        data.update(id=name, started=f"2026-01-01T{len(list(root.iterdir())):02}:00:00Z", **fields)
        (folder / "episode.json").write_text(json.dumps(data))
        (folder / "video.mp4").write_bytes(bytes(BALLAST))
        (folder / "eyes.mp4").unlink()
        return folder

    return made


def names(root: Path) -> list[str]:
    return sorted(folder.name for folder in root.iterdir())


def test_the_oldest_go_until_there_is_room_and_it_is_said_once(make: Callable[..., Path]) -> None:
    folders = [make(f"r{n}") for n in range(8)]
    root = folders[0].parent
    said: list[str] = []
    make_room(root, used(root), said.append)
    assert (len(names(root)), said) == (8, []), "what just fits stays"
    make_room(root, round(used(root) * 0.7), said.append)
    assert names(root) == ["r3", "r4", "r5", "r6", "r7"], "down to nine tenths of the limit"
    assert len(said) == 1
    assert "so the oldest went: 3 of 0.4 MB" in said[0]
    assert "BOTPLAY_REPLAY_LIMIT" in said[0]


def test_what_is_bookmarked_a_parent_unreadable_or_being_written_stays(make: Callable[..., Path]) -> None:
    marked, parent, broken, going, old, _, empty = (make(name) for name in "abcdefg")
    (marked / "bookmarks.json").write_text('[{"frame": 3, "note": "look"}]\n')
    (empty / "bookmarks.json").write_text("[]\n")
    (broken / "episode.json").write_text("{")
    for folder in (going, old):
        header = json.loads((folder / "episode.json").read_text())
        (folder / "episode.json").write_text(json.dumps({**header, "status": "recording"}))
    hours_ago = time.time() - 7200
    for file in (old, *old.iterdir(), going):  # a folder does not change while its files grow
        os.utime(file, (hours_ago, hours_ago))
    make("h", parent="b", branch_frame=8)
    said: list[str] = []
    make_room(parent.parent, 0, said.append)
    assert names(parent.parent) == ["a", "b", "c", "d"], "of the others none is wanted, the branch went too"
    make_room(parent.parent, 0, said.append)
    assert names(parent.parent) == ["a", "c", "d"], "a parent of nobody goes as any other"
    make_room(parent.parent, 0, said.append)
    assert "none may go: bookmarked ones and parents of others stay" in said[-1]


def test_a_recorder_makes_room_at_the_begin_of_each_episode(
    make: Callable[..., Path], about: About, episode: MadeEpisode
) -> None:
    def left(count: int) -> list[str]:
        until = time.monotonic() + 60
        while (there := [name for name in names(root) if name[0] == "r"]) and len(there) > count:
            assert time.monotonic() < until
            time.sleep(0.01)
        return there

    folders = [make(f"r{n}") for n in range(5)]
    root, room = folders[0].parent, round(used(folders[0].parent) * 0.76)
    said: list[str] = []
    recorder = Recorder(root, said.append, limit=room)
    for moment in recorder.record((m for n in range(3) for m in episode(2, episode=n)), about):
        if (moment.episode, moment.step) == (0, 1):
            assert left(3) == ["r2", "r3", "r4"]
        if moment.episode == 0 and moment.last:
            make("r5")
            make("r6")
        if (moment.episode, moment.step) == (2, 1):
            assert left(3) == ["r4", "r5", "r6"]
    assert len(said) == 1
    assert len(names(root)) == 6, "and its own three"


def test_a_recording_ends_when_what_had_to_go_is_gone(
    tmp_path: Path, about: About, episode: MadeEpisode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that ended before would leave half of a replay."""
    gone, ending = list[int](), threading.Event()

    def slow(root: Path, limit: int, say: Callable[[str], None]) -> None:
        ending.wait(60)
        time.sleep(1)
        gone.append(limit)

    monkeypatch.setattr("botcore.replay.recorder.make_room", slow)
    recorder = Recorder(tmp_path, pytest.fail, limit=9)
    stream = recorder.record(episode(9), about)
    next(stream)
    recorder.catch_up()
    ending.set()
    stream.close()
    assert gone == [9]


@pytest.mark.parametrize("chosen", [True, False])
def test_a_folder_that_somebody_chose_has_no_limit(
    make: Callable[..., Path],
    about: About,
    episode: MadeEpisode,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    chosen: bool,
) -> None:
    monkeypatch.setenv("BOTPLAY_REPLAY_LIMIT", "0")
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "data"))
    root = make("theirs").parent
    if not chosen:
        (tmp_path / "data").mkdir()
        root = root.rename(replays_root())
    list(open_recorder(root if chosen else None, lambda text: None).record(episode(3), about))
    assert ("theirs" in names(root)) == chosen


def test_a_recorder_without_a_limit_removes_nothing(
    make: Callable[..., Path], about: About, episode: MadeEpisode
) -> None:
    root = make("r").parent
    list(Recorder(root, pytest.fail).record(episode(3), about))
    assert "r" in names(root)


def test_the_best_and_the_last_of_each_game_and_brain(make: Callable[..., Path]) -> None:
    for name, game, score in (
        ("a", "car", 5),
        ("b", "car", 9),
        ("c", "doom", 1),
        ("d", "car", 7),
        ("e", "car", 9),
    ):
        make(name, game=game, score=score)
    (make("f", game="car", score=0) / "bookmarks.json").write_text('[{"frame": 1}]')
    there = list_replays(make("g", game="doom", score=0, brain="other").parent)

    def left(which: str, count: int) -> str:
        return "".join(sorted(one.id for one in surplus(there, which, count)))  # type: ignore[arg-type]

    assert left("best", 1) == "abd", "of equal scores the newest"
    assert left("best", 3) == "a"
    assert left("last", 1) == "abde", "the bookmarked one is the last"
    assert left("best", 0) == "abcdeg"
    assert left("best", 9) == ""


def test_a_recording_that_goes_on_is_no_surplus(make: Callable[..., Path]) -> None:
    folders = [make(name, score=score) for name, score in (("a", 5), ("b", 9), ("c", None))]
    header = json.loads((folders[2] / "episode.json").read_text())
    (folders[2] / "episode.json").write_text(json.dumps({**header, "status": "recording", "steps": None}))
    there = list_replays(folders[0].parent)
    assert [one.id for one in surplus(there, "best", 1)] == ["a"]


def test_a_recording_that_goes_on_stays_however_long_nothing_comes(
    make: Callable[..., Path], about: About, episode: MadeEpisode
) -> None:
    root = make("old").parent
    recorder = Recorder(root, pytest.fail)
    stream = recorder.record(episode(20), about)
    for moment in stream:
        if moment.step == 10:
            break
    recorder.catch_up()
    assert recorder.folder is not None
    hours_ago = time.time() - 7200  # somebody pressed the space bar and left
    for file in (recorder.folder, *recorder.folder.iterdir()):
        os.utime(file, (hours_ago, hours_ago))
    assert [one.id for one in surplus(list_replays(root), "last", 0)] == ["old"]
    make_room(root, 0, lambda text: None)
    assert names(root) == [recorder.folder.name]
    assert len(list(stream)) == 10
    assert [(one.status, one.steps) for one in list_replays(root)] == [("complete", 20)]


def test_a_score_that_is_no_number_is_the_least(make: Callable[..., Path]) -> None:
    folders = [make(name, score=score) for name, score in (("a", 9), ("b", 1), ("c", 5), ("d", 7))]
    there = [
        replace(one, score=math.nan if one.id == "b" else one.score)
        for one in list_replays(folders[0].parent)
    ]
    assert sorted(one.id for one in surplus(there, "best", 2)) == ["b", "c"]


def test_parents_of_what_is_kept_are_kept_too(make: Callable[..., Path]) -> None:
    make("a", score=1)
    make("b", score=2, parent="a", branch_frame=4)
    root = make("c", score=3, parent="b", branch_frame=4).parent
    make("x", score=0, parent="y", branch_frame=4)
    make("y", score=0, parent="x", branch_frame=4)  # a circle, which only a forged file can make
    there = list_replays(root)
    assert sorted(one.id for one in surplus(there, "best", 1)) == ["x", "y"]
    circle = [replace(one, parent={"a": "c"}.get(one.id, one.parent)) for one in there]
    assert sorted(one.id for one in surplus(circle, "best", 1)) == ["x", "y"]


@pytest.mark.parametrize(
    ("text", "limit"),
    [(None, 5_000_000_000), ("", 5_000_000_000), ("0.5", 500_000_000), ("none", None), ("0", 0)],
)
def test_the_setting(monkeypatch: pytest.MonkeyPatch, text: str | None, limit: int | None) -> None:
    monkeypatch.delenv("BOTPLAY_REPLAY_LIMIT", raising=False)
    if text is not None:
        monkeypatch.setenv("BOTPLAY_REPLAY_LIMIT", text)
    assert replay_limit() == limit


@pytest.mark.parametrize("text", ["-1", "nan", "inf", "5 GB", "1e300"])
def test_a_setting_that_is_no_amount(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("BOTPLAY_REPLAY_LIMIT", text)
    with pytest.raises(BotplayError, match="BOTPLAY_REPLAY_LIMIT must be a number of gigabytes"):
        replay_limit()
