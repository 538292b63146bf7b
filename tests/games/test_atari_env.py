"""Atari as an environment, and that play and training show the same pixels."""

import gymnasium
import numpy as np
import pygame
import pytest
from ale_py.vector_env import AtariVectorEnv
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode, SyncVectorEnv

from botcore import OpenRequest
from botcore.window.hands import hands_for
from botplay_atari.batch import AllWon, AtariBatch, open_atari_batch
from botplay_atari.env import AtariGame, open_atari
from botplay_atari.keys import ARROWS
from botplay_atari.noops import NoopStarts

NO_SPEC = "ignore:.*alternative render modes.*"
"""Gymnasium's checker says so of every environment that was not made by `gymnasium.make`."""


@pytest.mark.filterwarnings(NO_SPEC)
@pytest.mark.parametrize(("rom", "protocol"), [("breakout", "v4"), ("pong", "v5"), ("adventure", "v4")])
def test_gymnasium_accepts_it(rom, protocol):
    env = open_atari(OpenRequest(rom, protocol))
    check_env(env)
    assert env.observation_space.shape == (4, 84, 84)
    assert env.metadata["render_fps"] == 60
    assert len(env.metadata["action_names"]) == env.action_space.n
    env.close()


def same(single, batch, n):
    """Whether what one game and the n-th of a batch returned is the same."""
    observation, reward, terminated, truncated, info = single
    return (
        np.array_equal(observation, batch[0][n])
        and reward == batch[1][n]
        and terminated == batch[2][n]
        and truncated == batch[3][n]
        and info["lives"] == batch[4]["lives"][n]
    )


@pytest.mark.parametrize(
    ("rom", "protocol", "steps"), [("breakout", "v4", 350), ("breakout", "v5", 80), ("pooyan", "v5", 30)]
)
def test_play_and_training_are_the_same_frame_by_frame(rom, protocol, steps):
    copies = 2
    batch = open_atari_batch(OpenRequest(rom, protocol, copies=copies, threads=2))
    games = [open_atari(OpenRequest(rom, protocol, pictures=n == 0)) for n in range(copies)]
    observation, info = batch.reset(seed=5)
    for n, game in enumerate(games):
        first, first_info = game.reset(seed=5 + n)
        assert np.array_equal(first, observation[n])
        assert first_info["lives"] == info["lives"][n]
    rng, over, ends, paid = np.random.default_rng(0), np.zeros(copies, bool), 0, 0.0
    for step in range(steps):
        actions = rng.integers(0, batch.single_action_space.n, copies)
        outcome = batch.step(actions)
        for n, game in enumerate(games):
            if over[n]:
                begun, begun_info = game.reset()
                single = (begun, 0.0, False, False, begun_info)
            else:
                single = game.step(actions[n])
            assert same(single, outcome, n), f"step {step}, copy {n}"
        over = outcome[2] | outcome[3]
        ends += over.sum()
        paid += outcome[1].sum()
    if steps == 350:
        assert ends >= 2, "the ends of episodes are to be compared too"
        assert paid >= 2
    batch.close()


def test_the_emulators_own_environment_agrees():
    """The reference here is ALE's environment with nothing of ours around it."""
    reference = AtariVectorEnv("breakout", 1, use_fire_reset=False, reward_clipping=False)
    game = AtariGame("breakout", 0.0)
    assert np.array_equal(reference.reset(seed=7 + 1)[0][0], game.reset(seed=7)[0])
    for action in np.random.default_rng(1).integers(0, 4, 100):
        expected, reward, *_ = reference.step(np.array([action]))
        observation, own, *_ = game.step(action)
        assert np.array_equal(expected[0], observation)
        assert reward[0] == own


def test_the_number_of_noops_is_the_emulators():
    reference = AtariVectorEnv("breakout", 1, use_fire_reset=False)
    for seed in range(1, 15):
        frames = reference.reset(seed=seed)[1]["episode_frame_number"][0]
        assert NoopStarts(seed).draw() == frames


def play(protocol, seed, steps=80):
    game = open_atari(OpenRequest("breakout", protocol))
    frames = [game.reset(seed=seed)[0]]
    rng = np.random.default_rng(3)
    for _ in range(steps):
        frames.append(game.step(rng.integers(4))[0])
    return np.stack(frames)


def test_the_same_seed_is_the_same_episode():
    assert np.array_equal(play("v4", 11), play("v4", 11))
    assert np.array_equal(play("v5", 11), play("v5", 11))
    assert not np.array_equal(play("v4", 11), play("v4", 12))


def test_only_v5_repeats_actions_by_chance():
    assert not np.array_equal(play("v4", 11), play("v5", 11))


def test_seeds_below_one_are_seeds_too():
    """ALE takes a seed of 0 for none at all."""
    assert np.array_equal(play("v5", 0, 50), play("v5", 0, 50))
    batch = AtariBatch("breakout", 0.25, 1, 1)
    assert np.array_equal(batch.reset(seed=0)[0][0], play("v5", 0, 0)[0])


def test_a_step_shows_all_four_frames():
    game = open_atari(OpenRequest("breakout", "v4"))
    _, info = game.reset(seed=1)
    assert len(info["pictures"]) == 1
    *_, info = game.step(1)
    assert [picture.shape for picture in info["pictures"]] == [(210, 160, 3)] * 4
    assert np.array_equal(info["pictures"][-1], game.render())
    assert not np.array_equal(info["pictures"][0], info["pictures"][-1])
    assert "pictures" not in open_atari(OpenRequest("breakout", "v4", pictures=False)).reset(seed=1)[1]


@pytest.mark.parametrize("rom", ["breakout", "space_invaders", "ms_pacman"])
def test_the_frame_limit_truncates_in_both(rom):
    game = AtariGame(rom, 0.0, frame_limit=400)
    batch = AtariBatch(rom, 0.0, 1, 1, frame_limit=400)
    game.reset(seed=1)
    batch.reset(seed=1)
    for action in np.random.default_rng(3).integers(0, 3, 100):
        single, outcome = game.step(action), batch.step(np.array([action]))
        assert same(single, outcome, 0)
    assert single[3]
    assert not single[2]


def test_every_episode_has_all_the_frames_of_the_limit_again():
    game = AtariGame("breakout", 0.0, frame_limit=40)
    for seed in (1, None, 2):
        game.reset(seed=seed)
        assert [game.step(0)[3] for _ in range(10)] == [False] * 9 + [True]


@pytest.mark.parametrize("stickiness", [0.0, 0.25])
def test_with_every_point_an_episode_ends_in_both(stickiness):
    """Seen with a few points: 864 take a trained bot thousands of steps."""
    game = AtariGame("breakout", stickiness, most=2)
    batch = AllWon(AtariBatch("breakout", stickiness, 2, 1), 2)
    begun, _ = batch.reset(seed=5)
    assert np.array_equal(game.reset(seed=5)[0], begun[0])
    score, scores, losses, over = 0.0, [], 0, False
    for step, action in enumerate(np.random.default_rng(2).integers(0, 4, 4_000)):
        if over:
            single: tuple = (game.reset()[0], 0.0, False, False, {"lives": 5})
        else:
            single = game.step(action)
        outcome = batch.step(np.array([action, 0]))
        assert same(single, outcome, 0), f"step {step}"
        score += single[1]
        over = single[2]
        assert not single[3]
        if over:
            scores.append(score)
            losses += game._ale.game_over()
            score = 0.0
    assert losses, "games that were lost are to be compared too"
    assert sum(found == 2 for found in scores) >= 2
    assert max(scores) == 2


class Steady(gymnasium.Env[np.ndarray, int]):
    """Observes its time, pays 1 a step, and is over after three."""

    observation_space = gymnasium.spaces.Box(0, 9, (1,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.time = 0
        return np.zeros(1, np.float32), {"lives": 5}

    def step(self, action):
        self.time += 1
        return np.full(1, self.time, np.float32), 1.0, self.time == 3, False, {"lives": 4}


def test_nothing_of_the_step_that_only_begins_a_copy_anew_counts():
    """The batch goes on for that step, and here would pay and end; that belongs to no episode."""
    batch = AllWon(SyncVectorEnv([Steady], autoreset_mode=AutoresetMode.NEXT_STEP), 2)
    batch.reset(seed=0)
    steps = [batch.step(np.zeros(1, np.int64)) for _ in range(6)]
    assert [float(step[0][0, 0]) for step in steps] == [1, 2, 0, 1, 2, 0]
    assert [float(step[1][0]) for step in steps] == [1, 1, 0, 1, 1, 0]
    assert [bool(step[2][0]) for step in steps] == [False, True, False, False, True, False]
    assert not any(step[3][0] for step in steps)
    assert [int(step[4]["lives"][0]) for step in steps] == [4, 4, 5, 4, 4, 5]


def test_single_copies_of_a_won_batch_can_be_begun_anew():
    batch = AllWon(SyncVectorEnv([Steady, Steady], autoreset_mode=AutoresetMode.NEXT_STEP), 2)
    batch.reset(seed=0)
    batch.step(np.zeros(2, np.int64))
    assert batch.reset(options={"reset_mask": np.array([True, False])})[0][:, 0].tolist() == [0, 1]
    assert batch.step(np.zeros(2, np.int64))[2].tolist() == [False, True], "the points of one began anew"
    batch.reset(options={"reset_mask": np.array([False, True])})
    observation, reward, terminated, *_ = batch.step(np.zeros(2, np.int64))
    assert observation[:, 0].tolist() == [2, 1], "who was begun anew is not begun anew once more"
    assert reward.tolist() == [1, 1]
    assert terminated.tolist() == [True, False]


def test_breakout_ends_when_both_walls_are_gone():
    assert open_atari(OpenRequest("breakout", "v4"))._most == 864
    assert open_atari_batch(OpenRequest("breakout", "v4", copies=1)).most == 864
    assert open_atari(OpenRequest("pong", "v4"))._most == float("inf")
    assert isinstance(open_atari_batch(OpenRequest("pong", "v4", copies=1)), AtariBatch)


def test_a_batch_shows_the_last_observation_and_resets_at_the_next_step():
    batch = AtariBatch("breakout", 0.0, 2, 1, frame_limit=40)
    assert batch.metadata["autoreset_mode"] == AutoresetMode.NEXT_STEP
    batch.reset(seed=1)
    for _ in range(10):
        last, _, _, truncated, _ = batch.step(np.array([1, 1]))
    assert truncated.all()
    assert last[0, 2].any(), "a whole stack: still the old episode"
    first, reward, terminated, truncated, _ = batch.step(np.array([1, 1]))
    assert not first[0, :3].any(), "an empty stack with one picture: the new episode"
    assert first[0, 3].any()
    assert not (terminated | truncated).any()
    assert not reward.any()


def test_a_copy_that_was_begun_anew_is_not_begun_anew_once_more():
    batch = AtariBatch("breakout", 0.0, 2, 1, frame_limit=40)
    batch.reset(seed=1)
    for _ in range(10):
        batch.step(np.array([1, 1]))
    batch.reset(options={"reset_mask": np.array([True, False])})
    observation, *_ = batch.step(np.array([1, 1]))
    assert observation[0, 2].any(), "two pictures: the new episode has gone on"
    assert not observation[1, :3].any(), "one picture: the step only began it"


def test_a_batch_gives_arrays_to_keep():
    batch = AtariBatch("breakout", 0.0, 2, 1)
    kept = [batch.reset(seed=1)[0]]
    copies = [kept[0].copy()]
    for _ in range(30):
        kept.append(batch.step(np.array([1, 2]))[0])
        copies.append(kept[-1].copy())
    assert all(np.array_equal(a, b) for a, b in zip(kept, copies, strict=True))
    batch.close()
    assert all(np.array_equal(a, b) for a, b in zip(kept, copies, strict=True))
    with pytest.raises(ValueError, match="closed"):
        batch.step(np.array([0, 0]))


def test_lives_are_told_to_the_last_and_not_where_there_are_none():
    told = {}
    for rom in ("breakout", "pong"):
        game = open_atari(OpenRequest(rom, "v4", pictures=False))
        told[rom] = [game.reset(seed=1)[1].get("lives")]
        over = False
        while not over and len(told[rom]) < 600:
            *_, over, _, info = game.step(1)
            told[rom].append(info.get("lives"))
        game.close()
    assert list(dict.fromkeys(told["breakout"])) == [5, 4, 3, 2, 1, 0]
    assert {*told["pong"]} == {None}


def bat(picture):
    """Return how far down Pong's green bat is."""
    rows = np.flatnonzero((picture[34:194] == (92, 186, 92)).all(2).any(1))
    return float(rows.mean())


@pytest.mark.parametrize(("up", "down"), [("w", "s"), (ARROWS["UP"], ARROWS["DOWN"]), ("d", "a")])
def test_pong_is_played_up_and_down_with_the_keys_that_say_so(up, down):
    env = open_atari(OpenRequest("pong", "v4"))
    keys = env.get_keys_to_action()
    env.reset(seed=1)
    seen = []
    for key in (down, up, down):
        for _ in range(25):
            env.step(keys[(key,)])
        seen.append(bat(env.render()))
    assert seen[1] < seen[0] - 40
    assert seen[1] < seen[2] - 40
    assert env.metadata["action_names"][keys[tuple(sorted((" ", "w")))]] == "rightfire"
    env.close()


def test_breakout_has_no_up():
    assert ("w",) not in open_atari(OpenRequest("breakout", "v4")).get_keys_to_action()


def test_the_help_says_where_pongs_bat_goes(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    pygame.display.init()
    env = open_atari(OpenRequest("pong", "v4"))
    names = env.metadata["action_names"]
    rows = hands_for(env, "atari/pong", names).help(names)
    pygame.display.quit()
    env.close()
    assert rows[1:] == [
        ("W  Up  D  Right", "you play: up (right)"),
        ("S  Down  A  Left", "you play: down (left)"),
    ]
