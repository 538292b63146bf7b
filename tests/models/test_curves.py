"""The benchmark that draws learning curves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from botcore.card import Card
from botcore.models import install_model
from botcore.plugins import load_plugins
from botcore.setup import choose

ROOT = Path(__file__).parent.parent.parent
SHIPS = "gym/CartPole-v1/a3c"


def drawn(to: Path, *models: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "benchmarks" / "curves.py", *models, "--to", to]
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.fixture
def fast(tmp_path: Path) -> Path:
    """Return a model that was trained in no time, on a game with an & in its name."""
    game = "gym:FrozenLake-v1?map_name=8x8&is_slippery=false"
    setup = choose(load_plugins(), game=game, brain="qlearning")
    curve = ((100, 0.0, 0.25), (200, 0.0, 0.5))
    return install_model(tmp_path / "fast", {}, Card(setup, "", curve=curve)).folder


def test_models_are_drawn_by_folder_and_by_name(tmp_path: Path, fast: Path) -> None:
    done = drawn(tmp_path / "c.svg", fast, SHIPS)
    assert done.returncode == 0, done.stderr
    shown = ElementTree.parse(tmp_path / "c.svg").getroot()
    tag = "{http://www.w3.org/2000/svg}"
    assert len(shown.findall(f"{tag}polyline")) == 4, "two models, over steps and over minutes"
    words = [text.text for text in shown.findall(f"{tag}text")]
    assert any("8x8&is_slippery=false" in (word or "") for word in words)
    only = drawn(tmp_path / "only.svg", fast)
    assert only.returncode == 0, only.stderr


def test_what_cannot_be_drawn_is_told_in_a_line(tmp_path: Path, fast: Path) -> None:
    setup = choose(load_plugins(), game="car", brain="dqn")
    bare = install_model(tmp_path / "bare", {}, Card(setup, "")).folder
    for models, wrong in {
        (SHIPS,) * 7: "there are colours for 6 models, not for 7",
        (fast, bare): f"there is no learning curve on the card in {bare}",
        (tmp_path / "none",): f"{tmp_path / 'none'} is no trained model",
    }.items():
        done = drawn(tmp_path / "c.svg", *models)
        assert done.returncode == 2
        assert wrong in done.stderr.splitlines()[-1]
        assert not (tmp_path / "c.svg").exists()
