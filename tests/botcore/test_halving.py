"""Weights as float16: half the space, the same network but for rounding, scores marked as of before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from botcore import BotplayError, hookimpl
from botcore.card import Card
from botcore.cli.main import run
from botcore.halving import halve_model
from botcore.models import (
    CARD,
    WEIGHTS,
    Model,
    check_changeable,
    held,
    install_model,
    open_model,
    place,
    put_model,
    user_models,
)
from botcore.plugins import load_plugins
from botcore.session import Session
from botcore.setup import choose
from tests.botcore.cli.as_typed import botplay


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "data"))


@pytest.fixture
def model() -> Model:
    """A network nobody trained, with scores on two scenarios."""
    plugins = load_plugins()
    setup = choose(plugins, game="gym:CartPole-v1", brain="a3c")
    weights = Session(plugins, setup, pictures=False, seed=3).agent.learner.weights()
    score = {"kind": "botplay evaluate", "protocol": "default", "episodes": 100, "mean": 9.0}
    card = Card(setup, "", score=score, elsewhere=({"scenario": "other", **score},))
    return install_model(user_models() / place(plugins, setup), weights, card)


def test_it_takes_half_and_plays_the_same_network_but_for_rounding(model: Model) -> None:
    before, size = model.weights(), (model.folder / WEIGHTS).stat().st_size
    halved = halve_model(model)
    assert (model.folder / WEIGHTS).stat().st_size < 0.6 * size
    session = Session(load_plugins(), model.card.setup, weights=halved.weights(), pictures=False)
    for name, array in session.agent.learner.weights().items():
        assert array.dtype == before[name].dtype
        np.testing.assert_allclose(array, before[name], rtol=2**-11, atol=2**-25, err_msg=name)


def test_numbers_that_float16_cannot_hold_stay_as_they_are(tmp_path: Path, model: Model) -> None:
    weights = {
        "large": np.array([1e5, 1], np.float32),
        "exact": np.array([2**40 + 1], np.float64),
        "count": np.array([70_000]),
        "small": np.array([0.1], np.float32),
    }
    halved = halve_model(install_model(tmp_path / "m", weights, model.card)).weights()
    assert halved["small"].dtype == np.float16
    for name in weights.keys() - {"small"}:
        assert halved[name].dtype == weights[name].dtype
        np.testing.assert_array_equal(halved[name], weights[name])


def test_scores_say_that_they_are_of_the_weights_before(model: Model) -> None:
    card = halve_model(model).card
    assert card == open_model(model.folder / CARD).card
    for score in (card.score, *card.elsewhere):
        assert score["kind"] == "botplay evaluate, before its weights were halved"
        assert score["mean"] == 9.0
    assert card.plays("other")


def test_what_is_halved_is_not_halved_again(model: Model) -> None:
    halved = halve_model(model)
    with pytest.raises(BotplayError, match="holds no float32 that float16 could hold"):
        halve_model(halved)


def test_what_another_botplay_installed_meanwhile_is_not_lost(model: Model) -> None:
    """A training ends while the command waits, or loads: its weights are halved, not those from before."""
    newer = replace(model.card, command="newer")
    install_model(model.folder, {"w": np.full(3, 7, np.float32)}, newer)
    halved = halve_model(model)
    assert halved.card.command == open_model(model.folder).card.command == "newer"
    np.testing.assert_array_equal(halved.weights()["w"], np.full(3, 7, np.float16))


def test_it_waits_for_who_is_writing(model: Model) -> None:
    with ThreadPoolExecutor(1) as pool:
        with held(model.folder):
            halving = pool.submit(halve_model, model)
            with pytest.raises(TimeoutError):
                halving.result(timeout=0.3)
            put_model(model.folder, {"w": np.full(3, 7, np.float32)}, replace(model.card, command="newer"))
        assert halving.result().card.command == "newer"


def test_one_that_was_kept_keeps_its_name(model: Model) -> None:
    assert halve_model(replace(model, kept=True)).name == f"learned/{model.folder.name}"


class Ships:
    """A plugin with models."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @hookimpl
    def botplay_models(self) -> list[Path]:
        return [self.folder]


def test_a_model_that_ships_is_changed_by_its_folder_only(model: Model, tmp_path: Path) -> None:
    plugins = load_plugins(modules=[("ships", Ships(tmp_path / "there"))])
    shipped = install_model(tmp_path / "there" / model.name, model.weights(), model.card)
    for named in (None, Path(model.name)):
        check_changeable(plugins, model, named)
        with pytest.raises(BotplayError, match=f"{model.name} ships with botplay.*{tmp_path / 'there'}"):
            check_changeable(plugins, shipped, named)
    check_changeable(plugins, shipped, shipped.folder)
    check_changeable(plugins, shipped, shipped.folder / CARD)


def test_the_command_refuses_a_model_that_ships(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("botcore.halving.halve_model", lambda model: pytest.fail("it would be changed"))
    assert run(["models", "halve", "gym/CartPole-v1/dqn"]) == 2
    assert "gym/CartPole-v1/dqn ships with botplay, and stays as it is" in capsys.readouterr().err


def test_from_the_command_line_and_measured_again(model: Model, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    output, _ = botplay(tmp_path, "models", "halve", model.name)
    assert "its scores are of the weights before" in output
    game = ("--game", "gym:CartPole-v1", "--brain", "a3c")
    botplay(tmp_path, "evaluate", *game, "--episodes", "3", "--save")
    assert open_model(model.folder).card.score["kind"] == "botplay evaluate"
    _, errors = botplay(tmp_path, "models", "halve", "gym/CartPole-v1/a3d", code=2)
    assert "there is no model 'gym/CartPole-v1/a3d'" in errors
