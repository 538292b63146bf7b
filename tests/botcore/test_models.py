"""Trained models on disk: installed, found, checked, and refused when something is wrong with them."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from botcore import BotplayError, hookimpl
from botcore.card import Card
from botcore.models import (
    CARD,
    WEIGHTS,
    Model,
    called_model,
    find_model,
    install_model,
    list_models,
    open_model,
    place,
    remove_model,
    settle,
    user_models,
    write_card,
)
from botcore.plugins import Plugins, load_plugins
from botcore.session import Session
from botcore.setup import Setup, choose, read_preset
from botcore.training.history import History, Point
from botcore.training.install import put_aside
from botcore.training.progress import Budget, Progress
from botcore.training.trainer import Run, train


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "data"))


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins(disabled=["models"])  # whatever ships


def chosen(plugins: Plugins, *assignments: str, game: str = "gym:CartPole-v1", brain: str = "a3c") -> Setup:
    return choose(plugins, game=game, brain=brain, assignments=assignments)


def install(setup: Setup, folder: Path | None = None) -> Path:
    card = Card(setup, "", seed=3, steps=10, score={"mean": 1.5}, curve=((10, 0.1, 1.5),))
    weights = {"w": np.arange(4, dtype=np.float32)}
    where = folder or user_models() / place(load_plugins(disabled=["models"]), setup)
    return install_model(where, weights, card).folder


def test_an_installed_model_is_found_and_its_card_and_weights_come_back(plugins: Plugins) -> None:
    setup = chosen(plugins, "learner.gamma=0.5")
    assert find_model(plugins, setup) is None
    folder = install(setup)
    found = find_model(plugins, setup)
    assert found is not None
    assert found.folder == folder
    assert found.card.setup == setup
    assert (found.card.seed, found.card.steps, found.card.score["mean"]) == (3, 10, 1.5)
    assert found.card.curve == ((10.0, 0.1, 1.5),)
    assert found.weights()["w"].tolist() == [0, 1, 2, 3]
    assert open_model(folder / WEIGHTS).card == open_model(folder / CARD).card == found.card


def test_the_settings_of_the_card_are_what_is_played(plugins: Plugins) -> None:
    install(chosen(plugins, "memory.size=7", "learner.gamma=0.5"))
    settled, model = settle(plugins, chosen(plugins, "learner.acting=greedy"), None)
    assert model is not None
    assert settled.settings["memory"]["size"] == "7", "the network is the trained one"
    assert settled.settings["learner"]["acting"] == "greedy", "and what was asked for now counts too"
    assert settled.settings["learner"]["gamma"] == "0.5", "but not what a preset says today"
    preset = read_preset(plugins.brain("a3c"), "gym", "CartPole-v1")["learner"]["learning_rate"]
    install(chosen(plugins, "learner.learning_rate=0.5"))
    settled, _ = settle(plugins, chosen(plugins), None)
    assert settled.settings["learner"]["learning_rate"] == "0.5" != str(preset)


def test_a_model_from_a_large_machine_goes_on_learning_on_a_small_one(plugins: Plugins) -> None:
    large = ("training.device=cuda", "training.agents=16", "training.precision=bfloat16", "training.copies=3")
    install(chosen(plugins, *large, "training.idle_limit=50"))
    settled, _ = settle(plugins, chosen(plugins), None)
    usual, training = chosen(plugins).training(), settled.training()
    assert (training.copies, training.idle_limit) == (3, 50), "what is learned from is the card's"
    assert (training.device, training.precision) == ("cpu", "auto")
    assert (training.agents, training.threads) == (usual.agents, usual.threads)
    settled, _ = settle(plugins, chosen(plugins, "training.agents=2"), None)
    assert settled.training().agents == 2


def test_a_bonus_asked_for_now_leaves_the_other_bonuses_of_the_card(plugins: Plugins) -> None:
    install(chosen(plugins, "reward.bonuses.kills=3", "reward.bonuses.hits=2"))
    settled, _ = settle(plugins, chosen(plugins, "reward.bonuses.hits=1"), None)
    assert settled.reward_rule(plugins.game("gym")).bonuses == {"kills": 3.0, "hits": 1.0}


def test_what_was_asked_for_counts_though_a_preset_says_the_same(plugins: Plugins, tmp_path: Path) -> None:
    install(chosen(plugins, "learner.exploration=softmax", "learner.batch=32", brain="dqn"))
    preset = read_preset(plugins.brain("dqn"), "gym", "CartPole-v1")["learner"]
    assert preset["exploration"] == "epsilon"
    settled, _ = settle(plugins, chosen(plugins, "learner.exploration=epsilon", brain="dqn"), None)
    assert settled.settings["learner"]["exploration"] == "epsilon"
    assert settled.settings["learner"]["batch"] == "32"
    (tmp_path / "mine.toml").write_text(f"[learner]\nbatch = {preset['batch']}\n")
    asked = choose(plugins, game="gym:CartPole-v1", brain="dqn", settings_file=tmp_path / "mine.toml")
    settled, _ = settle(plugins, asked, None)
    assert settled.settings["learner"]["batch"] == preset["batch"]


def test_a_part_of_another_make_starts_fresh_and_is_refused_for_a_model_that_was_named(
    plugins: Plugins,
) -> None:
    folder = install(chosen(plugins, "memory.size=7"))
    assert settle(plugins, chosen(plugins, "memory.size=7"), None)[1] is not None
    other = chosen(plugins, "memory.size=9")
    assert settle(plugins, other, None) == (other, None)
    with pytest.raises(BotplayError, match=r"was not trained with memory\.size=9"):
        settle(plugins, other, folder)


def test_what_a_scenario_wants_today_does_not_change_how_a_trained_model_plays(plugins: Plugins) -> None:
    setup = chosen(plugins, game="doom/deadly_corridor")
    assert setup.settings["game"] == {"frame_skip": 2}
    install(replace(setup, settings={**setup.settings, "game": {}}))
    settled, _ = settle(plugins, setup, None)
    assert settled.game_options(plugins.game("doom")).frame_skip == 4, "trained before there was a wish"
    settled, _ = settle(plugins, chosen(plugins, "game.frame_skip=3", game="doom/deadly_corridor"), None)
    assert settled.game_options(plugins.game("doom")).frame_skip == 3, "but a person's wish counts"


def test_other_parts_than_the_trained_ones_start_fresh(plugins: Plugins) -> None:
    install(chosen(plugins))
    other = choose(plugins, game="gym:CartPole-v1", brain="a3c", memory="none")
    assert settle(plugins, other, None) == (other, None)


def test_a_model_of_other_parts_plays_where_none_are_asked_for(plugins: Plugins) -> None:
    trained = choose(plugins, game="gym:CartPole-v1", brain="a3c", memory="none")
    folder = install(trained)
    settled, found = settle(plugins, chosen(plugins), None)
    assert found is not None
    assert (found.folder, settled.memory) == (folder, None)
    other = replace(trained, neurons=None)
    assert settle(plugins, other, None) == (other, None)
    usual = choose(plugins, game="gym:CartPole-v1", brain="a3c", memory="lstm")
    assert settle(plugins, usual, None) == (usual, None), "named, though it is the usual one"


def test_a_model_for_another_game_or_brain_is_refused(plugins: Plugins) -> None:
    folder = install(chosen(plugins))
    with pytest.raises(BotplayError, match="was trained for gym with a3c, not for car with a3c"):
        settle(plugins, chosen(plugins, game="car"), folder)


def test_a_model_is_offered_where_it_was_measured(plugins: Plugins) -> None:
    setup = choose(plugins, game="car/city", brain="dqn")
    folder = install(setup)
    ring = choose(plugins, game="car/ring", brain="dqn")
    assert find_model(plugins, ring) is None, "it was never measured there"
    first = {"protocol": "default", "mean": 1.0}
    card = open_model(folder).card.with_score("ring", first).with_score("ring", {**first, "mean": 2.0})
    card = card.with_score("city", {**first, "mean": 3.0})
    write_card(folder / CARD, card)
    found = find_model(plugins, ring)
    assert found is not None
    assert found.folder == folder
    assert found.card.elsewhere == ({"scenario": "ring", "protocol": "default", "mean": 2.0},)
    assert found.card.score["mean"] == 3.0
    settled, _ = settle(plugins, ring, None)
    assert (settled.scenario, settled.game) == ("ring", "car")


def test_a_model_is_found_by_its_name_and_a_folder_of_that_name_comes_first(
    plugins: Plugins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = install(chosen(plugins))
    name = Path(open_model(folder).name)
    wild = replace(chosen(plugins), scenario="wild-7")
    settled, found = settle(plugins, wild, name)
    assert found is not None
    assert found.folder == folder
    assert settled.scenario == "wild-7"
    monkeypatch.chdir(tmp_path)
    shutil.copytree(folder, name)
    assert called_model(plugins, name).folder == name
    with pytest.raises(BotplayError, match="is no trained model"):
        called_model(plugins, Path("car/city/nobody"))


def test_a_model_is_found_by_the_beginning_of_its_name_where_no_other_begins_so(plugins: Plugins) -> None:
    folder = install(chosen(plugins))
    name = open_model(folder).name
    assert called_model(plugins, Path(name[:-1])).folder == folder
    other = open_model(install(replace(chosen(plugins), scenario="wild-7"))).name
    with pytest.raises(BotplayError, match=f"'gym' is the beginning of 2 models: {name}, {other}$"):
        called_model(plugins, Path("gym"))
    assert called_model(plugins, Path(name)).folder == folder


def test_a_scenario_cannot_lead_out_of_the_folder(plugins: Plugins) -> None:
    setup = Setup("gym", "../../../etc", "v", "a3c")
    assert len(place(plugins, setup).parts) == 3
    assert ".." not in place(plugins, setup).parts


def test_damage_is_told_in_a_line(plugins: Plugins, tmp_path: Path) -> None:
    folder = install(chosen(plugins))
    (folder / WEIGHTS).write_bytes(b"not weights")
    with pytest.raises(
        BotplayError, match=r"not the file its card describes: .* \(botplay models remove .* takes it away\)"
    ):
        open_model(folder).weights()
    (folder / WEIGHTS).unlink()
    with pytest.raises(BotplayError, match="cannot read"):
        open_model(folder).weights()
    with pytest.raises(BotplayError, match="is no trained model"):
        open_model(tmp_path / "nowhere")
    [(where, reason)] = [m for m in list_models(plugins) if isinstance(m, tuple)] or [(folder, "listed")]
    assert where == folder
    assert reason


def test_a_weights_file_that_is_none_is_told_even_when_its_hash_fits(plugins: Plugins) -> None:
    import hashlib

    folder = install(chosen(plugins))
    for content in (b"", b"\xff" * 64, b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "):
        (folder / WEIGHTS).write_bytes(content)
        data = json.loads((folder / CARD).read_text())
        data["weights_sha256"] = hashlib.sha256(content).hexdigest()
        (folder / CARD).write_text(json.dumps(data))
        if content.endswith(b" "):
            assert open_model(folder).weights() == {}
            continue
        with pytest.raises(BotplayError, match="not a weights file"):
            open_model(folder).weights()


def test_a_newer_format_is_told(plugins: Plugins) -> None:
    folder = install(chosen(plugins))
    data = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps({**data, "format": 99}))
    with pytest.raises(BotplayError, match="card format 99"):
        open_model(folder)
    assert any(isinstance(m, tuple) and "99" in m[1] for m in list_models(plugins))


@given(
    st.binary(max_size=200)
    | st.text(max_size=80).map(lambda t: json.dumps({"format": 1, "setup": t}).encode())
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_card_holds_the_answer_is_a_clear_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CARD).write_bytes(content)
    with pytest.raises(BotplayError, match=r"not a model card|in this file|card format"):
        open_model(tmp_path)


def test_a_folder_that_cannot_be_written_is_told(plugins: Plugins, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(BotplayError, match="cannot write the model"):
        install(chosen(plugins), blocked / "below")


@pytest.mark.parametrize(
    "changes",
    [
        '"steps": 1e999',
        '"steps": -1',
        f'"minutes": {"9" * 400}',
        '"minutes": NaN',
        '"score": {"kind": ["x"]}',
        '"score": {"seeds": 5}',
        '"elsewhere": [7]',
        '"curve": [[0, NaN, 1], [1, 1, 1]]',
        '"curve": [[0, 1e999, 1]]',
        '"curve": 3',
        r'"command": "\u001b]0;owned\u0007\nfake: line"',
        r'"versions": {"torch": "\u001b[2J"}',
    ],
)
def test_a_card_of_nonsense_breaks_only_itself(plugins: Plugins, changes: str) -> None:
    sound, broken = install(chosen(plugins)), install(chosen(plugins, brain="dqn"))
    text = (broken / CARD).read_text().rstrip().removesuffix("}")
    (broken / CARD).write_text(f"{text}, {changes}}}")
    with pytest.raises(BotplayError, match="is not a model card"):
        open_model(broken)
    found = list(list_models(plugins))
    assert [model.folder for model in found if isinstance(model, Model)] == [sound]
    assert [model[0] for model in found if isinstance(model, tuple)] == [broken]


def test_models_that_are_installed_at_once_are_not_mixed(plugins: Plugins, tmp_path: Path) -> None:
    card = Card(chosen(plugins), "")

    def install_often(number: int) -> None:
        for _ in range(100):
            install_model(tmp_path, {"w": np.full(1000, number, np.float32)}, card)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(install_often, range(4)))
    assert len(set(open_model(tmp_path).weights()["w"])) == 1


def test_a_card_without_its_format_says_so(plugins: Plugins) -> None:
    folder = install(chosen(plugins))
    (folder / CARD).write_text("{}")
    with pytest.raises(BotplayError, match=r"card\.json is not a model card: it has no 'format'"):
        open_model(folder)


def test_weights_that_never_end_are_not_read(plugins: Plugins) -> None:
    folder = install(chosen(plugins))
    (folder / WEIGHTS).unlink()
    (folder / WEIGHTS).symlink_to("/dev/zero")
    with pytest.raises(BotplayError, match="is not a plain file"):
        open_model(folder).weights()


def test_a_score_that_is_no_number_leaves_a_card_that_can_be_read(plugins: Plugins) -> None:
    setup = chosen(plugins)
    curve = ((1, 0.1, math.nan), (2, 0.2, 3), (3, 0.3, 1e300))
    card = Card(setup, "", score={"mean": math.nan, "sd": math.inf, "max": 1e300}, curve=curve)
    folder = install_model(user_models() / place(plugins, setup), {"w": np.zeros(1, np.float32)}, card).folder
    again = open_model(folder).card
    assert again.score == {"mean": None, "sd": None, "max": None}
    assert again.curve == ((2.0, 0.2, 3.0),)


def test_each_protocol_may_have_a_model_of_its_own(plugins: Plugins) -> None:
    def breakout(protocol: str) -> Setup:
        return choose(plugins, game="breakout", brain="a3c", protocol=protocol)

    def plays(protocol: str) -> Path | None:
        model = find_model(plugins, breakout(protocol))
        return model and model.folder

    sticky = install(breakout("v5"))
    assert sticky.name == "a3c@v5"
    assert plays("v5") == plays("v4") == sticky, "better than fresh weights"
    usual = install(breakout("v4"))
    assert (plays("v5"), plays("v4")) == (sticky, usual)
    names = [model.name for model in list_models(plugins) if isinstance(model, Model)]
    assert names == ["breakout/breakout/a3c", "breakout/breakout/a3c@v5"]
    assert called_model(plugins, Path("breakout/breakout/a3c@v5")).folder == sticky
    assert Model(usual, open_model(sticky).card).name == "breakout/breakout/a3c", "it lies where all once did"
    (sticky / CARD).write_text("{}")
    with pytest.raises(BotplayError, match="botplay models remove breakout/breakout/a3c@v5 takes it away"):
        plays("v5")
    remove_model(sticky)
    assert plays("v5") == plays("v4") == usual


@pytest.mark.parametrize(
    ("named", "asked", "played"), [("a3c@v5", None, "v5"), ("a3c@v5", "v4", "v4"), (None, None, "v4")]
)
def test_a_named_model_plays_its_own_protocol_unless_another_is_asked_for(
    plugins: Plugins, named: str | None, asked: str | None, played: str
) -> None:
    install(choose(plugins, game="breakout", brain="a3c", protocol="v5"))
    setup = choose(plugins, game="breakout", brain="a3c", protocol=asked)
    settled, model = settle(plugins, setup, Path(f"breakout/breakout/{named}") if named else None)
    assert model is not None, "where no other is, it plays v4 too"
    assert settled.protocol == played


def test_a_name_too_long_for_a_file_has_a_place_of_its_own(plugins: Plugins) -> None:
    maps = [f"FrozenLake-v1?desc={'F' * 400}{letter}" for letter in "GH"]
    found = [place(plugins, chosen(plugins, game=f"gym:{name}", brain="qlearning")) for name in maps]
    assert found[0] != found[1]
    assert max(len(part) for path in found for part in path.parts) < 255
    folder = install(chosen(plugins, game=f"gym:{maps[0]}", brain="qlearning"))
    model = find_model(plugins, chosen(plugins, game=f"gym:{maps[0]}", brain="qlearning"))
    assert model is not None
    assert model.folder == folder
    assert find_model(plugins, chosen(plugins, game=f"gym:{maps[1]}", brain="qlearning")) is None


def test_a_card_cannot_ask_for_a_network_that_its_weights_do_not_fill(plugins: Plugins) -> None:
    setup = chosen(plugins, "neurons.layers=30000,30000", brain="dqn")
    folder = install(setup)
    settled, model = settle(plugins, setup, folder)
    assert model is not None
    with pytest.raises(BotplayError, match="far larger than the 4 weights"):
        Session(plugins, settled, weights=model.weights(), pictures=False)
    run = Run(settled, Budget(steps=10), folder, weights=model.weights())
    with pytest.raises(BotplayError, match="far larger than the 4 weights"):
        train(plugins, run)


def test_whatever_a_run_replaces_is_kept(plugins: Plugins, tmp_path: Path) -> None:
    setup = chosen(plugins)
    run = Run(setup, Budget(steps=10), tmp_path / "run")
    progress = Progress(Budget(steps=10), curve=[(5, 0.1, 1.0), (10, 0.2, 2.0)])
    assert put_aside(plugins, run, progress) is None, "there is nothing to replace"
    for name, size in (("replaced", 1), ("replaced-2", 2)):
        weights = {"w": np.zeros(size, np.float32)}
        install_model(user_models() / place(plugins, setup), weights, Card(setup, ""))
        aside = put_aside(plugins, run, progress)
        assert aside == tmp_path / "run" / name
        assert open_model(aside).weights()["w"].size == size


@pytest.mark.parametrize(
    ("before", "there", "kept"),
    [
        ((), ((5, 0.1, 1.0),), False),
        ((), ((5, 0.1, 1.5),), True),  # of the same command, given twice
        ((), (), True),
        (((7, 0.1, 3.0),), ((7, 0.1, 3.0), (12, 0.2, 1.0)), False),
        (((7, 0.1, 3.0),), ((7, 0.1, 3.0),), True),  # what the run began from
    ],
)
def test_only_an_earlier_state_of_the_run_itself_is_replaced_without_a_copy(
    plugins: Plugins, tmp_path: Path, before: tuple[Point, ...], there: tuple[Point, ...], kept: bool
) -> None:
    setup, command = chosen(plugins), "botplay train"
    history = History(steps=7 * len(before), minutes=0.1 * len(before), curve=before, commands=(command,))
    run = Run(setup, Budget(steps=10), tmp_path / "run", history=history)
    card = Card(setup, "", curve=there, command=command)
    install_model(user_models() / place(plugins, setup), {"w": np.zeros(1, np.float32)}, card)
    progress = Progress(Budget(steps=10), curve=[(5, 0.1, 1.0), (10, 0.2, 2.0)])
    assert (put_aside(plugins, run, progress) is not None) == kept


def test_a_broken_model_elsewhere_is_passed_over_and_the_pairs_own_is_told(plugins: Plugins) -> None:
    ring, city = (chosen(plugins, game=f"car/{name}", brain="qlearning") for name in ("ring", "city"))
    folder = install(ring)
    (folder / CARD).write_text('{"format": 99}')
    assert find_model(plugins, city) is None
    with pytest.raises(BotplayError, match="botplay models remove car/ring/qlearning takes it away"):
        find_model(plugins, ring)


def test_a_broken_model_that_ships_is_told_without_a_command_that_is_refused(tmp_path: Path) -> None:
    class Ships:
        @hookimpl
        def botplay_models(self) -> Iterable[Path]:
            yield tmp_path / "shipped"

    plugins = load_plugins(disabled=["models"], modules=[("ships", Ships())])
    setup = chosen(plugins, game="car/ring", brain="qlearning")
    folder = install(setup, tmp_path / "shipped" / place(plugins, setup))
    (folder / CARD).write_text('{"format": 99}')
    with pytest.raises(BotplayError) as told:
        find_model(plugins, setup)
    assert str(folder) in str(told.value)
    assert "models remove" not in str(told.value)
