"""Doom on the real engine: the contract, determinism, the same pixels in play and in training."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode

from botcore import BotplayError, OpenRequest
from botcore.settings import make
from botcore.training.idle import IdleLimit
from botplay_doom import plugin
from botplay_doom.batch import open_doom_batch
from botplay_doom.engine import Counts
from botplay_doom.env import COUNTS, changes, open_doom
from botplay_doom.options import DoomOptions

NAMES = [scenario.name for scenario in plugin.scenarios()]


@pytest.fixture
def doom():
    """Open games, and close them after the test."""
    opened = []

    def open_one(scenario="deadly_corridor", *, pictures=False, **options):
        opened.append(open_doom(OpenRequest(scenario, "default", DoomOptions(**options), pictures)))
        return opened[-1]

    yield open_one
    for env in opened:
        env.close()


def test_the_scenarios_are_those_for_one_player_whose_maps_are_here():
    assert NAMES[0] == "deadly_corridor"
    assert {"basic", "health_gathering_supreme", "my_way_home", "freedoom1", "freedoom2"} <= set(NAMES)
    assert not {"cig", "multi", "multi_duel", "doom", "doom2", "oblige"} & set(NAMES)


def test_listing_imports_no_engine():
    code = (
        "import sys, botplay_doom.plugin as p; assert p.scenarios(); list(p.botplay_games()); "
        "print(sorted({'vizdoom', 'gymnasium', 'cv2', 'numpy', 'torch'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.filterwarnings("ignore:.*alternative render modes.*")
@pytest.mark.parametrize("name", NAMES)
def test_gymnasium_accepts_it(doom, name):
    env = doom(name)
    check_env(env)
    assert env.observation_space.shape == (4, 84, 84)
    assert env.metadata["render_fps"] == 35
    assert len(env.metadata["action_names"]) == env.action_space.n


def test_play_and_training_are_the_same_frame_by_frame(doom):
    """One copy is watched, with its camera; the batch is not. Several episodes are compared."""
    batch = open_doom_batch(OpenRequest("deadly_corridor", "default", None, True, copies=2, threads=2))
    assert batch.metadata["autoreset_mode"] == AutoresetMode.NEXT_STEP
    games = [doom(pictures=True), doom()]
    observation, _ = batch.reset(seed=7)
    for n, game in enumerate(games):
        assert np.array_equal(game.reset(seed=7 + n)[0], observation[n])
    rng, over, ends = np.random.default_rng(0), [False, False], 0
    for step in range(150):
        actions = rng.integers(0, 54, 2)
        seen, rewards, terminated, truncated, info = batch.step(actions)
        for n, game in enumerate(games):
            if over[n]:
                own, facts = game.reset()
                expected = (own, 0.0, False, False)
            else:
                own, *rest, facts = game.step(actions[n])
                expected = (own, *rest)
            assert np.array_equal(expected[0], seen[n]), f"step {step}, copy {n}"
            assert expected[1:] == (rewards[n], terminated[n], truncated[n])
            assert all(facts[name] == values[n] for name, values in info.items())
        over = terminated | truncated
        ends += over.sum()
    assert ends > 2, "the ends of episodes are to be compared too"
    batch.close()


def test_a_batch_that_was_begun_anew_at_an_end_is_not_begun_anew_once_more():
    request = OpenRequest("basic", "default", DoomOptions(frame_skip=35), copies=1)
    batch = open_doom_batch(request)
    batch.reset(seed=1)
    while not batch.step(np.array([0]))[3][0]:
        pass
    batch.reset(seed=1)
    _, reward, *_ = batch.step(np.array([0]))
    assert reward[0] == -35, "basic takes 1 a tic"
    batch.close()


def test_some_of_a_batch_can_begin_anew_while_the_others_go_on(doom):
    batch = open_doom_batch(OpenRequest("basic", "default", None, copies=2))
    games = [doom("basic"), doom("basic")]
    batch.reset(seed=3)
    for n, game in enumerate(games):
        game.reset(seed=3 + n)
    wait, left, right = (batch.metadata["action_names"].index(name) for name in ("wait", "left", "right"))
    for action in (left, left, right):
        batch.step(np.array([action, action]))
        last = [game.step(action) for game in games]
    seen, info = batch.reset(options={"reset_mask": np.array([True, False])})
    begun, facts = games[0].reset()
    assert np.array_equal(seen, [begun, last[1][0]])
    assert {name: list(values) for name, values in info.items()} == {
        name: [facts[name], last[1][4][name]] for name in facts
    }
    for action in (right, wait, left):
        seen, rewards, *_ = batch.step(np.array([action, action]))
        last = [game.step(action) for game in games]
        assert np.array_equal(seen, [outcome[0] for outcome in last])
        assert rewards.tolist() == [outcome[1] for outcome in last]
    batch.close()


def test_whose_episode_is_over_begins_anew_also_where_another_was_begun_in_between(doom):
    batch = open_doom_batch(OpenRequest("basic", "default", DoomOptions(frame_skip=35), copies=2))
    batch.reset(seed=3)
    while not batch.step(np.array([0, 0]))[3].all():
        pass
    batch.reset(options={"reset_mask": np.array([True, False])})
    seen, rewards, *_ = batch.step(np.array([0, 0]))
    assert rewards.tolist() == [-35, 0], "basic takes 1 a tic, and beginning anew nothing"
    assert not seen[1, :3].any(), "a stack that has just begun"
    batch.close()


def test_every_second_copy_of_a_batch_may_be_easier(doom):
    options = DoomOptions(practice=1)
    batch = open_doom_batch(OpenRequest("deadly_corridor", "default", options, copies=3))
    games = [doom(practice=1), doom(skill=1), doom()]  # what one plays alone is no training
    batch.reset(seed=7)
    for n, game in enumerate(games):
        game.reset(seed=7 + n)
    for _ in range(20):
        seen, *_, info = batch.step(np.zeros(3, np.int64))
        alone = [game.step(0) for game in games]
        assert np.array_equal(seen, [outcome[0] for outcome in alone])
    hard, easy, _ = info["health"]
    assert hard < easy < 100
    batch.close()


def test_a_batch_of_a_game_that_pays_at_its_end_alone_can_be_cut_short():
    """Freedoom would let a player who finds no way out wander about for an hour."""
    batch = IdleLimit(open_doom_batch(OpenRequest("freedoom2", "default", None, copies=2)), 5)
    first, _ = batch.reset(seed=3)
    ends = [batch.step(np.array([0, 0]))[3].tolist() for _ in range(5)]
    assert ends == [[False, False]] * 4 + [[True, True]]
    again, *_, info = batch.step(np.array([0, 0]))
    assert again.shape == first.shape
    assert not again[:, :3].any(), "a stack that has just begun"
    assert info["health"].tolist() == [100, 100]
    batch.close()


def test_the_camera_plays_the_same_game(doom):
    env = doom(pictures=True)
    _, info = env.reset(seed=4)
    assert [picture.shape for picture in info["pictures"]] == [(240, 320, 3)]
    rng = np.random.default_rng(1)
    for _ in range(60):
        *_, terminated, truncated, info = env.step(rng.integers(54))
        assert env._camera.counts() == env._engine.counts()
        assert env._camera.over == env._engine.over
        if terminated or truncated:
            assert 1 <= len(info["pictures"]) <= 4
            env.reset()
        else:
            assert len(info["pictures"]) == 4
    assert not np.array_equal(info["pictures"][0], info["pictures"][-1])
    assert np.ptp(info["pictures"][-1].astype(int), axis=2).any(), "in colour"


def test_pictures_are_the_callers_to_keep(doom):
    env = doom(pictures=True)
    env.reset(seed=4)
    *_, info = env.step(6)
    copies = [picture.copy() for picture in info["pictures"]]
    for _ in range(5):
        env.step(8)
    assert all(np.array_equal(a, b) for a, b in zip(info["pictures"], copies, strict=True))


PLAY = """
import hashlib, numpy as np
from botcore import OpenRequest
from botplay_doom.env import open_doom
env = open_doom(OpenRequest("deadly_corridor", "default", pictures=False))
seen = hashlib.sha256(env.reset(seed=3)[0].tobytes())
for action in np.random.default_rng(0).integers(0, 54, 20):
    observation, reward, *_ = env.step(action)
    seen.update(observation.tobytes() + str(reward).encode())
env.close()
print(seen.hexdigest())
"""


def test_the_same_seed_is_the_same_episode_in_every_process(doom, tmp_path):
    """And nothing is left in the current directory."""
    runs = [
        subprocess.run([sys.executable, "-c", PLAY], cwd=tmp_path, capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    assert runs[0].stdout == runs[1].stdout
    assert len(runs[0].stdout) > 60
    assert list(tmp_path.iterdir()) == []


def test_the_same_seed_is_the_same_episode_whatever_was_before(doom):
    env = doom("health_gathering")

    def episode(seed):
        return np.stack([env.reset(seed=seed)[0], *[env.step(n % 6)[0] for n in range(15)]])

    first, other = episode(5), episode(6)
    assert np.array_equal(first, episode(5))
    assert not np.array_equal(first, other)


def test_a_time_limit_truncates_and_death_terminates(doom):
    env = doom("basic", frame_skip=35)
    env.reset(seed=1)
    outcomes = [env.step(0)[2:4] for _ in range(9)]
    assert outcomes[-1] == (False, True)
    env = doom("health_gathering", frame_skip=35)
    env.reset(seed=1)
    while not (outcome := env.step(0)[2:4])[0]:
        assert not outcome[1]
    assert outcome == (True, False)


def test_what_a_step_brought():
    before = Counts(
        kills=1,
        hits=2,
        damage_dealt=20,
        damage_taken=10,
        ammo=50,
        weapon=2,
        health=90,
        armor=0,
        x=100,
        y=0,
        weapons=2,
    )
    after = Counts(
        kills=2,
        hits=4,
        damage_dealt=26,
        damage_taken=15,
        ammo=48,
        weapon=2,
        health=85,
        armor=100,
        x=108,
        y=90,
        weapons=3,
    )
    assert changes(before, after) == {
        "health": 85,
        "ammo": 48,
        "kills": 1,
        "hits": 2,
        "damage_dealt": 6,
        "damage_taken": 5,
        "healed": 0,
        "ammo_used": 2,
        "loaded": 0,
        "progress": 8,
        "vest": 1.0,
        "armed": 1,
    }
    assert changes(after, replace(after, ammo=4, weapon=3))["ammo_used"] == 0, "another weapon"
    assert changes(after, replace(after, ammo=58))["loaded"] == 1
    assert changes(after, replace(after, ammo=58, weapon=3))["loaded"] == 0, "another weapon"
    assert changes(after, replace(after, health=110))["healed"] == 25
    assert changes(after, replace(after, weapons=0))["armed"] == 0, "they are gone with the player's death"


def test_the_trackers_begin_anew_in_each_episode(doom):
    env = doom("basic")
    shoot = env.metadata["action_names"].index("shoot")
    for seed in (1, 2):
        assert env.reset(seed=seed)[1]["ammo_used"] == 0
        used = sum(env.step(shoot)[4]["ammo_used"] for _ in range(8))
        assert 1 <= used <= 4


def _told(env, seed, actions):
    """Play; return the sums of what the steps told."""
    env.reset(seed=seed)
    infos = []
    for action in actions:
        *_, terminated, truncated, info = env.step(action)
        infos.append(info)
        if terminated or truncated:
            break
    return {name: sum(info[name] for info in infos) for name in COUNTS}


def test_a_shot_that_hits_tells_the_hit_and_its_damage(doom):
    env = doom("basic")
    names = env.metadata["action_names"]
    told = _told(env, 0, [names.index("shoot"), names.index("right+shoot")] * 30)
    assert told["hits"] == told["kills"] == 1
    assert told["damage_dealt"] in (5, 10, 15), "of a pistol"


def test_weapons_and_ammunition_tell_when_they_are_taken(doom):
    """From where seed 17 begins one runs straight into a side room."""
    env = doom("deathmatch")
    told = _told(env, 17, [env.metadata["action_names"].index("run")] * 60)
    assert (told["armed"], told["loaded"]) == (3, 2)


def test_squares_of_the_map_count_when_they_are_entered_for_the_first_time(doom):
    """Into Freedoom, back, and forward again; the places are looked up in the engine."""
    env = doom("freedoom2")
    names = env.metadata["action_names"]
    walk = [names.index(name) for name in ("run", "back", "left", "forward", "right+back") for _ in range(20)]
    for seed in (1, 1):
        assert env.reset(seed=seed)[1]["explored"] == 0
        places, told = [env._engine.counts()], []
        for action in walk:
            told.append(env.step(action)[4]["explored"])
            places.append(env._engine.counts())
        entered = [(int(place.x // 128), int(place.y // 128)) for place in places]
        assert told == [float(square not in entered[: n + 1]) for n, square in enumerate(entered[1:])]
        assert 3 <= sum(told) < len(set(entered)), "the first one was not entered"
        assert len({y for _, y in entered}) > 1


def test_the_vest_counts_in_the_step_in_which_it_is_taken(doom):
    """At skill 1 some sprints reach it; the scenario pays 1000 for it."""
    env = doom(skill=1)
    names = env.metadata["action_names"]
    sprint = [names.index("forward"), names.index("forward+shoot"), names.index("forward+shoot")]
    taken = []
    for seed in range(12):
        env.reset(seed=seed)
        terminated = truncated = False
        while not (terminated or truncated):
            _, reward, terminated, truncated, info = env.step(sprint[len(taken) % 3])
            taken.append((reward > 900, info["vest"] == 1.0))
    assert (True, True) in taken
    assert all(paid == vest for paid, vest in taken)


@pytest.mark.parametrize("bad", [{"skill": 6}, {"frame_skip": 0}, {"actions": "all"}, {"picture": "1x1"}])
def test_options_out_of_range(bad):
    with pytest.raises(BotplayError, match=f"game.{next(iter(bad))}"):
        make(DoomOptions, bad, "game")


def test_options_change_the_game(doom):
    env = doom("basic", actions="single", picture="640x480", pictures=True)
    assert env.metadata["action_names"] == ("wait", "left", "right", "shoot")
    assert env.reset(seed=1)[1]["pictures"][0].shape == (480, 640, 3)


def test_an_unknown_scenario_is_named_with_a_suggestion():
    with pytest.raises(BotplayError, match=r"deadly_coridor.*did you mean deadly_corridor"):
        open_doom(OpenRequest("deadly_coridor", "default"))


def test_bonuses_of_the_reward_rules_are_in_info(doom):
    info = doom().reset(seed=1)[1]
    for scenario in plugin.scenarios():
        assert set(scenario.reward.bonuses if scenario.reward else {}) <= set(info)
    assert Path(plugin.config("basic")).exists()
