"""Maps of 800 x 600 pixels, drawn from tables of lines; and the tables of the bundled ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from botplay_car.ground import Track
from botplay_car.roads import circle, cover, smooth, straight

WIDTH, HEIGHT = 800, 600
CORNER = 20.0
"""How far a goal is from the two edges of its corner, in pixels (as in the course)."""


@dataclass(frozen=True)
class Plan:
    """How a map is drawn: everything is sand, then roads, then islands of sand.

    Attributes:
        roads: centre lines `[P, 2]`.
        width: of the roads, in pixels.
        islands: x, y and diameter of round islands of sand on the road.
        squares: x, y and diameter of round open places.
        decor: what stands on the sand, for the picture.
        rising: whether the goals lie bottom left and top right, not top left and bottom right.
        bare: no sand at all.
    """

    roads: tuple[NDArray[np.float64], ...] = ()
    width: float = 62.0
    islands: tuple[tuple[float, float, float], ...] = ()
    squares: tuple[tuple[float, float, float], ...] = ()
    decor: str = "cacti"
    rising: bool = False
    bare: bool = False


def corners(width: int, height: int, rising: bool = False) -> NDArray[np.float64]:
    """Return `[2, 2]` x and y of the airport and of downtown, in two opposite corners."""
    left, right = (CORNER, width - CORNER)
    top, bottom = (CORNER, height - CORNER)
    return np.array([[left, bottom], [right, top]] if rising else [[left, top], [right, bottom]])


def draw(name: str, plan: Plan) -> Track:
    """Draw a map by its plan."""
    sand = np.full((HEIGHT, WIDTH), not plan.bare)
    goals = corners(WIDTH, HEIGHT, plan.rising)
    for road in plan.roads:
        cover(sand, road, plan.width, False)
    for x, y, diameter in plan.squares:
        cover(sand, np.array([[x, y]]), diameter, False)
    for x, y, diameter in plan.islands:
        cover(sand, np.array([[x, y]]), diameter, True)
    return Track(name, sand, goals, plan.roads, plan.decor)


def _city() -> Plan:
    streets = [
        straight([(50, 50), (750, 50)]),
        straight([(50, 50), (50, 550)]),
        straight([(50, 550), (750, 550)]),
        straight([(750, 50), (750, 550)]),
        straight([(50, 225), (330, 225)]),
        straight([(470, 375), (750, 375)]),
        straight([(225, 50), (225, 550)]),
        straight([(575, 50), (575, 550)]),
        straight([(50, 50), (400, 300), (750, 550)]),
    ]
    return Plan(
        (*streets, circle(400, 300, 72)),
        islands=((400, 300, 86),),
        decor="houses",
        squares=((50, 50, 90), (750, 550, 90)),
    )


def _ring() -> Plan:
    ring = smooth(
        [(150, 130), (400, 85), (650, 130), (710, 300), (650, 470), (400, 515), (150, 470), (90, 300)], True
    )
    slips = (smooth([(20, 20), (80, 60), (150, 130)]), smooth([(780, 580), (720, 540), (650, 470)]))
    bridge = smooth([(90, 300), (240, 250), (400, 300), (560, 350), (710, 300)])
    return Plan((ring, *slips, bridge), width=66, decor="palms")


def _bends() -> Plan:
    upper = [(20, 30), (150, 60), (330, 70), (400, 170), (300, 260), (160, 300), (150, 400), (270, 470)]
    lower = [(400, 420), (480, 300), (580, 210), (690, 260), (690, 380), (620, 470), (680, 550), (780, 575)]
    return Plan((smooth([*upper, *lower]),), width=68)


def _eight() -> Plan:
    loops = smooth([(400, 300), (250, 160), (110, 220), (110, 390), (250, 450), (400, 300)])
    right = smooth([(400, 300), (550, 150), (690, 210), (690, 380), (550, 440), (400, 300)])
    slips = (smooth([(30, 30), (70, 110), (110, 220)]), smooth([(770, 570), (730, 480), (690, 380)]))
    return Plan(
        (loops, right, *slips), width=66, squares=((400, 300, 130),), islands=((400, 300, 34),), decor="palms"
    )


def _field() -> Plan:
    return Plan(bare=True, decor="meadow")


def _village() -> Plan:
    lanes = (
        smooth([(30, 570), (90, 470), (200, 420), (300, 380)]),
        smooth([(300, 380), (290, 260), (350, 190), (450, 180), (530, 240), (520, 340), (430, 410)], True),
        smooth([(530, 240), (620, 190), (680, 120), (770, 30)]),
        smooth([(90, 470), (80, 330), (130, 190), (240, 110), (380, 80), (540, 70), (680, 120)]),
        smooth([(200, 420), (330, 520), (480, 530), (640, 500), (720, 380), (700, 240), (680, 120)]),
    )
    return Plan(lanes, width=60, decor="houses", rising=True)


def _oasis() -> Plan:
    roads = (
        smooth(
            [
                (20, 40),
                (90, 140),
                (70, 280),
                (130, 420),
                (260, 510),
                (420, 500),
                (560, 540),
                (680, 530),
                (780, 580),
            ]
        ),
        smooth([(90, 140), (230, 160), (360, 240), (480, 250), (580, 340), (620, 450), (680, 530)]),
    )
    return Plan(roads, width=62, decor="palms")


def _canyon() -> Plan:
    roads = (
        smooth([(30, 570), (120, 500), (220, 490), (290, 400)]),
        smooth([(290, 400), (270, 280), (340, 180), (460, 130), (560, 160)]),
        smooth([(290, 400), (400, 430), (520, 390), (560, 280), (560, 160)]),
        smooth([(560, 160), (650, 140), (700, 70), (780, 30)]),
    )
    return Plan(roads, width=58, squares=((290, 400, 96), (560, 160, 96)), rising=True)


PLANS: dict[str, Callable[[], Plan]] = {
    "city": _city,
    "ring": _ring,
    "bends": _bends,
    "eight": _eight,
    "field": _field,
    "village": _village,
    "oasis": _oasis,
    "canyon": _canyon,
}
