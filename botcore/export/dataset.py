"""Replays as a Minari dataset, so that others can train on what was played (https://minari.farama.org).

What a decision was made on is asked of the game itself: the episode is played again, and what the game shows
is compared with the recording step by step. Where that cannot be done, the recording of the eyes has to do:
only the newest picture of what they saw, and as a video has it, which is close to it but not the same.
"""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium.spaces import Box, Discrete, Space
from numpy.typing import NDArray

from botcore.contracts.moment import Moment
from botcore.environment import open_env
from botcore.errors import BotplayError
from botcore.ledger import PERSON
from botcore.replay.reader import Replay, open_replay
from botcore.replay.resimulate import difference, recorded_setup, resimulate

if TYPE_CHECKING:
    from botcore.plugins import Plugins

_NAME = re.compile(r"(?!./[^/]*$)[A-Za-z0-9][\w-]*(/[A-Za-z0-9][\w-]*)*", re.ASCII)
"""What Minari takes: its names have no dots, and its groups at least two characters."""
_LONGEST = 100
_DECISION = "decision"
"""What holds how each decision was made, among the facts that the game told."""
_VERSION = re.compile(r"-v\d+$")
_MISSING = "datasets are written through Minari, which is not installed: pip install 'botplay[minari]'"


class CannotRepeat(Exception):  # noqa: N818 - a reason to take the recording instead
    """Why what the brain saw cannot be had from the game itself."""


@dataclass(frozen=True)
class Written:
    """A dataset that was written.

    Attributes:
        name: what `minari.load_dataset` calls it.
        steps: decisions in it.
    """

    name: str
    folder: Path
    episodes: int
    steps: int


@dataclass(frozen=True)
class Source:
    """Where observations come from: their space, and those of a replay, one more than it has decisions."""

    space: Space[Any]
    observations: Callable[[Replay], Iterable[NDArray[Any]]]


def write_dataset(
    name: str, folders: Sequence[Path], plugins: Plugins, note: Callable[[str], None]
) -> Written:
    """Write replays of one game as a dataset, in Minari's own folder (`MINARI_DATASETS_PATH` moves it).

    Args:
        name: `name`, `group/name`, either with a version (`-v0`, which it gets if it has none).
        note: is told in a line when the observations are not exact.

    Raises:
        BotplayError: Minari is not installed, the name is taken or not one, the replays are not of the same
            game, or what their brains saw is neither to be had again nor recorded.
    """
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise BotplayError(
            f"{name[:60]!r} is no name of a dataset; use NAME or GROUP/NAME of letters, digits, - and _, "
            f"for a group at least two of them, {_LONGEST} at most in all"
        )
    name = name if _VERSION.search(name) else f"{name}-v0"
    try:
        import minari.dataset._storages.hdf5_storage  # noqa: F401 - it asks for h5py, the dataset's format
    except ImportError as error:
        raise BotplayError(_MISSING) from error
    with ExitStack() as stack:
        replays = [stack.enter_context(open_replay(folder)) for folder in folders]
        _check_alike(replays, _options(plugins, replays))
        try:
            return _write(name, replays, _repeated(plugins, replays[0]))
        except CannotRepeat as error:
            reason = str(error)
        source = _recorded(replays, reason)
        note(f"{reason}; observations are the recorded pictures, which a video changes a little")
        return _write(name, replays, source)


def _check_alike(replays: Sequence[Replay], options: Sequence[Any]) -> None:
    first = replays[0]
    for replay, own in zip(replays, options, strict=True):
        for what in ("game", "scenario", "protocol", "action_names"):
            if getattr(replay.header.about, what) != getattr(first.header.about, what):
                raise BotplayError(
                    f"a dataset holds one game, but {first.id} and {replay.id} have not the same {what}"
                )
        if own != options[0]:  # a larger map, for example, has observations of its own
            raise BotplayError(
                f"a dataset holds one game, but {first.id} and {replay.id} have not the same settings of it"
            )
    for replay in replays:
        if len(replay) < 2 or any(line.moment.decision is None for line in replay.lines[1:]):
            raise BotplayError(f"replay {replay.id} holds no decision, or misses one")


def _options(plugins: Plugins, replays: Sequence[Replay]) -> Sequence[Any]:
    """Return what the settings of each replay's game come to; as they are where the game does not say."""
    abouts = [replay.header.about for replay in replays]
    try:
        return [
            recorded_setup(plugins, about, about.brain).game_options(plugins.game(about.game))
            for about in abouts
        ]
    except BotplayError:
        return [about.settings.get("game", {}) for about in abouts]


def _repeated(plugins: Plugins, replay: Replay) -> Source:
    """Observations from the game itself."""
    try:
        env = open_env(
            plugins, recorded_setup(plugins, replay.header.about, replay.header.about.brain), pictures=False
        )
    except BotplayError as error:
        raise CannotRepeat(str(error)) from error
    space = env.observation_space
    env.close()

    def observations(replay: Replay) -> Iterator[NDArray[Any]]:
        try:
            for line, moment in zip(replay.lines, resimulate(plugins, replay), strict=True):
                parting = difference(line, moment)
                if parting is not None:
                    raise CannotRepeat(f"played again, {replay.id} differs from step {parting.step} on")
                yield np.array(moment.observation, space.dtype)
        except BotplayError as error:
            raise CannotRepeat(str(error)) from error

    return Source(space, observations)


def _recorded(replays: Sequence[Replay], reason: str) -> Source:
    """Observations from the recordings of the eyes: the newest picture, `[1, h, w]` gray or `[h, w, 3]`."""
    shapes = {replay.header.eyes for replay in replays}
    shape = shapes.pop()
    if shape is None or shapes:
        raise BotplayError(f"{reason}; and what the brain saw was not recorded as pictures of one size")

    def observations(replay: Replay) -> Iterator[NDArray[Any]]:
        for moment in replay.moments():
            if moment.observation is None:
                raise BotplayError(f"replay {replay.id} has no picture of the eyes at step {moment.step}")
            yield moment.observation

    return Source(Box(0, 255, shape, np.uint8), observations)


def _write(name: str, replays: Sequence[Replay], source: Source) -> Written:
    """Write the dataset, one episode in memory at a time; a failure leaves nothing behind."""
    import minari
    from minari.storage.datasets_root_dir import get_dataset_path

    folder = get_dataset_path(name)
    if folder.exists():
        raise BotplayError(f"there is a dataset {name} already ({folder}); give it another name or version")
    about, keys = replays[0].header.about, _keys(replays)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it asks for an author, an address and the like
            dataset = minari.create_dataset_from_buffers(
                name,
                (_episode(replay, source, keys) for replay in replays),
                action_space=Discrete(len(about.action_names)),
                observation_space=source.space,
                algorithm_name=", ".join(dict.fromkeys(replay.header.about.brain for replay in replays)),
                description=f"{about.game}/{about.scenario} ({about.protocol}), recorded with botplay; "
                f"actions: {', '.join(about.action_names)}",
                requirements=[
                    f"{distribution}=={version}" for distribution, version in about.versions.items()
                ],
                data_format="hdf5",
                jpeg_encoding=False,
            )
            dataset.storage.update_episode_metadata([_origin(replay) for replay in replays])
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise BotplayError(f"cannot write the dataset to {folder}: {error.strerror or error}") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Written(name, folder, int(dataset.total_episodes), int(dataset.total_steps))


def _origin(replay: Replay) -> dict[str, Any]:
    header = replay.header
    return {
        "replay": replay.id,
        "brain": header.about.brain,
        "weights_sha256": header.about.weights_sha256 or "",
    }


def _keys(replays: Iterable[Replay]) -> Mapping[str, str]:
    """Return what each fact that the games told is called in the dataset: alike in all episodes, once."""
    names = {name for replay in replays for line in replay.lines for name in line.moment.info}
    # HDF5 reads a dot or a slash in a name as a way to somewhere.
    written = {name: re.sub(r"\W", "_", name) for name in names}
    keys: dict[str, str] = {}
    for name in sorted(names, key=lambda name: (name != written[name], name)):  # whose name can stay, first
        key = written[name]
        while key == _DECISION or key in keys.values():
            key += "_"
        keys[name] = key
    return keys


def _episode(replay: Replay, source: Source, keys: Mapping[str, str]) -> Any:
    """Return an episode as Minari takes it: N decisions, N + 1 observations and infos."""
    from minari.data_collector import EpisodeBuffer

    moments = [line.moment for line in replay.lines]
    terminations = [moment.terminated for moment in moments[1:]]
    truncations = [moment.truncated for moment in moments[1:]]
    # A recording that was stopped ends there for whoever learns from it, though the game did not.
    truncations[-1] = truncations[-1] or not terminations[-1]
    observations = np.stack(list(source.observations(replay)))
    return EpisodeBuffer(
        seed=replay.header.seed,
        observations=observations,
        actions=np.array([moment.decision.action for moment in moments[1:] if moment.decision], np.int64),
        rewards=np.array([moment.reward for moment in moments[1:]], np.float64),
        terminations=np.array(terminations),
        truncations=np.array(truncations),
        infos={
            **_facts(moments, keys),
            _DECISION: _decisions(moments, len(replay.header.about.action_names)),
        },
    )


def _facts(moments: Sequence[Moment], keys: Mapping[str, str]) -> dict[str, NDArray[np.float64]]:
    """Return the numbers that the game told, `[N + 1]` each, NaN where it did not."""
    names = dict.fromkeys(name for moment in moments for name in moment.info)
    found: dict[str, NDArray[np.float64]] = {}
    for name in names:
        numbers = [moment.info.get(name) for moment in moments]
        if not any(isinstance(number, str) for number in numbers):
            found[keys[name]] = np.array(numbers, np.float64)
    return found


def _decisions(moments: Sequence[Moment], actions: int) -> dict[str, NDArray[Any]]:
    """Return how each decision was made, beside what it led to, `[N + 1]` or `[N + 1, A]`; NaN: unknown."""
    decisions = [moment.decision for moment in moments]
    nothing = (np.nan,) * actions
    return {
        "value": np.array([d.value if d else None for d in decisions], np.float64),
        "probabilities": np.array([(d and d.probabilities) or nothing for d in decisions], np.float64),
        "q_values": np.array([(d and d.q_values) or nothing for d in decisions], np.float64),
        "explored": np.array([bool(d and d.explored) for d in decisions]),
        "human": np.array([bool(d and d.by == PERSON) for d in decisions]),
    }
