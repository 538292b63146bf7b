"""Where everything goes, for any size of the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pygame

from botcore.window.history import History
from botcore.window.panels.panel import Panel, frame_height
from botcore.window.theme import Sizes, Typeface
from botcore.window.timeline import timeline_height

LEAST_WIDTH, LEAST_HEIGHT = 480, 320
"""In a window smaller than this there are no panels beside the picture."""
LEAST_UPRIGHT = (240, 480)
"""In a window smaller than this there are none below it."""
HIGH, WORTH = 0.62, 0.9
"""With panels below, the picture's share of the height, at most, and of its width beside them, at least."""
NARROW, WIDE = 0.28, 0.45
"""The panels' share of the width: at least, and where the picture leaves room, at most."""
COLUMN, SLIM = 17, 9
"""Two columns of panels need so many heights of a line of small type each: beside the picture, and below."""

Placed = tuple[tuple[Panel, pygame.Rect], ...]
"""Which panel goes where."""


@dataclass(frozen=True)
class Layout:
    """Rectangles in pixels of the window; an empty one is not drawn.

    Attributes:
        game: the area for the picture.
        panels: which panel goes where.
        timeline: for a replay's time line.
        bar: the line at the bottom.
    """

    game: pygame.Rect
    panels: Placed
    timeline: pygame.Rect
    bar: pygame.Rect


def arrange(
    size: tuple[int, int],
    picture: tuple[int, int],
    panels: Sequence[Panel],
    history: History,
    sizes: Sizes,
    typeface: Typeface,
    *,
    bar: bool,
    timeline: bool,
) -> Layout:
    """Lay out a window of `size` around a picture of `(width, height)`; no `panels`: only the picture."""
    width, height = size
    line, unit = typeface.line(sizes.small), sizes.unit
    bar_height = line + unit if bar else 0
    line_height = timeline_height(unit, line) if timeline else 0
    free = pygame.Rect(0, 0, width, max(1, height - bar_height - line_height))
    bottom = pygame.Rect(0, height - bar_height, width, bar_height)
    strip = pygame.Rect(0, free.bottom, width, line_height)
    if panels and _upright(size, picture):
        game, placed = _below(free, picture, panels, history, sizes, line)
    elif panels and width >= LEAST_WIDTH and height >= LEAST_HEIGHT:
        game, placed = _beside(free, picture, panels, history, sizes, line)
    else:
        return Layout(free, (), strip, bottom)
    return Layout(game.inflate(-2 * unit, -2 * unit), placed, strip, bottom)


def _upright(size: tuple[int, int], picture: tuple[int, int]) -> bool:
    """Whether panels go below the picture: in a window higher than wide, unless that makes it small."""
    width, height = size
    if height <= width or width < LEAST_UPRIGHT[0] or height < LEAST_UPRIGHT[1]:
        return False
    window = pygame.Rect(0, 0, width, height)
    beside = width - _side_width(window, picture)
    return width < LEAST_WIDTH or min(width, HIGH * height * picture[0] / picture[1]) >= WORTH * beside


def _below(
    free: pygame.Rect,
    picture: tuple[int, int],
    panels: Sequence[Panel],
    history: History,
    sizes: Sizes,
    line: int,
) -> tuple[pygame.Rect, Placed]:
    """Return the picture's area over the whole width, and the panels; what they leave is the picture's."""
    unit = sizes.unit
    high = min((free.w - 2 * unit) * picture[1] // picture[0] + 2 * unit, int(HIGH * free.h))
    area = pygame.Rect(unit, high, free.w - 2 * unit, free.h - high - unit)
    both = len({panel.column for panel in panels}) > 1 and area.w >= 2 * SLIM * line + unit
    placed = _place(area, panels, history, sizes, line, both=both)
    unused = area.bottom - max((rect.bottom for _, rect in placed), default=area.top)
    placed = tuple((panel, rect.move(0, unused)) for panel, rect in placed)
    return pygame.Rect(0, 0, free.w, high + unused), placed


def _beside(
    free: pygame.Rect,
    picture: tuple[int, int],
    panels: Sequence[Panel],
    history: History,
    sizes: Sizes,
    line: int,
) -> tuple[pygame.Rect, Placed]:
    """Return the picture's area on the left, and the panels."""
    side, unit = _side_width(free, picture), sizes.unit
    area = pygame.Rect(free.right - side, unit, side - unit, free.h - 2 * unit)
    both = area.w >= 2 * COLUMN * line + unit
    placed = _place(area, panels, history, sizes, line, both=both)
    return pygame.Rect(0, 0, free.w - side, free.h), placed


def _side_width(free: pygame.Rect, picture: tuple[int, int]) -> int:
    """Return what the picture leaves over when it is as high as it can be, within bounds."""
    left_over = free.w - free.h * picture[0] / picture[1]
    return int(min(WIDE * free.w, max(NARROW * free.w, left_over)))


def _place(
    area: pygame.Rect, panels: Sequence[Panel], history: History, sizes: Sizes, line: int, *, both: bool
) -> Placed:
    """Put panels into one column or `both`."""
    gap = sizes.unit
    if not both:
        return _stack(area, panels, history, sizes, line)
    half = (area.w - gap) // 2
    left, right = pygame.Rect(area.topleft, (half, area.h)), pygame.Rect(0, area.y, half, area.h)
    right.right = area.right
    columns = [[panel for panel in panels if panel.column == number] for number in (0, 1)]
    return _stack(left, columns[0], history, sizes, line) + _stack(right, columns[1], history, sizes, line)


def _stack(area: pygame.Rect, panels: Sequence[Panel], history: History, sizes: Sizes, line: int) -> Placed:
    """Put panels below each other; leave out the last ones while they do not fit, then share what is left."""
    gap, frame = sizes.unit, frame_height(sizes, line)
    kept = list(panels)
    least = [frame + panel.least(history, sizes, line) for panel in kept]
    while kept and sum(least) + gap * (len(kept) - 1) > area.h:
        kept.pop()
        least.pop()
    most = [frame + panel.most(history, sizes, line) for panel in kept]
    left = area.h - sum(least) - gap * max(0, len(kept) - 1)
    heights = []
    for panel, low, high in zip(kept, least, most, strict=True):
        row = panel.row(sizes, line)
        extra = min(left, max(0, high - low)) // row * row
        heights.append(low + extra)
        left -= extra
    heights = _shared(heights, [panel.share for panel in kept], left)
    placed, top = [], area.y
    for panel, height in zip(kept, heights, strict=True):
        placed.append((panel, pygame.Rect(area.x, top, area.w, height)))
        top += height + gap
    return tuple(placed)


def _shared(heights: Sequence[int], shares: Sequence[float], left: int) -> list[int]:
    total = sum(shares)
    if total == 0:
        return list(heights)
    return [height + int(left * share / total) for height, share in zip(heights, shares, strict=True)]
