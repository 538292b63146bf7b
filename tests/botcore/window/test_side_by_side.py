"""Several streams in one target."""

from dataclasses import replace
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import botcore.window  # noqa: F401

import pygame  # isort: skip

from botcore.ledger import Measure, Measures
from botcore.window.canvas import Canvas
from botcore.window.side_by_side import SideBySide, cells_of, leader

SIZES = [(1280, 640), (640, 400), (3840, 2000), (800, 1000), (300, 200), (20, 10)]


def both(fake: SimpleNamespace, size: tuple[int, int], count: int = 2) -> SideBySide:
    side = SideBySide(size, [fake.about() for _ in range(count)])
    for place, scene in enumerate(side.scenes):
        for step in range(30 + 10 * place):
            scene.update(fake.moment(step))
    return side


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_every_word_stays_in_its_place(
    fake: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], count: int
) -> None:
    written: list[tuple[pygame.Rect, str]] = []
    write = Canvas.text

    def text(self: Canvas, words: str, x: int, y: int, **how: Any) -> pygame.Rect:
        rect = write(self, words, x, y, **how)
        written.append((rect.move(self.surface.get_abs_offset()), words))
        return rect

    side, target = both(fake, size, count), pygame.Surface(size)
    monkeypatch.setattr(Canvas, "text", text)
    side.draw(target, [fake.breakout(1)] * count, False)
    for (a, one), (b, other) in combinations(written, 2):
        assert not a.colliderect(b) or not (a.w and b.w), f"{one!r} is written over {other!r}"
    side.draw(target, [fake.breakout(1)] * count, True)


def test_each_stream_has_a_cell_and_its_own_picture(fake: SimpleNamespace) -> None:
    side, target = both(fake, (1280, 640)), pygame.Surface((1280, 640))
    red, none = np.full((210, 160, 3), (255, 0, 0), np.uint8), None
    side.draw(target, [red, none], True)
    shown = (pygame.surfarray.array3d(target) == (255, 0, 0)).all(2)
    assert shown[:640].sum() == 320 * 420
    assert not shown[640:].any()
    with pytest.raises(ValueError, match="zip"):
        side.draw(target, [red], True)


@pytest.mark.parametrize("size", [(1280, 640), (1279, 1001)])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_pictures_are_of_one_size_and_in_line_whatever_their_panels_say(
    fake: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], count: int
) -> None:
    drawn: list[pygame.Rect] = []

    def note(target: pygame.Surface, pixels: Any, area: pygame.Rect) -> None:
        drawn.append(area.move(target.get_abs_offset()))

    known = [Measures(otherwise=Measure(0.99 if n else None)) for n in range(count)]
    abouts = [replace(fake.about(fake.ACTIONS[: 2 + n]), measures=known[n]) for n in range(count)]
    side, target = SideBySide(size, abouts), pygame.Surface(size)
    for scene in side.scenes:
        scene.update(fake.moment(1, actions=2))
    monkeypatch.setattr("botcore.window.side_by_side.draw_picture", note)
    side.draw(target, [fake.breakout(1)] * count, True)
    assert len({area.size for area in drawn}) == 1
    assert len({area.y for area in drawn}) == (1 if count < 4 or size[1] < 800 else 2)
    assert drawn[0].y == drawn[1].y


def test_panels_follow_their_moments_and_can_be_hidden(fake: SimpleNamespace) -> None:
    side, target = both(fake, (1280, 640)), pygame.Surface((1280, 640))

    def draw(panels: bool = True) -> Any:
        side.draw(target, [fake.breakout(0), fake.breakout(0)], panels)
        return pygame.surfarray.array3d(target)

    before = draw()
    np.testing.assert_array_equal(before, draw())
    side.scenes[1].update(fake.moment(77))
    after = draw()
    np.testing.assert_array_equal(before[:640], after[:640])
    assert (before[640:, 500:] != after[640:, 500:]).any()
    assert not np.array_equal(draw(panels=False), after)
    fresh = both(fake, (1280, 640))
    fresh.scenes[1].update(fake.moment(77))
    side, kept = fresh, draw()
    np.testing.assert_array_equal(kept, after)


def test_only_who_is_ahead_of_all_others_leads(fake: SimpleNamespace) -> None:
    histories = [scene.history for scene in both(fake, (640, 400), 3).scenes]
    assert leader(histories) == 2
    histories[0].update(fake.moment(40, score=49.0))
    assert leader(histories) is None, "two have 49"
    assert leader(histories[:1]) is None, "there is nobody to be ahead of"


@pytest.mark.parametrize("count", range(1, 10))
def test_cells_lie_apart_within_the_target(count: int) -> None:
    cells = cells_of((1279, 641), count, 8)
    assert len(cells) == count
    assert all(pygame.Rect(0, 0, 1279, 641).contains(cell) for cell in cells)
    assert not any(a.colliderect(b) for a, b in combinations(cells, 2))
    assert len({cell.size for cell in cells}) == 1


@pytest.mark.parametrize(
    ("size", "count", "picture", "rows"),
    [
        ((1280, 640), 3, (320, 240), 1),
        ((600, 900), 2, (320, 240), 2),
        ((480, 1100), 3, (320, 240), 3),
        ((600, 900), 2, (160, 210), 1),  # high pictures stand better beside each other
        ((1280, 1280), 4, (320, 240), 2),
    ],
)
def test_streams_stand_so_that_their_pictures_are_largest(
    size: tuple[int, int], count: int, picture: tuple[int, int], rows: int
) -> None:
    cells = cells_of(size, count, 8, picture[0] / picture[1], 80)
    assert len({cell.y for cell in cells}) == rows
