"""Somebody else's package, built and installed beside a built botplay, plays by name."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "botplay-example"
PARTS_OF_THE_CHECKOUT = ("botcore", "games", "plugins", "models", "pyproject.toml", "README.md", "LICENSE")


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "DISPLAY")}
    result = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def checkout(folder: Path) -> Path:
    """Copy what a wheel is built from, so that building leaves nothing in the checkout."""
    folder.mkdir()
    for name in PARTS_OF_THE_CHECKOUT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


def wheel(source: Path, target: Path) -> Path:
    run(
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        target,
        source,
        cwd=target.parent,
    )
    [built] = target.glob("*.whl")
    return built


def environment(folder: Path, *wheels: Path) -> Path:
    """Make a fresh virtual environment with these wheels; return its `bin`.

    Torch and the engines would be gigabytes to install again, so this environment's site-packages stand
    behind the fresh one's own. A `.pth` file below them is not followed: the editable botplay stays out.
    """
    run(sys.executable, "-m", "venv", folder, cwd=folder.parent)
    python = folder / "bin" / "python"
    run(python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", *wheels, cwd=folder.parent)
    own = Path(
        run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    )
    (own / "behind.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel of botplay, and a `bin` of an environment with it and the example."""
    root = tmp_path_factory.mktemp("built")
    host = wheel(checkout(root / "checkout"), root / "host")
    example = shutil.copytree(EXAMPLE, root / "example")
    return host, environment(root / "venv", host, wheel(example, root / "guest"))


def test_the_wheel_is_whole(built: tuple[Path, Path]) -> None:
    names = set(zipfile.ZipFile(built[0]).namelist())
    for folder in ("games", "plugins", "models"):
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                assert str(file.relative_to(ROOT / folder)) in names
    for file in (ROOT / "botcore").rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            assert str(file.relative_to(ROOT)) in names
    tops = {name.split("/")[0] for name in names}
    assert not tops & {"games", "plugins", "models", "tests"}, "nothing lands under a common name"


def test_the_example_plays_by_name_in_a_fresh_environment(built: tuple[Path, Path], tmp_path: Path) -> None:
    _, bin_ = built
    here, data = tmp_path / "here", str(tmp_path / "data")
    here.mkdir()
    home = run(bin_ / "python", "-c", "import botcore; print(botcore.__file__)", cwd=here).strip()
    assert Path(home).is_relative_to(bin_.parent), "the wheel's botplay, not the checkout's"

    listing = run(bin_ / "botplay", "list", cwd=here)
    assert "Walk to the end of a line." in listing
    assert "[botplay-example 0.1.0]" in listing
    for brain in (["random"], ["a3c"], ["dqn", "--neurons", "wave"]):
        output = run(
            bin_ / "botplay",
            "--game",
            "line",
            "--no-window",
            "--seed",
            "1",
            "--brain",
            *brain,
            cwd=here,
            BOTPLAY_DATA=data,
        )
        assert "episode 1: score" in output
    output = run(
        bin_ / "botplay", "train", "--game", "line", "--brain", "dqn", "--neurons", "wave", "--steps", "6000",
        cwd=here, BOTPLAY_DATA=data,
    )  # fmt: skip
    assert "installed:" in output
    output = run(
        bin_ / "botplay", "--game", "line", "--brain", "dqn", "--neurons", "wave", "--seed", "1",
        "--no-window",
        cwd=here, BOTPLAY_DATA=data,
    )  # fmt: skip
    assert "episode 1: score 1" in output, "it learned to walk to the end"
    card = run(bin_ / "botplay", "models", "show", "line/default/dqn", cwd=here, BOTPLAY_DATA=data)
    assert "botplay-example 0.1.0" in card, "with what it was made"
    for game in ("car", "breakout", "doom"):
        assert "episode 1" in run(
            bin_ / "botplay", "--game", game, "--brain", "random", "--no-window", cwd=here, BOTPLAY_DATA=data
        )
    assert list(here.iterdir()) == []


def test_without_one_folder_and_its_line_everything_else_works(tmp_path: Path) -> None:
    source = checkout(tmp_path / "checkout")
    shutil.rmtree(source / "games" / "botplay_doom")
    project = (source / "pyproject.toml").read_text().splitlines()
    kept = [line for line in project if "botplay_doom" not in line]
    assert len(project) - len(kept) == 2, "its entry-point line and its line in the wheel's list"
    (source / "pyproject.toml").write_text("\n".join(kept))
    bin_ = environment(tmp_path / "venv", wheel(source, tmp_path / "wheel"))
    listing = run(bin_ / "botplay", "list", cwd=tmp_path)
    assert "doom " not in listing
    assert "breakout" in listing
    assert "failed" not in run(bin_ / "botplay", "plugins", cwd=tmp_path)
    output = run(
        bin_ / "botplay", "--game", "breakout", "--brain", "a3c", "--no-window", "--no-record", cwd=tmp_path,
        BOTPLAY_DATA=str(tmp_path / "data"),
    )  # fmt: skip
    assert "episode 1: score" in output


def test_what_botplay_new_writes_can_be_installed_played_trained_and_tested(
    built: tuple[Path, Path], tmp_path: Path
) -> None:
    host, _ = built
    for kind, name in (("game", "tide"), ("brain", "hill")):
        run(
            sys.executable, "-c", "from botcore.cli.main import main; main()", "new", kind, name, cwd=tmp_path
        )
    guests = [wheel(tmp_path / name, tmp_path / f"wheel-{name}") for name in ("tide", "hill")]
    bin_ = environment(tmp_path / "venv", host, *guests)
    here = tmp_path / "here"
    here.mkdir()

    def botplay(*words: str) -> str:
        return run(bin_ / "botplay", *words, cwd=here, BOTPLAY_DATA=str(tmp_path / "data"))

    told = botplay("check", "tide", "hill")
    assert "game tide: keeps the contract" in told
    assert "brain hill (car): keeps the contract" in told
    run(bin_ / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "../tide", "../hill", cwd=here)
    botplay("train", "--game", "tide", "--brain", "qlearning", "--steps", "60000", "--seed", "1")
    scores = botplay("evaluate", "--game", "tide", "--brain", "qlearning", "--seeds", "1-10", "--json")
    assert json.loads(scores)["mean"] > 9, "nearly every ball is caught, of ten"
    botplay("train", "--game", "gym:CartPole-v1", "--brain", "hill", "--steps", "30000", "--seed", "1")
    scores = botplay("evaluate", "--game", "gym:CartPole-v1", "--brain", "hill", "--seeds", "1-10", "--json")
    assert json.loads(scores)["mean"] > 100, "where who does anything holds it for 20 steps"
