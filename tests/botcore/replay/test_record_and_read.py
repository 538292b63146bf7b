"""What goes in comes out again: every figure, every picture, at the same frame number."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from botcore.contracts.moment import Moment
from botcore.replay import decode
from botcore.replay.decode import VideoReader
from botcore.replay.format import About
from botcore.replay.reader import Replay, open_replay
from botcore.replay.recorder import Recorder

MadeEpisode = Callable[..., Iterator[Moment]]
ReadFrame = Callable[[NDArray[np.uint8]], int]


def record(root: Path, about: About, moments: Iterator[Moment]) -> Replay:
    recorder = Recorder(root, pytest.fail)
    for _ in recorder.record(moments, about):
        pass
    assert recorder.folder is not None
    return open_replay(recorder.folder)


def test_moments_pass_through_untouched(tmp_path: Path, about: About, episode: MadeEpisode) -> None:
    moments = list(episode(5))
    assert all(a is b for a, b in zip(Recorder(tmp_path).record(moments, about), moments, strict=True))


def test_every_figure_comes_back(recorded: Path, about: About, episode: MadeEpisode) -> None:
    replay = open_replay(recorded)
    header = replay.header
    assert (header.status, header.outcome, header.steps, header.frames) == ("complete", "terminated", 60, 240)
    assert (header.about, header.seed, header.episode, header.id) == (about, 7, 0, recorded.name)
    assert len(replay) == 61
    for read, made in zip(replay.lines, episode(60), strict=True):
        got = read.moment
        assert read.pictures == len(made.pictures)
        same = ("episode", "step", "frame", "reward", "score", "terminated", "truncated", "info", "seed")
        assert [getattr(got, name) for name in same] == [getattr(made, name) for name in same]
        assert got.learning == pytest.approx(dict(made.learning), rel=1e-4)
        if made.decision is None:
            assert got.decision is None
            continue
        assert got.decision is not None
        assert got.decision.probabilities == pytest.approx(made.decision.probabilities, rel=5e-5)
        assert got.decision.value == pytest.approx(made.decision.value, rel=5e-5)
        for name in ("action", "explored", "exploration", "by"):
            assert getattr(got.decision, name) == getattr(made.decision, name)
    assert replay.header.score == replay.lines[-1].moment.score


def test_memory_keeps_64_of_its_own_cells(recorded: Path, episode: MadeEpisode) -> None:
    replay = open_replay(recorded)
    made = list(episode(60))[5].decision
    read = replay.moment(5).decision
    assert made is not None
    assert made.memory is not None
    assert read is not None
    assert read.memory is not None
    assert read.memory.shape == (64,)
    distance = np.abs(read.memory[:, None] - made.memory[None, :]).min(axis=1)
    assert distance.max() < 0.005
    assert abs(read.memory[0] - made.memory[0]) < 0.005
    assert abs(read.memory[-1] - made.memory[-1]) < 0.005


def test_each_picture_comes_back_at_its_frame(
    recorded: Path, episode: MadeEpisode, read_frame: ReadFrame
) -> None:
    replay = open_replay(recorded)
    for read, made in zip(replay.moments(), episode(60), strict=True):
        assert [read_frame(p) for p in read.pictures] == [read_frame(p) for p in made.pictures]
        for a, b in zip(read.pictures, made.pictures, strict=True):
            assert a.shape == b.shape
            assert np.abs(a.astype(int) - b).mean() < 6
        assert read.observation.shape == (1, 45, 60)
        assert np.abs(read.observation[0].astype(int) - made.observation[-1]).mean() < 4


def test_going_anywhere_gives_what_playing_through_gives(recorded: Path) -> None:
    played = [picture for moment in open_replay(recorded).moments() for picture in moment.pictures]
    assert len(played) == 241
    replay = open_replay(recorded)
    order = [*np.random.default_rng(0).permutation(241), *range(240, -1, -1)]
    assert all(np.array_equal(replay.picture(int(frame)), played[frame]) for frame in order)
    assert np.array_equal(replay.picture(10_000), played[-1])
    assert np.array_equal(replay.picture(-5), played[0])


def test_a_seek_decodes_at_most_a_second(recorded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replay = open_replay(recorded)
    replay.picture(0)
    decoded: list[int] = []
    remember = VideoReader._remember

    def spy(self: VideoReader, number: int, image: av.VideoFrame) -> None:
        decoded.append(number)
        remember(self, number, image)

    monkeypatch.setattr(VideoReader, "_remember", spy)
    replay.picture(200)
    assert decoded
    assert min(decoded) >= 200 - 60
    decoded.clear()
    replay.picture(201)
    assert decoded == [201]


def test_looking_elsewhere_while_playing_decodes_nothing_twice(
    recorded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decode, "CACHE_BYTES", 0)
    decoded: list[int] = []
    remember = VideoReader._remember

    def spy(self: VideoReader, number: int, image: av.VideoFrame) -> None:
        decoded.append(number)
        remember(self, number, image)

    replay = open_replay(recorded)
    replay.picture(120)
    monkeypatch.setattr(VideoReader, "_remember", spy)
    for step in range(30):
        replay.picture(121 + step)
        replay.picture(5 + step)
    assert sorted(decoded) == [*range(35), *range(121, 151)]


def test_numbers_and_states_come_back_and_with_their_names(
    tmp_path: Path, about: About, episode: MadeEpisode
) -> None:
    given = [np.array([0.123456, -7.0], np.float32), np.int64(314), np.ones((2, 3)), np.array([True]), None]
    given += [
        np.zeros(257),
        np.zeros((4, 4), np.uint8),
        np.array([np.nan, np.inf]),
        np.full(128, 9, np.uint8),
    ]
    given += [np.uint64(2**64 - 1), np.int64(-(2**63))]
    moments = list(episode(len(given) - 1, eyes=False))
    moments = [replace(one, observation=seen) for one, seen in zip(moments, given, strict=True)]
    told = replace(about, observation_names=("near", "far"), counts=("kills",))
    replay = record(tmp_path, told, iter(moments))
    assert replay.header.about == told
    back = [moment.observation for moment in replay.moments()]
    assert back[0] == pytest.approx([0.12346, -7.0], abs=1e-9)
    assert (back[1].shape, back[1].dtype, int(back[1])) == ((), np.int64, 314)
    assert back[2].tolist() == [1.0] * 6
    assert back[3].tolist() == [1.0]
    assert [back[n] for n in (4, 5, 6)] == [None] * 3, "too many, and a picture, are not numbers to record"
    assert np.isnan(back[7][0])
    assert np.isposinf(back[7][1])
    assert back[8].tolist() == [9.0] * 128
    assert back[9:] == [None, None], "a state that could not be read back"


def test_breakout_itself(tmp_path: Path, about: About, breakout: MadeEpisode) -> None:
    about = replace(about, game="atari", brain="random", action_names=("NOOP", "FIRE", "RIGHT", "LEFT"))
    replay = record(tmp_path, about, breakout(100))
    assert (replay.header.outcome, replay.header.picture) == ("truncated", (210, 160))
    for read, made in zip(replay.moments(), breakout(100), strict=True):
        assert len(read.pictures) == len(made.pictures)
        for a, b in zip(read.pictures, made.pictures, strict=True):
            assert np.abs(a.astype(int) - b).mean() < 4


@pytest.mark.parametrize("size", [(91, 121), (1, 1), (8, 13), (300, 401)])
def test_odd_and_tiny_pictures(
    tmp_path: Path, about: About, episode: MadeEpisode, size: tuple[int, int]
) -> None:
    replay = record(tmp_path, about, episode(10, size=size, eyes=False))
    assert replay.picture(20).shape == (*size, 3)
    assert not (replay.folder / "eyes.mp4").exists()


@pytest.mark.parametrize("fps", [4.0, 59.94, 30.0, 1.5])
def test_frame_numbers_are_exact_at_any_pace(
    tmp_path: Path, about: About, episode: MadeEpisode, read_frame: ReadFrame, fps: float
) -> None:
    replay = record(tmp_path, replace(about, fps=fps), episode(50))
    assert [read_frame(replay.picture(f)) for f in range(201)] == list(range(201))


def test_frames_may_be_missing_and_start_late(
    tmp_path: Path, about: About, episode: MadeEpisode, read_frame: ReadFrame
) -> None:
    late = [replace(m, frame=m.frame + 100, pictures=m.pictures[-1:]) for m in episode(20)]
    replay = record(tmp_path, about, iter(late))
    for read, made in zip(replay.moments(), late, strict=True):
        assert [read_frame(p) for p in read.pictures] == [read_frame(p) for p in made.pictures]
    assert read_frame(replay.picture(107)) == 4
    assert replay.step_at(107) == 2


def test_more_pictures_than_frames_keeps_the_latest(
    tmp_path: Path, about: About, episode: MadeEpisode, read_frame: ReadFrame
) -> None:
    moments = [replace(m, frame=m.step, pictures=m.pictures) for m in episode(10)]
    replay = record(tmp_path, about, iter(moments))
    assert [line.pictures for line in replay.lines] == [1] * 11
    assert [read_frame(replay.picture(step)) for step in range(11)] == list(range(0, 41, 4))


def test_without_pictures(tmp_path: Path, about: About, episode: MadeEpisode) -> None:
    replay = record(tmp_path, about, (replace(m, pictures=(), observation=3) for m in episode(5)))
    assert sorted(f.name for f in replay.folder.iterdir()) == ["episode.json", "steps.jsonl"]
    assert replay.moment(4).pictures == ()


@pytest.mark.parametrize(
    ("shape", "kept"),
    [
        ((4, 40, 60), (1, 40, 60)),
        ((3, 40, 60), (40, 60, 3)),
        ((40, 60, 3), (40, 60, 3)),
        ((40, 60, 1), (1, 40, 60)),
    ],
)
def test_what_the_eyes_receive(
    tmp_path: Path, about: About, episode: MadeEpisode, shape: tuple[int, ...], kept: tuple[int, ...]
) -> None:
    seen = np.zeros(shape, np.uint8)
    if kept[0] == 1 and shape[-1] != 1:
        seen[-1] = 200
    else:
        seen[:] = 200
    replay = record(tmp_path, about, (replace(m, observation=seen) for m in episode(5)))
    got = replay.moment(3).observation
    assert got.shape == kept
    assert np.abs(got.astype(int) - 200).max() <= 3


def test_numbers_that_json_does_not_have(tmp_path: Path, about: About, episode: MadeEpisode) -> None:
    def odd() -> Iterator[Moment]:
        for m in episode(3):
            decision = m.decision and replace(
                m.decision, value=float("nan"), q_values=(float("inf"), 1e-12, -3.0)
            )
            info: dict[str, Any] = {
                "huge": 10**400,
                "hash": -(2**80),
                "x": float("-inf"),
                "n": np.int64(4),
                "array": np.zeros(2),
                "word": "a\x1bb",
                "f": True,
            }
            yield replace(m, decision=decision, info=info, score=float("inf"), reward=1 / 3)

    replay = record(tmp_path, about, odd())
    got = replay.lines[2].moment
    assert got.decision is not None
    assert got.decision.value is not None
    assert np.isnan(got.decision.value)
    assert got.decision.q_values == (float("inf"), 1e-12, -3.0)
    assert got.info == {"x": float("-inf"), "n": 4, "word": "ab", "f": True}
    assert (got.score, got.reward) == (float("inf"), 1 / 3)
    for line in (replay.folder / "steps.jsonl").read_text().splitlines():
        json.loads(line, parse_constant=pytest.fail)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"action_names": ("x",) * 5000}, "action_names is not a list"),
        ({"action_names": ("ü" * 100,) * 4000}, "takes more than 1,000,000 bytes"),
        ({"scenario": "x" * 5000}, "scenario"),
    ],
)
def test_what_no_reader_would_take_is_not_recorded(
    tmp_path: Path, about: About, episode: MadeEpisode, change: dict[str, Any], reason: str
) -> None:
    said: list[str] = []
    recorder = Recorder(tmp_path, said.append)
    moments = list(recorder.record(episode(3), replace(about, **change)))
    assert len(moments) == 4, "the game goes on"
    assert (len(said), list(tmp_path.iterdir()), recorder.active) == (1, [], False)
    assert reason in said[0]
    assert (recorder.word(), recorder.word()) == (said[0], None), "a window shows it once"


def test_more_pictures_of_a_moment_than_a_reader_takes_end_the_recording(
    tmp_path: Path, about: About, episode: MadeEpisode
) -> None:
    said: list[str] = []
    recorder = Recorder(tmp_path, said.append)
    moments = [replace(m, pictures=m.pictures[:1] * (1025 if m.step == 2 else 1)) for m in episode(4)]
    assert len(list(recorder.record(moments, about))) == 5, "the game goes on"
    assert recorder.folder is not None
    assert len(open_replay(recorder.folder).lines) == 2, "what came before is complete"
    assert "step 2: it has 1,025 pictures, where 1,024 are the most" in said[0]


def test_figures_with_odd_names_are_left_out(tmp_path: Path, about: About, episode: MadeEpisode) -> None:
    learning = {"": 1.0, "loss\tmean": 2.0, "l\u200bx": 3.0, "x" * 5000: 4.0, "loss": 5.0}
    replay = record(tmp_path, about, (replace(m, learning=learning, info=learning) for m in episode(3)))
    assert replay.lines[1].moment.learning == replay.lines[1].moment.info == {"loss": 5.0}


def test_more_figures_than_a_reader_takes_are_left_out(
    tmp_path: Path, about: About, episode: MadeEpisode
) -> None:
    many = {f"loss {n}": float(n) for n in range(150)}
    replay = record(tmp_path, about, (replace(m, learning=many, info=many) for m in episode(3)))
    first = dict(list(many.items())[:100])
    assert replay.lines[1].moment.learning == replay.lines[1].moment.info == first


def test_texts_that_would_make_a_line_too_long_are_left_out(
    tmp_path: Path, about: About, episode: MadeEpisode
) -> None:
    long = {"é" * 180 + str(n): "\U0001f600" * 200 for n in range(100)}
    names = {"\U0001f600" * 180 + str(n): 1.0 for n in range(100)}
    told = iter([{"lives": 3}, long, {"lives": 3}, long])
    replay = record(
        tmp_path,
        about,
        (replace(m, info=next(told), learning=names if m.step > 1 else {}) for m in episode(3)),
    )
    assert [dict(line.moment.info) for line in replay.lines] == [{"lives": 3}, {}, {"lives": 3}, {}]
    assert [len(line.moment.learning) for line in replay.lines] == [0, 0, 100, 100]


def test_pictures_may_come_later_than_the_reset(
    tmp_path: Path, about: About, episode: MadeEpisode, read_frame: ReadFrame
) -> None:
    late = [replace(m, pictures=m.pictures if m.step > 2 else ()) for m in episode(20)]
    replay = record(tmp_path, about, iter(late))
    assert replay.header.picture == (90, 120)
    for read, made in zip(replay.moments(), late, strict=True):
        assert [read_frame(p) for p in read.pictures] == [read_frame(p) for p in made.pictures]
    assert read_frame(replay.picture(30)) == 30


def test_a_later_picture_that_no_reader_would_take_ends_the_recording_before_it(
    tmp_path: Path, about: About, episode: MadeEpisode
) -> None:
    said: list[str] = []
    wide = np.zeros((1, 8200, 3), np.uint8)
    recorder = Recorder(tmp_path, said.append)
    list(recorder.record((replace(m, pictures=(wide,) if m.step == 2 else ()) for m in episode(4)), about))
    assert len(said) == 1
    assert "picture is not a whole number in 1..8192" in said[0]
    assert recorder.folder is not None
    replay = open_replay(recorder.folder)
    assert (replay.header.status, len(replay)) == ("complete", 2)


def test_a_long_scenario_comes_back(tmp_path: Path, about: About, episode: MadeEpisode) -> None:
    scenario = f"FrozenLake-v1?desc={'F' * 400}"
    assert record(tmp_path, replace(about, scenario=scenario), episode(3)).header.about.scenario == scenario


def test_each_episode_has_a_folder(tmp_path: Path, about: About, episode: MadeEpisode) -> None:
    def three() -> Iterator[Moment]:
        yield from episode(3, episode=0)
        yield from list(episode(9, episode=1))[:5]  # cut off by a restart
        yield from episode(4, episode=2)

    recorder = Recorder(tmp_path, pytest.fail)
    list(recorder.record(three(), about))
    headers = [open_replay(folder).header for folder in sorted(tmp_path.iterdir())]
    assert sorted((h.episode, h.steps, h.outcome, h.status) for h in headers) == [
        (0, 3, "terminated", "complete"),
        (1, 4, "stopped", "complete"),
        (2, 4, "terminated", "complete"),
    ]


def test_recorders_at_the_same_time_do_not_meet(tmp_path: Path, about: About, episode: MadeEpisode) -> None:
    recorders = [Recorder(tmp_path, pytest.fail) for _ in range(5)]
    streams = [r.record(episode(5, episode=n), about) for n, r in enumerate(recorders)]
    for _ in zip(*streams, strict=True):
        pass
    assert sorted(open_replay(f).header.episode for f in tmp_path.iterdir()) == [0, 1, 2, 3, 4]


def test_the_video_opens_anywhere(recorded: Path) -> None:
    """A keyframe a second, pixels in the format every player knows, time in the game's own frames."""
    with av.open(str(recorded / "video.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        frames = list(container.decode(stream))
    ticks = [frame.time * 60 for frame in frames]
    assert ticks == pytest.approx([ticks[0] + n for n in range(241)], abs=1e-6)
    keys = [n for n, frame in enumerate(frames) if frame.key_frame]
    assert keys[0] == 0
    assert max(np.diff(keys)) <= 60


def test_reading_needs_no_game_and_no_brain(recorded: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from botcore.replay.reader import open_replay\n"
        f"r = open_replay(Path({str(recorded)!r})); assert len(list(r.moments())) == 61\n"
        "heavy = {'torch', 'gymnasium', 'ale_py', 'vizdoom', 'pygame', 'cv2'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
