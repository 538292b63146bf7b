"""Settings of a Gymnasium environment, set by `--set game.NAME=VALUE`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GymOptions:
    """Settings of a Gymnasium environment."""

    arguments: str = ""
    """Arguments of the environment, `name=value` joined by `&`, for example `is_slippery=false&map_name=8x8`.
    They can be written after the id as well: `FrozenLake-v1?is_slippery=false`."""
