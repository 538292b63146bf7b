"""Cars spread over several maps drive as they would on each map alone."""

from __future__ import annotations

import numpy as np
import pytest

from botcore import BotplayError, OpenRequest
from botplay_car.batch import open_cars
from botplay_car.env import open_car
from botplay_car.options import CarOptions

MAPS = ("city", "ring", "bends")


@pytest.mark.parametrize("suffix", ["", "-rich"])
def test_each_copy_drives_as_alone_on_its_map(suffix: str) -> None:
    options = CarOptions(training_maps=MAPS, steps=40)
    fleet = open_cars(OpenRequest("city" + suffix, "default", options, copies=7))
    alone = [open_car(OpenRequest(MAPS[n % 3] + suffix, "default", CarOptions(steps=40))) for n in range(7)]
    seen, _ = fleet.reset(seed=5)
    for n, env in enumerate(alone):
        np.testing.assert_array_equal(seen[n], env.reset(seed=5 + n)[0])
    generator = np.random.default_rng(0)
    for _ in range(40):
        actions = generator.integers(0, 3, 7)
        seen, reward, _, truncated, info = fleet.step(actions)
        for n, env in enumerate(alone):
            own_seen, own_reward, _, own_truncated, own_info = env.step(actions[n])
            np.testing.assert_array_equal(seen[n], own_seen)
            assert reward[n] == own_reward
            assert truncated[n] == own_truncated
            assert info["distance"][n] == own_info["distance"]
    assert truncated.all(), "every copy is cut short at its fortieth step"


def test_fewer_cars_than_maps_drive_on_the_first_ones() -> None:
    fleet = open_cars(OpenRequest("city", "default", CarOptions(training_maps=MAPS), copies=2))
    assert fleet.num_envs == 2
    seen, _ = fleet.reset(seed=1)
    for n in range(2):
        np.testing.assert_array_equal(
            seen[n], open_car(OpenRequest(MAPS[n], "default", CarOptions())).reset(seed=1 + n)[0]
        )


def test_an_unknown_map_is_told() -> None:
    with pytest.raises(BotplayError, match="no map 'cty'"):
        open_cars(OpenRequest("city", "default", CarOptions(training_maps=("cty",)), copies=2))
