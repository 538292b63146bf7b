"""The commands as a person types them: real processes in an empty folder."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from botcore.cli.play import finish
from botcore.models import CARD, WEIGHTS
from botcore.replay.library import list_replays
from botcore.replay.reader import open_replay
from tests.botcore.cli.as_typed import CARTPOLE, CODE, QUICK, botplay, command

HEAVY = ("torch", "cv2", "pygame", "vizdoom", "ale_py", "gymnasium")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["list"], ["list", "--json"], ["plugins"], ["models"], ["replays"]]
)
def test_looking_around_imports_no_engine(home: Path, arguments: list[str]) -> None:
    code = (
        "import sys\nfrom botcore.cli.main import run\n"
        f"run({arguments!r})\n"
        f"sys.exit(str([name for name in {HEAVY!r} if name in sys.modules]))"
    )
    environment = {**os.environ, "BOTPLAY_DATA": str(home / "data")}
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=home / "here",
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stderr.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--game", "breakuot", "--brain", "a3c"], "did you mean breakout"),
        (["--game", "breakout", "--brain", "a3d"], "did you mean a3c"),
        (["--game", "pong", "--brain", "a3c"], "did you mean atari/pong"),
        (["--game", "car", "--brain", "dqn", "--no-plugin", "carr"], "did you mean car"),
        (["--game", "atari/pnog", "--brain", "a3c"], "did you mean pong"),
        (["--game", "gym:CartPole-v9", "--brain", "a3c", "--no-window"], "CartPole"),
        (["--game", "car", "--brain", "a3c", "--eyes", "cnov"], "did you mean conv"),
        (["--game", "breakout", "--brain", "qlearning", "--no-window"], "these can:"),
        (["--game", "breakout", "--brain", "dqn", "--no-window"], "it has no eyes"),
        (["--game", "breakout", "--brain", "a3c", "--eyes", "none of"], "botplay: there is no eyes called"),
        (["--game", "gym:\udcff", "--brain", "random"], "is no name of a game"),
        (["--game", "car", "--brain", "dqn", "--settings", "/dev/zero"], "is not a plain file"),
        (["evaluate", "--game", "car", "--brain", "random", "--seeds", "1" * 5000], "too large"),
        (["--game", "car", "--brain", "dqn", "--set", "learner.gama=1"], "did you mean gamma"),
        (["train", "--game", "gym:MountainCar-v0", "--brain", "a3c", "--eyes", "conv"], "shows no pictures"),
        (["--game", "car", "--brain", "a3c", "--eyes", "conv", "--no-window"], "car/city shows no pictures"),
        (["--game", "car", "--brain", "dqn", "--model", "nowhere", "--no-window"], "is no trained model"),
        (["--game", "car/citty", "--brain", "dqn", "--no-window"], "did you mean city"),
        (["--game", "car", "--brain", "human", "--no-window"], "needs a window"),
        (["--game", "car"], "brain"),
        (["trian"], "did you mean train"),
        (["models", "list"], "botplay models alone lists what there is"),
        (["replays", "rmm"], "did you mean rm"),
        (["play", "--gme", "car"], "--gme"),
        (["train"], "needs --game and --brain"),
        (["train", "--resume"], "no run to resume"),
        (["train", "--game", "car", "--brain", "random", "--steps", "9"], "nothing to learn"),
        (["train", "--game", "car/city-rich", "--brain", "qlearning"], "these can:"),
        (["evaluate", "--game", "car", "--brain", "random", "--seeds", "x"], "seeds look like"),
        (["replay"], "no replay"),
        (["export", "last", "--to", "/tmp/x.mp4"], "no replay"),
        (["models", "show", "car"], "no model 'car'"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(home: Path, arguments: list[str], words: str) -> None:
    output, errors = botplay(home, *arguments, code=2)
    assert output == ""
    [line] = errors.strip().splitlines()
    assert words in line
    assert line.startswith("botplay: ")


def test_a_brain_without_its_eyes_is_not_sent_to_itself(home: Path) -> None:
    _, errors = botplay(home, "evaluate", "--game", "breakout", "--brain", "a3c", "--eyes", "none", code=2)
    assert "it has no eyes; these can: a3c with its usual eyes, nstep-dqn" in errors


def test_a_mistake_in_a_settings_file_names_the_file(home: Path) -> None:
    file = home / "mine.toml"
    for text, words in (("[learner]\ngama = 1", "did you mean gamma"), ("[learning]", "no settings section")):
        file.write_text(text)
        _, errors = botplay(home, "--game", "car", "--brain", "dqn", "--settings", str(file), code=2)
        assert errors.startswith(f"botplay: {file}: no setting")
        assert words in errors


def test_settings_may_come_through_a_pipe(home: Path) -> None:
    pipe = home / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(pipe.write_text, "[game]\nsteps = 7")
        shown, _ = botplay(
            home,
            "settings",
            "--game",
            "car",
            "--brain",
            "dqn",
            "--settings",
            str(pipe),
            "--set",
            "learner.batch=9",
        )
    assert "\nsteps = 7\n" in shown
    assert "\nbatch = 9\n" in shown


def test_debug_shows_the_traceback(home: Path) -> None:
    _, errors = botplay(home, "--game", "breakuot", "--brain", "a3c", "--debug", code=2)
    assert "Traceback" in errors


@pytest.mark.parametrize("display", ["", ":4711"], ids=["none", "one that does not answer"])
def test_without_a_screen_it_plays_records_and_says_where(home: Path, display: str) -> None:
    short = ("--seed", "3", "--set", "game.steps=50")
    output, errors = botplay(home, "--game", "car", "--brain", "random", *short, DISPLAY=display)
    assert "there is no screen" in errors
    assert "episode 1: score" in output
    [summary] = list_replays(home / "data" / "replays")
    assert f"replay: {summary.path}" in output
    assert (summary.status, summary.steps, summary.brain) == ("complete", 50, "random")
    listing, _ = botplay(home, "replays")
    assert summary.id in listing


def test_out_moves_the_replays_and_no_record_keeps_none(home: Path) -> None:
    play = ("play", "--game", "gym:CartPole-v1", "--brain", "random", "--no-window", "--episodes", "2")
    botplay(home, *play, "--out", str(home / "mine"))
    assert len(list_replays(home / "mine")) == 2
    output, _ = botplay(home, *play, "--no-record")
    assert "replay:" not in output
    assert not (home / "data" / "replays").exists()


def test_a_replay_becomes_a_video(home: Path) -> None:
    botplay(home, "--game", "gym:CartPole-v1", "--brain", "random", "--no-window")
    target = home / "film.mp4"
    botplay(home, "export", "last", "--to", str(target), "--no-panels")
    assert target.read_bytes()[4:8] == b"ftyp"
    _, errors = botplay(home, "export", "last", "--to", str(target), code=2)
    assert "exists already" in errors
    _, errors = botplay(home, "replay", "last", code=2)
    assert "there is no screen" in errors


def test_a_damaged_replay_is_told_in_a_line(home: Path) -> None:
    botplay(home, "--game", "gym:CartPole-v1", "--brain", "random", "--no-window")
    [summary] = list_replays(home / "data" / "replays")
    header = summary.path / "episode.json"
    header.write_text(header.read_text().replace('"format"', '"farmot"'))
    _, errors = botplay(home, "export", "last", "--to", str(home / "film.mp4"), code=2)
    assert errors.startswith("botplay: ")
    listing, _ = botplay(home, "replays")
    assert "broken" in listing


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_play_completes_its_recording(home: Path, number: int) -> None:
    process = command(home, "--game", "car", "--brain", "random", "--no-window", "--episodes", "999")
    steps = home / "data" / "replays"
    deadline = time.monotonic() + 60
    while (
        not any(f.stat().st_size > 20_000 for f in steps.glob("*/steps.jsonl"))
        and time.monotonic() < deadline
    ):
        time.sleep(0.05)
    process.send_signal(number)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == (130 if number == signal.SIGINT else 143), errors
    assert "replay:" in output
    newest = list_replays(steps)[0]
    assert newest.status == "complete"
    with open_replay(newest.path) as replay:
        assert replay.header.outcome in ("stopped", "truncated")
        assert len(list(replay.moments())) == len(replay) > 10


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_evaluation_tells_what_was_measured(home: Path, number: int) -> None:
    random = ("--game", "gym:CartPole-v1", "--brain", "random")
    process = command(home, "evaluate", *random, "--episodes", "100000", "--json")
    assert process.stderr is not None
    lines = iter(process.stderr.readline, "")
    assert any(line.startswith("3/100000") for line in lines)
    process.send_signal(number)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == (130 if number == signal.SIGINT else 143), errors
    result = json.loads(output)
    assert 3 <= result["episodes"] == len(result["scores"]) < result["planned"] == 100_000
    assert result["stopped"] is True
    assert f"stopped after {result['episodes']} of 100000 episodes" in errors


def test_training_installs_what_play_and_evaluate_then_use(home: Path) -> None:
    output, errors = botplay(home, "train", *CARTPOLE, "--steps", "400", *QUICK)
    assert "finished: 400 steps" in output
    assert "training dqn on gym/CartPole-v1; the run lies in" in errors
    folder = home / "data" / "models" / "gym" / "CartPole-v1" / "dqn"
    assert (folder / CARD).exists()
    assert (folder / WEIGHTS).exists()
    card = json.loads((folder / CARD).read_text())
    assert card["steps"] == 400
    assert card["setup"]["settings"]["neurons"]["layers"] == [8]

    _, errors = botplay(home, *CARTPOLE, "--no-window")
    assert "no trained model" not in errors

    output, errors = botplay(home, "evaluate", *CARTPOLE, "--episodes", "3", "--json", "--save")
    result = json.loads(output)
    keys = "game scenario brain model protocol episodes seeds scores mean sd median min max steps seconds"
    assert " ".join(result) == keys + " outcomes planned standard_error stopped"
    assert (result["planned"], result["stopped"]) == (3, False)
    assert result["model"] == str(folder)
    assert result["seeds"] == [1000, 1001, 1002]
    assert "3/3" in errors
    again = json.loads(botplay(home, "evaluate", *CARTPOLE, "--seeds", "1000-1002", "--json")[0])
    assert again["scores"] == result["scores"], "the same seeds play the same episodes"
    assert json.loads((folder / CARD).read_text())["score"]["scores"] == result["scores"]

    listing, _ = botplay(home, "models")
    assert listing.split()[:2] == ["model", "score"]
    [mine] = [line for line in listing.splitlines() if line.startswith("gym/CartPole-v1/dqn ")]
    assert " ".join(mine.split()[1:]) == f"{result['mean']:,.4g} ± {result['sd']:,.3g} in 3 episodes yours"
    assert not any(line.endswith("yours") for line in listing.splitlines() if line != mine)
    shown, _ = botplay(home, "models", "show", "gym/CartPole-v1/dqn")
    assert "400 steps" in shown
    assert "\n  memory none\n" in shown
    assert "learner: " in shown, "every setting, also the usual ones"
    assert "gamma=0.99" in shown
    assert f"score {result['mean']:,.4g} ± {result['sd']:,.3g} in 3 episodes" in shown
    assert "seeds 1000-1002" in shown

    botplay(home, "train", *CARTPOLE, "--steps", "240", "--from", str(folder))
    card = json.loads((folder / CARD).read_text())
    assert card["setup"]["settings"]["neurons"]["layers"] == [8], "the card's settings"
    assert card["steps"] == 400 + 240, "all the steps there were"
    botplay(home, "train", "--resume", "--steps", "320")
    card = json.loads((folder / CARD).read_text())
    assert card["steps"] == 400 + 320
    first, second, third = card["command"].split(", then ")
    assert "--steps 400" in first
    assert second.endswith(f"--steps 240 --from {folder}")
    assert third == "botplay train --resume --steps 320"
    assert [point[0] for point in card["curve"]] == sorted(point[0] for point in card["curve"])

    _, errors = botplay(home, "play", "--game", "car", "--brain", "dqn", "--model", str(folder), code=2)
    assert "was trained for gym with dqn, not for car with dqn" in errors
    (folder / WEIGHTS).write_bytes(b"nothing")
    _, errors = botplay(home, "play", *CARTPOLE, code=2)
    assert "not the file its card describes" in errors


def test_no_permission_to_record_is_told_with_a_way_out(home: Path) -> None:
    blocked = home / "file"
    blocked.write_text("")
    _, errors = botplay(home, *CARTPOLE, "--no-window", "--out", str(blocked), code=2)
    assert "--no-record" in errors
    _, errors = botplay(home, "train", *CARTPOLE, "--steps", "10", "--out", str(blocked / "run"), code=2)
    assert "cannot write" in errors


def test_a_full_disk_ends_the_recording_and_not_the_game(home: Path) -> None:
    code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (70_000, 70_000)); {CODE}"
    assert resource.RLIMIT_FSIZE
    play = ["play", "--game", "car", "--brain", "random", "--no-window", "--set", "game.steps=600"]
    result = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); {code}",
            *play,
        ],
        env={**os.environ, "BOTPLAY_DATA": str(home / "data")},
        cwd=home / "here",
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "the recording ended" in result.stderr
    assert "600 steps" in result.stdout, "the game went on to its end"


def test_doctor_finds_what_is_wrong(home: Path) -> None:
    output, _ = botplay(home, "doctor")
    assert "everything is in order" in output
    assert "pygame-ce" in output
    for name, version in (("pygame", "2.6.1"), ("opencv_python_headless", "4.10.0")):
        info = home / "here" / ".." / "fake" / f"{name}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n"
        )
    broken = home / "fake" / "broken-1.0.dist-info"
    broken.mkdir()
    (broken / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (broken / "entry_points.txt").write_text("[botplay]\nbroken = not_there\n")
    result = subprocess.run(
        [sys.executable, "-c", CODE, "doctor"],
        env={**os.environ, "BOTPLAY_DATA": str(home / "data"), "PYTHONPATH": str(home / "fake")},
        cwd=home / "here",
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "pip uninstall -y pygame pygame-ce" in result.stdout
    assert "several variants" in result.stdout
    assert "No module named 'not_there'" in result.stdout
    assert "3 to put right" in result.stdout


def test_a_data_folder_that_is_a_file_is_told_and_the_doctor_goes_on(home: Path) -> None:
    (home / "file").write_text("")
    where = {"BOTPLAY_DATA": str(home / "file")}
    _, told = botplay(home, "replays", code=2, **where)
    assert told.endswith("file is a file where botplay's data belongs: set BOTPLAY_DATA to a folder\n")
    output, _ = botplay(home, "doctor", code=1, **where)
    assert "BROKEN data folder" in output
    assert "plugin         car" in output


@pytest.mark.parametrize("name", ["torch", "pygame", "av", "numpy"])
def test_doctor_goes_on_where_something_cannot_be_imported(home: Path, name: str) -> None:
    code = f"import sys; sys.modules[{name!r}] = None; {CODE}"
    result = subprocess.run(
        [sys.executable, "-c", code, "doctor"],
        env={**os.environ, "BOTPLAY_DATA": str(home / "data"), "SDL_VIDEODRIVER": "dummy"},
        cwd=home / "here",
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "botplay: " not in result.stderr, "torch warns there that it finds no numpy"
    told = result.stdout.splitlines()
    assert any(line.startswith("BROKEN") and f"import of {name} halted" in line for line in told)
    assert any(line.startswith("ok     plugin         car") for line in told)
    assert told[-1].endswith(" to put right")


def test_doctor_goes_on_where_a_library_of_torch_is_missing(home: Path) -> None:
    (home / "fake" / "torch").mkdir(parents=True)
    (home / "fake" / "torch" / "__init__.py").write_text("raise OSError('libcudart.so.13: cannot open')\n")
    path = f"{home / 'fake'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    output, errors = botplay(home, "doctor", code=1, PYTHONPATH=path)
    assert "BROKEN torch device   cannot be looked at: OSError: libcudart.so.13: cannot open" in output
    assert output.endswith("1 to put right\n")
    assert errors == ""


def test_doctor_tries_whether_anything_can_be_made(home: Path) -> None:
    """Where the system keeps what only looks like files, not even root can."""
    output, _ = botplay(home, "doctor", code=1, BOTPLAY_DATA="/proc")
    assert "/proc/replays cannot be written; set BOTPLAY_DATA to another folder (" in output


@pytest.mark.parametrize("command", [("play", *CARTPOLE), ("replay",), ("versus", "--game", "car")])
def test_a_speed_that_is_no_number_is_refused(home: Path, command: tuple[str, ...]) -> None:
    _, errors = botplay(home, *command, "--speed", "nan", code=2)
    assert "nan is no number" in errors


def test_models_as_json_are_for_programs(home: Path) -> None:
    models = {one["name"]: one for one in json.loads(botplay(home, "models", "--json")[0])}
    shipped = models["gym/CartPole-v1/dqn"]
    card = json.loads((Path(shipped["folder"]) / CARD).read_text())
    assert (shipped["game"], shipped["scenario"], shipped["brain"]) == ("gym", "CartPole-v1", "dqn")
    assert (shipped["steps"], shipped["score"]["mean"]) == (card["steps"], card["score"]["mean"])


def test_learning_is_told_to_change_nothing_where_there_is_nothing_to_learn(home: Path) -> None:
    lake = ("--game", "gym:FrozenLake-v1", "--brain", "random", "--no-window", "--no-record")
    _, errors = botplay(home, *lake, "--learn")
    assert "brain random has nothing to learn, so --learn changes nothing" in errors
    assert "--learn" not in botplay(home, *lake)[1]


def test_where_the_replay_lies_is_said_also_where_closing_the_game_fails(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail() -> None:
        raise RuntimeError("a stuck lid")

    moments = SimpleNamespace(close=lambda: None)
    live: Any = SimpleNamespace(
        moments=moments, session=SimpleNamespace(close=fail), recorder=SimpleNamespace(folder=tmp_path)
    )
    with pytest.raises(RuntimeError):
        finish(live)
    assert f"replay: {tmp_path}" in capsys.readouterr().out
