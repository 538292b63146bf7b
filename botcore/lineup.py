"""The brains that can play a session's game, to be changed in the middle of an episode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botcore.errors import BotplayError
from botcore.models import settle
from botcore.setup import choose

if TYPE_CHECKING:
    from botcore.agent import Agent
    from botcore.session import Session


class LineUp:
    """Brains in turn: those with a trained model for this game, and those that need none.

    Who was built once is kept, with what it learned meanwhile.
    """

    def __init__(self, session: Session) -> None:
        """Begin with the brain that plays."""
        self._session, self._plugins = session, session.plugins
        self._agents = {session.setup.brain: session.agent}

    def next(self) -> str:
        """Let the next brain go on; return what to tell: who plays on, or that nobody else can."""
        names = [brain.name for brain in self._plugins.brains().values() if "keyboard" not in brain.tags]
        now = self._session.setup.brain
        after = names.index(now) + 1 if now in names else 0
        for name in [*names[after:], *names[:after]]:
            agent = None if name == now else self._agent(name)
            if agent is not None:
                self._session.change_agent(agent)
                if self._session.human_action is not None:
                    return f"{name} looks on now, and plays on when you press T"
                return f"{name} plays on, remembering nothing"
        return f"no other brain has a trained model for {self._session.setup.title}"

    def _agent(self, name: str) -> Agent | None:
        """Return a brain ready to play, None if it cannot, or has yet to be trained."""
        if name in self._agents:
            return self._agents[name]
        played = self._session.setup
        try:
            chosen = choose(
                self._plugins,
                game=played.game,
                scenario=played.scenario,
                protocol=played.protocol,
                brain=name,
            )
            asked = chosen.override("game", **played.settings.get("game", {}))
            setup, model = settle(self._plugins, asked, None)
            if model is None and self._plugins.brain(name).trains:
                return None
            weights, card = (model.weights(), model.card) if model else (None, None)
            agent = self._session.prepare(setup, weights, card)
        except BotplayError:
            return None
        self._agents[name] = agent
        return agent
