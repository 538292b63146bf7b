"""Does a game keep the contract?"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import gymnasium
import numpy as np
from click import unstyle
from gymnasium.spaces import Box, Discrete
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import VectorEnv

from botcore.contracts.game import MOST_THUMBNAIL, RewardRule
from botcore.environment import (
    Env,
    action_count,
    action_names,
    begin,
    bins_of,
    counts,
    frames_per_second,
    go_on,
    kinds,
    open_batch,
    open_env,
    scalars,
    words_of,
)
from botcore.errors import suggestion
from botcore.loading import read_file
from botcore.plugins import Plugins
from botcore.replay.checks import FASTEST, MAX_TEXT, SLOWEST
from botcore.session import Session
from botcore.setup import choose

STEPS = 60
LONGEST = 400
"""Steps of a batch at most, to see its copies end."""
COPIES = 3
SEED = 5


def check_game(plugins: Plugins, game: str, *, settings: tuple[str, ...] = ()) -> None:
    """Open a game (`GAME` or `GAME/SCENARIO`), play it at random, and check what the host relies on.

    Raises:
        AssertionError: the contract is broken; the message says where.
        BotplayError: the game cannot be opened at all.
    """
    setup = choose(plugins, game=game, brain="random", assignments=settings)
    env = open_env(plugins, setup)
    try:
        _check_first_steps(env, setup.title)
        _check_as_gymnasium_does(env)
        described = plugins.game(setup.game)
        scenarios = [scenario.name for scenario in described.all_scenarios()]
        assert len(set(scenarios)) == len(scenarios), f"two scenarios have the same name: {scenarios!s:.80}"
        readings = kinds(env.observation_space, bins_of(described, setup.scenario, env.observation_space))
        assert readings, "no brain could read this observation"
        assert readings <= (described.kinds or readings), f"its observation reads as {', '.join(readings)}"
        if described.thumbnail is not None:
            assert read_file(described.thumbnail, MOST_THUMBNAIL)[:4] == b"\x89PNG", "a thumbnail is a PNG"
        _check_words(env)
        _check_hands(env)
        _check_info(env, setup.reward_rule(described))
    finally:
        env.close()
    _check_moments(plugins, setup)
    _check_batch(plugins, setup)


def _check_first_steps(env: Env, title: str) -> None:
    """Look at what is shown: Gymnasium's checker says that it is wrong, but not what it is."""
    for what, (observation, *_) in (("reset", begin(env, SEED, title)), ("step", go_on(env, 0, title))):
        space, given = env.observation_space, f"{observation!r:.80}"
        if isinstance(observation, np.ndarray) and observation.size:
            given = (
                f"{list(observation.shape)} {observation.dtype}, {observation.min()} to {observation.max()}"
            )
        listed = isinstance(space, Box) and not isinstance(observation, np.ndarray | np.generic)
        assert not listed, f"{what}() gives {given}, which is no NumPy array"
        assert observation in space, f"{what}() gives {given}, which is not in its observation_space, {space}"


def _check_as_gymnasium_does(env: Env) -> None:
    """Gymnasium's own checker says by an error, an assertion or a warning what is wrong."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", ".*WARN: ")  # only its own: what a game warns of is the game's
        warnings.filterwarnings("ignore", message=".*render.*")
        warnings.filterwarnings("ignore", message=".*Box observation space.*")
        try:
            check_env(env.unwrapped, skip_render_check=True)
        except (Warning, gymnasium.error.Error) as error:
            raise AssertionError(unstyle(str(error)).removeprefix("WARN: ")) from error


def _check_words(env: Env) -> None:
    """What it tells of itself: names, one for each, and its pace."""
    space, actions = env.observation_space, action_count(env.action_space)
    size = int(space.n) if isinstance(space, Discrete) else int(np.prod(space.shape or ()))
    assert size > 0, "its observation is empty"
    told = {**env.unwrapped.metadata, **env.metadata}
    for name, count in (("action_names", actions), ("observation_names", size), ("counts", None)):
        names = told.get(name) or ()
        assert not isinstance(names, str), f"{name} is the text {names!r:.80}, not a list of names"
        assert not names or len(names) == (count or len(names)), f"there are {len(names)} {name}, not {count}"
        assert len(words_of(env, name)) == len(names), (
            f"{name}: a name has 1 to {MAX_TEXT} printable characters"
        )
    assert len(set(action_names(env))) == actions, "two actions have the same name"
    pace = env.metadata.get("render_fps")
    assert pace is None or frames_per_second(env) == pace, (
        f"metadata['render_fps'] is {pace!r:.80}, not a number from {SLOWEST:g} to {FASTEST:g}"
    )


def _check_hands(env: Env) -> None:
    """The keys for a person, and the game's own commands: those that there are."""
    from botcore.window.controls import key_code  # pygame, which nothing else here needs
    from botcore.window.hands import Hands

    game, actions = env.unwrapped, action_count(env.action_space)
    keys = game.get_keys_to_action() if hasattr(game, "get_keys_to_action") else {}
    assert isinstance(keys, Mapping), (
        f"get_keys_to_action gives {keys!r:.80}, not a mapping of keys to actions"
    )
    for combination, action in keys.items():
        try:
            Hands({combination: action})
        except (ValueError, TypeError) as error:
            raise AssertionError(f"get_keys_to_action: {combination!r}: {action!r}: {error}") from error
        assert 0 <= action < actions, (
            f"get_keys_to_action: {combination!r} does {action}, of {actions} actions"
        )
    commands = game.commands() if hasattr(game, "commands") else {}
    assert isinstance(commands, Mapping), f"commands gives {commands!r:.80}, not a mapping of keys"
    for key, entry in commands.items():
        try:
            key_code(key)
        except ValueError as error:
            raise AssertionError(f"commands: {error}") from error
        pair = isinstance(entry, tuple | list) and len(entry) == 2
        assert pair, f"commands: {key!r} is {entry!r:.80}, not (label, function)"
        label, function = entry
        assert isinstance(label, str), f"commands: the label of {key!r} is {label!r}, not a text"
        assert callable(function), f"commands: {key!r} does {function!r}, which cannot be called"


def _check_picture(picture: Any) -> None:
    shown = isinstance(picture, np.ndarray)
    drawn = f"{list(picture.shape)} {picture.dtype}" if shown else f"{picture!r:.80}"
    assert getattr(picture, "dtype", None) == np.uint8, f"pictures are uint8, [H, W, 3], not {drawn}"


def _check_info(env: Env, rule: RewardRule) -> None:
    """What its steps tell: numbers where numbers belong, and pictures that are pictures."""
    _, info = env.reset(seed=1)
    told = set[str]()
    for step in range(STEPS):
        kept = scalars(info)
        told |= kept.keys()
        for name in ("lives", *rule.bonuses, *counts(env)):
            number = isinstance(kept.get(name), int | float)
            assert name not in info or number, f"info[{name!r}] is {info[name]!r:.80}, not a number"
        for name, value in info.items():
            large = isinstance(value, int) and name not in kept
            assert not large, f"info[{name!r}] is a number that is too large to be recorded"
        given: Any = info.get("pictures")
        for picture in (env.render(),) if given is None else given:
            _check_picture(picture)
        _, _, terminated, truncated, info = env.step(step % action_count(env.action_space))
        if terminated or truncated:
            break
    for name in {*rule.bonuses, *counts(env)} - told:
        # Some are told at rare times, at a goal; a slip of the pen is never told.
        close = suggestion(name, sorted(told))
        assert not close, f"info has no {name!r}, which the reward rule or metadata['counts'] names{close}"


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
                given = np.asarray(moment.observation)
                assert given.dtype.kind != "f" or np.isfinite(given).all(), "observations must be numbers"
                assert np.isfinite(moment.reward), f"a reward must be a number, not {moment.reward}"
                seen.append((np.asarray(moment.observation).copy(), moment.reward))
                if moment.step == STEPS:
                    break
        finally:
            session.close()
        assert len(sizes) == 1, f"pictures must all have one size, not {sorted(sizes)[:2]}"
        return seen

    first, second = watch(), watch()
    assert len(first) == len(second), "the same seed must give the same episode"
    for (one, reward), (other, again) in zip(first, second, strict=True):
        assert reward == again, "the same seed must give the same rewards"
        np.testing.assert_array_equal(one, other, err_msg="the same seed must give the same observations")


def _check_batch(plugins: Plugins, setup: Any) -> None:
    """Step copies together: right shapes, what single games do, and a wasted step after each end."""
    open_batch(plugins, setup, copies=1).close()  # it refuses a batch of another size
    needed = {"lives", *setup.reward_rule(plugins.game(setup.game)).bonuses}
    with ExitStack() as opened:
        envs = open_batch(plugins, setup, copies=COPIES)
        opened.callback(envs.close)
        singles = [open_env(plugins, setup, pictures=False) for _ in range(COPIES)]
        for env in singles:
            opened.callback(env.close)
        assert envs.num_envs == COPIES, "a batch must hold as many copies as were asked for"
        space, actions = envs.single_observation_space, envs.single_action_space
        assert space == singles[0].observation_space, "batch and single must show the same"
        assert actions == singles[0].action_space, "batch and single must have the same actions"
        _compare(envs, singles, needed)


def _compare(envs: VectorEnv[Any, Any, Any], singles: Sequence[Env], needed: Collection[str]) -> None:
    """Step a batch, and beside it single games of its copies' seeds, each to the end of its episode."""
    random = np.random.default_rng(0)
    observation, _ = envs.reset(seed=SEED)
    alone = [env.reset(seed=SEED + n)[0] for n, env in enumerate(singles)]
    words = "copy 0 of a batch must show what a single game of its seed shows"
    np.testing.assert_array_equal(observation[0], alone[0], err_msg=words)
    # A batch may seed its other copies in its own way.
    playing = {n for n in range(COPIES) if np.array_equal(observation[n], alone[n])}
    ended = set[int]()
    for step in range(LONGEST):
        actions = random.integers(action_count(envs.single_action_space), size=COPIES)
        before, kept = observation, np.array(observation)
        observation, reward, terminated, truncated, told = envs.step(actions)
        assert np.array_equal(before, kept), "a batch must not write into what it has shown already"
        assert np.shape(reward) == np.shape(terminated) == np.shape(truncated) == (COPIES,)
        for n in ended:
            wasted = reward[n] == 0 and not terminated[n] and not truncated[n]
            assert wasted, "the step after an end must only reset that copy: no reward, and no end"
        ended = set()
        for n in sorted(playing):
            alone[n], paid, over, cut, info = singles[n].step(int(actions[n]))
            words = f"copy {n} of a batch must show what a single game of its seed shows, at its end too"
            np.testing.assert_array_equal(observation[n], alone[n], err_msg=words)
            assert np.isclose(reward[n], float(paid)), "batch and single must pay the same"
            assert bool(terminated[n] or truncated[n]) == bool(over or cut), (
                "batch and single must end together"
            )
            _check_told(told, n, info, needed)
            if over or cut:
                ended.add(n)
        playing -= ended
        if step >= STEPS and not playing and not ended:
            return


def _check_told(
    together: Mapping[str, Any], copy: int, alone: Mapping[str, Any], needed: Collection[str]
) -> None:
    """Compare what a batch tells of a copy with what a single game does, of what learning needs."""
    for name in sorted(alone.keys() & {*needed}):
        assert name in together, f"a batch must tell info[{name!r}] as the single game does"
        one = np.ravel(together[name])[copy]
        assert np.allclose(one, alone[name]), (
            f"batch and single must tell the same info[{name!r}], not {one} and {alone[name]} "
            "(a batch of Gymnasium's has whole numbers where its first copy tells one: tell floats)"
        )
