"""The window on a replay: the same Scene, with a time line to go anywhere and bookmarks to come back to."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pygame

from botcore.about import SceneAbout
from botcore.contracts.game import game_title
from botcore.errors import BotplayError
from botcore.replay.bookmarks import (
    MAX_NOTE,
    Bookmark,
    read_bookmarks,
    with_bookmark,
    write_bookmarks,
)
from botcore.replay.library import goes_on
from botcore.window.canvas import points
from botcore.window.controls import BOOKMARKS, TAKING_OVER, Command, Keys
from botcore.window.display import FIRST_SIZE, open_window, reopen, screen
from botcore.window.follower import Follower
from botcore.window.keyboard import events
from botcore.window.marks import marks_of
from botcore.window.note import Note
from botcore.window.playback import WATCHING, Playback
from botcore.window.status import Status
from botcore.window.theme import Typeface
from botcore.window.thumbnail import Thumbnail
from botcore.window.timeline import Timeline
from botcore.window.transport import SECOND

if TYPE_CHECKING:
    from botcore.replay.reader import Replay

GLANCE = SECOND // 10
"""Between two looks at the events while the game is brought to a moment."""
SECONDS_OF_A_NOTE = 3.0
"""How long a bookmark's note stays when it is played over."""
ROOM = 60
"""Characters of a note that are seen while it is typed."""
IMPATIENCE = (pygame.KEYDOWN, pygame.MOUSEBUTTONDOWN)
"""What people do while the game is brought to a moment; it is not meant for what is shown then."""

TakeOver = Callable[[int, Callable[[int], None]], Callable[[], None]]
"""Brings the game to a frame of the replay; what it returns plays on from there, in the open window.

The function it is given is told each frame on the way, and may end it with a `BotplayError`."""


def run_replay(
    replay: Replay, *, speed: float = 1.0, start: int = 0, take_over: TakeOver | None = None
) -> None:
    """Show a replay from frame `start` on until the window is closed; at the end its last picture stays.

    Args:
        take_over: what T does; a `BotplayError` of it, or of the play that follows, is shown and the replay
            goes on. None: there is no such key.

    Raises:
        BotplayError: no window can be opened.
    """
    player = Player(replay, speed, take_over)
    player.go_to(start)
    with open_window(player.scene.about.title):
        player.run()
        while player.goes_on is not None:
            try:
                player.goes_on()
                return
            except BotplayError as error:
                player.come_back(str(error))
            player.run()


def missing_pictures(replay: Replay) -> str:
    """Say what is wrong with the video of a replay whose recording ended well; empty where nothing is."""
    if replay.header.status == "recovered":  # the last pictures may have got lost, as is said there
        return ""
    try:
        ends = replay.video_ends()
    except BotplayError:
        return "its video cannot be read"
    if ends is None:
        return ""
    clock = Timeline(replay.last_frame, replay.header.about.fps).clock(ends)
    if replay.video_was_ended():  # the encoder was behind when the episode ended
        return f"its video lacks the last pictures, and ends at {clock}"
    return f"its video is damaged, and ends at {clock}"


def about_replay(replay: Replay) -> SceneAbout:
    """Return what the window says about a replay."""
    header, about = replay.header, replay.header.about
    game = game_title(about.game, about.scenario)
    note = f"{datetime.fromisoformat(header.started).astimezone():%Y-%m-%d %H:%M}"
    if header.status == "recovered":
        how = "still goes on; this is what there was" if goes_on(replay.folder) else "was cut off"
        note += f"  ·  the recording {how}"
    if missing := missing_pictures(replay):
        note += f"  ·  {missing}"
    title = f"{game} · {about.brain} · replay"
    return SceneAbout(
        title=title,
        game=game,
        brain=about.brain,
        action_names=about.action_names,
        fps=about.fps,
        note=note,
        measures=about.measures,
        observation_names=about.observation_names,
        counts=about.counts,
    )


class Player(Playback):
    """Plays one replay.

    Attributes:
        bookmarks: the replay's, by frame.
        note: a bookmark's note while it is typed, else None.
        goes_on: what plays on where somebody took over, else None.
    """

    def __init__(self, replay: Replay, speed: float, take_over: TakeOver | None = None) -> None:
        """Prepare at the first frame."""
        header = replay.header
        frames = [line.moment.frame for line in replay.lines]
        keys = Keys(WATCHING + (TAKING_OVER if take_over else ()) + BOOKMARKS)
        super().__init__(about_replay(replay), frames, marks_of(replay.lines, header.about), keys, speed)
        self._replay, self._bring_game = replay, take_over
        self._follower = Follower(replay, self.scene, self.say)
        self.bookmarks: Sequence[Bookmark] = ()
        self.note: Note | None = None
        self._noted = 0  # the frame it is for, wherever the mouse goes meanwhile
        self._just_opened = False
        self.goes_on: Callable[[], None] | None = None
        self._resume, self._size, self._glanced = False, FIRST_SIZE, 0
        try:
            self.bookmarks = read_bookmarks(replay.folder)
        except BotplayError as error:
            self.say(str(error))
        self._bring()

    def show(self) -> None:
        """Bring picture and panels to where the cursor is."""
        self._follower.show(self.cursor.frame)
        self.picture = self._follower.picture
        self.scene.timeline = (self.timeline(), self.cursor.frame)

    def paint(self, target: pygame.Surface) -> None:
        """Draw the scene."""
        self.scene.status = self._full_status()
        self.scene.timeline = (self.timeline(), self.cursor.frame)
        self.scene.draw(target, self.picture, self.panels)

    def strip(self) -> pygame.Rect:
        """Return where the scene has its time line."""
        return self.scene.layout(self.panels).timeline

    def timeline(self) -> Timeline:
        """Return marks, bookmarks and loop."""
        fps, bookmarks = self.scene.about.fps, self.places("bookmark")
        return self.marks.timeline(fps, bookmarks=bookmarks, loop=self.cursor.loop)

    def thumbnail(self, frame: int) -> Thumbnail:
        """Return picture, time and score of a frame, and the note of a bookmark that is drawn there."""
        score = self._replay.lines[self._replay.step_at(frame)].moment.score
        picture = None if self._replay.header.picture is None else self._follower.picture_at(frame)
        bar, timeline = self._bar(self.strip()), self.timeline()
        x, near = timeline.x_of(bar, frame), bar.h // 4
        notes = [b.note or "bookmark" for b in self.bookmarks if abs(timeline.x_of(bar, b.frame) - x) <= near]
        return Thumbnail(picture, timeline.clock(frame), f"score {points(score)}", notes[0] if notes else "")

    def places(self, what: str) -> Sequence[int]:
        """Return the frames that can be jumped to, bookmarks among them."""
        if what == "bookmark":
            return [bookmark.frame for bookmark in self.bookmarks if bookmark.frame <= self.marks.last]
        return super().places(what)

    def own(self, command: Command) -> None:
        """Carry out a command of the player."""
        match command:
            case Command.BOOKMARK:
                self._begin_note()
            case Command.DROP_BOOKMARK:
                self._drop()
            case Command.TAKE_OVER:
                self._take_over()
            case _:
                super().own(command)

    def key(self, code: int, typed: str, *, shift: bool = False) -> None:
        """Answer a key; while a note is typed, all of them go there."""
        if self.note is None:
            super().key(code, typed, shift=shift)
            self._just_opened = self.note is not None
            return
        self._just_opened = False
        self.note.key(code)
        if self.note.kept is not None:
            self._end_note(self.note)

    def write(self, typed: str) -> None:
        """Take in what is typed into a note, but not what the key types that opened it."""
        if self.note is not None and not self._just_opened:
            self.note.write(typed)
            self.stale()

    def handle(self, event: pygame.event.Event) -> None:
        """Note when the key is let go that opened a note, then answer the event."""
        if event.type == pygame.KEYUP:
            self._just_opened = False
        super().handle(event)

    def _take_over(self) -> None:
        """Let somebody play on from here; where the game cannot be brought here, the replay goes on."""
        if self._bring_game is None or self.goes_on is not None:
            return
        self.say(
            f"the game is played again up to {self.timeline().clock(self.cursor.frame)} … (Esc: stay here)"
        )
        self.draw()
        self._size, self._glanced = screen().get_size(), time.monotonic_ns()
        try:
            self.goes_on = self._bring_game(self.cursor.frame, self._on_way)
            self.open = False
        except BotplayError as error:
            self.come_back(str(error))
        pygame.event.clear(IMPATIENCE)

    def _on_way(self, frame: int) -> None:
        """Keep the window answering while the game is brought here.

        Raises:
            BotplayError: somebody would rather stay, or closes the window.
        """
        if time.monotonic_ns() < self._glanced + GLANCE:
            return
        self._glanced = time.monotonic_ns()
        for event in events():
            if event.type == pygame.QUIT:
                pygame.event.post(event)  # For the loop, which closes.
            if event.type == pygame.QUIT or (event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE):
                raise BotplayError("nobody took over; the replay goes on")
        clock = self.timeline().clock
        self.say(
            f"the game is played again up to {clock(self.cursor.frame)}: {clock(frame)} (Esc: stay here)"
        )
        self.draw()

    def come_back(self, reason: str) -> None:
        """Go on with the replay, since nobody could take over."""
        self.open, self.goes_on = True, None
        if reopen(self.scene.about.title, self._size):
            self._type = Typeface()
            self.scene.renew_type()
        self.say(reason)

    def _here(self) -> Bookmark | None:
        return next((bookmark for bookmark in self.bookmarks if bookmark.frame == self.cursor.frame), None)

    def _begin_note(self) -> None:
        """Let time stand still and type; a bookmark that is here already has its note changed."""
        here = self._here()
        self._resume = not self.transport.paused
        self.do_pause()
        self.note, self._noted = Note(here.note if here else "", MAX_NOTE), self.cursor.frame

    def _end_note(self, note: Note) -> None:
        self.note = None
        if note.kept:
            new = Bookmark(self._noted, note.text.strip())
            self._keep("bookmark kept", lambda there: with_bookmark(there, new))
        if self._resume:  # not by the key for it, which at the end starts again
            self.transport.pause(False, time.monotonic_ns())

    def _drop(self) -> None:
        here = self._here()
        if here is None:
            self.say("no bookmark here; N goes to the next one")
            return
        self._keep("bookmark removed", lambda there: tuple(b for b in there if b.frame != here.frame))

    def _keep(self, done: str, changed: Callable[[Sequence[Bookmark]], Sequence[Bookmark]]) -> None:
        """Change what is kept in the replay by now, also by another window, and have it if that worked."""
        try:
            # A damaged file is somebody's: reading it fails, and it is not written over.
            bookmarks = tuple(changed(read_bookmarks(self._replay.folder)))
            write_bookmarks(self._replay.folder, bookmarks)
        except BotplayError as error:
            self.say(str(error))
        else:
            self.bookmarks = bookmarks
            self.say(done)

    def _full_status(self) -> Status:
        """Return the bottom line: what is being typed, else a message, else the note of a bookmark here."""
        status = super()._full_status()
        if self.note is not None:
            words = f"note at {self.timeline().clock(self._noted)}: {self.note.shown(ROOM)}"
            return replace(status, message=words, hint="Enter keeps it, Esc drops it")
        if not status.message:
            span = 1 if self.transport.paused else SECONDS_OF_A_NOTE * self.scene.about.fps
            near = [b for b in self.bookmarks if 0 <= self.cursor.frame - b.frame < span]
            if near:
                return replace(status, message=f"bookmark: {near[-1].note}" if near[-1].note else "bookmark")
        return status
