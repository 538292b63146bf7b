"""Finding replays: what is there, by which name, and where."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
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
