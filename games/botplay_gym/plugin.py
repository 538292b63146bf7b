"""Gymnasium's descriptor: a few well-known environments are listed, and any other id works too."""

from __future__ import annotations

from collections.abc import Iterable

from botcore import Game, Scenario, hookimpl

SCENARIOS = (
    Scenario("CartPole-v1", "balance a pole on a cart"),
    Scenario("FrozenLake-v1", "cross a frozen lake without falling in; the ice is slippery"),
    Scenario("FrozenLake-v1?is_slippery=false", "the same lake with ice that does not slip"),
    Scenario("CliffWalking-v1", "walk along a cliff"),
    Scenario("Taxi-v4", "pick up a passenger and drive to the hotel"),
    Scenario("Blackjack-v1", "beat the dealer without going over 21"),
    Scenario("MountainCar-v0", "swing a weak car up a mountain"),
    Scenario("Acrobot-v1", "swing a two-link arm above the line"),
)


@hookimpl
def botplay_games() -> Iterable[Game]:
    """Give Gymnasium."""
    yield Game(
        name="gym",
        summary="Any registered Gymnasium environment with discrete actions, by its id (ID?name=value too).",
        open="botplay_gym.env:open_gym",
        scenarios=SCENARIOS,
        any_scenario=True,
        options="botplay_gym.options:GymOptions",
        bins="botplay_gym.bins:bins",
        thumbnail="botplay_gym:thumbnail.png",
    )
