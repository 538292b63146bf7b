"""Parents and their branches."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botcore.errors import BotplayError
from botcore.replay.family import families, open_parent
from botcore.replay.library import ReplaySummary
from botcore.replay.reader import open_replay


def one(name: str, parent: str | None = None, left: float = 0.0) -> ReplaySummary:
    started = datetime(2026, 1, 1, tzinfo=UTC)
    return ReplaySummary(
        Path(name), name, started, 0, "complete", parent=parent, branch_frame=0, branch_seconds=left
    )


def test_branches_follow_their_parent_in_the_order_they_left() -> None:
    there = [
        one("x"),
        one("late", "a", 9),
        one("a"),
        one("early", "a", 2),
        one("of early", "early"),
        one("lost", "?"),
    ]
    assert [(depth, s.id) for depth, s in families(there)] == [
        (0, "x"),
        (0, "a"),
        (1, "early"),
        (2, "of early"),
        (1, "late"),
        (0, "lost"),
    ]


@given(st.lists(st.none() | st.integers(0, 9), max_size=10))
def test_everyone_is_shown_once_whatever_the_files_claim(parents: list[int | None]) -> None:
    there = [one(str(n), None if parent is None else str(parent)) for n, parent in enumerate(parents)]
    assert sorted(s.id for _, s in families(there)) == sorted(s.id for s in there)


def test_opening_the_parent(recorded: Path, tmp_path: Path) -> None:
    with open_replay(recorded) as alone, pytest.raises(BotplayError, match="went on from no other"):
        open_parent(alone)
    child = shutil.copytree(recorded, recorded.parent / "child")
    data = json.loads((child / "episode.json").read_text())
    data.update(id="child", parent=recorded.name, branch_frame=40)
    (child / "episode.json").write_text(json.dumps(data))
    with open_replay(child) as branch, open_parent(branch) as parent:
        assert parent.folder == recorded
    sent = shutil.move(child, tmp_path / "child")
    with open_replay(sent) as branch:
        with pytest.raises(BotplayError, match="which is gone"):
            open_parent(branch)
        assert open_parent(branch, recorded.parent).folder == recorded
