"""Several streams of Moments beside each other: the picture of each, with what its brain wants and its score.

    both = SideBySide((1280, 720), [about_one, about_other])
    both.scenes[0].update(moment)
    both.draw(target, [picture, other_picture], panels=True)

It only draws. Whoever uses it decides which Moment each stream shows, and keeps what lies around it (a bottom
line, a time line) by handing over a subsurface of the window.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pygame
from numpy.typing import NDArray

from botcore.contracts.moment import Moment
from botcore.window.about import SceneAbout
from botcore.window.canvas import Canvas, number
from botcore.window.history import History
from botcore.window.layout import COLUMN
from botcore.window.panels import Panel, all_panels
from botcore.window.panels.panel import frame_height
from botcore.window.panels.score import lives_of
from botcore.window.picture import draw_picture
from botcore.window.scene import Scene
from botcore.window.theme import BACKGROUND, GREEN, MUTED, TEXT, YELLOW, Sizes, Typeface

REDUCED = ("actions", "value")
"""The panels that each stream keeps, the most wanted first."""
MOST_IN_A_ROW = 3
LEAST_PICTURE = 0.5
"""The picture's share of a cell's height, at least: panels that would leave less are left out."""


class SideBySide:
    """Draws several streams in one target, in the order given, from the left.

    Attributes:
        scenes: one for each stream; `update` and `rebuild` tell them what to show. Only their histories are
            used here, never their own `draw`.
    """

    def __init__(self, size: tuple[int, int], abouts: Sequence[SceneAbout]) -> None:
        """Make a scene for each stream; `draw` follows the target's size if it is another than `size`."""
        self.scenes = [Scene(size, about) for about in abouts]
        self._type = Typeface()
        self._panels = _reduced()
        self._kept = [_Kept() for _ in abouts]

    def draw(
        self, target: pygame.Surface, pictures: Sequence[NDArray[np.uint8] | None], panels: bool
    ) -> None:
        """Draw every stream onto `target`.

        Args:
            target: any surface, 24 or 32 bits deep; all of it is painted.
            pictures: for each stream RGB `[H, W, 3]`, or None where there is none yet.
            panels: whether each has its reduced panels.

        Raises:
            ValueError: not one picture for each stream.
        """
        target.fill(BACKGROUND)
        canvas = Canvas(target, Sizes.of(*target.get_size()), self._type)
        best = leader([scene.history for scene in self.scenes])
        cells = cells_of(target.get_size(), len(self.scenes), canvas.sizes.unit)
        for place, (scene, picture, rect) in enumerate(zip(self.scenes, pictures, cells, strict=True)):
            shown = self._panels if panels else ()
            _draw_cell(canvas.inside(rect), scene, picture, shown, self._kept[place], ahead=place == best)


def cells_of(size: tuple[int, int], count: int, gap: int) -> list[pygame.Rect]:
    """Return a rectangle for each of `count` streams: one row of at most three, then a grid."""
    columns = count if count <= MOST_IN_A_ROW else math.ceil(math.sqrt(count))
    rows = math.ceil(count / max(1, columns))
    cells = []
    for place in range(count):
        row, column = divmod(place, columns)
        left, right = (size[0] * n // columns for n in (column, column + 1))
        top, bottom = (size[1] * n // rows for n in (row, row + 1))
        cell = pygame.Rect(left, top, right - left, bottom - top)
        cells.append(cell.inflate(-min(2 * gap, cell.w - 1), -min(2 * gap, cell.h - 1)))
    return cells


def leader(histories: Sequence[History]) -> int | None:
    """Return which stream has the highest score, None while none is ahead of all others."""
    scores = [history.now.score if history.now else -math.inf for history in histories]
    best = max(scores, default=0.0)
    return scores.index(best) if len(scores) > 1 and scores.count(best) == 1 else None


def _reduced() -> tuple[Panel, ...]:
    known = {panel.name: panel for panel in all_panels()}
    return tuple(known[name] for name in REDUCED if name in known)


def _draw_cell(
    canvas: Canvas,
    scene: Scene,
    picture: NDArray[np.uint8] | None,
    panels: Sequence[Panel],
    kept: _Kept,
    *,
    ahead: bool,
) -> None:
    """Draw one stream: name, picture, score, panels, from top to bottom; in a tiny cell only the picture."""
    unit, sizes = canvas.sizes.unit, canvas.sizes
    title = canvas.type.line(sizes.body) + unit // 2
    score = max(sizes.large, 2 * canvas.type.line(sizes.small)) + unit // 2
    if canvas.height < 2 * (title + score):
        if picture is not None:
            draw_picture(canvas.surface, picture, canvas.surface.get_rect())
        return
    strip = _strip_of(canvas, scene.history, panels, canvas.height - title - score)
    _draw_title(canvas, scene.about)
    area = pygame.Rect(0, title, canvas.width, canvas.height - title - score - strip.h)
    if picture is not None:
        draw_picture(canvas.surface, picture, area)
    line = pygame.Rect(0, area.bottom, canvas.width, score)
    _draw_score(canvas.inside(line), scene.history, ahead=ahead)
    if strip.h:
        _draw_panels(canvas, scene.history, panels, strip, kept)


def _draw_title(canvas: Canvas, about: SceneAbout) -> None:
    who = canvas.text(about.brain, 0, 0, size=canvas.sizes.body, colour=TEXT)
    left = who.right + 2 * canvas.sizes.unit
    top = canvas.type.line(canvas.sizes.body) - canvas.type.line(canvas.sizes.small)
    if canvas.width - left > 8 * canvas.sizes.unit:
        canvas.text("  ·  ".join(filter(None, (about.game, about.note))), left, top, colour=MUTED)


def _draw_score(canvas: Canvas, history: History, *, ahead: bool) -> None:
    """Draw the score large and beside it how far the episode is; who leads is said, not only coloured."""
    moment, line, unit = history.now, canvas.type.line(canvas.sizes.small), canvas.sizes.unit
    if moment is None:
        return
    lives = lives_of(history)
    facts = [f"step {moment.step}", *([] if lives is None else [f"lives {lives}"])]
    states = [("ahead", GREEN)] if ahead else []
    states += [("game over", YELLOW)] if moment.last else []
    widest = canvas.text("  ·  ".join(facts), canvas.width, 0, colour=MUTED, align="right").w
    right = canvas.width
    for words, colour in states:
        right = canvas.text(words, right, line, colour=colour, align="right").x - unit
    room = canvas.width - max(widest, canvas.width - right) - unit
    canvas.text(number(moment.score), 0, 0, size=canvas.sizes.large, width=room)


def _strip_of(canvas: Canvas, history: History, panels: Sequence[Panel], room: int) -> pygame.Rect:
    """Return where the panels go, at the foot of the cell; empty where the picture would become too small."""
    sizes, line = canvas.sizes, canvas.type.line(canvas.sizes.small)
    least = max((panel.least(history, sizes, line) for panel in panels), default=0)
    height = least + frame_height(sizes, line) + sizes.unit
    if not panels or canvas.width < COLUMN * line or room - height < LEAST_PICTURE * canvas.height:
        return pygame.Rect(0, canvas.height, canvas.width, 0)
    return pygame.Rect(0, canvas.height - height, canvas.width, height)


def _draw_panels(
    canvas: Canvas, history: History, panels: Sequence[Panel], strip: pygame.Rect, kept: _Kept
) -> None:
    """Draw as many panels beside each other as have room to be read."""
    area = pygame.Rect(0, strip.y + canvas.sizes.unit, strip.w, strip.h - canvas.sizes.unit)
    kept.refresh(canvas, history, panels, area.size)
    canvas.surface.blit(kept.surface, area)


class _Kept:
    """The panels of a stream as they were last drawn: they change with a Moment, not with each picture."""

    def __init__(self) -> None:
        self.surface = pygame.Surface((1, 1))
        self._shown: tuple[History, Moment | None] | None = None

    def refresh(
        self, canvas: Canvas, history: History, panels: Sequence[Panel], size: tuple[int, int]
    ) -> None:
        """Draw them anew if the Moment or the target is another one."""
        same = self.surface.get_size() == size and self.surface.get_masks() == canvas.surface.get_masks()
        if same and self._shown and self._shown[0] is history and self._shown[1] is history.now:
            return
        self.surface, self._shown = pygame.Surface(size, 0, canvas.surface), (history, history.now)
        self.surface.fill(BACKGROUND)
        gap, line = canvas.sizes.unit, canvas.type.line(canvas.sizes.small)
        count = min(len(panels), max(1, (size[0] + gap) // (COLUMN * line + gap)))
        width = (size[0] - gap * (count - 1)) // count
        inner = Canvas(self.surface, canvas.sizes, canvas.type)
        for place, panel in enumerate(panels[:count]):
            panel.draw(inner.inside(pygame.Rect(place * (width + gap), 0, width, size[1])), history)
