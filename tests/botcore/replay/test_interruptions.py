"""Whatever ends a recording, what was played until then can be watched."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from botcore.contracts.moment import Moment
from botcore.errors import BotplayError
from botcore.replay.encode import VideoWriter
from botcore.replay.format import STEPS_FILE, About, Branch
from botcore.replay.library import goes_on, list_replays
from botcore.replay.reader import Replay, open_replay
from botcore.replay.recorder import MOST_FINISHING, Recorder

MadeEpisode = Callable[..., Iterator[Moment]]
KILLS = int(os.environ.get("BOTPLAY_KILLS", "10"))
TOGETHER = 5

# A program that records without end and says which step it has passed on. Arguments: root, seconds a step,
# and what happens: "go", "short" (episodes of three steps), "raise" (in the game at step 40), "consume"
# (whoever watches fails there, and keeps the stream alive to the very end), or "fill" (no file may grow
# beyond 120,000 bytes).
PROGRAM = """
import resource, sys, time
from pathlib import Path
import numpy as np
from botcore.contracts.moment import Decision, Moment
from botcore.replay.format import About
from botcore.replay.recorder import Recorder

root, pause, then = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
noise = np.random.default_rng(0).integers(0, 255, (40, 90, 120, 3), np.uint8)

def moments():
    for number in range(100_000):
        step = number % 4 if then == "short" else number
        frames = range(step * 4 - 3, step * 4 + 1) if step else range(1)
        pictures = tuple(noise[frame % 40] for frame in frames)
        decision = Decision(step % 3, (0.2, 0.3, 0.5), by="a3c") if step else None
        if step == 40 and then == "raise":
            raise RuntimeError("the engine died")
        over = then == "short" and step == 3
        yield Moment(0, step, step * 4, pictures, noise[:4, :, :, 0], decision, 1.0, step, over, False)
        time.sleep(pause)

about = About("tiny", "default", "v1", "a3c", 60.0, ("stay", "left", "right"))
recorder = Recorder(root, lambda text: print("problem", text, flush=True))
if then == "fill":
    resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, 120_000))
stream = recorder.record(moments(), about)
for moment in stream:
    print(moment.step, flush=True)
    if then == "consume" and moment.step == 39:
        raise RuntimeError("the window died")
    if then == "fill" and moment.step == 400:
        break
"""


def start(root: Path, pause: float, then: str = "go") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, str(root), str(pause), then]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_step(process: subprocess.Popen[str], step: int) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == str(step):
            return
    pytest.fail(f"ended early: {process.communicate()[1]}")


def finish(process: subprocess.Popen[str], root: Path) -> tuple[Replay, int, str, str]:
    """Return the replay, the last step that was passed on, and the program's output."""
    out, err = process.communicate(timeout=60)
    steps = [int(line) for line in out.splitlines() if line.isdigit()]
    (folder,) = root.iterdir()
    return open_replay(folder), steps[-1] if steps else 0, out, err


def assert_complete(replay: Replay, *, last_step: int | None = None) -> None:
    """Every Moment that was passed on is there, with all its pictures."""
    header = replay.header
    assert (header.status, header.outcome) == ("complete", "stopped")
    if last_step is not None:
        # The step in flight may be there too.
        assert last_step <= header.steps <= last_step + 1  # type: ignore[operator]
    last = replay.moment(len(replay) - 1)
    assert len(last.pictures) == 4
    assert last.observation is not None


def test_a_recording_goes_on_as_long_as_who_records_it(tmp_path: Path) -> None:
    process = start(tmp_path, 0.01)
    wait_for_step(process, 5)
    (folder,) = tmp_path.iterdir()
    assert goes_on(folder)
    process.kill()
    process.communicate()
    assert not goes_on(folder)
    assert open_replay(folder).header.status == "recovered"
    (folder / STEPS_FILE).unlink()
    os.mkfifo(folder / STEPS_FILE)
    assert not goes_on(folder), "and a pipe is not waited for"


def test_a_closed_stream_is_a_complete_replay(tmp_path: Path, about: About, episode: MadeEpisode) -> None:
    recorder = Recorder(tmp_path, pytest.fail)
    stream = recorder.record(episode(60), about)
    for moment in stream:
        if moment.step == 33:
            break
    stream.close()
    assert recorder.folder is not None
    assert_complete(open_replay(recorder.folder), last_step=33)
    assert not [t for t in threading.enumerate() if t.name == "botplay-recorder"]


def test_a_crash_of_the_game_is_passed_on_and_recorded(
    tmp_path: Path, about: About, episode: MadeEpisode
) -> None:
    def crashing() -> Iterator[Moment]:
        for moment in episode(60):
            if moment.step == 21:
                raise RuntimeError("the engine died")
            yield moment

    recorder = Recorder(tmp_path, pytest.fail)
    with pytest.raises(RuntimeError, match="the engine died"):
        list(recorder.record(crashing(), about))
    assert recorder.folder is not None
    assert_complete(open_replay(recorder.folder), last_step=20)


@pytest.mark.parametrize(("then", "what"), [("raise", "the engine died"), ("consume", "the window died")])
def test_an_exception_nobody_catches(tmp_path: Path, then: str, what: str) -> None:
    process = start(tmp_path, 0.001, then)
    replay, last, _, err = finish(process, tmp_path)
    assert what in err
    assert last == 39
    assert_complete(replay, last_step=39)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_completes_the_replay(tmp_path: Path, number: signal.Signals) -> None:
    process = start(tmp_path, 0.02)
    wait_for_step(process, 30)
    process.send_signal(number)
    replay, last, _, _ = finish(process, tmp_path)
    assert process.returncode != 0
    assert_complete(replay, last_step=max(last, 30))


def test_sigterm_is_left_to_whoever_handles_it(tmp_path: Path, about: About, episode: MadeEpisode) -> None:
    before = signal.getsignal(signal.SIGTERM)
    mine = lambda number, frame: None  # noqa: E731
    signal.signal(signal.SIGTERM, mine)
    try:
        stream = Recorder(tmp_path).record(episode(3), about)
        next(stream)
        assert signal.getsignal(signal.SIGTERM) is mine
        list(stream)
    finally:
        signal.signal(signal.SIGTERM, before)


def kill_at_random(roots: list[Path], kinds: list[tuple[float, str]]) -> list[int]:
    """Let programs record, one into each root, and kill them; return the last step that each passed on."""
    dice = random.Random(os.urandom(8))
    processes = [start(root, *kind) for root, kind in zip(roots, kinds, strict=True)]
    last = []
    try:
        for process in processes:
            wait_for_step(process, 0)
            time.sleep(dice.choice((0.01, 0.1, 1.0)) * dice.random())
            process.kill()
            out, _ = process.communicate()
            last.append(max((int(line) for line in out.split("\n")[:-1] if line), default=0))
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    return last


@pytest.mark.parametrize("batch", range(-(-KILLS // TOGETHER)))
def test_killed_at_any_moment_it_loses_at_most_a_second(tmp_path: Path, batch: int) -> None:
    """Half of them play at the game's pace, half as fast as they can, so that the encoder lags behind."""
    roots = [tmp_path / str(n) for n in range(TOGETHER)]
    lasts = kill_at_random(roots, [(0.06 if n % 2 else 0.0, "go") for n in range(TOGETHER)])
    for root, last in zip(roots, lasts, strict=True):
        (folder,) = root.iterdir()
        replay = open_replay(folder)
        assert (replay.header.status, replay.header.outcome) == ("recovered", "stopped")
        assert len(replay) >= last + 1
        assert replay.header.steps == replay.lines[-1].moment.step == len(replay) - 1
        assert replay.header.score == replay.header.steps
        moments = list(replay.moments())
        shown = sum(len(moment.pictures) for moment in moments)
        assert replay.last_frame + 1 - shown <= 60, "more than a second of video is lost"
        seen = sum(moment.observation is not None for moment in moments)
        assert len(replay) - seen <= 15, "more than a second of what the eyes saw is lost"


def test_killed_between_short_episodes_every_replay_opens(tmp_path: Path) -> None:
    """Episodes of three steps: a kill strikes where folders are made and indexes are replaced."""
    roots = [tmp_path / str(n) for n in range(TOGETHER)]
    kill_at_random(roots, [(0.0, "short")] * TOGETHER)
    for root in roots:
        listed = list_replays(root)
        assert len(list(root.iterdir())) - len(listed) <= 1, "only what was being begun is no replay yet"
        assert {one.status for one in listed} <= {"complete", "recovered"}
        for one in listed:
            replay = open_replay(one.path)
            assert len(list(replay.moments())) == len(replay) <= 4


def test_a_full_disk_ends_the_recording_but_not_the_game(tmp_path: Path) -> None:
    process = start(tmp_path, 0.0, "fill")
    replay, last, out, err = finish(process, tmp_path)
    assert (process.returncode, last) == (0, 400), err
    problems = [line for line in out.splitlines() if line.startswith("problem")]
    assert len(problems) == 1
    assert "the recording ended: File too large" in problems[0]
    assert replay.header.status == "recovered"
    assert 5 < len(replay) < 400
    assert len(replay.moment(3).pictures) == 4


def test_a_recording_that_never_had_a_step_leaves_nothing_behind(
    tmp_path: Path, about: About, episode: MadeEpisode
) -> None:
    problems: list[str] = []
    recorder = Recorder(tmp_path, problems.append)
    moments = list(episode(3))
    moments[0] = replace(moments[0], pictures=moments[0].pictures * 2000)
    assert len(list(recorder.record(moments, about))) == 4
    assert len(problems) == 1
    assert "the recording ended: step 0: " in problems[0]
    assert recorder.folder is None
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_really_fills_up(small_disk: Path, about: About, episode: MadeEpisode) -> None:
    problems: list[str] = []
    recorder = Recorder(small_disk, problems.append)
    (small_disk / "ballast").write_bytes(bytes(180_000))
    assert len(list(recorder.record(episode(600), about))) == 601
    assert problems == ["the recording ended: No space left on device; the game goes on without it"]
    assert recorder.folder is not None
    with open_replay(recorder.folder) as replay:
        assert replay.header.status == "recovered"
        assert len(replay.moment(5).pictures) == 4

    (small_disk / "rest").write_bytes(b"")
    with pytest.raises(BotplayError, match="No space left on device; use another folder"):
        Recorder(small_disk)


def test_a_step_of_which_a_part_was_written_is_the_last(
    tmp_path: Path, about: About, episode: MadeEpisode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There may be room again a moment later, and the next step must not follow half of this one."""
    write, said = os.write, list[str]()

    def short(file: int, content: bytes) -> int:
        return write(file, content[:-9] if content.startswith(b'{"step":7,') else content)

    monkeypatch.setattr(os, "write", short)
    recorder = Recorder(tmp_path, said.append)
    assert len(list(recorder.record(episode(20), about))) == 21
    assert said == ["the recording ended: No space left on device; the game goes on without it"]
    assert recorder.folder is not None
    assert len(open_replay(recorder.folder)) == 7


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BotplayError, match=r"cannot write replays to .*file.*--out"):
        Recorder(tmp_path / "file" / "replays")


@pytest.mark.parametrize("error", [MemoryError("no room"), RuntimeError("codec"), KeyError("name")])
def test_whatever_the_encoder_raises_the_game_goes_on(
    tmp_path: Path, about: About, episode: MadeEpisode, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(self: VideoWriter, *arguments: object) -> None:
        raise error

    monkeypatch.setattr(VideoWriter, "write", broken)
    said: list[str] = []
    recorder = Recorder(tmp_path, said.append)
    for _ in recorder.record(episode(40), about):
        recorder.catch_up()
    assert len(said) == 1
    assert said[0].startswith(f"the recording ended: {error}")


def test_the_next_episode_is_recorded_again_and_a_problem_told_once(
    tmp_path: Path, about: About, episode: MadeEpisode, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, said, active = VideoWriter.write, list[str](), list[bool]()
    recorder = Recorder(tmp_path, said.append)

    def full(self: VideoWriter, *arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(VideoWriter, "write", full)
    four = (m for n in range(4) for m in episode(10, episode=n))
    for moment in recorder.record(four, about, Branch("parent", 9)):
        recorder.catch_up()
        if moment.last:
            active.append(recorder.active)
            if moment.episode == 1:
                monkeypatch.setattr(VideoWriter, "write", write)
    assert active == [False, False, True, True]
    assert said == ["the recording ended: No space left on device; the game goes on without it"]
    listed = {one.episode: (one.status, one.steps, one.parent) for one in list_replays(tmp_path)}
    cut_off, whole = ("recovered", 0, None), ("complete", 10, None)
    assert listed == {0: ("recovered", 0, "parent"), 1: cut_off, 2: whole, 3: whole}


def test_files_that_cannot_be_completed_are_told_and_the_next_episodes_are_whole(
    tmp_path: Path, about: About, episode: MadeEpisode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That they cannot is known only while a later episode is recorded."""
    close, said = VideoWriter.close, list[str]()
    recorder = Recorder(tmp_path, said.append)

    def broken(self: VideoWriter) -> None:
        close(self)
        if len(list(tmp_path.iterdir())) == 1:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(VideoWriter, "close", broken)
    for moment in recorder.record((m for n in range(5) for m in episode(5, episode=n)), about):
        if moment.last and moment.episode == 0:
            while goes_on(next(tmp_path.iterdir())):
                time.sleep(0.01)
    assert said == ["the recording ended: No space left on device; the game goes on without it"]
    listed = {one.episode: (one.status, one.steps) for one in list_replays(tmp_path)}
    assert listed == {0: ("recovered", 5), **dict.fromkeys(range(1, 5), ("complete", 5))}


def test_one_video_that_cannot_be_completed_leaves_the_other_whole(
    tmp_path: Path, about: About, episode: MadeEpisode, monkeypatch: pytest.MonkeyPatch
) -> None:
    close, closed = VideoWriter.close, list[VideoWriter]()

    def broken(self: VideoWriter) -> None:
        close(self)
        closed.append(self)
        if len(closed) == 1:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(VideoWriter, "close", broken)
    said: list[str] = []
    recorder = Recorder(tmp_path, said.append)
    list(recorder.record(episode(20), about))
    assert len(closed) == 2
    assert len(said) == 1
    assert recorder.folder is not None
    assert not goes_on(recorder.folder)
    with open_replay(recorder.folder) as replay:
        assert replay.header.status == "recovered"
        assert len(list(replay.moments())) == 21


def test_a_slow_encoder_makes_the_loop_wait_and_nothing_is_dropped(
    tmp_path: Path, about: About, episode: MadeEpisode, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = VideoWriter.write

    def slow(self: VideoWriter, *arguments: object) -> None:
        time.sleep(0.004)
        write(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(VideoWriter, "write", slow)
    recorder = Recorder(tmp_path, pytest.fail)
    behind = []
    for _ in recorder.record(episode(40), about):
        behind.append(recorder.behind)
    assert not behind[0]
    assert any(behind)
    assert recorder.folder is not None
    replay = open_replay(recorder.folder)
    assert replay.header.status == "complete"
    assert sum(len(moment.pictures) for moment in replay.moments()) == 161


def test_an_impatient_recorder_leaves_pictures_out_but_no_step(
    tmp_path: Path, about: About, episode: MadeEpisode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a window the game goes on at its pace, whatever the encoder does."""
    write, go_on = VideoWriter.write, threading.Event()

    def stuck(self: VideoWriter, *arguments: object) -> None:
        go_on.wait(60)
        write(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(VideoWriter, "write", stuck)
    said: list[str] = []
    recorder = Recorder(tmp_path, said.append)
    recorder.patient = False
    behind = []
    for moment in recorder.record(episode(40), about):
        behind.append(recorder.behind)
        if moment.step == 30:  # no wait so far, though nothing could be written
            go_on.set()
    assert any(behind)
    assert recorder.folder is not None
    replay = open_replay(recorder.folder)
    assert (replay.header.status, len(replay)) == ("complete", 41)
    moments = list(replay.moments())
    shown = sum(len(moment.pictures) for moment in moments)
    seen = sum(moment.observation is not None for moment in moments)
    assert shown < 161
    assert said == [
        f"the recording could not follow: it misses {161 - shown + 41 - seen} pictures, but no steps"
    ]
    made = list(episode(40))
    assert all(len(line.moment.decision.probabilities) == 3 for line in replay.lines[1:])  # type: ignore[union-attr,arg-type]
    for read, original in zip(moments, made, strict=True):
        if len(read.pictures) == len(original.pictures):
            assert np.abs(read.pictures[-1].astype(int) - original.pictures[-1]).mean() < 6


def test_only_a_few_episodes_wait_for_their_videos_to_be_completed(
    tmp_path: Path, about: About, episode: MadeEpisode, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = VideoWriter.close

    def slow(self: VideoWriter) -> None:
        time.sleep(0.1)
        close(self)

    monkeypatch.setattr(VideoWriter, "close", slow)
    recorder = Recorder(tmp_path, pytest.fail)
    most = 0
    for _ in recorder.record((m for n in range(8) for m in episode(1, episode=n)), about):
        most = max(most, sum(t.name == "botplay-recorder" for t in threading.enumerate()))
    assert most == MOST_FINISHING + 1


class Gate:
    """Lets the encoder write so many pictures and no more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room, self.written = threading.Semaphore(0), 0
        write = VideoWriter.write

        def gated(writer: VideoWriter, *arguments: object) -> None:
            assert self.room.acquire(timeout=60)
            write(writer, *arguments)  # type: ignore[arg-type]
            self.written += 1

        monkeypatch.setattr(VideoWriter, "write", gated)

    def let(self, count: int) -> None:
        self.room.release(count)

    def let_and_wait(self, count: int) -> None:
        goal = self.written + count
        self.let(count)
        while self.written < goal:
            time.sleep(0.001)


def test_a_moment_of_many_pictures_is_no_backlog(
    tmp_path: Path, about: About, episode: MadeEpisode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are, they are all taken where the encoder has nothing else to do."""
    gate = Gate(monkeypatch)
    recorder = Recorder(tmp_path, pytest.fail)
    recorder.patient = False
    for moment in recorder.record(episode(5, skip=70, eyes=False), replace(about, fps=35.0)):
        gate.let(len(moment.pictures))
        recorder.catch_up()
    assert recorder.folder is not None
    with open_replay(recorder.folder) as replay:
        assert sum(len(moment.pictures) for moment in replay.moments()) == 351


def test_an_encoder_that_cannot_follow_is_given_no_more_than_it_may_lose(
    tmp_path: Path, about: About, episode: MadeEpisode, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, said, behind = Gate(monkeypatch), list[str](), list[bool]()
    recorder = Recorder(tmp_path, said.append)
    recorder.patient = False
    for moment in recorder.record(episode(10, skip=70, eyes=False), replace(about, fps=35.0)):
        behind.append(recorder.behind)
        if moment.last:
            gate.let(1000)
    assert behind[:10] == [False] * 2 + [True] * 8
    assert said == ["the recording could not follow: it misses 630 pictures, but no steps"]


def test_behind_stays_until_half_of_the_backlog_is_written(
    tmp_path: Path, about: About, episode: MadeEpisode, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, behind = Gate(monkeypatch), list[bool]()
    recorder = Recorder(tmp_path, lambda text: None)
    recorder.patient = False
    for moment in recorder.record(episode(60, skip=1, eyes=False), about):
        behind.append(recorder.behind)
        if moment.step == 30:  # of 26 pictures that may wait
            gate.let_and_wait(5)
        if moment.step == 31:
            gate.let_and_wait(15)
        if moment.step == 32:
            gate.let(100)
    assert [behind[step] for step in (10, 30, 31, 32)] == [False, True, True, False]
