"""How numbers are written."""

from __future__ import annotations

import pytest

from botcore.window.canvas import number, points


@pytest.mark.parametrize(
    ("score", "shown"),
    [(6.4e-16, "0"), (-6.4e-16, "0"), (0.1 + 0.2 - 0.3, "0"), (-2.5, "-2.50"), (864, "864"), (0.25, "0.250")],
)
def test_a_score_that_cancels_out_is_nothing(score: float, shown: str) -> None:
    assert points(score) == shown


def test_a_small_loss_is_still_a_small_number() -> None:
    assert number(6.4e-16) == "6e-16"
