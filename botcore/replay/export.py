"""Turning a replay into something to show or to send: a video, a gif, a picture, a web page, one file."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import av
import numpy as np
from numpy.typing import NDArray

from botcore.contracts.moment import Moment
from botcore.errors import BotplayError
from botcore.replacing import replacing
from botcore.replay.encode import exact_fps, fit
from botcore.replay.gif import GifWriter
from botcore.replay.reader import Replay

if TYPE_CHECKING:
    import pygame

    from botcore.window.about import SceneAbout

FASTEST = {".mp4": 60.0, ".gif": 25.0}  # pictures a second; more cannot be seen, or not be shown
PANELS_SIZE = {".mp4": (1280, 720), ".gif": (960, 540)}
PLAIN_HEIGHT = 480  # small pictures are enlarged by a whole number up to here
MIN_SPEED, MAX_SPEED = 0.05, 100.0
KINDS = (*FASTEST, ".html", ".png", ".botreplay")

Pixels = NDArray[np.uint8]


class SceneLike(Protocol):
    """What draws Moments (`botcore.window.scene.Scene`)."""

    def update(self, moment: Moment) -> None: ...

    def draw(self, target: pygame.Surface, picture: Pixels | None, panels: bool) -> None: ...


SceneFactory = Callable[[tuple[int, int], "SceneAbout"], SceneLike]


def export(
    replay: Replay,
    target: Path,
    panels: bool,
    scene_factory: SceneFactory | None = None,
    speed: float = 1.0,
    *,
    force: bool = False,
    kind: str = "",
    tell: Callable[[float], None] = lambda done: None,
) -> Path:
    """Write a replay as a file whose kind its name says, and return it.

    A `.mp4` plays anywhere, as does a `.gif`; a `.html` is a page with the curves beside the game, a `.png` a
    sheet of moments, a `.botreplay` the replay itself as one file to send.

    Args:
        panels: draw what the brain saw and thought beside the game (in a video or gif).
        scene_factory: what draws the panels, None for the window's own scene.
        speed: 2 shows twice as much of the game in a second (of a video or gif).
        force: replace a file that is there already.
        kind: `.mp4` and so on, where the file's name does not say it.
        tell: is called with the share that is done, 0..1.

    Raises:
        BotplayError: the target's kind is unknown, it exists, it cannot be written, or the replay is damaged.
    """
    kind = (kind or target.suffix).lower()
    try:
        _check(target, kind, speed, force=force)
        with replacing(target) as draft:
            if kind in FASTEST:
                rate = min(replay.header.about.fps * speed, FASTEST[kind])
                paint = _scene_painter(replay, PANELS_SIZE[kind], scene_factory) if panels else _plain
                _write(draft, kind, rate, _pictures(replay, rate, speed, paint, tell))
            else:
                _whole(kind)(replay, draft)
    except (OSError, av.FFmpegError) as error:
        raise BotplayError(f"cannot write {target}: {error.strerror}") from error
    return target


def _check(target: Path, kind: str, speed: float, *, force: bool) -> None:
    if kind not in KINDS:
        ends = f"{', '.join(KINDS[:-1])} or {KINDS[-1]}"
        raise BotplayError(f"cannot write {target.name}: name a file that ends in {ends}")
    if not MIN_SPEED <= speed <= MAX_SPEED:
        raise BotplayError(f"the speed must be between {MIN_SPEED} and {MAX_SPEED:g}, not {speed:g}")
    if target.is_dir() or (target.exists() and not force):
        raise BotplayError(f"{target} exists already; name another file or give --force")
    if not target.parent.is_dir():
        raise BotplayError(f"cannot write {target}: there is no folder {target.parent}")


def _whole(kind: str) -> Callable[[Replay, Path], None]:
    """Return what writes a file that is no video."""
    from botcore.replay.archive import write_archive
    from botcore.replay.page import write_page
    from botcore.replay.sheet import write_sheet

    return {".html": write_page, ".png": write_sheet, ".botreplay": write_archive}[kind]


def _pictures(
    replay: Replay,
    rate: float,
    speed: float,
    paint: Callable[[int, Pixels], Pixels],
    tell: Callable[[float], None],
) -> Iterator[Pixels]:
    """Give what is on screen at each tick of the output's clock."""
    start = max(0, replay.lines[0].moment.frame)
    span = replay.last_frame - start
    frames_a_tick = replay.header.about.fps * speed / rate
    for tick in range(math.floor(span / frames_a_tick) + 1):
        frame = start + round(tick * frames_a_tick)
        yield paint(replay.step_at(frame), replay.picture(frame))
        tell(min(1.0, (frame - start) / max(1, span)))


def _plain(step: int, picture: Pixels) -> Pixels:
    """The game alone, small pictures enlarged by a whole number so that pixels stay square and sharp."""
    times = max(1, PLAIN_HEIGHT // picture.shape[0])
    return picture.repeat(times, axis=0).repeat(times, axis=1)


def _scene_painter(
    replay: Replay, size: tuple[int, int], factory: SceneFactory | None
) -> Callable[[int, Pixels], Pixels]:
    """Draw through a scene, which is told of every Moment up to the one on screen."""
    from botcore.window.player import about_replay
    from botcore.window.scene import Scene

    import pygame  # isort: skip  (after the window package, which silences its banner)

    scene = (factory or Scene)(size, about_replay(replay))
    surface = pygame.Surface(size, depth=24)
    told = 0

    def paint(step: int, picture: Pixels) -> Pixels:
        nonlocal told
        while told <= step:
            scene.update(replay.moment(told))
            told += 1
        scene.draw(surface, picture, True)
        content = pygame.image.tobytes(surface, "RGB")
        return np.frombuffer(content, np.uint8).reshape(size[1], size[0], 3)

    return paint


def _write(path: Path, kind: str, rate: float, pictures: Iterator[Pixels]) -> None:
    first = next(pictures)
    size = (first.shape[0] + first.shape[0] % 2, first.shape[1] + first.shape[1] % 2)
    writer: Any = (GifWriter if kind == ".gif" else _Mp4Writer)(path, size, rate)
    try:
        writer.write(fit(first, size))
        for picture in pictures:
            writer.write(fit(picture, size))
    except BaseException:
        writer.abandon()
        raise
    writer.close()


class _Mp4Writer:
    """H.264 with the index in front, so that it starts playing at once wherever it is put."""

    def __init__(self, path: Path, size: tuple[int, int], rate: float) -> None:
        self._container = av.open(str(path), "w", format="mp4", container_options={"movflags": "faststart"})
        stream = self._container.add_stream(
            "libx264", rate=exact_fps(rate), options={"preset": "veryfast", "crf": "20"}
        )
        stream.height, stream.width = size
        stream.pix_fmt = "yuv420p"
        self._stream = stream

    def write(self, picture: Pixels) -> None:
        image = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
        self._container.mux(self._stream.encode(image))

    def close(self) -> None:
        try:
            self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()

    def abandon(self) -> None:
        self._container.close()
