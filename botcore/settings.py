"""Settings are frozen dataclasses with a docstring a field: made from text and data here, and described."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import textwrap
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from botcore.errors import BotplayError, suggestion

T = TypeVar("T")


def make(kind: type[T], values: Mapping[str, Any], section: str) -> T:
    """Return an instance of the dataclass `kind` with `values` over its defaults.

    Raises:
        BotplayError: a name it does not have (with the closest one), or a value of the wrong type.
    """
    hints = typing.get_type_hints(kind)
    known = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]
    made: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            has = f"; it has {', '.join(known)}" if known else ""
            raise BotplayError(f"no setting {section}.{name}{suggestion(name, known) or has}")
        try:
            made[name] = convert(value, hints[name])
        except (TypeError, ValueError):
            wanted = getattr(hints[name], "__name__", str(hints[name]))
            raise BotplayError(f"{section}.{name} must be {wanted}, not {value!r}") from None
    return kind(**made)


def convert(value: Any, hint: Any) -> Any:
    """Return `value` (from text, TOML or JSON) as the type a field declares.

    Raises:
        TypeError, ValueError: it cannot be one.
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _convert_union(value, arguments)
    if origin is typing.Literal:
        if value not in arguments:
            raise ValueError(f"one of {arguments}")
        return value
    if origin is tuple:
        items = value.strip("[]() ").split(",") if isinstance(value, str) else value
        return tuple(convert(item, arguments[0]) for item in items if item != "")
    if origin is not None and issubclass(origin, Mapping):
        return {str(key): convert(item, arguments[1]) for key, item in dict(value).items()}
    if hint is bool:
        return _convert_bool(value)
    if hint is int and isinstance(value, float) and not value.is_integer():
        raise ValueError("a whole number")
    if hint is int and isinstance(value, str):
        return int(float(value)) if float(value).is_integer() else int(value)
    if hint in (int, float) and isinstance(value, bool):
        raise TypeError("a number")
    if hint in (int, float, str):
        return hint(value)
    return value


def _convert_union(value: Any, arguments: tuple[Any, ...]) -> Any:
    if type(None) in arguments and (value is None or value in ("none", "")):
        return None
    for argument in arguments:
        if argument is type(None):
            continue
        try:
            return convert(value, argument)
        except (TypeError, ValueError):
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
    """Return the docstring below each field of a settings dataclass, by the field's name."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    body = typing.cast("ast.ClassDef", tree.body[0]).body
    words: dict[str, str] = {}
    for statement, following in zip(body, [*body[1:], None], strict=True):
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
        ):
            words[statement.target.id] = inspect.cleandoc(str(following.value.value))
    return words
