"""Atari's descriptors: which games there are, and that listing them imports no emulator."""

import subprocess
import sys

import pytest

from botcore import BotplayError, OpenRequest
from botplay_atari.env import open_atari
from botplay_atari.keys import keys_to_action
from botplay_atari.plugin import FOR_TWO, botplay_games


def games():
    return {game.name: game for game in botplay_games()}


def test_every_rom_for_one_player_is_a_scenario():
    from ale_py import ALEInterface
    from ale_py.roms import get_all_rom_ids, get_rom_path

    supported = {rom for rom in get_all_rom_ids() if ALEInterface.isSupportedROM(get_rom_path(rom))}
    listed = [scenario.name for scenario in games()["atari"].all_scenarios()]
    assert set(listed) == supported
    assert not set(listed) & FOR_TWO
    assert len(listed) > 100


def test_the_first_one_has_a_trained_model_and_the_rest_are_sorted():
    first, *rest = [scenario.name for scenario in games()["atari"].all_scenarios()]
    assert first == "pong"
    assert rest == sorted(rest)


def test_listing_imports_no_emulator():
    code = (
        "import sys, botplay_atari.plugin as p; "
        "assert all(game.all_scenarios() for game in p.botplay_games()); "
        "print(sorted({'ale_py', 'gymnasium', 'cv2', 'numpy', 'torch'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_breakout_is_a_game_of_its_own():
    breakout = games()["breakout"]
    assert [scenario.name for scenario in breakout.all_scenarios()] == ["breakout"]
    assert tuple(breakout.protocols) == ("v4", "v5")
    assert breakout.reward.clip == 1.0
    assert breakout.reward.life_loss_ends


def test_an_unknown_rom_is_named_with_a_suggestion():
    with pytest.raises(BotplayError, match=r"breakuot.*did you mean breakout"):
        open_atari(OpenRequest("breakuot", "v4"))


@pytest.mark.parametrize("rom", sorted(FOR_TWO))
def test_a_game_for_two_is_refused(rom):
    with pytest.raises(BotplayError, match="one player"):
        open_atari(OpenRequest(rom, "v4"))


def test_keys():
    keys = keys_to_action(["NOOP", "FIRE", "RIGHT", "LEFT", "UPRIGHTFIRE"])
    assert keys[()] == 0
    assert keys[(" ",)] == 1
    assert keys[("d",)] == keys[(1073741903,)] == 2
    assert keys[("a",)] == 3
    assert keys[tuple(sorted((" ", "w", "d")))] == 4
