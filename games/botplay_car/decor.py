"""What stands on the sand: houses, palms, cacti, rocks. For the picture only; a car does not feel them."""

from __future__ import annotations

import numpy as np
import pygame
from numpy.typing import NDArray

from botplay_car.ground import Track

SPACING = {"houses": 46, "palms": 52, "cacti": 56}
ROOM = 24
"""How many pixels of sand a thing needs on each side."""
ROOFS = ((176, 92, 74), (196, 142, 96), (150, 122, 110), (122, 134, 148), (206, 178, 132))
SHADOW = (60, 40, 10, 60)


def decorate(sand: NDArray[np.float32], track: Track) -> NDArray[np.float32]:
    """Return the picture of the sand `[H, W, 3]` with things on it where the track has room."""
    if track.decor not in SPACING:
        return sand
    height, width = track.sand.shape
    pixels = np.clip(sand, 0, 255).astype(np.uint8)
    surface = pygame.image.frombuffer(pixels.tobytes(), (width, height), "RGB")
    stamps = pygame.Surface((width, height), pygame.SRCALPHA)
    rng = np.random.default_rng(11)
    spacing = SPACING[track.decor]
    for row in range(spacing // 2, height, spacing):
        for column in range(spacing // 2, width, spacing):
            x, y = (int(v) for v in np.array([column, row]) + rng.integers(-10, 11, 2))
            variety = int(rng.integers(1000))
            if _roomy(track.sand, x, y):
                _stamp(stamps, track.decor, x, y, variety)
    surface.blit(stamps, (0, 0))
    return np.array(pygame.surfarray.array3d(surface).transpose(1, 0, 2), np.float32)


def _roomy(sand: NDArray[np.bool_], x: int, y: int) -> bool:
    """Say whether there is nothing but sand around a place."""
    height, width = sand.shape
    if not (ROOM <= x < width - ROOM and ROOM <= y < height - ROOM):
        return False
    return bool(sand[y - ROOM : y + ROOM : 4, x - ROOM : x + ROOM : 4].all())


def _stamp(surface: pygame.Surface, decor: str, x: int, y: int, variety: int) -> None:
    """Draw one thing of the kind the map has, or, now and then, a rock."""
    if decor == "houses" and variety % 6:
        _house(surface, x, y, variety)
    elif decor == "palms" and variety % 4:
        _palm(surface, x, y, variety)
    elif decor == "cacti" and variety % 3:
        _cactus(surface, x, y)
    else:
        _rock(surface, x, y, variety)


def _house(surface: pygame.Surface, x: int, y: int, variety: int) -> None:
    """Draw a roof seen from above, one half in the light."""
    half_width, half_height = 13 + variety % 6, 12 + variety % 5
    box = pygame.Rect(x - half_width, y - half_height, 2 * half_width, 2 * half_height)
    pygame.draw.rect(surface, SHADOW, box.move(5, 6), border_radius=3)
    roof = ROOFS[variety % len(ROOFS)]
    pygame.draw.rect(surface, roof, box, border_radius=2)
    lit = pygame.Rect(box.left, box.top, box.width, box.height // 2)
    pygame.draw.rect(surface, tuple(min(c + 22, 255) for c in roof), lit, border_radius=2)
    pygame.draw.line(surface, (250, 236, 210), box.midleft, (box.right - 1, box.centery))
    pygame.draw.rect(surface, tuple(c * 2 // 3 for c in roof), box, 1, border_radius=2)
    pygame.draw.rect(surface, (110, 84, 74), (box.left + 5, box.top + 4, 5, 5))


def _palm(surface: pygame.Surface, x: int, y: int, variety: int) -> None:
    """Draw a palm seen from above: leaves around a crown."""
    pygame.draw.circle(surface, SHADOW, (x + 5, y + 6), 13)
    crown = pygame.Vector2(x, y)
    for leaf in range(7):
        outline = [
            crown + pygame.Vector2(point).rotate(leaf * 360 / 7 + variety)
            for point in ((0, 0), (7, 4), (15, 0), (7, -4))
        ]
        pygame.draw.polygon(surface, (58, 120, 62) if leaf % 2 else (78, 146, 74), outline)
    pygame.draw.circle(surface, (128, 92, 52), (x, y), 3)


def _cactus(surface: pygame.Surface, x: int, y: int) -> None:
    """Draw a cactus with two arms."""
    pygame.draw.ellipse(surface, SHADOW, (x - 2, y + 8, 24, 9))
    green, light = (64, 122, 74), (96, 156, 98)
    for bar in (
        (x - 4, y - 14, 8, 28),
        (x - 12, y - 4, 12, 6),
        (x - 13, y - 10, 6, 12),
        (x, y, 12, 6),
        (x + 7, y - 8, 6, 14),
    ):
        pygame.draw.rect(surface, green, bar, border_radius=3)
    pygame.draw.line(surface, light, (x - 1, y - 11), (x - 1, y + 11), 2)


def _rock(surface: pygame.Surface, x: int, y: int, variety: int) -> None:
    """Draw a rock."""
    size = 5 + variety % 5
    pygame.draw.ellipse(surface, SHADOW, (x - size + 3, y - size // 2 + 4, 2 * size + 2, size + 5))
    pygame.draw.ellipse(surface, (150, 128, 102), (x - size, y - size // 2 - 1, 2 * size, size + 5))
    pygame.draw.ellipse(surface, (178, 156, 128), (x - size + 2, y - size // 2, size, size // 2 + 1))
