"""Turning a replay into a file to show or to send: a video, a gif, a picture, a web page, one file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av

from botcore.errors import BotplayError
from botcore.export.video import VIDEOS, write_video
from botcore.replacing import replacing
from botcore.replay.reader import Replay

MIN_SPEED, MAX_SPEED = 0.05, 100.0
KINDS = (*VIDEOS, ".html", ".png", ".botreplay")


def export(
    replay: Replay,
    target: Path,
    panels: bool,
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
            if kind in VIDEOS:
                write_video(replay, draft, kind, panels=panels, speed=speed, tell=tell)
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
    from botcore.export.archive import write_archive
    from botcore.export.page import write_page
    from botcore.export.sheet import write_sheet

    return {".html": write_page, ".png": write_sheet, ".botreplay": write_archive}[kind]
