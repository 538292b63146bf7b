"""Live play put together: the trained model, the session, the recorder, the plugins that watch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from botcore.contracts.moment import MomentStream
from botcore.environment import counts, observation_names
from botcore.models import Model, settle
from botcore.replay.format import MAX_NAMES, MAX_OTHERS, About
from botcore.replay.keeping import replay_limit
from botcore.replay.library import replays_root
from botcore.replay.recorder import Recorder
from botcore.session import Session
from botcore.setup import Setup

if TYPE_CHECKING:
    from botcore.plugins import Plugins

MAX_NAMES_LETTERS = 100_000


@dataclass(frozen=True)
class Live:
    """Something that is being played.

    Attributes:
        session: the play itself; close it when done.
        moments: the stream to consume: recorded, and shown to every plugin.
        recorder: what records it, or None.
        model: the trained model that plays, None with fresh weights.
    """

    session: Session
    moments: MomentStream
    recorder: Recorder | None
    model: Model | None


def open_live(
    plugins: Plugins,
    chosen: Setup,
    *,
    model: Path | None = None,
    episodes: int | None = None,
    seed: int | None = None,
    learn: bool = False,
    record: bool = True,
    out: Path | None = None,
    on_problem: Callable[[str], None] = lambda text: None,
    group: str | None = None,
) -> Live:
    """Open a game with a brain for play; `group` names what it is recorded side by side with.

    Raises:
        BotplayError: it cannot be opened, the model does not fit, or nothing can be recorded at `out`.
    """
    setup, found = settle(plugins, chosen, model)
    recorder = open_recorder(out, on_problem) if record else None
    weights, card = (found.weights(), found.card) if found else (None, None)
    session = Session(plugins, setup, weights=weights, card=card, seed=seed, learn=learn, pictures=True)
    stream = session.moments(episodes)
    if recorder is not None:
        stream = recorder.record(stream, lambda: replace(describe(session), group=group))
    return Live(session, shown(plugins, stream), recorder, found)


def open_recorder(out: Path | None, on_problem: Callable[[str], None]) -> Recorder:
    """Return a recorder to the user's own replays, within their limit, or to a folder of the user's choice.

    Raises:
        BotplayError: nothing can be written there.
    """
    # What lies in a folder that somebody chose is not for us to remove.
    return Recorder(replays_root(out), on_problem, limit=replay_limit() if out is None else None)


def shown(plugins: Plugins, stream: MomentStream) -> MomentStream:
    """Pass a stream on, showing each Moment to the plugins; closing this closes the stream."""
    try:
        for moment in stream:
            plugins.emit(moment)
            yield moment
    finally:
        stream.close()


def describe(session: Session) -> About:
    """Return what a recording says about a session, with the brain that plays just now."""
    setup, agent = session.setup, session.agent
    parts = setup.parts()
    others = [(brain, measure) for brain, measure in session.measures.items() if brain != setup.brain]
    return About(
        game=setup.game,
        scenario=setup.scenario,
        protocol=setup.protocol,
        brain=setup.brain,
        fps=session.fps,
        action_names=session.action_names,
        versions=session.plugins.versions(setup.game, setup.brain, parts),
        weights_sha256=agent.card.weights_sha256 if agent.card else None,
        parts=dict(parts.items()),
        settings={section: dict(values) for section, values in setup.settings.items()},
        discount=session.measures[setup.brain].discount,
        unit=session.unit,
        others=dict(others[-MAX_OTHERS:]),
        observation_names=_few(observation_names(session.env)),
        counts=_few(counts(session.env)),
    )


def _few(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names, or none where there are more than the head of a recording should hold."""
    return names if len(names) <= MAX_NAMES and sum(map(len, names)) <= MAX_NAMES_LETTERS else ()
