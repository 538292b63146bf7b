"""Playing a recorded episode again in the game itself, from its seed and its decisions.

A game that is deterministic gives the same pictures and rewards again. What is no part of a recording (sand
that was drawn with the mouse, an engine of another version) makes the two part ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botcore.contracts.moment import Decision, Moment
from botcore.environment import Env, action_names, begin, go_on, open_env, pictures_since
from botcore.errors import BotplayError
from botcore.replay.checksum import checksum
from botcore.replay.format import About
from botcore.replay.steps import Line
from botcore.setup import Setup, check_scenario

if TYPE_CHECKING:
    from botcore.plugins import Plugins
    from botcore.replay.reader import Replay


@dataclass(frozen=True)
class Parting:
    """The first Moment in which a re-simulation is not what was recorded.

    Attributes:
        step: its number.
        frame: the game's frame at which it begins, as it was recorded.
        what: the things that are not the same, for people.
    """

    step: int
    frame: int
    what: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """What came of a re-simulation.

    Attributes:
        steps, frames: of the recording.
        pictures: how many Moments' pictures could be compared; older recordings have no checksums.
        parting: where the two part, None where they are the same.
    """

    steps: int
    frames: int
    pictures: int
    parting: Parting | None


def verify(plugins: Plugins, replay: Replay) -> Verdict:
    """Re-simulate a replay and compare each Moment with the recording, up to where they part.

    Raises:
        BotplayError: the game cannot be opened as it was, or the recording has gaps.
    """
    compared, parting = 0, None
    for line, moment in zip(replay.lines, resimulate(plugins, replay), strict=True):
        compared += line.crc is not None
        parting = difference(line, moment)
        if parting is not None:
            break
    return Verdict(len(replay) - 1, replay.last_frame, compared, parting)


def resimulate(plugins: Plugins, replay: Replay) -> Iterator[Moment]:
    """Yield the Moments that the game gives for a replay's decisions; their observation is the game's own.

    Raises:
        BotplayError: the game cannot be opened as it was, or the recording has gaps.
    """
    decisions = recorded_decisions(replay, len(replay) - 1)
    about, header = replay.header.about, replay.header
    env = open_env(plugins, recorded_setup(plugins, about, about.brain))
    try:
        check_actions(about, action_names(env))
        observation, info = begin(env, header.seed, about.game)
        pictures = pictures_since(env, info)[-1:]
        moment = Moment(
            header.episode, 0, 0, pictures, observation, None, 0.0, 0.0, False, False, seed=header.seed
        )
        yield moment
        for decision in decisions:
            moment = _next(env, moment, decision, about.game)
            yield moment
    finally:
        env.close()


def _next(env: Env, before: Moment, decision: Decision, game: str) -> Moment:
    observation, reward, terminated, truncated, info = go_on(env, decision.action, game)
    pictures = pictures_since(env, info)
    return Moment(
        before.episode,
        before.step + 1,
        before.frame + max(1, len(pictures)),
        pictures,
        observation,
        decision,
        reward,
        before.score + reward,
        terminated,
        truncated,
        seed=before.seed,
    )


def difference(line: Line, moment: Moment) -> Parting | None:
    """Return how a re-simulated Moment differs from the recorded one, None where it does not."""
    recorded = line.moment
    ends = (recorded.terminated, recorded.truncated)
    same = {
        "the frame number": recorded.frame == moment.frame,
        "the reward": _equal(recorded.reward, moment.reward),
        "the end of the episode": ends == (moment.terminated, moment.truncated),
        "the pictures": line.crc is None or line.crc == _checksum(moment, line.pictures),
    }
    what = tuple(name for name, is_same in same.items() if not is_same)
    return Parting(recorded.step, recorded.frame - max(0, line.pictures - 1), what) if what else None


def _checksum(moment: Moment, count: int) -> int | None:
    """Return the checksum of the last `count` pictures, as many as the recorder found a frame for."""
    return checksum(moment.pictures[-count:], moment.frame) if len(moment.pictures) >= count > 0 else None


def _equal(a: float, b: float) -> bool:
    return a == b or (a != a and b != b)  # both are no number


def recorded_setup(plugins: Plugins, about: About, brain: str) -> Setup:
    """Return the setup that opens a recording's game as it was, for `brain` without parts and settings.

    Raises:
        BotplayError: the game, its scenario or its protocol is not there, or its settings are damaged.
    """
    game = plugins.game(about.game)
    scenario = check_scenario(game, about.scenario)
    if about.protocol not in game.protocols:
        raise BotplayError(
            f"{game.name} has the protocols {', '.join(game.protocols)}, not {about.protocol!r}"
        )
    options = about.settings.get("game", {})
    if not isinstance(options, Mapping):
        raise BotplayError("the replay is damaged: its settings of the game are not a table")
    setup = Setup(game.name, scenario, about.protocol, brain, settings={"game": dict(options)})
    setup.game_options(game)
    return setup


def check_actions(about: About, names: Sequence[str]) -> None:
    """Refuse a game whose actions are not those of the recording, since their numbers mean something else."""
    if tuple(names) != about.action_names:
        raise BotplayError(
            f"{about.game} has other actions than when this was recorded "
            f"({', '.join(about.action_names)}), so it cannot be played again"
        )


def recorded_decisions(replay: Replay, count: int) -> tuple[Decision, ...]:
    """Return the first `count` decisions of a replay.

    Raises:
        BotplayError: one is missing, so that nothing after it can be played again.
    """
    moments = [line.moment for line in replay.lines[: count + 1]]
    for number, moment in enumerate(moments):
        if moment.step != number or (moment.decision is None) != (number == 0):
            raise BotplayError(f"replay {replay.id} misses step {number}, so it cannot be played again")
    return tuple(moment.decision for moment in moments if moment.decision is not None)
