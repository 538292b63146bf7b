"""The tables of a video, against what libav finds by going through every packet."""

import io
import shutil
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from botcore.contracts.moment import Moment
from botcore.replay import fragments
from botcore.replay.checks import Invalid
from botcore.replay.encode import VideoWriter
from botcore.replay.format import About
from botcore.replay.fragments import Samples, read_fragments
from botcore.replay.recorder import Recorder


def read(path: Path) -> Samples:
    with path.open("rb", buffering=0) as file:
        return read_fragments(file, path.stat().st_size)[1]


def packets(path: Path) -> list[tuple[int, bool, int, int]]:
    """Return when libav shows each packet, whether it is a keyframe, its place and its size."""
    with av.open(str(path)) as container:
        found = [packet for packet in container.demux() if packet.pts is not None and not packet.is_corrupt]
        return [(p.pts, p.is_keyframe, p.pos, p.size) for p in found]  # type: ignore[misc]


def check(path: Path) -> int:
    samples, expected = read(path), packets(path)
    shown = samples.shown - samples.shown.min()
    first = min(row[0] for row in expected)
    rows = zip(shown, samples.key, samples.place, samples.size, strict=True)
    assert list(rows) == [(pts - first, key, place, size) for pts, key, place, size in expected]
    return len(expected)


@pytest.mark.parametrize("fps", [60.0, 59.94, 35.0, 8.75])
def test_every_packet_is_found_where_libav_finds_it(
    tmp_path: Path, about: About, episode: Callable[..., Iterator[Moment]], fps: float
) -> None:
    recorder = Recorder(tmp_path, pytest.fail)
    for _ in recorder.record(episode(60), replace(about, fps=fps)):
        pass
    assert recorder.folder is not None
    assert check(recorder.folder / "video.mp4") == 241
    assert check(recorder.folder / "eyes.mp4") == 61


@pytest.mark.parametrize("share", [0.3, 0.62, 0.95])
def test_of_a_file_that_was_cut_off_the_whole_pictures_are_found(
    recorded: Path, tmp_path: Path, share: float
) -> None:
    content = (recorded / "video.mp4").read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(content[: round(share * len(content))])
    assert 0 < check(path) < 241


def test_tables_that_ask_for_too_much_are_refused_before_room_is_made(
    recorded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fragments, "MAX_SAMPLES", 240)
    with pytest.raises(Invalid, match="too many pictures"):
        read(recorded / "video.mp4")
    monkeypatch.undo()
    monkeypatch.setattr(fragments, "MAX_TABLE", 300)
    with pytest.raises(Invalid, match="too large"):
        read(recorded / "video.mp4")
    content = bytearray((recorded / "video.mp4").read_bytes())
    run = content.index(b"trun") + 8
    content[run : run + 4] = b"\xff\xff\xff\xff"
    monkeypatch.undo()
    with pytest.raises(Invalid, match="shorter than it says"):
        read_fragments(Raw(bytes(content)), len(content))


@pytest.mark.parametrize("share", [2.0, 1.0, 0.1])
def test_a_run_of_more_pictures_than_the_file_has_room_for_is_refused_before_room_is_made(
    recorded: Path, share: float
) -> None:
    """A run whose pictures are all alike takes a few bytes in the table, whatever it claims."""
    content = bytearray((recorded / "video.mp4").read_bytes())
    run = content.index(b"trun") + 4
    content[run : run + 8] = (0).to_bytes(4) + round(share * len(content)).to_bytes(4)
    tracemalloc.start()
    try:
        with pytest.raises(Invalid, match="too many pictures"):
            read_fragments(Raw(bytes(content)), len(content))
        assert tracemalloc.get_traced_memory()[1] < 2 * len(content) + 1_000_000
    finally:
        tracemalloc.stop()


def test_a_long_recording_of_nothing_has_room_for_its_pictures(tmp_path: Path) -> None:
    writer = VideoWriter(tmp_path / "dull.mp4", (2, 2), 60.0, 60)
    for frame in range(1200):
        writer.write(np.zeros((2, 2, 3), np.uint8), frame)
    writer.close()
    assert check(tmp_path / "dull.mp4") == 1200
    assert (tmp_path / "dull.mp4").stat().st_size > 1.5 * fragments.LEAST * 1200


def test_a_fragment_that_ends_before_its_defaults_do_is_refused(recorded: Path, tmp_path: Path) -> None:
    content = bytearray((recorded / "video.mp4").read_bytes())
    flags = content.index(b"tfhd") + 4
    content[flags : flags + 4] = (int.from_bytes(content[flags : flags + 4]) | 0x2).to_bytes(4)
    path = tmp_path / "damaged.mp4"
    path.write_bytes(content)
    with pytest.raises(Invalid, match="a table in it is cut off"):
        read(path)


def test_an_mp4_of_another_kind_is_refused(recorded: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.mp4"
    with av.open(str(plain), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        picture = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
        container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    with pytest.raises(Invalid, match=r"not one H\.264 video"):
        read(plain)
    shutil.copy(recorded / "episode.json", plain)
    with pytest.raises(Invalid, match="not an mp4"):
        read(plain)


class Raw(io.RawIOBase):
    """Bytes as an unbuffered file."""

    def __init__(self, content: bytes) -> None:
        self._content, self._place = content, 0

    def seek(self, place: int, whence: int = 0) -> int:
        self._place = place
        return place

    def read(self, size: int = -1) -> bytes:
        found = self._content[self._place : self._place + size]
        self._place += len(found)
        return found


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_tables_give_an_error_or_samples_that_lie_in_the_file(
    recorded: Path, data: st.DataObject
) -> None:
    content = bytearray((recorded / "eyes.mp4").read_bytes())
    tables = [content.index(b"moov"), content.index(b"moof")]
    near = st.sampled_from(tables).flatmap(lambda place: st.integers(place - 4, place + 500))
    for place in data.draw(st.lists(near, min_size=1, max_size=8)):
        content[min(place, len(content) - 1)] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)) | st.just(len(content)))]
    try:
        samples = read_fragments(Raw(bytes(content)), len(content))[1]
    except Invalid:
        return
    assert (samples.place >= 0).all()
    assert (samples.place + samples.size <= len(content)).all()
