"""Turning `"package.module:name"` into the thing it names, when it is needed and not before."""

from __future__ import annotations

import importlib
from typing import Any

from botcore.contracts.game import Loadable
from botcore.errors import BotplayError


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
        return getattr(importlib.import_module(module_name), name)
    except ImportError as error:
        raise BotplayError(f"cannot import {reference}: {error}") from error
    except AttributeError as error:
        raise BotplayError(f"{module_name} has no {name!r}, which a plugin promised") from error
