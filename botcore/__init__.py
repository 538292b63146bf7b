"""botplay's host, and everything a plugin author imports.

Names are loaded when first used, so that `import botcore` costs nothing and pulls in no engine.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botcore.api import evaluate, open_replay, play, train
    from botcore.contracts.brain import Brain, BuildRequest, Part
    from botcore.contracts.game import Game, OpenRequest, RewardRule, Scenario
    from botcore.contracts.learner import Choice, Experience, Learner, Snapshot
    from botcore.contracts.moment import Decision, Moment
    from botcore.errors import BotplayError
    from botcore.hookspecs import hookimpl
    from botcore.settings import Count, Positive, Range, Share, Size

__all__ = [
    "BotplayError",
    "Brain",
    "BuildRequest",
    "Choice",
    "Count",
    "Decision",
    "Experience",
    "Game",
    "Learner",
    "Moment",
    "OpenRequest",
    "Part",
    "Positive",
    "Range",
    "RewardRule",
    "Scenario",
    "Share",
    "Size",
    "Snapshot",
    "evaluate",
    "hookimpl",
    "open_replay",
    "play",
    "train",
]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    homes = {
        "botcore.api": ("evaluate", "open_replay", "play", "train"),
        "botcore.contracts.brain": ("Brain", "BuildRequest", "Part"),
        "botcore.contracts.game": ("Game", "OpenRequest", "RewardRule", "Scenario"),
        "botcore.contracts.learner": ("Choice", "Experience", "Learner", "Snapshot"),
        "botcore.contracts.moment": ("Decision", "Moment"),
        "botcore.errors": ("BotplayError",),
        "botcore.hookspecs": ("hookimpl",),
        "botcore.settings": ("Count", "Positive", "Range", "Share", "Size"),
    }
    for module, names in homes.items():
        if name in names:
            return getattr(importlib.import_module(module), name)
    raise AttributeError(f"module 'botcore' has no attribute {name!r}")
