"""Opening a game: what botplay can play, and what it refuses with a line that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Box, Dict, Discrete, MultiDiscrete, Sequence
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from numpy.typing import NDArray

from botcore import BotplayError, Game, OpenRequest, hookimpl
from botcore.agent import build_learner
from botcore.contracts.moment import LARGEST_INTEGER
from botcore.environment import (
    USUAL_FPS,
    action_names,
    begin,
    counts,
    frames_per_second,
    go_on,
    observation_names,
    open_batch,
    open_env,
    pictures_since,
    scalars,
)
from botcore.plugins import Plugins, load_plugins
from botcore.setup import Setup, choose
from botcore.testing import check_game


class Room(gymnasium.Env[NDArray[np.float32], int]):
    """A room in which nothing happens."""

    render_mode = "rgb_array"
    observation_space = Box(-1, 1, (2,), np.float32)
    action_space: Any = Discrete(2)

    def __init__(self, **fields: Any) -> None:
        self.closed = False
        for name, value in fields.items():
            setattr(self, name, value)

    def close(self) -> None:
        self.closed = True


def opened(env: Any, open_together: Callable[[OpenRequest], Any] | None = None) -> tuple[Plugins, Setup]:
    """Return plugins with a game `room` that opens as `env`, and a setup that plays it."""

    class Plugin:
        @hookimpl
        def botplay_games(self) -> Iterable[Game]:
            yield Game("room", "A room.", open=lambda request: env, open_batch=open_together)

    plugins = load_plugins(modules=[("room", Plugin())])
    return plugins, choose(plugins, game="room", brain="random")


def test_names_that_no_recording_could_hold_are_left_out() -> None:
    for bad in ("", "a\nb", "x" * 201):
        names = {"action_names": ("go", bad), "observation_names": (bad, "y"), "counts": (bad,)}
        env = Room(metadata=names)
        assert (action_names(env), observation_names(env), counts(env)) == (("0", "1"), (), ())
    env = Room(metadata={"action_names": 7, "observation_names": 7, "counts": 7})
    assert (action_names(env), observation_names(env), counts(env)) == (("0", "1"), (), ())
    env = Room(
        metadata={"action_names": ("go", "stop"), "observation_names": ["x", "y"], "counts": ["kills"]}
    )
    assert (action_names(env), observation_names(env)) == (("go", "stop"), ("x", "y"))
    assert counts(env) == ("kills",)
    env = Room(metadata={"action_names": ("ab"), "observation_names": ("xy"), "counts": ("kills")})
    assert (action_names(env), observation_names(env), counts(env)) == (("0", "1"), (), ()), "a comma misses"


@pytest.mark.parametrize(
    ("env", "words"),
    [
        (
            Room(action_space=Discrete(3, start=1)),
            r"sends 0 to 2: declare Discrete\(3\) and let step\(\) add 1",
        ),
        (Room(action_space=Discrete(3, start=-1)), r"let step\(\) add -1"),
        (Room(action_space=MultiDiscrete([2, 2])), "botplay plays discrete actions"),
        (Room(action_space=None), "room has no action_space"),
        (Room(observation_space=None), "room has no observation_space"),
        (Room(observation_space=Sequence(Box(0, 1))), "room shows a Sequence, whose length differs"),
        (Room(step=lambda: None), r"step\(\) is asked as Gymnasium does, and it takes \(\)"),
        (Room(reset=lambda: None), r"reset\(\) is asked as Gymnasium does, and it takes \(\)"),
        (None, "room opens as None where a gymnasium.Env belongs"),
        ("a room", "room opens as 'a room' where"),
    ],
)
def test_what_cannot_be_played_is_refused_and_closed(env: Any, words: str) -> None:
    plugins, setup = opened(env)
    with pytest.raises(BotplayError, match=words):
        open_env(plugins, setup)
    assert env.closed if isinstance(env, Room) else True


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (
            np.zeros(3, np.float32),
            r"gives an observation \[3\] float32 where its observation_space says \[2\] uint8",
        ),
        (np.zeros(2, np.float32), r"gives an observation \[2\] float32 where .* \[2\] uint8"),
    ],
)
def test_what_is_not_shown_as_declared_is_told_alone_and_in_a_batch(shown: Any, words: str) -> None:
    class Liar(Room):
        def reset(self, **options: Any) -> Any:
            return shown, {}

    liar = Liar(observation_space=Box(0, 255, (2,), np.uint8))
    plugins, setup = opened(liar)
    with pytest.raises(BotplayError, match=words):
        begin(open_env(plugins, setup), 1, "room")
    batch = open_batch(plugins, setup, copies=2)
    with pytest.raises(BotplayError, match="room: reset\\(\\) " + words):
        batch.reset(seed=1)


def test_in_a_batch_no_copy_decides_what_kind_of_numbers_the_others_tell() -> None:
    class Corner(Room):
        """Tells how near it is: the whole number 0 where it is far, as `max(0, near)` does."""

        def reset(self, **options: Any) -> Any:
            super(Room, self).reset(**options)
            return self._show()

        def step(self, action: int) -> Any:
            observation, info = self._show()
            return observation, 0.0, False, False, info

        def _show(self) -> Any:
            place = self.np_random.uniform(-1, 1, 2).astype(np.float32)
            told = {"near": max(0, float(place[0])), "huge": 10**400, "word": "far", "right": place[1] > 0}
            return place, told

    class Plugin:
        @hookimpl
        def botplay_games(self) -> Iterable[Game]:
            yield Game("corner", "A corner.", open=lambda request: Corner())

    plugins = load_plugins(modules=[("corner", Plugin())])
    batch = open_batch(plugins, choose(plugins, game="corner", brain="random"), copies=4)
    place, told = batch.reset(seed=0)
    for _ in range(20):
        np.testing.assert_allclose(told["near"], np.maximum(0, place[:, 0]), rtol=1e-6)
        np.testing.assert_array_equal(told["right"], place[:, 1] > 0)
        assert list(told["word"]) == ["far"] * 4
        place, _, _, _, told = batch.step(np.zeros(4, np.int64))
    batch.close()


@pytest.mark.parametrize(
    "bins", [[[0.5]], [[0.5, 0.1], [0.5]], [0.5, 0.1], [["a"], [0.5]], [[0.5], [0.5], [0.5]], 3]
)
def test_bins_that_would_number_no_states_are_told(bins: Any) -> None:
    class Plugin:
        @hookimpl
        def botplay_games(self) -> Iterable[Game]:
            yield Game("room", "A room.", open=lambda request: Room(), bins=lambda scenario: bins)

    plugins = load_plugins(modules=[("room", Plugin())])
    setup = choose(plugins, game="room", brain="qlearning")
    words = r"room gives the bins .*; they must be 2 lists of rising numbers, one for each number"
    with pytest.raises(BotplayError, match=words):
        build_learner(plugins, setup, Room.observation_space, 2)


def test_the_kit_tells_of_actions_that_are_not_numbered_from_0() -> None:
    plugins, _ = opened(Room(action_space=Discrete(3, start=1)))
    with pytest.raises(BotplayError, match=r"declare Discrete\(3\)"):
        check_game(plugins, "room")


@pytest.mark.parametrize(
    ("batch", "words"),
    [
        (lambda count: Room(), "where a VectorEnv belongs"),
        (lambda count: rooms(count, AutoresetMode.SAME_STEP), "must reset at the next step"),
        (lambda count: rooms(2), "holds 2 copies, not 3"),
        (lambda count: rooms(count, action_space=Discrete(2, start=5)), r"let step\(\) add 5"),
        (
            lambda count: rooms(count, observation_space=Dict({"at": Discrete(3)})),
            r"shows Dict\('at': Discrete\(3\)\); it must show one Box or Discrete",
        ),
    ],
)
def test_a_batch_that_cannot_be_played_is_refused(batch: Callable[[int], Any], words: str) -> None:
    plugins, setup = opened(Room(), lambda request: batch(request.copies))
    with pytest.raises(BotplayError, match=words):
        open_batch(plugins, setup, copies=3)


def rooms(count: int, mode: AutoresetMode = AutoresetMode.NEXT_STEP, **fields: Any) -> SyncVectorEnv:
    return SyncVectorEnv([lambda: Room(**fields)] * count, autoreset_mode=mode)


@pytest.mark.parametrize(
    "told", [0, -5, "fast", float("nan"), float("inf"), 1e9, 1e-9, None, True, [60], 10**400]
)
def test_where_a_game_tells_no_sensible_pace_it_has_the_usual_one(told: object) -> None:
    assert frames_per_second(Room(metadata={"render_fps": told})) == USUAL_FPS


@pytest.mark.parametrize("told", [0.5, 60, np.int64(35), np.float32(20), 1000])
def test_a_sensible_pace_is_the_games_own(told: Any) -> None:
    assert frames_per_second(Room(metadata={"render_fps": told})) == float(told)


class Says(Room):
    """Gives what it is told to give."""

    def reset(self, **_: Any) -> Any:
        return self.given

    def step(self, action: int) -> Any:
        return self.given

    given: Any = None


@pytest.mark.parametrize("given", [None, np.zeros(2), (np.zeros(2), None), (np.zeros(2), {}, {})])
def test_a_reset_that_gives_something_else_is_told(given: Any) -> None:
    with pytest.raises(BotplayError, match=r"room: reset\(\) gives .* where \(observation, info\) belongs"):
        begin(Says(given=given), 1, "room")


STEPS = pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, "gives None where"),
        (
            (np.zeros(2), 1.0, False, {}),
            r"where \(observation, reward, terminated, truncated, info\) belongs",
        ),
        ((np.zeros(2), 1.0, False, False, None), "belongs"),
        ((np.zeros(2), None, False, False, {}), "the reward None, not a number"),
        ((np.zeros(2), "1,5", False, False, {}), "the reward '1,5', not a number"),
        ((np.zeros(2), 10**400, False, False, {}), "not a number"),
        ((np.zeros(2), 1.0, None, False, {}), "terminated as None, not as True or False"),
        ((np.zeros(2), 1.0, False, "no", {}), "truncated as 'no', not as"),
        ((np.zeros(3), 1.0, False, False, {}), r"gives an observation \[3\] float64 where .* \[2\]"),
        ((None, 1.0, False, False, {}), r"gives an observation \[\] object where"),
        (([1, [2, 3]], 1.0, False, False, {}), r"gives an observation that is no array"),
    ],
)


@STEPS
def test_a_step_that_gives_something_else_is_told(given: Any, words: str) -> None:
    with pytest.raises(BotplayError, match=words):
        go_on(Says(given=given), 1, "room")


@STEPS
def test_a_step_that_gives_something_else_is_told_in_a_batch_as_well(given: Any, words: str) -> None:
    plugins, setup = opened(Says(given=(np.zeros(2), {})))
    batch = open_batch(plugins, setup, copies=2)
    batch.reset(seed=1)
    plugins.game("room").open(None).given = given  # type: ignore[operator]
    with pytest.raises(BotplayError, match=f"room: step\\(\\).*{words}"):
        batch.step(np.zeros(2, np.int64))


def test_an_action_is_a_whole_number_of_pythons_alone_and_in_a_batch() -> None:
    class Exact(Room):
        def reset(self, *, seed: int | None = None) -> Any:  # nor does anybody give it options
            return np.zeros(2, np.float32), {}

        def step(self, action: int) -> Any:
            given.append(type(action))
            return np.zeros(2, np.float32), 0.0, False, True, {}

    given: list[type] = []
    plugins, setup = opened(Exact())
    batch = open_batch(plugins, setup, copies=2)
    batch.reset(seed=1)
    for _ in range(2):
        batch.step(np.zeros(2, np.int64))
    assert set(given) == {int}


def test_of_an_info_is_kept_what_a_recording_can_hold() -> None:
    info = {
        "a": 1, "b": np.float32(2), "c": np.array([3]), "d": True, "e": "word", "f": LARGEST_INTEGER,
        "g": LARGEST_INTEGER + 1, "h": 10**400, "i": None, "j": np.zeros(3), "k": 1j, "l": b"x", "m": [1],
    }  # fmt: skip
    assert scalars(info) == {"a": 1, "b": 2.0, "c": 3, "d": True, "e": "word", "f": LARGEST_INTEGER}


@pytest.mark.parametrize(
    "drawn",
    [
        np.zeros((4, 5)),
        np.zeros((4, 5, 4), np.uint8),
        np.zeros((4, 5, 3)),
        np.zeros((0, 5, 3), np.uint8),
        "x",
    ],
)
def test_what_is_no_picture_is_told(drawn: Any) -> None:
    for env, info in ((Room(render=lambda: drawn), {}), (Room(), {"pictures": (drawn,)})):
        with pytest.raises(BotplayError, match=r"draws .* where a picture \[H, W, 3\] uint8 belongs"):
            pictures_since(env, info)


def test_a_game_that_cannot_draw_is_told_what_to_write() -> None:
    with pytest.raises(BotplayError, match=r"the game has no render\(\) that draws it: write one"):
        pictures_since(Room(), {})


def test_pictures_are_those_of_the_step_or_what_is_drawn() -> None:
    picture = np.full((4, 5, 3), 7, np.uint8)
    assert pictures_since(Room(render=lambda: None), {}) == ()
    [drawn] = pictures_since(Room(render=lambda: picture), {})
    picture[:] = 9
    assert (drawn == 7).all(), "a game may draw the next one over it"
    assert len(pictures_since(Room(), {"pictures": (picture, picture)})) == 2
    [whole] = pictures_since(Room(render=lambda: picture.astype(np.int64)), {})
    assert whole.dtype == np.uint8


def test_an_observation_stays_as_it_was_where_a_game_writes_the_next_one_over_it() -> None:
    buffer = np.zeros(2, np.float32)
    room = Room(reset=lambda **_: (buffer, {}), step=lambda _: (buffer, 0.0, False, False, {}))
    first, _ = begin(room, 1, "room")
    buffer[:] = 1
    second, *_ = go_on(room, 0, "room")
    buffer[:] = 2
    assert (first.tolist(), second.tolist()) == ([0, 0], [1, 1])
