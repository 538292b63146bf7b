"""Settings from text and data."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botcore import BotplayError
from botcore.settings import describe, make, parse_assignment
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
    ],
)
def test_a_wrong_value_is_told_with_the_setting(name: str, value: object) -> None:
    with pytest.raises(BotplayError, match=f"learner.{name} must be"):
        make(Some, {name: value}, "learner")


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
