"""The contact sheet shows what happened, in order, with the moments that matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray

from botcore.contracts.moment import Moment
from botcore.errors import BotplayError
from botcore.export.files import export
from botcore.export.sheet import pick_moments
from botcore.replay.format import About
from botcore.replay.notable import discount_of, lost_lives, most, surprise
from botcore.replay.reader import Replay, open_replay
from botcore.replay.recorder import Recorder
from botcore.window.theme import Sizes, Typeface

MadeEpisode = Callable[..., Iterator[Moment]]


def record(root: Path, about: About, moments: Iterator[Moment]) -> Replay:
    recorder = Recorder(root, pytest.fail)
    for _ in recorder.record(moments, about):
        pass
    assert recorder.folder is not None
    return open_replay(recorder.folder)


@pytest.fixture
def eventful(tmp_path: Path, about: About, episode: MadeEpisode) -> Iterator[Replay]:
    """An episode of 48 steps: 8 is won at step 9 and lost at 14, a life at 30; V is most wrong at 42."""

    def moments() -> Iterator[Moment]:
        for moment in episode(48):
            n, decision = moment.step, moment.decision
            if decision is not None:
                decision = replace(decision, value=5.0 if n == 42 else 0.0, explored=False)
            reward = {9: 8.0, 14: -8.0}.get(n, 0.0)
            yield replace(
                moment, reward=reward, score=reward, decision=decision, info={"lives": 3 - (n >= 30)}
            )

    with record(tmp_path / "eventful", about, moments()) as replay:
        yield replay


def test_the_notable_moments_are_picked_one_a_part(eventful: Replay) -> None:
    picks = pick_moments(eventful, 12)
    assert [pick.why for pick in picks if pick.why] == ["+8", "-8", "life lost", "surprise"]
    assert [pick.index for pick in picks if pick.why][:3] == [9, 14, 30]
    assert len(picks) == 12
    assert all(2 <= b.index - a.index <= 7 for a, b in pairwise(picks))


def test_the_largest_rewards_that_there_are_can_be_told_apart(
    tmp_path: Path, about: About, episode: MadeEpisode
) -> None:
    def moments() -> Iterator[Moment]:
        for moment in episode(48):
            reward = 1.7e308 if moment.step == 9 else -1.7e308
            yield replace(moment, reward=reward, score=reward, decision=None, info={})

    with record(tmp_path / "rich", about, moments()) as replay:
        assert [pick.index for pick in pick_moments(replay, 12) if pick.why] == [9]


def test_surprise_is_the_td_error(eventful: Replay) -> None:
    moments = [line.moment for line in eventful.lines]
    half = replace(eventful.header.about, discount=0.5)
    wrong = surprise(moments, half)
    assert discount_of(eventful.header.about) == 0.99
    assert discount_of(half) == 0.5
    assert wrong[9] == wrong[14] == 8.0
    assert wrong[41] == 2.5  # 0 + 0.5 * 5 - 0
    assert wrong[42] == 5.0
    assert most(wrong, 3, apart=2) == [9, 14, 42]
    assert lost_lives(moments) == [30]
    # What the learner is fed counts where it is known, and nothing that comes after its return has ended.
    moments[9] = replace(moments[9], fed=1.0)
    moments[41] = replace(moments[41], return_ends=True)
    wrong = surprise(moments, half)
    assert wrong[9] == 1.0
    assert wrong[41] == 0.0


def test_a_change_of_brain_is_no_surprise(eventful: Replay) -> None:
    moments = [replace(line.moment, reward=0.0) for line in eventful.lines]
    for n, moment in enumerate(moments):
        by, value = ("a", 1.0) if n < 20 else ("human", 1.0) if n < 25 else ("b", 50.0)
        if moment.decision is not None:
            decision = replace(moment.decision, by=by, value=value)
            moments[n] = replace(moment, decision=decision, terminated=False, return_ends=False)
    assert not surprise(moments, replace(eventful.header.about, discount=1.0)).any()


def test_the_sheet_shows_the_pictures(
    eventful: Replay, tmp_path: Path, read_frame: Callable[[NDArray[np.uint8]], int]
) -> None:
    sheet = pygame.image.load(export(eventful, tmp_path / "a.png", panels=False))
    pixels = pygame.surfarray.array3d(sheet).swapaxes(0, 1)
    wide, high = (1600 - 5 * 16) // 4, round((1600 - 5 * 16) // 4 * 0.75)
    top = Typeface().line(Sizes.of(1600, 900).large) + 2 * 16
    cell = (sheet.get_height() - top) // 3
    places = [(top + row * cell, 16 + column * (wide + 16)) for row in range(3) for column in range(4)]
    frames = [read_frame(pixels[y : y + high, x : x + wide]) for y, x in places]
    expected = [eventful.lines[pick.index].moment.frame for pick in pick_moments(eventful, 12)]
    assert frames == expected


def test_short_episodes_and_no_pictures(tmp_path: Path, about: About, episode: MadeEpisode) -> None:
    with record(tmp_path / "short", about, episode(1)) as replay:
        assert len(pick_moments(replay, 12)) == 2
        assert export(replay, tmp_path / "a.png", panels=False).stat().st_size > 1000
    blind = (replace(moment, pictures=()) for moment in episode(3))
    with (
        record(tmp_path / "blind", about, blind) as replay,
        pytest.raises(BotplayError, match="has no pictures"),
    ):
        export(replay, tmp_path / "b.png", panels=False)
