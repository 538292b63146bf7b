"""Keys to actions, by Gymnasium's convention."""

import pytest

import botcore.window  # noqa: F401

import pygame  # isort: skip

from botcore import BotplayError
from botcore.window.hands import Hands, hands_for

MAPPING = {(): 5, ("w",): 1, ("a",): 2, ("a", "w"): 3, " ": 4}


def test_the_action_is_that_of_the_most_keys_held() -> None:
    hands = Hands(MAPPING)
    hands.press(pygame.K_w)
    assert hands.action() == 1
    hands.press(pygame.K_a)
    assert hands.action() == 3
    hands.release(pygame.K_w)
    assert hands.action() == 2


def test_without_keys_it_is_the_empty_combination_or_0() -> None:
    assert Hands(MAPPING).action() == 5
    assert Hands({("w",): 1}).action() == 0
    assert Hands(None).action() == 0


def test_other_keys_do_not_matter() -> None:
    hands = Hands(MAPPING)
    hands.press(pygame.K_w)
    hands.press(pygame.K_j)
    assert hands.action() == 1


def test_a_tap_between_two_steps_counts_once() -> None:
    hands = Hands(MAPPING)
    hands.press(pygame.K_SPACE)
    hands.release(pygame.K_SPACE)
    assert [hands.action(), hands.action()] == [4, 5]


def test_arrows_stand_in_for_wasd() -> None:
    hands = Hands(MAPPING)
    hands.press(pygame.K_LEFT)
    hands.press(pygame.K_UP)
    assert hands.action() == 3


def test_arrows_are_the_games_own_where_it_names_them() -> None:
    hands = Hands({("a",): 1, (pygame.K_LEFT,): 2, ("right",): 3})
    hands.press(pygame.K_LEFT)
    assert hands.action() == 2
    hands.let_go()
    hands.press(pygame.K_RIGHT)
    assert hands.action() == 3


@pytest.mark.parametrize(
    ("keys", "pressed"),
    [
        ((97,), [pygame.K_a]),
        (97, [pygame.K_a]),
        ("ad", [pygame.K_a, pygame.K_d]),
        ("left", [pygame.K_LEFT]),
        (("space", "up"), [pygame.K_SPACE, pygame.K_UP]),
        ((pygame.K_UP,), [pygame.K_UP]),
        (("E",), [pygame.K_e]),
        (("/",), [pygame.K_SLASH]),
    ],
)
def test_combinations_may_be_written_in_many_ways(keys: object, pressed: list[int]) -> None:
    hands = Hands({keys: 9})
    for key in pressed:
        hands.press(key)
    assert hands.action() == 9


def test_a_key_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="no key is called 'nonsense'"):
        Hands({("nonsense",): 1})


def test_a_games_key_that_there_is_not_is_told_with_the_game() -> None:
    class Game:
        def get_keys_to_action(self) -> dict[tuple[str, ...], int]:
            return {("zz",): 0}

    with pytest.raises(BotplayError, match=r"bad/game: get_keys_to_action\(\) is wrong: .*'zz'"):
        hands_for(Game(), "bad/game", ("stay",))


@pytest.mark.parametrize(
    ("names", "key", "action"),
    [
        (("left", "down", "right", "up"), pygame.K_UP, 3),
        (("left", "down", "right", "up"), pygame.K_s, 1),
        (("south", "north", "east", "west", "pick up", "drop off"), pygame.K_RIGHT, 2),
        (("south", "north", "east", "west", "pick up", "drop off"), pygame.K_5, 4),
        (("0", "1"), pygame.K_2, 1),
    ],
)
def test_a_game_that_tells_no_keys_is_played_by_the_names_of_its_actions(
    names: tuple[str, ...], key: int, action: int
) -> None:
    hands = hands_for(object(), "a game without keys", names)
    assert hands.waiting, "it has no action for doing nothing"
    hands.press(key)
    hands.release(key)
    assert not hands.waiting
    assert hands.action() == action
    assert hands.waiting


def test_a_key_that_was_tapped_before_the_window_lost_the_keyboard_means_nothing_later() -> None:
    hands = Hands({(): 0, ("w",): 1})
    hands.press(pygame.K_w)
    hands.release(pygame.K_w)
    hands.let_go()
    assert hands.action() == 0


def test_it_does_not_wait_where_doing_nothing_is_an_action_or_the_game_tells_its_keys() -> None:
    coasting = hands_for(object(), "a car", ("left", "Coast", "right"))
    assert not coasting.waiting
    assert coasting.action() == 1
    assert not Hands({("w",): 1}).waiting


def test_more_actions_than_digits_leave_the_others_without_a_key() -> None:
    hands = hands_for(object(), "a game without keys", [str(n) for n in range(12)])
    hands.press(pygame.K_0)
    assert hands.action() == 9
