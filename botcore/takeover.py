"""Going on from a moment of a replay, with another brain or a person. Both branches share their beginning."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from botcore.contracts.moment import Moment, MomentStream
from botcore.errors import BotplayError
from botcore.live import Live, describe, open_recorder, shown
from botcore.models import settle
from botcore.replay.format import Branch
from botcore.replay.resimulate import check_actions, difference, recorded_decisions, recorded_setup
from botcore.session import Session
from botcore.setup import Setup, choose

if TYPE_CHECKING:
    from botcore.plugins import Plugins
    from botcore.replay.reader import Replay


def open_takeover(
    plugins: Plugins,
    replay: Replay,
    brain: str,
    frame: int,
    *,
    model: Path | None = None,
    episodes: int | None = None,
    lead: int = 0,
    out: Path | None = None,
    on_problem: Callable[[str], None] = lambda text: None,
    on_way: Callable[[int], None] = lambda frame: None,
) -> Live:
    """Bring the game to a moment of a replay and let `brain` go on from there.

    The game is played again from the replay's seed with its decisions, while the brain watches, so that its
    memory has seen everything. All of it is recorded: the new replay names its parent and the frame at which
    it left.

    Args:
        frame: of the moment after which `brain` decides.
        model: a trained model; None: the installed one for this game and brain, else fresh weights.
        episodes: how many, the first being the one that is gone on with; None: until the consumer stops.
        lead: so many frames before the moment the stream begins; what is earlier has been played then.
        out: folder for the new replay; None: the user's.
        on_problem: told, in a line, what a recorder has to say.
        on_way: told each frame to which the game has been brought, at least 0; what it raises ends it all.

    Raises:
        BotplayError: the game cannot be played again up to there, or the brain cannot play it.
    """
    header, index = replay.header, replay.step_at(frame)
    _check_moment(replay, frame, index)
    decisions = recorded_decisions(replay, index)
    setup = _same_game(recorded_setup(plugins, header.about, brain), _chosen(plugins, replay, brain))
    setup, found = settle(plugins, setup, model)
    setup = _same_game(recorded_setup(plugins, header.about, brain), setup)
    recorder = open_recorder(out, on_problem)
    weights, card = (found.weights(), found.card) if found else (None, None)
    session = Session(plugins, setup, weights=weights, card=card, seed=header.seed)
    try:
        check_actions(header.about, session.action_names)
        session.follow(decisions, header.about.measures)
        branch = Branch(replay.id, replay.lines[index].moment.frame)
        stream = recorder.record(
            _checked(session.moments(episodes), replay, index), lambda: describe(session), branch
        )
        live = Live(session, shown(plugins, stream), recorder, found)
        _play_up_to(live, branch.frame - lead, on_way)
        recorder.catch_up()
    except BaseException:
        session.close()
        raise
    return live


def _check_moment(replay: Replay, frame: int, index: int) -> None:
    about = replay.header.about
    replay.check_within(frame, "take over")
    if replay.lines[index].moment.last:
        over = replay.lines[index - 1].moment.frame / about.fps if index else 0.0
        raise BotplayError(f"the episode is over there; take over before {over:.1f} seconds (--from)")


def _chosen(plugins: Plugins, replay: Replay, brain: str) -> Setup:
    about = replay.header.about
    return choose(plugins, game=about.game, brain=brain, scenario=about.scenario, protocol=about.protocol)


def _same_game(recorded: Setup, setup: Setup) -> Setup:
    """Return `setup` with the game's options as they were recorded, whatever a preset or a model says."""
    return replace(setup, settings={**setup.settings, "game": recorded.settings["game"]})


def _checked(moments: Iterable[Moment], replay: Replay, index: int) -> MomentStream:
    """Pass Moments on as long as the first ones, up to `index`, are those of the recording."""
    for number, moment in enumerate(moments):
        again = number <= index and moment.step == number  # and not begun anew by a person
        parting = difference(replay.lines[number], moment) if again else None
        if parting is not None:
            seconds = parting.frame / replay.header.about.fps
            raise BotplayError(
                f"the game cannot be brought there: played again it is not the recording from "
                f"{seconds:.1f} seconds on ({' and '.join(parting.what)})"
                f"{'; take over earlier (--from)' if parting.step else ''}"
            )
        if again:  # the reward as who decided is fed it, not who takes over
            recorded = replay.lines[number].moment
            moment = replace(moment, fed=recorded.fed, return_ends=recorded.return_ends)
        yield moment


def _play_up_to(live: Live, frame: int, on_way: Callable[[int], None]) -> None:
    """Let everything before a frame pass. What was recorded for nothing is removed again."""
    try:
        if frame <= 0:
            on_way(0)  # opening it may have taken a while
            return
        for moment in live.moments:
            if moment.frame >= frame:
                break
            on_way(moment.frame)
    except BaseException:  # Ctrl-C too
        live.moments.close()  # nothing is written there from now on
        if live.recorder is not None and live.recorder.folder is not None:
            shutil.rmtree(live.recorder.folder, ignore_errors=True)
        raise
