"""`botplay doctor`: is everything in order on this machine?"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import click

from botcore.discovery import one_line

ROOM = 100_000  # bytes that a folder must have left for more than its name
MOST_TOLD = 200  # characters of an error; numpy writes a page
Verdict = Literal["ok", "note", "broken"]
ENGINES = ("torch", "numpy", "gymnasium", "ale-py", "vizdoom", "pygame-ce", "av", "pluggy", "safetensors")
OPENCV = (
    "opencv-python",
    "opencv-python-headless",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
)


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what, how it is, and what to do about it."""

    what: str
    verdict: Verdict
    text: str


@click.command()
def doctor() -> None:
    """Check versions, screen, packages that get in each other's way, folders and plugins."""
    signs = {"ok": "ok    ", "note": "note  ", "broken": "BROKEN"}
    broken = 0
    for finding in _findings():
        click.echo(f"{signs[finding.verdict]} {finding.what:<14} {finding.text}")
        broken += finding.verdict == "broken"
    click.echo("everything is in order" if not broken else f"{broken} to put right")
    if broken:
        raise SystemExit(1)


def _findings() -> Iterator[Finding]:
    """Look at one thing after the other. What cannot be looked at is a finding too, and the rest goes on."""
    looks: tuple[tuple[str, Callable[[], Iterable[Finding]]], ...] = (
        ("versions", _versions),
        ("versions", _clashes),
        ("torch device", _torch),
        ("screen", _display),
        ("folders", _folders),
        ("replays", _replays),
        ("plugins", _plugins),
    )
    for what, look in looks:
        try:
            yield from look()
        except (ImportError, OSError) as error:  # a library may lack one of its own, as torch CUDA's
            yield Finding(what, "broken", f"cannot be looked at: {one_line(error)[:MOST_TOLD]}")


def _versions() -> Iterator[Finding]:
    yield Finding("python", "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    for name in ("botplay", *ENGINES):
        version = version_of(name)
        if version is None:
            yield Finding(name, "broken", f"is not installed; pip install {name}")
        else:
            yield Finding(name, "ok", version)


def _clashes() -> Iterator[Finding]:
    """Distributions that install into the same folder and overwrite each other."""
    if version_of("pygame") is not None:
        yield Finding(
            "pygame",
            "broken",
            "is installed beside pygame-ce, into the same folder; "
            "pip uninstall -y pygame pygame-ce && pip install pygame-ce",
        )
    variants = [name for name in OPENCV if version_of(name) is not None]
    if not variants:
        yield Finding("opencv", "broken", "is not installed; pip install opencv-python")
    elif len(variants) > 1:
        remedy = f"pip uninstall -y {' '.join(variants)} && pip install opencv-python"
        yield Finding(
            "opencv", "broken", f"several variants overwrite each other ({', '.join(variants)}); {remedy}"
        )
    else:
        yield Finding("opencv", "ok", f"{variants[0]} {version_of(variants[0])}")


def _torch() -> Iterator[Finding]:
    import torch

    if torch.cuda.is_available():
        yield Finding(
            "torch device",
            "ok",
            f"cuda: {torch.cuda.get_device_name(0)}; training uses it with --set training.device=cuda",
        )
    else:
        yield Finding("torch device", "ok", f"cpu, {os.cpu_count()} cores")


def _display() -> Iterator[Finding]:
    from botcore.window.display import have_display

    if have_display():
        found = os.environ.get("SDL_VIDEODRIVER") or os.environ.get("DISPLAY") or "found"
        yield Finding("screen", "ok", found)
    else:
        yield Finding("screen", "note", "none; botplay plays without a window and records")


def _folders() -> Iterator[Finding]:
    from botcore.errors import BotplayError
    from botcore.paths import data_folder

    try:
        root = data_folder()
    except BotplayError as error:
        yield Finding("data folder", "broken", str(error))
        return
    for folder in (root, *(root / name for name in ("replays", "models", "runs", "learned"))):
        yield _writable(folder)


def _replays() -> Iterator[Finding]:
    """How much room the replays take, and may take."""
    from botcore.errors import BotplayError
    from botcore.replay.keeping import SETTING, replay_limit, used
    from botcore.replay.library import replays_root

    try:
        limit, size = replay_limit(), used(replays_root())
    except BotplayError as error:
        yield Finding("replays", "broken", str(error))
        return
    if limit is None:
        yield Finding("replays", "ok", f"{size / 1e6:,.1f} MB; nothing bounds them ({SETTING})")
        return
    text = f"{size / 1e6:,.1f} MB of at most {limit / 1e9:g} GB ({SETTING}); then the oldest go"
    yield Finding("replays", "ok" if size <= limit else "note", text)


def _writable(folder: Path) -> Finding:
    there = folder
    while not there.exists():
        there = there.parent
    try:  # root may write where nothing can be made, and a folder is made where no file has room
        with TemporaryDirectory(dir=there) as tried:
            (Path(tried) / "room").write_bytes(bytes(ROOM))
    except OSError as error:
        advice = f"set BOTPLAY_DATA to another folder ({error.strerror})"
        return Finding("folder", "broken", f"{folder} cannot be written; {advice}")
    return Finding("folder", "ok", f"{folder}{'' if there == folder else ' (will be made)'}")


def _plugins() -> Iterator[Finding]:
    from botcore.plugins import load_plugins

    for record in load_plugins().records:
        source = f"{record.distribution} {record.version}"
        if record.status == "failed":
            yield Finding("plugin", "broken", f"{record.name} ({source}): {record.reason}")
        else:
            yield Finding(
                "plugin", "ok", f"{record.name} ({source}){'' if record.status == 'ok' else ', off'}"
            )


def version_of(distribution: str) -> str | None:
    """Return the version of an installed distribution, or None."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None
