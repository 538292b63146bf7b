"""What every window on recordings has: a cursor, a time line to go anywhere, and things to jump to."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

import pygame

from botcore.about import SceneAbout
from botcore.window.canvas import Canvas
from botcore.window.controls import COMMON, MOUSE_REPLAY, REPLAY, Command, Keys
from botcore.window.cursor import Cursor, last_before, next_after
from botcore.window.display import screen
from botcore.window.marks import Marks
from botcore.window.shell import Shell
from botcore.window.status import Status
from botcore.window.theme import Sizes, Typeface
from botcore.window.thumbnail import Thumbnail, draw_thumbnail
from botcore.window.timeline import Timeline, timeline_bar

LEFT_BUTTON = 1
WATCHING = (*COMMON, *REPLAY)
"""The keys where something recorded is watched, which no brain can be asked about."""
JUMPS = {
    Command.LAST_REWARD: ("reward", -1),
    Command.NEXT_REWARD: ("reward", 1),
    Command.LAST_LIFE: ("lost life", -1),
    Command.NEXT_LIFE: ("lost life", 1),
    Command.LAST_SURPRISE: ("surprise", -1),
    Command.NEXT_SURPRISE: ("surprise", 1),
    Command.LAST_BOOKMARK: ("bookmark", -1),
    Command.NEXT_BOOKMARK: ("bookmark", 1),
}


class Playback(Shell):
    """Moves a cursor over frames; subclasses show what lies under it.

    Attributes:
        cursor: where we are.
        marks: what there is to jump to.
    """

    def __init__(
        self, about: SceneAbout, frames: Sequence[int], marks: Marks, keys: Keys, speed: float
    ) -> None:
        """Prepare at the first of `frames`, the Moments' own."""
        super().__init__(about, keys, MOUSE_REPLAY, speed)
        self.cursor, self.marks = Cursor(frames), marks
        self._type = Typeface()
        self._moved, self._dragging = True, False
        self._mouse_at: tuple[int, int] | None = None

    def go_to(self, frame: int) -> None:
        """Show a frame."""
        self.cursor.seek(frame)
        self._bring()

    def advance(self) -> None:
        """Go on by a frame; at the end, pause."""
        if self.cursor.forward():
            self._moved = True
        else:
            self.do_pause()

    def own(self, command: Command) -> None:
        """Carry out a command of the player; steps and jumps let time stand still as they should."""
        cursor, ten = self.cursor, round(10 * self.scene.about.fps)
        match command:
            case Command.STEP | Command.STEP_BACK:
                self.do_pause()
                cursor.step(1 if command is Command.STEP else -1)
            case Command.FRAME | Command.FRAME_BACK:
                self.do_pause()
                cursor.seek(cursor.frame + (1 if command is Command.FRAME else -1))
            case Command.FORWARD:
                cursor.seek(cursor.frame + ten)
            case Command.BACK:
                cursor.seek(cursor.frame - ten)
            case Command.HOME:
                cursor.seek(0)
            case Command.END:
                cursor.seek(self.marks.last)
            case Command.LOOP:
                self._loop()
            case _ if command in JUMPS:
                self._jump(*JUMPS[command])
        self._moved = True

    def do(self, command: Command) -> None:
        """Carry out a command; going on at the end starts again from the beginning."""
        if command is Command.PAUSE and self.transport.paused and self.cursor.at_end:
            self.cursor.seek(0)
            self._moved = True
        super().do(command)

    def _loop(self) -> None:
        self.cursor.mark()
        clock = self.timeline().clock
        match self.cursor.loop:
            case None:
                self.say("no loop")
            case (begin, None):
                self.say(f"loop from {clock(begin)}; press A again at its end")
            case (begin, int(end)):
                self.say(f"loop from {clock(begin)} to {clock(end)}; A ends it")

    def _jump(self, what: str, direction: int) -> None:
        """Go to the next place of a kind, or the one before."""
        places, here = self.places(what), self.cursor.frame
        if direction < 0 and not self.transport.paused:
            # A place that was only just passed is not the one before: else no key would lead beyond it.
            here -= round(self.scene.about.fps)
        found = next_after(places, here) if direction > 0 else last_before(places, here)
        if found is None:
            self.say(f"no {what} {'after' if direction > 0 else 'before'} this")
            return
        self.cursor.seek(found)
        self.say(f"{what} {places.index(found) + 1} of {len(places)}")

    def places(self, what: str) -> Sequence[int]:
        """Return the frames that can be jumped to by the name of their kind, ascending."""
        kinds = {
            "reward": self.marks.rewards,
            "lost life": self.marks.deaths,
            "surprise": self.marks.surprises,
        }
        return kinds.get(what, ())

    def handle(self, event: pygame.event.Event) -> None:
        """Answer an event; a mouse that leaves the window looks at nothing."""
        if event.type == pygame.WINDOWLEAVE:
            self._mouse_at = None
            self.stale()
        super().handle(event)

    def mouse(self, event: pygame.event.Event) -> None:
        """Look where the mouse is on the time line; seek while the left button drags there."""
        if event.type == pygame.MOUSEBUTTONUP:
            self._dragging = False  # also while the help is open: nothing is held any more
        if event.type == pygame.MOUSEWHEEL or self.scene.help:
            return
        before, self._mouse_at = self.under_mouse(), event.pos
        if self.under_mouse() != before:
            self.stale()
        pressed = event.type == pygame.MOUSEBUTTONDOWN and event.button == LEFT_BUTTON
        frame = self.under_mouse()
        if (pressed or self._dragging) and frame is not None:
            self._dragging = True
            self.cursor.seek(frame)
            # Shown when the window is drawn: a drag sends more events than pictures can be decoded.
            self._moved = True
            self.stale()

    def under_mouse(self) -> int | None:
        """Return the frame of the time line under the mouse, None beside it, unless it is being dragged."""
        strip = self.strip()
        if self._mouse_at is None or not (self._dragging or strip.collidepoint(self._mouse_at)):
            return None
        timeline, bar = self.timeline(), self._bar(strip)
        return timeline.frame_at(bar, self._mouse_at[0])

    def _bar(self, strip: pygame.Rect) -> pygame.Rect:
        """Return where the line itself lies in the window."""
        sizes = Sizes.of(*screen().get_size())
        canvas = Canvas(pygame.Surface(strip.size), sizes, self._type)
        return timeline_bar(canvas, self.timeline()).move(strip.topleft)

    def draw(self) -> None:
        """Draw the window as it is now."""
        if self._moved:
            self._bring()
        self._stale = False  # what was brought is drawn now
        target = screen()
        self.paint(target)
        frame = None if self.scene.help else self.under_mouse()
        if frame is not None:
            strip = self.strip()
            canvas = Canvas(target, Sizes.of(*target.get_size()), self._type)
            x = self.timeline().x_of(self._bar(strip), frame)
            draw_thumbnail(canvas, self.thumbnail(frame), x, strip.y)
        pygame.display.flip()

    def _bring(self) -> None:
        self._moved = False
        self.show()
        self.stale()

    def status(self) -> Status:
        """Return what the bottom line says."""
        return Status()

    @abstractmethod
    def timeline(self) -> Timeline:
        """Return what the time line shows just now."""

    @abstractmethod
    def strip(self) -> pygame.Rect:
        """Return where the time line lies in the window."""

    @abstractmethod
    def show(self) -> None:
        """Bring pictures and panels to where the cursor is."""

    @abstractmethod
    def paint(self, target: pygame.Surface) -> None:
        """Draw everything but what the mouse looks at."""

    @abstractmethod
    def thumbnail(self, frame: int) -> Thumbnail:
        """Return what is shown of a frame under the mouse."""
