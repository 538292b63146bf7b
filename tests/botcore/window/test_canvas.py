"""How numbers are written."""

from __future__ import annotations

import numpy as np
import pytest

import botcore.window  # noqa: F401

import pygame  # isort: skip

from botcore.window.canvas import Canvas, number, points
from botcore.window.theme import SKY, Sizes, Typeface


@pytest.mark.parametrize(
    ("score", "shown"),
    [(6.4e-16, "0"), (-6.4e-16, "0"), (0.1 + 0.2 - 0.3, "0"), (-2.5, "-2.50"), (864, "864"), (0.25, "0.250")],
)
def test_a_score_that_cancels_out_is_nothing(score: float, shown: str) -> None:
    assert points(score) == shown


def test_a_small_loss_is_still_a_small_number() -> None:
    assert number(6.4e-16) == "6e-16"


@pytest.mark.timeout(20, method="thread")  # pygame, which a point that lies nowhere holds, hears no signal
@pytest.mark.parametrize("nowhere", [float("nan"), float("inf"), -float("inf")])
def test_a_curve_leaves_out_points_that_lie_nowhere(nowhere: float) -> None:
    def drawn(points: list[tuple[float, float]]) -> np.ndarray:
        surface = pygame.Surface((40, 40))
        Canvas(surface, Sizes.of(1280, 720), Typeface()).curve(points, SKY)
        return pygame.surfarray.array3d(surface)

    whole = drawn([(2.0, 30.0), (20.0, 5.0), (35.0, 20.0)])
    assert whole.any()
    np.testing.assert_array_equal(
        drawn([(2.0, 30.0), (10.0, nowhere), (20.0, 5.0), (nowhere, 1.0), (35.0, 20.0)]), whole
    )
    assert not drawn([(2.0, 30.0), (10.0, nowhere)]).any(), "one point is no curve"


@pytest.mark.parametrize("nothing", ["", "\ufe0f", "\u034f\u034f", "\u180b", "\U000e0100"])
def test_a_text_without_any_width_is_nothing(nothing: str) -> None:
    """Python calls them printable, so a name in a stranger's replay may be one."""
    assert nothing.isprintable()
    surface = pygame.Surface((40, 40))
    assert Canvas(surface, Sizes.of(1280, 720), Typeface()).text(nothing, 5, 5).width == 0
    assert not pygame.surfarray.array3d(surface).any()
