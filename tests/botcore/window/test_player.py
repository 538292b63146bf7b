"""The window on a replay that the recorder wrote."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import botcore
import botcore.window

import pygame  # isort: skip

from botcore.replay.bookmarks import MAX_NOTE, Bookmark, read_bookmarks, write_bookmarks
from botcore.replay.encode import VideoWriter
from botcore.replay.format import About
from botcore.replay.reader import Replay, open_replay
from botcore.replay.recorder import Recorder
from botcore.window.controls import Command
from botcore.window.marks import marks_of
from botcore.window.player import Player, about_replay, run_replay
from botcore.window.theme import YELLOW
from botcore.window.timeline import Timeline

STEPS = 400
FPS = 60.0


def played(fake: SimpleNamespace, step: int) -> Any:
    """Return a Moment of an episode in which every hundred steps a life is lost and the return ends.

    It learns at the beginning only.
    """
    moment = fake.moment(step)
    learning = moment.learning if step < 30 else {}
    return replace(moment, fed=moment.reward / 2, return_ends=step % 100 == 0, learning=learning)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Callable[[SimpleNamespace], Path]:
    """Return a function that records an episode once for this module and gives its folder."""
    made: list[Path] = []

    def record(fake: SimpleNamespace) -> Path:
        if not made:
            about = About(
                "atari", "breakout", "v4", "a3c", FPS, fake.ACTIONS, discount=0.97, counts=("kills",)
            )
            recorder = Recorder(tmp_path_factory.mktemp("replays"))
            for _ in recorder.record((played(fake, n) for n in range(STEPS + 1)), about):
                pass
            assert recorder.folder is not None
            made.append(recorder.folder)
        return made[0]

    return record


@pytest.fixture
def replay(fake: SimpleNamespace, recording: Any) -> Iterator[Replay]:
    with open_replay(recording(fake)) as opened:
        yield opened


@pytest.fixture
def copied(fake: SimpleNamespace, recording: Any, tmp_path: Path) -> Path:
    """Return a copy of the recording that may be written to."""
    return Path(shutil.copytree(recording(fake), tmp_path / "copied"))


def watch(replay: Replay, driver: Any, script: Callable[[Player], Any], speed: float = 1.0) -> Player:
    player = Player(replay, speed)
    driver.play(script(player))
    player.run()
    return player


def test_it_plays_to_the_end_and_the_last_picture_stays(replay: Replay, driver: Any) -> None:
    def script(player: Player) -> Any:
        yield lambda: player.transport.paused
        assert player.cursor.frame == replay.last_frame
        assert player.picture is not None
        np.testing.assert_array_equal(player.picture, replay.picture(replay.last_frame))
        yield 10
        assert player.open
        assert player.scene.history.now is not None
        assert player.scene.history.now.step == STEPS
        assert len(player.scene.layout(True).panels) == 7

    watch(replay, driver, script, speed=16.0)


def test_which_panels_there_are_does_not_depend_on_what_was_shown_before(replay: Replay) -> None:
    def panels(player: Player) -> list[tuple[str, pygame.Rect]]:
        player.paint(pygame.Surface((1280, 720)))
        return [(panel.name, rect) for panel, rect in player.scene.layout(True).panels]

    straight, around = Player(replay, 1.0), Player(replay, 1.0)
    assert len(panels(straight)) == 7, "learning and memory come later"
    around.go_to(replay.last_frame)
    around.go_to(0)
    assert panels(around) == panels(straight)


def test_a_replay_names_what_the_brain_received_and_what_the_game_counts(tmp_path: Path) -> None:
    five = ["game.steps=5"]
    moments = botcore.play("car", "random", seed=3, episodes=1, record=True, out=tmp_path, settings=five)
    seen = [moment.observation for moment in moments]
    [folder] = (path for path in tmp_path.iterdir() if path.is_dir())
    with open_replay(folder) as replay:
        about = about_replay(replay)
        np.testing.assert_allclose([moment.observation for moment in replay.moments()], seen, rtol=1e-4)
    assert about.observation_names == ("ahead", "left", "right", "goal", "-goal")
    assert about.counts == ("on_sand",)


def test_panels_and_picture_are_those_of_the_frame(
    replay: Replay, driver: Any, fake: SimpleNamespace
) -> None:
    def script(player: Player) -> Any:
        yield fake.key(pygame.K_SPACE)
        for frame in (0, 1, 4, 5, 777, 203, 1600):
            player.go_to(frame)
            yield 1
            now = player.scene.history.now
            assert now is not None
            assert now.step == -(-frame // 4)
            assert player.picture is not None
            np.testing.assert_array_equal(player.picture, replay.picture(frame))

    watch(replay, driver, script)


def figures(player: Player) -> tuple[Any, ...]:
    history = player.scene.history
    values = tuple("nan" if np.isnan(tick.value) else tick.value for tick in history.ticks)
    marks = tuple((tick.reward, tick.lost, tick.start) for tick in history.ticks)
    return (
        values,
        marks,
        history.memory().tobytes(),
        history.best,
        tuple(history.totals.items()),
        {k: tuple(v) for k, v in history.metrics.items()},
        (history.ledger.outlook, history.ledger.advantage),
    )


def test_after_a_jump_the_panels_are_what_playing_there_would_have_made(
    replay: Replay, driver: Any, fake: SimpleNamespace
) -> None:
    played, jumped = Player(replay, 1.0), Player(replay, 1.0)
    for _ in range(1390):
        played.advance()
        played.go_to(played.cursor.frame)
    jumped.go_to(1390)
    assert figures(played)[:3] == figures(jumped)[:3]
    assert figures(played)[3:] == figures(jumped)[3:]
    assert jumped.scene.history.totals == {"kills": 3 * jumped.scene.history.now.step}
    leapt = Player(replay, 1.0)
    for _ in range(10):  # as at a high speed, when most frames are not drawn
        leapt.go_to(leapt.cursor.frame + 139)
    assert figures(leapt) == figures(played)


def test_steps_both_ways_pause(replay: Replay, driver: Any, fake: SimpleNamespace) -> None:
    def script(player: Player) -> Any:
        yield lambda: player.cursor.frame >= 9
        yield fake.key(pygame.K_PERIOD)
        yield 1
        here = player.cursor.index
        assert player.transport.paused
        for code, change in (
            (pygame.K_RIGHT, 1),
            (pygame.K_PERIOD, 2),
            (pygame.K_LEFT, 1),
            (pygame.K_LEFT, 0),
        ):
            yield fake.key(code)
            yield 1
            assert player.cursor.index == here + change
            assert player.scene.history.now is not None
            assert player.scene.history.now.step == here + change

    watch(replay, driver, script)


def test_a_move_is_drawn_once(replay: Replay, driver: Any, fake: SimpleNamespace) -> None:
    class Counting(Player):
        painted = 0

        def paint(self, target: pygame.Surface) -> None:
            self.painted += 1
            super().paint(target)

    def script() -> Any:
        yield fake.key(pygame.K_SPACE)
        yield 5
        for code in (pygame.K_RIGHT, pygame.K_PAGEDOWN):
            before = player.painted
            yield fake.key(code)
            yield 5
            assert player.painted == before + 1

    player = Counting(replay, 1.0)
    driver.play(script())
    player.run()


def test_jumps(replay: Replay, driver: Any, fake: SimpleNamespace) -> None:
    def script(player: Player) -> Any:
        yield fake.key(pygame.K_SPACE)
        yield fake.key(pygame.K_HOME)
        for code, frame in (
            (pygame.K_PAGEDOWN, 600),
            (pygame.K_PAGEDOWN, 1200),
            (pygame.K_PAGEUP, 600),
            (pygame.K_END, replay.last_frame),
            (pygame.K_PAGEDOWN, replay.last_frame),
            (pygame.K_HOME, 0),
            (pygame.K_PAGEUP, 0),
        ):
            yield fake.key(code)
            yield 2
            assert player.cursor.frame == frame

    watch(replay, driver, script)


def test_single_frames_both_ways(replay: Replay, driver: Any, fake: SimpleNamespace) -> None:
    def script(player: Player) -> Any:
        yield lambda: player.cursor.frame >= 9
        yield fake.key(pygame.K_PERIOD, ">")
        yield 1
        here = player.cursor.frame
        assert player.transport.paused
        for typed, change in ((">", 1), ("<", 0), ("<", -1)):
            yield fake.key(ord(typed), typed)
            yield 2
            assert player.cursor.frame == here + change
            np.testing.assert_array_equal(player.picture, replay.picture(here + change))

    watch(replay, driver, script)


def test_jumps_to_what_happened(replay: Replay, driver: Any, fake: SimpleNamespace) -> None:
    def script(player: Player) -> Any:
        yield fake.key(pygame.K_SPACE)
        for typed, places in (("]", player.marks.rewards), ("}", (400, 800, 1200, 1600))):
            yield fake.key(pygame.K_HOME)
            for place in [place for place in places if place > 0][:3]:
                yield fake.key(ord(typed), typed)
                yield 1
                assert player.cursor.frame == place
        for typed, frame in (("{", 800), ("{", 400), ("{", 400)):
            yield fake.key(ord(typed), typed)
            yield 1
            assert player.cursor.frame == frame
        assert "no lost life before this" in player._full_status().message
        assert len(player.marks.surprises) > 1
        yield fake.key(pygame.K_END)
        for place in reversed([place for place in player.marks.surprises if place < replay.last_frame]):
            yield fake.key(pygame.K_SEMICOLON)
            yield 1
            assert player.cursor.frame == place

    watch(replay, driver, script)


def test_jumping_back_while_playing_leads_beyond_what_was_just_passed(replay: Replay, driver: Any) -> None:
    player = Player(replay, 1.0)
    player.go_to(830)
    player.do(Command.LAST_LIFE)
    assert player.cursor.frame == 400
    player.go_to(830)
    player.do(Command.PAUSE)
    player.do(Command.LAST_LIFE)
    assert player.cursor.frame == 800


def test_a_loop_is_set_by_one_key_and_shown(replay: Replay, driver: Any, fake: SimpleNamespace) -> None:
    def script(player: Player) -> Any:
        yield fake.key(pygame.K_SPACE)
        player.go_to(100)
        yield fake.key(pygame.K_a)
        player.go_to(110)
        yield fake.key(pygame.K_a)
        yield 1
        assert player.timeline().loop == (100, 110)
        strip = pygame.surfarray.array3d(pygame.display.get_surface().subsurface(player.strip()))
        assert (strip == YELLOW).all(2).sum() > 20, "its brackets"
        yield fake.key(pygame.K_SPACE)
        seen = set()
        for _ in range(40):
            yield 1
            seen.add(player.cursor.frame)
        assert seen <= set(range(100, 111))
        yield fake.key(pygame.K_a)
        yield lambda: player.cursor.frame > 111

    watch(replay, driver, script)


def test_the_mouse_over_the_time_line_shows_what_is_there(
    replay: Replay, driver: Any, fake: SimpleNamespace
) -> None:
    def script(player: Player) -> Any:
        yield fake.key(pygame.K_SPACE)
        yield 2
        here, strip = player.cursor.frame, player.strip()
        bar = player._bar(strip)
        before = pygame.surfarray.array3d(pygame.display.get_surface())
        move = {"buttons": (0, 0, 0), "rel": (0, 0)}
        yield [pygame.event.Event(pygame.MOUSEMOTION, pos=(bar.centerx, strip.centery), **move)]
        yield 2
        frame = player.under_mouse()
        assert frame == pytest.approx(replay.last_frame / 2, abs=3)
        shown = player.thumbnail(frame)
        np.testing.assert_array_equal(shown.picture, replay.picture(frame))
        assert shown.time == Timeline(1, FPS).clock(frame)
        assert shown.score == f"score {replay.lines[replay.step_at(frame)].moment.score:g}"
        assert player.cursor.frame == here, "looking is not going there"
        changed = (pygame.surfarray.array3d(pygame.display.get_surface()) != before).any(2)
        columns = np.flatnonzero(changed[:, : strip.y].any(axis=1))
        assert columns.mean() == pytest.approx(bar.centerx, abs=20)
        yield [pygame.event.Event(pygame.WINDOWLEAVE)]
        yield 2
        np.testing.assert_array_equal(pygame.surfarray.array3d(pygame.display.get_surface()), before)

    watch(replay, driver, script)


def test_a_bookmark_with_a_note_is_kept_found_changed_and_removed(
    copied: Path, driver: Any, fake: SimpleNamespace
) -> None:
    def script(player: Player) -> Any:
        player.go_to(500)
        yield fake.typing("b")
        yield 1
        assert player.note is not None
        assert player.transport.paused, "time stands still while one types"
        yield fake.typing("quits? [b]")
        yield 1
        assert player.open, "all keys are letters now"
        assert "note at 0:08.3: quits? [b]" in player.scene.status.message  # type: ignore[union-attr]
        yield fake.key(pygame.K_BACKSPACE)
        yield fake.key(pygame.K_RETURN)
        yield 1
        assert not player.transport.paused
        assert read_bookmarks(copied) == (Bookmark(500, "quits? [b"),)
        yield fake.key(pygame.K_SPACE)
        player.go_to(900)
        yield fake.typing("bx")
        yield fake.key(pygame.K_ESCAPE)
        yield 1
        assert player.note is None
        assert player.open
        assert len(read_bookmarks(copied)) == 1, "Esc drops it"
        yield fake.key(pygame.K_n, "N", pygame.KMOD_LSHIFT)
        yield 1
        assert player.cursor.frame == 500
        player.say("")
        assert player._full_status().message == "bookmark: quits? [b"
        player.go_to(504)
        assert player.transport.paused
        assert not player._full_status().message, "B would begin another one here"
        player.do(Command.PAUSE)
        assert player._full_status().message == "bookmark: quits? [b", "long enough to be read"
        player.do(Command.PAUSE)
        player.go_to(500)
        yield fake.key(pygame.K_b)
        yield fake.key(pygame.K_BACKSPACE)
        yield fake.key(pygame.K_RETURN)
        yield fake.key(pygame.K_HOME)
        yield fake.key(pygame.K_n)
        yield 1
        assert (player.cursor.frame, read_bookmarks(copied)) == (500, (Bookmark(500, "quits? ["),))
        yield fake.key(pygame.K_DELETE)
        yield 1
        assert read_bookmarks(copied) == player.bookmarks == ()

    with open_replay(copied) as opened:
        watch(opened, driver, script)


def test_a_bookmark_is_not_told_before_it_is_reached(copied: Path, driver: Any) -> None:
    with open_replay(copied) as opened:
        player = Player(opened, 1.0)
        player.go_to(500)
        player.do(Command.BOOKMARK)
        player.key(pygame.K_RETURN, "")
        told = []
        for frame in (499, 500, 500 + 3 * 60 - 1, 500 + 3 * 60):
            player.go_to(frame)
            player.say("")
            told.append(player._full_status().message)
        assert told == ["", "bookmark", "bookmark", ""]


def test_a_note_stays_where_it_was_begun_though_the_mouse_goes_elsewhere(
    copied: Path, driver: Any, fake: SimpleNamespace
) -> None:
    with open_replay(copied) as opened:
        player = Player(opened, 1.0)
        player.go_to(300)
        player.do(Command.BOOKMARK)
        player.go_to(1200)
        assert player._full_status().message.startswith("note at 0:05.0")
        player.key(pygame.K_RETURN, "")
        assert player.bookmarks == (Bookmark(300, ""),)


def test_a_note_has_what_is_typed_by_several_keys_or_by_none_and_not_the_key_that_opens_it(
    copied: Path, driver: Any, fake: SimpleNamespace
) -> None:
    def text(typed: str) -> Any:
        return pygame.event.Event(pygame.TEXTINPUT, text=typed)

    b, up = fake.key(pygame.K_b)
    dead = fake.key(pygame.K_QUOTE, "\N{ACUTE ACCENT}")  # what it types comes with the next key
    words = ("é", "日本", "\t", "€")
    with open_replay(copied) as opened:
        player = Player(opened, 1.0)
        for event in (b, text("b"), text("b"), up, *dead, *map(text, words)):
            player.handle(event)
        assert player.note is not None
        assert player.note.text == "é日本€"
        player.handle(text("x" * 10_000))
        assert len(player.note.text) == MAX_NOTE
        player.handle(fake.key(pygame.K_RETURN)[0])
        player.handle(text("x"))
        assert read_bookmarks(copied)[0].note.startswith("é日本€xxx")


def test_a_letter_is_not_lost_that_is_typed_before_the_key_is_let_go_that_opened_the_note(
    copied: Path, driver: Any, fake: SimpleNamespace
) -> None:
    opening, typed = fake.typing("b"), fake.typing("x")
    with open_replay(copied) as opened:
        player = Player(opened, 1.0)
        for event in (*opening[:2], *typed, opening[2]):
            player.handle(event)
        assert player.note is not None
        assert player.note.text == "x"


def test_a_note_at_the_end_does_not_start_the_replay_again(copied: Path, driver: Any) -> None:
    with open_replay(copied) as opened:
        player = Player(opened, 1.0)
        player.go_to(opened.last_frame)
        player.do(Command.BOOKMARK)
        assert player.transport.paused
        player.key(pygame.K_RETURN, "")
        assert not player.transport.paused, "it goes on as before"
        assert player.cursor.frame == opened.last_frame


@pytest.mark.parametrize(
    ("typed", "mod", "frame"),
    [
        ("n", 0, 900),
        ("N", pygame.KMOD_LSHIFT, 100),
        ("N", pygame.KMOD_CAPS, 900),
        ("n", pygame.KMOD_CAPS | pygame.KMOD_RSHIFT, 100),
        ("т", 0, 900),  # the same key, Cyrillic
        ("Т", pygame.KMOD_RSHIFT, 100),
    ],
)
def test_shift_n_is_the_bookmark_before_whatever_it_types(
    copied: Path, driver: Any, fake: SimpleNamespace, typed: str, mod: int, frame: int
) -> None:
    write_bookmarks(copied, [Bookmark(100), Bookmark(900)])
    with open_replay(copied) as opened:
        player = Player(opened, 1.0)
        player.do_pause()
        player.go_to(500)
        for event in fake.key(pygame.K_n, typed, mod):
            player.handle(event)
        assert player.cursor.frame == frame


def test_two_windows_on_a_replay_keep_each_others_bookmarks(copied: Path, driver: Any) -> None:
    def note(player: Player, frame: int) -> None:
        player.go_to(frame)
        player.do(Command.BOOKMARK)
        player.key(pygame.K_RETURN, "")

    with open_replay(copied) as one, open_replay(copied) as other:
        first, second = Player(one, 1.0), Player(other, 1.0)
        note(first, 100)
        note(second, 500)
        assert read_bookmarks(copied) == second.bookmarks == (Bookmark(100), Bookmark(500))
        first.do(Command.DROP_BOOKMARK)
        assert read_bookmarks(copied) == first.bookmarks == (Bookmark(500),)
        first.go_to(500)
        second.do(Command.BOOKMARK)
        second.write("x")
        second.key(pygame.K_RETURN, "")
        assert read_bookmarks(copied) == (Bookmark(500, "x"),)
        first.do(Command.DROP_BOOKMARK)
        assert read_bookmarks(copied) == first.bookmarks == (), "it is removed, whatever its note is by now"


def test_a_replay_that_cannot_be_written_says_so(copied: Path, driver: Any) -> None:
    with open_replay(copied) as opened:
        player = Player(opened, 1.0)
        (copied / "bookmarks.json").mkdir()
        player.do(Command.BOOKMARK)
        player.key(pygame.K_RETURN, "")
        assert "bookmarks.json is not a plain file" in player._full_status().message
        assert player.bookmarks == ()


def test_damaged_bookmarks_are_told_and_not_written_over(copied: Path, driver: Any) -> None:
    (copied / "bookmarks.json").write_text("[1]")
    with open_replay(copied) as opened:
        player = Player(opened, 1.0)
        assert "bookmarks.json is damaged" in player._full_status().message
        player.do(Command.BOOKMARK)
        player.key(pygame.K_RETURN, "")
        assert (copied / "bookmarks.json").read_text() == "[1]"


def test_every_key_is_in_the_help(replay: Replay, driver: Any) -> None:
    said = " ".join(label for _, label in Player(replay, 1.0).keys.help())
    for word in ("loop", "reward", "lost life", "surprise", "bookmark", "frame", "faster"):
        assert word in said
    assert "where it looks" not in said, "a recorded brain cannot be asked"


def test_going_on_at_the_end_starts_again(replay: Replay, driver: Any, fake: SimpleNamespace) -> None:
    def script(player: Player) -> Any:
        yield fake.key(pygame.K_END)
        yield lambda: player.transport.paused
        yield fake.key(pygame.K_SPACE)
        yield lambda: 0 < player.cursor.frame < 200

    watch(replay, driver, script)


def test_dragging_on_the_time_line_seeks(replay: Replay, driver: Any, fake: SimpleNamespace) -> None:
    def script(player: Player) -> Any:
        yield fake.key(pygame.K_SPACE)
        yield 2
        strip = player.scene.layout(True).timeline
        y = strip.centery
        bar = player._bar(strip)
        yield [pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=(bar.x + bar.w // 2, y), button=1)]
        yield 2
        assert player.cursor.frame == pytest.approx(replay.last_frame / 2, abs=3)
        yield [
            pygame.event.Event(
                pygame.MOUSEMOTION, pos=(bar.x + bar.w // 4, 10), buttons=(1, 0, 0), rel=(0, 0)
            )
        ]
        yield 2
        assert player.cursor.frame == pytest.approx(replay.last_frame / 4, abs=3)
        yield [pygame.event.Event(pygame.MOUSEMOTION, pos=(5000, 10), buttons=(1, 0, 0), rel=(0, 0))]
        yield 2
        assert player.cursor.frame == replay.last_frame
        yield [pygame.event.Event(pygame.MOUSEBUTTONUP, pos=(5000, 10), button=1)]
        yield [pygame.event.Event(pygame.MOUSEMOTION, pos=(bar.x, y), buttons=(0, 0, 0), rel=(0, 0))]
        yield 2
        assert player.cursor.frame == replay.last_frame
        yield [pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=(bar.x, 10), button=1)]
        yield 2
        assert player.cursor.frame == replay.last_frame, "beside the time line the mouse does nothing"

    watch(replay, driver, script)


def test_the_time_line_marks_gains_losses_and_lives(replay: Replay) -> None:
    marks = marks_of(replay.lines, replay.header.about)
    moments = [entry.moment for entry in replay.lines]
    assert marks.last == 4 * STEPS
    assert set(marks.gains) == {m.frame for m in moments if m.reward > 0}
    assert set(marks.losses) == {m.frame for m in moments if m.reward < 0}
    assert marks.deaths == (400, 800, 1200, 1600)
    assert Timeline(4 * STEPS, FPS).clock(3690) == "1:01.5"


def test_what_it_says_about_the_replay(replay: Replay) -> None:
    about = about_replay(replay)
    assert (about.game, about.brain, about.fps) == ("atari/breakout", "a3c", FPS)
    assert f"{datetime.fromisoformat(replay.header.started).astimezone():%Y-%m-%d %H:%M}" in about.note


def test_a_replay_was_made_when_the_clock_here_said_so(
    replay: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = datetime.fromisoformat(replay.header.started)
    try:
        monkeypatch.setenv("TZ", "XYZ-9")  # nine hours ahead
        time.tzset()
        assert about_replay(replay).note.startswith(f"{began + timedelta(hours=9):%Y-%m-%d %H:%M}")
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_replay_with_a_damaged_video_still_shows_its_figures(
    fake: SimpleNamespace, recording: Any, driver: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "damaged"
    folder.mkdir()
    for name in ("episode.json", "steps.jsonl"):
        (folder / name).write_bytes((recording(fake) / name).read_bytes())
    (folder / "video.mp4").write_bytes(b"not a video")

    def script(player: Player) -> Any:
        yield lambda: player.cursor.index >= 5
        assert player.scene.history.now is not None
        assert player.scene.history.now.step >= 5
        assert player.scene.status is not None
        assert "video.mp4" in player.scene.status.message

    with open_replay(folder) as damaged:
        assert about_replay(damaged).note.endswith("its video cannot be read")
        watch(damaged, driver, script)


def test_a_video_that_ends_too_early_is_told_of(replay: Replay, copied: Path) -> None:
    assert "video" not in about_replay(replay).note
    video = (copied / "video.mp4").read_bytes()
    (copied / "video.mp4").write_bytes(video[: len(video) // 2])
    with open_replay(copied) as cut:
        ends = cut.video_ends()
        assert ends is not None
        assert 0 < ends < cut.last_frame
        clock = Timeline(cut.last_frame, FPS).clock(ends)
        assert about_replay(cut).note.endswith(f"its video is damaged, and ends at {clock}")


def test_pictures_that_were_left_out_at_the_end_are_no_damage(
    fake: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, go_on = VideoWriter.write, threading.Event()

    def stuck(self: VideoWriter, *arguments: Any) -> None:
        go_on.wait(60)
        write(self, *arguments)

    monkeypatch.setattr(VideoWriter, "write", stuck)
    recorder = Recorder(tmp_path)
    recorder.patient = False
    about = About("atari", "breakout", "v4", "a3c", FPS, fake.ACTIONS)
    for moment in recorder.record((fake.moment(n) for n in range(101)), about):
        if moment.step == 100:
            go_on.set()
    assert recorder.folder is not None
    with open_replay(recorder.folder) as behind:
        ends = behind.video_ends()
        assert ends is not None
        assert 0 < ends < behind.last_frame
        clock = Timeline(behind.last_frame, FPS).clock(ends)
        assert about_replay(behind).note.endswith(f"its video lacks the last pictures, and ends at {clock}")


@pytest.mark.parametrize("size", [(60, 40), (10, 400), (400, 10), (1, 1)])
def test_a_window_of_a_few_pixels_is_no_error(
    replay: Replay, driver: Any, fake: SimpleNamespace, size: tuple[int, int]
) -> None:
    def script(player: Player) -> Any:
        pygame.display.set_mode(size)
        yield fake.key(pygame.K_h)
        yield 3
        yield fake.key(pygame.K_F1)
        yield 3

    watch(replay, driver, script)


def test_x_closes_it(replay: Replay, driver: Any) -> None:
    def script() -> Any:
        yield 3
        yield [pygame.event.Event(pygame.QUIT)]
        yield lambda: False

    driver.play(script())
    run_replay(replay)
    assert not pygame.display.get_init()
