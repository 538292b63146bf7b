"""What the actions of well-known environments are called, which Gymnasium tells only in its prose."""

from __future__ import annotations

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
