"""Opening a game as the environments an agent plays in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete, Space
from gymnasium.vector import AutoresetMode, SyncVectorEnv, VectorEnv
from gymnasium.wrappers import FlattenObservation
from numpy.typing import NDArray

from botcore.contracts.brain import Brain, Kind
from botcore.contracts.game import Game, OpenRequest
from botcore.contracts.moment import LARGEST_INTEGER, Scalar
from botcore.errors import BotplayError
from botcore.loading import call, refuses
from botcore.numbering import numbered
from botcore.replay.checks import FASTEST, MAX_TEXT, SLOWEST

if TYPE_CHECKING:
    from botcore.plugins import Plugins
    from botcore.setup import Setup

Env = gymnasium.Env[Any, Any]
USUAL_FPS = 30.0


def open_env(plugins: Plugins, setup: Setup, *, pictures: bool = True) -> Env:
    """Open one environment to play in.

    Raises:
        BotplayError: the game cannot be opened, or its actions are not numbered from 0.
    """
    game = plugins.game(setup.game)
    request = OpenRequest(setup.scenario, setup.protocol, setup.game_options(game), pictures)
    env = call(game.open, request)
    if not isinstance(env, gymnasium.Env):
        raise BotplayError(f"game {game.name} opens as {env!r:.80} where a gymnasium.Env belongs")
    try:
        _check_spaces(env, game, "action_space", "observation_space")
        # Gymnasium would call them so from deep within a batch, where a TypeError looks like ours.
        for name, reason in (("reset", refuses(env.reset, seed=1)), ("step", refuses(env.step, 0))):
            if reason:
                raise BotplayError(f"game {game.name}: {name}() is asked as Gymnasium does, and {reason}")
        if not env.observation_space.is_np_flattenable:
            raise BotplayError(
                f"game {game.name} shows a {type(env.observation_space).__name__}, whose length differs from "
                "step to step; show a Box, a Discrete, or a Tuple or Dict of these"
            )
    except BotplayError:
        env.close()
        raise
    if isinstance(env.observation_space, Box | Discrete):
        return env
    return numbered(env) or FlattenObservation(env)


def open_batch(plugins: Plugins, setup: Setup, *, copies: int, threads: int = 1) -> VectorEnv[Any, Any, Any]:
    """Open `copies` environments that step together and reset themselves at their next step.

    Raises:
        BotplayError: the game cannot be opened, its batch resets in another way, is of another size or shows
            more than one box or number, or its actions are not numbered from 0.
    """
    game = plugins.game(setup.game)
    if game.open_batch is None:
        return SyncVectorEnv(
            [lambda: _Copy(open_env(plugins, setup, pictures=False), game.name)] * copies,
            autoreset_mode=AutoresetMode.NEXT_STEP,
        )
    request = OpenRequest(setup.scenario, setup.protocol, setup.game_options(game), False, copies, threads)
    batch = call(game.open_batch, request)
    if not isinstance(batch, VectorEnv):
        raise BotplayError(f"the batch of game {game.name} is {batch!r:.80} where a VectorEnv belongs")
    try:
        if batch.metadata.get("autoreset_mode") != AutoresetMode.NEXT_STEP:
            raise BotplayError(
                f"the batch of game {game.name} must reset at the next step (AutoresetMode.NEXT_STEP)"
            )
        if batch.num_envs != copies:
            raise BotplayError(f"the batch of game {game.name} holds {batch.num_envs} copies, not {copies}")
        _check_spaces(batch, game, "single_action_space", "single_observation_space")
        if not isinstance(batch.single_observation_space, Box | Discrete):
            raise BotplayError(
                f"the batch of game {game.name} shows {batch.single_observation_space!s:.80}; "
                "it must show one Box or Discrete, as open_env makes it of what open shows"
            )
    except BotplayError:
        batch.close()
        raise
    return batch


def _check_spaces(env: Any, game: Game, actions: str, observations: str) -> None:
    """Raise `BotplayError` where a game does not say what it shows, or takes other actions than 0..n-1."""
    for name in (actions, observations):
        if not isinstance(getattr(env, name, None), Space):
            raise BotplayError(f"game {game.name} has no {name}; a gymnasium.spaces.Space belongs there")
    space = getattr(env, actions)
    if not isinstance(space, Discrete):
        raise BotplayError(f"{game.name} has the action space {space}; botplay plays discrete actions")
    if space.start != 0:
        # A brain's choice is an index, of names and of probabilities too, and it is sent as it is.
        raise BotplayError(
            f"{game.name} has the action space {space}; botplay sends 0 to {space.n - 1}: "
            f"declare Discrete({space.n}) and let step() add {space.start}"
        )


def kinds(space: Space[Any], bins: Sequence[Sequence[float]] | None) -> frozenset[Kind]:
    """Return the ways in which an observation can be read."""
    if isinstance(space, Discrete):
        return frozenset({"discrete"})
    if isinstance(space, Box) and space.dtype == np.uint8 and len(space.shape) == 3:
        return frozenset({"pixels"})
    return frozenset({"vector", "binned"} if bins is not None else {"vector"})


def can_read(brain: Brain, eyes: str | None, readings: frozenset[Kind]) -> bool:
    """Whether a brain (with these eyes, or none) can read one of `readings`."""
    return bool(brain.reads(eyes) & readings)


def bins_of(game: Game, scenario: str, space: Space[Any]) -> Sequence[Sequence[float]] | None:
    """Return the edges that cut a scenario's observation into bins, where the game declares them.

    Raises:
        BotplayError: they are no rising numbers for each number of the observation.
    """
    bins = None if game.bins is None else call(game.bins, scenario)
    if bins is None or kinds(space, None) != {"vector"}:
        return None
    count = int(np.prod(space.shape or ()))
    try:
        edges = [np.asarray(cuts, np.float64) for cuts in bins]
    except (TypeError, ValueError):
        edges = []
    if len(edges) != count or not all(cuts.ndim == 1 and (np.diff(cuts) > 0).all() for cuts in edges):
        raise BotplayError(
            f"game {game.name} gives the bins {bins!r:.80}; they must be {count} lists of rising numbers, "
            "one for each number of the observation"
        )
    return bins  # type: ignore[no-any-return]


def action_count(space: Space[Any]) -> int:
    """Return how many actions there are to choose from; no game opens with another kind of space."""
    return int(cast("Discrete", space).n)


def action_names(env: Env) -> tuple[str, ...]:
    """Return a name for each action: the game's own, or their numbers."""
    count = action_count(env.action_space)
    names = words_of(env, "action_names")
    return names if len(names) == count else tuple(str(number) for number in range(count))


def observation_names(env: Env) -> tuple[str, ...]:
    """Return the game's name for each number of a vector, or for each of n states; none where one misses."""
    names, space = words_of(env, "observation_names"), env.observation_space
    fits = len(names) == int(space.n if isinstance(space, Discrete) else np.prod(space.shape or (0,)))
    return names if fits else ()


def counts(env: Env) -> tuple[str, ...]:
    """Return the keys of `info` that count what happened in one step; all others tell how things stand."""
    return words_of(env, "counts")


def words_of(env: Env, name: str) -> tuple[str, ...]:
    """Return a list of names from the metadata; none where one of them could not be shown and recorded."""
    told = env.metadata.get(name) or env.unwrapped.metadata.get(name) or ()
    names = tuple(map(str, told)) if isinstance(told, Iterable) and not isinstance(told, str) else ()
    return names if all(word.isprintable() and 0 < len(word) <= MAX_TEXT for word in names) else ()


def pictures_since(env: Env, info: Mapping[str, Any]) -> tuple[NDArray[np.uint8], ...]:
    """Return the pictures of a step, `[H, W, 3]` each: those in `info`, or else what `render` draws.

    Raises:
        BotplayError: something else is drawn.
    """
    pictures = info.get("pictures")
    if pictures is None:
        try:
            drawn = env.render()
        except NotImplementedError:
            raise BotplayError(
                "the game has no render() that draws it: write one that gives [H, W, 3] uint8, or put its "
                "pictures into info['pictures']"
            ) from None
        pictures = () if drawn is None else (drawn,)
    return tuple(map(_picture, pictures))


def _picture(drawn: Any) -> NDArray[np.uint8]:
    picture = np.asarray(drawn)
    if picture.ndim != 3 or picture.shape[2] != 3 or not picture.size or picture.dtype.kind not in "iu":
        given = f"{list(picture.shape)} {picture.dtype}"
        raise BotplayError(f"the game draws {given} where a picture [H, W, 3] uint8 belongs")
    return picture.astype(np.uint8)  # a copy: a game may draw the next one over it


def frames_per_second(env: Env) -> float:
    """Return the game's own frames a second; the usual where it tells none that a video can have."""
    told = env.metadata.get("render_fps")
    if isinstance(told, bool) or not isinstance(told, int | float | np.integer | np.floating):
        return USUAL_FPS
    return float(told) if SLOWEST <= told <= FASTEST else USUAL_FPS


def begin(env: Env, seed: int | None, game: str) -> tuple[Any, dict[str, Any]]:
    """Reset an environment; return observation and info.

    Raises:
        BotplayError: it gives something else.
    """
    given = env.reset(seed=seed)
    if not isinstance(given, tuple | list) or len(given) != 2 or not isinstance(given[1], dict):
        raise BotplayError(f"{game}: reset() gives {given!r:.80} where (observation, info) belongs")
    _check_shown(given[0], env.observation_space, f"{game}: reset()")
    return _own(given[0]), given[1]


def _check_shown(observation: Any, space: Space[Any], what: str) -> None:
    """Raise `BotplayError` where a game shows another shape or kind of numbers than it says."""
    if not isinstance(space, Box):
        return
    if getattr(observation, "dtype", None) == space.dtype and observation.shape == space.shape:
        return  # the quick way, at each step
    try:
        shown = np.asarray(observation)
    except ValueError as error:  # lists of several lengths
        raise BotplayError(f"{what} gives an observation that is no array: {error}") from None
    if shown.shape != space.shape or not np.can_cast(shown.dtype, space.dtype, "same_kind"):
        raise BotplayError(
            f"{what} gives an observation {list(shown.shape)} {shown.dtype} where "
            f"its observation_space says {list(space.shape)} {space.dtype}"
        )


class _Copy(gymnasium.Wrapper[Any, Any, Any, Any]):
    """A copy in a batch: what it is given, and what it gives, is as in a single game.

    Gymnasium makes one column of what the copies tell, of the type that the first of them gives it: where one
    tells 0 and another 0.7, that would be 0. So every number is told as a float.
    """

    def __init__(self, env: Env, game: str) -> None:
        super().__init__(env)
        self.game = game

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        observation, info = begin(self.env, seed, self.game)
        return observation, _in_floats(info)

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        observation, reward, terminated, truncated, info = go_on(self.env, int(action), self.game)
        return observation, reward, terminated, truncated, _in_floats(info)


def _in_floats(info: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: float(value) for name, value in scalars(info).items() if not isinstance(value, str)}
    # What is too large for a recording is too large for a column as well, and left out as there.
    return {name: value for name, value in info.items() if not isinstance(value, int)} | told


def go_on(env: Env, action: int, game: str) -> tuple[Any, float, bool, bool, dict[str, Any]]:
    """Step an environment; return observation, reward, terminated, truncated and info.

    Raises:
        BotplayError: it gives something else.
    """
    given = env.step(action)
    if not isinstance(given, tuple | list) or len(given) != 5 or not isinstance(given[4], dict):
        form = "(observation, reward, terminated, truncated, info)"
        raise BotplayError(f"{game}: step() gives {given!r:.80} where {form} belongs")
    observation, reward, terminated, truncated, info = given
    try:
        paid = float(reward)
    except (TypeError, ValueError, OverflowError):
        raise BotplayError(f"{game}: step() gives the reward {reward!r:.80}, not a number") from None
    for name, flag in (("terminated", terminated), ("truncated", truncated)):
        if not isinstance(flag, bool | np.bool_ | int | np.integer):
            raise BotplayError(f"{game}: step() gives {name} as {flag!r:.80}, not as True or False")
    _check_shown(observation, env.observation_space, f"{game}: step()")
    return _own(observation), paid, bool(terminated), bool(truncated), info


def _own(observation: Any) -> Any:
    """Return an observation that stays as it is: a game may write the next one over its own."""
    return observation.copy() if isinstance(observation, np.ndarray) else observation


def scalars(info: Mapping[str, Any]) -> dict[str, Scalar]:
    """Return the numbers, flags and words in `info` that a recording can hold; all else is left out."""
    found: dict[str, Scalar] = {}
    for name, value in info.items():
        if isinstance(value, np.generic | np.ndarray) and value.size == 1:
            value = value.item()
        if isinstance(value, float | bool | str) or (
            isinstance(value, int) and abs(value) <= LARGEST_INTEGER
        ):
            found[str(name)] = value
    return found
