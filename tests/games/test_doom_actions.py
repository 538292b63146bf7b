"""From buttons to actions and keys, for every scenario's buttons and some made up."""

import pytest

from botplay_doom.actions import build, combined, lean, single
from botplay_doom.keys import CONTROL, KEYS, LEFT, RIGHT, UP, keys_to_action

CORRIDOR = [
    "MOVE_LEFT",
    "MOVE_RIGHT",
    "ATTACK",
    "MOVE_FORWARD",
    "MOVE_BACKWARD",
    "TURN_LEFT",
    "TURN_RIGHT",
]
WHOLE = [
    *["ATTACK", "SPEED", "STRAFE", "USE", "MOVE_RIGHT", "MOVE_LEFT", "MOVE_BACKWARD", "MOVE_FORWARD"],
    *["TURN_RIGHT", "TURN_LEFT", "SELECT_WEAPON1", "SELECT_NEXT_WEAPON", "TURN_LEFT_RIGHT_DELTA"],
]
OPPOSITES = [("MOVE_LEFT", "MOVE_RIGHT"), ("MOVE_FORWARD", "MOVE_BACKWARD"), ("TURN_LEFT", "TURN_RIGHT")]


def test_the_corridor_has_54():
    actions = combined(CORRIDOR)
    assert len(actions) == 3 * 3 * 3 * 2
    assert len({action.vector for action in actions}) == 54
    assert actions[0].name == "wait"
    assert not any(actions[0].vector)


@pytest.mark.parametrize("buttons", [CORRIDOR, WHOLE, ["TURN_LEFT", "ATTACK"], []])
@pytest.mark.parametrize("kind", ["combined", "lean", "single"])
def test_vectors_are_the_held_buttons_and_never_opposites(buttons, kind):
    actions = build(buttons, kind)
    assert len({action.name for action in actions}) == len(actions)
    for action in actions:
        held = {button for button, on in zip(buttons, action.vector, strict=True) if on}
        assert held == action.held
        assert not any(set(pair) <= held for pair in OPPOSITES)


def test_weapons_use_and_running_stand_alone():
    actions = {action.name: action.held for action in combined(WHOLE)}
    assert len(actions) == 54 + 4
    assert actions["use"] == {"USE"}
    assert actions["weapon1"] == {"SELECT_WEAPON1"}
    assert actions["run"] == {"SPEED", "MOVE_FORWARD"}
    assert not any("DELTA" in button for held in actions.values() for button in held)


def test_single_is_one_button_at_a_time():
    assert [len(action.held) for action in single(CORRIDOR)] == [0] + [1] * 7


def test_lean_has_each_gait_with_and_without_a_shot():
    actions = lean(WHOLE)
    assert len(actions) == 9 * 2 + 3
    assert [action.held | {"ATTACK"} for action in actions[:18:2]] == [
        action.held for action in actions[1:18:2]
    ]
    assert all(("USE" in action.held) == ("MOVE_FORWARD" in action.held) for action in actions[:18])
    assert [action.name for action in actions[-3:]] == ["use", "run", "next weapon"]
    assert actions[5].name == "forward+turn left+shoot", "short enough for a panel"
    assert len(lean(CORRIDOR)) == 9 * 2, "nothing to use there"
    keys = keys_to_action(actions)
    assert actions[keys[(UP,)]].held == {"MOVE_FORWARD", "USE"}
    assert actions[keys[(ord("e"),)]].held == {"USE"}
    assert actions[keys[(ord("c"),)]].held == {"SELECT_NEXT_WEAPON"}
    assert [action.name for action in lean(["TURN_LEFT", "ATTACK"])] == [
        *["wait", "shoot", "turn left", "turn left+shoot"]
    ]


def test_keys_of_a_person():
    actions = combined(CORRIDOR)
    keys = keys_to_action(actions)

    def held(*pressed):
        return actions[keys[tuple(sorted(pressed))]].held

    assert held() == set()
    assert held(UP) == held(ord("w")) == {"MOVE_FORWARD"}
    assert held(LEFT, CONTROL) == held(LEFT, ord(" ")) == {"TURN_LEFT", "ATTACK"}
    assert held(ord("a"), UP, RIGHT) == {"MOVE_LEFT", "MOVE_FORWARD", "TURN_RIGHT"}
    assert set(keys.values()) == set(range(54))


def test_key_codes_are_pygames():
    import pygame

    assert KEYS["MOVE_FORWARD"] == (pygame.K_UP, pygame.K_w)
    assert KEYS["MOVE_BACKWARD"] == (pygame.K_DOWN, pygame.K_s)
    assert KEYS["TURN_LEFT"] + KEYS["TURN_RIGHT"] == (pygame.K_LEFT, pygame.K_RIGHT)
    assert KEYS["ATTACK"] == (pygame.K_SPACE, pygame.K_LCTRL)
