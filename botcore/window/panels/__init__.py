"""The panels beside the game, and the table that says which there are."""

from __future__ import annotations

from botcore.window.panels.actions import ActionsPanel
from botcore.window.panels.eyes import EyesPanel
from botcore.window.panels.facts import FactsPanel
from botcore.window.panels.learning import LearningPanel
from botcore.window.panels.memory import MemoryPanel
from botcore.window.panels.panel import Panel
from botcore.window.panels.score import ScorePanel
from botcore.window.panels.value import ValuePanel

__all__ = ["Panel", "all_panels"]


def all_panels() -> tuple[Panel, ...]:
    """Return every panel, from top to bottom; where there is not room for all, the last ones go first."""
    return (
        ScorePanel(),
        ActionsPanel(),
        ValuePanel(),
        EyesPanel(),
        MemoryPanel(),
        LearningPanel(),
        FactsPanel(),
    )
