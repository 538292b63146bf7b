"""The window on a replay: the same Scene, with a time line to go anywhere."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pygame

from botcore.errors import BotplayError
from botcore.window.about import SceneAbout
from botcore.window.controls import COMMON, MOUSE_REPLAY, REPLAY, Command, Keys
from botcore.window.cursor import Cursor
from botcore.window.history import SPAN
from botcore.window.shell import Shell
from botcore.window.status import Status
from botcore.window.timeline import Timeline

if TYPE_CHECKING:
    from botcore.contracts.moment import Moment
    from botcore.replay.format import EpisodeHeader
    from botcore.replay.reader import Replay
    from botcore.replay.steps import Line

LEFT_BUTTON = 1


def run_replay(replay: Replay, *, speed: float = 1.0, start: int = 0) -> None:
    """Show a replay from frame `start` on until the window is closed; at the end its last picture stays.

    Raises:
        BotplayError: no window can be opened.
    """
    player = Player(replay, speed)
    player.go_to(start)
    player.run()


def about_replay(header: EpisodeHeader) -> SceneAbout:
    """Return what the window says about a replay."""
    about = header.about
    game = about.game if about.scenario in ("default", about.game) else f"{about.game}/{about.scenario}"
    note = header.started[: len("2026-01-31T23:59")].replace("T", " ")
    if header.status == "recovered":
        note += "  ·  the recording was cut off"
    title = f"{game} · {about.brain} · replay"
    return SceneAbout(
        title, game, about.brain, about.action_names, about.fps, note, about.discount, about.unit
    )


def timeline_of(lines: Sequence[Line], fps: float) -> Timeline:
    """Return length and marks of a replay."""
    deaths = []
    for before, after in itertools.pairwise(lines):
        old, new = before.moment.info.get("lives"), after.moment.info.get("lives")
        if isinstance(old, int | float) and isinstance(new, int | float) and new < old:
            deaths.append(after.moment.frame)
    moments = [line.moment for line in lines]
    return Timeline(
        last=moments[-1].frame,
        fps=fps,
        gains=tuple(m.frame for m in moments if m.reward > 0),
        losses=tuple(m.frame for m in moments if m.reward < 0),
        deaths=tuple(deaths),
    )


class Player(Shell):
    """Moves a cursor over the replay's frames and draws what lies under it."""

    def __init__(self, replay: Replay, speed: float) -> None:
        """Prepare at the first frame."""
        super().__init__(about_replay(replay.header), Keys(COMMON + REPLAY), MOUSE_REPLAY, speed)
        self._replay = replay
        self._timeline = timeline_of(replay.lines, replay.header.about.fps)
        self.cursor = Cursor([line.moment.frame for line in replay.lines])
        self._shown = -1
        self._dragging = False
        self._show()

    def go_to(self, frame: int) -> None:
        """Show a frame."""
        self.cursor.seek(frame)
        self._show()

    def advance(self) -> None:
        """Show the next frame; at the end, pause."""
        if not self.cursor.forward():
            self.do_pause()
            return
        self._show()

    def own(self, command: Command) -> None:
        """Carry out a command of the player; steps and jumps let time stand still as they should."""
        cursor, ten = self.cursor, round(10 * self._timeline.fps)
        match command:
            case Command.STEP:
                self.do_pause()
                cursor.step(1)
            case Command.STEP_BACK:
                self.do_pause()
                cursor.step(-1)
            case Command.FORWARD:
                cursor.seek(cursor.frame + ten)
            case Command.BACK:
                cursor.seek(cursor.frame - ten)
            case Command.HOME:
                cursor.seek(0)
            case Command.END:
                cursor.seek(self._timeline.last)
        self._show()

    def do(self, command: Command) -> None:
        """Carry out a command; going on at the end starts again from the begin."""
        if command is Command.PAUSE and self.transport.paused and self.cursor.at_end:
            self.cursor.seek(0)
            self._show()
        super().do(command)

    def mouse(self, event: pygame.event.Event) -> None:
        """Seek while the left button drags on the time line."""
        if event.type == pygame.MOUSEBUTTONUP:
            self._dragging = False
            return
        pressed = event.type == pygame.MOUSEBUTTONDOWN and event.button == LEFT_BUTTON
        if not (pressed or self._dragging) or self.scene.help:
            return
        frame = self.scene.frame_at(event.pos, self.panels, grabbed=self._dragging)
        if frame is not None:
            self._dragging = True
            self.cursor.seek(frame)
            self._show()

    def status(self) -> Status:
        """Return what the bottom line says."""
        return Status()

    def _show(self) -> None:
        """Bring picture, panels and time line to where the cursor is."""
        cursor = self.cursor
        if cursor.index != self._shown:
            self._follow(cursor.index)
        if self._replay.header.picture is not None:
            try:
                self.picture = self._replay.picture(cursor.frame)
            except BotplayError as error:
                self.say(str(error))
        self.scene.timeline = (self._timeline, cursor.frame)
        self.stale()

    def _follow(self, index: int) -> None:
        """Let the panels hold the Moment at `index`: the next one is added, after a jump they are rebuilt."""
        moment = self._moment(index)
        if index == self._shown + 1:
            self.scene.update(moment)
        else:
            start = max(0, index - SPAN + 1)
            earlier = (line.moment for line in self._replay.lines[start:index])
            self.scene.rebuild([*earlier, moment])
        self._shown = index

    def _moment(self, index: int) -> Moment:
        """Return a Moment with what the eyes saw; where a video is damaged, without."""
        try:
            return self._replay.moment(index)
        except BotplayError as error:
            self.say(str(error))
            return self._replay.lines[index].moment
