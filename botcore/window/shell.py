"""What live play and a replay have in common: the loop of events, time and drawing around a Scene."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pygame
from numpy.typing import NDArray

from botcore.about import SceneAbout
from botcore.errors import BotplayError
from botcore.window.controls import Command, Keys
from botcore.window.display import open_window, screen
from botcore.window.help import KeyHelp
from botcore.window.keyboard import events
from botcore.window.patience import Left, Patience
from botcore.window.scene import Scene
from botcore.window.screenshot import save_screenshot
from botcore.window.status import Status
from botcore.window.transport import SECOND, Transport

MESSAGE_SECONDS = 4
WAIT = SECOND // 100
"""The longest the loop sleeps, so that keys are answered at once."""
LEAST_FRAME = SECOND // 120
"""Nothing is drawn more often than this."""
BUDGET = SECOND // 30
"""After computing so long without drawing, draw."""


class Shell(ABC):
    """A window on one stream. Subclasses say what the next frame is and what their own keys do.

    Attributes:
        scene: what is drawn.
        transport: time.
        picture: the picture on screen, None before the first.
        panels: whether the panels are shown.
        open: False ends the loop.
        patience: while it waits for a plugin's code, the window can be left.
    """

    def __init__(self, about: SceneAbout, keys: Keys, mouse: Sequence[KeyHelp], speed: float) -> None:
        """Prepare; no window is opened yet."""
        self.scene = Scene((1, 1), about)
        self.transport = Transport(about.fps, speed, time.monotonic_ns())
        self.picture: NDArray[np.uint8] | None = None
        self.panels = True
        self.open = True
        self.keys = keys
        self._mouse = mouse
        self._message, self._message_until, self._mentioned = "", 0, ""
        self._stale = True
        self._unanswered: list[pygame.event.Event] = []
        self.patience = Patience(self._look_up)

    def run(self) -> None:
        """Open the window and stay until it is closed."""
        with open_window(self.scene.about.title), self.patience.on_duty():
            while self.open:
                asked, self._unanswered = [*self._unanswered, *events()], []
                for event in asked:
                    self.handle(event)
                if self.open:
                    self._tick()

    def _look_up(self, waited: float) -> None:
        """Let the window be left while a plugin's code takes long; all other events wait for its end."""
        for event in events():
            if self._closes(event):
                self.scene.help = ()
                self.handle(event)
                raise Left
            self._unanswered.append(event)
        self.say(f"the game or its brain has not answered for {waited:.0f} s; Esc leaves")
        self.draw()

    def _closes(self, event: pygame.event.Event) -> bool:
        if event.type != pygame.KEYDOWN:
            return event.type == pygame.QUIT
        return self.keys.command(event.key, event.unicode, busy=self.busy(event.key)) is Command.CLOSE

    def _tick(self) -> None:
        started = time.monotonic_ns()
        self._catch_up(started)
        if self._message and started > self._message_until:
            self.say("")
        if self._stale and self.open:
            self.draw()
        now = time.monotonic_ns()
        until = started + WAIT if self.transport.paused else self.transport.next_due()
        until = max(until, started + LEAST_FRAME)
        if self.open and not self.scene.help:
            self.idle(until - now)
            now = time.monotonic_ns()
        time.sleep(max(0, min(until - now, WAIT)) / SECOND)

    def _catch_up(self, started: int) -> None:
        """Go on by the frames that are due; while somebody reads the help, nothing is missed."""
        while self.open and not self.scene.help and self.transport.due(now := time.monotonic_ns()):
            self.transport.take(1)
            self.advance()
            self._stale = True
            if now - started > BUDGET:
                return

    def draw(self) -> None:
        """Draw the window as it is now."""
        self._stale = False
        self.scene.status = self._full_status()
        self.scene.draw(screen(), self.picture, self.panels)
        pygame.display.flip()

    def stale(self) -> None:
        """Say that the window must be drawn anew."""
        self._stale = True

    def look(self) -> None:
        """Show where the brain looks, if it can be known."""
        self.say("where a brain looks is shown only while it plays live and alone")

    def idle(self, left: int) -> None:
        """Use the time until something is due, in nanoseconds, if there is a use for it."""

    def do_pause(self) -> None:
        """Let time stand still."""
        self.transport.pause(True, time.monotonic_ns())

    def _full_status(self) -> Status:
        clock = self.transport
        behind = clock.behind(time.monotonic_ns())
        status = replace(self.status(), paused=clock.paused, speed=clock.speed, behind=behind)
        return replace(status, message=self._message)

    def say(self, message: str) -> None:
        """Show one line at the bottom for a while."""
        self._message = message
        self._message_until = time.monotonic_ns() + MESSAGE_SECONDS * SECOND
        self._stale = True

    def mention(self, message: str) -> None:
        """Show a line that may come again and again: it says nothing over what was said since."""
        if message != self._mentioned or self._message in ("", message):
            self._mentioned = message
            self.say(message)

    def handle(self, event: pygame.event.Event) -> None:
        """Answer one event."""
        if event.type == pygame.QUIT:
            self.open = False
            pygame.event.post(event)  # Whoever lent the window closes too.
        elif event.type == pygame.KEYDOWN:
            self._stale = True
            self.key(event.key, event.unicode, shift=bool(event.mod & pygame.KMOD_SHIFT))
        elif event.type == pygame.TEXTINPUT:
            self.write(event.text)
        elif event.type in (pygame.VIDEORESIZE, pygame.VIDEOEXPOSE, pygame.WINDOWEXPOSED):
            self._stale = True
        elif event.type in (
            pygame.MOUSEBUTTONDOWN,
            pygame.MOUSEBUTTONUP,
            pygame.MOUSEMOTION,
            pygame.MOUSEWHEEL,
        ):
            self.mouse(event)

    def more_help(self) -> Sequence[KeyHelp]:
        """Return what the help says below the keys of the window."""
        return self._mouse

    def key(self, code: int, typed: str, *, shift: bool = False) -> None:
        """Answer a key: close the help, or do what the tables say."""
        command = self.keys.command(code, typed, busy=self.busy(code), shift=shift)
        if self.scene.help and command is not Command.CLOSE:
            self.scene.help = ()
        elif command is not None:
            self.do(command)
        else:
            self.other_key(code)

    def write(self, typed: str) -> None:
        """Take in text, which may be of several keys (accents, input methods); most windows take none."""

    def do(self, command: Command) -> None:
        """Carry out a command."""
        now = time.monotonic_ns()
        match command:
            case Command.CLOSE if self.scene.help:
                self.scene.help = ()
            case Command.CLOSE:
                self.open = False
            case Command.HELP:
                self.scene.help = self.keys.help(self.more_help())
            case Command.PAUSE:
                self.transport.pause(not self.transport.paused, now)
            case Command.FASTER:
                self.transport.faster(now)
            case Command.SLOWER:
                self.transport.slower(now)
            case Command.PANELS:
                self.panels = not self.panels
            case Command.LOOK:
                self.look()
            case Command.SCREENSHOT:
                self._screenshot()
            case _:
                self.own(command)
        self._stale = True

    def _screenshot(self) -> None:
        about = self.scene.about
        self.draw()
        try:
            path = save_screenshot(screen(), f"{about.game}-{about.brain}")
        except BotplayError as error:
            self.say(str(error))
        else:
            self.say(f"screenshot in {path}")

    @abstractmethod
    def advance(self) -> None:
        """Go on by one of the game's frames."""

    @abstractmethod
    def own(self, command: Command) -> None:
        """Carry out a command that is not common to all windows."""

    @abstractmethod
    def status(self) -> Status:
        """Return what the bottom line says, apart from time and messages."""

    @abstractmethod
    def mouse(self, event: pygame.event.Event) -> None:
        """Answer the mouse."""

    def busy(self, code: int) -> bool:
        """Whether a key belongs to the game just now."""
        return False

    def other_key(self, code: int) -> None:
        """Answer a key that the host does not use."""
