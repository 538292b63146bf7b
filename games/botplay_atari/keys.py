"""The keyboard for a person: which keys mean which action of an Atari joystick."""

from __future__ import annotations

from collections.abc import Sequence

MEANINGS = ("FIRE", "UP", "RIGHT", "LEFT", "DOWN")
LETTERS = {"FIRE": " ", "UP": "w", "RIGHT": "d", "LEFT": "a", "DOWN": "s"}
ARROWS = {"FIRE": 32, "UP": 1073741906, "RIGHT": 1073741903, "LEFT": 1073741904, "DOWN": 1073741905}
"""pygame's key codes, which are SDL's and do not change; so that pygame need not be imported."""


def keys_to_action(names: Sequence[str]) -> dict[tuple[str | int, ...], int]:
    """Return Gymnasium's mapping for actions named as ALE names them (`NOOP`, `UPRIGHTFIRE`).

    Both WASD and the arrow keys work; space fires.
    """
    mapping: dict[tuple[str | int, ...], int] = {}
    for number, name in enumerate(names):
        held = [meaning for meaning in MEANINGS if meaning in name]
        mapping[tuple(sorted(LETTERS[meaning] for meaning in held))] = number
        mapping[tuple(sorted(ARROWS[meaning] for meaning in held))] = number
    return mapping
