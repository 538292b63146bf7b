"""What fails in a plugin's code is told with the plugin's name; what fails in ours is our defect."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from botcore import BotplayError
from botcore.blame import blame, for_the_parent
from botcore.cli.main import run
from tests.botcore.cli.as_typed import CODE
from tests.botcore.test_plugins import botplay, distribution, python

CARELESS = """
import sys, time, argparse, asyncio
import gymnasium
import numpy as np

class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("no words")

class Careless(gymnasium.Env):
    render_mode = "rgb_array"
    observation_space = gymnasium.spaces.Box(-1, 1, (2,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, scenario):
        self.scenario = scenario

    def reset(self, *, seed=None, options=None):
        return np.zeros(2, np.float32), {}

    def step(self, action):
        {"divides": lambda: 1 / 0, "exits": lambda: sys.exit("bye"), "stops": lambda: next(iter(())),
         "parses": lambda: argparse.ArgumentParser().parse_args(["x"]), "unspeakable": self.unspeakable,
         "cancelled": self.cancelled, "reads": self.read,
         "counts": lambda: np.zeros(2).reshape(3), "sleeps": self.sleep}[self.scenario]()

    def cancelled(self):
        raise asyncio.CancelledError("late")

    def read(self):
        raise EOFError("at its end")

    def unspeakable(self):
        raise Unspeakable

    def sleep(self):
        print("asleep", flush=True)
        time.sleep(60)

    def render(self):
        return np.zeros((8, 8, 3), np.uint8)

@hookimpl
def botplay_games():
    names = ("divides", "exits", "stops", "parses", "counts", "cancelled", "reads", "unspeakable", "sleeps")
    yield botcore.Game("careless", "Fails.", open=lambda request: Careless(request.scenario),
                       scenarios=tuple(map(botcore.Scenario, names)))
"""
PLAY = ("--brain", "random", "--no-window", "--no-record", "--seed", "1", "--game")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a distribution whose game fails in as many ways as it has scenarios."""
    root = tmp_path_factory.mktemp("careless")
    distribution(root, "careless", CARELESS)
    return root


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("divides", "ZeroDivisionError: division by zero (--debug"),
        ("exits", "SystemExit: bye (--debug"),
        ("stops", "StopIteration (--debug"),
        ("parses", "SystemExit: 2 (--debug"),
        ("counts", "ValueError: cannot reshape array of size 2 into shape (3,) (--debug"),
        ("cancelled", "CancelledError: late (--debug"),
        ("reads", "EOFError: at its end (--debug"),
    ],
)
def test_a_plugin_that_fails_is_named_with_the_place(installed: Path, scenario: str, words: str) -> None:
    failed = botplay(installed, *PLAY, f"careless/{scenario}")
    assert failed.returncode == 1
    line = failed.stderr.splitlines()[-1]
    assert line.startswith("botplay: careless 1.0 failed in careless_module.py, line ")
    assert words in line
    assert "defect" not in failed.stderr


def test_an_agent_names_the_plugin_that_failed_in_its_process(installed: Path) -> None:
    options = ("--brain", "a3c", "--agents", "2", "--steps", "400", "--set", "memory.size=8")
    failed = botplay(installed, "train", "--game", "careless/divides", *options)
    assert failed.returncode == 1
    assert "agent 0 failed: careless 1.0 failed in careless_module.py, line " in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize("debug", [(), ("--debug",)])
def test_a_process_of_an_evaluation_fails_as_one_alone_does(installed: Path, debug: tuple[str, ...]) -> None:
    measure = ("evaluate", "--brain", "random", "--game", "careless/divides", *debug)
    alone, together = (botplay(installed, *measure, "--jobs", jobs) for jobs in ("1", "2"))
    assert (alone.returncode, together.returncode) == (1, 1)
    assert together.stderr.splitlines()[-1] == alone.stderr.splitlines()[-1]
    for failed in (alone, together):
        assert ("in step" in failed.stderr) == bool(debug), "the way there, also through another process"


def test_what_does_not_fit_into_memory_is_no_defect() -> None:
    for tear in (lambda: torch.empty(2**45), lambda: np.empty(2**58, np.uint8)):
        with pytest.raises((RuntimeError, MemoryError)) as caught:
            tear()
        told = for_the_parent(caught.value)
        assert isinstance(told, BotplayError)
        assert "not enough memory" in str(told)
    assert not isinstance(for_the_parent(RuntimeError("mat1 and mat2")), BotplayError)


def test_a_command_that_does_not_fit_into_memory_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("botcore.evaluation.play_seeds", full)
    code = run(["evaluate", "--game", "gym:CartPole-v1", "--brain", "random", "--episodes", "1"])
    assert (code, "set fewer copies" in capsys.readouterr().err) == (2, True)


def test_where_no_more_files_can_be_opened_it_says_what_to_set(tmp_path: Path) -> None:
    script = (
        "import resource, sys; from botcore.cli.main import main; "
        "resource.setrlimit(resource.RLIMIT_NOFILE, (12, 12)); main()"
    )
    measure = ("evaluate", "--game", "gym:CartPole-v1", "--brain", "random", "--episodes", "4", "--jobs", "2")
    refused = python(tmp_path, script, *measure)
    assert (refused.returncode, "(ulimit -n)" in refused.stderr) == (2, True), refused.stderr
    assert "Traceback" not in refused.stderr
    assert "defect" not in refused.stderr


def test_what_another_process_lacks_is_told_alike() -> None:
    told = for_the_parent(OSError(errno.EMFILE, "Too many open files"))
    assert isinstance(told, BotplayError)
    assert not isinstance(for_the_parent(OSError(errno.EACCES, "Permission denied")), BotplayError)


def test_debug_shows_the_way_there(installed: Path) -> None:
    for scenario in ("divides", "exits"):
        failed = botplay(installed, *PLAY, f"careless/{scenario}", "--debug")
        assert "Traceback" in failed.stderr
        assert "careless 1.0 failed in" in failed.stderr.splitlines()[-1]


def test_an_error_without_words_is_told_all_the_same(installed: Path) -> None:
    failed = botplay(installed, *PLAY, "careless/unspeakable")
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1].startswith("botplay: careless 1.0 failed in careless_module.py")
    assert ": Unspeakable (--debug" in failed.stderr


def test_a_signal_while_a_plugin_runs_is_not_the_plugins_exit(installed: Path) -> None:
    path = os.pathsep.join(filter(None, [str(installed), os.environ.get("PYTHONPATH")]))
    for record in ((), ("--out", str(installed / "replays"))):
        options = [word for word in PLAY if not (record and word == "--no-record")]
        process = subprocess.Popen(
            [sys.executable, "-c", CODE, *options, "careless/sleeps", *record],
            env={**os.environ, "PYTHONPATH": path, "BOTPLAY_DATA": str(installed / "data")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "asleep\n"
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (128 + signal.SIGTERM, "")


def test_what_fails_in_our_own_code_is_our_defect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*arguments: object, **named: object) -> None:
        raise KeyError("nothing")

    monkeypatch.setattr("botcore.cli.listing.load", fail)
    assert run(["list"]) == 1
    assert capsys.readouterr().err == "botplay: KeyError: 'nothing' (this is a defect; --debug shows where)\n"


def test_nothing_fails_while_a_failure_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class UnspeakableError(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no words")

    def fail(*arguments: object, **named: object) -> None:
        raise UnspeakableError

    monkeypatch.setattr("botcore.cli.listing.load", fail)
    assert run(["list"]) == 1
    assert "botplay: UnspeakableError (this is a defect" in capsys.readouterr().err
    monkeypatch.setattr("botcore.blame.installed", fail)
    assert blame(ValueError()) is None
