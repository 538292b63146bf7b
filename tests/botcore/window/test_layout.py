"""Where the panels go: beside the picture, or in a window that is higher than wide below it."""

from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import botcore.window  # noqa: F401

import pygame  # isort: skip

from botcore.window.layout import Layout
from botcore.window.scene import Scene
from botcore.window.status import Status
from botcore.window.timeline import Timeline

WIDE = (320, 240)
TALL = (160, 210)


def laid_out(
    fake: SimpleNamespace,
    size: tuple[int, int],
    picture: tuple[int, int],
    *,
    replay: bool = False,
    **fields: Any,
) -> Layout:
    """Return the layout of a window of `size` that shows `picture` (width, height)."""
    scene = Scene(size, fake.about())
    scene.status = Status()
    if replay:
        scene.timeline = (Timeline(5000, 60.0, (3, 900), (60,), (2000,)), 700)
    for step in range(90, 120):
        scene.update(fake.moment(step, **fields))
    scene.draw(pygame.Surface(size), np.zeros((picture[1], picture[0], 3), np.uint8), True)
    return scene.layout(True)


@pytest.mark.parametrize("replay", [False, True])
@pytest.mark.parametrize("picture", [WIDE, TALL])
@pytest.mark.parametrize("size", [(400, 900), (500, 800), (360, 640), (720, 1280)])
def test_in_a_window_higher_than_wide_the_panels_are_below(
    fake: SimpleNamespace, size: tuple[int, int], picture: tuple[int, int], replay: bool
) -> None:
    layout = laid_out(fake, size, picture, replay=replay)
    shown = {panel.name for panel, _ in layout.panels}
    assert shown >= {"score", "actions", "eyes", "memory"}
    assert all(rect.top >= layout.game.bottom for _, rect in layout.panels)
    assert layout.game.w >= 0.95 * size[0], "the picture has the whole width"
    foot = max(rect.bottom for _, rect in layout.panels)
    end = layout.timeline.top if replay else layout.bar.top
    assert end - foot < 10, "down to the bottom nothing is empty"
    assert len({rect.x for _, rect in layout.panels}) == 2, "in two columns"
    rects = [rect for _, rect in layout.panels]
    assert not any(a.colliderect(b) for a, b in combinations(rects, 2))


@pytest.mark.parametrize("size", [(1280, 720), (640, 400), (480, 320), (1024, 1024), (1600, 400)])
def test_in_any_other_window_they_are_beside_it(fake: SimpleNamespace, size: tuple[int, int]) -> None:
    for picture in (WIDE, TALL):
        layout = laid_out(fake, size, picture)
        assert layout.panels
        assert all(rect.left >= layout.game.right for _, rect in layout.panels)


def test_a_high_picture_stays_large(fake: SimpleNamespace) -> None:
    layout = laid_out(fake, (800, 1000), TALL)
    assert layout.game.h > 900
    assert all(rect.left >= layout.game.right for _, rect in layout.panels)


def test_one_column_has_the_whole_width(fake: SimpleNamespace) -> None:
    nothing: dict[str, Any] = {"decision": None, "observation": None, "learning": {}, "info": {}}
    layout = laid_out(fake, (400, 900), TALL, **nothing)
    assert {panel.name for panel, _ in layout.panels} == {"score", "actions", "value"}
    assert all(rect.w == 400 - 2 * 4 for _, rect in layout.panels), "one column: nothing stands beside them"


@pytest.mark.parametrize("size", [(200, 900), (300, 400), (400, 300)])
def test_in_a_tiny_window_there_is_only_the_game(fake: SimpleNamespace, size: tuple[int, int]) -> None:
    layout = laid_out(fake, size, WIDE)
    assert not layout.panels
    assert layout.game.w == size[0]
