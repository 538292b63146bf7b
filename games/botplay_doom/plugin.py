"""Doom's descriptor: its scenarios are the single-player ones that vizdoom ships."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

from botcore import Game, RewardRule, Scenario, hookimpl

DEFAULT = "deadly_corridor"
MULTIPLAYER = ("cig", "multi")
SUMMARIES = {
    "deadly_corridor": "six monsters in a corridor, a green vest at its end",
    "basic": "one monster at the other side of a room; shoot it with few bullets",
    "basic_audio": "basic with a monster that is heard, not seen; no brain here has ears",
    "basic_notifications": "three monsters, and a message, which the picture leaves out, says which to shoot",
    "simpler_basic": "basic in a brighter room",
    "rocket_basic": "basic with a rocket launcher, whose rockets take their time",
    "learning": "basic under another name",
    "defend_the_center": "stand in the middle and shoot who comes near",
    "defend_the_line": "monsters keep coming from the other end of the room",
    "health_gathering": "the floor is acid: collect medkits to stay alive",
    "health_gathering_supreme": "medkits and poison in a maze with an acid floor",
    "my_way_home": "find the vest in a maze of rooms",
    "predict_position": "hit a walking monster with one slow rocket",
    "take_cover": "dodge fireballs by moving sideways",
    "deathmatch": "an arena with weapons, medkits and monsters",
    "freedoom1": "the free game Freedoom, phase 1, from its first map",
    "freedoom2": "the free game Freedoom, phase 2, from its first map",
}
SHAPED = RewardRule(
    own=0.25, bonuses={"hits": 100.0, "kills": 100.0, "damage_taken": -2.0, "ammo_used": -8.0}, scale=0.004
)
"""Kills pay nothing in the corridor, so the game's own reward teaches to sprint and die. With the way at a
quarter of its worth, a hit at 100, a kill at 100 and a point of damage at -2, brains learn to clear it: in
training a monster is worth what 800 units of way are. There are bullets enough, but after each the pistol is
busy for half a second, in which a monster comes into its sights in vain; so a shot costs a little. Scores
are always the game's own."""
EXPLORING = RewardRule(
    own=10.0,
    bonuses={
        "explored": 0.3,
        "hits": 0.3,
        "ammo_used": -0.05,
        "damage_taken": -0.015,
        "healed": 0.015,
        "armed": 0.3,
        "loaded": 0.05,
    },
)
"""The way out is far and nobody finds it by chance, so what was not seen before pays. A hit pays, and not the
damage it does: a brain that was paid for damage shot at barrels, and died among them. A shot costs a little:
it shot at walls, too, and bullets are few."""
REWARDS = {
    "deadly_corridor": SHAPED,
    # There are 26 shots for as many monsters. At first a sixth of them hits, so that shooting costs nothing
    # on average, and aiming pays.
    "defend_the_center": RewardRule(bonuses={"ammo_used": -0.15, "damage_taken": -0.005}),
    # Shots cost nothing, and the farthest monsters take several: a hit should be felt.
    "defend_the_line": RewardRule(bonuses={"hits": 0.3, "damage_taken": -0.005}),
    "basic": RewardRule(scale=0.01),
    "basic_audio": RewardRule(scale=0.01),
    "basic_notifications": RewardRule(scale=0.01),
    "learning": RewardRule(scale=0.01),
    "simpler_basic": RewardRule(scale=0.01),
    "rocket_basic": RewardRule(scale=0.01),
    "health_gathering": RewardRule(scale=0.01),
    # A medkit pays a hundred tics later, by keeping one alive: too late to learn from where few are found.
    "health_gathering_supreme": RewardRule(bonuses={"healed": 4.0}, scale=0.01),
    "my_way_home": RewardRule(scale=5.0),
    "take_cover": RewardRule(scale=0.01),
    # Monsters that kill one another pay as well, without any of it being the player's doing: the damage he
    # does is his own. He lives long where he stands beside boxes of ammunition and takes them.
    "deathmatch": RewardRule(
        own=0.5,
        bonuses={"damage_dealt": 0.03, "damage_taken": -0.01, "healed": 0.01, "armed": 0.3, "loaded": 0.1},
    ),
    "freedoom1": EXPLORING,
    "freedoom2": EXPLORING,
}

OPTIONS: dict[str, dict[str, int | str]] = {
    # Four tics turn by 14 degrees, past a monster before the pistol is up again.
    "deadly_corridor": {"frame_skip": 2},
    # A monster far away is 5 degrees wide.
    "defend_the_center": {"frame_skip": 2},
    "defend_the_line": {"frame_skip": 2},
    # Every tic costs a point: stop where the shot hits, not up to three tics later.
    "basic": {"frame_skip": 2},
    "simpler_basic": {"frame_skip": 2},
    "rocket_basic": {"frame_skip": 2},
    # Four tics turn past where the monster will be.
    "predict_position": {"frame_skip": 2},
    # Nothing to aim at, and a long way: half as many decisions to learn it from.
    "my_way_home": {"frame_skip": 8},
    # Of 65 actions one opens a door, and what is hardly ever tried is soon not tried at all. Who is always
    # shot half way never learns the rest of it.
    "freedoom1": {"actions": "lean", "practice": 1},
    "freedoom2": {"actions": "lean", "practice": 1},
}
"""Where a decision every four tics, as everybody has it, is too coarse to aim, or too fine to find a way;
where there are too many actions; and where an easier game has to be practised."""


def home() -> Path | None:
    """Return vizdoom's folder, found without importing it; None where it is not installed."""
    spec = find_spec("vizdoom")
    places = (spec.submodule_search_locations or []) if spec else []
    return next((Path(place) for place in places), None)


def config(scenario: str) -> Path | None:
    """Return a scenario's configuration file."""
    folder = home()
    return None if folder is None else folder / "scenarios" / f"{scenario}.cfg"


def scenarios() -> Sequence[Scenario]:
    """Return the scenarios that can be played alone with the files that vizdoom ships."""
    folder = home()
    found = sorted((folder / "scenarios").glob("*.cfg")) if folder else []
    names = [path.stem for path in found if not path.stem.startswith(MULTIPLAYER) and _is_whole(path)]
    names.sort(key=lambda name: name != DEFAULT)
    return [
        Scenario(name, SUMMARIES.get(name, ""), REWARDS.get(name), OPTIONS.get(name, {})) for name in names
    ]


def _is_whole(path: Path) -> bool:
    """Whether the map a configuration asks for is on this machine (the commercial ones are not)."""
    wanted = {
        key: path.parent / place / line.partition("=")[2].strip()
        for line in path.read_text("utf-8").splitlines()
        for key, place in (("doom_scenario_path", "."), ("doom_game_path", ".."))
        if line.partition("=")[0].strip() == key
    }
    return bool(wanted) and all(file.exists() for file in wanted.values())


@hookimpl
def botplay_games() -> Iterable[Game]:
    """Give Doom."""
    yield Game(
        name="doom",
        summary="Doom, on ViZDoom: from six monsters in a corridor to the whole of Freedoom.",
        open="botplay_doom.env:open_doom",
        open_batch="botplay_doom.batch:open_doom_batch",
        scenarios=scenarios,
        options="botplay_doom.options:DoomOptions",
        thumbnail="botplay_doom:thumbnail.png",
        kinds=frozenset({"pixels"}),
    )
