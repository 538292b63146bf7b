"""The engine's process: it leaves nothing behind, whatever happens to it or to us."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from botcore import BotplayError, OpenRequest
from botplay_doom import batch
from botplay_doom.env import open_doom
from botplay_doom.launcher import Launcher

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")

HOLD = """
import sys, time
from botcore import OpenRequest
from botplay_doom.env import open_doom
env = open_doom(OpenRequest("basic", "default", pictures=False))
env.reset(seed=1)
try:
    print("ready", flush=True)
    while True:
        env.step(0)
        time.sleep(0.01)
except KeyboardInterrupt:
    env.reset()
    for _ in range(5):
        env.step(0)
    env.close()
    print("still steps", flush=True)
"""


def processes(folder):
    """Return the processes whose command line names a folder for temporary files."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str(folder).encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def eventually_clean(folder, cwd):
    """Whether, within seconds, no engine, no private folder and no file in the current directory is left."""
    for _ in range(100):
        if not processes(folder) and not list(folder.iterdir()):
            return list(cwd.iterdir()) == []
        time.sleep(0.05)
    return False


def instances(folder):
    """Return the names of the engines' shared memory."""
    words = [Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0") for number in processes(folder)]
    return {
        line[line.index(b"+viz_instance_id") + 1].decode() for line in words if b"+viz_instance_id" in line
    }


def shared_memory(names):
    return [file for file in os.listdir("/dev/shm") if any(file.endswith(name) for name in names)]


@pytest.fixture
def held(tmp_path):
    """A process that plays, its folder for temporary files and its current directory."""
    folder, cwd = tmp_path / "temporary", tmp_path / "here"
    folder.mkdir()
    cwd.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=cwd,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout.readline() == "ready\n"
    assert processes(folder)
    yield process, folder, cwd
    process.kill()
    process.wait()
    process.stdout.close()


def test_no_engine_outlives_a_killed_parent(held):
    process, folder, cwd = held
    names = instances(folder)
    assert shared_memory(names)
    process.kill()
    process.wait()
    assert eventually_clean(folder, cwd)
    assert not shared_memory(names)


def test_ctrl_c_reaches_us_and_the_engine_plays_on(held):
    """A terminal sends it to the whole group; training saves what it has before it ends."""
    process, folder, cwd = held
    os.killpg(process.pid, signal.SIGINT)
    assert process.stdout.readline() == "still steps\n"
    assert process.wait(10) == 0
    assert eventually_clean(folder, cwd)


def play_on(env):
    for _ in range(100):
        env.step(0)


@pytest.fixture
def private(tmp_path, monkeypatch):
    """A folder for temporary files of this test's own."""
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_crash_is_one_line(private):
    env = open_doom(OpenRequest("basic", "default", pictures=False))
    env.reset(seed=1)
    for number in processes(private):
        if b"viz_instance_id" in Path(f"/proc/{number}/cmdline").read_bytes():
            os.kill(number, signal.SIGKILL)
    with pytest.raises(BotplayError, match="the Doom engine stopped") as caught:
        play_on(env)
    assert "\n" not in str(caught.value)
    env.close()
    env.close()
    assert list(private.iterdir()) == []


def nothing_is_left(private):
    """Whether, within seconds, no engine runs any more and the folder is empty."""
    for _ in range(100):
        if not processes(private):
            break
        time.sleep(0.02)
    return not processes(private) and list(private.iterdir()) == []


def test_closing_ends_both_engines(private):
    env = open_doom(OpenRequest("basic", "default"))
    assert len(processes(private)) >= 2
    env.close()
    assert nothing_is_left(private)


def test_closing_a_batch_ends_all_its_engines(private):
    games = batch.open_doom_batch(OpenRequest("basic", "default", copies=2))
    assert len(instances(private)) == 2
    games.close()
    assert nothing_is_left(private)


def test_a_batch_of_which_one_engine_does_not_start_leaves_none(private, monkeypatch):
    def open_one(request):
        if opened:
            raise BotplayError("no more")
        opened.append(open_doom(request))
        return opened[0]

    opened = []
    monkeypatch.setattr(batch, "open_doom", open_one)
    with pytest.raises(BotplayError, match="no more"):
        batch.open_doom_batch(OpenRequest("basic", "default", copies=2))
    assert len(opened) == 1
    assert nothing_is_left(private)


def test_an_engine_that_cannot_run_is_one_line(private):
    with pytest.raises(BotplayError, match="reinstall vizdoom"):
        Launcher(private / "no" / "vizdoom")
    assert list(private.iterdir()) == []
