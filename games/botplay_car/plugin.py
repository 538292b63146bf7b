"""The car game's descriptor: what it is called, its maps, and where the code is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from botcore import Game, Scenario, hookimpl

MAPS = {
    "city": "streets, a diagonal avenue and a roundabout",
    "ring": "a ring road with a slip road to each corner",
    "bends": "one winding road",
    "eight": "two loops that cross",
    "field": "held out (never trained on): no sand at all, draw your own with the mouse",
    "village": "held out (never trained on): crooked lanes around a green",
    "oasis": "held out (never trained on): two ways around the palms",
    "canyon": "a narrow pass that forks, and ends where there is just room to turn",
}
RICH = "-rich"


def scenarios() -> Sequence[Scenario]:
    """Return each map with the course's five numbers, then each with the richer observation."""
    plain = [Scenario(name, summary) for name, summary in MAPS.items()]
    rich = [Scenario(name + RICH, f"{summary}; more and farther sensors") for name, summary in MAPS.items()]
    return [*plain, *rich]


@hookimpl
def botplay_games() -> Iterable[Game]:
    """Give the car."""
    yield Game(
        name="car",
        summary="A self-driving car commutes between airport and downtown; the mouse puts sand on its road.",
        open="botplay_car.env:open_car",
        open_batch="botplay_car.batch:open_cars",
        scenarios=scenarios,
        any_scenario=True,  # wild-7, a map drawn at random; other names are refused when they are opened
        options="botplay_car.options:CarOptions",
        bins="botplay_car.bins:bins",
        thumbnail="botplay_car:thumbnail.png",
        kinds=frozenset({"vector", "binned"}),
    )
