"""A bad plugin never takes the host down: it is named, left out, and nothing of it stays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from botcore import BotplayError, Brain, Game, Moment, Part, Scenario, hookimpl
from botcore.plugins import Plugins, load_plugins


def distribution(root: Path, name: str, code: str, *, entry: str | None = None, version: str = "1.0") -> None:
    """Lay a real distribution with one plugin module into `root`."""
    module = f"{name.replace('-', '_')}_module"
    (root / f"{module}.py").write_text(
        "import botcore\nfrom botcore import hookimpl\n" + textwrap.dedent(code)
    )
    info = root / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(f"[botplay]\n{entry or name} = {module}\n")


def botplay(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run botplay with the distributions of `root` installed."""
    return python(root, "from botcore.cli.main import main; main()", *arguments, **environment)


def python(root: Path, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script with the distributions of `root` installed."""
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    env = {**os.environ, "PYTHONPATH": path, "BOTPLAY_DATA": str(root / "data"), **environment}
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, cwd=root, timeout=60, check=False)


def records(root: Path, **environment: str) -> dict[tuple[str, str], dict[str, Any]]:
    result = botplay(root, "plugins", "--json", **environment)
    assert result.returncode == 0, result.stderr
    return {(r["distribution"], r["name"]): r for r in json.loads(result.stdout)}


GAME = """
@hookimpl
def botplay_games():
    yield botcore.Game("{name}", "A game.", open="nowhere:open")
"""

BAD = {
    "import-error": ("import not_there_at_all", "ModuleNotFoundError: No module named 'not_there_at_all'"),
    "cancelled": ("import asyncio\nraise asyncio.CancelledError('late')", "CancelledError: late"),
    "any-kind": ("raise BaseException('odd')", "BaseException: odd"),
    "any-kind-in-hook": ("@hookimpl\ndef botplay_games():\n    raise GeneratorExit", "GeneratorExit"),
    "any-kind-looked-at": ("def __dir__():\n    raise BaseException('shy')", "BaseException: shy"),
    "exits": ("raise SystemExit(3)", "SystemExit: 3"),
    "syntax": ("def (", "SyntaxError"),
    "mistyped-hook": ("@hookimpl\ndef botplay_game():\n    return []", "no hook 'botplay_game'"),
    "unmarked-typo": ("def botplay_brainz():\n    return []", "no hook 'botplay_brainz'"),
    "unmarked": ("def botplay_games():\n    return []", "botplay_games is not marked with @botcore.hookimpl"),
    "wrong-arguments": ("@hookimpl\ndef botplay_moment(moments):\n    pass", "PluginValidationError"),
    "raises": ("@hookimpl\ndef botplay_games():\n    raise RuntimeError('on fire')", "RuntimeError: on fire"),
    "exits-in-hook": ("@hookimpl\ndef botplay_games():\n    raise SystemExit(1)", "SystemExit"),
    "wrong-type": ("@hookimpl\ndef botplay_games():\n    return ['walk']", "'walk' where a Game belongs"),
    "bad-name": (GAME.format(name="Bad Name!"), "is no name"),
    "nothing": ("@hookimpl\ndef botplay_games():\n    return None", "botplay_games() gives None; it must y"),
    "no-hook": ("import math", "no_hook_module has no hook, as botplay_games is; does the entry point name"),
    "twice": (GAME.format(name="a") + "    yield botcore.Game('a', '', open='a:b')", "two games of"),
}  # fmt: skip


def test_every_kind_of_bad_plugin_is_named_with_its_reason_and_the_rest_works(tmp_path: Path) -> None:
    for name, (code, _) in BAD.items():
        distribution(tmp_path, name, code)
    distribution(tmp_path, "good", GAME.format(name="good-game"))
    found = records(tmp_path)
    for name, (_, reason) in BAD.items():
        record = found[name, name]
        assert record["status"] == "failed", name
        assert reason in record["reason"], (name, record["reason"])
        assert "\n" not in record["reason"]
    good = found["good", "good"]
    assert (good["status"], good["version"], good["hooks"]) == ("ok", "1.0", ["botplay_games"])
    assert good["path"].endswith("good_module.py")

    listing = botplay(tmp_path, "list")
    assert listing.returncode == 0
    assert "good-game" in listing.stdout
    assert "breakout" in listing.stdout, "the bundled ones work"
    for name in BAD:
        assert f"plugin '{name}' of {name} 1.0 is left out" in listing.stderr


@pytest.mark.parametrize(("number", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)])
@pytest.mark.parametrize("where", ["{}", "@hookimpl\ndef botplay_games():\n    {}\n    return []"])
def test_who_asks_botplay_to_end_while_a_plugin_loads_is_heard(
    tmp_path: Path, number: str, code: int, where: str
) -> None:
    distribution(tmp_path, "slow", where.format(f"import os, signal; os.kill(os.getpid(), signal.{number})"))
    ended = botplay(tmp_path, "list")
    assert (ended.returncode, ended.stdout, ended.stderr.strip()) == (code, "", "")


SCENARIOS = """
def scenarios():
    {body}

@hookimpl
def botplay_games():
    yield botcore.Game("lost", "Its maps are lost.", open="nowhere:open", scenarios=scenarios)
    yield botcore.Game("found", "Its maps are there.", open="nowhere:open")
"""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise KeyError('maps.json')", "KeyError: 'maps.json'"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise BaseException('odd')", "BaseException: odd"),
        ("return ('calm', 'storm')", "game lost gives 'calm' where a Scenario belongs"),
    ],
)
def test_a_game_that_cannot_list_its_scenarios_is_named_and_the_rest_is_listed(
    tmp_path: Path, body: str, words: str
) -> None:
    distribution(tmp_path, "careless", SCENARIOS.format(body=body))
    for arguments in (["list"], ["list", "--json"]):
        listing = botplay(tmp_path, *arguments)
        assert listing.returncode == 0
        [line] = listing.stderr.splitlines()
        assert line == f"botplay: game lost of careless 1.0 cannot list its scenarios: {words}"
        assert "Its maps are lost." in listing.stdout
        assert "Its maps are there." in listing.stdout
        assert "breakout" in listing.stdout


def test_two_distributions_with_the_same_entry_point_name_are_both_seen(tmp_path: Path) -> None:
    distribution(tmp_path, "aaa", GAME.format(name="first"), entry="mine")
    distribution(tmp_path, "bbb", GAME.format(name="second"), entry="mine")
    found = records(tmp_path)
    assert found["aaa", "mine"]["status"] == "ok"
    assert found["bbb", "mine"]["status"] == "failed"
    assert "aaa 1.0 and bbb 1.0" in found["bbb", "mine"]["reason"]


def test_a_duplicate_game_names_both_distributions_and_the_bundled_one_stays(tmp_path: Path) -> None:
    distribution(tmp_path, "aaa-thief", GAME.format(name="doom"))
    found = records(tmp_path)
    assert found["aaa-thief", "aaa-thief"]["status"] == "failed"
    assert "botplay" in found["aaa-thief", "aaa-thief"]["reason"]
    assert "aaa-thief 1.0" in found["aaa-thief", "aaa-thief"]["reason"]
    assert found["botplay", "doom"]["status"] == "ok"


def test_plugins_are_switched_off_by_name(tmp_path: Path) -> None:
    distribution(tmp_path, "extra", GAME.format(name="extra-game"))
    assert records(tmp_path, BOTPLAY_PLUGINS="-extra")["extra", "extra"]["status"] == "disabled"
    only = records(tmp_path, BOTPLAY_PLUGINS="extra,car")
    assert {name for (_, name), r in only.items() if r["status"] == "ok"} == {"extra", "car"}
    listing = botplay(tmp_path, "list", "--no-plugin", "extra")
    assert "extra-game" not in listing.stdout
    assert listing.stderr == ""


def test_a_name_that_no_plugin_has_cannot_be_switched_off(tmp_path: Path) -> None:
    for arguments in (["list"], ["plugins"], ["models"]):
        refused = botplay(tmp_path, *arguments, "--no-plugin", "carr")
        assert refused.returncode == 2
        assert refused.stdout == ""
        assert refused.stderr == "botplay: there is no plugin called 'carr'; did you mean car?\n"
    with pytest.raises(BotplayError, match=r"no plugin called 'xyz'; there are .*a3c.*random"):
        load_plugins(disabled=["car", "xyz"])


def test_a_name_that_no_plugin_has_cannot_be_the_only_one(tmp_path: Path) -> None:
    refused = botplay(tmp_path, "list", BOTPLAY_PLUGINS="qlearning,carr")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        "botplay: there is no plugin called 'carr'; did you mean car? (BOTPLAY_PLUGINS)\n"
    )


def test_a_plugin_that_fails_or_is_off_already_can_be_switched_off(tmp_path: Path) -> None:
    distribution(tmp_path, "broken", "import not_there_at_all")
    assert "'broken' of broken 1.0 is left out" in botplay(tmp_path, "list").stderr
    listing = botplay(tmp_path, "list", "--no-plugin", "broken", BOTPLAY_PLUGINS="-broken,-gone")
    assert (listing.returncode, listing.stderr) == (0, "")
    listing = botplay(tmp_path, "list", "--no-plugin", "broken", "--no-plugin", "doom", BOTPLAY_PLUGINS="car")
    assert (listing.returncode, listing.stderr) == (0, "")


def test_a_plugin_that_is_off_is_not_even_imported(tmp_path: Path) -> None:
    distribution(tmp_path, "loud", "raise RuntimeError('imported')")
    assert records(tmp_path, BOTPLAY_PLUGINS="-loud")["loud", "loud"]["status"] == "disabled"


def test_what_a_plugin_prints_as_it_loads_is_no_part_of_an_answer(tmp_path: Path) -> None:
    code = "print('loading')\n" + GAME.format(name="loud").replace(
        "    yield", "    print('giving')\n    yield"
    )
    distribution(tmp_path, "loud", code)
    result = botplay(tmp_path, "list", "--json")
    assert "loud" in [game["name"] for game in json.loads(result.stdout)["games"]]
    assert result.stderr.split() == ["loading", "giving"]


def test_a_package_that_is_named_like_a_hook_may_be_imported(tmp_path: Path) -> None:
    distribution(tmp_path, "curious", "import botplay_eyes.conv\n" + GAME.format(name="walk"))
    assert records(tmp_path)["curious", "curious"]["status"] == "ok"


def test_from_python_a_plugin_that_fails_is_a_warning(tmp_path: Path) -> None:
    distribution(tmp_path, "broken", "import not_there_at_all")
    distribution(tmp_path, "bad", "@hookimpl\ndef botplay_moment(moment):\n    raise KeyError('oh')")
    play = "botcore.play('car', 'random', episodes=1, settings=['game.steps=5'])"
    played = python(tmp_path, f"import botcore; print(len(list({play})))")
    assert (played.returncode, played.stdout) == (0, "6\n")
    assert (
        played.stderr.count("UserWarning: plugin 'broken' of broken 1.0 is left out: ModuleNotFoundError")
        == 1
    )
    assert played.stderr.count("UserWarning: plugin 'bad' failed in botplay_moment and sees no more") == 1


# From here on with plugins handed over as objects.


def loaded(*plugins: object) -> Plugins:
    return load_plugins(discover=False, modules=[(type(p).__name__.lower(), p) for p in plugins])


class Good:
    @hookimpl
    def botplay_games(self) -> Iterable[Game]:
        yield Game("walk", "Walk.", open="a:b")

    @hookimpl
    def botplay_brains(self) -> Iterable[Brain]:
        yield Brain("coin", "Coin.", learner="a:b")

    @hookimpl
    def botplay_parts(self) -> Iterable[Part]:
        yield Part("tiny", "neurons", "Small.", build="a:b")

    @hookimpl
    def botplay_models(self) -> Iterable[Path]:
        yield Path("/models")


class HalfGood:
    """Gives a good game and then a brain whose name is taken."""

    @hookimpl
    def botplay_games(self) -> Iterable[Game]:
        yield Game("run", "Run.", open="a:b")

    @hookimpl
    def botplay_brains(self) -> Iterable[Brain]:
        yield Brain("coin", "Another coin.", learner="a:b")


def test_what_plugins_give_is_found_by_name_with_its_origin() -> None:
    plugins = loaded(Good())
    assert plugins.game("walk").summary == "Walk."
    assert plugins.brain("coin").summary == "Coin."
    assert plugins.part("neurons", "tiny").summary == "Small."
    assert plugins.model_folders() == (Path("/models"),)
    assert plugins.origin_of("part", ("neurons", "tiny")).name == "good"
    with pytest.raises(BotplayError, match=r"no game called 'wlak'; did you mean walk\?"):
        plugins.game("wlak")
    with pytest.raises(BotplayError, match="no eyes called 'tiny'; there are none"):
        plugins.part("eyes", "tiny")


def test_a_scenario_named_as_a_game_is_told_with_its_game() -> None:
    def broken() -> list[Scenario]:
        raise RuntimeError("no folder of maps")

    class Games:
        @hookimpl
        def botplay_games(self) -> Iterable[Game]:
            yield Game("bad", "Bad.", open="a:b", scenarios=broken)
            yield Game("run", "Run.", open="a:b", scenarios=(Scenario("hill"),))
            ids = (Scenario("Hill-v1"), Scenario("lake/Big"), Scenario("map_1"))
            yield Game("any", "Any.", open="a:b", scenarios=ids, any_scenario=True)

    plugins = loaded(Games())
    for name, meant in {
        "hill": "run/hill",
        "Hill": "run/hill",
        "hill-v1": "any:Hill-v1",
        "lake/Big": "any:lake/Big",
        "map_1": "any/map_1",
    }.items():
        with pytest.raises(BotplayError, match=f"no game called '{name}'; did you mean {meant}\\?$"):
            plugins.game(name)
    with pytest.raises(BotplayError, match="no game called 'hole'; there are bad, run, any"):
        plugins.game("hole")


def test_a_plugin_that_fails_late_leaves_nothing_behind() -> None:
    plugins = loaded(Good(), HalfGood())
    assert list(plugins.games()) == ["walk"], "the good game of a bad plugin is out too"
    [problem] = plugins.problems()
    assert "'halfgood'" in problem
    assert "both give a brain called 'coin'" in problem


def test_a_plugin_that_is_found_twice_stays_what_it_was_the_first_time() -> None:
    good = Good()
    plugins = load_plugins(discover=False, modules=[("a", good), ("b", good)])
    assert list(plugins.games()) == ["walk"]
    [problem] = plugins.problems()
    assert "it is the plugin 'a', which is here already" in problem


def test_a_name_is_free_again_after_a_failure() -> None:
    class Typo:
        @hookimpl
        def botplay_gmes(self) -> Iterable[Game]:
            return []

    plugins = load_plugins(discover=False, modules=[("x", Typo()), ("x", Good())])
    assert list(plugins.games()) == ["walk"]


def test_a_watching_plugin_that_fails_is_told_once_and_not_asked_again() -> None:
    calls = {"bad": 0, "good": 0}

    class Bad:
        @hookimpl
        def botplay_moment(self, moment: Moment) -> None:
            calls["bad"] += 1
            raise ValueError("boom")

    class Fine:
        @hookimpl
        def botplay_moment(self) -> None:
            calls["good"] += 1

    warnings: list[str] = []
    plugins = load_plugins(discover=False, modules=[("bad", Bad()), ("fine", Fine())], warn=warnings.append)
    moment = Moment(0, 0, 0, (), np.zeros(1), None, 0.0, 0.0, False, False)
    for _ in range(3):
        plugins.emit(moment)
    assert calls == {"bad": 1, "good": 3}
    assert len(warnings) == 1
    assert "'bad' failed in botplay_moment" in warnings[0]
    assert "boom" in warnings[0]
