"""Several replays side by side on one clock, such as both branches of an episode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pygame

from botcore.about import SceneAbout
from botcore.window.canvas import Canvas, points
from botcore.window.controls import ALONE, Command, Keys
from botcore.window.display import screen
from botcore.window.follower import Follower
from botcore.window.help import draw_help
from botcore.window.marks import Marks, marks_of
from botcore.window.playback import WATCHING, Playback
from botcore.window.player import about_replay
from botcore.window.side_by_side import SideBySide
from botcore.window.status import draw_status
from botcore.window.theme import Sizes
from botcore.window.thumbnail import Thumbnail
from botcore.window.timeline import Timeline, draw_timeline, timeline_height

if TYPE_CHECKING:
    from botcore.replay.reader import Replay

GAP = 4
"""Pixels between the pictures under the mouse."""


def run_comparison(replays: Sequence[Replay], *, speed: float = 1.0, start: int = 0) -> None:
    """Show replays side by side from frame `start` of the first on, until the window is closed.

    Raises:
        BotplayError: no window can be opened.
    """
    comparison = Comparison(replays, speed)
    comparison.go_to(start)
    comparison.run()


class Comparison(Playback):
    """Plays several replays at once. The clock counts the first one's frames; the time line has its marks."""

    def __init__(self, replays: Sequence[Replay], speed: float) -> None:
        """Prepare at the first frame."""
        first = replays[0]
        self._replays = replays
        self._rates = [replay.header.about.fps / first.header.about.fps for replay in replays]
        ends = [round(replay.last_frame / rate) for replay, rate in zip(replays, self._rates, strict=True)]
        frames = {
            round(line.moment.frame / rate)
            for replay, rate in zip(replays, self._rates, strict=True)
            for line in replay.lines
        }
        abouts = [_about(replay, replays) for replay in replays]
        names = " | ".join(about.brain for about in abouts)
        about = replace(abouts[0], title=f"{abouts[0].game} · {names} · replays", brain=names, note="")
        marks = _stretched(marks_of(first.lines, first.header.about), max(ends))
        super().__init__(about, sorted(frames), marks, Keys(WATCHING + ALONE), speed)
        self.both = SideBySide((1, 1), abouts)
        self._followers = [
            Follower(replay, scene, self.say) for replay, scene in zip(replays, self.both.scenes, strict=True)
        ]
        self._parting = _parting(replays)
        self._bring()

    def own(self, command: Command) -> None:
        """Carry out a command of the player; taking over needs a replay that is shown alone."""
        super().own(command)
        if command is Command.TAKE_OVER:
            ids = ", or ".join(replay.id for replay in self._replays)
            self.say(f"to take over, open one alone: botplay replay {ids}")

    def show(self) -> None:
        """Bring every replay to where the cursor is; one that is shorter stays at its end."""
        for follower, frame in zip(self._followers, self._frames_at(self.cursor.frame), strict=True):
            follower.show(frame)

    def _frames_at(self, frame: int) -> list[int]:
        """Return each replay's own frame at a frame of the clock."""
        return [
            min(round(frame * rate), replay.last_frame)
            for replay, rate in zip(self._replays, self._rates, strict=True)
        ]

    def paint(self, target: pygame.Surface) -> None:
        """Draw the replays, below them the time line and the bottom line."""
        canvas = Canvas(target, Sizes.of(*target.get_size()), self._type)
        if self.scene.help:
            draw_help(canvas, self.scene.help)
            return
        strip = self.strip()
        above = pygame.Rect(0, 0, canvas.width, strip.y)
        pictures = [follower.picture for follower in self._followers]
        if above.h:
            self.both.draw(target.subsurface(above), pictures, self.panels)
        draw_timeline(canvas.inside(strip), self.timeline(), self.cursor.frame)
        bar = pygame.Rect(0, strip.bottom, canvas.width, canvas.height - strip.bottom)
        if bar.h > 0:
            draw_status(canvas.inside(bar), self.scene.about, self._full_status())

    def strip(self) -> pygame.Rect:
        """Return where the time line lies: above the bottom line."""
        width, height = screen().get_size()
        sizes = Sizes.of(width, height)
        line = self._type.line(sizes.small)
        high = min(height, timeline_height(sizes.unit, line))
        return pygame.Rect(0, max(0, height - high - line - sizes.unit), width, high)

    def timeline(self) -> Timeline:
        """Return the first replay's marks, and where the replays part."""
        return self.marks.timeline(self.scene.about.fps, loop=self.cursor.loop, parting=self._parting)

    def thumbnail(self, frame: int) -> Thumbnail:
        """Return the pictures beside each other where they are equally high, else the first, all scores."""
        places = list(zip(self._replays, self._followers, self._frames_at(frame), strict=True))
        pictures = [
            picture
            for replay, follower, at in places
            if replay.header.picture is not None and (picture := follower.picture_at(at)) is not None
        ]
        scores = [points(replay.lines[replay.step_at(at)].moment.score) for replay, _, at in places]
        shown = pictures[0] if pictures else None
        if len({picture.shape[0] for picture in pictures}) == 1:
            gap = np.zeros((pictures[0].shape[0], GAP, 3), np.uint8)
            shown = np.concatenate([part for picture in pictures for part in (picture, gap)][:-1], axis=1)
        return Thumbnail(shown, self.timeline().clock(frame), f"score {' : '.join(scores)}")


def _about(replay: Replay, replays: Sequence[Replay]) -> SceneAbout:
    """Return what is written over one of the replays; a branch and its parent say so."""
    about, header = about_replay(replay), replay.header
    if header.parent in {other.id for other in replays} and header.branch_frame is not None:
        clock = Timeline(header.frames or 0, header.about.fps).clock(header.branch_frame)
        return replace(about, note=f"took over at {clock}")
    if any(other.header.parent == replay.id for other in replays):
        return replace(about, note="as it was")
    return about


def _parting(replays: Sequence[Replay]) -> int | None:
    """Return the last frame that the first replay shares with another one, None if it is nobody's branch."""
    first = replays[0]
    for other in replays[1:]:
        if first.header.parent == other.id:
            return first.header.branch_frame
        if other.header.parent == first.id:
            return other.header.branch_frame
    return None


def _stretched(marks: Marks, last: int) -> Marks:
    """Return marks for a time line that goes on until frame `last`; nothing surprises after their own end."""
    if last <= marks.last:
        return marks
    own, whole = np.linspace(0, marks.last, len(marks.curve)), np.linspace(0, last, len(marks.curve))
    return replace(marks, last=last, curve=np.interp(whole, own, marks.curve, right=0.0))
