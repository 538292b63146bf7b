"""Map files: PNG pictures, dark for road and bright for sand. They come from anywhere, so trust none."""

from __future__ import annotations

import io
import re
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from botcore.errors import BotplayError
from botcore.paths import own_folder
from botcore.replacing import replacing
from botplay_car.ground import Track
from botplay_car.maps import corners

MAX_BYTES = 4 * 1024 * 1024
SMALLEST, LARGEST = 200, 2000
"""Allowed width and height in pixels."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"
BRIGHT = 128


def maps_folder() -> Path:
    """Return the folder for saved maps: `maps` in the user's data folder."""
    return own_folder("maps")


def saved_map(name: str) -> Path:
    """Return where the map called `name` is saved; the name cannot lead out of the folder."""
    return maps_folder() / f"{re.sub(r'[^A-Za-z0-9_-]', '_', name)[:80] or 'map'}.png"


def track_from(path: Path) -> Track:
    """Return a map from a person's own picture, with the goals in two opposite corners.

    Raises:
        BotplayError: the file is missing, too large, not a PNG, damaged, or of a size out of bounds.
    """
    sand = load_sand(path)
    height, width = sand.shape
    return Track(path.stem, sand, corners(width, height))


def load_sand(path: Path) -> NDArray[np.bool_]:
    """Return sand `[H, W]` from a map file. Raises `BotplayError` as `track_from` does."""
    data = _read(path)
    _check_chunks(path, data)
    width, height = struct.unpack(">II", data[16:24])
    if not (SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST):
        raise BotplayError(f"map {path} is {width}x{height} pixels; make it {SMALLEST} to {LARGEST} each way")
    import pygame

    try:
        colours = pygame.surfarray.array3d(pygame.image.load(io.BytesIO(data), "map.png"))  # [W, H, 3]
    except (pygame.error, ValueError) as error:
        raise BotplayError(f"map {path} is damaged ({error}); save it again as PNG") from error
    return np.asarray(colours.mean(axis=2).T >= BRIGHT)


def save_sand(path: Path, sand: NDArray[np.bool_]) -> None:
    """Write sand as a gray PNG, all or nothing. Raises `BotplayError` if it cannot be written."""
    height, width = sand.shape
    rows = np.zeros((height, width + 1), np.uint8)  # each row begins with its filter, 0
    rows[:, 1:] = np.where(sand, 255, 0)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows.tobytes())), _chunk(b"IEND", b""))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as draft:
            draft.write_bytes(SIGNATURE + b"".join(chunks))
    except OSError as error:
        raise BotplayError(f"cannot save the map to {path}: {error.strerror}") from error


def _read(path: Path) -> bytes:
    """Return the file's bytes, at most `MAX_BYTES` of them."""
    try:
        if not path.is_file():
            raise BotplayError(f"there is no map {path}; save one first (F5), or name a PNG file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise BotplayError(f"cannot read map {path}: {error}") from error
    if len(data) > MAX_BYTES:
        raise BotplayError(f"map {path} is larger than {MAX_BYTES // 1024 // 1024} MiB; save it smaller")
    return data


def _check_chunks(path: Path, data: bytes) -> None:
    """Raise `BotplayError` unless the data is a PNG whose chunks are all there and unharmed.

    A PNG is a signature and chunks: length, type, content, CRC-32 (ISO/IEC 15948, clause 5).
    """
    if not data.startswith(SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 33:
        raise BotplayError(f"map {path} is not a PNG picture")
    at, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        length = int.from_bytes(data[at : at + 4], "big")
        kind, end = data[at + 4 : at + 8], at + 8 + length
        if end + 4 > len(data):
            raise BotplayError(f"map {path} is cut short; save it again as PNG")
        if data[end : end + 4] != struct.pack(">I", zlib.crc32(data[at + 4 : end])):
            raise BotplayError(f"map {path} is damaged; save it again as PNG")
        at = end + 4


def _chunk(kind: bytes, content: bytes) -> bytes:
    """Return a PNG chunk."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
