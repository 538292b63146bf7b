"""How cars move, sense and are paid, against a slow and obvious reference, and one car against many."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botcore import OpenRequest
from botplay_car.batch import open_cars
from botplay_car.env import open_car
from botplay_car.ground import Ground
from botplay_car.maps import PLANS, corners
from botplay_car.options import CarOptions
from botplay_car.physics import Cars, drive, place
from botplay_car.sensing import RICH_ANGLES, RICH_FACTORS, CourseSensing, RichSensing

FIELD = np.zeros((600, 800), bool)
GOALS = corners(800, 600)


def car_at(x, y, heading=0, goal=1, on_sand=False):
    """Return one car, with the distance to its goal filled in."""
    cars = Cars.parked(1)
    cars.x[0], cars.y[0], cars.heading[0], cars.goal[0], cars.on_sand[0] = x, y, heading, goal, on_sand
    cars.distance[0] = math.dist((x, y), GOALS[goal])
    return cars


def go(cars, action, sand=FIELD):
    """Drive one step and return the reward."""
    return float(drive(cars, np.array([action]), Ground(sand), GOALS, 100)[0])


def slow_sensor(sand, x, y):
    """Return the share of sand in the square of 20 x 20 pixels, counted pixel by pixel."""
    height, width = sand.shape
    column, row = math.floor(x), math.floor(y)
    if column < 10 or column >= width - 10 or row < 10 or row >= height - 10:
        return 1.0
    return (
        sum(bool(sand[r, c]) for r in range(row - 10, row + 10) for c in range(column - 10, column + 10))
        / 400
    )


def slow_sensors(sand, cars, angles, reach):
    x, y, heading = cars.x[0], cars.y[0], int(cars.heading[0])
    return [
        slow_sensor(
            sand,
            x + reach * math.cos(math.radians(heading + angle)),
            y - reach * math.sin(math.radians(heading + angle)),
        )
        for angle in angles
    ]


def slow_step(sand, goals, cars, action):
    """Return x, y, on sand, reward, goal and distance after a step, as the rules read."""
    heading = math.radians(int(cars.heading[0]) + (0, 20, -20)[action])
    speed = 1 if cars.on_sand[0] else 6
    free_x, free_y = cars.x[0] + speed * math.cos(heading), cars.y[0] - speed * math.sin(heading)
    x, y = min(max(free_x, 10), 790), min(max(free_y, 10), 590)
    goal = int(cars.goal[0])
    distance = math.dist((x, y), goals[goal])
    on_sand = bool(sand[int(y), int(x)])
    reward = 0.1 if distance < cars.distance[0] else -0.2
    if (x, y) != (free_x, free_y) or on_sand:
        reward = -1.0
    if distance < 100:
        goal = 1 - goal
        distance = math.dist((x, y), goals[goal])
    return x, y, on_sand, reward, goal, distance


def test_a_car_drives_as_the_slow_reference_says():
    world = open_car(OpenRequest("village", "default")).world  # its goals lie bottom left and top right
    sand, goals = world.ground.sand, world.track.goals
    rng, cars = np.random.default_rng(1), Cars.parked(1)
    for _ in range(6):
        place(cars, 0, world.ground, goals, rng)
        for action in rng.choice(3, 250, p=[0.6, 0.25, 0.15]):
            expected = slow_step(sand, goals, cars, action)
            reward = drive(cars, np.array([action]), world.ground, goals, 100)[0]
            seen = (cars.x[0], cars.y[0], cars.on_sand[0], reward, cars.goal[0], cars.distance[0])
            np.testing.assert_allclose(np.array(seen, float), np.array(expected, float), rtol=0, atol=1e-9)


def test_sensors_read_as_the_slow_reference_says():
    ground = open_car(OpenRequest("city", "default")).world.ground
    rng, course, rich = np.random.default_rng(2), CourseSensing(30), RichSensing(30)
    for _ in range(60):
        cars = car_at(rng.uniform(10, 790), rng.uniform(10, 590), int(rng.integers(360)))
        expected = slow_sensors(ground.sand, cars, (0, 30, -30), 30)
        np.testing.assert_allclose(course.observe(cars, ground, GOALS)[0, :3], expected, atol=1e-6)
        expected = [v for f in RICH_FACTORS for v in slow_sensors(ground.sand, cars, RICH_ANGLES, 30 * f)]
        np.testing.assert_allclose(rich.observe(cars, ground, GOALS)[0, :-4], expected, atol=1e-6)


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.integers(-20, 140), st.integers(-20, 120), st.integers(1, 40), st.booleans()), max_size=6
    )
)
def test_density_stays_right_under_any_painting(strokes):
    ground = Ground(np.zeros((100, 120), bool))
    for stroke in strokes:
        ground.paint(*stroke)
    expected = [[slow_sensor(ground.sand, x, y) for x in range(0, 120, 7)] for y in range(0, 100, 7)]
    np.testing.assert_allclose(ground.density[::7, ::7], expected, atol=1e-6)


@pytest.mark.parametrize(
    ("heading", "right", "orientation"),
    [
        (0, False, 0.0),
        (90, True, 0.5),
        (270, False, -0.5),
        (180, True, 1.0),
        (45, True, 0.25),
        (315, False, -0.25),
    ],
)
def test_orientation_is_positive_when_the_goal_is_to_the_right(heading, right, orientation):
    goals = np.array([[700.0, 300.0], [700.0, 300.0]])  # to the right of the picture's middle
    cars = car_at(400.0, 300.0, heading)
    cars.distance[0] = 300.0
    seen = CourseSensing(30).observe(cars, Ground(FIELD), goals)[0]
    assert abs(seen[3]) == pytest.approx(abs(orientation), abs=1e-6)
    if abs(orientation) < 1:
        assert seen[3] == pytest.approx(orientation, abs=1e-6)
        assert (seen[3] > 0) == right
    assert seen[4] == -seen[3]
    rich = RichSensing(30).observe(cars, Ground(FIELD), goals)[0, -4:]
    expected = [math.sin(math.pi * orientation), math.cos(math.pi * orientation), 0.3, 1.0]
    np.testing.assert_allclose(rich, expected, atol=1e-6)


def test_left_is_counter_clockwise_and_seen_at_once():
    cars = car_at(400, 300, heading=0)
    go(cars, 1)
    assert cars.heading[0] == 20
    assert cars.y[0] < 300
    go(cars, 2)
    go(cars, 2)
    assert cars.heading[0] == 340


def test_sand_slows_and_costs():
    sand = FIELD.copy()
    sand[:, 400:] = True
    cars = car_at(396, 300, heading=0)
    assert go(cars, 0, sand) == -1.0
    assert cars.x[0] == 402  # it came with full speed
    assert go(cars, 0, sand) == -1.0
    assert cars.x[0] == 403
    assert cars.info()["on_sand"][0] == 1
    assert cars.info()["sand_share"][0] == 1.0


def test_closer_pays_and_farther_costs():
    cars = car_at(400, 300, heading=0, goal=1)
    assert go(cars, 0) == pytest.approx(0.1)
    cars = car_at(400, 300, heading=180, goal=1)
    assert go(cars, 0) == pytest.approx(-0.2)


@pytest.mark.parametrize(
    ("x", "y", "heading", "end"),
    [
        (12, 300, 180, (10, 300)),
        (788, 300, 0, (790, 300)),
        (400, 12, 90, (400, 10)),
        (400, 588, 270, (400, 590)),
    ],
)
def test_the_edge_holds_the_car_and_costs(x, y, heading, end):
    cars = car_at(x, y, heading)
    assert go(cars, 0) == -1.0
    assert (cars.x[0], cars.y[0]) == pytest.approx(end)


def test_goals_alternate_and_the_next_step_is_not_punished():
    cars = car_at(704, 510, heading=0, goal=1)  # drives into the circle of 100 pixels around (780, 580)
    assert cars.distance[0] > 100
    go(cars, 0)
    assert (cars.goals[0], cars.goal[0]) == (1, 0)
    assert cars.distance[0] == pytest.approx(math.dist((cars.x[0], cars.y[0]), GOALS[0]))
    cars.heading[0] = 145  # towards the other corner
    assert go(cars, 0) == pytest.approx(0.1)
    assert (cars.goals[0], cars.goal[0]) == (1, 0)


@pytest.mark.parametrize("name", sorted(PLANS))
def test_cars_start_on_the_road_away_from_sand(name):
    world = open_car(OpenRequest(name, "default")).world
    spots = world.ground.spots()
    assert len(spots) > 100
    assert (world.ground.density[spots[:, 1], spots[:, 0]] == 0).all()


def test_cars_start_in_all_directions_and_for_both_goals():
    ground, cars, rng = Ground(FIELD), Cars.parked(200), np.random.default_rng(0)
    for n in range(200):
        place(cars, n, ground, GOALS, rng)
    assert len(np.unique(cars.heading)) > 100
    assert 60 < cars.goal.sum() < 140
    assert len(np.unique(cars.x)) > 60


def test_cars_do_not_start_on_fresh_sand():
    ground = Ground(FIELD)
    ground.paint(400, 300, 150, True)
    assert min(math.dist(spot, (400, 300)) for spot in ground.spots()) > 150


@pytest.mark.parametrize(
    ("scenario", "copies"), [("city", 35), ("bends", 5), ("oasis-rich", 9), ("field", 1)]
)
def test_a_batch_is_the_same_game_as_single_cars(scenario, copies):
    request = OpenRequest(scenario, "default", CarOptions(steps=40), copies=copies)
    batch = open_cars(request)
    singles = [open_car(request) for _ in range(copies)]
    seen, _ = batch.reset(seed=100)
    alone = [env.reset(seed=100 + n)[0] for n, env in enumerate(singles)]
    np.testing.assert_array_equal(seen, alone)
    over = np.zeros(copies, bool)
    for actions in np.random.default_rng(5).integers(0, 3, (130, copies)):
        seen, rewards, terminated, truncated, info = batch.step(actions)
        for n, env in enumerate(singles):
            if over[n]:
                (own, own_info), reward, end, late = env.reset(), 0.0, False, False
            else:
                own, reward, end, late, own_info = env.step(actions[n])
            np.testing.assert_array_equal(seen[n], own)
            assert (rewards[n], terminated[n], truncated[n]) == (reward, end, late)
            assert {key: values[n] for key, values in info.items()} == own_info
        over = truncated.copy()


def test_a_batch_that_was_begun_anew_at_an_end_is_not_begun_anew_once_more():
    request = OpenRequest("city", "default", CarOptions(steps=3), copies=1)
    batch, single = open_cars(request), open_car(request)
    batch.reset(seed=1)
    ends = [batch.step(np.zeros(1, np.int64))[3][0] for _ in range(3)]
    assert ends[-1]
    batch.reset(seed=5)
    single.reset(seed=5)
    seen, reward, *_ = batch.step(np.zeros(1, np.int64))
    own, paid, *_ = single.step(0)
    np.testing.assert_array_equal(seen[0], own)
    assert reward[0] == paid != 0


def test_a_batch_is_deterministic_and_its_copies_differ():
    first, second = (open_cars(OpenRequest("city", "default", copies=16)) for _ in range(2))
    seen, _ = first.reset(seed=7)
    np.testing.assert_array_equal(seen, second.reset(seed=7)[0])
    assert len(np.unique(seen, axis=0)) == 16
    assert not np.array_equal(seen, second.reset(seed=8)[0])
    np.testing.assert_array_equal(seen, second.reset(seed=list(range(7, 23)))[0])
    assert not np.array_equal(seen, second.reset()[0])  # without a seed the streams go on
