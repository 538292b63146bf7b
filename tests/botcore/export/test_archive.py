"""A replay sent as one file: the same on the other side; a hostile one is refused and leaves nothing."""

from __future__ import annotations

import io
import json
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from botcore.errors import BotplayError
from botcore.export import archive
from botcore.export.archive import import_archive
from botcore.export.files import export
from botcore.replay.reader import open_replay

NAMES = ("episode.json", "steps.jsonl", "video.mp4", "eyes.mp4")
Members = dict[str | zipfile.ZipInfo, bytes]


@pytest.fixture
def sent(recorded: Path, tmp_path: Path) -> Path:
    (recorded / "bookmarks.json").write_text('[{"frame": 12, "note": "look"}]\n')
    with open_replay(recorded) as replay:
        return export(replay, tmp_path / "a.botreplay", panels=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere"


def files(sent: Path) -> Members:
    with zipfile.ZipFile(sent) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def packed(target: Path, members: Members, kind: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(target, "w", kind) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return target


def refused(source: Path, root: Path) -> str:
    """Import what must be refused; return the one line that says why."""
    before = sorted(root.parent.iterdir())
    with pytest.raises(BotplayError) as caught:
        import_archive(source, root)
    assert not root.exists() or list(root.iterdir()) == []
    assert [p for p in sorted(root.parent.iterdir()) if p != root] == [p for p in before if p != root]
    message = str(caught.value)
    assert "\n" not in message
    assert ".import-" not in message
    return message


def test_a_replay_arrives_as_it_was(sent: Path, recorded: Path, root: Path) -> None:
    folder = import_archive(sent, root)
    assert folder == root / recorded.name
    assert sorted(f.name for f in folder.iterdir()) == sorted(f.name for f in recorded.iterdir())
    for file in recorded.iterdir():
        assert (folder / file.name).read_bytes() == file.read_bytes()
    with open_replay(folder) as there, open_replay(recorded) as here:
        np.testing.assert_array_equal(there.picture(100), here.picture(100))
    with zipfile.ZipFile(sent) as opened:
        assert {info.compress_type for info in opened.infolist()} == {zipfile.ZIP_STORED}


def test_a_name_that_is_taken_gets_a_number(sent: Path, recorded: Path, root: Path) -> None:
    assert [import_archive(sent, root).name for _ in range(3)] == [
        recorded.name,
        f"{recorded.name}-2",
        f"{recorded.name}-3",
    ]
    assert import_archive(sent, recorded.parent).name == f"{recorded.name}-2"
    (root / f"{recorded.name}-4").symlink_to("/nowhere")
    assert import_archive(sent, root).name == f"{recorded.name}-5"


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ({"id": "last"}, "its id 'last' means something else where a replay is named"),
        ({"id": "versus-20260101-000000-abcdef"}, "its id 'versus-20260101-000000-abcdef' means something"),
        ({"started": "8999-12-31T00:00:00Z"}, "it claims to be of 8999-12-31, which is yet to come"),
        ({"started": f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}"}, "is yet to come"),
    ],
)
def test_a_replay_that_would_stand_in_the_way_of_others_is_refused(
    sent: Path, root: Path, field: dict[str, str], reason: str
) -> None:
    members = files(sent)
    header = json.dumps({**json.loads(members["episode.json"]), **field}).encode()
    assert reason in refused(packed(sent, {**members, "episode.json": header}), root)


def test_a_clock_may_be_ahead_and_an_id_may_begin_like_last(sent: Path, root: Path) -> None:
    members = files(sent)
    started = f"{datetime.now(UTC) + timedelta(hours=20):%Y-%m-%dT%H:%M:%SZ}"
    header = {**json.loads(members["episode.json"]), "id": "last-2", "started": started}
    packed(sent, {**members, "episode.json": json.dumps(header).encode()})
    assert import_archive(sent, root).name == "last-2"


def test_a_recording_that_was_cut_off_can_be_sent(recorded: Path, tmp_path: Path, root: Path) -> None:
    header = recorded / "episode.json"
    header.write_text(header.read_text().replace('"complete"', '"recording"'))
    with open_replay(recorded) as replay:
        folder = import_archive(export(replay, tmp_path / "a.botreplay", panels=False), root)
    with open_replay(folder) as replay:
        assert replay.header.status == "recovered"


def test_a_recording_that_was_cut_off_before_its_videos_began_can_be_sent(
    recorded: Path, tmp_path: Path, root: Path
) -> None:
    header = recorded / "episode.json"
    header.write_text(header.read_text().replace('"complete"', '"recording"'))
    for name in ("video.mp4", "eyes.mp4"):
        (recorded / name).write_bytes(b"")
    with open_replay(recorded) as replay:
        sent = export(replay, tmp_path / "a.botreplay", panels=False)
    with open_replay(import_archive(sent, root)) as replay:
        assert (replay.header.status, len(replay)) == ("recovered", 61)
        assert replay.moment(1).pictures == ()
    broken = packed(sent, {**files(sent), "video.mp4": b"garbage"})
    assert "its video.mp4 is damaged" in refused(broken, tmp_path / "others")


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "/etc/evil",
        "x/video.mp4",
        "..\\evil",
        "C:\\evil",
        "Episode.json",
        "evil\x1b[2J.sh",
        "video.mp4/",
    ],
)
def test_other_names_are_refused(sent: Path, root: Path, name: str) -> None:
    message = refused(packed(sent, {**files(sent), name: b"x"} | {}), root)
    assert "none of a replay's" in message or "at most 5" in message
    members = files(sent)
    del members["bookmarks.json"]
    assert "none of a replay's" in refused(packed(sent, {**members, name: b"x"}), root)
    assert "\x1b" not in message


def test_links_compressed_files_and_doubles_are_refused(sent: Path, root: Path) -> None:
    members = files(sent)
    link = zipfile.ZipInfo("video.mp4")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    video = members.pop("video.mp4")
    assert "not a plain file" in refused(packed(sent, {**members, link: b"/etc/passwd"}), root)
    members["video.mp4"] = video
    del members["bookmarks.json"]
    bomb = {**members, "steps.jsonl": bytes(10_000_000)}
    assert "is compressed" in refused(packed(sent, bomb, zipfile.ZIP_DEFLATED), root)
    twice = {**members, "steps.jsomn": members["steps.jsonl"]}
    sent.write_bytes(packed(sent, twice).read_bytes().replace(b"steps.jsomn", b"steps.jsonl"))
    assert "twice" in refused(sent, root)


def test_sizes_are_bounded_before_anything_is_written(
    sent: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = files(sent)
    assert "episode.json is too large" in refused(
        packed(sent, {**members, "episode.json": bytes(1_000_001)}), root
    )
    packed(sent, members)
    monkeypatch.setattr(archive, "MAX_TOTAL", 10_000)
    assert "more than is taken in" in refused(sent, root) or "too large" in refused(sent, root)
    monkeypatch.setattr(archive, "MAX_TOTAL", 100)
    monkeypatch.setattr(archive, "_MAX_DIRECTORY", 100)
    assert "too large" in refused(sent, root)


def claim(sent: Path, name: bytes, size: int) -> None:
    """Let the archive's list of files claim another size of a file than it has."""
    content = bytearray(sent.read_bytes())
    place = content.rfind(b"PK\x01\x02", 0, content.rfind(name))
    content[place + 20 : place + 28] = struct.pack("<LL", size, size)
    sent.write_bytes(content)


@pytest.mark.parametrize("size", [10, 2**30, 2**32 - 1])
def test_a_size_that_is_not_true_is_refused(sent: Path, root: Path, size: int) -> None:
    claim(sent, b"video.mp4", size)
    refused(sent, root)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a .botreplay file"),
        (b"PK\x05\x06" + bytes(18), "it has no episode.json"),
        (b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0), "damaged"),
        (bytes(1000) + b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 9, 9, 1000, 0, 0), "9 files"),
        (bytes(99_000) + b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 5, 5, 99_000, 0, 0), "5 files"),
    ],
)
def test_what_is_no_archive(tmp_path: Path, root: Path, content: bytes, reason: str) -> None:
    source = tmp_path / "a.botreplay"
    source.write_bytes(content)
    assert reason in refused(source, root)


@pytest.mark.parametrize(
    ("name", "edit", "reason"),
    [
        ("episode.json", lambda content: content[:-9], "its episode.json is damaged"),
        (
            "episode.json",
            lambda content: content.replace(b'"id": "', b'"id": "../../'),
            "id does not look like",
        ),
        ("steps.jsonl", lambda content: b"{}\n" + content, "its steps.jsonl is damaged in line 1"),
        ("steps.jsonl", lambda content: b"", "holds no step"),
        ("video.mp4", lambda content: b"#EXTM3U\nhttp://127.0.0.1/\n" * 50, "its video.mp4 is damaged"),
        ("video.mp4", lambda content: content[: len(content) // 2 * 0 + 700], "video.mp4"),
        ("eyes.mp4", lambda content: b"", "its eyes.mp4 is damaged"),
        ("bookmarks.json", lambda content: b"{", "its bookmarks.json is damaged"),
    ],
)
def test_files_that_no_recorder_writes(
    sent: Path, root: Path, name: str, edit: Callable[[bytes], bytes], reason: str
) -> None:
    members = files(sent)
    assert reason in refused(packed(sent, {**members, name: edit(members[name])}), root)


def test_another_codec_and_a_video_nobody_speaks_of(sent: Path, root: Path) -> None:
    import av

    film = io.BytesIO()
    with av.open(film, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=60)
        stream.width, stream.height, stream.pix_fmt = 120, 90, "yuv420p"
        picture = av.VideoFrame.from_ndarray(np.zeros((90, 120, 3), np.uint8), format="rgb24")
        container.mux([*stream.encode(picture), *stream.encode(None)])
    members = files(sent)
    for status in (b'"complete"', b'"recording"'):
        header = members["episode.json"].replace(b'"complete"', status)
        changed = {**members, "video.mp4": film.getvalue(), "episode.json": header}
        assert "it is not one H.264 video" in refused(packed(sent, changed), root)
    header = members["episode.json"].replace(b'"eyes": [', b'"eyes": null, "was": [')
    assert "does not speak of" in refused(packed(sent, {**members, "episode.json": header}), root)


def test_a_link_to_an_archive_and_a_root_that_is_a_file(sent: Path, root: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.botreplay"
    link.symlink_to(sent)
    assert "not a plain file" in refused(link, root)
    (tmp_path / "file").write_text("")
    with pytest.raises(BotplayError, match="cannot import"):
        import_archive(sent, tmp_path / "file")


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_archives(sent: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Bytes changed, pieces cut out or doubled: a replay that opens, or one line and nothing left."""
    content = bytearray(sent.read_bytes())
    directory = content.rfind(b"PK\x01\x02", 0, len(content) - 300)
    places = (
        st.integers(directory - 400, len(content) - 1) | st.integers(0, len(content) - 1) | st.integers(0, 60)
    )
    for place in data.draw(st.lists(places, max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        start, stop = sorted((data.draw(places), data.draw(places)))
        content[start:stop] = content[start:stop] * data.draw(st.sampled_from([0, 2]))
    outer = tmp_path_factory.mktemp("fuzz")
    source, root = outer / "a.botreplay", outer / "replays"
    source.write_bytes(content)
    try:
        folder = import_archive(source, root)
    except BotplayError:
        assert os.listdir(root) == []
    else:
        assert os.listdir(root) == [folder.name]
        assert {f.name for f in folder.iterdir()} <= {*NAMES, "bookmarks.json"}
        with open_replay(folder) as replay:
            replay.moment(0)
    assert sorted(f.name for f in outer.iterdir()) == ["a.botreplay", "replays"]
