"""Breakout and every other ROM that ale-py ships: descriptors only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

from botcore import Game, RewardRule, Scenario, hookimpl

PROTOCOLS = ("v4", "v5")
OPEN = "botplay_atari.env:open_atari"
OPEN_BATCH = "botplay_atari.batch:open_atari_batch"
FOR_TWO = frozenset({"combat", "joust", "maze_craze", "warlords"})
"""They need two players, and ALE ends the whole process when it is asked to play them alone."""
FIRST = "pong"
"""What Atari opens where nothing else is asked for: a game with a trained model."""
REWARD = RewardRule(clip=1.0, life_loss_ends=True)


def roms() -> Sequence[Scenario]:
    """Return a scenario per ROM that is here for one player, found without importing the emulator."""
    spec = find_spec("ale_py")
    places = (spec.submodule_search_locations or []) if spec else []
    names = [path.stem for place in places for path in (Path(place) / "roms").glob("*.bin")]
    names.sort(key=lambda name: (name != FIRST, name))
    return [Scenario(name, name.replace("_", " ")) for name in names if name not in FOR_TWO]


@hookimpl
def botplay_games() -> Iterable[Game]:
    """Give Breakout, and all of Atari."""
    yield Game(
        name="breakout",
        summary="Atari Breakout: bat, ball and two walls of bricks.",
        open=OPEN,
        open_batch=OPEN_BATCH,
        scenarios=(Scenario("breakout", "two walls of 432 points each"),),
        protocols=PROTOCOLS,
        reward=REWARD,
        thumbnail="botplay_atari:breakout.png",
        kinds=frozenset({"pixels"}),
    )
    yield Game(
        name="atari",
        summary="Every Atari 2600 game that ale-py ships; v4 has no sticky actions, v5 has (.25).",
        open=OPEN,
        open_batch=OPEN_BATCH,
        scenarios=roms,
        protocols=PROTOCOLS,
        reward=REWARD,
        thumbnail="botplay_atari:atari.png",
        kinds=frozenset({"pixels"}),
    )
