"""What panels write where there is little room."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import botcore.window  # noqa: F401

import pygame  # isort: skip

from botcore.window.canvas import Canvas
from botcore.window.history import History
from botcore.window.panels.score import ScorePanel
from botcore.window.theme import Sizes, Typeface


@pytest.mark.parametrize(
    ("score", "wide", "narrow"), [(80.25, "80.25", "80"), (-12.5, "-12.50", "-12"), (864.0, "864", "864")]
)
def test_a_score_does_without_its_decimals_before_it_is_cut(
    fake: SimpleNamespace, score: float, wide: str, narrow: str
) -> None:
    history = History(fake.about())
    history.update(fake.moment(1, score=score))
    for width, shown in ((600, wide), (130, narrow)):
        canvas = Canvas(pygame.Surface((width, 200)), Sizes.of(500, 400), Typeface())
        ScorePanel().content(canvas, history)
        assert shown in {text for text, _, _ in canvas.type._rendered}
