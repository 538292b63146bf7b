"""Map files: saved, loaded, from a person's own picture, and hostile ones."""

import os
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pygame
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botcore import OpenRequest
from botcore.errors import BotplayError
from botplay_car.batch import open_cars
from botplay_car.env import open_car
from botplay_car.mapfile import MAX_BYTES, SIGNATURE, load_sand, save_sand, saved_map
from botplay_car.options import CarOptions
from botplay_car.picture import Picture


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def checks(height=300, width=400):
    """Return a map with some road and some sand."""
    sand = np.zeros((height, width), bool)
    sand[:, 200:260] = True
    sand[10:40, 50:99] = True
    return sand


def png(width, height, body=b"", kind=b"IDAT"):
    """Return a PNG of gray pixels with right checksums, whatever is in it."""

    def chunk(name, content):
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(kind, body) + chunk(b"IEND", b"")


def test_clear_save_and_load(data_folder):
    env = open_car(OpenRequest("city-rich", "default"))
    env.reset(seed=0)
    before = env.render()
    commands = env.commands()
    assert [commands[key][0] for key in ("c", "f5", "f9")] == ["clear sand", "save map", "load map"]
    env.touch(400, 50, 1)
    painted, picture = env.world.ground.sand.copy(), env.render()
    assert Path(commands["f5"][1]()).is_file(), "it says where"
    assert [path.relative_to(data_folder).as_posix() for path in data_folder.rglob("*.*")] == [
        "maps/city.png"
    ]
    commands["c"][1]()
    assert not env.world.ground.sand.any()
    np.testing.assert_array_equal(env.render(), Picture(env.world).draw(env._cars, ()))
    commands["f9"][1]()
    np.testing.assert_array_equal(env.world.ground.sand, painted)
    np.testing.assert_array_equal(env.render(), picture)
    assert not np.array_equal(picture, before)
    other = open_car(OpenRequest("city", "default"))  # the same map, seen otherwise
    other.load_map()
    np.testing.assert_array_equal(other.world.ground.density, env.world.ground.density)


def test_the_map_can_be_put_back_and_the_brush_be_sized():
    env = open_car(OpenRequest("city", "default"))
    env.reset(seed=0)
    original, small = env.world.ground.sand.copy(), env.brush
    env.touch(400, 50, 1)
    narrow = int((env.world.ground.sand != original).sum())
    env.commands()["o"][1]()
    np.testing.assert_array_equal(env.world.ground.sand, original)
    env.wheel(3)
    assert env.brush == pytest.approx(small * 1.25**3)
    env.touch(400, 50, 1)
    assert (env.world.ground.sand != original).sum() > 2 * narrow
    env.wheel(100)
    assert env.brush == 100
    env.wheel(-100)
    assert env.brush == 3


def test_what_is_saved_is_an_ordinary_picture(tmp_path):
    save_sand(tmp_path / "map.png", checks())
    colours = pygame.surfarray.array3d(pygame.image.load(tmp_path / "map.png")).transpose(1, 0, 2)
    np.testing.assert_array_equal(colours[..., 0] == 255, checks())
    np.testing.assert_array_equal(load_sand(tmp_path / "map.png"), checks())


def test_a_saved_map_cannot_leave_its_folder(data_folder):
    for name in ("../../etc/passwd", "/etc/passwd", "a\0b", "", "x" * 500, ".."):
        path = saved_map(name)
        assert path.parent == data_folder / "maps"
        assert path.resolve().parent == (data_folder / "maps").resolve()
        assert len(path.name) < 100


def test_a_broken_saved_map_changes_nothing(data_folder):
    env = open_car(OpenRequest("city", "default"))
    env.reset(seed=0)
    before, picture, density = env.world.ground.sand.copy(), env.render(), env.world.ground.density.copy()
    path = saved_map("city")
    with pytest.raises(BotplayError, match="F5"):
        env.load_map()
    path.parent.mkdir(parents=True)
    all_sand = zlib.compress(b"\0" + b"\xff" * 800 * 600)
    for data in (
        b"",
        b"not a picture",
        png(800, 600, b"junk"),
        png(800, 600, all_sand[:40]),
        png(9999, 9999),
    ):
        path.write_bytes(data)
        with pytest.raises(BotplayError):
            env.load_map()
    save_sand(path, checks())  # another size
    with pytest.raises(BotplayError, match="400x300"):
        env.load_map()
    save_sand(path, np.ones((600, 800), bool))
    with pytest.raises(BotplayError, match="no road"):
        env.load_map()
    np.testing.assert_array_equal(env.world.ground.sand, before)
    np.testing.assert_array_equal(env.world.ground.density, density)
    np.testing.assert_array_equal(env.render(), picture)


def test_saving_where_one_cannot_write_says_so(monkeypatch):
    monkeypatch.setenv("BOTPLAY_DATA", "/proc")  # nothing can be made there, not even by root
    env = open_car(OpenRequest("city", "default"))
    with pytest.raises(BotplayError, match="cannot save the map"):
        env.save_map()


def test_a_failed_save_keeps_the_old_map(data_folder, monkeypatch):
    path = saved_map("city")
    save_sand(path, checks())

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(BotplayError, match="No space left"):
        save_sand(path, ~checks())
    assert [file.name for file in path.parent.iterdir()] == ["city.png"]
    np.testing.assert_array_equal(load_sand(path), checks())


def test_a_persons_own_picture_is_a_map(tmp_path):
    picture = pygame.Surface((400, 300))
    picture.fill((80, 80, 90))  # asphalt
    picture.fill((230, 200, 150), (200, 0, 60, 300))  # sand
    path = tmp_path / "own map.png"
    pygame.image.save(picture, path)
    request = OpenRequest("city", "default", CarOptions(map_file=str(path)), copies=4)
    env = open_car(request)
    env.reset(seed=0)
    assert env.world.ground.sand[:, 200:260].all()
    assert not env.world.ground.sand[:, :200].any()
    assert env.render().shape == (300, 400, 3)
    assert env.world.track.goals.tolist() == [[20, 20], [380, 280]]
    batch = open_cars(request)
    batch.reset(seed=0)
    np.testing.assert_array_equal(batch.world.ground.sand, env.world.ground.sand)
    env.save_map()
    np.testing.assert_array_equal(load_sand(saved_map("own map")), env.world.ground.sand)


def test_a_map_file_is_the_same_in_whatever_folder_its_card_is_read_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert CarOptions(map_file="mine.png").map_file == str(tmp_path / "mine.png")
    assert CarOptions(map_file="~/mine.png").map_file == str(Path.home() / "mine.png")
    assert CarOptions().map_file == ""
    with pytest.raises(ValueError, match=r"there is no such home as in '~nobody-of-that-name/mine\.png'"):
        CarOptions(map_file="~nobody-of-that-name/mine.png")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "not a PNG"),
        (b"GIF89a" + b"\0" * 50, "not a PNG"),
        (png(60000, 60000), "60000x60000"),
        (png(400, 10), "400x10"),
        (png(400, 300), "damaged"),
        (png(400, 300, b"junk"), "damaged"),
        (png(400, 300, zlib.compress(b"\0" * 401 * 300))[:-20], "cut short"),
        (png(400, 300, zlib.compress(b"\0" * 401 * 300)).replace(b"IDAT", b"IDAX"), "damaged"),
        (b"\0" * (MAX_BYTES + 1), "larger than"),
    ],
)
def test_a_bad_map_file_is_refused_in_one_line(tmp_path, data, word):
    path = tmp_path / "map.png"
    path.write_bytes(data)
    with pytest.raises(BotplayError, match=word) as caught:
        open_car(OpenRequest("city", "default", CarOptions(map_file=str(path))))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["missing.png", ".", "a\0b"])
def test_a_map_file_that_is_no_file_is_refused(tmp_path, name):
    with pytest.raises(BotplayError, match="there is no map"):
        open_car(OpenRequest("city", "default", CarOptions(map_file=f"{tmp_path}/{name}")))


def refused_or_a_map(data):
    """Read the bytes as a map file: a map within bounds, or one `BotplayError`."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "map.png"
        path.write_bytes(data)
        sand = None
        with suppress(BotplayError):
            sand = load_sand(path)
        if sand is not None:
            assert sand.dtype == bool
            assert all(200 <= side <= 2000 for side in sand.shape)


@settings(max_examples=100)
@given(st.binary(max_size=200), st.sampled_from([b"", SIGNATURE, png(300, 300)[:33]]))
def test_any_bytes_are_refused_or_a_map(tail, head):
    refused_or_a_map(head + tail)


@settings(max_examples=100)
@given(st.data())
def test_any_harmed_map_is_refused_or_a_map(data):
    whole = bytearray(png(300, 200, zlib.compress(b"\0" * 301 * 200)))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    refused_or_a_map(bytes(whole[: data.draw(st.integers(0, len(whole)))]))


@settings(max_examples=60)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
    st.binary(max_size=100),
    st.sampled_from([b"IDAT", b"PLTE", b"tRNS", b"acTL", b"zTXt", b"iCCP"]),
)
def test_any_well_formed_chunks_are_refused_or_a_map(width, height, body, kind):
    refused_or_a_map(png(width, height, body, kind))
    refused_or_a_map(png(200 + width % 100, 200 + height % 100, body, kind))
