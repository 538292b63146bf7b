"""Small pictures that are drawn once: the car, the goals' signs and zones."""

from __future__ import annotations

import pygame

FINE = 4
"""The car is drawn this many times larger and then shrunk, for smooth edges at any angle."""
LENGTH, BREADTH = 30, 16
BODY, GLASS, LIGHT = (222, 56, 62), (40, 52, 74), (255, 244, 196)
LIT, UNLIT = (255, 196, 60), (226, 230, 238)
INK = (28, 32, 42)
CLEAR, HALF, SANDY = (86, 180, 233), (240, 228, 160), (213, 94, 0)


def car_sprite(heading: int) -> pygame.Surface:
    """Return the car, seen from above, heading `heading` degrees (counter-clockwise, 0 to the right)."""
    turned = pygame.transform.rotate(_car(), heading)
    width, height = turned.get_size()
    return pygame.transform.smoothscale(turned, (width // FINE, height // FINE))


def _car() -> pygame.Surface:
    """Return the car at `FINE` times its size, heading to the right, with a little room around it."""
    surface = pygame.Surface(((LENGTH + 4) * FINE, (BREADTH + 4) * FINE), pygame.SRCALPHA)

    def box(
        colour: tuple[int, ...], x: float, y: float, width: float, height: float, round_by: float
    ) -> None:
        area = pygame.Rect((x + 2) * FINE, (y + 2) * FINE, width * FINE, height * FINE)
        pygame.draw.rect(surface, colour, area, border_radius=int(round_by * FINE))

    box((0, 0, 0, 70), -1.5, -1.5, LENGTH + 3, BREADTH + 3, 5)
    for x in (4, 20):
        box((24, 24, 28), x, -1, 6, BREADTH + 2, 1)
    box(BODY, 0, 0, LENGTH, BREADTH, 4.5)
    box((240, 96, 96), 2, 2, LENGTH - 4, 2, 1)
    box(GLASS, 6, 2.2, 15, BREADTH - 4.4, 3)
    box(BODY, 9, 2.8, 8, BREADTH - 5.6, 1.5)
    for y in (1.5, BREADTH - 4.5):
        box(LIGHT, LENGTH - 3, y, 2.5, 3, 1)
        box((130, 12, 20), 0.5, y, 2, 3, 0.5)
    return surface


def lamp_colour(reading: float) -> tuple[int, int, int]:
    """Return blue for no sand, over a pale yellow, to vermillion for sand only: all eyes tell them apart."""
    ends = (CLEAR, HALF) if reading < 0.5 else (HALF, SANDY)
    part = 2 * reading - (reading >= 0.5)
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(*ends, strict=True))
    return red, green, blue


def zone(radius: int, active: bool) -> pygame.Surface:
    """Return the disc in which a goal counts as reached."""
    side = 2 * radius + 4
    surface = pygame.Surface((side, side), pygame.SRCALPHA)
    colour = LIT if active else UNLIT
    pygame.draw.circle(surface, (*colour, 60 if active else 18), (side // 2, side // 2), radius)
    pygame.draw.circle(surface, (*colour, 200 if active else 90), (side // 2, side // 2), radius, 2)
    return surface


def goal_sign(name: str, active: bool) -> pygame.Surface:
    """Return a goal's sign: a picture and its name."""
    pygame.font.init()
    text = pygame.font.Font(None, 24).render(name, True, INK)
    surface = pygame.Surface((text.get_width() + 44, 30), pygame.SRCALPHA)
    pygame.draw.rect(surface, (0, 0, 0, 60), surface.get_rect(), border_radius=15)
    pygame.draw.rect(surface, LIT if active else UNLIT, surface.get_rect().inflate(-2, -4), border_radius=13)
    _plane(surface) if name == "airport" else _skyline(surface)
    surface.blit(text, (34, 7))
    return surface


def _plane(surface: pygame.Surface) -> None:
    """Draw a plane that takes off to the upper right."""
    outline = [(10, 0), (3, 1.5), (-3, 9), (-5.5, 9), (-2.5, 1.5), (-7, 1.2), (-9, 4), (-10.5, 4), (-9.5, 0)]
    mirrored = [(x, -y) for x, y in reversed(outline)]
    points = [pygame.Vector2(19, 15) + pygame.Vector2(point).rotate(-35) for point in outline + mirrored]
    pygame.draw.polygon(surface, INK, points)


def _skyline(surface: pygame.Surface) -> None:
    """Draw three towers."""
    for x, top, width in ((9, 13, 6), (16, 6, 7), (24, 10, 5)):
        pygame.draw.rect(surface, INK, (x, top, width, 24 - top))
        for y in range(top + 2, 22, 4):
            pygame.draw.line(surface, (255, 240, 190), (x + 2, y), (x + width - 3, y))
