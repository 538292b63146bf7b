"""A person's hands on the keyboard: which keys are held, and which action that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pygame

from botcore.errors import BotplayError
from botcore.window.controls import key_code
from botcore.window.help import KeyHelp

ARROWS = {"w": pygame.K_UP, "a": pygame.K_LEFT, "s": pygame.K_DOWN, "d": pygame.K_RIGHT}
DIRECTIONS = {"up": "w", "north": "w", "left": "a", "west": "a", "down": "s", "south": "s"} | {
    "right": "d",
    "east": "d",
}
"""Which key an action is called like, in a game that names its actions and no keys."""
WAYS = {pygame.K_UP: "up", pygame.K_LEFT: "left", pygame.K_DOWN: "down", pygame.K_RIGHT: "right"}
"""Where an action goes that an arrow means, whatever the action is called."""
NOTHING = frozenset({"noop", "no-op", "none", "nothing", "wait", "stay", "idle", "coast", "no torque"})
"""What games call the action of doing nothing."""
DIGITS = "1234567890"
YOUR_MOVE = "the game waits for your key; F1 tells which there are"


class Hands:
    """Keys → action, by Gymnasium's convention: a mapping of key combinations to actions.

    A combination is a tuple of characters, key names or pygame codes, or one string of characters.
    """

    def __init__(self, mapping: Mapping[Any, int] | None, *, patient: bool = False) -> None:
        """Read a game's mapping; where a game has WASD and no arrows, the arrows do the same.

        Args:
            mapping: of the game, or `keys_of` its actions.
            patient: whether the game waits for a key.

        Raises:
            ValueError: it names a key that does not exist.
        """
        self._patient = patient
        self._actions = {_combination(keys): int(action) for keys, action in (mapping or {}).items()}
        used = frozenset[int]().union(*self._actions)
        if not used & set(ARROWS.values()):
            swap = {ord(letter): arrow for letter, arrow in ARROWS.items()}
            for keys, action in list(self._actions.items()):
                self._actions.setdefault(frozenset(swap.get(key, key) for key in keys), action)
        self.used = frozenset[int]().union(*self._actions)
        """Every key the game uses."""
        self._held: set[int] = set()
        self._tapped: set[int] = set()

    def help(self, action_names: Sequence[str]) -> list[KeyHelp]:
        """Return the keys that mean an action by themselves, all of an action in one row, with its name.

        A display must be open: the keyboard's names of the keys are asked for.
        """
        keys: dict[int, list[int]] = {}
        for held, action in self._actions.items():
            if len(held) == 1:
                keys.setdefault(action, []).extend(held)
        return [
            (
                "  ".join(pygame.key.name(code).capitalize() for code in codes),
                f"you play: {_label(action_names[action], codes)}",
            )
            for action, codes in sorted(keys.items())
            if 0 <= action < len(action_names)
        ]

    def press(self, key: int) -> None:
        """A key goes down."""
        self._held.add(key)
        self._tapped.add(key)

    def release(self, key: int) -> None:
        """A key goes up; it counts once more if no step has seen it yet."""
        self._held.discard(key)

    def let_go(self) -> None:
        """All keys go up, as when the window loses the keyboard."""
        self._held.clear()
        self._tapped.clear()

    @property
    def waiting(self) -> bool:
        """Whether the game waits for a key: there is no action for doing nothing."""
        return self._patient and not (self._held | self._tapped) & self.used

    def action(self) -> int:
        """Return the action of the keys held now, or tapped since the last call.

        It is the one with the most of its keys down; with none, the one of `()`, or else 0.
        """
        down = (self._held | self._tapped) & self.used
        self._tapped.clear()
        fitting = [keys for keys in self._actions if keys and keys <= down]
        best = max(fitting, key=len, default=frozenset[int]())
        return self._actions.get(best, 0)


def keys_of(action_names: Sequence[str]) -> dict[Any, int]:
    """Return keys for a game that tells none: a digit an action, WASD where one is called like a direction.

    With no key held it is the action that is called like doing nothing, where there is one.
    """
    keys: dict[Any, int] = {(digit,): action for action, digit in enumerate(DIGITS[: len(action_names)])}
    for action, name in enumerate(map(str.casefold, action_names)):
        if name in DIRECTIONS:
            keys.setdefault((DIRECTIONS[name],), action)
        elif name in NOTHING:
            keys.setdefault((), action)
    return keys


def hands_for(game: Any, title: str, action_names: Sequence[str]) -> Hands:
    """Return hands for a game called `title`, which may tell its keys (`get_keys_to_action`).

    Raises:
        BotplayError: it names a key that does not exist.
    """
    if not hasattr(game, "get_keys_to_action"):
        keys = keys_of(action_names)
        return Hands(keys, patient=() not in keys)
    mapping = game.get_keys_to_action()
    try:
        return Hands(mapping)
    except ValueError as error:
        raise BotplayError(f"{title}: get_keys_to_action() is wrong: {error}") from error


def _label(name: str, codes: Sequence[int]) -> str:
    """Return what an action is called; one called like another direction than its first arrow, by both."""
    called, way = DIRECTIONS.get(name.casefold()), next((WAYS[code] for code in codes if code in WAYS), None)
    return f"{way} ({name})" if called and way and DIRECTIONS[way] != called else name


def _combination(keys: Any) -> frozenset[int]:
    if isinstance(keys, str):
        return (
            frozenset({key_code(keys)})
            if len(keys) == 1
            else frozenset(key_code(key) for key in _parts(keys))
        )
    if isinstance(keys, int):
        return frozenset({keys})
    return frozenset(key_code(key) for key in keys)


def _parts(keys: str) -> list[str]:
    """Return one named key as it is (`left`), any other string as its characters (`wd`)."""
    return [keys] if hasattr(pygame, f"K_{keys.upper()}") else list(keys)
