"""Whoever was to read the output is gone, or never was there: work that was done is kept."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from botcore.replay.library import list_replays
from tests.botcore.cli.as_typed import CODE, botplay, command

LAKE = ("--game", "gym:FrozenLake-v1", "--brain")
SHELL_CODE = f'"{sys.executable}" -c "{CODE}"'


def in_shell(home: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash in which `$BOTPLAY` is the program."""
    return subprocess.run(
        ["bash", "-c", line.replace("$BOTPLAY", SHELL_CODE)],
        env={**os.environ, "BOTPLAY_DATA": str(home / "data")},
        cwd=home / "here",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def in_terminal(home: Path, *arguments: str) -> tuple[int, Iterator[str]]:
    """Start botplay in a terminal of its own; return its process id and what appears there."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["BOTPLAY_DATA"] = str(home / "data")
        os.chdir(home / "here")
        os.execv(sys.executable, [sys.executable, "-c", CODE, *arguments])

    def shown() -> Iterator[str]:
        try:
            while piece := os.read(terminal, 4096):
                yield piece.decode(errors="replace")
        finally:
            os.close(terminal)

    return pid, shown()


def exit_code(pid: int) -> int:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise AssertionError("it went on without its terminal")


def test_a_closed_terminal_completes_the_recording(home: Path) -> None:
    pid, shown = in_terminal(home, *LAKE, "random", "--no-window", "--episodes", "99999")
    assert any("episode 2:" in piece for piece in shown)
    shown.close()  # type: ignore[attr-defined]
    assert exit_code(pid) == 128 + signal.SIGHUP
    replays = list_replays(home / "data" / "replays")
    assert len(replays) > 1
    assert {replay.status for replay in replays} == {"complete"}


def test_a_person_at_a_terminal_is_told_what_is_being_opened(home: Path) -> None:
    pid, shown = in_terminal(home, *LAKE, "random", "--no-window")
    said = "".join(piece for piece in until_closed(shown))
    assert exit_code(pid) == 0
    assert said.index("opening gym/FrozenLake-v1 ...") < said.index("episode 1:")
    assert "opening" not in "".join(botplay(home, *LAKE, "random", "--no-window")), "nobody sits there"


def until_closed(shown: Iterator[str]) -> Iterator[str]:
    with suppress(OSError):  # Linux says so that nobody holds the other end any more
        yield from shown


def test_a_closed_terminal_ends_a_training_as_ctrl_c_does(home: Path) -> None:
    pid, shown = in_terminal(home, "train", *LAKE, "qlearning", "--minutes", "5")
    assert any("score" in piece for piece in shown)
    shown.close()  # type: ignore[attr-defined]
    assert exit_code(pid) == 0
    [run] = (home / "data" / "runs").iterdir()
    assert (run / "model" / "card.json").is_file(), "the shipped model keeps its place, this one lies there"


def test_under_nohup_a_closed_terminal_is_no_reason_to_end() -> None:
    code = (
        "import signal\n"
        "from botcore.ending import ENDING, leave, listen\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "listen(ENDING, leave)\n"
        "signal.raise_signal(signal.SIGHUP)\n"
        "print('it goes on', flush=True)\n"
        "signal.raise_signal(signal.SIGTERM)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (128 + signal.SIGTERM, "it goes on\n"), result.stderr


def test_ctrl_c_while_modules_are_read_is_no_traceback(home: Path) -> None:
    interrupt = (
        "import os, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'botcore.cli.train':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from importlib.metadata import entry_points\n"
        "[script] = entry_points(group='console_scripts', name='botplay')\n"
        "script.load()()\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", interrupt, "list"],
        cwd=home / "here",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stdout, process.stderr) == (130, "", "")


def test_ctrl_c_ends_tee_too_and_what_was_learned_is_kept(home: Path) -> None:
    process = command(home, "train", *LAKE, "qlearning", "--minutes", "5")
    assert process.stdout is not None
    assert process.stderr is not None
    assert any("score" in line for line in process.stderr)
    process.stdout.close()  # what `2>&1 | tee` reads with
    process.stderr.close()
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    [run] = (home / "data" / "runs").iterdir()
    assert (run / "model" / "card.json").is_file()


@pytest.mark.parametrize("arguments", ["list", "settings --game doom --brain a3c", "--help"])
def test_who_has_seen_enough_is_no_error(home: Path, arguments: str) -> None:
    result = in_shell(home, f"$BOTPLAY {arguments} | true; exit ${{PIPESTATUS[0]}}")
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_without_standard_streams_it_plays_and_records(home: Path, closed: str) -> None:
    result = in_shell(home, f"$BOTPLAY --game gym:FrozenLake-v1 --brain random --no-window {closed}")
    assert (result.returncode, result.stderr) == (0, "")
    [replay] = list_replays(home / "data" / "replays")
    assert replay.status == "complete"
    steps = (replay.path / "steps.jsonl").read_text().splitlines()
    assert all(line.startswith("{") for line in steps), "nothing that was printed lies in it"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_disk_under_the_output_is_told(home: Path) -> None:
    result = in_shell(home, "$BOTPLAY list > /dev/full")
    assert result.returncode == 2
    assert result.stderr == "botplay: No space left on device: make room, or write to another place\n"
    result = in_shell(
        home, "$BOTPLAY train --game gym:FrozenLake-v1 --brain qlearning --steps 300 2> /dev/full"
    )
    assert result.returncode == 0, "notes that cannot be written end no training"
    assert "installed:" in result.stdout


def test_a_pipe_that_breaks_in_a_plugin_is_told(home: Path) -> None:
    info = home / "fake" / "snapper-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: snapper\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[botplay]\nsnapper = snapper\n")
    (home / "fake" / "snapper.py").write_text(
        "import botcore\n"
        "@botcore.hookimpl\n"
        "def botplay_games():\n"
        "    yield botcore.Game(name='snap', summary='Its engine has died.', open='snapper:open_snap')\n"
        "def open_snap(request):\n"
        "    raise BrokenPipeError(32, 'Broken pipe')\n"
    )
    path = os.pathsep.join([str(home / "fake"), os.environ.get("PYTHONPATH", "")])
    play = ("--game", "snap", "--brain", "random", "--no-window")
    _, errors = botplay(home, *play, code=1, PYTHONPATH=path)
    assert "snapper 1.0 failed in snapper.py, line 6: BrokenPipeError" in errors
