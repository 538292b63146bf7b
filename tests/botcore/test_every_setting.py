"""`botplay settings`: what it prints is a settings file that changes nothing."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from botcore.cli.main import botplay
from botcore.every_setting import as_settings_file, every_setting, in_full, toml
from botcore.plugins import Plugins, load_plugins
from botcore.settings import describe
from botcore.setup import Setup, choose
from botplay_dqn.settings import NStepDQNSettings

PAIRS = [
    ("doom", "a3c"),
    ("doom", "nstep-dqn"),
    ("doom/basic", "human"),
    ("breakout", "a3c"),
    ("car", "dqn"),
    ("car", "qlearning"),
    ("gym:CartPole-v1", "dqn"),
    ("atari/pong", "random"),
]


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins()


@pytest.mark.parametrize(("game", "brain"), PAIRS)
def test_what_it_prints_is_a_settings_file_that_changes_nothing(
    plugins: Plugins, tmp_path: Path, game: str, brain: str
) -> None:
    setup = choose(plugins, game=game, brain=brain)
    file = tmp_path / "mine.toml"
    file.write_text(as_settings_file(plugins, setup), "utf-8")
    again = choose(plugins, game=game, brain=brain, settings_file=file)
    assert every_setting(plugins, again) == every_setting(plugins, setup)
    written = tomllib.loads(file.read_text("utf-8"))
    listed = {(one.section, one.name) for one in every_setting(plugins, setup)}
    assert {(section, name) for section, values in written.items() for name in values} == listed


@pytest.mark.parametrize(("game", "brain"), PAIRS)
def test_a_card_has_every_setting_of_rule_and_parts_and_no_more_than_was_said_of_the_rest(
    plugins: Plugins, game: str, brain: str
) -> None:
    setup = choose(plugins, game=game, brain=brain)
    full = in_full(plugins, setup)
    written = Setup.from_json(json.loads(json.dumps(full.to_json())))
    assert every_setting(plugins, written) == every_setting(plugins, setup)
    said = {name: set(values) for name, values in setup.settings.items()}
    for one in every_setting(plugins, setup):
        ours = one.section in ("learner", "eyes", "memory", "neurons")
        expected = ours or one.name in said.get(one.section, set())
        assert (one.name in written.settings.get(one.section, {})) == expected


def test_a_card_holds_what_was_typed_as_what_it_means(plugins: Plugins) -> None:
    typed = ["training.steps=600000", "reward.scale=0.03", "training.device=cpu", "game.frame_skip=3"]
    typed.append("reward.bonuses.kills=2")
    setup = in_full(plugins, choose(plugins, game="doom", brain="a3c", assignments=typed))
    written = json.loads(json.dumps(setup.to_json()))["settings"]
    assert written["training"]["steps"] == 600_000
    assert written["reward"]["scale"] == 0.03
    assert written["training"]["device"] == "cpu"
    assert written["game"]["frame_skip"] == 3
    assert written["reward"]["bonuses"] == {"kills": 2.0}, "and no others"


def test_it_tells_what_a_preset_changes_and_what_everything_does(plugins: Plugins) -> None:
    text = as_settings_file(plugins, choose(plugins, game="doom", brain="a3c"))
    assert (
        "# Discount of the return. (a number at least 0 and at most 1; elsewhere 0.99)\ngamma = 0.995" in text
    )
    settings = every_setting(plugins, choose(plugins, game="doom", brain="nstep-dqn"))
    assert [one for one in settings if not one.about] == []


def test_a_setting_by_hand_shows_and_a_part_that_is_taken_out_does_not() -> None:
    by_hand = ("--memory", "none", "--set", "reward.bonuses.kills=7", "--json")
    run = CliRunner().invoke(botplay, ["settings", "--game", "doom", "--brain", "a3c", *by_hand])
    found = {(one["section"], one["name"]): one["value"] for one in json.loads(run.output)}
    assert found["reward", "bonuses"]["kills"] == 7
    assert found["reward", "bonuses"]["hits"] == 100
    assert "memory" not in {section for section, _ in found}


def test_inherited_settings_are_described_and_those_without_a_source_are_not() -> None:
    assert "gamma" in describe(NStepDQNSettings)
    names: dict[str, Any] = {"dataclass": dataclass}
    exec("@dataclass\nclass Nowhere:\n    a: int = 1\n    'A number.'\n", names)
    assert describe(names["Nowhere"]) == {}


@given(
    st.recursive(
        st.text()
        | st.integers(-(2**40), 2**40)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.booleans(),
        lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(), values, max_size=4),
        max_leaves=8,
    )
)
def test_every_value_is_written_so_that_it_is_read_again(value: Any) -> None:
    assert tomllib.loads(f"value = {toml(value)}")["value"] == value
