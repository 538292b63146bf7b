"""Exported videos show the episode, at the pace asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import av
import numpy as np
import pygame
import pytest
from numpy.typing import NDArray

from botcore.contracts.moment import Moment
from botcore.errors import BotplayError
from botcore.export.files import export
from botcore.replay.decode import VideoReader
from botcore.replay.format import About
from botcore.replay.reader import Replay, open_replay
from botcore.replay.recorder import Recorder
from botcore.window.scene import SceneAbout

ReadFrame = Callable[[NDArray[np.uint8]], int]


@pytest.fixture
def replay(recorded: Path) -> Replay:
    return open_replay(recorded)


def decode(path: Path) -> tuple[list[NDArray[np.uint8]], list[float]]:
    with av.open(str(path)) as container:
        frames = list(container.decode(container.streams.video[0]))
    return [f.to_ndarray(format="rgb24") for f in frames], [f.time for f in frames]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "speed", "every", "rate"),
    [("a.mp4", 2.0, 2, 60.0), ("a.mp4", 0.5, 1, 30.0), ("a.gif", 2.0, 4.8, 25.0)],
)
def test_the_game_alone(
    replay: Replay, tmp_path: Path, read_frame: ReadFrame, name: str, speed: float, every: float, rate: float
) -> None:
    pictures, times = decode(export(replay, tmp_path / name, panels=False, speed=speed))
    assert [read_frame(p) for p in pictures] == [round(n * every) for n in range(int(240 / every) + 1)]
    assert pictures[0].shape == (450, 600, 3)  # five times the size
    assert times == pytest.approx([n / rate for n in range(len(times))], abs=0.011)
    assert np.abs(pictures[5].astype(int)[2::5, 2::5] - replay.picture(round(5 * every))).mean() < 5


@pytest.mark.parametrize(("name", "last"), [("a.mp4", 16), ("a.gif", 16)])
def test_flat_and_wide_pictures_are_not_enlarged_without_bound(
    tmp_path: Path,
    about: About,
    episode: Callable[..., Iterator[Moment]],
    read_frame: ReadFrame,
    name: str,
    last: int,
) -> None:
    recorder = Recorder(tmp_path / "flat", pytest.fail)
    for _ in recorder.record(episode(4, size=(8, 600)), about):
        pass
    assert recorder.folder is not None
    pictures, _ = decode(export(open_replay(recorder.folder), tmp_path / name, panels=False))
    assert {picture.shape for picture in pictures} == {(24, 1800, 3)}, "60 times as high would fit"
    assert read_frame(pictures[-1]) == last


def test_with_panels_each_moment_is_told_once_and_in_time(
    replay: Replay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    drawn: list[tuple[int, bool]] = []

    class Spy:
        def __init__(self, size: tuple[int, int], about: SceneAbout) -> None:
            assert (size, about.brain, about.action_names) == ((960, 540), "a3c", ("stay", "left", "right"))

        def expect(self, moments: Iterable[Moment]) -> None:
            assert [moment.step for moment in moments] == list(range(61)), "so that no panel comes later"

        def update(self, moment: Moment) -> None:
            told.append(moment.step)

        def draw(self, target: pygame.Surface, picture: NDArray[np.uint8] | None, panels: bool) -> None:
            drawn.append((told[-1], panels))
            target.fill((len(drawn), 0, 200))

    monkeypatch.setattr("botcore.window.scene.Scene", Spy)
    pictures, _ = decode(export(replay, tmp_path / "a.gif", panels=True, speed=4.0))
    assert told == list(range(61))
    frames = [round(n * 9.6) for n in range(26)]
    assert drawn == [(-(-frame // 4), True) for frame in frames]
    assert len(pictures) == 26
    assert np.abs(pictures[7][0, 0].astype(int) - (8, 0, 200)).max() < 12


def test_with_panels_only_the_pictures_that_are_shown_are_looked_at(
    replay: Replay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[int] = []
    read = VideoReader.read

    def noted(self: VideoReader, frame: int) -> NDArray[np.uint8]:
        found = read(self, frame)
        if found.ndim == 3:  # the game's: the eyes' are gray
            looked_at.append(frame)
        return found

    monkeypatch.setattr(VideoReader, "read", noted)
    export(replay, tmp_path / "a.gif", panels=True, speed=4.0)
    assert looked_at == [round(n * 9.6) for n in range(26)]


def test_with_the_windows_own_panels(replay: Replay, tmp_path: Path) -> None:
    pictures, _ = decode(export(replay, tmp_path / "a.mp4", panels=True, speed=8.0))
    assert pictures[-1].shape == (720, 1280, 3)
    assert pictures[-1].std() > 10
    assert np.abs(pictures[-1].astype(int) - pictures[2]).max() > 50


@pytest.mark.parametrize("speed", [1.0, 7.0, 16.0])
def test_the_end_is_shown_whatever_the_speed(
    replay: Replay, tmp_path: Path, read_frame: ReadFrame, speed: float
) -> None:
    told: list[float] = []
    pictures, _ = decode(export(replay, tmp_path / "a.mp4", panels=False, speed=speed, tell=told.append))
    assert read_frame(pictures[-1]) == replay.last_frame
    assert told[-1] == 1.0


def test_what_cannot_be_written(replay: Replay, tmp_path: Path) -> None:
    with pytest.raises(BotplayError, match=r"ends in \.mp4, \.gif, \.html, \.png or \.botreplay"):
        export(replay, tmp_path / "a.avi", panels=False)
    with pytest.raises(BotplayError, match="there is no folder"):
        export(replay, tmp_path / "no" / "a.mp4", panels=False)
    with pytest.raises(BotplayError, match="the speed must be between"):
        export(replay, tmp_path / "a.mp4", panels=False, speed=float("nan"))
    (tmp_path / "a.mp4").write_text("mine")
    with pytest.raises(BotplayError, match="exists already"):
        export(replay, tmp_path / "a.mp4", panels=False)
    assert (tmp_path / "a.mp4").read_text() == "mine"


def test_force_replaces_and_progress_is_told(replay: Replay, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_text("mine")
    done: list[float] = []
    export(replay, tmp_path / "a.mp4", panels=False, speed=10.0, force=True, tell=done.append)
    assert len(decode(tmp_path / "a.mp4")[0]) == 25
    assert done == sorted(done)
    assert done[-1] == 1.0


def test_a_name_may_be_as_long_as_names_are(replay: Replay, tmp_path: Path) -> None:
    target = tmp_path / f"{'n' * 251}.png"
    assert export(replay, target, panels=False) == target
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == [target.name]
    with pytest.raises(BotplayError, match=r"cannot write .*n\.png: File name too long"):
        export(replay, tmp_path / f"{'n' * 300}.png", panels=False)


@pytest.mark.parametrize("name", ["a.mp4", "a.gif"])
def test_a_failure_leaves_nothing_behind(replay: Replay, tmp_path: Path, name: str) -> None:
    video = replay.folder / "video.mp4"
    content = bytearray(video.read_bytes())
    content[len(content) // 2 : -4000] = bytes(len(content) - len(content) // 2 - 4000)
    video.write_bytes(content)
    with pytest.raises(BotplayError, match=r"video\.mp4 is damaged"):
        export(replay, tmp_path / name, panels=False)
    assert [f.name for f in tmp_path.iterdir() if f.is_file()] == []


@pytest.mark.parametrize("name", ["a.mp4", "a.gif", "a.html", "a.png", "a.botreplay"])
def test_a_full_disk_is_told_as_what_it_is(
    replay: Replay, small_disk: Path, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (small_disk / "ballast").write_bytes(bytes(60 * 4096))
    with pytest.raises(BotplayError, match=rf"^cannot write .*{name}: No space left on device$"):
        export(replay, small_disk / name, panels=False)
    assert [f.name for f in small_disk.iterdir()] == ["ballast"]
    assert capfd.readouterr() == ("", "")
