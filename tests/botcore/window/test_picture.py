"""How the game's picture is enlarged, and which of its pixels lies where."""

from __future__ import annotations

import numpy as np
import pytest

import botcore.window  # noqa: F401

import pygame  # isort: skip

from botcore.window.picture import draw_picture, fit

ATARI = (160, 210)
HARM = 6
"""What smoothing may change a colour by where nothing is blended: it counts in whole numbers."""


@pytest.mark.parametrize("area", [(490, 375), (304, 467), (700, 761)])
def test_a_small_picture_fills_its_place_and_every_pixel_keeps_its_colour(area: tuple[int, int]) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (210, 160, 3), dtype=np.uint8)
    target = pygame.Surface((900, 800))
    placed = draw_picture(target, pixels, pygame.Rect((50, 20), area))
    assert area[0] - placed.rect.w <= 1 or area[1] - placed.rect.h <= 1
    assert placed.rect.w / placed.rect.h == pytest.approx(160 / 210, rel=0.01)
    shown = pygame.surfarray.array3d(target).astype(int)
    kept = 0
    for y in range(placed.rect.top, placed.rect.bottom, 3):
        for x in range(placed.rect.left, placed.rect.right, 3):
            left, right = placed.pixel(x, y), placed.pixel(x + 1, y + 1) or placed.picture
            assert left is not None
            column, row = int(left[0]), int(left[1])
            if right[0] <= column + 1 and right[1] <= row + 1:  # it lies on one pixel of the picture alone
                assert abs(shown[x, y] - pixels[row, column]).max() <= HARM
                kept += 1
    assert kept >= 1000


@pytest.mark.parametrize(("height", "times"), [(210, 1), (240, 1), (430, 2), (640, 3), (700, 3), (2000, 9)])
def test_where_a_whole_number_fills_enough_every_pixel_is_an_exact_square(height: int, times: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (210, 160, 3), dtype=np.uint8)
    target = pygame.Surface((1600, height))
    placed = draw_picture(target, pixels, target.get_rect())
    assert placed.rect.size == (160 * times, 210 * times)
    shown = pygame.surfarray.array3d(target.subsurface(placed.rect)).transpose(1, 0, 2)
    np.testing.assert_array_equal(shown, pixels.repeat(times, axis=0).repeat(times, axis=1))


def test_a_large_picture_is_blended_as_it_is() -> None:
    placed = fit((320, 240), pygame.Rect(0, 0, 500, 500))
    assert (placed.rect.size, placed.blocks) == ((500, 375), 1)
    assert fit(ATARI, pygame.Rect(0, 0, 100, 100)).blocks == 1, "nor is one that is made smaller"
