"""Several streams of Moments in one target: the picture of each, with what its brain wants and its score.

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

from botcore.about import SceneAbout
from botcore.contracts.moment import Moment
from botcore.window.canvas import Canvas, points
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
        shape = next((picture.shape for picture in pictures if picture is not None), (1, 1))
        words = _title_height(canvas) + _score_height(canvas)
        places = cells_of(target.get_size(), len(self.scenes), canvas.sizes.unit, shape[1] / shape[0], words)
        cells = [canvas.inside(rect) for rect in places]
        high = self._panels_height(cells) if panels else 0
        for place, (scene, picture, cell) in enumerate(zip(self.scenes, pictures, cells, strict=True)):
            _draw_cell(cell, scene, picture, high, ahead=place == best)
            if high:
                strip = pygame.Rect(0, cell.height - high, cell.width, high)
                _draw_panels(cell, scene.history, self._panels, strip, self._kept[place])

    def _panels_height(self, cells: Sequence[Canvas]) -> int:
        """Return how much the panels take of each cell, the same of all so that their pictures are alike.

        It is 0 where a picture would become too small.
        """
        wanted = [
            _strip_height(cell, scene.history, self._panels)
            for cell, scene in zip(cells, self.scenes, strict=True)
        ]
        high = max(wanted, default=0)
        return high if all(_has_room(cell, high) for cell in cells) else 0


def cells_of(
    size: tuple[int, int], count: int, gap: int, aspect: float = 1.0, words: int = 0
) -> list[pygame.Rect]:
    """Return equal rectangles for `count` streams, in the grid that makes their pictures largest.

    Args:
        size: of the target.
        count: of the streams.
        gap: left free around each.
        aspect: a picture's width, for a height of 1.
        words: pixels of a cell's height that are not the picture's.
    """

    def picture(columns: int) -> tuple[float, int]:
        rows = math.ceil(count / columns)
        return min(size[0] / columns, (size[1] / rows - words) * aspect), -rows

    columns = max(range(1, count + 1), key=picture, default=1)
    rows = math.ceil(count / columns)
    width, height = max(1, size[0] // columns), max(1, size[1] // max(1, rows))
    cells = []
    for place in range(count):
        row, column = divmod(place, columns)
        cell = pygame.Rect(column * width, row * height, width, height)
        cells.append(cell.inflate(-min(2 * gap, width - 1), -min(2 * gap, height - 1)))
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
    canvas: Canvas, scene: Scene, picture: NDArray[np.uint8] | None, panels: int, *, ahead: bool
) -> None:
    """Draw one stream: name, picture, score, from top to bottom; in a tiny cell only the picture.

    At its foot so many pixels are left free for `panels`.
    """
    title, score = _title_height(canvas), _score_height(canvas)
    if canvas.height < 2 * (title + score):
        if picture is not None:
            draw_picture(canvas.surface, picture, canvas.surface.get_rect())
        return
    _draw_title(canvas, scene.about)
    area = pygame.Rect(0, title, canvas.width, canvas.height - title - score - panels)
    if picture is not None:
        draw_picture(canvas.surface, picture, area)
    line = pygame.Rect(0, area.bottom, canvas.width, score)
    _draw_score(canvas.inside(line), scene.history, ahead=ahead)


def _title_height(canvas: Canvas) -> int:
    return canvas.type.line(canvas.sizes.body) + canvas.sizes.unit // 2


def _score_height(canvas: Canvas) -> int:
    return max(canvas.sizes.large, 2 * canvas.type.line(canvas.sizes.small)) + canvas.sizes.unit // 2


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
    canvas.text(points(moment.score), 0, 0, size=canvas.sizes.large, width=room)


def _strip_height(canvas: Canvas, history: History, panels: Sequence[Panel]) -> int:
    """Return what the panels need at the foot of a cell, with the gap above them."""
    sizes, line = canvas.sizes, canvas.type.line(canvas.sizes.small)
    least = max((panel.least(history, sizes, line) for panel in panels), default=0)
    return least + frame_height(sizes, line) + sizes.unit


def _has_room(canvas: Canvas, panels: int) -> bool:
    """Whether the picture of a cell stays large enough over panels of that height."""
    left = canvas.height - _title_height(canvas) - _score_height(canvas) - panels
    wide_enough = canvas.width >= COLUMN * canvas.type.line(canvas.sizes.small)
    return wide_enough and left >= LEAST_PICTURE * canvas.height


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
