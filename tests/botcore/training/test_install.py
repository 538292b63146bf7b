"""Where a trained model goes if there are others: each protocol has a place of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from botcore.card import Card
from botcore.models import Model, install_model, place, user_models
from botcore.plugins import Plugins, load_plugins
from botcore.setup import Setup, choose
from botcore.training.install import Outcome, put_in_place
from botcore.training.progress import Budget, Progress
from botcore.training.trainer import Run, Trained

WEIGHTS = {"w": np.zeros(1, np.float32)}


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "data"))


@pytest.fixture(scope="module", params=[True, False], ids=["beside those that ship", "alone"])
def plugins(request: pytest.FixtureRequest) -> Plugins:
    return load_plugins(disabled=[] if request.param else ["models"])


def breakout(plugins: Plugins, protocol: str) -> Setup:
    return choose(plugins, game="breakout", brain="nstep-dqn", protocol=protocol)


def there_is(plugins: Plugins, setup: Setup) -> Model:
    card = Card(setup, "", score={"kind": "botplay evaluate", "episodes": 10, "mean": 123.0})
    return install_model(user_models() / place(plugins, setup), WEIGHTS, card)


def ended(plugins: Plugins, setup: Setup, folder: Path, *, stopped: bool) -> Outcome:
    progress = Progress(Budget(steps=100))
    progress.steps, progress.episodes = 100, 1
    trained = Trained(WEIGHTS, progress, folder / "checkpoint", stopped)
    return put_in_place(plugins, Run(setup, Budget(steps=100), folder), trained, install=None)


@pytest.mark.parametrize("stopped", [True, False])
def test_a_model_of_another_protocol_is_neither_hidden_nor_in_the_way(
    plugins: Plugins, tmp_path: Path, stopped: bool
) -> None:
    usual = there_is(plugins, breakout(plugins, "v4"))
    outcome = ended(plugins, breakout(plugins, "v5"), tmp_path / "run", stopped=stopped)
    assert outcome.kept is None
    assert (outcome.hides, outcome.aside) == (None, None)
    assert outcome.model is not None
    assert outcome.model.folder == usual.folder.with_name("nstep-dqn@v5")


def test_one_of_the_same_protocol_is_in_the_way_of_one_that_was_stopped(
    plugins: Plugins, tmp_path: Path
) -> None:
    sticky = there_is(plugins, breakout(plugins, "v5"))
    outcome = ended(plugins, breakout(plugins, "v5"), tmp_path / "run", stopped=True)
    assert (
        outcome.kept
        == f"it was stopped, and there is a model already (score 123 in 10 episodes): {sticky.folder}"
    )
    outcome = ended(plugins, breakout(plugins, "v5"), tmp_path / "run", stopped=False)
    assert (outcome.hides, outcome.aside) == (None, tmp_path / "run" / "replaced")
