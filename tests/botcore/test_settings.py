"""Settings from text and data."""

from __future__ import annotations

import datetime
import enum
import re
from dataclasses import dataclass, field, fields, make_dataclass
from pathlib import Path
from typing import Any, Literal, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botcore import BotplayError, Count, Positive, Share, Size
from botcore.plugins import load_plugins
from botcore.settings import describe, make, parse_assignment
from botcore.setup import choose
from botplay_a3c.settings import A3CSettings


@dataclass(frozen=True)
class Some:
    """Settings."""

    rate: float = 0.1
    """A number."""
    size: int = 3
    """A whole number."""
    layers: tuple[int, ...] = (1, 2)
    """Several."""
    clip: float | None = None
    """A number or nothing."""
    on: bool = False
    """A switch."""
    mode: Literal["a", "b"] = "a"
    """One of two."""
    bonuses: dict[str, float] | None = None
    """A table."""


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("rate", "1e-3", 0.001),
        ("rate", 2, 2.0),
        ("size", "1e3", 1000),
        ("layers", "[64, 32]", (64, 32)),
        ("layers", [5], (5,)),
        ("layers", "", ()),
        ("clip", "none", None),
        ("clip", "0.2", 0.2),
        ("on", "yes", True),
        ("on", "false", False),
        ("mode", "b", "b"),
        ("bonuses", {"kills": 1}, {"kills": 1.0}),
    ],
)
def test_values_take_the_type_of_their_field(name: str, text: object, value: object) -> None:
    made = getattr(make(Some, {name: text}, "learner"), name)
    assert made == value
    assert type(made) is type(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rate", "fast"),
        ("size", "2.5"),
        ("size", 2.5),
        ("size", True),
        ("on", "maybe"),
        ("mode", "c"),
        ("layers", "a,b"),
        ("size", "9" * 400),
        ("size", int("9" * 400)),
        ("rate", int("9" * 400)),
    ],
)
def test_a_wrong_value_is_told_with_the_setting(name: str, value: object) -> None:
    with pytest.raises(BotplayError, match=f"learner.{name} must be") as raised:
        make(Some, {name: value}, "learner")
    assert len(str(raised.value)) < 200


@dataclass(frozen=True)
class Bounded:
    """Settings with bounds."""

    batch: Count = 8
    """One or more."""
    rate: Positive = 0.1
    """Above nought."""
    share: Share = 0.5
    """A part of the whole."""
    clip: Positive | None = None
    """Above nought, or nothing."""
    layers: tuple[Size, ...] = ()
    """Widths."""
    weight: float = 1.0
    """Any number there is."""


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("batch", "0", "a whole number at least 1 and at most 1,000,000,000,000, not '0'"),
        ("batch", 1e15, "a whole number"),
        ("rate", "0", "a number above 0, not '0'"),
        ("rate", "nan", "a number above 0"),
        ("share", 1.01, "a number at least 0 and at most 1"),
        ("clip", "-1", "a number above 0, or none"),
        ("layers", "8,0", "a list, each a whole number at least 1"),
        ("layers", "100000", "a list, each a whole number at least 1 and at most 65,536"),
        ("weight", "inf", "a number"),
    ],
)
def test_a_value_out_of_range_is_told_with_the_range(name: str, value: object, wanted: str) -> None:
    with pytest.raises(BotplayError, match=re.escape(f"learner.{name} must be {wanted}")):
        make(Bounded, {name: value}, "learner")


def test_values_in_range_are_taken() -> None:
    values = {"batch": "1", "rate": 1e-9, "share": 1, "clip": "none", "layers": "8, 4", "weight": -3}
    assert make(Bounded, values, "learner") == Bounded(1, 1e-9, 1.0, None, (8, 4), -3.0)


@pytest.mark.parametrize(
    ("brain", "assignment"),
    [
        ("dqn", "learner.learn_every=0"),
        ("dqn", "learner.temperature=0"),
        ("dqn", "learner.batch=0"),
        ("dqn", "training.copies=0"),
        ("a3c", "learner.rollout=0"),
        ("a3c", "learner.learning_rate=-1"),
        ("a3c", "learner.updates=0"),
        ("a3c", "memory.size=0"),
        ("a3c", "eyes.features=0"),
        ("qlearning", "learner.epsilon=2"),
    ],
)
def test_what_cannot_train_is_refused_before_anything_is_built(brain: str, assignment: str) -> None:
    game = "car" if brain == "qlearning" else "breakout" if "eyes" in assignment else "gym:CartPole-v1"
    with pytest.raises(BotplayError, match=f"{assignment.partition('=')[0]} must be"):
        choose(load_plugins(), game=game, brain=brain, assignments=[assignment])


def test_a_typo_is_told_with_the_closest_name() -> None:
    with pytest.raises(BotplayError, match=r"no setting learner\.rat; did you mean rate\?"):
        make(Some, {"rat": 1}, "learner")
    with pytest.raises(BotplayError, match="it has rate, size"):
        make(Some, {"zzzzz": 1}, "learner")


def test_assignments_are_split_at_the_first_dot_and_equals_sign() -> None:
    assert parse_assignment("reward.bonuses.kills = 1=2") == ("reward", "bonuses.kills", "1=2")


@given(st.text(max_size=30))
def test_any_other_assignment_is_refused_with_a_line(text: str) -> None:
    section, dot, rest = text.partition("=")[0].strip().partition(".")
    if "=" in text and section and dot and rest:
        assert parse_assignment(text)[:2] == (section, rest)
    else:
        with pytest.raises(BotplayError, match=r"SECTION\.NAME=VALUE"):
            parse_assignment(text)


def test_every_field_of_the_bundled_settings_has_a_word_of_explanation() -> None:
    words = describe(A3CSettings)
    assert set(words) == {field.name for field in fields(A3CSettings)}
    assert words["gamma"] == "Discount of the return."


def test_a_class_whose_source_cannot_be_parsed_alone_has_no_words() -> None:
    @dataclass(frozen=True)
    class Odd:
        size: int = 1
        """Of a thing,
told at the margin."""

    assert describe(Odd) == {}


class Colour(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("hint", "default", "shown"),
    [
        (Path, Path("x"), "Path"),
        (Colour, Colour.RED, "Colour"),
        (bytes, b"x", "bytes"),
        (datetime.date, datetime.date(2020, 1, 1), "date"),
        (Some, Some(), "Some"),
        (frozenset[str], frozenset(), "frozenset[str]"),
        (list[int], field(default_factory=list), "list[int]"),
        (dict, field(default_factory=dict), "dict"),
        (dict[int, int], field(default_factory=dict), "dict[int, int]"),
        (tuple, (), "tuple"),
        (tuple[Path, ...], (), "tuple[pathlib.Path, ...]"),
        (int | Path, 3, "int | pathlib.Path"),
        (Literal[1, 2], 1, "typing.Literal[1, 2]"),
        (Any, 3, "Any"),
    ],
)
def test_a_type_that_text_cannot_become_is_refused_with_those_that_there_are(
    hint: Any, default: Any, shown: str
) -> None:
    kind = make_dataclass("Options", [("what", hint, default)], frozen=True)
    words = (
        f"Options.what, a setting of game, is of type {shown}; a setting is a bool, int, float or str, a Lit"
    )
    for values in ({}, {"what": "x"}):
        with pytest.raises(BotplayError, match=re.escape(words)):
            make(kind, values, "game")


@dataclass(frozen=True)
class Unfinished:
    """Settings that cannot be made from nothing."""

    size: int


@dataclass(frozen=True)
class Unknown:
    """Settings of a type that is nowhere."""

    size: "Nowhere" = 1  # type: ignore[name-defined]  # noqa: F821, UP037


@dataclass(frozen=True)
class Beyond:
    """Settings that nobody could set to what they are."""

    wind: Share = 3


@dataclass(frozen=True)
class Listed:
    """Settings with a list that has words where numbers belong."""

    marks: tuple[int, ...] = field(default_factory=lambda: ("a",))  # type: ignore[arg-type,return-value]


class Plain:
    """No dataclass."""


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Unfinished, "Unfinished.size, a setting of game, has no default"),
        (Beyond, "Beyond.wind, a setting of game, is 3 where nobody sets it; it must be a number at least 0"),
        (Listed, "Listed.marks, a setting of game, is ('a',) where nobody sets it; it must be a list, each"),
        (Unknown, "the types of game's Unknown cannot be read: name 'Nowhere' is not defined"),
        (Plain, "the settings of game are <class '"),
        (Some(), "where a dataclass belongs"),
    ],
)
def test_a_class_that_is_no_settings_class_is_refused(kind: Any, words: str) -> None:
    with pytest.raises(BotplayError, match=re.escape(words)):
        make(kind, {}, "game")


@dataclass(frozen=True)
class Pair:
    """Settings with places of their own types."""

    size: tuple[int, str] = (3, "a")
    """Two things."""
    either: Optional[int | str] = None  # noqa: UP045 - the old way of writing it is taken too
    """One or the other."""
    speed: int = 1
    """At most five."""

    def __post_init__(self) -> None:
        if self.speed > 5:
            raise ValueError("speed 6 is too fast")


def test_a_tuple_of_places_is_made_place_by_place() -> None:
    assert make(Pair, {"size": "[4, b]"}, "game").size == (4, "b")
    assert make(Pair, {"size": ["4", "b"]}, "game").size == (4, "b")
    assert make(Pair, {"size": '[4, "b, (c)"]'}, "game").size == (4, "b, (c)"), "as a file writes it"
    assert make(Pair, {"size": "(4, conv(1))"}, "game").size == (4, "conv(1)")
    assert make(Pair, {"either": "7"}, "game").either == 7
    assert make(Pair, {"either": "9007199254740993"}, "game").either == 2**53 + 1, "no float could hold it"
    assert make(Pair, {"size": "1e2, b"}, "game").size == (100, "b")
    for wrong in ("b,4", "4", "4,b,c", "[" * 100_000):
        with pytest.raises(BotplayError, match=r"game.size must be a list of 2: a whole number, a text, not"):
            make(Pair, {"size": wrong}, "game")


def test_what_a_settings_class_refuses_itself_is_told_with_its_section() -> None:
    with pytest.raises(BotplayError, match=r"^game: speed 6 is too fast$"):
        make(Pair, {"speed": 6}, "game")
