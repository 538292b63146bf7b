"""A replay as one file to send, and taking in one that a stranger sent.

The file is a zip with the replay's own files in it as they are, so any program can look into it. Nothing in
it is compressed (videos are already), so it cannot grow while it is read.
"""

from __future__ import annotations

import os
import shutil
import stat
import struct
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from botcore.errors import BotplayError
from botcore.replay.bookmarks import MAX_FILE, read_bookmarks
from botcore.replay.checks import check_file
from botcore.replay.decode import VideoReader
from botcore.replay.format import (
    EYES_FILE,
    HEADER_FILE,
    MAX_HEADER,
    STEPS_FILE,
    VIDEO_FILE,
    EpisodeHeader,
)
from botcore.replay.groups import GROUP
from botcore.replay.library import BOOKMARKS_FILE, LAST
from botcore.replay.reader import Replay, open_replay

MAX_STEPS_SENT = 2**28  # bytes; over ten hours of Breakout
MAX_TOTAL = 2**31 - 2**20  # bytes of all files together; below it no zip needs its 64-bit extension
LIMITS: Mapping[str, int] = {
    HEADER_FILE: MAX_HEADER,
    STEPS_FILE: MAX_STEPS_SENT,
    VIDEO_FILE: MAX_TOTAL,
    EYES_FILE: MAX_TOTAL,
    BOOKMARKS_FILE: MAX_FILE,
}
NEEDED = (HEADER_FILE, STEPS_FILE)
CHUNK = 2**20  # bytes
MOST_SAME = 1000  # replays of one name
AHEAD = timedelta(days=1)  # that somebody's clock may be

_END = struct.Struct("<4s4H2LH")  # a zip's last record, without a comment
_MAX_DIRECTORY = 2**14  # bytes of a zip's list of files
_UNREADABLE = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, struct.error, ValueError)


class Refused(Exception):  # noqa: N818 - a reason, which becomes a BotplayError
    """Why an archive is not taken in, in a few words."""


def write_archive(replay: Replay, target: Path) -> None:
    """Write a replay as one file.

    Raises:
        BotplayError: one of its files is missing, no plain file, or too large to send.
        OSError: the file cannot be written.
    """
    names = [name for name in LIMITS if name in NEEDED or (replay.folder / name).exists()]
    total = 0
    for name in names:
        check_file(replay.folder / name, LIMITS[name])
        total += (replay.folder / name).stat().st_size
    if total > MAX_TOTAL:
        raise BotplayError(f"replay {replay.id} has {total / 1e9:.1f} GB, too much for one file")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in names:
            archive.write(replay.folder / name, name)


def import_archive(source: Path, root: Path) -> Path:
    """Take a replay from a file into the folder of replays; return its own folder there.

    What is in the file is written to a temporary folder within bounds, opened there as any replay is, and
    only then moved to its place. Where its name is taken it gets another.

    Raises:
        BotplayError: it is not a replay, it is damaged or too large, or it cannot be written.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        # One folder deeper than a replay lies, so that nobody takes the unfinished one for a replay.
        draft = Path(tempfile.mkdtemp(prefix=".import-", dir=root))
        try:
            (draft / "replay").mkdir()
            _unpack(source, draft / "replay")
            name = _check(draft / "replay")
            return _move(draft / "replay", root, name)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except Refused as reason:
        raise BotplayError(f"{source} is refused: {reason}") from reason
    except OSError as error:
        raise BotplayError(f"cannot import {source} to {root}: {error.strerror or error}") from error


def _unpack(source: Path, folder: Path) -> None:
    check_file(source, MAX_TOTAL + _MAX_DIRECTORY)
    _check_directory(source)
    with _refusing(), zipfile.ZipFile(source) as archive:
        members = archive.infolist()
        for member in members:
            _check_member(member)
        names = [member.filename for member in members]
        twice = next((name for name in names if names.count(name) > 1), None)
        missing = next((name for name in NEEDED if name not in names), None)
        if twice or missing:
            raise Refused(f"it has {twice} twice" if twice else f"it has no {missing}")
        total = sum(member.file_size for member in members)
        if total > MAX_TOTAL or total > shutil.disk_usage(folder).free:
            raise Refused(
                f"it claims to hold {total / 1e9:.1f} GB, more than is taken in or fits on the disk"
            )
        for member in members:
            _copy(archive, member, folder / member.filename)


def _check_directory(source: Path) -> None:
    """Check the record at a zip's end, from which `zipfile` learns how much to read and allocate."""
    with source.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _END.size))
        end = file.read(_END.size)
    if len(end) < _END.size or not end.startswith(b"PK\x05\x06"):
        raise Refused("it is not a .botreplay file")
    _, disk, first, here, entries, length, offset, comment = _END.unpack(end)
    # Our own files have no 64-bit extension; with one, another record would count instead of this one.
    if (disk, first, comment) != (0, 0, 0) or here != entries or offset + length + _END.size != size:
        raise Refused("its list of files is damaged")
    if entries > len(LIMITS) or length > _MAX_DIRECTORY:
        raise Refused(f"it has {entries} files; a replay has at most {len(LIMITS)}")


def _check_member(member: zipfile.ZipInfo) -> None:
    name = "".join(letter for letter in member.filename[:60] if letter.isprintable())
    kind = stat.S_IFMT(member.external_attr >> 16)
    if member.filename not in LIMITS:
        raise Refused(f"it has a file {name!r}, which is none of a replay's")
    if kind not in (0, stat.S_IFREG):
        raise Refused(f"{name} is not a plain file in it")
    if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
        raise Refused(f"{name} is compressed in it, which a replay's files are not")
    if member.file_size > LIMITS[name]:
        raise Refused(f"{name} is too large in it ({member.file_size:,} bytes)")


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Write a member, counting what really comes."""
    left = member.file_size
    with archive.open(member) as content, target.open("xb") as file:
        while piece := content.read(CHUNK):
            left -= len(piece)
            if left < 0:
                raise Refused(f"{member.filename} is larger than it says")
            file.write(piece)
    if left:
        raise Refused(f"{member.filename} is cut off")


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn what `zipfile` raises for a damaged or encrypted file into a refusal."""
    try:
        yield
    except _UNREADABLE as error:
        raise Refused(
            f"it is damaged ({str(error).splitlines()[0][:100] if str(error) else 'unreadable'})"
        ) from error


def _check(folder: Path) -> str:
    """Open what came as a replay, both ends of its videos too; return its name."""
    try:
        with open_replay(folder) as replay:
            header = replay.header
            _check_name_and_date(header)
            first = next((n.moment.frame - n.pictures + 1 for n in replay.lines if n.pictures), 0)
            _check_video(folder / VIDEO_FILE, header, header.picture, first)
            eyes = header.eyes
            size = None if eyes is None else eyes[1:] if eyes[0] == 1 else eyes[:2]
            _check_video(folder / EYES_FILE, header, size, replay.lines[0].moment.frame)
        read_bookmarks(folder)
    except BotplayError as error:
        # The path in the message is that of the temporary folder, which tells nobody anything.
        raise Refused(str(error).replace(f"{folder}{os.sep}", "its ").replace(str(folder), "it")) from error
    return header.id


def _check_name_and_date(header: EpisodeHeader) -> None:
    """Refuse what would stand in the way of other replays: where one is named, and what the last one is."""
    if header.id == LAST or header.id.startswith(GROUP):
        raise Refused(f"its id {header.id[:40]!r} means something else where a replay is named")
    if datetime.fromisoformat(header.started) > datetime.now(UTC) + AHEAD:
        raise Refused(f"it claims to be of {header.started[:10]}, which is yet to come")


def _check_video(path: Path, header: EpisodeHeader, size: tuple[int, ...] | None, first: int) -> None:
    """Check a video even where the reader would do without it, as it does in a recording that was cut off.

    Such a one may be empty: it was cut off before the video began.
    """
    if not path.exists():
        return
    if size is None:
        raise Refused(f"it has a {path.name} that its {HEADER_FILE} does not speak of")
    if header.status == "recovered" and path.stat().st_size == 0:
        return
    with closing(VideoReader(path, (size[0], size[1]), header.about.fps, first)) as video:
        for frame in (*video.frames[:1], *video.frames[-1:]):
            video.read(frame)


def _move(folder: Path, root: Path, name: str) -> Path:
    """Give a folder its name in `root`, or the first free one of `name-2`, `name-3`, ..."""
    for number in range(1, MOST_SAME):
        target = root / (name if number == 1 else f"{name}-{number}")
        if os.path.lexists(target):
            continue
        try:
            folder.rename(target)
        except OSError:
            if os.path.lexists(target):  # somebody was quicker
                continue
            raise
        return target
    raise Refused(f"there are too many replays {name} already")
