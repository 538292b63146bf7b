"""What there is to choose from: games, the brains that fit them, replays. Opens no game."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from botcore.card import Card
from botcore.contracts.brain import Brain
from botcore.contracts.game import Game, Scenario
from botcore.ending import ASKED
from botcore.models import Model, installed_models
from botcore.plugins import Plugins
from botcore.replay.library import ReplaySummary
from botcore.scores import score_on, spell_score


class Standing(Enum):
    """How well a brain is prepared for a scenario."""

    TRAINED = "trained"
    READY = "needs no training"
    FRESH = "not trained yet"


@dataclass(frozen=True)
class BrainChoice:
    """A brain that may play.

    Attributes:
        standing: whether there is a trained model for this scenario.
        facts: its score, or what happens without a model; one line.
    """

    brain: Brain
    standing: Standing
    facts: str


@dataclass(frozen=True)
class Play:
    """Somebody chose to play."""

    game: str
    scenario: str
    brain: str


@dataclass(frozen=True)
class Watch:
    """Somebody chose a replay, or those of one round, which are shown side by side: their folders."""

    replays: tuple[Path, ...]


@dataclass(frozen=True)
class Catalogue:
    """Everything that can be chosen.

    Attributes:
        games: in the order in which plugins give them.
        brains: likewise.
        cards: cards of the trained models, the user's own first.
        replays: newest first; each holds one replay, or those that were played side by side.
    """

    games: Sequence[Game]
    brains: Sequence[Brain]
    cards: Sequence[Card] = ()
    replays: Sequence[tuple[ReplaySummary, ...]] = ()
    _scenarios: dict[str, Sequence[Scenario]] = field(default_factory=dict)

    def scenarios(self, game: Game) -> Sequence[Scenario]:
        """Return a game's scenarios, those with a trained model first; none where listing them fails."""
        found = self._scenarios.get(game.name)
        if found is None:
            try:
                listed = list(game.all_scenarios())
            except ASKED:
                raise
            except BaseException:
                listed = []  # A plugin's code. Playing it will say what is wrong.
            listed.sort(key=lambda scenario: not self.trained(game, scenario.name))
            found = self._scenarios[game.name] = listed
        return found

    def trained(self, game: Game, scenario: str) -> list[str]:
        """Return the names of the brains that have a trained model here."""
        names = [c.setup.brain for c in self.cards if c.setup.game == game.name and c.plays(scenario)]
        return list(dict.fromkeys(names))

    def choices(self, game: Game, scenario: str) -> list[BrainChoice]:
        """Return the brains that can read the game: trained ones first, then those that need no training."""
        fitting = [b for b in self.brains if game.kinds is None or b.reads(b.eyes) & game.kinds]
        found = [self._choice(game, scenario, brain) for brain in fitting]
        order = list(Standing)
        return sorted(found, key=lambda choice: order.index(choice.standing))

    def _choice(self, game: Game, scenario: str, brain: Brain) -> BrainChoice:
        card = self._card(game, scenario, brain)
        if card is not None:
            return BrainChoice(brain, Standing.TRAINED, spell_score(score_on(card, scenario, game)))
        if not brain.trains:
            return BrainChoice(brain, Standing.READY, "")
        return BrainChoice(brain, Standing.FRESH, "plays with fresh weights; L lets it learn while you watch")

    def _card(self, game: Game, scenario: str, brain: Brain) -> Card | None:
        """Return the card of the model that would play, as `find_model` chooses it."""
        pair = (game.name, brain.name)
        cards = [card for card in self.cards if (card.setup.game, card.setup.brain) == pair]
        own = (card for card in cards if card.setup.scenario == scenario)
        return next(own, next((card for card in cards if card.plays(scenario)), None))


def make_catalogue(plugins: Plugins, replays: Sequence[ReplaySummary] = ()) -> Catalogue:
    """Look through what is installed; a broken model is left out (`botplay models` says what is wrong)."""
    models = [model for model in installed_models(plugins) if isinstance(model, Model)]
    models.sort(key=lambda model: model.apart)  # it begins games under their usual protocol
    cards = [model.card for model in models]
    games, brains = list(plugins.games().values()), list(plugins.brains().values())
    return Catalogue(games, brains, cards, rounds(replays))


def rounds(replays: Sequence[ReplaySummary]) -> list[tuple[ReplaySummary, ...]]:
    """Put those together that were played side by side, in the order in which they began."""
    found: dict[object, list[ReplaySummary]] = {}
    for replay in replays:
        key = replay.id if replay.group is None else (replay.group, replay.episode)
        found.setdefault(key, []).insert(0, replay)
    return [tuple(together) for together in found.values()]
