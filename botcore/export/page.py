"""One web page that holds a whole replay: opened by double click, without a network, by anybody."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import av

from botcore.contracts.game import game_title
from botcore.contracts.moment import Moment
from botcore.errors import BotplayError
from botcore.export.columns import Packed, pack_memory, pack_series
from botcore.ledger import PERSON
from botcore.replay.bookmarks import read_bookmarks
from botcore.replay.checks import Invalid
from botcore.replay.decode import PROBLEMS
from botcore.replay.encode import exact_fps
from botcore.replay.format import VIDEO_FILE, About
from botcore.replay.fragments import read_fragments
from botcore.replay.reader import Replay
from botcore.window import theme
from botcore.window.marks import marks_of

MAX_PAGE_VIDEO = 200_000_000  # bytes; browsers hold it three times over while they open the page
CHUNK = 3 * 2**16  # bytes; a multiple of 3 can be encoded piece by piece
MOST_MARKS = 400  # lost lives, and changes of their number
MOST_LIVES = 1000
NAME_LETTERS = 60

SCRIPTS = ("data.js", "charts.js", "panels.js", "page.js")
PALETTE = (
    "ORANGE", "SKY", "GREEN", "YELLOW", "VERMILLION", "PURPLE",
    "BACKGROUND", "SURFACE", "RAISED", "RULE", "MUTED", "TEXT",
)  # fmt: skip


def write_page(replay: Replay, target: Path) -> None:
    """Write a replay as one HTML file: its video as it was recorded, and what the panels draw.

    The page forbids itself the network and every script but its own (its Content-Security-Policy).

    Raises:
        BotplayError: the replay has no pictures, its video is damaged, or it is too long for a page.
        OSError: the file cannot be written.
    """
    video = target.with_name(target.name + ".mp4")
    try:
        _check_length(replay)
        _remux(replay, video)
        before, after = _page(replay)
        with target.open("w", encoding="utf-8", newline="\n") as page, video.open("rb") as film:
            page.write(before)
            for piece in _base64(film):
                page.write(piece)
            page.write(after)
    finally:
        video.unlink(missing_ok=True)


def _check_length(replay: Replay) -> None:
    replay.picture(0)  # raises where there are no pictures
    size = (replay.folder / VIDEO_FILE).stat().st_size
    if size > MAX_PAGE_VIDEO:
        raise BotplayError(
            f"the video has {size / 1e6:.0f} MB, which is too much for a page; export a .mp4 instead"
        )


def _remux(replay: Replay, target: Path) -> None:
    """Copy the recording's video into a file with one index, which browsers need for seeking."""
    source = replay.folder / VIDEO_FILE
    try:
        with (
            av.open(_whole_fragments(source), "r", format="mp4") as recorded,
            av.open(str(target), "w", format="mp4", container_options={"movflags": "faststart"}) as film,
        ):
            stream = recorded.streams.video[0]
            copy = film.add_stream_from_template(stream)
            packets = [p for p in recorded.demux(stream) if p.pts is not None and not p.is_corrupt]
            begin = min(p.pts for p in packets if p.pts is not None)
            for packet in packets:
                packet.pts = packet.pts - begin if packet.pts is not None else None
                packet.dts = packet.dts - begin if packet.dts is not None else None
                packet.stream = copy
                film.mux(packet)
    except (*PROBLEMS, Invalid) as error:
        if getattr(error, "filename", None) == str(target):
            raise  # the recording is as it should be
        raise BotplayError(f"{source} is damaged: {str(error).splitlines()[0]}") from error


def _whole_fragments(source: Path) -> IO[bytes]:
    """Return a recorded video without what a crash left unfinished at its end."""
    with source.open("rb", buffering=0) as file:
        _, samples = read_fragments(file, source.stat().st_size)
        file.seek(0)
        return BytesIO(file.read(int((samples.place + samples.size).max(initial=0))))


def _base64(film: IO[bytes]) -> Iterator[str]:
    while piece := film.read(CHUNK):
        yield base64.b64encode(piece).decode()


def _page(replay: Replay) -> tuple[str, str]:
    """Return the page before and after its video."""
    style = _palette() + _template("page.css")
    script = "\n".join(_template(name) for name in SCRIPTS)
    about, series, memory = page_data(replay)
    parts = {
        "title": html.escape(f"{about['game']} · {about['brain']} · botplay"),
        "style": style,
        "script": script,
        "style_hash": _hash(style),
        "script_hash": _hash(script),
        "about": _json(about),
        "series": base64.b64encode(series.content).decode(),
        "memory": base64.b64encode(memory.content).decode() if memory else "",
    }
    before, after = _template("page.html").split("@@video@@")
    # In one pass: what is filled in is not looked at again.
    filled = [re.sub(r"@@(\w+)@@", lambda found: parts[found[1]], half) for half in (before, after)]
    return filled[0], filled[1]


def page_data(replay: Replay) -> tuple[dict[str, Any], Packed, Packed | None]:
    """Return what the page is told: facts as a table, and the packed columns of the curves and the memory."""
    header, moments = replay.header, [line.moment for line in replay.lines]
    about, memory = header.about, pack_memory(moments)
    series = pack_series(moments, about)
    marks = marks_of(replay.lines, about)
    facts = {
        "game": game_title(about.game, about.scenario),
        "brain": about.brain,
        "unit": _unit(about, series.about["choosers"]),
        "seed": header.seed,
        "started": header.started[: len("2026-01-31")],
        "outcome": "cut off" if header.status == "recovered" else header.outcome,
        "fps": float(exact_fps(about.fps)),
        "first": next((n.moment.frame - n.pictures + 1 for n in replay.lines if n.pictures), 0),
        "last": replay.last_frame,
        "names": [about.action_names[n][:NAME_LETTERS] for n in series.about["actions"]],
        "lives": _lives(moments),
        "deaths": marks.deaths[:MOST_MARKS],
        "surprises": marks.surprises,
        "bookmarks": _bookmarks(replay),
        "series": {**series.about, "choosers": [name[:NAME_LETTERS] for name in series.about["choosers"]]},
        "memory": memory.about if memory else None,
    }
    return facts, series, memory


def _unit(about: About, choosers: Sequence[str]) -> str:
    """Return the unit of V, of each brain where they have several."""
    units = {brain: about.measures.of(brain).unit for brain in choosers if brain != PERSON}
    if len(set(units.values())) <= 1:
        return next(iter(units.values()), about.unit)
    return ", ".join(f"{brain[:NAME_LETTERS]}: {unit}" for brain, unit in units.items())


def _lives(moments: Sequence[Moment]) -> list[list[int]]:
    """Return frame and number of the lives left, wherever that changes."""
    found: list[list[int]] = []
    for moment in moments:
        lives = moment.info.get("lives")
        if not isinstance(lives, int | float) or not float(lives).is_integer() or abs(lives) > MOST_LIVES:
            continue
        if (not found or found[-1][1] != lives) and len(found) < MOST_MARKS:
            found.append([moment.frame, int(lives)])
    return found


def _bookmarks(replay: Replay) -> list[list[int | str]]:
    """Return frame and note of each bookmark. Who made them need not mend them to show the rest."""
    try:
        bookmarks = read_bookmarks(replay.folder)
    except BotplayError:
        return []
    return [[bookmark.frame, bookmark.note] for bookmark in bookmarks[:MOST_MARKS]]


def _palette() -> str:
    """Return the window's colours as variables of the page."""
    colours = [f"  --{name.lower()}: rgb{getattr(theme, name)};" for name in PALETTE]
    return ":root {\n" + "\n".join(colours) + "\n}\n"


def _template(name: str) -> str:
    return (resources.files("botcore.export") / "template" / name).read_text("utf-8")


def _hash(content: str) -> str:
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _json(data: Mapping[str, Any]) -> str:
    """Return JSON in which nothing can end the element it stands in."""
    return json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
