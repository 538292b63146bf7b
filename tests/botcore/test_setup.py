"""What a person names becomes a Setup."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botcore import BotplayError, Brain, Part, hookimpl
from botcore.plugins import Plugins, load_plugins
from botcore.setup import Setup, choose, put_on_top, split_game
from botcore.testing import plugins_for


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins()


@pytest.mark.parametrize(
    ("game", "parts"),
    [
        ("doom", ("doom", None)),
        ("doom/basic", ("doom", "basic")),
        ("gym:CartPole-v1", ("gym", "CartPole-v1")),
        ("gym:ALE/Pong-v5", ("gym", "ALE/Pong-v5")),
        ("atari/pong", ("atari", "pong")),
    ],
)
def test_a_game_may_name_its_scenario(game: str, parts: tuple[str, str | None]) -> None:
    assert split_game(game, None) == parts


def test_two_different_scenarios_are_refused() -> None:
    with pytest.raises(BotplayError, match="leave --scenario"):
        split_game("doom/basic", "deadly_corridor")


def test_presets_then_the_file_then_assignments(plugins: Plugins, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[learner]\ngamma = 0.5\nentropy = 0.2\n")
    setup = choose(
        plugins,
        game="breakout",
        brain="a3c",
        settings_file=file,
        assignments=["learner.gamma=0.7", "reward.bonuses.x=2"],
    )
    assert setup.training().copies == 32, "from the preset"
    assert setup.settings["learner"]["entropy"] == 0.2
    assert setup.settings["learner"]["gamma"] == "0.7"
    rule = setup.reward_rule(plugins.game("breakout"))
    assert rule.bonuses == {"x": 2.0}
    assert rule.life_loss_ends, "the game's own rule stays where it is not changed"


def test_it_survives_json(plugins: Plugins) -> None:
    setup = choose(plugins, game="doom/basic", brain="a3c", assignments=["learner.gamma=0.7"])
    assert Setup.from_json(json.loads(json.dumps(setup.to_json()))) == setup


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"game": "breakuot"}, "did you mean breakout"),
        ({"brain": "a3d"}, "did you mean a3c"),
        ({"scenario": "pong"}, "no scenario 'pong'"),
        ({"game": "pong"}, "did you mean atari/pong"),
        ({"game": "CartPole-v1"}, "did you mean gym:CartPole-v1"),
        ({"game": "doom/deadly"}, r"no scenario 'deadly'; did you mean deadly_corridor\?$"),
        ({"game": "doom/Take"}, "did you mean take_cover"),
        ({"game": "doom/zz"}, "'zz'; botplay list --all shows them all"),
        ({"protocol": "v9"}, "has the protocols v4, v5"),
        ({"eyes": "convv"}, "did you mean conv"),
        ({"brain": "random", "eyes": "conv"}, "has no place for eyes"),
        ({"assignments": ["learner.gama=1"]}, "did you mean gamma"),
        ({"assignments": ["lerner.gamma=1"]}, "did you mean learner"),
        ({"assignments": ["gamma=1"]}, "SECTION.NAME=VALUE"),
        ({"assignments": "learner.gama=1"}, "did you mean gamma"),
        (
            {"assignments": ["training.copies=many"]},
            "must be a whole number at least 1 and at most 65,536, not 'many'",
        ),
        ({"brain": "random", "assignments": ["learner.gamma=1"]}, "has no settings"),
    ],
)
def test_mistakes_are_told_in_a_line(plugins: Plugins, arguments: dict[str, object], words: str) -> None:
    with pytest.raises(BotplayError, match=words):
        choose(plugins, **{"game": "breakout", "brain": "a3c", **arguments})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[learner]\ngama = 1\n", "did you mean gamma"),
        (b"[lerner]\ngamma = 1\n", "did you mean learner"),
        (b"gamma = 1\n", "no settings section 'gamma'"),
        (b"learner = 3\n", "must be a section"),
        (b"[learner\n", "is not TOML"),
        (b"\xff\xfe\x00", "is not TOML"),
    ],
)
def test_a_broken_settings_file_is_told_in_a_line(
    plugins: Plugins, tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(content)
    with pytest.raises(BotplayError, match=words):
        choose(plugins, game="breakout", brain="a3c", settings_file=file)
    with pytest.raises(BotplayError, match="cannot read"):
        choose(plugins, game="breakout", brain="a3c", settings_file=tmp_path / "absent.toml")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    json_values | st.fixed_dictionaries({"game": json_values, "brain": json_values, "settings": json_values})
)
def test_whatever_a_file_holds_it_is_a_setup_or_a_clear_error(data: object) -> None:
    with suppress(BotplayError):
        assert isinstance(Setup.from_json(data), Setup)


def test_every_preset_of_every_brain_holds_only_settings_that_exist(plugins: Plugins) -> None:
    checked = 0
    for brain in plugins.brains().values():
        if brain.presets is None:
            continue
        for game in ("car", "breakout", "doom", "atari/pong", "gym:CartPole-v1", "gym:FrozenLake-v1"):
            choose(plugins, game=game, brain=brain.name)
            checked += 1
    assert checked


def test_a_scenario_says_what_it_wants_of_the_games_options(plugins: Plugins) -> None:
    for brain in ("a3c", "random", "human"):
        setup = choose(plugins, game="doom/deadly_corridor", brain=brain)
        assert setup.game_options(plugins.game("doom")).frame_skip == 2, brain
    assert choose(plugins, game="doom/take_cover", brain="random").settings == {}
    by_hand = choose(plugins, game="doom", brain="random", assignments=("game.frame_skip=4",))
    assert by_hand.game_options(plugins.game("doom")).frame_skip == 4


def test_a_table_within_a_section_keeps_what_is_not_named() -> None:
    settings: dict[str, dict[str, Any]] = {"reward": {"bonuses": {"kills": 3.0, "hits": 2.0}, "scale": 0.1}}
    put_on_top(settings, {"reward": {"bonuses": {"hits": 1.0}}, "game": {"skill": 1}})
    assert settings == {
        "reward": {"bonuses": {"kills": 3.0, "hits": 1.0}, "scale": 0.1},
        "game": {"skill": 1},
    }


class Others:
    """A plugin with parts of its own, whose settings are not the bundled ones, and brains with presets."""

    presets = "own_presets:presets.toml"

    @hookimpl
    def botplay_parts(self) -> Iterator[Part]:
        yield Part("gates", "memory", "Keeps the numbers.", build="nothing:build")
        yield Part("dots", "eyes", "Sees.", build="nothing:build", settings="tests.botcore.test_setup:Dots")

    @hookimpl
    def botplay_brains(self) -> Iterator[Brain]:
        yield Brain("own", "Has presets.", learner="nothing:build", eyes="dots", presets=self.presets)


@dataclass(frozen=True)
class Dots:
    """Settings of eyes."""

    dots: int = 3


def test_what_a_preset_says_of_a_part_is_not_asked_of_another_in_its_place() -> None:
    plugins = plugins_for(Others())
    for game in ("breakout", "gym:CartPole-v1", "doom"):
        assert "memory" not in choose(plugins, game=game, brain="a3c", memory="gates").settings
    setup = choose(plugins, game="breakout", brain="nstep-dqn", eyes="dots", assignments=["eyes.dots=5"])
    assert setup.settings["eyes"] == {"dots": "5"}, "only what was asked for"
    assert "eyes" in choose(plugins, game="breakout", brain="nstep-dqn", eyes="conv").settings
    assert "eyes" not in choose(plugins, game="breakout", brain="nstep-dqn", eyes="none").settings


@pytest.mark.parametrize(
    ("presets", "told"),
    [
        ("learner = 3", r'\[learner\] is for no game; write \["\*"\.learner\]'),
        ("[learner]\nspeed = 3", r'\[learner\] is for no game; write \["\*"\.learner\]'),
        ('["*"]\nlearner = 3', "has settings outside of a section"),
        ('["*".eyes]\ndost = 3', "no setting eyes.dost; did you mean dots"),
        ("[", "cannot be read"),
        (None, "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_brains_presets_is_told_with_their_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, presets: str | None, told: str
) -> None:
    folder = tmp_path / "own_presets"
    folder.mkdir()
    (folder / "__init__.py").touch()
    if presets is not None:
        (folder / "presets.toml").write_text(presets)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "own_presets", raising=False)
    with pytest.raises(BotplayError, match=rf"own.*\(own_presets:presets\.toml\).*{told}"):
        choose(plugins_for(Others()), game="breakout", brain="own")
