"""T in the window on a replay: somebody plays on from the moment that is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import botcore.window  # noqa: F401

import pygame  # isort: skip

from botcore.errors import BotplayError
from botcore.replay.format import About
from botcore.replay.reader import Replay, open_replay
from botcore.replay.recorder import Recorder
from botcore.window import player as module
from botcore.window.compare import Comparison
from botcore.window.display import open_window, screen
from botcore.window.player import Player, run_replay

T = pygame.K_t
OnWay = Callable[[int], None]


@pytest.fixture
def replay(tmp_path: Path, fake: SimpleNamespace) -> Iterator[Replay]:
    recorder = Recorder(tmp_path)
    about = About("atari", "breakout", "v4", "a3c", 60.0, fake.ACTIONS)
    for _ in recorder.record((fake.moment(step) for step in range(61)), about):
        pass
    assert recorder.folder is not None
    with open_replay(recorder.folder) as opened:
        yield opened


@pytest.fixture
def players(monkeypatch: pytest.MonkeyPatch) -> list[Player]:
    """Collect the players that are made."""
    made: list[Player] = []

    class Kept(Player):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            made.append(self)

    monkeypatch.setattr(module, "Player", Kept)
    return made


def press_at(players: list[Player], fake: SimpleNamespace, frame: int) -> Iterator[Any]:
    """Stop at a frame and press T."""
    yield lambda: bool(players)
    yield fake.key(pygame.K_SPACE)
    yield 1
    players[0].go_to(frame)
    yield fake.key(T)
    yield 2


def test_the_play_follows_in_the_same_window(
    replay: Replay, players: list[Player], driver: Any, fake: SimpleNamespace
) -> None:
    told: list[Any] = []

    def bring(frame: int, on_way: OnWay) -> Callable[[], None]:
        assert players[0].scene.status is not None
        told.extend([frame, players[0].scene.status.message, screen()])
        pygame.event.post(fake.key(T)[0])
        return play

    def play() -> None:
        assert not any(event.type == pygame.KEYDOWN for event in pygame.event.get()), "meant for the player"
        told.append(screen())

    driver.play(press_at(players, fake, 123))
    run_replay(replay, take_over=bring)
    frame, message, before, after = told
    assert frame == 123
    assert message == "the game is played again up to 0:02.0 … (Esc: stay here)"
    assert before is after
    assert not pygame.display.get_init(), "it is over with the play"


@pytest.mark.parametrize("ended", [False, True], ids=["the game leaves pygame alone", "the game ends pygame"])
@pytest.mark.parametrize("late", [False, True], ids=["on the way", "in the last seconds"])
def test_why_it_cannot_be_is_told_and_the_replay_goes_on(
    replay: Replay, players: list[Player], driver: Any, fake: SimpleNamespace, ended: bool, late: bool
) -> None:
    asked: list[int] = []

    def refuse() -> None:
        if ended:
            pygame.quit()
        raise BotplayError("the game cannot be brought there")

    def bring(frame: int, on_way: OnWay) -> Callable[[], None]:
        asked.append(frame)
        if not late:
            refuse()
        return refuse

    def script() -> Iterator[Any]:
        yield from press_at(players, fake, 200)
        [player] = players
        assert player.open
        assert player.scene.status is not None
        assert player.scene.status.message == "the game cannot be brought there"
        assert (player.cursor.frame, player.transport.paused) == (200, True)
        assert screen().get_size() == (1280, 720)
        yield fake.key(pygame.K_LEFT)
        yield 1
        assert player.cursor.frame == 196
        yield fake.key(T)
        yield 2
        assert asked == [200, 196]

    driver.play(script())
    run_replay(replay, take_over=bring)


@pytest.mark.parametrize("closed", [False, True], ids=["Esc", "the window is closed"])
def test_the_window_answers_while_the_game_is_on_its_way(
    replay: Replay,
    players: list[Player],
    driver: Any,
    fake: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    closed: bool,
) -> None:
    said: list[str] = []
    monkeypatch.setattr(module, "GLANCE", 0)

    def bring(frame: int, on_way: OnWay) -> Callable[[], None]:
        for here in (60, 120, 180):
            if here == 180:
                pygame.event.post(pygame.event.Event(pygame.QUIT) if closed else fake.key(pygame.K_ESCAPE)[0])
            on_way(here)
            assert players[0].scene.status is not None
            said.append(players[0].scene.status.message)
        raise AssertionError("it was not given up")

    def script() -> Iterator[Any]:
        yield from press_at(players, fake, 200)
        if closed:
            yield lambda: False  # The window closes before anything else happens.
        [player] = players
        yield lambda: player.goes_on is None and len(said) == 2
        assert player.open
        assert player.scene.status is not None
        assert player.scene.status.message == "nobody took over; the replay goes on"

    driver.play(script())
    run_replay(replay, take_over=bring)
    way = "the game is played again up to 0:03.3: 0:0{}.0 (Esc: stay here)"
    assert said == [way.format(1), way.format(2)]
    assert players[0].goes_on is None


def test_t_is_pressed_twice_at_once(replay: Replay, driver: Any, fake: SimpleNamespace) -> None:
    asked: list[int] = []
    player = Player(replay, 1.0, lambda frame, on_way: lambda: asked.append(frame))
    with open_window("test"):
        for event in 2 * fake.key(T):
            player.handle(event)
    assert player.goes_on is not None
    player.goes_on()
    assert asked == [0]


def test_the_key_is_there_where_somebody_can_take_over(replay: Replay, driver: Any) -> None:
    def help_of(player: Player) -> dict[str, str]:
        return dict(player.keys.help())

    assert "take over" in help_of(Player(replay, 1.0, lambda frame, on_way: lambda: None))["T"]
    assert "T" not in help_of(Player(replay, 1.0))


def test_t_is_a_letter_while_a_note_is_typed(replay: Replay, driver: Any, fake: SimpleNamespace) -> None:
    player = Player(replay, 1.0, lambda frame, on_way: pytest.fail("no"))
    for event in fake.typing("bt"):
        player.handle(event)
    assert player.note is not None
    assert player.note.text == "t"


def test_side_by_side_one_must_be_chosen(replay: Replay, driver: Any, fake: SimpleNamespace) -> None:
    comparison = Comparison([replay, replay], 1.0)
    assert "alone" in dict(comparison.keys.help())["T"]

    def script() -> Any:
        yield fake.key(T)
        yield 1
        assert f"open one alone: botplay replay {replay.header.id}" in comparison._full_status().message

    driver.play(script())
    comparison.run()
