"""Maps drawn at random: always the same by their number, drivable, and named in ranges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from botcore import BotplayError, OpenRequest
from botplay_car.batch import open_cars
from botplay_car.ground import Ground
from botplay_car.maps import CORNER, draw
from botplay_car.options import CarOptions
from botplay_car.wild import spread, wild, wild_number


def reachable(sand: np.ndarray, start: tuple[int, int]) -> np.ndarray:
    """Every road pixel one can drive to from `start` (row, column), spreading until nothing is added."""
    seen = np.zeros_like(sand)
    seen[start] = True
    while True:
        wider = seen.copy()
        wider[1:] |= seen[:-1]
        wider[:-1] |= seen[1:]
        wider[:, 1:] |= seen[:, :-1]
        wider[:, :-1] |= seen[:, 1:]
        wider &= ~sand
        if (wider == seen).all():
            return seen
        seen = wider


@pytest.mark.parametrize("number", range(12))
def test_both_goals_can_be_reached_by_road(number: int) -> None:
    track = draw(f"wild-{number}", wild(number))
    rows, columns = np.indices(track.sand.shape)
    near = [np.hypot(columns - x, rows - y) < 100 - CORNER for x, y in track.goals]
    row, column = np.argwhere(near[0] & ~track.sand)[0]
    assert (reachable(track.sand, (int(row), int(column))) & near[1]).any()
    assert len(Ground(track.sand).spots()) > 50, "there is room to start on"


def test_a_number_is_always_the_same_map_and_others_are_not() -> None:
    first, again, other = (draw("wild", wild(number)).sand for number in (3, 3, 4))
    assert (first == again).all()
    assert (first != other).any()


def test_a_range_names_every_map_in_it() -> None:
    assert list(spread(["city", "wild-9..11"])) == ["city", "wild-9", "wild-10", "wild-11"]


@pytest.mark.parametrize("name", ["wild-5..4", "wild-0..1000"])
def test_a_range_that_is_none_is_told(name: str) -> None:
    with pytest.raises(BotplayError, match=f"'{name}' should count up"):
        open_cars(OpenRequest("city", "default", CarOptions(training_maps=(name,)), copies=2))


@given(st.text(max_size=20))
def test_other_names_are_left_alone(name: str) -> None:
    if wild_number(name) is None and ".." not in name:
        assert list(spread([name])) == [name]


@pytest.mark.parametrize("name", ["wild", "wild-", "wild--1", "wild-1234567", "wild-²", "city"])
def test_other_names_are_no_wild_maps(name: str) -> None:
    assert wild_number(name) is None


def test_cars_drive_on_them() -> None:
    fleet = open_cars(OpenRequest("city", "default", CarOptions(training_maps=("wild-1..3",)), copies=6))
    seen, _ = fleet.reset(seed=1)
    assert seen.shape == (6, 5)
    assert len({tuple(row) for row in seen[:3]}) == 3
