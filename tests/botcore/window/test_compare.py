"""Replays side by side on one clock."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import botcore.window  # noqa: F401

import pygame  # isort: skip

from botcore.replay.format import About, Branch
from botcore.replay.reader import Replay, open_replay
from botcore.replay.recorder import Recorder
from botcore.window.compare import Comparison

PARTING = 40


def record(
    root: Path,
    fake: SimpleNamespace,
    brain: str,
    steps: int,
    shift: int,
    branch: Branch | None = None,
    fps: float = 60.0,
) -> Replay:
    """Record an episode that shows other pictures after the parting where `shift` is not 0."""
    about = About("atari", "breakout", "v4", brain, fps, fake.ACTIONS)
    recorder = Recorder(root)
    moments = (
        replace(fake.moment(n), pictures=fake.moment(n + (shift if n > PARTING // 4 else 0)).pictures)
        for n in range(steps + 1)
    )
    for _ in recorder.record(moments, about, branch):
        pass
    assert recorder.folder is not None
    return open_replay(recorder.folder)


@pytest.fixture
def branches(tmp_path: Path, fake: SimpleNamespace) -> Iterator[list[Replay]]:
    with ExitStack() as stack:
        parent = stack.enter_context(record(tmp_path, fake, "a3c", 60, 0))
        branch = Branch(parent.header.id, PARTING)
        yield [parent, stack.enter_context(record(tmp_path, fake, "human", 90, 30, branch=branch))]


def test_both_go_on_together_until_the_longer_one_ends(branches: list[Replay], driver: Any) -> None:
    comparison = Comparison(branches, 16.0)

    def script() -> Any:
        yield lambda: comparison.transport.paused
        assert comparison.cursor.frame == 360
        assert [scene.history.now.step for scene in comparison.both.scenes] == [60, 90]
        for follower, opened, frame in zip(comparison._followers, branches, (240, 360), strict=True):
            np.testing.assert_array_equal(follower.picture, opened.picture(frame))

    driver.play(script())
    comparison.run()


def test_a_seek_brings_both_to_the_same_frame_and_says_where_they_parted(
    branches: list[Replay], driver: Any, fake: SimpleNamespace
) -> None:
    comparison = Comparison(branches, 1.0)

    def script() -> Any:
        yield fake.key(pygame.K_SPACE)
        comparison.go_to(PARTING)
        one, other = (follower.picture.astype(int) for follower in comparison._followers)  # type: ignore[union-attr]
        assert np.abs(one - other).mean() < 2, "the same, but for what H.264 changes"
        bar = comparison._bar(comparison.strip())
        x = comparison.timeline().x_of(bar, 200)
        yield [pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=(x, comparison.strip().centery), button=1)]
        yield 2
        assert comparison.cursor.frame == pytest.approx(200, abs=1)
        for follower, opened in zip(comparison._followers, branches, strict=True):
            np.testing.assert_array_equal(follower.picture, opened.picture(comparison.cursor.frame))
        assert comparison.timeline().parting == PARTING
        notes = [scene.about.note for scene in comparison.both.scenes]
        assert notes == ["as it was", "took over at 0:00.6"]
        shown = comparison.thumbnail(200)
        assert shown.picture is not None
        assert shown.picture.shape == (210, 2 * 160 + 4, 3)
        yield fake.key(pygame.K_F1)
        yield 1
        assert comparison.scene.help

    driver.play(script())
    comparison.run()


def test_games_of_another_pace_are_compared_by_time(
    branches: list[Replay], tmp_path: Path, fake: SimpleNamespace, driver: Any
) -> None:
    with record(tmp_path, fake, "slow", 60, 0, fps=30.0) as slow:
        comparison = Comparison([branches[1], slow], 1.0)
        assert comparison.marks.last == 480
        comparison.go_to(240)
        assert [scene.history.now.frame for scene in comparison.both.scenes] == [240, 120]  # type: ignore[union-attr]
        assert comparison.timeline().parting is None
