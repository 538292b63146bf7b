"""Gymnasium environments by their id: arguments, errors in one line, drawing without a screen."""

import os
import subprocess
import sys
from importlib.util import find_spec

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Discrete, Tuple
from gymnasium.utils.env_checker import check_env

from botcore import BotplayError, OpenRequest
from botcore.agent import build_learner
from botcore.environment import observation_names, open_env
from botcore.plugins import load_plugins
from botcore.setup import choose
from botcore.window.display import open_window, screen
from botplay_gym.env import open_gym, read_arguments
from botplay_gym.names import TAXI_STANDS
from botplay_gym.options import GymOptions
from botplay_gym.plugin import SCENARIOS


def gym(name, *, pictures=True, arguments=""):
    return open_gym(OpenRequest(name, "default", GymOptions(arguments), pictures))


@pytest.mark.filterwarnings("ignore:.*is -infinity.*", "ignore:.*is infinity.*")
@pytest.mark.parametrize("name", [scenario.name for scenario in SCENARIOS])
def test_the_listed_ones_open_and_draw(name):
    env = gym(name)
    check_env(env.unwrapped, skip_render_check=True)
    env.reset(seed=1)
    assert env.render().dtype == np.uint8
    assert len(env.metadata["action_names"]) == env.action_space.n
    env.close()


@pytest.mark.parametrize("name", [scenario.name for scenario in SCENARIOS])
def test_a_table_reads_the_listed_ones(name):
    """Each has few states, and where its numbers are cut into bins, there are edges for every one."""
    plugins = load_plugins(disabled=["models"])
    setup = choose(plugins, game=f"gym/{name}", brain="qlearning")
    env = open_env(plugins, setup, pictures=False)
    learner = build_learner(plugins, setup, env.observation_space, int(env.action_space.n))
    states = learner.states
    assert states.count < 50_000
    assert not states.edges or len(states.edges) == env.observation_space.shape[0]
    assert all(list(cuts) == sorted(set(cuts)) for cuts in states.edges)


def named(name, seed):
    """Return what an environment shows after a reset, in words, and the environment."""
    setup = choose(load_plugins(disabled=["models"]), game=f"gym/{name}", brain="qlearning")
    env = open_env(load_plugins(), setup, pictures=False)
    seen, _ = env.reset(seed=seed)
    return observation_names(env)[int(seen)], env.unwrapped, int(seen)


@pytest.mark.parametrize("seed", range(5))
def test_states_are_told_in_words(seed):
    words, taxi, state = named("Taxi-v4", seed)
    row, column, passenger, destination = taxi.decode(state)
    assert f"row {row + 1}, column {column + 1}, passenger at {TAXI_STANDS[passenger]}" in words
    assert words.endswith(f"going to {TAXI_STANDS[destination]}")
    words, table, _ = named("Blackjack-v1", seed)
    hand, dealer, ace = table._get_obs()
    assert words == f"hand {hand}, dealer {dealer}, usable ace {ace}"
    assert named("CliffWalking-v1", seed)[0] == "row 4, column 1"
    assert named("FrozenLake-v1?map_name=8x8", seed)[0] == "row 1, column 1"


def test_an_environment_tells_its_own_names():
    class Dice(gymnasium.Env):
        metadata = {"render_modes": [], "observation_names": ("left die", "right die")}
        observation_space, action_space = Tuple([Discrete(6, start=1)] * 2), Discrete(2)

        def __init__(self, render_mode=None):
            self.render_mode = render_mode

        def reset(self, *, seed=None, options=None):
            return (3, 5), {}

    gymnasium.register("Dice-v0", entry_point=Dice)
    try:
        assert named("Dice-v0", 0)[0] == "left die 3, right die 5"
    finally:
        del gymnasium.registry["Dice-v0"]


@pytest.mark.parametrize("name", ["Acrobot-v1", "CartPole-v1", "MountainCar-v0"])
def test_every_number_has_a_name(name):
    env = open_env(
        load_plugins(), choose(load_plugins(), game=f"gym/{name}", brain="qlearning"), pictures=False
    )
    assert len(observation_names(env)) == env.observation_space.shape[0]


def test_nothing_is_drawn_where_nobody_looks():
    assert gym("CartPole-v1", pictures=False).render_mode is None


def slips(env):
    """Whether one action can lead to several places."""
    return len(env.unwrapped.P[0][1]) > 1


def test_arguments_after_the_id_and_in_the_options():
    assert slips(gym("FrozenLake-v1"))
    assert not slips(gym("FrozenLake-v1?is_slippery=false"))
    assert not slips(gym("FrozenLake-v1", arguments="is_slippery=false"))
    assert slips(gym("FrozenLake-v1?is_slippery=true", arguments="is_slippery=false"))
    assert gym("FrozenLake-v1?map_name=8x8").observation_space.n == 64


def test_arguments_are_json_or_text():
    assert read_arguments("a=1&b=false&c=8x8&d=[1,2]&e=") == {
        "a": 1,
        "b": False,
        "c": "8x8",
        "d": [1, 2],
        "e": "",
    }
    assert read_arguments("") == {}
    assert read_arguments("a=" + "[" * 100_000)["a"].startswith("[[")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("CartPol-v1", r"did you mean CartPole-v1"),
        ("CartPole", r"did you mean CartPole-v1"),
        ("Pendulum-v1", r"Pendulum-v1 has the action space Box"),
        ("FrozenLake-v1?is_slipery=false", r"does not open.*is_slipery"),
        ("FrozenLake-v1?map_name=9x9", r"does not open: it knows no '9x9'"),
        ("FrozenLake-v1?reward_schedule=[1]", r"does not open: list index"),
        ("FrozenLake-v1?nonsense", r"write NAME=VALUE"),
        ("FrozenLake-v1?render_mode=human", r"render_mode"),
    ],
)
def test_errors_in_one_line(name, message):
    with pytest.raises(BotplayError, match=message) as caught:
        gym(name)
    assert "\n" not in str(caught.value)


def test_a_missing_package_is_named():
    if find_spec("Box2D"):
        pytest.skip("Box2D is installed")
    with pytest.raises(BotplayError, match=r"LunarLander-v3 does not open: .*box2d"):
        gym("LunarLander-v3")


def test_an_id_imports_no_module(tmp_path):
    (tmp_path / "strange.py").write_text("raise SystemExit('imported')")
    sys.path.insert(0, str(tmp_path))
    try:
        with pytest.raises(BotplayError, match="has no environment"):
            gym("strange:CartPole-v1")
    finally:
        sys.path.remove(str(tmp_path))
    assert "strange" not in sys.modules


def test_drawing_needs_no_screen_and_leaves_the_process_as_it_was():
    code = (
        "import os; before = dict(os.environ)\n"
        "from botcore import OpenRequest\nfrom botplay_gym.env import open_gym\n"
        "env = open_gym(OpenRequest('CartPole-v1', 'default')); env.reset(seed=0)\n"
        "assert env.render().any(); assert not set(os.environ) & {'SDL_VIDEODRIVER', 'SDL_AUDIODRIVER'}\n"
        "import pygame; print(pygame.display.get_driver(), pygame.display.get_surface())\n"
    )
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER", "SDL_AUDIODRIVER")
    clean = {name: value for name, value in os.environ.items() if name not in hidden}
    run = subprocess.run([sys.executable, "-c", code], env=clean, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "dummy None"
    assert "ALSA" not in run.stderr


@pytest.mark.parametrize("scenario", ["CartPole-v1", "FrozenLake-v1"])
def test_closing_leaves_pygame_to_the_window_that_shows_the_game(scenario, monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    with open_window("test"):
        env = gym(scenario)
        env.reset(seed=1)
        env.render()
        env.close()
        assert screen().get_size() == (1280, 720)
