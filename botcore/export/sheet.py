"""A contact sheet: the moments of an episode worth looking at, as one picture."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from botcore.replay.notable import lost_lives, surprise
from botcore.replay.reader import Replay
from botcore.window.canvas import Canvas, number, points
from botcore.window.player import about_replay
from botcore.window.theme import (
    BACKGROUND,
    GREEN,
    MUTED,
    PURPLE,
    SURFACE,
    VERMILLION,
    Colour,
    Sizes,
    Typeface,
)
from botcore.window.timeline import Timeline

import pygame  # isort: skip  (after the window package, which silences its banner)

Strengths = NDArray[np.float64]

COUNT = 12
COLUMNS, COLUMNS_OF_TALL = 4, 6  # both divide the count
WIDTH = 1600  # pixels
GAP = 16
TALLEST = 1.6  # of a picture, height to width
LOST_LIFE, REWARD, SURPRISE = 2.0, 1.0, 0.5
FAINT = 0.1  # of the largest in the episode; what is less is nothing special


@dataclass(frozen=True)
class Pick:
    """A moment on the sheet.

    Attributes:
        index: of the Moment.
        why: what is special about it, in a word or two; empty where nothing is.
        colour: of that word.
    """

    index: int
    why: str = ""
    colour: Colour = MUTED


def pick_moments(replay: Replay, count: int) -> list[Pick]:
    """Return at most `count` moments, in order.

    The episode is cut into as many parts of equal length; of each the most notable moment is taken (a lost
    life weighs most, an unusual reward less, a surprise least), or its middle where nothing happened.
    """
    moments = [line.moment for line in replay.lines]
    rewards = np.nan_to_num(np.array([m.reward for m in moments], np.float64), posinf=0.0, neginf=0.0)
    # What is paid in most steps is no event: a reward counts by how far it is from the usual one. The
    # difference of two may be larger than any number, but not when they are at most 1.
    part_of_largest = rewards / (float(np.abs(rewards).max(initial=0.0)) or 1.0)
    unusual = np.where(rewards, _share(np.abs(part_of_largest - np.median(part_of_largest))), 0.0)
    wrong = _share(surprise(moments, replay.header.about))
    lost = np.isin(np.arange(len(moments)), lost_lives(moments))
    weight = LOST_LIFE * lost + REWARD * unusual + SURPRISE * wrong
    picks = []
    for part in np.array_split(np.arange(len(moments)), min(count, len(moments))):
        best = int(part[np.argmax(weight[part])])
        if lost[best]:
            picks.append(Pick(best, "life lost", VERMILLION))
        elif unusual[best] > 0:
            sign, colour = ("+", GREEN) if rewards[best] > 0 else ("", VERMILLION)
            picks.append(Pick(best, sign + number(rewards[best]), colour))
        elif wrong[best] > 0:
            picks.append(Pick(best, "surprise", PURPLE))
        else:
            picks.append(Pick(int(part[len(part) // 2])))
    return picks


def _share(strength: Strengths) -> Strengths:
    """Scale to 0..1, and make nothing of what is faint."""
    largest = float(strength.max(initial=0.0))
    share = strength / largest if largest > 0 else np.zeros_like(strength)
    return np.where(share < FAINT, 0.0, share)


def write_sheet(replay: Replay, target: Path) -> None:
    """Write the contact sheet of a replay as a PNG.

    Raises:
        BotplayError: the replay has no pictures, or its video is damaged.
        OSError: the file cannot be written.
    """
    height, width = replay.picture(0).shape[:2]
    picks = pick_moments(replay, COUNT)
    columns = COLUMNS_OF_TALL if height > width else COLUMNS
    wide = (WIDTH - GAP * (columns + 1)) // columns
    high = round(wide * min(TALLEST, height / width))
    sizes, typeface = Sizes.of(WIDTH, WIDTH * 9 // 16), Typeface()
    label, title = typeface.line(sizes.body), typeface.line(sizes.large)
    rows = -(-len(picks) // columns)
    cell = high + label + GAP + sizes.unit
    surface = pygame.Surface((WIDTH, title + 2 * GAP + rows * cell), depth=24)
    canvas = Canvas(surface, sizes, typeface)
    canvas.box(surface.get_rect(), BACKGROUND)
    _draw_title(canvas, replay)
    for place, pick in enumerate(picks):
        x = GAP + place % columns * (wide + GAP)
        y = title + 2 * GAP + place // columns * cell
        _draw_pick(canvas, replay, pick, pygame.Rect(x, y, wide, high))
    picture = BytesIO()  # pygame would print a line for each piece that finds no room on a disk
    pygame.image.save(surface, picture, "sheet.png")
    target.write_bytes(picture.getvalue())


def _draw_title(canvas: Canvas, replay: Replay) -> None:
    header, about = replay.header, about_replay(replay)
    name = canvas.text(about.game, GAP, GAP, size=canvas.sizes.large, width=canvas.width // 2)
    low = name.bottom - canvas.type.line(canvas.sizes.body) - canvas.sizes.unit // 2
    facts = [about.brain, f"seed {header.seed}", about.note]
    canvas.text("  ·  ".join(facts), name.right + GAP, low, size=canvas.sizes.body, colour=MUTED)
    score = "" if header.score is None else f"score {points(header.score)}"
    length = Timeline(replay.last_frame, header.about.fps).clock(replay.last_frame)
    canvas.text(f"{score}  ·  {length}", canvas.width - GAP, low, size=canvas.sizes.body, align="right")


def _draw_pick(canvas: Canvas, replay: Replay, pick: Pick, box: pygame.Rect) -> None:
    """Draw a picture as large as it fits into its box, and below it when it was, the score, and why."""
    moment, fps, body = replay.lines[pick.index].moment, replay.header.about.fps, canvas.sizes.body
    picture = replay.picture(moment.frame)
    canvas.box(box, SURFACE, radius=4)
    times = min(box.w / picture.shape[1], box.h / picture.shape[0])
    inner = pygame.Rect(0, 0, round(picture.shape[1] * times), round(picture.shape[0] * times))
    inner.center = box.center
    canvas.image(picture, inner.clip(box))
    y = box.bottom + canvas.sizes.unit // 2
    clock = Timeline(replay.last_frame, fps).clock(moment.frame)
    canvas.text(clock, box.x, y, size=body, colour=MUTED)
    canvas.text(f"score {points(moment.score)}", box.centerx, y, size=body, align="centre")
    canvas.text(pick.why, box.right, y, size=body, colour=pick.colour, align="right")
