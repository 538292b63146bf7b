"""The package of docs/authors.md, taken out of the page, installs, plays, trains and passes its tests."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from botcore.agent import Agent
from botcore.session import Session
from botcore.setup import choose
from botcore.testing import plugins_for
from tests.examples.test_example import ROOT, checkout, environment, run, wheel

PAGE = ROOT / "docs" / "authors.md"


def files() -> dict[str, str]:
    """Return the page's files by name: each block begins with a comment that names its file."""
    blocks = re.findall(r"```\w+\n# (\S+)\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    return {name: f"# {name}\n{code}" for name, code in blocks}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's folder, with `venv` beside it in which it is installed."""
    root = tmp_path_factory.mktemp("authors")
    source = root / "package"
    for name, code in files().items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(code, "utf-8")
    host = wheel(checkout(root / "checkout"), root / "host")
    environment(root / "venv", host, wheel(source, root / "guest"))
    return source


def botplay(package: Path, *words: str) -> str:
    program = package.parent / "venv" / "bin" / "botplay"
    data = str(package.parent / "data")
    return run(program, *words, cwd=package.parent, BOTPLAY_DATA=data, OMP_NUM_THREADS="1")


def test_the_page_has_every_kind_of_file() -> None:
    names = (
        "pyproject.toml",
        "__init__.py",
        "plugin.py",
        "buoy.py",
        "parts.py",
        "reinforce.py",
        "reinforce.toml",
        "test_harbour.py",
    )
    assert [name.removeprefix("harbour/") for name in files()] == list(names)
    assert set(tomllib.loads(files()["harbour/reinforce.toml"])) == {"*", "buoy", "buoy/storm"}


def test_it_plays_and_trains_in_a_fresh_environment(package: Path) -> None:
    listing = botplay(package, "list")
    assert re.search(r"buoy .*\[harbour 0.1.0\]\n +calm, storm", listing)
    assert "failed" not in botplay(package, "plugins")
    for game, more in (
        ("buoy", ("--brain", "qlearning", "--learn")),
        ("buoy/storm", ("--brain", "reinforce", "--memory", "gru", "--learn")),
    ):
        assert "episode 1: score" in botplay(package, "--game", game, *more, "--no-window", "--seed", "1")
    assert ", the same" in botplay(package, "verify", "last") or "the same" in botplay(
        package, "verify", "last"
    )
    colour = ("--set", "game.colour=green")
    trained = botplay(package, "train", "--game", "buoy", "--brain", "reinforce", "--steps", "600", *colour)
    assert "installed:" in trained
    assert "episode 1: score" in botplay(package, "--game", "buoy", "--brain", "reinforce", "--no-window")
    settings = botplay(package, "settings", "--game", "buoy/storm", "--brain", "reinforce")
    assert tomllib.loads(settings)["learner"]["gamma"] == 0.9
    assert tomllib.loads(settings)["game"]["wind"] == 0.3
    assert tomllib.loads(settings)["reward"]["bonuses"] == {"near": 0.2}


@pytest.mark.parametrize("gap", ["learning is switched off", "the episode is broken off"])
def test_its_learner_joins_nothing_over_a_gap(
    gap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, code in files().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(code, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    plugins = plugins_for(importlib.import_module("harbour.plugin"))
    setup = choose(plugins, game="buoy", brain="reinforce", assignments=["learner.steps=1000"])
    session = Session(plugins, setup, seed=1, learn=True)
    moments = session.moments()
    for _ in range(6):
        next(moments)
    assert kept(session.agent) == 5
    if gap == "learning is switched off":
        session.learning = False
        next(moments)
        session.learning = True
    else:
        session.restart(new_seed=True)
        next(moments)
    for _ in range(3):
        next(moments)
    assert kept(session.agent) == 3, "of the steps before the gap none is kept"
    session.close()


def kept(agent: Agent) -> int:
    learner: Any = agent.learner
    return len(learner.past)


def test_its_own_tests_pass(package: Path) -> None:
    python = package.parent / "venv" / "bin" / "python"
    options = ("-q", "-p", "no:cacheprovider", "--rootdir", package)
    run(
        python, "-m", "pytest", *options, package / "test_harbour.py", cwd=package.parent, OMP_NUM_THREADS="1"
    )
