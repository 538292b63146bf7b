"""Does a game keep the contract?"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from gymnasium.utils.env_checker import check_env

from botcore.contracts.game import MOST_THUMBNAIL
from botcore.environment import action_names, bins_of, frames_per_second, kinds, open_batch, open_env
from botcore.loading import read_file
from botcore.plugins import Plugins
from botcore.session import Session
from botcore.setup import choose

STEPS = 60
COPIES = 3


def check_game(plugins: Plugins, game: str, *, settings: tuple[str, ...] = ()) -> None:
    """Open a game (`GAME` or `GAME/SCENARIO`), play it at random, and check what the host relies on.

    Raises:
        AssertionError: the contract is broken; the message says where.
        BotplayError: the game cannot be opened at all.
    """
    setup = choose(plugins, game=game, brain="random", assignments=settings)
    env = open_env(plugins, setup)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            # Gymnasium's own checker; it says by a warning or an assertion what is wrong.
            warnings.filterwarnings("ignore", message=".*render.*")
            warnings.filterwarnings("ignore", message=".*Box observation space.*")
            check_env(env.unwrapped, skip_render_check=True)
        described = plugins.game(setup.game)
        readings = kinds(env.observation_space, bins_of(described, setup.scenario))
        assert readings, "no brain could read this observation"
        assert readings <= (described.kinds or readings), f"its observation reads as {', '.join(readings)}"
        if described.thumbnail is not None:
            assert read_file(described.thumbnail, MOST_THUMBNAIL)[:4] == b"\x89PNG", "a thumbnail is a PNG"
        assert frames_per_second(env) > 0, "metadata['render_fps'] must be more than nothing"
        assert len(set(action_names(env))) == len(action_names(env)), "two actions have the same name"
    finally:
        env.close()
    _check_moments(plugins, setup)
    _check_batch(plugins, setup)


def _check_moments(plugins: Plugins, setup: Any) -> None:
    """Watch it for a while: pictures of one size, the same episode from the same seed."""

    def watch() -> list[tuple[Any, float]]:
        session = Session(plugins, setup, seed=3)
        seen, sizes = [], set()
        try:
            for moment in session.play_seed(3):
                for picture in moment.pictures:
                    assert picture.dtype == np.uint8, "pictures are uint8"
                    assert picture.ndim == 3, "pictures are [H, W, 3]"
                    assert picture.shape[2] == 3, "pictures are [H, W, 3]"
                    sizes.add(picture.shape)
                seen.append((np.asarray(moment.observation).copy(), moment.reward))
                if moment.step == STEPS:
                    break
        finally:
            session.close()
        assert len(sizes) == 1, f"pictures must all have one size, not {sorted(sizes)}"
        return seen

    first, second = watch(), watch()
    assert len(first) == len(second), "the same seed must give the same episode"
    for (one, reward), (other, again) in zip(first, second, strict=True):
        assert reward == again, "the same seed must give the same rewards"
        np.testing.assert_array_equal(one, other, err_msg="the same seed must give the same observations")


def _check_batch(plugins: Plugins, setup: Any) -> None:
    """Step copies together: right shapes, and a wasted step after each end."""
    envs = open_batch(plugins, setup, copies=COPIES)
    env = open_env(plugins, setup, pictures=False)
    random = np.random.default_rng(0)
    try:
        assert envs.num_envs == COPIES, "a batch must hold as many copies as were asked for"
        assert envs.single_observation_space == env.observation_space, "batch and single must show the same"
        assert envs.single_action_space == env.action_space, "batch and single must have the same actions"
        observation, _ = envs.reset(seed=5)
        alone, _ = env.reset(seed=5)
        playing = True
        for _ in range(STEPS):
            if playing:
                np.testing.assert_array_equal(
                    observation[0],
                    alone,
                    err_msg="copy 0 of a batch must show what a single game of its seed shows",
                )
            actions = random.integers(int(envs.single_action_space.n), size=COPIES)  # type: ignore[attr-defined]
            observation, reward, terminated, truncated, _ = envs.step(actions)
            assert np.shape(reward) == np.shape(terminated) == np.shape(truncated) == (COPIES,)
            if playing:
                alone, _, over, cut, _ = env.step(int(actions[0]))
                assert bool(terminated[0] or truncated[0]) == (over or cut), (
                    "batch and single must end together"
                )
                playing = not (over or cut)
    finally:
        envs.close()
        env.close()
