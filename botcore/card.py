"""A model's card: how it came to be and how well it plays. JSON, read with suspicion."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botcore.errors import BotplayError
from botcore.every_setting import in_full
from botcore.replay import checks
from botcore.setup import Setup
from botcore.versions import versions

if TYPE_CHECKING:
    from botcore.plugins import Plugins

FORMAT = 1
LARGEST = 1e15  # number on a card: minutes, or a score


@dataclass(frozen=True)
class Card:
    """How a model came to be and how well it plays.

    Attributes:
        setup: game, brain, parts and every setting.
        weights_sha256: of the weights file beside it.
        versions: distributions and their versions, and the machine.
        seed: training's.
        steps: steps of training.
        minutes: minutes of training.
        command: what made it.
        score: what `evaluate` measured, or the last training returns, with the protocol (see `kind`).
        elsewhere: the same, measured on other scenarios or protocols of the game (named in each); the model
            is offered for those scenarios too, where they have none of their own.
        curve: points of (steps, minutes, mean score).
        created: ISO date and time, UTC.
    """

    setup: Setup
    weights_sha256: str
    versions: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    steps: int = 0
    minutes: float = 0.0
    command: str = ""
    score: Mapping[str, Any] = field(default_factory=dict)
    elsewhere: tuple[Mapping[str, Any], ...] = ()
    curve: tuple[tuple[float, ...], ...] = ()
    created: str = ""

    def with_score(self, scenario: str, score: Mapping[str, Any]) -> Card:
        """Return the card with a new score (which holds its `protocol`), in place of an old one like it."""
        if (scenario, score["protocol"]) == (self.setup.scenario, self.setup.protocol):
            return replace(self, score=dict(score))
        place = {"scenario": scenario, "protocol": score["protocol"]}
        others = [old for old in self.elsewhere if {name: old.get(name) for name in place} != place]
        return replace(self, elsewhere=(*others, {**place, **score}))

    def measured(self, scenario: str, protocol: str) -> Mapping[str, Any]:
        """Return the score for exactly this scenario and protocol; nothing where there is none."""
        if (scenario, protocol) == (self.setup.scenario, self.setup.protocol):
            return self.score
        place = (scenario, protocol)
        return next((s for s in self.elsewhere if (s.get("scenario"), s.get("protocol")) == place), {})

    def plays(self, scenario: str) -> bool:
        """Whether it was made for a scenario, or measured there."""
        return scenario in (self.setup.scenario, *(score.get("scenario") for score in self.elsewhere))

    def to_json(self) -> str:
        """Return the card as text, the curve a point a line."""
        data = {"format": FORMAT, **finite(asdict(self), LARGEST), "setup": self.setup.to_json()}
        known = [point for point in data.pop("curve") if None not in point]
        points = ",\n  ".join(json.dumps(point) for point in known)
        body = json.dumps(data, indent=1).removesuffix("\n}")
        return f'{body},\n "curve": [\n  {points}\n ]\n}}\n'

    @staticmethod
    def from_json(text: str, where: Path) -> Card:
        """Read a card.

        Raises:
            BotplayError: it is not one, or of a newer format.
        """
        try:
            data = checks.table(checks.parse_json(text), "it")
            _check_texts(data)
            if data["format"] != FORMAT:
                raise BotplayError(
                    f"{where} has card format {data['format']!r}; this botplay reads format {FORMAT}"
                )
            return Card(
                setup=Setup.from_json(data["setup"]),
                weights_sha256=str(data["weights_sha256"]),
                versions={str(k): str(v) for k, v in data.get("versions", {}).items()},
                seed=checks.integer(data.get("seed", 0), "its seed"),
                steps=checks.integer(data.get("steps", 0), "its steps"),
                minutes=_number(data.get("minutes", 0)),
                command=str(data.get("command", "")),
                score=_score(data.get("score", {})),
                elsewhere=tuple(_score(score) for score in data.get("elsewhere", ())),
                curve=tuple(tuple(map(_number, point)) for point in data.get("curve", ())),
                created=str(data.get("created", "")),
            )
        except (checks.Invalid, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            wrong = f"it has no {error}" if isinstance(error, KeyError) else error
            raise BotplayError(f"{where} is not a model card: {wrong}") from error


def new_card(plugins: Plugins, setup: Setup) -> Card:
    """Return the card of a model that comes to be now, here; how it came to be is left to be said."""
    return Card(
        setup=in_full(plugins, setup),
        weights_sha256="",
        versions=versions() | plugins.versions(setup.game, setup.brain, setup.parts()),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _check_texts(data: Any) -> None:
    """Refuse texts that would do something to a terminal."""
    if isinstance(data, str) and not data.isprintable():
        raise checks.Invalid(f"{data[:40]!r} cannot be printed")
    if isinstance(data, Mapping):
        _check_texts([*data, *data.values()])
    elif isinstance(data, list):
        for item in data:
            _check_texts(item)


def _number(value: Any) -> float:
    """Return a number as a float; it is finite, and none that a person could not have measured."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LARGEST:
        raise checks.Invalid(f"{str(value)[:40]!r} is no number")
    return float(value)


def _score(value: Any) -> dict[str, Any]:
    score = dict(checks.table(value, "its score"))
    for name in ("kind", "protocol", "scenario", "seeds"):
        if not isinstance(score.get(name, ""), str):
            raise checks.Invalid(f"the {name} of its score is no text")
    return score


def finite(data: Any, largest: float = math.inf) -> Any:
    """Return plain data with None for numbers that JSON lacks or readers refuse (a game may score NaN)."""
    if isinstance(data, Mapping):
        return {name: finite(value, largest) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [finite(value, largest) for value in data]
    return None if isinstance(data, float) and not abs(data) < largest else data
