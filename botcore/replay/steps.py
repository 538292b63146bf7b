"""The lines of `steps.jsonl`: one Moment each, without its pictures.

What is at its default is left out. The network's figures and the numbers it was given are rounded to five
significant digits, which is finer than anything drawn from them; reward, score and info are exact.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from botcore.contracts.moment import LARGEST_INTEGER, Decision, Moment, Scalar
from botcore.replay.checks import MAX_TEXT, Invalid, flag, integer, parse_json, table, text
from botcore.replay.format import MAX_NAMES, EpisodeHeader

MAX_LINE = 262_144  # bytes
MAX_STEPS = 5_000_000
MAX_STEPS_FILE = 2**30  # bytes
MAX_PICTURES = 1024  # of one Moment
MAX_MOMENT = 2**28  # bytes that the pictures of one Moment may take
MAX_ADVANCE = MAX_PICTURES  # frames from one Moment to the next: each frame is a picture, or there are none
MAX_FRAME = 2**31 - 1  # over a year of play at 60 frames a second
MAX_SCALARS = 100  # entries in info or learning
MAX_SEEN = 256  # numbers of an observation
MEMORY_CELLS = 64
_MEMORY_SCALE = 127


@dataclass(frozen=True)
class Line:
    """A Moment without pictures, and how many it had. It has an observation where that is numbers or a state.

    Attributes:
        pictures: their number; they are the frames `moment.frame - pictures + 1 .. moment.frame`.
        crc: `botcore.replay.checksum` of the pictures as they were; None without pictures and in older
            recordings.
    """

    moment: Moment
    pictures: int
    crc: int | None = None


def format_line(line: Line, brain: str) -> bytes:
    """Return the bytes of a line; `brain` is the recording's own, whose name is not repeated."""
    moment = line.moment
    data: dict[str, Any] = {"step": moment.step, "frame": moment.frame}
    if line.pictures:
        data["pictures"] = line.pictures
    if line.crc is not None:
        data["crc"] = line.crc
    if moment.decision is not None:
        data.update(_decision_fields(moment.decision, brain))
    for name, value in (("reward", moment.reward), ("score", moment.score)):
        if value:
            data[name] = _exact(value)
    for name in ("terminated", "truncated"):
        if getattr(moment, name):
            data[name] = True
    seen = _seen(moment.observation)
    if seen is not None:
        data["seen"] = seen
    if moment.fed is not None:
        data["fed"] = _round(moment.fed)
    if moment.return_ends and not moment.terminated:
        data["return_ends"] = True
    info = _scalars(moment.info)
    if info:
        data["info"] = info
    learning = {str(name): _round(value) for name, value in moment.learning.items() if _is_name(str(name))}
    if learning:
        data["learning"] = dict(list(learning.items())[:MAX_SCALARS])
    for much in ("", "info", "learning"):  # goes where the line is longer than a reader takes
        data.pop(much, None)
        content = json.dumps(data, separators=(",", ":"), allow_nan=False).encode()
        if len(content) <= MAX_LINE:
            break
    return content + b"\n"


def _decision_fields(decision: Decision, brain: str) -> dict[str, Any]:
    data: dict[str, Any] = {"action": int(decision.action)}
    if decision.by != brain:
        data["by"] = decision.by
    for name in ("probabilities", "q_values"):
        values = getattr(decision, name)
        if values is not None:
            data[name] = [_round(value) for value in values]
    for name in ("value", "exploration"):
        value = getattr(decision, name)
        if value is not None:
            data[name] = _round(value)
    if decision.explored:
        data["explored"] = True
    if decision.memory is not None:
        data["memory"] = _pack(decision.memory)
    return data


def _seen(observation: Any) -> Any:
    """Return a state as its number, and few enough other numbers as a list; None for anything else."""
    seen = np.asarray(observation)
    if seen.size == 1 and seen.dtype.kind in "iu":
        state = int(seen.reshape(-1)[0])
        return state if abs(state) <= LARGEST_INTEGER else None
    picture = seen.dtype == np.uint8 and seen.ndim > 1
    if picture or seen.dtype.kind not in "fiub" or not 0 < seen.size <= MAX_SEEN:
        return None
    return [_round(float(value)) for value in seen.ravel()]


def _round(value: float) -> Any:
    return _exact(float(f"{value:.5g}"))


def _exact(value: float) -> Any:
    """Return a number as JSON can hold it: whole ones without a point, others as `{"float": "nan"}`."""
    number = float(value)
    if not math.isfinite(number):
        return {"float": str(number)}
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _scalars(info: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries of a game's info that are plain scalars; printable texts only."""
    kept: dict[str, Any] = {}
    for key, value in info.items():
        plain = value.item() if isinstance(value, np.generic) else value
        if isinstance(plain, str):
            plain = "".join(c for c in plain[:MAX_TEXT] if c.isprintable())
        elif isinstance(plain, float):
            plain = _exact(plain)
        elif not isinstance(plain, int) or abs(plain) > LARGEST_INTEGER:
            continue
        if len(kept) < MAX_SCALARS and _is_name(str(key)):
            kept[str(key)] = plain
    return kept


def _is_name(text: str) -> bool:
    """Whether a name is one that a reader takes."""
    return 0 < len(text) <= MAX_TEXT and text.isprintable()


def _pack(memory: NDArray[np.float32]) -> str:
    """`[M]` activity in -1..1 → at most 64 evenly spaced cells, a signed byte each, as base64."""
    cells = np.asarray(memory, np.float32).ravel()
    if cells.size > MEMORY_CELLS:
        cells = cells[np.linspace(0, cells.size - 1, MEMORY_CELLS).round().astype(np.int64)]
    levels = np.rint(np.clip(np.nan_to_num(cells), -1.0, 1.0) * _MEMORY_SCALE).astype(np.int8)
    return base64.b64encode(levels.tobytes()).decode()


def check_pictures(count: int, header: EpisodeHeader) -> None:
    """Raises `Invalid` where so many pictures are more than a replay holds of one Moment."""
    if count > MAX_PICTURES:
        raise Invalid(f"it has {count:,} pictures, where {MAX_PICTURES:,} are the most")
    if count > 1 and count * 3 * math.prod(header.picture or (0,)) > MAX_MOMENT:
        raise Invalid(f"its pictures would take more than {MAX_MOMENT // 2**20} MiB")


def parse_line(content: bytes, header: EpisodeHeader) -> Line:
    """Check a line and return its Moment.

    Raises:
        Invalid: it is not what a recorder writes.
    """
    data = table(parse_json(content), "it")
    pictures = integer(data.get("pictures", 0), "pictures", 0, MAX_PICTURES)
    check_pictures(pictures, header)
    moment = Moment(
        episode=header.episode,
        step=integer(data.get("step"), "step"),
        frame=integer(data.get("frame"), "frame", 0, MAX_FRAME),
        pictures=(),
        observation=None if data.get("seen") is None else _parse_seen(data["seen"]),
        decision=_parse_decision(data, header) if "action" in data else None,
        reward=_number(data.get("reward", 0), "reward"),
        score=_number(data.get("score", 0), "score"),
        terminated=flag(data.get("terminated", False), "terminated"),
        truncated=flag(data.get("truncated", False), "truncated"),
        info={name: _scalar(value, "info") for name, value in _entries(data, "info")},
        learning={name: _number(value, "learning") for name, value in _entries(data, "learning")},
        seed=header.seed,
        fed=None if data.get("fed") is None else _number(data["fed"], "fed"),
        return_ends=flag(data.get("return_ends", data.get("terminated", False)), "return_ends"),
    )
    if pictures > moment.frame + 1:
        raise Invalid("more pictures than frames")
    crc = integer(data["crc"], "crc", 0, 2**32 - 1) if "crc" in data else None
    return Line(moment, pictures, crc)


def _entries(data: Mapping[str, Any], name: str) -> Iterable[tuple[str, Any]]:
    return table(data.get(name, {}), name, limit=MAX_SCALARS).items()


def _parse_decision(data: Mapping[str, Any], header: EpisodeHeader) -> Decision:
    count = len(header.about.action_names)
    return Decision(
        action=integer(data["action"], "action", 0, max(count, 1) - 1),
        probabilities=_numbers(data.get("probabilities"), "probabilities", count),
        q_values=_numbers(data.get("q_values"), "q_values", count),
        value=None if data.get("value") is None else _number(data["value"], "value"),
        exploration=None if data.get("exploration") is None else _number(data["exploration"], "exploration"),
        explored=flag(data.get("explored", False), "explored"),
        memory=None if data.get("memory") is None else _unpack(data["memory"]),
        by=text(data.get("by", header.about.brain), "by", empty=True),
    )


def _parse_seen(value: Any) -> NDArray[np.generic]:
    """Return a state as `[] int64`, other numbers as `[n] float64`."""
    if not isinstance(value, list):
        return np.array(integer(value, "seen", -LARGEST_INTEGER), np.int64)
    if len(value) > MAX_SEEN:
        raise Invalid(f"seen has more than {MAX_SEEN} numbers")
    return np.array([_number(number, "seen") for number in value], np.float64)


def _numbers(value: Any, what: str, count: int) -> tuple[float, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != count or count > MAX_NAMES:
        raise Invalid(f"{what} is not {count} numbers, one for each action")
    return tuple(_number(number, what) for number in value)


def _number(value: Any, what: str) -> float:
    if isinstance(value, dict) and value.get("float") in ("nan", "inf", "-inf"):
        return float(value["float"])
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            pass
    raise Invalid(f"{what} is not a number")


def _scalar(value: Any, what: str) -> Scalar:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return text(value, what, empty=True)
    if isinstance(value, int) and abs(value) <= LARGEST_INTEGER:
        return value
    return _number(value, what)


def _unpack(value: Any) -> NDArray[np.float32]:
    try:
        content = base64.b64decode(value if isinstance(value, str) else "?", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid("memory is not base64") from error
    if len(content) > MEMORY_CELLS:
        raise Invalid(f"memory has more than {MEMORY_CELLS} cells")
    return np.frombuffer(content, np.int8).astype(np.float32) / np.float32(_MEMORY_SCALE)
