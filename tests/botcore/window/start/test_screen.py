"""The start screen under SDL's dummy driver, by keys and by mouse."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import botcore.window  # noqa: F401

import pygame  # isort: skip

from botcore import Game
from botcore.cli.start import show_start
from botcore.errors import BotplayError
from botcore.replay.library import list_replays
from botcore.window.display import screen
from botcore.window.start.catalogue import Play
from botcore.window.start.places import BRAINS, COLUMNS, GAMES, REPLAYS, arrange
from botcore.window.start.screen import Start
from botcore.window.start.thumbnails import load_thumbnail
from botcore.window.start.trial import Trials
from botcore.window.theme import Sizes, Typeface

Visit = Callable[..., list[Any]]
Mouse = Callable[..., list[pygame.event.Event]]


def keys(fake: SimpleNamespace, codes: Iterable[int]) -> list[pygame.event.Event]:
    return [event for code in codes for event in fake.key(code)]


def test_arrows_and_enter_start_play_and_the_screen_is_there_again(
    fake: SimpleNamespace, visit: Visit
) -> None:
    def script(start: Start) -> Any:
        yield keys(fake, [pygame.K_RETURN])
        yield 3
        assert start.choosing.focus == BRAINS
        yield keys(fake, [pygame.K_DOWN, pygame.K_RETURN])
        yield 3
        assert start.open
        yield keys(fake, [pygame.K_TAB, pygame.K_DOWN, pygame.K_RIGHT, pygame.K_RETURN])
        yield 3

    assert visit(script) == [Play("walk", "default", "chance"), Play("maze", "level_7", "seer")]


def test_a_scenario_is_found_by_typing(fake: SimpleNamespace, visit: Visit) -> None:
    def script(start: Start) -> Any:
        yield keys(fake, [pygame.K_DOWN, pygame.K_f])
        yield 3
        assert start.choosing.picker is not None
        yield [event for letter in "qsel 21" for event in fake.key(ord(letter))]
        yield 3
        assert start.open, "letters are typed, also those that are keys elsewhere"
        assert [s.name for s in start.choosing.picker.found] == ["qsel 21"]
        yield keys(fake, [pygame.K_BACKSPACE] * 7)
        yield [event for letter in "level 21" for event in fake.key(ord(letter))]
        yield keys(fake, [pygame.K_RETURN])
        yield 3
        assert start.choosing.picker is None
        yield keys(fake, [pygame.K_RETURN])
        yield 3
        yield keys(fake, [pygame.K_f, pygame.K_ESCAPE])
        yield 3
        assert start.choosing.picker is None
        assert start.open, "Esc only closes the list"

    assert visit(script) == [Play("maze", "level_21", "chance")]


def test_the_mouse_points_and_clicks(visit: Visit, mouse: Mouse) -> None:
    def script(start: Start) -> Any:
        yield 2
        look = start.places.row(GAMES, 2).center
        yield mouse(look)
        yield 3
        assert start.view.hover == (GAMES, 2)
        assert start.choosing.rows[GAMES].cursor == 0, "pointing chooses nothing"
        yield mouse(look, click=True)
        yield 3
        assert start.choosing.game is not None
        assert start.choosing.game.name == "look"
        yield mouse(start.places.row(BRAINS, 1).center, click=True)
        yield 3
        gap = start.places.row(BRAINS, 1)
        yield mouse((gap.centerx, gap.bottom + 1), click=True)
        yield 3
        assert start.view.hover is None

    assert visit(script) == [Play("look", "default", "seer")]


def test_the_wheel_scrolls_the_list_under_the_mouse(
    fake: SimpleNamespace, visit: Visit, mouse: Mouse
) -> None:
    def script(start: Start) -> Any:
        yield keys(fake, [pygame.K_DOWN, pygame.K_f])
        yield 3
        picker, place = start.choosing.picker, start.places.row(BRAINS, 0).center
        assert picker is not None
        yield mouse(place, wheel=-3)
        yield 3
        assert (picker.rows.top, picker.rows.cursor) == (3, 0)
        yield mouse(place, click=True)
        yield 3
        assert start.choosing.scenario == "level_2", "level_7, which has a model, stands before level_0"
        yield mouse(start.places.row(GAMES, 0).center, wheel=-5)
        yield 3
        assert start.choosing.rows[GAMES].top == 0, "a list that is all in view stays"

    visit(script)


def test_what_cannot_be_played_says_why_and_the_screen_stays(fake: SimpleNamespace, visit: Visit) -> None:
    def refuse(chosen: Play) -> None:
        raise BotplayError("it has no eyes")

    def script(start: Start) -> Any:
        yield keys(fake, [pygame.K_RETURN, pygame.K_RETURN])
        yield 3
        assert start.view.message == "it has no eyes"
        assert start.choosing.refused == {Play("walk", "default", "blind"): "it has no eyes"}
        yield keys(fake, [pygame.K_DOWN])
        yield 3
        assert start.view.message == ""
        assert start.open

    visit(script, play=refuse)


class Pretended(Trials):
    """Trials that end when a test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[tuple[str, str]] = []
        self.found: dict[Play, str] | None = None

    def begin(self, game: str, scenario: str) -> None:
        self.begun.append((game, scenario))
        self.refused, self.found = {}, None

    def waiting(self, game: str, scenario: str) -> bool:
        return (game, scenario) in self.begun and self.found is None

    def look(self) -> bool:
        ended = self.found is not None and self.refused != self.found
        self.refused = self.found or {}
        return ended

    def close(self) -> None:
        pass


def typed(fake: SimpleNamespace, name: str) -> list[pygame.event.Event]:
    """Return the events that choose the maze, and a scenario by its name."""
    letters = [event for letter in name for event in fake.key(ord(letter))]
    return [
        *keys(fake, [pygame.K_LEFT, pygame.K_HOME, pygame.K_DOWN, pygame.K_f]),
        *letters,
        *keys(fake, [pygame.K_RETURN]),
    ]


def test_a_scenario_that_was_typed_is_tried_and_every_row_says_why_not(
    fake: SimpleNamespace, visit: Visit
) -> None:
    why = {Play("maze", "odd", name): "no way out" for name in ("seer", "chance")}

    def script(start: Start) -> Any:
        trials = start.trials = Pretended()
        yield typed(fake, "level 21")
        yield 3
        assert trials.begun == [], "what is listed is taken for playable"
        yield typed(fake, "odd")
        yield 3
        assert trials.begun == [("maze", "odd")]
        trials.found = why
        yield 3
        assert start.choosing.refused == why
        yield keys(fake, [pygame.K_RETURN])
        yield 3
        assert start.view.message == "no way out", "it is told at once"
        yield typed(fake, "odd")
        yield 3
        assert trials.begun == [("maze", "odd")] * 2, "it is tried anew"
        assert start.choosing.refused == {}

    assert visit(script) == []


def test_what_is_chosen_during_a_trial_waits_for_it(
    fake: SimpleNamespace, visit: Visit, mouse: Mouse
) -> None:
    def script(start: Start) -> Any:
        trials = start.trials = Pretended()
        yield typed(fake, "odd")
        yield keys(fake, [pygame.K_RETURN])
        yield 5
        assert start.view.message == "opening maze for chance …"
        trials.found = {Play("maze", "odd", "chance"): "no way out"}
        yield 3
        assert start.view.message == "no way out"
        yield typed(fake, "even")
        yield keys(fake, [pygame.K_RETURN, pygame.K_LEFT])
        yield 3
        trials.found = {Play("maze", "even", "seer"): "too dark"}
        yield 3
        assert start.view.message == "", "another key has called it off"
        yield keys(fake, [pygame.K_RIGHT, pygame.K_RETURN])
        yield 3
        yield typed(fake, "next")
        yield keys(fake, [pygame.K_RETURN])
        yield 3
        trials.found = {Play("maze", "next", "seer"): "too dark"}
        yield 3
        yield typed(fake, "last")
        yield keys(fake, [pygame.K_RETURN])
        yield 3
        yield mouse(start.places.row(GAMES, 1).center, click=True)
        yield 3
        assert start.view.message == "", "a click elsewhere too"
        yield [*keys(fake, [pygame.K_RETURN]), pygame.event.Event(pygame.QUIT)]
        trials.found = {Play("maze", "last", "seer"): "too dark"}
        yield 3

    assert visit(script) == [Play("maze", "even", "chance"), Play("maze", "next", "chance")]


def test_a_game_that_ends_pygame_does_not_end_the_screen(fake: SimpleNamespace, visit: Visit) -> None:
    def script(start: Start) -> Any:
        yield keys(fake, [pygame.K_RETURN, pygame.K_RETURN])
        yield 5
        assert screen().get_size() == (900, 700)
        yield keys(fake, [pygame.K_DOWN, pygame.K_RETURN])
        yield 5

    assert len(visit(script, play=lambda chosen: pygame.quit(), size=(900, 700))) == 2


def test_help_screenshot_and_closing(
    fake: SimpleNamespace, visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path))

    def script(start: Start) -> Any:
        yield keys(fake, [pygame.K_F1])
        yield 3
        assert start.help
        yield keys(fake, [pygame.K_ESCAPE])
        yield 3
        assert not start.help
        drawn: list[str] = []
        draw = start.view.draw
        monkeypatch.setattr(start.view, "draw", lambda *on: (drawn.append(start.view.message), draw(*on)))
        yield keys(fake, [pygame.K_s])
        yield 3
        assert "screenshot in" in drawn[-1], "the message is seen"
        assert len(list((tmp_path / "screenshots").glob("start-*.png"))) == 1
        assert "screenshot in" in start.view.message
        assert not start._stale, "the message was drawn"
        yield keys(fake, [pygame.K_ESCAPE])
        yield lambda: not start.open

    visit(script)


@pytest.mark.parametrize("size", [(1280, 720), (3840, 2160), (1920, 600), (640, 360), (320, 240)])
def test_places_do_not_overlap_and_are_hit_where_they_are_drawn(size: tuple[int, int]) -> None:
    window = pygame.Rect(0, 0, *size)
    for focus in COLUMNS:
        places = arrange(size, Sizes.of(*size), Typeface(), focus)
        shown = [rect for rect in (places.header, *places.heads, *places.lists, places.bar) if rect.w]
        assert all(window.contains(rect) for rect in shown)
        assert not any(a.colliderect(b) for n, a in enumerate(shown) for b in shown[n + 1 :])
        assert places.lists[focus].w, "the column with the keyboard is always shown"
        for place in range(places.room(focus)):
            assert places.at(places.row(focus, place).center) == (focus, place)


@pytest.mark.parametrize("size", [(1280, 720), (3840, 2160), (320, 240)])
def test_every_size_is_drawn_with_a_picture_for_each_game(visit: Visit, size: tuple[int, int]) -> None:
    def script(start: Start) -> Any:
        yield 3
        for place in range(3 if size[0] > 320 else 1):
            row = start.places.row(GAMES, place)
            tile = screen().subsurface(row.x + 4, row.y + 4, row.h - 8, row.h - 8)
            assert len(set(pygame.surfarray.array2d(tile).ravel().tolist())) > 5, "a game's name is drawn"

    visit(script, size=size)


@pytest.mark.parametrize("size", [(60, 40), (100, 30), (10, 400), (400, 10), (1, 1)])
def test_a_window_of_a_few_pixels_is_no_error(visit: Visit, size: tuple[int, int]) -> None:
    def script(start: Start) -> Any:
        yield 3
        start.draw()
        start.help = True
        start.draw()

    visit(script, size=size)


@pytest.mark.parametrize("name", ["botcore:errors.py", "botcore:missing.png", "nowhere:x.png", "nonsense"])
def test_a_thumbnail_that_is_none_is_done_without(name: str) -> None:
    assert load_thumbnail(Game("g", "G.", open="x:y", thumbnail=name)) is None


def test_opening_imports_no_engine_and_no_learner(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from botcore.cli.options import load\n"
        "from botcore.cli.start import _catalogue\n"
        "from botcore.window.display import open_window\n"
        "from botcore.window.start.screen import Start\n"
        "with open_window('test'):\n"
        "    plugins = load(())\n"
        "    start = Start(lambda: _catalogue(plugins), print, print)\n"
        "    start.draw()\n"
        "    start.close()\n"
        "heavy = ('torch', 'cv2', 'vizdoom', 'ale_py', 'gymnasium')\n"
        "sys.exit(str([name for name in heavy if name in sys.modules]))"
    )
    environment = {**os.environ, "BOTPLAY_DATA": str(tmp_path), "SDL_VIDEODRIVER": "dummy"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == "[]"


def test_an_environment_that_nobody_can_play_says_so_in_every_row_before_it_is_chosen(
    fake: SimpleNamespace, driver: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path))
    starts: list[Start] = []
    run = Start.run
    monkeypatch.setattr(Start, "run", lambda self: (starts.append(self), run(self)))

    def script() -> Any:
        yield lambda: bool(starts)
        [start] = starts
        yield keys(fake, [pygame.K_END, pygame.K_f])
        yield [event for letter in "Pendulum-v1" for event in fake.key(ord(letter))]
        yield keys(fake, [pygame.K_RETURN])
        yield lambda: bool(start.choosing.refused)
        names = [choice.brain.name for choice in start.choosing.brains]
        assert len(names) > 3
        for name in names:
            assert "action space" in start.choosing.refused[Play("gym", "Pendulum-v1", name)]
        yield keys(fake, [pygame.K_RETURN])
        yield 2
        assert "action space" in start.view.message

    driver.play(script())
    assert show_start()
    assert not list_replays(tmp_path / "replays")


def test_a_real_play_in_the_same_window_and_its_replay(
    fake: SimpleNamespace, driver: Any, mouse: Mouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the start screen into play, back by Esc, into the replay, and out of everything by X."""
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path))
    starts: list[Start] = []
    run = Start.run
    monkeypatch.setattr(Start, "run", lambda self: (starts.append(self), run(self)))

    def title() -> str:
        return str(pygame.display.get_caption()[0])

    def script() -> Any:
        yield lambda: bool(starts)
        [start] = starts
        yield keys(fake, [pygame.K_END, pygame.K_RIGHT, pygame.K_UP, pygame.K_RETURN])
        yield [event for letter in "CartPole" for event in fake.key(ord(letter))]
        yield keys(fake, [pygame.K_RETURN])
        yield 3
        assert start.choosing.scenario == "CartPole-v1"
        names = [choice.brain.name for choice in start.choosing.brains]
        window = screen()
        yield keys(fake, [pygame.K_DOWN] * names.index("random") + [pygame.K_RETURN])
        yield lambda: title() == "gym/CartPole-v1 · random"
        assert screen() is window, "it is the same window"
        yield lambda: bool(list_replays(tmp_path / "replays"))
        yield keys(fake, [pygame.K_ESCAPE])
        yield lambda: title() == "botplay"
        assert start.open
        assert start.choosing.catalogue.replays
        yield lambda: not start.thumbnails.waiting
        [newest] = start.choosing.catalogue.replays[0]
        assert start.thumbnails.replay(newest.path, (80, 60)) is not None
        yield mouse(start.places.row(REPLAYS, 0).center, click=True)
        yield lambda: "replay" in title()
        # The script ends, the driver posts QUIT: the replay's window closes, and the start screen with it.

    driver.play(script())
    assert show_start()
    assert not starts[0].open
