"""A recording keeps the unit in which its brain predicts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from botcore.contracts.moment import Decision, Moment
from botcore.replay.checks import Invalid
from botcore.replay.format import About, EpisodeHeader, parse_header
from botcore.replay.steps import Line, format_line, parse_line

ABOUT = About("breakout", "breakout", "v4", "a3c", 60.0, ("a", "b"), discount=0.99, unit="clipped to ±1")
HEADER = EpisodeHeader("id", ABOUT, 7, 0, "2026-01-01T00:00:00+00:00")


def test_the_discount_and_the_unit_stand_in_the_header() -> None:
    read = parse_header(HEADER.to_json().encode())
    assert (read.about.discount, read.about.unit) == (0.99, "clipped to ±1")
    older = {k: v for k, v in json.loads(HEADER.to_json()).items() if k not in ("discount", "unit")}
    read = parse_header(json.dumps(older).encode())
    assert (read.about.discount, read.about.unit) == (None, "")


@pytest.mark.parametrize("discount", [-0.1, 1.5, "0.9", True])
def test_a_discount_is_a_share(discount: object) -> None:
    data = {**json.loads(HEADER.to_json()), "discount": discount}
    with pytest.raises(Invalid, match="discount"):
        parse_header(json.dumps(data).encode())


def test_what_was_fed_and_a_lost_life_that_ends_the_return_are_kept() -> None:
    moment = Moment(0, 1, 4, (), None, Decision(1, by="a3c"), 4.0, 4.0, False, False, seed=7)
    for kept in (
        replace(moment, fed=1.0, return_ends=True),
        replace(moment, fed=-0.25),
        replace(moment, fed=0.0, terminated=True, return_ends=True),
        moment,
    ):
        assert parse_line(format_line(Line(kept, 0), "a3c"), HEADER).moment == kept
