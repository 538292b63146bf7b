"""The window on live play, in pygame's own event loop under SDL's dummy driver."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

import botcore.window  # noqa: F401

import pygame  # isort: skip

import itertools

import numpy as np

from botcore.errors import BotplayError
from botcore.window.controls import Command
from botcore.window.live import Live, run_live
from botcore.window.shell import BUDGET
from botcore.window.theme import BACKGROUND, TEXT
from botcore.window.transport import SECOND

PATIENCE = 20.0  # seconds that something hangs which is to be left


@pytest.fixture
def watch(fake: SimpleNamespace, driver: Any) -> Callable[..., tuple[Live, Any]]:
    """Return a function that runs `script(live, session)` in a window and gives both afterwards."""

    def run(script: Callable[[Live, Any], Any], **about: Any) -> tuple[Live, Any]:
        session = fake.Session(**about)
        live = Live(session, session.moments(), 1.0, None, lambda: False, lambda: None)
        driver.play(script(live, session))
        live.run()
        return live, session

    return run


def moments(session: Any, more: int) -> Callable[[], bool]:
    """Return a condition: so many more Moments were computed."""
    goal = len(session.pulled) + more
    return lambda: len(session.pulled) >= goal


def test_space_holds_the_game_and_lets_it_go_on(fake: SimpleNamespace, watch: Any) -> None:
    def script(live: Live, session: Any) -> Any:
        yield moments(session, 5)
        yield fake.key(pygame.K_SPACE)
        yield 2
        before, picture = len(session.pulled), live.picture
        yield 10
        assert len(session.pulled) == before
        assert live.picture is picture
        assert live.scene.status is not None
        assert live.scene.status.paused
        yield fake.key(pygame.K_SPACE)
        yield moments(session, 3)
        assert not live.transport.paused

    watch(script)


def test_a_step_is_exactly_one_moment_and_holds(fake: SimpleNamespace, watch: Any) -> None:
    def script(live: Live, session: Any) -> Any:
        yield moments(session, 3)
        yield fake.key(pygame.K_PERIOD)
        yield 2
        for _ in range(3):
            before = len(session.pulled)
            yield fake.key(pygame.K_PERIOD)
            yield 5
            assert len(session.pulled) == before + 1
            assert live.picture is session.pulled[-1].pictures[-1]
            assert live.scene.history.now is session.pulled[-1]
        assert live.transport.paused

    watch(script)


def test_every_picture_of_a_moment_is_shown_in_turn(fake: SimpleNamespace) -> None:
    session = fake.Session()
    live = Live(session, session.moments(), 1.0, None, lambda: False, lambda: None)
    shown = []
    for _ in range(24):
        live.advance()
        shown.append(live.picture)
    assert len(session.pulled) == 6, "a Moment is computed when it is due, not before"
    held = [picture for moment in session.pulled for picture in moment.pictures]
    assert all(a is b for a, b in zip(shown, held, strict=True))


def test_after_a_step_the_next_picture_is_of_the_next_moment(fake: SimpleNamespace) -> None:
    session = fake.Session()
    live = Live(session, session.moments(), 1.0, None, lambda: False, lambda: None)
    live.do(Command.STEP)
    live.advance()
    assert len(session.pulled) == 2
    assert live.picture is session.pulled[1].pictures[0]


def test_a_moment_without_pictures_keeps_the_last_one(fake: SimpleNamespace) -> None:
    session = fake.Session()
    stream = iter([fake.moment(1), fake.moment(2, pictures=())])
    live = Live(session, stream, 1.0, None, lambda: False, lambda: None)
    for _ in range(5):
        live.advance()
    assert live.picture is not None
    assert live.scene.history.now is not None
    assert live.scene.history.now.step == 2


def test_the_game_keeps_its_pace(fake: SimpleNamespace, watch: Any) -> None:
    times: list[float] = []

    def script(live: Live, session: Any) -> Any:
        yield moments(session, 1)
        times.append(time.perf_counter())
        yield moments(session, 25)
        times.append(time.perf_counter())

    watch(script, fps=100.0)
    assert times[1] - times[0] == pytest.approx(1.0, abs=0.2)


def test_speed_keys(fake: SimpleNamespace, watch: Any) -> None:
    def script(live: Live, session: Any) -> Any:
        yield fake.key(pygame.K_PLUS, "+")
        yield fake.key(pygame.K_EQUALS, "=")
        yield 2
        assert live.transport.speed == 4.0
        assert live.scene.status is not None
        assert live.scene.status.speed == 4.0
        for _ in range(3):
            yield fake.key(pygame.K_MINUS)
        yield 2
        assert live.transport.speed == 0.5

    watch(script)


def test_h_hides_the_panels_and_shows_them_again(fake: SimpleNamespace, watch: Any) -> None:
    def script(live: Live, session: Any) -> Any:
        yield moments(session, 5)
        with_panels = live.scene.fitted(live.panels).rect
        assert len(live.scene.layout(live.panels).panels) == 7
        yield fake.key(pygame.K_h)
        yield 2
        assert not live.scene.layout(live.panels).panels
        assert live.scene.fitted(live.panels).rect.centerx > with_panels.centerx
        yield fake.key(pygame.K_h)
        yield 2
        assert live.scene.fitted(live.panels).rect == with_panels

    watch(script)


def test_a_pace_that_is_not_reached_is_said(fake: SimpleNamespace, watch: Any) -> None:
    def script(live: Live, session: Any) -> Any:
        yield moments(session, 3)
        assert live.scene.status is not None
        assert not live.scene.status.behind
        slow = live.scene.draw

        def draw(*what: Any) -> None:
            time.sleep(0.3)
            slow(*what)

        live.scene.draw = draw  # type: ignore[method-assign]
        yield lambda: live.scene.status is not None and live.scene.status.behind
        assert "cannot keep up" in [words for words, _ in live.scene.status.words()]

    watch(script)


def test_taking_over_plays_by_keys_and_gives_back(fake: SimpleNamespace, watch: Any) -> None:
    def down(code: int) -> Any:
        return fake.key(code)[:1]

    def up(code: int) -> Any:
        return fake.key(code)[1:]

    def script(live: Live, session: Any) -> Any:
        yield moments(session, 2)
        yield fake.key(pygame.K_t)
        yield moments(session, 3)
        assert session.actions[-1] == 0
        yield down(pygame.K_d)
        yield moments(session, 3)
        assert session.actions[-1] == 2
        yield [*up(pygame.K_d), *down(pygame.K_SPACE)]
        yield moments(session, 3)
        assert session.actions[-1] == 1
        assert not live.transport.paused, "space is the game's while a person plays"
        yield [*up(pygame.K_SPACE), *down(pygame.K_LEFT), pygame.event.Event(pygame.WINDOWFOCUSLOST)]
        yield moments(session, 3)
        assert session.actions[-1] == 0
        yield fake.key(pygame.K_t)
        yield moments(session, 2)
        assert session.actions[-1] is None
        assert session.human_action is None

    watch(script)


def test_nobody_takes_over_from_a_person(fake: SimpleNamespace, watch: Any) -> None:
    def script(live: Live, session: Any) -> Any:
        session.by_hand, session.human_action = True, 0
        yield moments(session, 2)
        yield fake.key(pygame.K_t)
        yield 3
        assert session.human_action is not None
        assert "M lets another brain go on" in live._full_status().message

    watch(script)


def test_a_game_with_no_action_for_doing_nothing_waits_for_the_person(
    fake: SimpleNamespace, driver: Any
) -> None:
    def script(live: Live, session: Any) -> Any:
        yield moments(session, 3)
        yield fake.key(pygame.K_t)
        yield 3
        before = len(session.pulled)
        yield 10
        assert len(session.pulled) == before
        assert live.scene.status is not None
        assert "waits for your key" in live.scene.status.message
        yield fake.key(ord("."))
        yield fake.key(pygame.K_SPACE)
        yield 3
        assert len(session.pulled) == before, "nor does a step go on without one"
        yield fake.key(pygame.K_RIGHT)
        yield 10
        assert len(session.pulled) == before + 1
        assert session.actions[-1] == 1
        yield fake.key(pygame.K_n)
        yield 10
        assert len(session.pulled) == before + 2, "another episode begins without one"
        yield fake.key(pygame.K_t)
        yield moments(session, 3)

    session = fake.Session()
    session.env, session.action_names = SimpleNamespace(unwrapped=object()), ("left", "right")
    live = Live(session, session.moments(), 1.0, None, lambda: False, lambda: None)
    driver.play(script(live, session))
    live.run()


def test_l_switches_learning_where_there_is_something_to_learn(fake: SimpleNamespace, watch: Any) -> None:
    def script(live: Live, session: Any) -> Any:
        yield fake.key(pygame.K_l)
        yield 2
        assert session.learning
        assert live.scene.status is not None
        assert live.scene.status.learning
        yield fake.key(pygame.K_l)
        yield 2
        assert not session.learning
        session.can_learn = False
        yield fake.key(pygame.K_l)
        yield 2
        assert not session.learning
        assert "nothing to learn" in live.scene.status.message

    watch(script)


def test_learning_begins_when_what_it_needs_is_there_and_until_then_the_window_says_so(
    fake: SimpleNamespace, watch: Any
) -> None:
    def script(live: Live, session: Any) -> Any:
        assert session.in_background
        session.ready = False
        yield fake.key(pygame.K_l)
        yield moments(session, 3)
        status = live.scene.status
        assert status is not None
        assert (status.message, status.learning) == ("getting ready to learn …", False)
        session.can_learn = False  # M let a brain play on that has nothing to learn
        session.ready = True
        yield fake.key(pygame.K_SPACE)
        yield 3
        status = live.scene.status
        assert status is not None
        assert (status.message, status.learning) == ("", None)
        session.can_learn = True
        yield 3
        status = live.scene.status
        assert status is not None
        assert status.message.startswith("it learns from now on"), "also while time stands still"
        assert status.learning

    watch(script)


def test_what_others_decided_is_not_waited_for(fake: SimpleNamespace) -> None:
    session = fake.Session()
    session.env, session.action_names = SimpleNamespace(unwrapped=object()), ("left", "right")
    session.human_action, session.run_up = 0, 2
    live = Live(session, session.moments(), 1.0, None, lambda: False, lambda: None)
    for left, pulled in ((2, 1), (1, 2), (0, 2)):
        session.run_up = left
        live.do(Command.STEP)
        assert len(session.pulled) == pulled, "with no key held the person's own turn waits"


@pytest.mark.parametrize(("human", "who"), [(0, "you play"), (None, "a3c plays")])
def test_while_the_recorded_decisions_last_it_counts_down(
    fake: SimpleNamespace, human: int | None, who: str
) -> None:
    session, said = fake.Session(fps=60.0), []
    session.human_action = human
    live = Live(session, session.moments(), 2.0, None, lambda: False, lambda: None)
    for left in (61, 60, 31, 1, 0):
        live.do(Command.STEP)
        session.run_up = left
        status = live._full_status()
        said.append((status.message, status.taken_over))
    assert said[1:4] == [(f"{who} in {n} s", False) for n in (2, 2, 1)], "four frames a step, at double speed"
    assert said[4] == ("", human is not None)
    session.run_up = 60
    live.say("the recording ended: the disk is full")
    assert live._full_status().message == "the recording ended: the disk is full", "it is said only once"


def test_v_asks_where_the_brain_looks_for_its_action_then_for_v(fake: SimpleNamespace, watch: Any) -> None:
    def script(live: Live, session: Any) -> Any:
        yield moments(session, 2)
        yield fake.key(pygame.K_SPACE)
        yield 3
        plain = pygame.surfarray.array3d(pygame.display.get_surface())
        yield fake.key(pygame.K_v)
        yield 3
        assert session.asked == ["action"]
        assert live.scene.status is not None
        assert live.scene.status.looking == "action"
        veiled = pygame.surfarray.array3d(pygame.display.get_surface())
        rect = live.scene.fitted(True).rect
        changed = np.argwhere((plain != veiled).any(axis=2)[:, : rect.bottom])
        assert len(changed) > 1000
        assert all(rect.collidepoint(int(x), int(y)) for x, y in changed[::500])
        yield fake.key(pygame.K_v)
        yield 3
        assert session.asked == ["action", "value"]
        yield fake.key(pygame.K_v)
        yield 3
        assert live.scene.gaze is None
        session.sees = False
        yield fake.key(pygame.K_v)
        yield 3
        assert live.scene.status.message.startswith("a3c cannot tell where it looks")
        assert live.scene.status.looking == ""

    watch(script)


def test_until_the_first_map_is_there_the_window_says_that_it_gets_ready(
    fake: SimpleNamespace, watch: Any
) -> None:
    drawn: list[Any] = []

    def script(live: Live, session: Any) -> Any:
        def attention(of: str) -> Any:
            drawn.append(live.scene.status)
            return np.eye(4, dtype=np.float32)

        session.attention = attention
        yield fake.key(pygame.K_v)  # also where the game has not begun
        yield lambda: len(drawn) >= 3
        yield 2
        drawn.append(live.scene.status)

    watch(script)
    assert [(status.message, status.looking) for status in (drawn[0], drawn[-1])] == [
        ("getting ready to look …", ""),
        ("", "action"),
    ]


def test_a_map_that_is_not_made_anew_fades(fake: SimpleNamespace) -> None:
    session = fake.Session(fps=32.0)  # a Moment has four pictures: an eighth of a second
    live = Live(session, session.moments(), 1.0, None, lambda: False, lambda: None)
    live.do(Command.STEP)
    live.do(Command.LOOK)
    live.idle(0)
    seen = []
    for _ in range(8):
        live.do(Command.STEP)
        seen.append(None if live.scene.gaze is None else float(live.scene.gaze.max()))
    assert seen == [1.0, 1.0, 1.0, 1.0, 0.75, 0.5, 0.25, None]


def test_m_lets_the_next_brain_play_on(fake: SimpleNamespace, driver: Any) -> None:
    session = fake.Session()
    other = replace(session.about_scene(), brain="dqn", title="breakout · dqn")

    def change() -> str:
        session.about_scene = lambda: other
        return "dqn plays on"

    live = Live(session, session.moments(), 1.0, None, lambda: False, lambda: None, change)

    def script() -> Any:
        yield moments(session, 3)
        yield fake.key(pygame.K_SPACE)
        yield fake.key(pygame.K_v)
        yield lambda: live.scene.gaze is not None
        session.attention = lambda of: None
        yield fake.key(pygame.K_m)
        yield 3
        assert live.scene.gaze is None, "it was the other brain that looked there"
        yield fake.key(pygame.K_m)
        yield 3
        assert live.scene.about.brain == "dqn"
        assert live.scene.history.about.brain == "dqn"
        assert len(live.scene.history.ticks) >= 3, "what was seen before is still there"
        assert live.scene.status is not None
        assert live.scene.status.message == "dqn plays on"
        assert pygame.display.get_caption()[0] == "breakout · dqn"

    driver.play(script())
    live.run()


def test_help_tells_of_the_mouse_what_the_game_says_and_nothing_where_it_does_nothing(
    fake: SimpleNamespace,
) -> None:
    def mouse(game: object) -> list[str]:
        session = fake.Session()
        session.env = SimpleNamespace(unwrapped=game)
        live = Live(session, session.moments(), 1.0, None, lambda: False, lambda: None)
        return [what for key, what in live.keys.help(live._mouse) if key in ("Mouse", "Wheel")]

    draws = SimpleNamespace(touch=print, wheel=print, touch_help="draws sand")
    assert mouse(draws) == ["draws sand", "a larger or smaller brush"]
    assert mouse(SimpleNamespace(touch=print)) == ["acts on the picture"]
    assert mouse(object()) == []


def test_the_wheel_sizes_the_brush_that_is_drawn_under_the_mouse(fake: SimpleNamespace, watch: Any) -> None:
    def script(live: Live, session: Any) -> Any:
        yield moments(session, 2)
        yield fake.key(pygame.K_SPACE)
        yield 2
        middle = live.scene.fitted(True).rect.center
        yield [pygame.event.Event(pygame.MOUSEMOTION, pos=middle, rel=(0, 0), buttons=(0, 0, 0))]
        yield 2
        assert live.scene.brush == (middle, 10.0)
        edge = (middle[0] + 30, middle[1])  # ten of the picture's pixels, three times as large
        assert pygame.display.get_surface().get_at(edge)[:3] in (TEXT, BACKGROUND)
        yield [pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=2, flipped=False)]
        yield [pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=middle, button=4)]
        yield 2
        assert session.env.brush == 12.0
        assert session.env.touches == [], "turning the wheel is not touching"
        yield [pygame.event.Event(pygame.WINDOWLEAVE)]
        yield 2
        assert live.scene.brush is None

    watch(script)


def test_s_keeps_a_screenshot_each_time_under_a_new_name(
    fake: SimpleNamespace, watch: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path))

    def script(live: Live, session: Any) -> Any:
        yield moments(session, 3)
        yield fake.key(pygame.K_s)
        yield fake.key(pygame.K_s)
        yield 3
        assert live.scene.status is not None
        assert str(tmp_path / "screenshots") in live.scene.status.message

    watch(script)
    kept = sorted((tmp_path / "screenshots").glob("atari-breakout-a3c-*.png"))
    assert len(kept) == 2
    picture = pygame.image.load(str(kept[0]))
    assert picture.get_size() == (1280, 720)
    assert pygame.surfarray.array3d(picture).std() > 10


def test_a_screenshot_that_cannot_be_kept_is_told_and_the_game_goes_on(
    fake: SimpleNamespace, watch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", "/proc")  # nothing can be made there, not even by root

    def script(live: Live, session: Any) -> Any:
        yield fake.key(pygame.K_s)
        yield moments(session, 2)
        assert live.scene.status is not None
        assert live.scene.status.message.startswith("cannot write a screenshot to /proc/screenshots: ")
        assert "Errno" not in live.scene.status.message

    watch(script)


def test_r_and_n_restart(fake: SimpleNamespace, watch: Any) -> None:
    def script(live: Live, session: Any) -> Any:
        yield fake.key(pygame.K_r)
        yield fake.key(pygame.K_n)
        yield 2

    _, session = watch(script)
    assert session.restarts == [False, True]


def test_a_restart_is_seen_at_once_also_while_paused(fake: SimpleNamespace) -> None:
    session = fake.Session()
    live = Live(session, session.moments(), 1.0, None, lambda: False, lambda: None)
    live.do(Command.PAUSE)
    live.do(Command.RESTART)
    assert len(session.pulled) == 1
    assert live.picture is session.pulled[0].pictures[-1]


def test_what_the_games_own_key_did_is_seen_also_while_time_stands_still(
    fake: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, problems = fake.Session(), list[str]()
    live = Live(session, session.moments(), 1.0, problems.append, lambda: False, lambda: None)
    live.do(Command.STEP)
    live.other_key(pygame.K_c)
    assert (session.env.cleared, session.env.painted) == (1, 1)
    assert live.picture is not None
    assert (live.picture == 77).all()
    assert live._full_status().message == "clear sand: done"
    live.do(Command.PAUSE)
    live.other_key(pygame.K_c)
    assert session.env.painted == 1, "the next Moment shows it"
    live.do(Command.PAUSE)
    monkeypatch.setattr(session.env, "render", session.env.fail)
    live.other_key(pygame.K_c)
    assert problems == ["RuntimeError: no map"]


@pytest.mark.parametrize("opener", [(pygame.K_F1, ""), (pygame.K_SLASH, "?")])
def test_help_covers_the_window_and_the_game_waits(
    fake: SimpleNamespace, watch: Any, opener: tuple[int, str]
) -> None:
    def script(live: Live, session: Any) -> Any:
        yield moments(session, 2)
        yield fake.key(*opener)
        yield 2
        words = dict(live.scene.help)
        assert words["C"] == "clear sand"
        assert "take over" in words["T"]
        played = {key: label for key, label in words.items() if label.startswith("you play")}
        assert played == {
            "Space": "you play: FIRE",
            "D": "you play: RIGHT",
            "Left": "you play: LEFT",
        }
        before = len(session.pulled)
        yield 5
        assert len(session.pulled) == before
        yield fake.key(pygame.K_ESCAPE)
        yield moments(session, 2)
        assert not live.scene.help

    watch(script)


def test_the_games_own_keys_work_and_their_failures_are_told(fake: SimpleNamespace, driver: Any) -> None:
    session = fake.Session()
    problems: list[str] = []
    live = Live(session, session.moments(), 1.0, problems.append, lambda: False, lambda: None)

    def script() -> Any:
        yield fake.key(pygame.K_c)
        yield moments(session, 2)
        assert live.scene.status is not None
        assert live.scene.status.message == "clear sand: done"
        yield fake.key(pygame.K_o)
        yield moments(session, 2)
        assert live.scene.status.message == "tell: three words more"
        yield fake.key(pygame.K_F5)
        yield moments(session, 2)
        assert live.scene.status is not None
        assert live.scene.status.message == "RuntimeError: no map"

    driver.play(script())
    live.run()
    assert session.env.cleared == 1
    assert problems == ["RuntimeError: no map"]


def test_the_mouse_touches_the_pixels_under_it(fake: SimpleNamespace, watch: Any) -> None:
    def script(live: Live, session: Any) -> Any:
        yield moments(session, 2)
        yield fake.key(pygame.K_SPACE)
        yield 2
        rect = live.scene.fitted(True).rect
        scale = rect.w / 160

        def at(kind: int, x: float, y: float, **more: Any) -> pygame.event.Event:
            place = (round(rect.x + x * scale), round(rect.y + y * scale))
            return pygame.event.Event(kind, pos=place, **more)

        yield [at(pygame.MOUSEMOTION, 10, 10, rel=(0, 0), buttons=(0, 0, 0))]
        yield 2
        assert session.env.touches == []
        yield [at(pygame.MOUSEBUTTONDOWN, 20, 30, button=3)]
        yield [at(pygame.MOUSEMOTION, 60, 30, rel=(0, 0), buttons=(0, 0, 1))]
        yield [at(pygame.MOUSEBUTTONUP, 60, 30, button=3)]
        yield [at(pygame.MOUSEMOTION, 90, 90, rel=(0, 0), buttons=(0, 0, 0))]
        yield 3
        touches = session.env.touches
        assert touches[0] == (20.0, 30.0, 3)
        assert touches[-1] == (60.0, 30.0, 3)
        across = [x for x, _, _ in touches]
        assert max(b - a for a, b in itertools.pairwise(across)) <= 4.5, "a stroke has no holes"
        assert live.picture is not None
        assert live.picture[0, 0, 0] == 77, "what the mouse did is seen although the game is paused"
        count = len(touches)
        yield [pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=(rect.right + 5, rect.y), button=1)]
        yield 2
        assert len(touches) == count

        yield [at(pygame.MOUSEBUTTONDOWN, 20, 30, button=1)]
        yield fake.key(pygame.K_F1)
        yield [at(pygame.MOUSEBUTTONUP, 20, 30, button=1)]
        yield fake.key(pygame.K_ESCAPE)
        count = len(touches)
        yield [at(pygame.MOUSEMOTION, 90, 90, rel=(0, 0), buttons=(0, 0, 0))]
        yield 2
        assert len(touches) == count, "the button was let go under the help"

    watch(script)


@pytest.mark.parametrize("way", ["x", "escape", "q"])
def test_closing_closes_the_stream(fake: SimpleNamespace, driver: Any, way: str) -> None:
    session = fake.Session()
    last = {
        "x": [pygame.event.Event(pygame.QUIT)],
        "escape": fake.key(pygame.K_ESCAPE),
        "q": fake.key(pygame.K_q),
    }[way]

    def script() -> Any:
        yield moments(session, 4)
        yield last
        yield lambda: False

    driver.play(script())
    stream = session.moments()  # kept, so that it is not the garbage collector who closes it
    run_live(session, stream)
    assert session.closed
    assert not pygame.display.get_init()


def test_a_stream_that_ends_closes_the_window(fake: SimpleNamespace, driver: Any) -> None:
    session = fake.Session(length=6)

    def script() -> Any:
        yield lambda: False

    driver.play(script())
    run_live(session, session.moments())
    assert len(session.pulled) == 6
    assert session.closed


def test_an_error_in_the_stream_closes_the_window_and_is_raised(fake: SimpleNamespace, driver: Any) -> None:
    session = fake.Session()

    def broken() -> Any:
        yield fake.moment(0)
        raise RuntimeError("the game broke")

    driver.play(iter([lambda: False]))
    with pytest.raises(RuntimeError, match="the game broke"):
        run_live(session, broken())
    assert not pygame.display.get_init()


def test_recording_and_notices_are_said(fake: SimpleNamespace, driver: Any) -> None:
    session, notices = fake.Session(), iter(["the disk is full"])
    live = Live(session, session.moments(), 1.0, None, lambda: True, lambda: next(notices, None))

    def script() -> Any:
        yield moments(session, 3)
        assert live.scene.status is not None
        assert live.scene.status.recording
        assert live.scene.status.message == "the disk is full"

    driver.play(script())
    live.run()


def test_what_is_said_at_every_moment_covers_no_answer_to_a_key(fake: SimpleNamespace, driver: Any) -> None:
    session, notices = fake.Session(), ["busy"]
    live = Live(session, session.moments(), 1.0, None, lambda: True, lambda: notices[-1], keep=lambda: "kept")

    def script() -> Any:
        yield moments(session, 3)
        assert live.scene.status is not None
        assert live.scene.status.message == "busy"
        yield fake.key(pygame.K_k)
        yield moments(session, 3)
        assert live.scene.status.message == "kept"
        notices.append("the disk is full")
        yield moments(session, 3)
        assert live.scene.status.message == "the disk is full", "that is news"

    driver.play(script())
    live.run()


def test_a_resize_is_followed(fake: SimpleNamespace, watch: Any) -> None:
    def script(live: Live, session: Any) -> Any:
        yield moments(session, 2)
        pygame.display.set_mode((800, 600), pygame.RESIZABLE)
        yield moments(session, 2)
        assert live.scene.layout(True).bar.width == 800

    watch(script)


def test_a_slow_game_does_not_keep_the_window_from_answering(
    fake: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, now, step = fake.Session(fps=1000.0), [0], SECOND // 50
    clock = SimpleNamespace(monotonic_ns=lambda: now[0], sleep=lambda seconds: None)
    monkeypatch.setattr("botcore.window.shell.time", clock)

    def slowly() -> Any:
        for moment in session.moments():
            now[0] += step
            yield replace(moment, pictures=moment.pictures[:1])

    live = Live(session, slowly(), 16.0, None, lambda: False, lambda: None)
    drawn: list[int] = []
    monkeypatch.setattr(live, "draw", lambda: drawn.append(now[0]))
    for _ in range(12):
        live._tick()
    assert len(drawn) == 12, "it draws and listens also while it cannot keep up"
    assert max(b - a for a, b in itertools.pairwise(drawn)) <= BUDGET + 2 * step


def test_without_a_display_it_says_what_to_do(fake: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    session = fake.Session()
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(BotplayError, match="--no-window"):
        run_live(session, session.moments())


def test_a_driver_that_refuses_is_told_in_one_line(
    fake: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = fake.Session()
    monkeypatch.setenv("SDL_VIDEODRIVER", "nonsense")
    with pytest.raises(BotplayError, match="--no-window") as caught:
        run_live(session, session.moments())
    assert "\n" not in str(caught.value)


def hanging(session: Any, at: int) -> Any:
    """Yield a session's Moments up to one that never comes."""
    yield from itertools.islice(session.moments(), at)
    while True:
        time.sleep(0.01)


def test_a_game_that_hangs_is_left_by_a_key(
    fake: SimpleNamespace, driver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botcore.window.patience.LONG", 0.1)
    session = fake.Session()
    live = Live(session, hanging(session, 3), 1.0, None, lambda: False, lambda: None)
    said: list[str] = []

    def script() -> Any:
        yield lambda: "has not answered" in live._message
        said.append(live._message)
        yield fake.key(pygame.K_h)
        yield 2
        yield fake.key(pygame.K_ESCAPE)
        raise AssertionError("it goes on")

    driver.play(script())
    live.run()
    assert said[0].endswith("Esc leaves")
    assert len(session.pulled) == 3
    assert not live.open


def test_a_game_that_hangs_is_left_with_its_window(
    fake: SimpleNamespace, driver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botcore.window.patience.LONG", 0.1)
    session = fake.Session()
    monkeypatch.setattr(session.env, "clear", lambda: time.sleep(PATIENCE))
    live = Live(session, session.moments(), 1.0, None, lambda: False, lambda: None)

    def script() -> Any:
        yield moments(session, 3)
        yield fake.key(pygame.K_c)

    began = time.monotonic()
    driver.play(script())
    live.run()
    assert time.monotonic() - began < PATIENCE / 2
    assert not live.open


def test_keys_pressed_while_a_step_takes_long_are_answered_after_it(
    fake: SimpleNamespace, driver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botcore.window.patience.LONG", 0.1)
    session = fake.Session()
    came = Event()

    def slow() -> Any:
        for moment in session.moments():
            if moment.step == 3:
                came.wait()
            yield moment

    live = Live(session, slow(), 1.0, None, lambda: False, lambda: None)

    def script() -> Any:
        yield lambda: "has not answered" in live._message
        yield fake.key(pygame.K_SPACE)
        yield 2
        assert not live.transport.paused
        came.set()
        yield lambda: live.transport.paused

    driver.play(script())
    live.run()
