"""Settings are frozen dataclasses with a docstring a field: made from text and data here, and described."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import math
import textwrap
import types
import typing
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, TypeVar

from botcore.errors import BotplayError, suggestion

T = TypeVar("T")
SUPPORTED = "a setting is a bool, int, float or str, a Literal of texts, a tuple or dict of these, or None"
MOST_SHOWN = 60  # characters of what a person gave, in a message


@dataclass(frozen=True)
class Range:
    """What a number in a settings dataclass may be, as in `Annotated[int, Range(least=1)]`.

    NaN and the infinities are never in range.
    """

    least: float = -math.inf
    """The smallest allowed value."""
    most: float = math.inf
    """The largest allowed value."""
    above: float = -math.inf
    """What the value must exceed."""

    def __contains__(self, value: float) -> bool:
        """Whether a value is allowed."""
        return math.isfinite(value) and self.least <= value <= self.most and value > self.above

    def __str__(self) -> str:
        bounds = {"at least": self.least, "at most": self.most, "above": self.above}
        return " and ".join(f"{word} {bound:,.13g}" for word, bound in bounds.items() if math.isfinite(bound))


Count = Annotated[int, Range(least=1, most=1e12)]
"""A number of things: one or more."""
Size = Annotated[int, Range(least=1, most=65_536)]
"""Width of a layer, or a number of things that lie in memory at once."""
Positive = Annotated[float, Range(above=0)]
"""A number above nought."""
Share = Annotated[float, Range(least=0, most=1)]
"""A number from 0 to 1."""


def make(kind: type[T], values: Mapping[str, Any], section: str) -> T:
    """Return an instance of the dataclass `kind` with `values` over its defaults.

    Raises:
        BotplayError: a name it does not have (with the closest one), a value of the wrong type, values that
            the class itself refuses (a `ValueError` of its `__post_init__`), or a class that cannot be set.
    """
    if not (isinstance(kind, type) and dataclasses.is_dataclass(kind)):
        raise BotplayError(f"the settings of {section} are {kind!r:.80} where a dataclass belongs")
    hints = _settable(typing.cast("Any", kind), section)
    known = list(hints)
    made: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            has = f"; it has {', '.join(known)}" if known else ""
            raise BotplayError(f"no setting {section}.{name}{suggestion(name, known) or has}")
        try:
            made[name] = convert(value, hints[name])
        except (TypeError, ValueError, OverflowError):
            given = shortened(repr(value))
            raise BotplayError(f"{section}.{name} must be {wording(hints[name])}, not {given}") from None
    try:
        return kind(**made)
    except ValueError as error:
        raise BotplayError(f"{section}: {error}") from error


@cache
def _settable(kind: type[Any], section: str) -> Mapping[str, Any]:
    """Return the type of each field of a settings class, in its order.

    Raises:
        BotplayError: a field has no default, or no type that text can be made into.
    """
    try:
        hints = typing.get_type_hints(kind, include_extras=True)
    except (NameError, AttributeError, TypeError) as error:
        raise BotplayError(f"the types of {section}'s {kind.__name__} cannot be read: {error}") from error
    found = {}
    for field in (field for field in dataclasses.fields(kind) if field.init):
        name, hint = f"{kind.__name__}.{field.name}", hints[field.name]
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise BotplayError(f"{name}, a setting of {section}, has no default; each needs one")
        if not _supported(hint):
            shown = hint.__name__ if isinstance(hint, type) and not typing.get_args(hint) else str(hint)
            raise BotplayError(f"{name}, a setting of {section}, is of type {shown}; {SUPPORTED}")
        _check_default(field, hint, f"{name}, a setting of {section},")
        found[field.name] = hint
    return found


def _check_default(field: dataclasses.Field[Any], hint: Any, title: str) -> None:
    """Raise `BotplayError` where nobody could set a setting to what it is."""
    made = field.default_factory is not dataclasses.MISSING
    default = field.default_factory() if made else field.default  # type: ignore[operator]
    try:
        convert(default, hint)
    except (TypeError, ValueError, OverflowError):
        shown = shortened(repr(default))
        raise BotplayError(f"{title} is {shown} where nobody sets it; it must be {wording(hint)}") from None


def _supported(hint: Any) -> bool:
    """Whether `convert` makes this type of text, and `botplay settings` can write it as TOML."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _supported(arguments[0])
    if origin is typing.Literal:
        return all(isinstance(argument, str) for argument in arguments)
    if origin in (typing.Union, types.UnionType):
        return all(map(_supported, arguments))
    if origin is tuple:
        return bool(arguments) and all(_supported(item) for item in arguments if item is not Ellipsis)
    if origin is not None and issubclass(origin, Mapping):
        return arguments[0] is str and _supported(arguments[1])
    return hint in (bool, int, float, str, type(None))


def shortened(text: str) -> str:
    """Return a text for a message: all of it, or how it begins."""
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]} …"


def convert(value: Any, hint: Any) -> Any:
    """Return `value` (from text, TOML or JSON) as the type a field declares.

    Raises:
        TypeError, ValueError, OverflowError: it cannot be one.
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        made = convert(value, arguments[0])
        if any(made not in bounds for bounds in arguments[1:] if isinstance(bounds, Range)):
            raise ValueError("out of range")
        return made
    if origin in (typing.Union, types.UnionType):
        return _convert_union(value, arguments)
    if origin is typing.Literal:
        if value not in arguments:
            raise ValueError(f"one of {arguments}")
        return value
    if origin is tuple:
        items = _items(value) if isinstance(value, str) else list(value)
        each = arguments[:1] * len(items) if arguments[-1] is Ellipsis else arguments
        return tuple(convert(item, kind) for item, kind in zip(items, each, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        return {str(key): convert(item, arguments[1]) for key, item in dict(value).items()}
    if hint is bool:
        return _convert_bool(value)
    if hint is int and isinstance(value, float) and not value.is_integer():
        raise ValueError("a whole number")
    if hint in (int, float) and isinstance(value, bool):
        raise TypeError("a number")
    if hint in (int, float) and not math.isfinite(float(value)):
        raise ValueError("a finite number")
    if hint is int and isinstance(value, str):
        with suppress(ValueError):
            return int(value)  # exactly, however large
        if not float(value).is_integer():  # 1e6 is whole
            raise ValueError("a whole number")
        return int(float(value))
    if hint in (int, float, str):
        return hint(value)
    raise TypeError(SUPPORTED)  # None too, which a union takes


def _items(text: str) -> list[Any]:
    """Return the items of a list as it is typed, `a, b`, or as `botplay settings` writes it, `["a", "b"]`."""
    text = text.strip()
    with suppress(ValueError, RecursionError):
        written = json.loads(text)
        if isinstance(written, list):
            return written
    if text[:1] + text[-1:] in ("[]", "()"):
        text = text[1:-1]
    return [item.strip() for item in text.split(",") if item.strip()]


def wording(hint: Any) -> str:
    """Say for people what a field takes, as in `a whole number at least 1, or none`."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return " ".join([wording(arguments[0]), *(str(bounds) for bounds in arguments[1:])])
    if origin in (typing.Union, types.UnionType):
        return ", or ".join(wording(argument) for argument in arguments)
    if origin is typing.Literal:
        return " or ".join(map(str, arguments))
    if origin is tuple:
        if arguments[-1] is not Ellipsis:
            return f"a list of {len(arguments)}: {', '.join(map(wording, arguments))}"
        return f"a list, each {wording(arguments[0])}"
    if origin is not None and issubclass(origin, Mapping):
        return f"a table, each {wording(arguments[1])}"
    words = {
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        str: "a text",
        type(None): "none",
    }
    return words.get(hint, str(hint))


def _convert_union(value: Any, arguments: tuple[Any, ...]) -> Any:
    if type(None) in arguments and (value is None or value in ("none", "")):
        return None
    for argument in arguments:
        if argument is type(None):
            continue
        try:
            return convert(value, argument)
        except (TypeError, ValueError, OverflowError):
            continue
    raise ValueError("none of the types fits")


def _convert_bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    words = {
        "true": True,
        "yes": True,
        "on": True,
        "1": True,
        "false": False,
        "no": False,
        "off": False,
        "0": False,
    }
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    raise ValueError("true or false")


def parse_assignment(text: str) -> tuple[str, str, str]:
    """Split `SECTION.NAME=VALUE`.

    Raises:
        BotplayError: it is not of that form.
    """
    path, equals, value = text.partition("=")
    section, dot, name = path.strip().partition(".")
    if not (equals and dot and section and name):
        raise BotplayError(f"--set takes SECTION.NAME=VALUE (as in learner.gamma=0.99), not {text!r}")
    return section, name, value.strip()


def describe(kind: type[Any]) -> dict[str, str]:
    """Return the docstring below each field of a settings dataclass, inherited ones too, by the field's name.

    Where the source cannot be read, nothing is said.
    """
    words: dict[str, str] = {}
    for owner in reversed([owner for owner in kind.__mro__ if dataclasses.is_dataclass(owner)]):
        # A class within a function, with a text at the margin, cannot be parsed alone.
        with suppress(OSError, TypeError, SyntaxError):
            words |= _described_in(inspect.getsource(owner))
    return words


def _described_in(source: str) -> dict[str, str]:
    body = typing.cast("ast.ClassDef", ast.parse(textwrap.dedent(source)).body[0]).body
    return {
        statement.target.id: inspect.cleandoc(str(following.value.value))
        for statement, following in pairwise(body)
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and isinstance(following, ast.Expr)
        and isinstance(following.value, ast.Constant)
    }
