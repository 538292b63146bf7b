"""The car as a Gymnasium environment: the contract, determinism, the picture, the mouse."""

import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode, VectorEnv

from botcore import OpenRequest
from botplay_car.batch import open_cars
from botplay_car.env import open_car
from botplay_car.options import CarOptions
from botplay_car.picture import Picture
from botplay_car.plugin import scenarios

NAMES = [scenario.name for scenario in scenarios()]


def car(scenario="city", **options):
    return open_car(OpenRequest(scenario, "default", CarOptions(**options)))


def drive(env, steps, seed=0):
    """Drive randomly and return all observations and rewards."""
    seen = [env.reset(seed=seed)[0]]
    for action in np.random.default_rng(seed).integers(0, 3, steps):
        observation, reward, *_ = env.step(action)
        seen.append(np.append(observation, reward))
    return np.concatenate(seen)


@pytest.mark.parametrize("name", NAMES)
def test_gymnasium_accepts_it(name):
    env = car(name)
    check_env(env, skip_render_check=True)
    assert env.observation_space.dtype == np.float32
    picture = env.render()
    assert picture.dtype == np.uint8
    assert picture.shape == (600, 800, 3)


def test_the_batch_is_a_vector_environment():
    batch = open_cars(OpenRequest("city", "default", copies=3))
    assert isinstance(batch, VectorEnv)
    assert batch.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
    assert batch.num_envs == 3
    seen, info = batch.reset(seed=0)
    assert seen in batch.observation_space
    assert all(len(values) == 3 for values in info.values())


def test_what_the_host_reads():
    env = car()
    assert env.metadata["render_fps"] == 60
    assert len(env.metadata["action_names"]) == env.action_space.n
    keys = env.get_keys_to_action()
    assert (keys[("a",)], keys[("d",)], keys[()]) == (1, 2, 0)
    import pygame

    assert (keys[(pygame.K_LEFT,)], keys[(pygame.K_RIGHT,)]) == (1, 2)
    _, info = env.reset(seed=0)
    assert all(isinstance(value, float | int) for value in info.values())
    assert {"goals", "on_sand", "sand_share", "distance"} <= set(info)
    assert isinstance(env, gymnasium.Env)


@pytest.mark.parametrize("name", ["city", "canyon-rich"])
def test_the_seed_decides_everything(name):
    first = drive(car(name), 200, seed=4)
    np.testing.assert_array_equal(first, drive(car(name), 200, seed=4))
    assert not np.array_equal(first, drive(car(name), 200, seed=5))


def test_watching_does_not_change_play():
    watched, unwatched = car(), car()
    watched.reset(seed=1), unwatched.reset(seed=1)
    for action in np.random.default_rng(0).integers(0, 3, 30):
        watched.render()
        np.testing.assert_array_equal(watched.step(action)[0], unwatched.step(action)[0])


def test_episodes_are_truncated_never_terminated():
    env = car(steps=25)
    env.reset(seed=0)
    ends = [env.step(np.int64(1))[2:4] for _ in range(25)]
    assert not any(terminated for terminated, _ in ends)
    assert [truncated for _, truncated in ends] == [False] * 24 + [True]


def test_the_picture_changes_where_sand_is_painted_and_nowhere_else():
    env = car("field", brush=20)
    env.reset(seed=0)
    x, y = 600, 150
    before = env.render()
    env.touch(x, y, 1)
    after = env.render()
    changed = (before != after).any(axis=2)
    assert changed[y - 15 : y + 16, x - 15 : x + 16].mean() > 0.95
    rows, columns = np.nonzero(changed)
    assert np.abs(rows - y).max() <= 20 + 2
    assert np.abs(columns - x).max() <= 20 + 2


def test_a_picture_kept_up_to_date_is_the_picture_drawn_anew():
    env = car("ring")
    env.reset(seed=0)
    env.render()
    for x, y, button in np.random.default_rng(0).integers([-5, -5, 0], [810, 610, 5], (60, 3)):
        env.touch(x, y, button)
    np.testing.assert_array_equal(env.render(), Picture(env.world).draw(env._cars, ()))


@pytest.mark.parametrize("key", ["c", "o"])
def test_what_its_keys_do_to_the_map_is_seen(key):
    env = car("ring")
    env.reset(seed=0)
    env.touch(600, 150, 1)
    painted = env.render()
    env.commands()[key][1]()
    after = env.render()
    assert not np.array_equal(after, painted)
    np.testing.assert_array_equal(after, Picture(env.world).draw(env._cars, ()))


def test_every_picture_is_its_own():
    env = car()
    env.reset(seed=0)
    first = env.render()
    kept = first.copy()
    for _ in range(5):
        env.step(np.int64(0))
    assert not np.array_equal(env.render(), kept)
    np.testing.assert_array_equal(first, kept)


def test_the_trail_ends_with_the_episode():
    env = car()
    env.reset(seed=0)
    for _ in range(20):
        env.step(np.int64(0))
    without = Picture(env.world).draw(env._cars, ())
    assert not np.array_equal(env.render(), without)
    env.reset(seed=0)
    np.testing.assert_array_equal(env.render(), Picture(env.world).draw(env._cars, ()))


def test_the_sensors_show_what_they_read():
    env = car("field", brush=60)
    env.reset(seed=0)
    x, y = (int(places[0, 0]) for places in env.world.sensing.sensors.positions(env._cars))
    red, green, _ = env.render()[y, x].astype(int)
    assert green > red
    env.touch(x, y, 1)
    red, green, _ = env.render()[y, x].astype(int)
    assert red > green


def test_the_mouse_draws_and_erases_what_the_sensors_read():
    env = car("field", brush=30)
    env.reset(seed=0)
    x, y = (places[0, 0] for places in env.world.sensing.sensors.positions(env._cars))
    env.touch(x, y, 1)
    assert env.world.observe(env._cars)[0, 0] == 1.0
    env.touch(x, y, 2)
    assert env.world.observe(env._cars)[0, 0] == 1.0
    env.touch(x, y, 3)
    assert env.world.observe(env._cars)[0, 0] == 0.0
    assert not env.world.ground.sand.any()


def test_touching_outside_the_picture_is_harmless():
    env = car("field")
    env.reset(seed=0)
    env.render()
    for x, y in ((-1e9, 5), (1e9, 1e9), (799.9, 599.9), (-3, -3)):
        env.touch(x, y, 1)
    assert env.world.ground.sand[599, 799]
    assert env.world.ground.sand[0, 0]


def test_painted_sand_stays_for_the_next_episode():
    env = car("field")
    env.reset(seed=0)
    env.touch(300, 300, 1)
    env.reset(seed=1)
    assert env.world.ground.sand[300, 300]


def test_no_warning_without_a_display(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = car("oasis")
        env.reset(seed=0)
        assert len(np.unique(env.render().reshape(-1, 3), axis=0)) > 1000
