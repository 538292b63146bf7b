"""The keyboard for a person: which keys mean which action of an Atari joystick."""

from __future__ import annotations

from collections.abc import Sequence

MEANINGS = ("FIRE", "UP", "RIGHT", "LEFT", "DOWN")
LETTERS = {"FIRE": " ", "UP": "w", "RIGHT": "d", "LEFT": "a", "DOWN": "s"}
ARROWS = {"FIRE": 32, "UP": 1073741906, "RIGHT": 1073741903, "LEFT": 1073741904, "DOWN": 1073741905}
"""pygame's key codes, which are SDL's and do not change; so that pygame need not be imported."""

UP_IS_RIGHT = frozenset({"pong"})
"""ROMs whose bat moves up and down though ALE calls the actions RIGHT and LEFT, as the paddle is turned."""
LOOKS_LIKE = {"RIGHT": "UP", "LEFT": "DOWN"}
"""What such an action looks like on the screen."""


def keys_to_action(names: Sequence[str], rom: str = "") -> dict[tuple[str | int, ...], int]:
    """Return Gymnasium's mapping for a ROM's actions, named as ALE names them (`NOOP`, `UPRIGHTFIRE`).

    Both WASD and the arrow keys work; space fires. Where an action looks like another direction than it is
    called, the keys of both mean it, those of what it looks like first.
    """
    mapping: dict[tuple[str | int, ...], int] = {}
    for number, name in enumerate(names):
        held = [meaning for meaning in MEANINGS if meaning in name]
        looks = [LOOKS_LIKE.get(meaning, meaning) for meaning in held] if rom in UP_IS_RIGHT else held
        for meanings in (looks, held):
            mapping[tuple(sorted(LETTERS[meaning] for meaning in meanings))] = number
            mapping[tuple(sorted(ARROWS[meaning] for meaning in meanings))] = number
    return mapping
