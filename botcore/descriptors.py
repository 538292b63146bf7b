"""Looking at what a plugin's hooks give where it comes in: a slip is told by name, not as a traceback."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar, get_args

from botcore.contracts.brain import ROLES, Brain, Kind, Part
from botcore.contracts.game import Game, RewardRule
from botcore.errors import BotplayError

T = TypeVar("T")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
KINDS: tuple[Kind, ...] = get_args(Kind)
CODE = "code, as in 'package.module:name'"


def check_descriptor(item: Any, kind: type[T]) -> T:
    """Return what a hook gave, if it is of the right kind, well named, and what it says can be read.

    Raises:
        BotplayError: what is wrong with it.
    """
    if not isinstance(item, kind):
        raise BotplayError(f"it gives {item!r:.80} where a {kind.__name__} belongs")
    name = item.name  # type: ignore[attr-defined]
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise BotplayError(f"{name!r:.80} is no name: small letters, digits, - and _, at most 40")
    own = f"{kind.__name__.lower()} {name!r}"
    _want(isinstance(item.summary, str), own, "summary", item.summary, "a text")  # type: ignore[attr-defined]
    if isinstance(item, Game):
        _check_game(item, own)
    elif isinstance(item, Brain):
        _check_brain(item, own)
    elif isinstance(item, Part):
        _want(item.role in ROLES, own, "role", item.role, f"one of {', '.join(ROLES)}")
        _want(_is_code(item.build), own, "build", item.build, CODE)
        _check_code(item, own, "settings")
    return item


def _check_game(game: Game, own: str) -> None:
    _want(_is_code(game.open), own, "open", game.open, CODE)
    _check_code(game, own, "open_batch", "options", "bins")
    _want(_are_words(game.protocols), own, "protocols", game.protocols, "a tuple of names, one or more")
    if not callable(game.scenarios):
        listed = _are_several(game.scenarios)
        _want(listed, own, "scenarios", game.scenarios, "a tuple of Scenarios, one or more, or a function")
        game.all_scenarios()  # looks at each
    _want(isinstance(game.reward, RewardRule), own, "reward", game.reward, "a RewardRule")
    _want(game.kinds is None or _are_some_of(game.kinds, KINDS), own, "kinds", game.kinds, _some_of(KINDS))
    _check_file(game.thumbnail, own, "thumbnail")


def _check_brain(brain: Brain, own: str) -> None:
    _want(_is_code(brain.learner), own, "learner", brain.learner, CODE)
    _check_code(brain, own, "settings")
    for role in ROLES:
        part = getattr(brain, role)
        _want(part is None or isinstance(part, str), own, role, part, "the name of a part, or None")
    _want(_are_some_of(brain.accepts, KINDS), own, "accepts", brain.accepts, _some_of(KINDS))
    _want(_are_some_of(brain.roles, ROLES), own, "roles", brain.roles, _some_of(ROLES))
    _check_file(brain.presets, own, "presets")
    whole = isinstance(brain.rung, int) and not isinstance(brain.rung, bool)
    _want(brain.rung is None or whole, own, "rung", brain.rung, "a whole number, or None")
    _want(isinstance(brain.trains, bool), own, "trains", brain.trains, "True or False")
    _want(isinstance(brain.tags, Mapping), own, "tags", brain.tags, "a mapping of texts")


def _check_code(item: Any, own: str, *fields: str) -> None:
    for field in fields:
        value = getattr(item, field)
        _want(value is None or _is_code(value), own, field, value, f"{CODE}, or None")


def _check_file(value: Any, own: str, field: str) -> None:
    _want(value is None or isinstance(value, str), own, field, value, "a file, as in 'package:file', or None")


def _want(right: bool, own: str, field: str, value: Any, words: str) -> None:
    if not right:
        raise BotplayError(f"{own} has {field}={value!r:.80}; it must be {words}")


def _is_code(value: Any) -> bool:
    return isinstance(value, str) or callable(value)


def _are_several(value: Any) -> bool:
    # A text is a sequence of texts too: ("v4") without its comma.
    return isinstance(value, Sequence) and not isinstance(value, str) and len(value) > 0


def _are_words(value: Any) -> bool:
    return _are_several(value) and all(isinstance(one, str) and one for one in value)


def _are_some_of(value: Any, known: Collection[str]) -> bool:
    return isinstance(value, (set, frozenset)) and value <= {*known}


def _some_of(known: Collection[str]) -> str:
    return f"a frozenset of some of {', '.join(known)}"
