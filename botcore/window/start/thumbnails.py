"""Pictures beside the rows: of games, shipped with them, and of replays, taken from their videos."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pygame
from numpy.typing import NDArray

from botcore.contracts.game import MOST_THUMBNAIL, Game
from botcore.errors import BotplayError
from botcore.loading import read_file
from botcore.window.canvas import as_surface
from botcore.window.theme import BACKGROUND, ORANGE, PURPLE, RAISED, SKY, TEXT, YELLOW, Typeface

MOST_SIDE = 4096
"""Pixels; a thumbnail that says it is larger is not decoded."""
PNG_SIZE = slice(16, 24)
"""Where a PNG says how large it is."""
LONGEST_VIDEO = 200_000_000
"""Bytes of a replay's video; in a longer one it would take too long to find the middle."""
DARK = 70
"""Of 255: how bright the backdrop of a picture is."""
KEPT = 400

Made = dict[tuple[str, tuple[int, int]], pygame.Surface]


class Thumbnails:
    """Makes and keeps thumbnails. Those of replays come from a thread, since videos take time to open."""

    def __init__(self) -> None:
        """Start with none."""
        self._games: dict[str, pygame.Surface | None] = {}
        self._replays: dict[Path, Future[NDArray[np.uint8] | None]] = {}
        self._made: Made = {}
        self._thread = ThreadPoolExecutor(1, "botplay-thumbnails")

    def close(self) -> None:
        """Let the thread go; what it has not begun is not done."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    @property
    def waiting(self) -> bool:
        """Whether thumbnails of replays are still being made."""
        return any(not future.done() for future in self._replays.values())

    def game(self, game: Game, size: tuple[int, int], typeface: Typeface, text: int) -> pygame.Surface:
        """Return a game's picture, or its name on a coloured ground, of `size` pixels."""
        if game.name not in self._games:
            self._games[game.name] = load_thumbnail(game)
        source = self._games[game.name]
        key = f"game {game.name}"
        if source is None:
            return self._keep(key, size, lambda: placeholder(game.name, size, typeface, text))
        return self._keep(key, size, lambda: framed(source, size))

    def replay(self, folder: Path, size: tuple[int, int]) -> pygame.Surface | None:
        """Return a picture from the middle of a replay, None while there is none (or if it has none)."""
        future = self._replays.get(folder)
        if future is None:
            self._replays[folder] = self._thread.submit(middle_picture, folder)
            return None
        pixels = future.result() if future.done() else None
        if pixels is None:
            return None
        return self._keep(f"replay {folder}", size, lambda: framed(as_surface(pixels), size))

    def _keep(self, key: str, size: tuple[int, int], make: Callable[[], pygame.Surface]) -> pygame.Surface:
        found = self._made.get((key, size))
        if found is None:
            if len(self._made) >= KEPT:
                self._made.clear()
            found = self._made[key, size] = make()
        return found


def load_thumbnail(game: Game) -> pygame.Surface | None:
    """Return the picture a game ships, None where it ships none or it cannot be read."""
    if game.thumbnail is None:
        return None
    try:
        content = read_file(game.thumbnail, MOST_THUMBNAIL)
        sides = np.frombuffer(content[PNG_SIZE], ">u4")
        if content[:4] != b"\x89PNG" or len(sides) != 2 or max(sides) > MOST_SIDE:
            return None
        return pygame.image.load(io.BytesIO(content), "thumbnail.png")
    except (BotplayError, pygame.error, ValueError):
        return None


def middle_picture(folder: Path) -> NDArray[np.uint8] | None:
    """Return the picture in the middle of a replay's video, None where there is none to be read."""
    from botcore.replay.decode import VideoReader
    from botcore.replay.format import VIDEO_FILE, read_header

    try:
        header = read_header(folder)
        if header.picture is None or (folder / VIDEO_FILE).stat().st_size > LONGEST_VIDEO:
            return None
        video = VideoReader(folder / VIDEO_FILE, header.picture, header.about.fps, 0)
        try:
            return video.read(video.frames[len(video.frames) // 2]) if video.frames else None
        finally:
            video.close()
    except (BotplayError, OSError):
        return None


def framed(picture: pygame.Surface, size: tuple[int, int]) -> pygame.Surface:
    """Return a picture as large as it goes, before a dark and blurred copy of itself that fills the rest."""
    frame = pygame.Surface(size)
    source = pygame.Surface(picture.get_size())
    source.blit(picture, (0, 0))
    backdrop = pygame.transform.smoothscale(pygame.transform.smoothscale(source, (8, 6)), size)
    backdrop.fill((DARK, DARK, DARK), special_flags=pygame.BLEND_RGB_MULT)
    frame.blit(backdrop, (0, 0))
    area = source.get_rect().fit(frame.get_rect())
    frame.blit(pygame.transform.smoothscale(source, area.size), area)
    return frame


def placeholder(name: str, size: tuple[int, int], typeface: Typeface, text: int) -> pygame.Surface:
    """Return a ground in a colour of the name's own, with the name on it."""
    colours = (SKY, ORANGE, YELLOW, PURPLE)
    colour = colours[zlib.crc32(name.encode()) % len(colours)]
    frame = pygame.Surface(size)
    frame.fill(RAISED)
    ground = pygame.Surface(size)
    ground.fill(BACKGROUND)
    step = max(4, size[1] // 6)
    for place in range(-size[1], size[0], 2 * step):
        points = [
            (place, size[1]),
            (place + step, size[1]),
            (place + step + size[1], 0),
            (place + size[1], 0),
        ]
        pygame.draw.polygon(ground, colour, points)
    ground.set_alpha(40)
    frame.blit(ground, (0, 0))
    words = typeface.render(typeface.fit(name, text, size[0] - step), text, TEXT)
    frame.blit(words, words.get_rect(center=frame.get_rect().center))
    return frame
