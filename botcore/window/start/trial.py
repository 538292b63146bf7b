"""Whether brains can play a scenario whose name was typed: the game is opened once, in another process."""

from __future__ import annotations

import multiprocessing as mp
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

from botcore.child import begin_as_child, start_child
from botcore.errors import BotplayError
from botcore.window.start.catalogue import Play

if TYPE_CHECKING:
    from botcore.contracts.brain import Brain, Kind
    from botcore.contracts.game import Game
    from botcore.plugins import Plugins

LONGEST = 30.0
"""Seconds; a game that takes longer to open is not judged."""
MOST_WORDS = 300
"""Characters of a reason."""


@dataclass(frozen=True)
class Trial:
    """A process that tries a scenario, what it will tell us through, and when we stop listening."""

    process: BaseProcess
    answer: Connection
    end: float


class Trials:
    """Tries scenarios without being waited for. A game that breaks or hangs takes nothing down with it.

    Attributes:
        refused: why a brain cannot play, for those that cannot.
    """

    def __init__(self, body: Callable[[Connection, str, str], None] | None = None) -> None:
        """Run `body(answer, game, scenario)` for each; `try_scenario` if not given."""
        self.refused: dict[Play, str] = {}
        self._body = body or try_scenario
        self._running: dict[tuple[str, str], Trial] = {}

    def begin(self, game: str, scenario: str) -> None:
        """Try a scenario, also one that was tried before: something may have been installed since."""
        if (game, scenario) in self._running:
            return
        self.refused = {
            play: why for play, why in self.refused.items() if (play.game, play.scenario) != (game, scenario)
        }
        context = mp.get_context("spawn")
        answer, theirs = context.Pipe(duplex=False)
        process = context.Process(target=self._body, args=(theirs, game, scenario), daemon=True)
        try:
            start_child(process)
        except OSError:
            answer.close()
            return  # No room for another process: playing will tell.
        finally:
            theirs.close()
        self._running[game, scenario] = Trial(process, answer, time.monotonic() + LONGEST)

    def waiting(self, game: str, scenario: str) -> bool:
        """Whether a scenario is still being tried."""
        return (game, scenario) in self._running

    def look(self) -> bool:
        """Take in what has been found out; return whether a trial has ended."""
        ended = [
            (what, trial)
            for what, trial in self._running.items()
            if trial.answer.poll() or time.monotonic() > trial.end
        ]
        for what, trial in ended:
            del self._running[what]
            self.refused.update({Play(*what, brain): why for brain, why in _end(trial).items()})
        return bool(ended)

    def close(self) -> None:
        """End every trial."""
        for trial in self._running.values():
            _end(trial)
        self._running.clear()


def _end(trial: Trial) -> Mapping[str, str]:
    """End a process; return what it found, nothing where it did not get so far (playing will tell)."""
    found: Mapping[str, str] = {}
    with suppress(EOFError, OSError):
        if trial.answer.poll():
            found = trial.answer.recv()
    trial.answer.close()
    trial.process.kill()
    trial.process.join()
    trial.process.close()
    return found


def try_scenario(answer: Connection, game: str, scenario: str) -> None:
    """Send why brains cannot play a scenario, by their names; the body of a process."""
    begin_as_child()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    # Some games open a window of their own as soon as they can.
    os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"
    from botcore.plugins import load_plugins

    answer.send(refusals(load_plugins(), game, scenario))


def refusals(plugins: Plugins, name: str, scenario: str) -> dict[str, str]:
    """Return why brains cannot play a scenario, by their names; it is opened for that, and closed.

    Raises:
        BotplayError: there is no such game.
    """
    game = plugins.game(name)
    seen: dict[str, frozenset[Kind] | str] = {}
    found: dict[str, str] = {}
    for brain in plugins.brains().values():
        shown = _shown(plugins, game, scenario, brain, seen)
        if isinstance(shown, str):
            found[brain.name] = shown[:MOST_WORDS]
        elif not brain.reads(brain.eyes) & shown:
            reads = " or ".join(sorted(brain.reads(brain.eyes)))
            found[brain.name] = f"it reads {reads} observations, and this gives {' or '.join(sorted(shown))}"
    return found


def _shown(
    plugins: Plugins, game: Game, scenario: str, brain: Brain, seen: dict[str, frozenset[Kind] | str]
) -> frozenset[Kind] | str:
    """Return how the observations can be read with a brain's settings of the game, or why it does not open.

    `seen` keeps that by the settings, since most brains have the same. What a brain learns with is not
    looked at: that would load its network.
    """
    from botcore.discovery import one_line
    from botcore.environment import bins_of, kinds, open_env
    from botcore.setup import Setup, usual_settings

    setup = Setup(game.name, scenario, game.protocols[0], brain.name)
    settings = {"game": usual_settings(game, brain, setup).get("game", {})}
    key = repr(settings)
    if key not in seen:
        setup = replace(setup, settings=settings)
        try:
            env = open_env(plugins, setup, pictures=False)
            seen[key] = kinds(env.observation_space, bins_of(game, scenario, env.observation_space))
            env.close()
        except BaseException as error:  # whatever it is: nobody asks this process to end but by killing it
            seen[key] = str(error) if isinstance(error, BotplayError) else one_line(error)
    return seen[key]
