"""`--json`: standard output has one answer for a program, whatever else is printed meanwhile."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.botcore.cli.as_typed import botplay
from tests.botcore.test_plugins import distribution

CHATTERING = """
import os
import gymnasium as gym

class Chat(gym.Env):
    observation_space, action_space = gym.spaces.Discrete(2), gym.spaces.Discrete(2)

    def reset(self, *, seed=None, options=None):
        print("ready?", flush=True)
        return 0, {}

    def step(self, action):
        os.write(1, b"an engine's own words\\n")
        return 1, 1.0, True, False, {}

    def close(self):
        print("good-bye")

@hookimpl
def botplay_games():
    yield botcore.Game("chat", "It talks.", open=lambda request: Chat())
"""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_a_game_prints_while_it_is_played_is_no_part_of_an_answer(home: Path, jobs: str) -> None:
    distribution(home, "chat", CHATTERING)
    path = os.pathsep.join(filter(None, [str(home), os.environ.get("PYTHONPATH")]))
    there = {"PYTHONPATH": path, "PYTHONUNBUFFERED": ""}  # what is printed waits, as it does for most
    evaluate = ("evaluate", "--game", "chat", "--brain", "random", "--episodes", "2", "--jobs", jobs)
    output, errors = botplay(home, *evaluate, "--json", **there)
    assert json.loads(output)["scores"] == [1.0, 1.0]
    assert "ready?" in errors
    assert "an engine's own words" in errors
    if jobs == "1":  # a process of several is killed when the last episode is told
        assert "good-bye" in errors
    output, _ = botplay(home, *evaluate, **there)
    assert "an engine's own words" in output  # a person's command line hides nothing
