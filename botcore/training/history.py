"""What a training goes on from: steps, minutes and commands of the trainings before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING, Any

from botcore.errors import BotplayError

if TYPE_CHECKING:
    from botcore.card import Card

Point = tuple[float, ...]


@dataclass(frozen=True)
class History:
    """What lies behind a training, so that a card tells of all of it.

    Attributes:
        steps: steps of the trainings before this one.
        minutes: their minutes.
        curve: their points of (steps, minutes, mean score).
        commands: what was run, this training's own command last.
    """

    steps: int = 0
    minutes: float = 0.0
    curve: tuple[Point, ...] = ()
    commands: tuple[str, ...] = ()

    def then(self, command: str) -> History:
        """Return the history with one more command, as one line (what cannot be printed becomes a space)."""
        line = "".join(letter if letter.isprintable() else " " for letter in command)
        return replace(self, commands=(*self.commands, line))

    def joined(self, curve: Iterable[tuple[float, float, float]]) -> tuple[Point, ...]:
        """Return the whole curve, that of this training counted from the end of those before."""
        own = [
            (self.steps + steps, round(self.minutes + minutes, 2), score) for steps, minutes, score in curve
        ]
        return (*self.curve, *own)

    def facts(self) -> dict[str, Any]:
        """Return what a checkpoint keeps."""
        return asdict(self)

    @staticmethod
    def of(card: Card) -> History:
        """Return what lies behind a training that goes on from the model of this card."""
        return History(card.steps, card.minutes, card.curve, (card.command,) if card.command else ())

    @staticmethod
    def read(facts: object) -> History:
        """Read what a checkpoint kept; nothing where it kept none.

        Raises:
            BotplayError: it is not of that form.
        """
        if facts is None:
            return History()
        try:
            if not isinstance(facts, Mapping):
                raise TypeError(type(facts).__name__)
            history = History(
                steps=int(facts["steps"]),
                minutes=float(facts["minutes"]),
                curve=tuple((float(a), float(b), float(c)) for a, b, c in facts["curve"]),
                commands=tuple(str(command) for command in facts["commands"]),
            )
            endless = not all(map(isfinite, (history.minutes, *chain(*history.curve))))
            if endless or min(history.steps, history.minutes) < 0:
                raise ValueError("steps or minutes below zero, or minutes or scores without end")
            return history
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise BotplayError(f"the checkpoint's history cannot be read: {error!r}") from error
