"""Where the pictures lie in a video that a recorder wrote: an mp4 in fragments (ISO/IEC 14496-12).

A recorder writes `moov`, which says what the video is, then pairs of `moof`, a table of some pictures, and
`mdat`, these pictures. The tables alone say at which byte decoding begins for any picture, and reading only
them takes a third of the time of going through every packet. What a crash left unfinished at the end is left
out. Sizes are checked before anything is read or reserved.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import RawIOBase
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from botcore.replay.checks import Invalid

MAX_TABLE = 2**22  # bytes of a `moov` or a `moof`
MAX_SAMPLE = 2**26  # bytes of one encoded picture
MAX_SAMPLES = 5_000_000
LEAST = 16  # bytes of the file for a picture; a recorder takes 30 for one of nothing, with its row in a table
CHUNK = 4096  # bytes read at once while going from box to box
_NOT_A_KEYFRAME = 0x10000
_ENTRY = 78  # bytes of a picture's description before the boxes in it (VisualSampleEntry)
_TABLES = b"moof", b"moov"
_HAS_OFFSET, _HAS_FIRST_FLAGS = 0x1, 0x4
_COLUMNS = (0x100, 0x200, 0x400, 0x800)  # duration, size, flags, time of showing less time of decoding


@dataclass(frozen=True)
class Track:
    """What the pictures are.

    Attributes:
        height, width: in pixels, as the file says; the pictures themselves may say otherwise.
        ticks: of the video's clock, a second.
        config: what the decoder must know first (avcC).
    """

    height: int
    width: int
    ticks: int
    config: bytes


@dataclass(frozen=True)
class Samples:
    """The encoded pictures in the order of decoding, `[N]` each.

    Attributes:
        shown: when each is shown, in ticks; not ascending where pictures refer to later ones.
        key: whether decoding can begin there.
        place: its first byte in the file.
        size: its bytes.
    """

    shown: NDArray[np.int64]
    key: NDArray[np.bool_]
    place: NDArray[np.int64]
    size: NDArray[np.int64]


class _Defaults(NamedTuple):
    duration: int = 0
    size: int = 0
    flags: int = 0


class _Box(NamedTuple):
    kind: bytes
    content: memoryview


def read_fragments(file: RawIOBase, length: int) -> tuple[Track, Samples]:
    """Read the tables of an unbuffered file of `length` bytes.

    Raises:
        Invalid: it is not a video that a recorder writes.
        OSError: it cannot be read.
    """
    track: Track | None = None
    defaults, found, count, most = _Defaults(), list[Samples](), 0, min(MAX_SAMPLES, length // LEAST)
    try:
        for kind, place, content in _tables(file, length):
            if kind == b"moov":
                track, defaults = _track(content)
                continue
            for samples in _fragment(content, place, defaults, most) if track else ():
                found.append(samples)
                count += len(samples.size)
                if count > most:
                    raise Invalid("it has too many pictures")
    except (struct.error, IndexError) as error:
        raise Invalid("a table in it is cut off") from error
    if track is None:
        raise Invalid("it is not an mp4 of the kind that is recorded")
    return track, _within(_joined(found), length)


def _tables(file: RawIOBase, length: int) -> Iterator[tuple[bytes, int, memoryview]]:
    """Give kind, place and content of every whole table in the file."""
    place, window, start = 0, b"", 0
    while place + 8 <= length:
        offset = place - start
        if not window or offset + 16 > len(window):
            window, start, offset = _read(file, place, CHUNK), place, 0
        size, kind = struct.unpack_from(">I4s", window, offset)
        head = 8
        if size == 1 and len(window) >= offset + 16:
            size, head = struct.unpack_from(">Q", window, offset + 8)[0], 16
        if size < head or size > length - place:
            return  # the rest was not finished; so was the last fragment's `mdat`, which needs no reading
        if kind in _TABLES:
            if size > MAX_TABLE:
                raise Invalid("a table in it is too large")
            if offset + size > len(window):
                window, start, offset = _read(file, place, max(size, CHUNK)), place, 0
            yield kind, place, memoryview(window)[offset + head : offset + size]
        place += size


def _read(file: RawIOBase, place: int, size: int) -> bytes:
    file.seek(place)
    return file.read(size) or b""


def _boxes(content: memoryview) -> Iterator[_Box]:
    """Give the boxes in a table."""
    place = 0
    while place + 8 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, place)
        if size < 8 or place + size > len(content):
            raise Invalid(f"a box {kind!r} in it has no proper size")
        yield _Box(kind, content[place + 8 : place + size])
        place += size


def _only(content: memoryview, *path: bytes) -> memoryview:
    """Return the content of the box that a path of names leads to, each the only one of its name."""
    for name in path:
        found = [box.content for box in _boxes(content) if box.kind == name]
        if len(found) != 1:
            raise Invalid(f"it has {len(found)} boxes {name.decode()!r} instead of one")
        content = found[0]
    return content


def _track(moov: memoryview) -> tuple[Track, _Defaults]:
    media = _only(moov, b"trak", b"mdia")
    clock = _only(media, b"mdhd")
    (ticks,) = struct.unpack_from(">I", clock, 20 if clock[0] == 1 else 12)
    description = _only(media, b"minf", b"stbl", b"stsd")
    entries = list(_boxes(description[8:]))
    if [entry.kind for entry in entries] != [b"avc1"] or ticks == 0:
        raise Invalid("it is not one H.264 video")
    entry = entries[0].content
    width, height = struct.unpack_from(">HH", entry, 24)
    config = bytes(_only(entry[_ENTRY:], b"avcC"))
    duration, size, flags = struct.unpack_from(">III", _only(moov, b"mvex", b"trex"), 12)
    return Track(height, width, ticks, config), _Defaults(duration, size, flags)


def _fragment(moof: memoryview, place: int, defaults: _Defaults, most: int) -> Iterator[Samples]:
    """Give the runs of at most `most` samples of a fragment whose table lies at `place` in the file."""
    traf = _only(moof, b"traf")
    start, own, position = 0, defaults, place
    for kind, content in _boxes(traf):
        if kind == b"tfhd":
            own = _own_defaults(content, defaults)
        elif kind == b"tfdt":
            (start,) = struct.unpack_from(">Q" if content[0] == 1 else ">I", content, 4)
        elif kind == b"trun":
            samples, start, position = _run(content, place, position, start, own, most)
            yield samples


def _own_defaults(tfhd: memoryview, defaults: _Defaults) -> _Defaults:
    flags = struct.unpack_from(">I", tfhd)[0] & 0xFFFFFF
    if flags & 0x1:
        raise Invalid("its places are counted in another way than a recorder counts")
    fields = [field for (field,) in struct.iter_unpack(">I", tfhd[8:])]
    if flags & 0x2:
        fields.pop(0)
    given = [fields.pop(0) if flags & bit else old for bit, old in zip((8, 16, 32), defaults, strict=True)]
    return _Defaults(*given)


def _run(
    trun: memoryview, base: int, position: int, start: int, defaults: _Defaults, most: int
) -> tuple[Samples, int, int]:
    """Return the samples of a run, when the next one begins, and where."""
    flags, count = struct.unpack_from(">II", trun)
    read = 8
    if flags & _HAS_OFFSET:
        position = base + struct.unpack_from(">i", trun, read)[0]
        read += 4
    first = None
    if flags & _HAS_FIRST_FLAGS:
        (first,) = struct.unpack_from(">I", trun, read)
        read += 4
    columns = [bit for bit in _COLUMNS if flags & bit]
    if read + 4 * count * len(columns) > len(trun):
        raise Invalid("a table in it is shorter than it says")
    if count > most:
        raise Invalid("it has too many pictures")
    table = np.frombuffer(trun, ">u4", count * len(columns), read).reshape(count, len(columns))
    parts = [
        table[:, columns.index(bit)].astype(np.int64) if bit in columns else np.full(count, usual, np.int64)
        for bit, usual in zip(_COLUMNS, (*defaults, 0), strict=True)
    ]
    duration, size, kind, later = parts
    if first is not None and count:
        kind[0] = first
    if flags >> 24:  # from version 1 on the difference is signed
        later = np.where(later >= 2**31, later - 2**32, later)
    begins = np.cumsum(duration) - duration + min(start, 2**60)
    places = np.cumsum(size) - size + position
    samples = Samples(begins + later, kind & _NOT_A_KEYFRAME == 0, places, size)
    return samples, start + int(duration.sum()), position + int(size.sum())


def _joined(found: list[Samples]) -> Samples:
    if not found:
        nothing = np.zeros(0, np.int64)
        return Samples(nothing, np.zeros(0, np.bool_), nothing, nothing)
    return Samples(
        np.concatenate([samples.shown for samples in found]),
        np.concatenate([samples.key for samples in found]),
        np.concatenate([samples.place for samples in found]),
        np.concatenate([samples.size for samples in found]),
    )


def _within(samples: Samples, length: int) -> Samples:
    """Leave out what the file does not hold, and whatever no honest recorder writes."""
    whole = (samples.size > 0) & (samples.size <= MAX_SAMPLE) & (samples.place >= 0)
    whole &= samples.place + samples.size <= length
    return Samples(samples.shown[whole], samples.key[whole], samples.place[whole], samples.size[whole])
