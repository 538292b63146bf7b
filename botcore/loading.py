"""Turning `"package.module:name"` into the thing it names, when it is needed and not before."""

from __future__ import annotations

import importlib
import inspect
from importlib import resources
from typing import Any

from botcore.contracts.game import Loadable
from botcore.errors import BotplayError, suggestion


def load(reference: Loadable) -> Any:
    """Return what `reference` names; a callable is returned as it is.

    Raises:
        BotplayError: the module or the name in it does not exist, or importing it failed.
    """
    if not isinstance(reference, str):
        return reference
    module_name, _, name = reference.partition(":")
    if not name:
        raise BotplayError(f'{reference!r} names no code; a plugin writes "package.module:name"')
    try:
        module = importlib.import_module(module_name)
    except (ImportError, SyntaxError) as error:
        raise BotplayError(f"cannot import {reference}: {error}") from error
    try:
        return getattr(module, name)
    except AttributeError as error:
        close = suggestion(name, dir(module))
        raise BotplayError(f"{module_name} has no {name!r}, which a plugin promised{close}") from error


def call(reference: Loadable, *arguments: Any) -> Any:
    """Return what the code that `reference` names gives for these arguments.

    Raises:
        BotplayError: it does not exist, or takes other arguments: the slip is its author's, and a TypeError
            at our call would look like one of ours.
    """
    code = load(reference)
    reason = refuses(code, *arguments)
    if reason:
        name = reference if isinstance(reference, str) else getattr(code, "__qualname__", repr(code))
        raise BotplayError(f"{name}: botplay gives {len(arguments)} argument(s), and {reason}")
    return code(*arguments)


def refuses(code: Any, *arguments: Any, **named: Any) -> str:
    """Return why a call with these arguments would fail before it begins, `""` where it would not."""
    try:
        signature = inspect.signature(code)
    except (TypeError, ValueError):  # it does not say, as some of C do not
        return ""
    try:
        signature.bind(*arguments, **named)
    except TypeError as error:
        return f"it takes {signature} ({error})"
    return ""


def read_file(reference: str, most: int) -> bytes:
    """Return the content of a file that lies beside a plugin's code, named as `"package:file"`.

    Raises:
        BotplayError: there is no such package or file, or it is longer than `most` bytes.
    """
    package, _, name = reference.partition(":")
    try:
        with resources.files(package).joinpath(name).open("rb") as file:
            content = file.read(most + 1)
    except (ImportError, OSError, ValueError, TypeError) as error:
        raise BotplayError(f"cannot read {reference}: {error}") from error
    if len(content) > most:
        raise BotplayError(f"{reference} is larger than {most:,} bytes")
    return content
