"""The window on several brains that play the same game at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import pygame
from numpy.typing import NDArray

from botcore.about import SceneAbout
from botcore.contracts.moment import Moment
from botcore.window.canvas import Canvas
from botcore.window.controls import COMMON, LIVE, LOOKING_ALONE, Command, Keys
from botcore.window.display import screen
from botcore.window.hands import YOUR_MOVE, hands_for
from botcore.window.help import KeyHelp, draw_help
from botcore.window.live import LiveSession
from botcore.window.scene import Scene
from botcore.window.shell import Shell
from botcore.window.side_by_side import SideBySide
from botcore.window.status import Status, draw_status
from botcore.window.theme import Sizes, Typeface

VERSUS = tuple(key for key in LIVE if key.command in (Command.RESTART, Command.NEW_SEED))
SECONDS_AT_END = 2.0
"""How long the last pictures of a round stay, at the game's own pace."""


class PlaysOn(Protocol):
    """Told of each round that was played to its end: its seed and the scores."""

    def __call__(self, seed: int, scores: Sequence[float]) -> bool:
        """Return whether another round follows."""


@dataclass(frozen=True)
class Player:
    """One who plays: the name shown, what keys act on, and the stream."""

    label: str
    session: LiveSession
    moments: Iterator[Moment]


def run_versus(
    players: Sequence[Player],
    plays_on: PlaysOn,
    *,
    speed: float = 1.0,
    recording: Callable[[], bool] = lambda: False,
    notice: Callable[[], str | None] = lambda: None,
) -> None:
    """Show several plays side by side on one clock until the window is closed or no round follows.

    Raises:
        BotplayError: no window can be opened.
    """
    VersusWindow(players, plays_on, speed=speed, recording=recording, notice=notice).run()


class Lane:
    """One stream in the window: computed when its next picture is due, and still when its episode is over.

    Attributes:
        scene: takes in the Moments.
        picture: what is on screen, None before the first.
        moment: the latest Moment of the round, None before its first.
    """

    def __init__(self, player: Player, scene: Scene) -> None:
        """Prepare; nothing is computed yet."""
        self.scene, self._player = scene, player
        self.picture: NDArray[np.uint8] | None = None
        self.moment: Moment | None = None
        self._pictures: list[NDArray[np.uint8]] = []
        self._ended = False
        by_hand = player.session.human_action is not None
        game, about = player.session.env.unwrapped, scene.about
        self.hands = hands_for(game, about.game, about.action_names) if by_hand else None

    @property
    def over(self) -> bool:
        """Whether its episode is over and shown to the end."""
        return self._ended or (self.moment is not None and self.moment.last and not self._pictures)

    @property
    def waits(self) -> bool:
        """Whether the game waits for the person's next key."""
        return self.moment is not None and not self.over and self.hands is not None and self.hands.waiting

    def advance(self) -> None:
        """Show the next picture; when there is none left, let the game go on by a Moment."""
        if self.over:
            return
        if not self._pictures and not self.waits:
            self._pull()
        if self._pictures:
            self.picture = self._pictures.pop(0)

    def step(self) -> None:
        """Go on by a Moment and show how it ends."""
        if not self.over and not self.waits:
            self._pull()
            if self._pictures:
                self.picture = self._pictures[-1]
                self._pictures = []

    def begin(self) -> None:
        """Be ready for another round."""
        self.moment, self._pictures = None, []

    def restart(self, *, new_seed: bool) -> None:
        """End this episode and be ready for another."""
        self._player.session.restart(new_seed=new_seed)
        self.begin()

    def _pull(self) -> None:
        if self.hands is not None:
            self._player.session.human_action = self.hands.action()
        moment = next(self._player.moments, None)
        if moment is None:
            self._ended = True
            return
        self.moment = moment
        self.scene.update(moment)
        self._pictures = list(moment.pictures)


class VersusWindow(Shell):
    """Several lanes on one clock. Who is over waits for the others; then the next seed is everybody's."""

    def __init__(
        self,
        players: Sequence[Player],
        plays_on: PlaysOn,
        *,
        speed: float = 1.0,
        recording: Callable[[], bool] = lambda: False,
        notice: Callable[[], str | None] = lambda: None,
    ) -> None:
        """Prepare; nothing is computed yet."""
        abouts = [replace(player.session.about_scene(), brain=player.label, note="") for player in players]
        super().__init__(about_all(abouts), Keys(COMMON + VERSUS + LOOKING_ALONE), (), speed)
        self.both = SideBySide((1, 1), abouts)
        self.lanes = [Lane(p, scene) for p, scene in zip(players, self.both.scenes, strict=True)]
        self._plays_on, self._recording, self._notice = plays_on, recording, notice
        self._type = Typeface()
        self._won, self._rounds, self._waited = [0] * len(players), 0, 0
        self._told, self._more = False, True

    @property
    def over(self) -> bool:
        """Whether the round is over for everybody."""
        return all(lane.over for lane in self.lanes)

    def advance(self) -> None:
        """Let every lane go on by a frame; after the end of a round wait a little, then begin the next."""
        if self.over:
            self._waited += 1
            if self._waited > SECONDS_AT_END * self.scene.about.fps:
                self._next_round()
            return
        self._each(Lane.advance)

    def own(self, command: Command) -> None:
        """Carry out a command of this window."""
        match command:
            case Command.STEP:
                self.do_pause()
                self._step()
            case Command.RESTART | Command.NEW_SEED if all(lane.moment for lane in self.lanes):
                for lane in self.lanes:
                    lane.restart(new_seed=command is Command.NEW_SEED)
                # A round that was told is not told twice: its seed would count twice.
                self._waited, self._told = 0, self._told and command is Command.RESTART
                if self.transport.paused:
                    self._step()

    def _step(self) -> None:
        if self.over:
            self._next_round()
        if self.open:
            self._each(Lane.step)

    def _each(self, go_on: Callable[[Lane], None]) -> None:
        for lane in self.lanes:
            with self.patience.waiting():
                go_on(lane)
        first = self.lanes[0].moment
        if first is not None:
            note = f"round {self._rounds + (not self._told)}  ·  seed {first.seed}"
            self.scene.about = replace(self.scene.about, note=note)
        notice = self._notice()
        if notice:
            self.mention(notice)
        if self.over and not self._told:
            self._count_round()

    def _count_round(self) -> None:
        """Tell the scores, and note beside the names who won how many rounds."""
        self._told = True
        ends = [lane.moment for lane in self.lanes]
        scores = [moment.score for moment in ends if moment is not None]
        if len(scores) < len(self.lanes) or any(lane.moment and not lane.moment.last for lane in self.lanes):
            return
        self._rounds += 1
        for place, score in enumerate(scores):
            self._won[place] += score == max(scores) > min(scores)
            scene = self.lanes[place].scene
            scene.about = replace(scene.about, note=f"won {self._won[place]} of {self._rounds}")
        seed = next(moment.seed for moment in ends if moment is not None)
        self._more = self._plays_on(seed, scores)

    def _next_round(self) -> None:
        if not self._more:
            self.open = False
            return
        for lane in self.lanes:
            lane.begin()
        self._waited, self._told = 0, False

    def draw(self) -> None:
        """Draw the window as it is now."""
        self._stale = False
        self.scene.status = self._full_status()
        target = screen()
        canvas = Canvas(target, Sizes.of(*target.get_size()), self._type)
        if self.scene.help:
            draw_help(canvas, self.scene.help)
        else:
            bar = canvas.type.line(canvas.sizes.small) + canvas.sizes.unit
            above = pygame.Rect(0, 0, canvas.width, max(1, canvas.height - bar))
            self.both.draw(target.subsurface(above), [lane.picture for lane in self.lanes], self.panels)
            bottom = pygame.Rect(0, above.h, canvas.width, canvas.height - above.h)
            if bottom.h:
                draw_status(canvas.inside(bottom), self.scene.about, self.scene.status)
        pygame.display.flip()

    def status(self) -> Status:
        """Return what the bottom line says."""
        by_hand = any(lane.hands is not None for lane in self.lanes)
        return Status(taken_over=by_hand, recording=self._recording())

    def _full_status(self) -> Status:
        """Return the bottom line; where there is no message it says whether the person is waited for."""
        status, waits = super()._full_status(), any(lane.waits for lane in self.lanes)
        return replace(status, message=YOUR_MOVE) if waits and not status.message else status

    def mouse(self, event: pygame.event.Event) -> None:
        """Do nothing: the mouse cannot be in all games at once."""

    def busy(self, code: int) -> bool:
        """Whether a person plays with this key."""
        return any(lane.hands is not None and code in lane.hands.used for lane in self.lanes)

    def more_help(self) -> Sequence[KeyHelp]:
        """Return what keys mean to the person who plays, if one does."""
        hands = next((lane.hands for lane in self.lanes if lane.hands is not None), None)
        return hands.help(self.scene.about.action_names) if hands else []

    def handle(self, event: pygame.event.Event) -> None:
        """Note which keys are held, then answer the event."""
        for hands in (lane.hands for lane in self.lanes if lane.hands is not None):
            if event.type == pygame.KEYDOWN:
                hands.press(event.key)
            elif event.type == pygame.KEYUP:
                hands.release(event.key)
            elif event.type == pygame.WINDOWFOCUSLOST:
                hands.let_go()
        super().handle(event)


def about_all(abouts: Sequence[SceneAbout]) -> SceneAbout:
    """Return what the window as a whole is about: the game, and everybody who plays it."""
    first, names = abouts[0], " vs ".join(about.brain for about in abouts)
    return replace(first, title=f"{first.game} · {names}", brain=names)
