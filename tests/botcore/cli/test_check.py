"""`botplay check`, of a real plugin that lies on the path with its entry point."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.botcore.cli.as_typed import botplay

PLUGIN = """
import botcore

@botcore.hookimpl
def botplay_games():
    yield botcore.Game(name="stroll", summary="Walk.", open="stroll.walk:open_stroll")

@botcore.hookimpl
def botplay_brains():
    yield botcore.Brain(name="fixed", summary="Goes on.", learner="stroll.rules:Fixed", trains=False)
    yield botcore.Brain(name="hasty", summary="Learns.", learner="stroll.rules:Hasty")
"""
GAME = """
import gymnasium, numpy as np

class Stroll(gymnasium.Env):
    metadata = {"render_modes": ["rgb_array"], "render_fps": 20}
    render_mode = "rgb_array"
    observation_space = gymnasium.spaces.Box(0, 100, (1,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.time = 0
        return np.zeros(1, np.float32), {}

    def step(self, action):
        self.time += 1
        return np.full(1, self.time, np.float32), float(action), self.time == 30, False, {}

    def render(self):
        return np.zeros((8, 8, 3), np.uint8)

def open_stroll(request):
    return Stroll()
"""
RULES = """
import numpy as np
from botcore import Choice, Learner

class Fixed(Learner):
    def __init__(self, request):
        pass

    def act(self, observation, starts, *, explore):
        return Choice(np.zeros(len(observation), np.int64))

    def weights(self):
        return {"w": np.zeros(1)}

    def load_weights(self, weights):
        if set(weights) != {"w"}:
            raise ValueError("not mine")

class Hasty(Fixed):
    def lern(self, experience):
        return {}
"""


@pytest.fixture
def home(home: Path) -> Path:
    site = home / "site"
    about = site / "stroll-1.0.dist-info"
    about.mkdir(parents=True)
    (site / "stroll").mkdir()
    (site / "stroll" / "__init__.py").touch()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: stroll\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[botplay]\nstroll = stroll.plugin\n")
    (site / "stroll" / "plugin.py").write_text(PLUGIN)
    (site / "stroll" / "walk.py").write_text(GAME)
    (site / "stroll" / "rules.py").write_text(RULES)
    return home


def test_what_a_plugin_gives_is_checked_one_by_one(home: Path) -> None:
    path = str(home / "site")
    output, _ = botplay(home, "check", "stroll", code=1, PYTHONPATH=path)
    game, fixed, hasty = output.splitlines()
    assert game == "game stroll: keeps the contract"
    assert fixed == "brain fixed (stroll): keeps the contract"
    assert hasty.startswith("brain hasty (stroll): Hasty has 'lern', which nobody asks for")
    (home / "site" / "stroll" / "rules.py").write_text(RULES.replace("lern", "learn"))
    output, _ = botplay(home, "check", "stroll", "--game", "gym:CartPole-v1", PYTHONPATH=path)
    assert output.splitlines()[-1] == "brain hasty (gym:CartPole-v1): keeps the contract"
    (home / "site" / "stroll" / "walk.py").write_text(GAME.replace("self.time == 30", "self.clock == 30"))
    output, _ = botplay(home, "check", "stroll", code=1, PYTHONPATH=path)
    assert "stroll 1.0 failed in stroll/walk.py, line 17" in output.splitlines()[0]
    assert "AttributeError: 'Stroll' object has no attribute 'clock'" in output.splitlines()[0]


def test_an_assertion_in_a_plugins_code_has_its_place_and_no_brain_hides_those_after_it(home: Path) -> None:
    site = home / "site" / "stroll"
    slip = GAME.replace("self.time += 1", "self.time += 1; assert self.time < 9")
    (site / "walk.py").write_text(slip)
    (site / "plugin.py").write_text(PLUGIN.replace("trains=False", 'neurons="dence", trains=False'))
    output, _ = botplay(home, "check", "stroll", code=1, PYTHONPATH=str(home / "site"))
    game, fixed, hasty = output.splitlines()
    assert game.startswith("game stroll: stroll 1.0 failed in stroll/walk.py, line 16: AssertionError")
    assert fixed.startswith(
        "brain fixed: there is no game here that brain fixed can play (the usual settings"
    )
    assert "there is no neurons called 'dence'; did you mean dense?); name one with --game" in fixed
    assert hasty.startswith("brain hasty (stroll): Hasty has 'lern'")


def test_what_cannot_be_checked_is_told(home: Path) -> None:
    _, errors = botplay(home, "check", "strol", code=2, PYTHONPATH=str(home / "site"))
    assert "there is no plugin called 'strol'; did you mean stroll? (botplay plugins lists them)" in errors
    _, errors = botplay(home, "check", "models", code=2)
    assert "plugin 'models' gives no game, brain or part" in errors
