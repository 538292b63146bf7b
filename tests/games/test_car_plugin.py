"""The car's descriptor: light to import, and everything it names is there."""

import subprocess
import sys
from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest

from botcore import OpenRequest
from botcore.environment import open_env
from botcore.errors import BotplayError
from botcore.loading import load
from botcore.plugins import load_plugins
from botcore.settings import make
from botcore.setup import choose
from botplay_car.bins import bins
from botplay_car.env import open_car
from botplay_car.options import CarOptions
from botplay_car.plugin import botplay_games

(GAME,) = botplay_games()
SCENARIOS = [scenario.name for scenario in GAME.all_scenarios()]


def test_listing_the_scenarios_imports_no_engine():
    code = (
        "import sys; from botplay_car.plugin import botplay_games;"
        "[game.all_scenarios() for game in botplay_games()];"
        "print([m for m in ('numpy', 'pygame', 'gymnasium', 'cv2', 'torch') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stdout.strip() == "[]"


def test_everything_it_names_is_there():
    for reference in (GAME.open, GAME.open_batch, GAME.options, GAME.bins):
        assert callable(load(reference))


def test_the_default_is_the_city_and_maps_are_held_out():
    scenarios = GAME.all_scenarios()
    assert scenarios[0].name == "city"
    plain = [scenario for scenario in scenarios if not scenario.name.endswith("-rich")]
    held_out = [scenario for scenario in plain if "held out" in scenario.summary]
    assert len(held_out) >= 3
    assert len(plain) - len(held_out) >= 4


@pytest.mark.parametrize("name", SCENARIOS)
def test_bins_fit_the_observation(name):
    edges = bins(name)
    width = open_car(OpenRequest(name, "default")).observation_space.shape[0]
    if name.endswith("-rich"):
        assert edges is None
    else:
        assert [len(edge) + 1 for edge in edges] == [3, 3, 3, 7, 1]
        assert len(edges) == width
        assert all(low < high for edge in edges for low, high in pairwise(edge))


def test_an_unknown_map_is_refused_with_a_suggestion():
    with pytest.raises(BotplayError, match="did you mean city"):
        open_car(OpenRequest("citty", "default"))


def test_a_map_drawn_at_random_is_played_by_its_name():
    plugins = load_plugins()
    setup = choose(plugins, game="car/wild-7", brain="dqn")
    env = open_env(plugins, setup)
    env.reset(seed=1)
    assert np.array_equal(env.render(), _first_picture("wild-7"))
    assert not np.array_equal(env.render(), _first_picture("wild-8"))


def _first_picture(name):
    env = open_car(OpenRequest(name, "default"))
    env.reset(seed=1)
    return env.render()


@pytest.mark.parametrize(
    ("name", "value"),
    [("steps", 0), ("brush", 0), ("brush", 101), ("reach", 9), ("reach", 201), ("goal_radius", 301)],
)
def test_options_out_of_range_are_refused(name, value):
    with pytest.raises(BotplayError, match=rf"game\.{name}"):
        make(CarOptions, {name: value}, "game")


def test_every_option_has_a_default():
    assert CarOptions() == CarOptions(**{field.name: field.default for field in fields(CarOptions)})


def test_options_reach_the_game():
    env = open_car(OpenRequest("field", "default", CarOptions(steps=3)))
    env.reset(seed=0)
    assert [env.step(np.int64(0))[3] for _ in range(3)] == [False, False, True]
