"""The table of keys."""

import botcore.window  # noqa: F401

import pygame  # isort: skip

from botcore.window.controls import BOOKMARKS, COMMON, LIVE, REPLAY, Command, Keys


def test_every_command_of_the_tables_is_reached_by_its_keys() -> None:
    for table in (COMMON + LIVE, COMMON + REPLAY + BOOKMARKS):
        keys = Keys(table)
        for line in table:
            for code in line.codes:
                pressed = (0, code) if isinstance(code, str) else (code, "")
                assert keys.command(*pressed, shift=line.shift) is line.command


def test_home_goes_to_the_beginning() -> None:
    assert dict(Keys(REPLAY).help())["Home"] == "to the beginning"
    assert not any(label.endswith("begin") or "begin," in label for _, label in Keys(REPLAY).help())


def test_plus_is_found_where_the_keyboard_has_it() -> None:
    keys = Keys(COMMON)
    assert keys.command(pygame.K_EQUALS, "+") is Command.FASTER
    assert keys.command(pygame.K_RIGHTBRACKET, "+") is Command.FASTER
    assert keys.command(pygame.K_QUESTION, "?") is Command.HELP


def test_a_person_who_plays_keeps_the_games_keys_but_can_give_back_and_leave() -> None:
    keys = Keys(COMMON + LIVE)
    assert keys.command(pygame.K_SPACE, " ", busy=True) is None
    assert keys.command(pygame.K_s, "s", busy=True) is None
    assert keys.command(pygame.K_t, "t", busy=True) is Command.TAKE_OVER
    assert keys.command(pygame.K_ESCAPE, "", busy=True) is Command.CLOSE


def test_the_games_own_keys_are_merged_and_explained() -> None:
    calls: list[str] = []
    game = {"c": ("clear sand", lambda: calls.append("c")), "f5": ("save", lambda: calls.append("f5"))}
    keys = Keys(COMMON + LIVE, game)
    found = keys.game_command(pygame.K_F5)
    assert found is not None
    found[1]()
    assert (found[0], calls) == ("save", ["f5"])
    assert ("C", "clear sand") in keys.help()
    assert ("F5", "save") in keys.help()


def test_a_game_key_that_the_host_uses_is_not_promised() -> None:
    keys = Keys(COMMON + LIVE, {"h": ("hidden", lambda: None)})
    assert "hidden" not in [label for _, label in keys.help()]
    assert keys.command(pygame.K_h, "h") is Command.PANELS
