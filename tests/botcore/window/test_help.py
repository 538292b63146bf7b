"""The help: every key and what it does, in windows of all shapes."""

from itertools import combinations
from typing import Any

import pytest

import botcore.window  # noqa: F401

import pygame  # isort: skip

from botcore.window.canvas import Canvas
from botcore.window.controls import (
    BOOKMARKS,
    COMMON,
    LIVE,
    MOUSE_LIVE,
    MOUSE_REPLAY,
    TAKING_OVER,
    WHEEL_LIVE,
    Keys,
)
from botcore.window.help import KeyHelp, draw_help
from botcore.window.playback import WATCHING
from botcore.window.start.draw import help_rows
from botcore.window.theme import Sizes, Typeface

PLAYER = Keys(WATCHING + TAKING_OVER + BOOKMARKS).help(MOUSE_REPLAY)
KINDS = [PLAYER, Keys(COMMON + LIVE).help([MOUSE_LIVE, WHEEL_LIVE]), list(help_rows())]
Written = list[tuple[pygame.Rect, str]]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Written:
    """Record what is drawn of each text, after what is cut off, and where on the screen."""
    found: Written = []
    write = Canvas.text

    def text(self: Canvas, words: str, x: int, y: int, **how: Any) -> pygame.Rect:
        rect = write(self, words, x, y, **how)
        room = self.width - x if how.get("align") != "right" else x
        size = how.get("size") or self.sizes.small
        shown = self.type.fit(words, size, min(room, how.get("width") or room))
        found.append((rect.move(self.surface.get_abs_offset()), shown))
        return rect

    monkeypatch.setattr(Canvas, "text", text)
    return found


def drawn(size: tuple[int, int], keys: list[KeyHelp]) -> pygame.Rect:
    target = pygame.Surface(size)
    draw_help(Canvas(target, Sizes.of(*size), Typeface()), keys)
    return target.get_rect()


@pytest.mark.parametrize("keys", KINDS)
@pytest.mark.parametrize(
    "size", [(1280, 720), (640, 400), (400, 900), (500, 800), (360, 640), (400, 640), (3840, 2160)]
)
def test_no_text_is_cut_off(written: Written, size: tuple[int, int], keys: list[KeyHelp]) -> None:
    screen = drawn(size, keys)
    assert all(screen.contains(rect) for rect, _ in written)
    assert not any(words.endswith("…") for _, words in written)
    assert not any(a.colliderect(b) for (a, _), (b, _) in combinations(written, 2) if a.w and b.w)
    said = " ".join(words for _, words in written)
    for name, label in keys:
        assert name in said
        assert label in said, "its lines follow each other"


def test_what_a_tiny_window_has_no_room_for_is_no_error(written: Written) -> None:
    for size in ((400, 300), (240, 200), (60, 40), (1, 1)):
        drawn(size, PLAYER)


@pytest.mark.parametrize("size", [(320, 240), (200, 200), (150, 150), (1280, 100)])
def test_a_window_too_small_for_all_says_so_and_tells_the_first(
    written: Written, size: tuple[int, int]
) -> None:
    screen = drawn(size, PLAYER)
    inside = [(rect, words) for rect, words in written if screen.contains(rect) and rect.w]
    said = " ".join(words for _, words in inside)
    assert "a larger wi" in said
    assert "any key" not in said
    assert "pause and go on" in said
    assert not any(a.colliderect(b) for (a, _), (b, _) in combinations(inside, 2))


def test_where_there_is_room_each_key_has_one_line(written: Written) -> None:
    drawn((1280, 720), PLAYER)
    words = [text for _, text in written]
    assert all(label in words for _, label in PLAYER)
