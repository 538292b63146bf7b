"""Settings of Atari games, set by `--set game.NAME=VALUE`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from botcore import Range


@dataclass(frozen=True)
class AtariOptions:
    """Settings of Atari games."""

    idle_limit: Annotated[int, Range(least=0, most=27_000)] = 0
    """In training only: cut an episode short after so many steps in which the score stands still; 0: never.
    A ball that goes round in circles teaches nothing, for half an hour."""
