"""The keyboard for a person: which keys mean which action."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from botplay_doom.actions import Action, asked_for

UP, DOWN, LEFT, RIGHT, CONTROL = 1073741906, 1073741905, 1073741904, 1073741903, 1073742048
"""pygame's key codes, which are SDL's and do not change; so that pygame need not be imported."""
KEYS: dict[str, tuple[int, ...]] = {
    "MOVE_FORWARD": (UP, ord("w")),
    "MOVE_BACKWARD": (DOWN, ord("s")),
    "TURN_LEFT": (LEFT,),
    "TURN_RIGHT": (RIGHT,),
    "MOVE_LEFT": (ord("a"),),
    "MOVE_RIGHT": (ord("d"),),
    "ATTACK": (ord(" "), CONTROL),
    "USE": (ord("e"),),
    "SPEED": (ord("r"),),
    "SELECT_PREV_WEAPON": (ord("x"),),
    "SELECT_NEXT_WEAPON": (ord("c"),),
} | {f"SELECT_WEAPON{n}": (ord(str(n)),) for n in range(10)}


def keys_to_action(actions: Sequence[Action]) -> dict[tuple[int, ...], int]:
    """Return Gymnasium's mapping of keys held together to actions, for every choice of equal keys.

    Arrows walk and turn (W and S walk too), A and D strafe, space or control shoots, E uses, R runs,
    digits select weapons, C the next and X the one before. Where walking uses what one walks into, nobody
    has to press E for that.
    """
    mapping: dict[tuple[int, ...], int] = {}
    for number, action in enumerate(actions):
        if action.held <= KEYS.keys():
            choices = (KEYS[button] for button in asked_for(sorted(action.held)))
            mapping |= {tuple(sorted(keys)): number for keys in product(*choices)}
    return mapping
