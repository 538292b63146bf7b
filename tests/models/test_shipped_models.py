"""The models that ship: each plays as its card says, and is small."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

import botplay_models
from botcore.evaluation import evaluate
from botcore.every_setting import in_full
from botcore.models import CARD, WEIGHTS, find_model, open_model, place, settle
from botcore.plugins import Plugins, load_plugins
from botcore.seeds import parse_seeds
from botcore.setup import choose
from botcore.versions import versions

SHIPPED = Path(botplay_models.__file__).parent
FOLDERS = sorted(card.parent.relative_to(SHIPPED) for card in SHIPPED.glob(f"*/*/*/{CARD}"))
BUDGET = 6_000  # steps to play; at least three episodes
MOST = {"gym": 100}  # episodes: those of the small games take no time, and say little one by one
LARGEST = 10_000_000  # bytes


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins()


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "data"))


def test_the_ladder_has_a_model_on_every_rung() -> None:
    brains = {folder.name for folder in FOLDERS}
    assert brains >= {"qlearning", "dqn", "a3c"}


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_a_shipped_model_is_found_by_its_names_is_small_and_says_how_it_is_set(
    plugins: Plugins, folder: Path
) -> None:
    model = open_model(SHIPPED / folder)
    own = model.card.setup
    assert place(plugins, own) == folder
    chosen = choose(plugins, game=own.game, scenario=own.scenario, protocol=own.protocol, brain=own.brain)
    found = find_model(plugins, chosen)
    assert found is not None
    assert found.folder == SHIPPED / folder
    assert (SHIPPED / folder / WEIGHTS).stat().st_size < LARGEST
    assert json.loads(json.dumps(in_full(plugins, own).to_json())) == own.to_json()


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_what_the_preset_trains_acts_as_the_shipped_model_does(plugins: Plugins, folder: Path) -> None:
    """But for Atari's a3c, which plays more sharply and forgets: of no use to what the preset comes to."""
    own = open_model(SHIPPED / folder).card.setup
    fresh = in_full(plugins, choose(plugins, game=own.game, scenario=own.scenario, brain=own.brain))
    of_playing = ["acting", "acting_epsilon"]
    if own.brain != "a3c" or own.game not in ("atari", "breakout"):
        of_playing += ["acting_temperature", "forget_after", "forget"]
    for name in of_playing:
        assert fresh.settings["learner"].get(name) == own.settings["learner"].get(name), name


@pytest.mark.timeout(1200)  # the longest games take a minute each where the machine does other things too
@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_a_shipped_model_plays_as_its_card_says(plugins: Plugins, folder: Path) -> None:
    model = open_model(SHIPPED / folder)
    score = model.card.score
    kinds = {one["kind"] for one in (score, *model.card.elsewhere)}
    assert kinds == {"botplay evaluate"}, "each was measured, with these very weights"
    assert score["episodes"] >= 100
    most = MOST.get(model.card.setup.game, 10)
    episodes = min(most, max(3, BUDGET * score["episodes"] // score["steps"]))
    setup, _ = settle(plugins, model.card.setup, SHIPPED / folder)
    seeds = parse_seeds(score["seeds"])[:episodes]
    result = evaluate(plugins, setup, seeds, weights=model.weights())
    if score["versions"] == versions():
        assert list(result.scores) == score["scores"][:episodes], "the same machine plays the same episodes"
    # Another processor rounds otherwise, and a choice among thousands may tip: within four standard errors.
    assert result.mean == pytest.approx(score["mean"], abs=1e-6 + 4 * score["sd"] / math.sqrt(episodes))
    own = model.card.setup
    chance = choose(plugins, game=own.game, scenario=own.scenario, protocol=own.protocol, brain="random")
    by_chance = evaluate(plugins, chance.override("game", **setup.settings.get("game", {})), seeds[:10])
    assert result.mean > by_chance.mean, "where scores scatter, chance lies within four errors too"
