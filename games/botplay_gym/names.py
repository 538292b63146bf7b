"""What actions and observations of known environments are called, which Gymnasium tells only in prose."""

from __future__ import annotations

from itertools import product
from typing import Any

import gymnasium
from gymnasium.spaces import Discrete

ACTION_NAMES: dict[str, tuple[str, ...]] = {
    "Acrobot": ("torque -1", "no torque", "torque +1"),
    "Blackjack": ("stick", "hit"),
    "CartPole": ("left", "right"),
    "CliffWalking": ("up", "right", "down", "left"),
    "FrozenLake": ("left", "down", "right", "up"),
    "FrozenLake8x8": ("left", "down", "right", "up"),
    "LunarLander": ("wait", "left engine", "main engine", "right engine"),
    "MountainCar": ("left", "coast", "right"),
    "Taxi": ("south", "north", "east", "west", "pick up", "drop off"),
}
"""By the id without its version, in the order of the actions."""

NUMBER_NAMES: dict[str, tuple[str, ...]] = {
    "Acrobot": ("cos 1", "sin 1", "cos 2", "sin 2", "speed 1", "speed 2"),
    "Blackjack": ("hand", "dealer", "usable ace"),
    "CartPole": ("position", "speed", "angle", "turning"),
    "MountainCar": ("position", "speed"),
}
"""For each number of an observation, likewise."""
TAXI_STANDS = ("red", "green", "yellow", "blue")


def observation_names(name: str, env: gymnasium.Env[Any, Any]) -> tuple[str, ...]:
    """Return names for the numbers of an observation, or for the states where it is one of n; or none."""
    if name in NUMBER_NAMES:
        return NUMBER_NAMES[name]
    if name == "Taxi":
        passenger = [f"passenger at {stand}" for stand in TAXI_STANDS] + ["passenger in the taxi"]
        destination = [f"going to {stand}" for stand in TAXI_STANDS]
        return _each(_places("row", 5), _places("column", 5), passenger, destination)
    space, inside = env.observation_space, env.unwrapped
    across = getattr(inside, "ncol", None) or (getattr(inside, "shape", None) or (0, 0))[-1]
    if name in ("FrozenLake", "FrozenLake8x8", "CliffWalking") and isinstance(space, Discrete) and across:
        return _each(_places("row", int(space.n) // across), _places("column", across))
    return ()


def _places(word: str, count: int) -> list[str]:
    return [f"{word} {number}" for number in range(1, count + 1)]


def _each(*parts: list[str]) -> tuple[str, ...]:
    """Return a name for each combination, the last part changing fastest."""
    return tuple(map(", ".join, product(*parts)))
