"""Plays side by side in one window: one clock, rounds that end together, keys that reach everybody."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from types import SimpleNamespace
from typing import Any

import pytest

import botcore.window  # noqa: F401

import pygame  # isort: skip

from botcore.contracts.moment import Moment
from botcore.window.controls import Command
from botcore.window.versus import SECONDS_AT_END, Player, VersusWindow

FPS = 200.0
PICTURES = 4


class Play:
    """A session with episodes of a given length and score, which obeys `restart` as a real one does."""

    def __init__(self, fake: SimpleNamespace, name: str, length: int, score: float) -> None:
        self._fake, self._name, self._length, self._score = fake, name, length, score
        self.env = fake.Session().env
        self.learning, self.can_learn, self.fps = False, False, FPS
        self.human_action: int | None = None
        self.by_hand = False
        self.pulled: list[Moment] = []
        self.actions: list[int | None] = []
        self._seed, self._next = 7, None

    def about_scene(self) -> Any:
        about = self._fake.about()
        return type(about)(about.title, about.game, self._name, about.action_names, FPS)

    def restart(self, *, new_seed: bool) -> None:
        self._next = self._seed if new_seed else self._seed - 1

    def moments(self) -> Iterator[Moment]:
        number = 0
        while True:
            seed, self._next = self._next if self._next is not None else self._seed, None
            self._seed = seed + 1
            for step in range(self._length + 1):
                last = step == self._length
                pictures = tuple(self._fake.breakout(n) for n in range(PICTURES if step else 1))
                moment = self._fake.moment(
                    step, episode=number, seed=seed, terminated=last, pictures=pictures
                )
                self.pulled.append(type(moment)(**{**vars(moment), "score": self._score if last else 0.0}))
                self.actions.append(self.human_action)
                yield self.pulled[-1]
                if self._next is not None:
                    break
            number += 1


class Table:
    """A window on plays of given lengths and scores; it goes on for so many rounds."""

    def __init__(self, fake: SimpleNamespace, plays: Sequence[tuple[int, float]], rounds: int) -> None:
        self.plays = [Play(fake, f"p{n}", *play) for n, play in enumerate(plays)]
        self.told: list[tuple[int, list[float]]] = []
        players = [Player(f"p{n}", play, play.moments()) for n, play in enumerate(self.plays)]

        def plays_on(seed: int, scores: Sequence[float]) -> bool:
            self.told.append((seed, list(scores)))
            return len(self.told) < rounds

        self.window = VersusWindow(players, plays_on)

    def frames(self, count: int) -> None:
        for _ in range(count):
            self.window.advance()


@pytest.fixture
def table(fake: SimpleNamespace) -> Callable[..., Table]:
    """Return what makes a window on plays."""
    return lambda *plays, rounds=99: Table(fake, plays, rounds)


def steps(table: Table) -> list[int]:
    return [play.pulled[-1].step for play in table.plays]


def test_everybody_goes_on_by_the_same_clock(table: Callable[..., Table]) -> None:
    two = table((50, 0.0), (50, 0.0))
    two.frames(1 + 3 * PICTURES)
    assert steps(two) == [3, 3]
    two.frames(1)
    assert steps(two) == [4, 4], "a Moment is computed when it is due"


def test_who_is_over_waits_with_its_picture_and_then_the_next_seed_is_everybodys(
    table: Callable[..., Table],
) -> None:
    two = table((2, 5.0), (4, 3.0))
    two.frames(1 + 2 * PICTURES)
    short, long = two.window.lanes
    assert short.over
    assert not long.over
    kept = short.picture
    two.frames(2 * PICTURES)
    assert short.picture is kept
    assert long.over
    assert two.told == [(7, [5.0, 3.0])]
    assert [scene.about.note for scene in two.window.both.scenes] == ["won 1 of 1", "won 0 of 1"]
    two.frames(round(SECONDS_AT_END * FPS))
    assert steps(two) == [2, 4], "the end stays to be looked at"
    two.frames(2)
    assert [play.pulled[-1].seed for play in two.plays] == [8, 8]
    assert steps(two) == [0, 0]


def test_who_is_waited_for_lets_the_others_play_on(fake: SimpleNamespace) -> None:
    plays = [Play(fake, "you", 50, 0.0), Play(fake, "p1", 50, 0.0)]
    plays[0].human_action, plays[0].env = 0, SimpleNamespace(unwrapped=object())
    about = plays[0].about_scene()
    plays[0].about_scene = lambda: replace(about, action_names=("left", "right"))  # type: ignore[method-assign]
    window = VersusWindow([Player(p.about_scene().brain, p, p.moments()) for p in plays], lambda *_: True)
    for _ in range(1 + 3 * PICTURES):
        window.advance()
    assert [play.pulled[-1].step for play in plays] == [0, 3]
    assert "waits for your key" in window._full_status().message
    window.handle(fake.key(pygame.K_RIGHT)[0])
    for _ in range(PICTURES):
        window.advance()
    assert [play.pulled[-1].step for play in plays] == [1, 4]
    assert plays[0].actions[-1] == 1


def test_after_the_last_round_the_window_closes(table: Callable[..., Table]) -> None:
    two = table((1, 1.0), (1, 1.0), rounds=2)
    two.frames(2 * (1 + PICTURES + round(SECONDS_AT_END * FPS) + 1))
    assert not two.window.open
    assert [seed for seed, _ in two.told] == [7, 8]
    assert [scene.about.note for scene in two.window.both.scenes] == ["won 0 of 2"] * 2, "a draw is no win"


def test_a_round_that_was_told_and_is_played_again_counts_once(table: Callable[..., Table]) -> None:
    two, whole = table((1, 1.0), (1, 2.0), rounds=2), 1 + PICTURES
    two.frames(whole)
    assert two.told == [(7, [1.0, 2.0])]
    two.window.do(Command.RESTART)
    two.frames(whole)
    assert [[m.seed for m in play.pulled] for play in two.plays] == [[7] * 4] * 2
    assert len(two.told) == 1
    assert two.window.scene.about.note == "round 1  ·  seed 7"
    two.window.do(Command.NEW_SEED)
    two.frames(whole)
    assert [seed for seed, _ in two.told] == [7, 8], "another one counts"
    assert [scene.about.note for scene in two.window.both.scenes] == ["won 0 of 2", "won 2 of 2"]
    two.frames(round(SECONDS_AT_END * FPS) + 1)
    assert not two.window.open


@pytest.fixture
def watch(driver: Any) -> Callable[[Table, Any], None]:
    """Return a function that runs a script in the window of a table."""

    def run(table: Table, script: Any) -> None:
        driver.play(script)
        table.window.run()

    return run


def test_pause_step_and_restarts_reach_everybody(
    fake: SimpleNamespace, table: Callable[..., Table], watch: Any
) -> None:
    two = table((3, 1.0), (200, 2.0))
    window = two.window

    def seeds() -> list[int]:
        return [play.pulled[-1].seed for play in two.plays]

    def script() -> Any:
        yield lambda: len(two.plays[1].pulled) > 8
        yield fake.key(pygame.K_SPACE)
        yield 3
        held = steps(two)
        yield 5
        assert steps(two) == held
        yield fake.key(pygame.K_PERIOD)
        yield 3
        assert steps(two) == [3, held[1] + 1], "who is over has no more steps"
        yield fake.key(pygame.K_r)
        yield 3
        assert (steps(two), seeds()) == ([0, 0], [7, 7]), "everybody from the same seed again"
        yield fake.key(pygame.K_n)
        yield 3
        assert (steps(two), seeds()) == ([0, 0], [8, 8])
        assert two.told == [], "a round that was broken off is not counted"
        yield fake.key(pygame.K_v)
        yield 3
        assert window.scene.status is not None
        assert "live and alone" in window.scene.status.message
        yield fake.key(pygame.K_h)
        yield 3
        assert not window.panels
        yield fake.key(pygame.K_F1)
        yield 3
        assert dict(window.scene.help)["V"] == "where it looks: only where one brain plays"
        yield fake.key(pygame.K_ESCAPE)
        yield fake.key(pygame.K_ESCAPE)
        yield lambda: not window.open

    watch(two, script())


def test_a_person_plays_against_brains_with_the_keys(fake: SimpleNamespace, driver: Any, watch: Any) -> None:
    two = Table(fake, [(500, 1.0), (500, 2.0)], 1)
    two.plays[0].human_action = 0
    person, brain = two.plays
    two.window = VersusWindow(
        [Player("you", person, person.moments()), Player("it", brain, brain.moments())], lambda s, r: True
    )

    def script() -> Any:
        yield lambda: len(person.pulled) > 2
        yield fake.key(pygame.K_d)[:1]
        count = len(person.pulled)
        yield lambda: len(person.pulled) > count + 2
        assert person.actions[-1] == 2
        yield fake.key(pygame.K_d)[1:]
        yield fake.key(pygame.K_SPACE)
        count = len(person.pulled)
        yield lambda: len(person.pulled) > count + 2
        assert not two.window.transport.paused, "space is the game's while a person plays"
        assert set(brain.actions) == {None}
        assert two.window.scene.status is not None
        assert two.window.scene.status.taken_over

    watch(two, script())


@pytest.mark.parametrize("size", [(60, 40), (10, 400), (400, 10), (1, 1)])
def test_a_window_of_a_few_pixels_is_no_error(
    table: Callable[..., Table], driver: Any, size: tuple[int, int]
) -> None:
    two = table((50, 0.0), (50, 0.0))
    pygame.display.init()
    pygame.display.set_mode(size)
    two.frames(20)
    two.window.draw()
    pygame.display.quit()


@pytest.mark.parametrize("size", [(1280, 720), (3840, 2160), (320, 200)])
def test_it_is_drawn_in_every_size(
    table: Callable[..., Table], driver: Any, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    three = table((50, 0.0), (50, 0.0), (50, 0.0))
    pygame.display.init()
    surface = pygame.display.set_mode(size)
    three.frames(20)
    three.window.draw()
    third = size[0] // 3
    middles = [surface.subsurface(n * third + third // 4, 0, third // 2, size[1] // 2) for n in range(3)]
    assert all(len(set(pygame.surfarray.array2d(m).ravel().tolist())) > 5 for m in middles), "bricks in each"
    pygame.display.quit()


def test_a_round_that_hangs_is_left_by_a_key(
    fake: SimpleNamespace, driver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botcore.window.patience.LONG", 0.1)
    table = Table(fake, [(3, 1.0), (50, 2.0)], rounds=1)

    def script() -> Any:
        yield lambda: "has not answered" in table.window._message
        yield fake.key(pygame.K_ESCAPE)
        raise AssertionError("it goes on")

    def hanging() -> Iterator[Moment]:
        yield from islice(table.plays[1].moments(), 5)
        while True:
            time.sleep(0.01)

    table.window.lanes[1]._player = Player("p1", table.plays[1], hanging())
    driver.play(script())
    table.window.run()
    assert not table.window.open
