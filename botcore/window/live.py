"""The window on live play."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import pygame
from numpy.typing import NDArray

from botcore.about import SceneAbout
from botcore.contracts.learner import Of
from botcore.contracts.moment import MomentStream
from botcore.ending import ASKED
from botcore.errors import BotplayError
from botcore.window.controls import COMMON, LIVE, MOUSE_LIVE, WHEEL_LIVE, Command, Keys
from botcore.window.gaze import Gaze
from botcore.window.hands import YOUR_MOVE, hands_for
from botcore.window.help import KeyHelp
from botcore.window.shell import Shell
from botcore.window.status import Status

WHEEL_BUTTONS = (4, 5)
"""What SDL calls a turn of the wheel, besides telling of it as one."""
BRUSH_STEP, BRUSH_MOST = 4.0, 64
"""A stroke of the mouse touches every so many pixels of the picture, so often at most."""


class LiveSession(Protocol):
    """What the window needs of live play; `botcore.session.Session` is one."""

    env: Any
    learning: bool
    can_learn: bool
    human_action: int | None
    by_hand: bool
    in_background: bool
    fps: float

    @property
    def run_up(self) -> int:
        """How many steps somebody else's decisions go on for."""

    def get_ready(self) -> bool:
        """Import in the background what learning needs; return whether it is there."""

    def about_scene(self) -> SceneAbout:
        """Return who plays what."""

    def attention(self, of: Of) -> NDArray[np.float32] | None:
        """Return where the brain looks, `[H, W]`, or None if it cannot tell."""

    def restart(self, *, new_seed: bool) -> None:
        """End this episode and begin another."""


def run_live(
    session: LiveSession,
    moments: MomentStream,
    *,
    speed: float = 1.0,
    on_problem: Callable[[str], None] | None = None,
    recording: Callable[[], bool] = lambda: False,
    notice: Callable[[], str | None] = lambda: None,
    change_brain: Callable[[], str] = lambda: "no other brain is at hand",
    keep: Callable[[], str] = lambda: "nothing can be kept here",
) -> None:
    """Show live play at the game's pace until the stream ends or the window is closed; then close the stream.

    Args:
        session: what keys and mouse act on.
        moments: the stream, which is computed as it is shown; closing it must finish a recording.
        speed: multiple of the game's own pace.
        on_problem: told, in one line, what went wrong in a function of the game; it is also shown.
        recording: whether the stream is being recorded just now.
        notice: asked once a Moment for a line to show: what a recorder has to say.
        change_brain: lets the next brain of the session go on, and returns what to say about it.
        keep: keeps what the brain has learned, and returns what to say about it.

    Raises:
        BotplayError: no window can be opened.
    """
    live = Live(session, moments, speed, on_problem, recording, notice, change_brain, keep)
    try:
        live.run()
    finally:
        moments.close()


def _mouse_of(game: Any) -> Sequence[KeyHelp]:
    """Return what the mouse does in a game, nothing where it does nothing."""
    touch = [(MOUSE_LIVE[0], getattr(game, "touch_help", MOUSE_LIVE[1]))] if hasattr(game, "touch") else []
    return [*touch, WHEEL_LIVE] if touch and hasattr(game, "wheel") else touch


class Live(Shell):
    """Pulls a Moment when its pictures are due, and gives the person's hands to the session."""

    def __init__(
        self,
        session: LiveSession,
        moments: MomentStream,
        speed: float,
        on_problem: Callable[[str], None] | None,
        recording: Callable[[], bool],
        notice: Callable[[], str | None],
        change_brain: Callable[[], str] = lambda: "no other brain is at hand",
        keep: Callable[[], str] = lambda: "nothing can be kept here",
    ) -> None:
        """Prepare; nothing is computed yet."""
        game = session.env.unwrapped
        commands = game.commands() if hasattr(game, "commands") else {}
        super().__init__(session.about_scene(), Keys(COMMON + LIVE, commands), _mouse_of(game), speed)
        self._session, self._moments = session, moments
        self._on_problem, self._recording, self._notice = on_problem, recording, notice
        self._change_brain, self._keep, self._gaze = change_brain, keep, Gaze()
        self._hands = hands_for(game, self.scene.about.game, self.scene.about.action_names)
        self._game, self._touch = game, getattr(game, "touch", None)
        self._brush: tuple[int, tuple[float, float]] | None = None
        self._pictures: list[NDArray[np.uint8]] = []
        self._promised = False
        session.in_background = True

    def advance(self) -> None:
        """Show the next picture; when there is none left, let the game go on by a Moment."""
        if not self._pictures and not self._waits:
            self._pull()
        if self._pictures:
            self.picture = self._pictures.pop(0)

    @property
    def _waits(self) -> bool:
        """Whether the game waits for the person's next key; what others decided is not waited for."""
        session, begun = self._session, self.scene.history.now is not None
        return begun and session.human_action is not None and not session.run_up and self._hands.waiting

    @property
    def _stands_still(self) -> bool:
        return self.transport.paused or self._waits

    def _pull(self) -> None:
        if self._session.human_action is not None:
            self._session.human_action = self._hands.action()
        with self.patience.waiting():
            moment = next(self._moments, None)
        if moment is None:
            self.open = False
            return
        self.scene.update(moment)
        self._gaze.moved(max(1, len(moment.pictures)) / self.scene.about.fps)
        self.scene.gaze = self._gaze.shown
        self._pictures = list(moment.pictures)
        notice = self._notice()
        if notice:
            self.mention(notice)

    def own(self, command: Command) -> None:
        """Carry out a command of live play."""
        session = self._session
        match command:
            case Command.STEP:
                self._step()
            case Command.TAKE_OVER if session.by_hand:
                self.say("you play; M lets another brain go on")
            case Command.TAKE_OVER:
                self._hands.let_go()
                session.human_action = self._hands.action() if session.human_action is None else None
            case Command.LEARN if session.can_learn:
                session.learning = self._promised = not session.learning
            case Command.LEARN:
                self.say(f"{self.scene.about.brain} has nothing to learn")
            case Command.KEEP:
                self._try(lambda: self.say(self._keep()))
            case Command.CHANGE_BRAIN:
                self._try(lambda: self.say(self._change_brain()))
                self.scene.follow(session.about_scene())
                pygame.display.set_caption(self.scene.about.title, "botplay")
                self._forget_gaze()
            case Command.RESTART | Command.NEW_SEED:
                session.restart(new_seed=command is Command.NEW_SEED)
                self._pictures = []
                self._forget_gaze()
                if self._stands_still:
                    self._next_moment()

    def look(self) -> None:
        """Show where the brain looks for its action, for V, or not at all."""
        self._gaze.cycle()
        self.scene.gaze = None

    def idle(self, left: int) -> None:
        """Tell that learning has begun when it has; see where the brain looks, if that takes no time."""
        if self._promised and self._learns():
            self._promised = False
            self.say("it learns from now on; curves come with its first updates")
        left = left if not self.transport.paused else sys.maxsize
        begun = self.scene.history.now is not None
        if begun and self._gaze.look(self._ask, left, time.monotonic_ns):
            self.scene.gaze = self._gaze.shown
            self.stale()

    def _ask(self, of: Of) -> NDArray[np.float32] | None:
        found: list[NDArray[np.float32] | None] = []
        if self._try(lambda: found.append(self._session.attention(of))) and found[0] is None:
            self.say(f"{self.scene.about.brain} cannot tell where it looks: it has no eyes for that")
        return found[0] if found else None

    def _forget_gaze(self) -> None:
        self._gaze.forget()
        self.scene.gaze = None

    def _step(self) -> None:
        """Pause, and go on by exactly one Moment."""
        self.do_pause()
        if not self._waits:
            self._next_moment()

    def _next_moment(self) -> None:
        """Show how the next Moment ends; what is left of the last one is skipped."""
        self._pull()
        if self._pictures:
            self.picture = self._pictures[-1]
            self._pictures = []

    def status(self) -> Status:
        """Return what the bottom line says."""
        session = self._session
        return Status(
            learning=self._learns() if session.can_learn else None,
            taken_over=session.human_action is not None and not session.run_up,
            looking=(self._gaze.of or "") if self._gaze.ready else "",
            recording=self._recording(),
        )

    def _full_status(self) -> Status:
        """Return the bottom line; where there is no message it says what is about to begin."""
        status = super()._full_status()
        return status if status.message else replace(status, message=self._coming())

    def _coming(self) -> str:
        session = self._session
        if session.run_up:
            who = "you play" if session.human_action is not None else f"{self.scene.about.brain} plays"
            return f"{who} in {self._seconds_of(session.run_up)} s"
        if self._waits:
            return YOUR_MOVE
        if self._gaze.of is not None and not self._gaze.ready:
            return "getting ready to look …"
        waits = session.learning and session.can_learn and not self._learns()
        return "getting ready to learn …" if waits else ""

    def _learns(self) -> bool:
        session = self._session
        return session.learning and session.can_learn and session.get_ready()

    def _seconds_of(self, steps: int) -> int:
        """Return how long steps take at this speed, if they have as many frames as those before."""
        now = self.scene.history.now
        frames = steps * now.frame / now.step if now and now.step else steps
        return math.ceil(frames / self.scene.about.fps / self.transport.speed)

    def busy(self, code: int) -> bool:
        """Whether a person plays with this key."""
        return self._session.human_action is not None and code in self._hands.used

    def more_help(self) -> Sequence[KeyHelp]:
        """Return what keys mean to who has taken over, and what the mouse does."""
        return [*self._hands.help(self.scene.about.action_names), *super().more_help()]

    def handle(self, event: pygame.event.Event) -> None:
        """Note which keys are held, then answer the event."""
        if event.type == pygame.KEYDOWN:
            self._hands.press(event.key)
        elif event.type == pygame.KEYUP:
            self._hands.release(event.key)
        elif event.type == pygame.WINDOWFOCUSLOST:
            self._hands.let_go()
        elif event.type == pygame.WINDOWLEAVE and self.scene.brush is not None:
            self.scene.brush = None
            self.stale()
        super().handle(event)

    def other_key(self, code: int) -> None:
        """Do what one of the game's own keys asks."""
        found = self.keys.game_command(code)
        if found is not None:
            label, function = found
            answer: list[object] = []
            if self._try(lambda: answer.append(function())):
                self.say(f"{label}: {answer[0] if isinstance(answer[0], str) else 'done'}")
                self._look_again()

    def mouse(self, event: pygame.event.Event) -> None:
        """Let the game feel the mouse while a button is held over the picture."""
        if event.type == pygame.MOUSEBUTTONUP and event.button not in WHEEL_BUTTONS:
            self._brush = None  # also while the help is open: nothing is held any more
        if self._touch is None or self.scene.help or getattr(event, "button", None) in WHEEL_BUTTONS:
            return
        if event.type == pygame.MOUSEWHEEL:
            self._turn_wheel(event.y)
            return
        self._show_brush(event.pos)
        place = self.scene.fitted(self.panels).pixel(*event.pos)
        if event.type == pygame.MOUSEBUTTONDOWN and place is not None:
            self._brush = (event.button, place)
            self._stroke(place, place)
        elif event.type == pygame.MOUSEMOTION and self._brush is not None and place is not None:
            start, self._brush = self._brush[1], (self._brush[0], place)
            self._stroke(start, place)

    def _turn_wheel(self, turns: int) -> None:
        """Make the brush larger or smaller."""
        wheel = getattr(self._game, "wheel", None)
        if wheel is not None and self._try(lambda: wheel(turns)):
            self._show_brush(pygame.mouse.get_pos())

    def _show_brush(self, mouse: tuple[int, int]) -> None:
        """Show how large the game's brush is, where it has one."""
        radius = getattr(self._game, "brush", None)
        if radius is not None:
            self.scene.brush = (mouse, float(radius))
            self.stale()

    def _stroke(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Touch every few pixels between two points, the last one included."""
        if self._brush is None or self._touch is None:
            return
        button, touch = self._brush[0], self._touch
        length = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
        count = min(BRUSH_MOST, max(1, int(length / BRUSH_STEP)))
        for n in range(1, count + 1):
            x, y = (a + (b - a) * n / count for a, b in zip(start, end, strict=True))
            if not self._try(lambda x=x, y=y: touch(x, y, button)):  # type: ignore[misc]
                self._brush = None
                return
        self._look_again()

    def _look_again(self) -> None:
        """Where time stands still, show what a hand changed; else the next Moment does."""
        drawn: list[Any] = []
        render = self._session.env.render
        if self._stands_still and self._try(lambda: drawn.append(render())) and drawn[0] is not None:
            self.picture = np.asarray(drawn[0], np.uint8)
            self.stale()

    def _try(self, function: Callable[[], object]) -> bool:
        """Call a plugin's code; what goes wrong in it is said, and the window goes on."""
        try:
            with self.patience.waiting():
                function()
        except ASKED:
            raise
        except BaseException as error:
            problem = str(error) if isinstance(error, BotplayError) else f"{type(error).__name__}: {error}"
            self.say(problem)
            if self._on_problem is not None:
                self._on_problem(problem)
            return False
        return True
