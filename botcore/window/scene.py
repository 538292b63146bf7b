"""Everything a person sees: the game's picture, and beside it what the brain sees, wants and remembers.

Drawing needs no display: a window and a video are drawn by the same Scene.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pygame
from numpy.typing import NDArray

from botcore.about import SceneAbout
from botcore.contracts.moment import Moment
from botcore.window.canvas import Canvas
from botcore.window.help import KeyHelp, draw_help
from botcore.window.history import History, Past
from botcore.window.layout import Layout, arrange
from botcore.window.panels import all_panels
from botcore.window.picture import Fit, draw_brush, draw_picture, fit
from botcore.window.status import Status, draw_status
from botcore.window.theme import BACKGROUND, Sizes, Typeface
from botcore.window.timeline import Timeline, draw_timeline

__all__ = ["Scene", "SceneAbout"]

NO_PICTURE = (4, 3)
"""The shape of the place for a picture before there is one."""


class Scene:
    """Draws one stream of Moments.

    Attributes:
        history: what the panels draw.
        status: the bottom line; None: there is none (as in a video).
        timeline: a replay's time line with the frame shown; None: there is none.
        gaze: where the brain looks, `[H, W]` in 0..1; None: nothing is drawn over the picture.
        brush: where the mouse is, and the brush's radius in pixels of the picture; None: no brush.
        help: the keys to explain over everything; empty: nothing is explained.
    """

    def __init__(self, size: tuple[int, int], about: SceneAbout) -> None:
        """Make a scene for a target of `size` pixels; `draw` follows the target's size if it changes."""
        self.about = about
        self.history = History(about)
        self.status: Status | None = None
        self.timeline: tuple[Timeline, int] | None = None
        self.gaze: NDArray[np.float32] | None = None
        self.brush: tuple[tuple[int, int], float] | None = None
        self.help: Sequence[KeyHelp] = ()
        self._size = size
        self._type = Typeface()
        self._panels = all_panels()
        self._shown: set[str] = set()
        self._picture = NO_PICTURE
        self._stale = True
        self._layer: pygame.Surface | None = None
        self._placed: tuple[object, Layout] | None = None

    def update(self, moment: Moment) -> None:
        """Take in the next Moment."""
        self.history.update(moment)
        self._stale = True
        # A panel that had something to show once stays, so that nothing jumps about.
        self._shown |= self._wanted(self.history)

    def expect(self, moments: Iterable[Moment]) -> None:
        """Keep room from now on for every panel that one of these Moments has something for.

        In a recording all are known: which panels there are must not depend on what was shown before.
        """
        kinds = {_told(moment): moment for moment in moments}
        for moment in kinds.values():
            history = History(self.about)
            history.update(moment)
            self._shown |= self._wanted(history)
        self._stale = True

    def follow(self, about: SceneAbout) -> None:
        """Go on with another brain; panels that only the one before had something for go."""
        self.about = about
        self.history.follow(about)
        self._shown = self._wanted(self.history)
        self._stale = True

    def _wanted(self, history: History) -> set[str]:
        return {panel.name for panel in self._panels if panel.wanted(history)}

    def renew_type(self) -> None:
        """Render texts anew, as after pygame was ended and begun again."""
        self._type = Typeface()
        self._stale = True

    def rebuild(self, moments: Iterable[Moment], past: Past) -> None:
        """Forget everything and take in these Moments, as after a jump; `past` tells what came before."""
        self.history = History(self.about, past)
        for moment in moments:
            self.update(moment)

    def draw(self, target: pygame.Surface, picture: NDArray[np.uint8] | None, panels: bool) -> None:
        """Draw everything onto `target`.

        Args:
            target: any surface, 24 or 32 bits deep.
            picture: RGB `[H, W, 3]`; None: none yet.
            panels: whether there are panels beside it.
        """
        self._size = target.get_size()
        if picture is not None:
            self._picture = (picture.shape[1], picture.shape[0])
        canvas = self._canvas(target)
        if self.help:
            draw_help(canvas, self.help)
            return
        layer, layout = self._with_panels(target, panels)
        target.blit(layer, (0, 0))
        if picture is not None:
            placed = draw_picture(target, picture, layout.game, self.gaze)
            if self.brush is not None:
                draw_brush(target, placed, *self.brush)
        if self.timeline is not None:
            draw_timeline(canvas.inside(layout.timeline), *self.timeline)
        if self.status is not None:
            draw_status(canvas.inside(layout.bar), self.about, self.status)

    def _with_panels(self, target: pygame.Surface, panels: bool) -> tuple[pygame.Surface, Layout]:
        """Return the background with the panels. It changes with a Moment, not with each of its pictures."""
        key = (self._picture, panels, self.status is None, self.timeline is None)
        if self._layer is None or not _alike(self._layer, target):
            self._layer, self._stale = pygame.Surface(self._size, 0, target), True
        if self._placed is None or self._stale or self._placed[0] != key:
            layout, canvas = self.layout(panels), self._canvas(self._layer)
            self._layer.fill(BACKGROUND)
            for panel, rect in layout.panels:
                panel.draw(canvas.inside(rect), self.history)
            self._placed, self._stale = (key, layout), False
        return self._layer, self._placed[1]

    def layout(self, panels: bool) -> Layout:
        """Return where everything is."""
        shown = [panel for panel in self._panels if panel.name in self._shown] if panels else []
        return arrange(
            self._size,
            self._picture,
            shown,
            self.history,
            self._sizes,
            self._type,
            bar=self.status is not None,
            timeline=self.timeline is not None,
        )

    def fitted(self, panels: bool) -> Fit:
        """Return where the picture is."""
        return fit(self._picture, self.layout(panels).game)

    @property
    def _sizes(self) -> Sizes:
        return Sizes.of(*self._size)

    def _canvas(self, target: pygame.Surface) -> Canvas:
        return Canvas(target, self._sizes, self._type)


def _told(moment: Moment) -> tuple[object, ...]:
    """Return which kinds of things a Moment tells: of all that tell the same one is enough to know."""
    remembers = moment.decision is not None and moment.decision.memory is not None
    return moment.observation is None, remembers, tuple(moment.info), tuple(moment.learning)


def _alike(one: pygame.Surface, other: pygame.Surface) -> bool:
    """Whether two surfaces are of the same size and pixel format."""
    return (one.get_size(), one.get_bitsize(), one.get_masks()) == (
        other.get_size(),
        other.get_bitsize(),
        other.get_masks(),
    )
