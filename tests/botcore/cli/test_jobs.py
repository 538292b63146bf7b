"""`botplay evaluate --jobs`: several processes measure what one does, and none is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from queue import Queue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botcore.evaluation import Episode
from botcore.jobs import in_order
from tests.botcore.cli.as_typed import botplay, command
from tests.botcore.processes import children_of, wait_until_gone

DOOM = ("evaluate", "--game", "doom/defend_the_line", "--brain", "a3c", "--json")
ENDLESS = ("evaluate", "--game", "gym:CartPole-v1", "--brain", "random", "--episodes", "100000", "--json")


def begun(home: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """Start an evaluation without an end by two processes; return it and them when some episodes are over."""
    process = command(home, *ENDLESS, "--jobs", "2")
    assert process.stderr is not None
    assert any(line.startswith("20/100000") for line in iter(process.stderr.readline, ""))
    playing = children_of(process.pid)
    assert len(playing) == 2
    return process, playing


def test_they_measure_what_one_process_measures(home: Path) -> None:
    seeds = "1003,1000-1002"
    alone, together = (
        json.loads(botplay(home, *DOOM, "--seeds", seeds, "--jobs", jobs)[0]) for jobs in ("1", "3")
    )
    assert together["seeds"] == [1003, 1000, 1001, 1002]
    assert alone.pop("seconds") > 0
    assert together.pop("seconds") > 0
    assert together == alone


@given(st.permutations(range(6)))
def test_episodes_come_in_the_order_of_their_seeds_whoever_is_done_first(done: list[int]) -> None:
    played: Queue[tuple[int, Episode]] = Queue()
    for number in done:
        played.put((number, Episode(1000 + number, 0.0, 1, 0.1, {})))
    assert [episode.seed for episode in in_order(played, [], 6)] == list(range(1000, 1006))


def test_ctrl_c_tells_of_the_first_episodes_without_a_gap(home: Path) -> None:
    process, playing = begun(home)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    result = json.loads(output)
    assert result["stopped"] is True
    assert result["seeds"] == list(range(1000, 1000 + result["episodes"]))
    assert wait_until_gone(playing)


def test_a_killed_process_is_told_and_what_was_measured_is_kept(home: Path) -> None:
    process, playing = begun(home)
    os.kill(playing[0], signal.SIGKILL)
    os.kill(playing[1], signal.SIGSTOP)  # so that nothing comes any more
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 2, errors
    assert "a process that played was killed" in errors
    assert json.loads(output)["episodes"] >= 20
    assert wait_until_gone(playing)


def test_none_outlives_a_killed_parent(home: Path) -> None:
    process, playing = begun(home)
    process.kill()
    process.communicate()
    assert wait_until_gone(playing)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_one_of_them_cannot_do_is_one_line(home: Path, jobs: str) -> None:
    maze = ("--game", "gym:FrozenLake-v1?map_name=7x7", "--brain", "random", "--episodes", "3")
    output, errors = botplay(home, "evaluate", *maze, "--jobs", jobs, code=2)
    assert output == ""
    assert len(errors.strip().splitlines()) == 1
