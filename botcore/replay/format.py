"""The index of a replay: `episode.json`, which says what was played, by whom, and how it ended.

A replay is a folder with `episode.json`, `steps.jsonl` (`botcore.replay.steps`), `video.mp4` (what people
saw) and `eyes.mp4` (what the brain's eyes received). The videos' time stamps count the game's own frames
from their first picture, so all four are joined on the integer frame number.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, cast, get_args

from botcore.errors import BotplayError
from botcore.ledger import Measure, Measures
from botcore.replacing import replacing
from botcore.replay.checks import FASTEST, SLOWEST, Invalid, integer, parse_json, read_bytes, table, text

FORMAT = 1
HEADER_FILE = "episode.json"
STEPS_FILE = "steps.jsonl"
VIDEO_FILE = "video.mp4"
EYES_FILE = "eyes.mp4"

MAX_HEADER = 1_000_000  # bytes
MAX_NAMES = 4096  # of actions, or of what is observed
MAX_OTHERS = 256  # brains that took turns with the one that began
MAX_SIDE = 8192  # pixels of a picture, either way
MAX_AREA = 2**23  # pixels of a picture: those of a screen of 3840x2160
MAX_SCENARIO = 4096  # characters: it may hold a map of the game
YEARS = range(1970, 9000)  # that any time zone can tell
_IDENTITY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_SHA256 = re.compile(r"[0-9a-f]{64}")

Status = Literal["recording", "complete", "recovered"]
Outcome = Literal["terminated", "truncated", "stopped"]


@dataclass(frozen=True)
class About:
    """Who plays what in an episode: what is known of it when it begins.

    Attributes:
        versions: version by distribution, of the host and of the plugins that gave game, brain and parts.
        fps: the game's own frames a second.
        weights_sha256: hash of the weights file that was loaded, None with fresh weights.
        parts: name of the part by role (`eyes`, `memory`, `neurons`).
        settings: settings by section, as in the Setup.
        discount: by which later rewards count less in what the brain predicts, None if it predicts nothing.
        unit: in words, what its rewards are in place of the game's own; empty in older recordings.
        others: discount and unit of the other brains that decide in it, by name. None in older recordings,
            which tell of one brain: what all others predict is then read like its.
        observation_names: a name for each number or state that is observed; empty where there are none or too
            many, and in older recordings.
        counts: the entries of `info` that count what happened in one step; empty in older recordings.
        group: what all recordings have in common that were made side by side, None for one made alone.
    """

    game: str
    scenario: str
    protocol: str
    brain: str
    fps: float
    action_names: tuple[str, ...]
    versions: Mapping[str, str] = field(default_factory=dict)
    weights_sha256: str | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    discount: float | None = None
    unit: str = ""
    others: Mapping[str, Measure] | None = None
    observation_names: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    group: str | None = None

    @property
    def measures(self) -> Measures:
        """How to read what each brain predicts that decides in it."""
        own = Measure(self.discount, self.unit)
        return Measures(otherwise=own) if self.others is None else Measures({self.brain: own, **self.others})


@dataclass(frozen=True)
class Branch:
    """Where an episode left another one.

    Attributes:
        parent: folder's name of the replay that was gone on from.
        frame: the last frame that both share.
    """

    parent: str
    frame: int


@dataclass(frozen=True)
class EpisodeHeader:
    """Everything in `episode.json`.

    Attributes:
        id: name under which it was recorded; its folder may have been given another since.
        started: UTC time in ISO format.
        status: `recording` until the episode's files are whole; a reader shows such a one as `recovered`.
        picture: height and width of the game's pictures, None without pictures. The video's may be one more,
            since H.264 wants even sizes.
        eyes: shape of what the eyes' video shows, `[1, h, w]` for gray and `[h, w, 3]` for colour.
        steps, frames: steps after the reset and the game's frames, None while recording.
        score: sum of the game's rewards, None while recording.
        outcome: how it ended; `stopped` is anything but the game's own end.
        parent: folder's name of the replay that this one went on from, None for one of its own.
        branch_frame: the last frame that it shares with its parent.
    """

    id: str
    about: About
    seed: int
    episode: int
    started: str
    status: Status = "recording"
    picture: tuple[int, int] | None = None
    eyes: tuple[int, int, int] | None = None
    steps: int | None = None
    frames: int | None = None
    score: float | None = None
    outcome: Outcome | None = None
    parent: str | None = None
    branch_frame: int | None = None
    format: int = FORMAT

    def to_json(self) -> str:
        """Return the text of `episode.json`."""
        data = asdict(self)
        data.update(data.pop("about"))
        if self.score is not None and not math.isfinite(self.score):
            data["score"] = None
        return json.dumps(data, indent=1, allow_nan=False)


def write_header(folder: Path, header: EpisodeHeader) -> None:
    """Replace `episode.json` in one step: a reader sees the old one or the new one, never half of one."""
    with replacing(folder / HEADER_FILE) as draft:
        draft.write_text(header.to_json() + "\n", "utf-8")


def read_header(folder: Path) -> EpisodeHeader:
    """Read `episode.json`.

    Raises:
        BotplayError: it is missing or is not what a recorder writes.
    """
    path = folder / HEADER_FILE
    if not folder.is_dir() or not path.exists():
        raise BotplayError(f"{folder} is not a replay: it has no {HEADER_FILE}")
    try:
        return parse_header(read_bytes(path, MAX_HEADER))
    except Invalid as reason:
        raise BotplayError(f"{path} is damaged: {reason}") from reason


def parse_header(content: bytes) -> EpisodeHeader:
    """Check every field of `episode.json`. Unknown fields are left out, so that the format can grow.

    Raises:
        Invalid: a field is missing or wrong.
    """
    data = table(parse_json(content), "it")
    if data.get("format") != FORMAT:
        raise Invalid(f"its format is {str(data.get('format'))[:20]!r}; this botplay reads format {FORMAT}")
    missing = [name for name in _CHECKS if name not in data]
    if missing:
        raise Invalid(f"{missing[0]!r} is missing")
    values = {name: check(data[name], name) for name, check in _CHECKS.items()}
    values |= {name: check(data.get(name), name) for name, check in _LATER_CHECKS.items()}
    if (values["parent"] is None) != (values["branch_frame"] is None):
        raise Invalid("parent and branch_frame go together")
    about = About(**{f.name: values.pop(f.name) for f in fields(About)})
    return EpisodeHeader(about=about, **values)


def _match(pattern: re.Pattern[str]) -> Callable[[Any, str], str]:
    def check(value: Any, what: str) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise Invalid(f"{what} does not look like one")
        return value

    return check


def _plain_name(value: Any, what: str) -> str:
    """Check the name of a folder that lies beside this one, whatever its owner calls it."""
    name = text(value, what)
    if "/" in name or name in (".", ".."):
        raise Invalid(f"{what} does not look like one")
    return name


def _one_of(kind: Any) -> Callable[[Any, str], Any]:
    def check(value: Any, what: str) -> Any:
        if value not in get_args(kind):
            raise Invalid(f"{what} is none of {', '.join(get_args(kind))}")
        return value

    return check


def _or_none(check: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    return lambda value, what: None if value is None else check(value, what)


def _real(value: Any, what: str) -> float:
    try:
        number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    except OverflowError:
        number = math.nan
    if not math.isfinite(number):
        raise Invalid(f"{what} is not a number")
    return number


def _fps(value: Any, what: str) -> float:
    number = _real(value, what)
    if not SLOWEST <= number <= FASTEST:
        raise Invalid(f"{what} is not between {SLOWEST:g} and {FASTEST:g}")
    return number


def _share(value: Any, what: str) -> float:
    number = _real(value, what)
    if not 0.0 <= number <= 1.0:
        raise Invalid(f"{what} is not between 0 and 1")
    return number


def _texts(value: Any, what: str) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MAX_NAMES:
        raise Invalid(f"{what} is not a list of at most {MAX_NAMES} names")
    return tuple(text(name, what) for name in value)


def _text_table(value: Any, what: str) -> Mapping[str, str]:
    return {key: text(entry, what) for key, entry in table(value, what).items()}


def _unit(value: Any, what: str) -> str:
    return "" if value is None else text(value, what, empty=True)


def _others(value: Any, what: str) -> Mapping[str, Measure]:
    found = {}
    for name, entry in table(value, what, limit=MAX_OTHERS).items():
        told = table(entry, what)
        discount = _or_none(_share)(told.get("discount"), f"a discount in {what}")
        found[name] = Measure(discount, _unit(told.get("unit"), f"a unit in {what}"))
    return found


def _time(value: Any, what: str) -> str:
    try:
        time = datetime.fromisoformat(text(value, what))
        if time.utcoffset() == timedelta(0) and time.year in YEARS:
            return cast("str", value)
    except ValueError:
        pass
    raise Invalid(f"{what} is not a UTC time")


def _sides(count: int) -> Callable[[Any, str], tuple[int, ...]]:
    def check(value: Any, what: str) -> tuple[int, ...]:
        if not isinstance(value, list) or len(value) != count:
            raise Invalid(f"{what} is not {count} sizes")
        sides = tuple(integer(side, what, 1, MAX_SIDE) for side in value)
        if math.prod(sides) > MAX_AREA:
            raise Invalid(f"{what} is more than {MAX_AREA:,} pixels in all")
        return sides

    return check


def _eyes(value: Any, what: str) -> tuple[int, ...]:
    shape = _sides(3)(value, what)
    if shape[0] != 1 and shape[2] != 3:
        raise Invalid(f"{what} is neither gray nor colour")
    return shape


_CHECKS: Mapping[str, Callable[[Any, str], Any]] = {
    "id": _match(_IDENTITY),
    "game": text,
    "scenario": lambda value, what: text(value, what, limit=MAX_SCENARIO),
    "protocol": text,
    "brain": text,
    "fps": _fps,
    "action_names": _texts,
    "versions": _text_table,
    "weights_sha256": _or_none(_match(_SHA256)),
    "parts": _text_table,
    "settings": table,
    "seed": integer,
    "episode": integer,
    "started": _time,
    "status": _one_of(Status),
    "picture": _or_none(_sides(2)),
    "eyes": _or_none(_eyes),
    "steps": _or_none(integer),
    "frames": _or_none(integer),
    "score": _or_none(_real),
    "outcome": _or_none(_one_of(Outcome)),
}
_LATER_CHECKS: Mapping[str, Callable[[Any, str], Any]] = {  # of fields that older recordings do not have
    "discount": _or_none(_share),
    "unit": _unit,
    "others": _or_none(_others),
    "observation_names": lambda value, what: _texts([] if value is None else value, what),
    "counts": lambda value, what: _texts([] if value is None else value, what),
    "group": _or_none(_match(_IDENTITY)),
    "parent": _or_none(_plain_name),
    "branch_frame": _or_none(integer),
}
