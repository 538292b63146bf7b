"""From a scenario's buttons to the actions a brain chooses among."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

AXES = (
    ("MOVE_LEFT", "MOVE_RIGHT"),
    ("MOVE_FORWARD", "MOVE_BACKWARD"),
    ("TURN_LEFT", "TURN_RIGHT"),
    ("ATTACK",),
)
"""Of each axis at most one button is held, and every combination of the axes is an action."""
ALONE = ("USE", "JUMP", "CROUCH", "TURN180", "RELOAD")
"""Pressed alone, as selecting a weapon is, since combining them would double the number of actions."""
RUN = ("SPEED", "MOVE_FORWARD")
GAITS = (
    (),
    ("MOVE_FORWARD", "USE"),
    ("MOVE_FORWARD", "USE", "TURN_LEFT"),
    ("MOVE_FORWARD", "USE", "TURN_RIGHT"),
    ("TURN_LEFT",),
    ("TURN_RIGHT",),
    ("MOVE_LEFT",),
    ("MOVE_RIGHT",),
    ("MOVE_BACKWARD",),
)
"""How one gets about with few actions. Who walks also uses what he walks into, where there are such things:
a door is found as soon as it is reached, and not when one happens to press the one button of twenty there."""
WORDS = {
    "MOVE_LEFT": "left",
    "MOVE_RIGHT": "right",
    "MOVE_FORWARD": "forward",
    "MOVE_BACKWARD": "back",
    "TURN_LEFT": "turn left",
    "TURN_RIGHT": "turn right",
    "ATTACK": "shoot",
}


@dataclass(frozen=True)
class Action:
    """One action: the buttons held together.

    Attributes:
        name: for people.
        held: names of the buttons.
        vector: 1.0 for each held button, in the order of the scenario's buttons.
    """

    name: str
    held: frozenset[str]
    vector: tuple[float, ...]


def combined(buttons: Sequence[str]) -> list[Action]:
    """Return every combination of strafing, walking, turning and shooting the buttons allow.

    The first action is to do nothing. Then come the buttons that are pressed alone: use, one of each
    weapon, running. Analogue (`DELTA`), looking and `STRAFE` buttons are left out: nothing needs them.
    """
    axes = [[(), *((name,) for name in axis if name in buttons)] for axis in AXES]
    combinations = [sum(chosen, ()) for chosen in product(*axes)]
    return [_action(held, buttons) for held in [*combinations, *_extras(buttons)]]


def single(buttons: Sequence[str]) -> list[Action]:
    """Return doing nothing, and each useful button alone."""
    useful = [(name,) for axis in AXES for name in axis if name in buttons]
    return [_action(held, buttons) for held in [(), *useful, *_extras(buttons)]]


def lean(buttons: Sequence[str]) -> list[Action]:
    """Return the ways to get about, each with and without a shot; and to use, to run, the next weapon."""
    gaits = [tuple(name for name in gait if name != "USE" or name in buttons) for gait in GAITS]
    held = [gait + shot for gait in gaits for shot in ((), ("ATTACK",))]
    alone = [("USE",), RUN, ("SELECT_NEXT_WEAPON",)]
    return [_action(names, buttons) for names in [*held, *alone] if set(names) <= set(buttons)]


def _extras(buttons: Sequence[str]) -> list[tuple[str, ...]]:
    alone = [name for name in buttons if name in ALONE or name.startswith("SELECT_")]
    return [*((name,) for name in alone), *([RUN] if set(RUN) <= set(buttons) else [])]


def asked_for(held: Sequence[str]) -> list[str]:
    """Return the buttons that an action is named and pressed by: using comes with walking."""
    return [name for name in held if name != "USE" or "MOVE_FORWARD" not in held]


def _action(held: tuple[str, ...], buttons: Sequence[str]) -> Action:
    asked = asked_for(held)
    words = [WORDS.get(name, name.replace("SELECT_", "").replace("_", " ").lower()) for name in asked]
    name = "run" if held == RUN else "+".join(words)
    return Action(name or "wait", frozenset(held), tuple(float(button in held) for button in buttons))


def build(buttons: Sequence[str], kind: str) -> list[Action]:
    """Return the actions of a kind: `combined`, `lean` or `single`."""
    return {"combined": combined, "lean": lean, "single": single}[kind](buttons)
