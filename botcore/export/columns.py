"""What the curves of a page draw, as few bytes as can be: columns of small whole numbers, compressed."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from botcore.contracts.moment import Decision, Moment
from botcore.ledger import returns, ticks_of
from botcore.replay.format import About
from botcore.replay.notable import values

MOST_SERIES = 440_000  # bytes compressed, of everything but the memory
MOST_MEMORY = 240_000
MOST_ACTIONS = 32  # with a bar of their own: the ones the brain preferred most
MOST_CHOOSERS = 255
MEMORY_LEVELS = 7  # either side of 0
NO_ACTION = 65_535
SHRINKS_AT_MOST = 12  # times, as a first guess at how far a long episode has to be thinned out

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Column:
    """Numbers of one kind: `value = low + step * code`, the largest code stands for no value.

    Attributes:
        codes: `[N]` or `[N, width]`, unsigned whole numbers or float32 (whose codes are the values).
    """

    name: str
    codes: NDArray[Any]
    low: float = 0.0
    step: float = 1.0

    def about(self) -> dict[str, Any]:
        """Return what the page has to know to read it."""
        width = int(np.prod(self.codes.shape[1:]))
        kind = self.codes.dtype.str.lstrip("<|")
        return {"name": self.name, "type": kind, "width": width, "low": self.low, "step": self.step}


@dataclass(frozen=True)
class Packed:
    """Columns as the page gets them.

    Attributes:
        about: their description, for JSON.
        content: all of them, one after the other, compressed with zlib.
    """

    about: dict[str, Any]
    content: bytes


def pack_series(moments: Sequence[Moment], about: About, limit: int = MOST_SERIES) -> Packed:
    """Pack what happened in each Moment; of a long episode every second one, or every third, and so on."""
    decisions = [moment.decision for moment in moments]
    kept = preferred_actions(decisions, len(about.action_names))
    choosers = list(dict.fromkeys(d.by for d in decisions if d is not None))[:MOST_CHOOSERS]
    came = returns(ticks_of(moments, about.measures, about.brain))
    columns = [
        Column("frame", np.array([m.frame for m in moments], np.uint32)),
        Column("score", _single([m.score for m in moments])),
        Column("action", np.array([NO_ACTION if d is None else d.action for d in decisions], np.uint16)),
        Column("explored", np.array([d is not None and d.explored for d in decisions], np.uint8)),
        Column("by", np.array([_place(choosers, d) for d in decisions], np.uint8)),
        quantised("value", values(moments), np.uint16),
        quantised("came", np.array(came, np.float64), np.uint16),
        quantised("entropy", _column(d and d.entropy for d in decisions), np.uint16),
        quantised("exploration", _column(d and d.exploration for d in decisions), np.uint16),
        quantised("probabilities", _rows((d and d.probabilities for d in decisions), kept), np.uint8),
        quantised("q", _rows((d and d.q_values for d in decisions), kept), np.uint16),
    ]
    columns = [c for c in columns if c.codes.size and not _empty(c)]
    packed = _thinned(columns, limit)
    packed.about.update(actions=kept, choosers=choosers)
    return packed


def pack_memory(moments: Sequence[Moment], limit: int = MOST_MEMORY) -> Packed | None:
    """Pack the memory's activity, None where there is none: level `7 + 7 * sign(a) * sqrt(|a|)` a cell."""
    found = [m.decision.memory if m.decision is not None else None for m in moments]
    cells = max((len(memory) for memory in found if memory is not None), default=0)
    if cells == 0:
        return None
    activity = np.zeros((len(found), cells), np.float32)
    for row, memory in zip(activity, found, strict=True):
        if memory is not None:
            row[: len(memory)] = memory
    level = np.rint(np.sign(activity) * np.sqrt(np.abs(activity)) * MEMORY_LEVELS) + MEMORY_LEVELS
    return _thinned([Column("memory", level.astype(np.uint8))], limit)


def preferred_actions(decisions: Sequence[Decision | None], count: int) -> list[int]:
    """Return which of `count` actions get a bar: all of them, or the ones preferred most on the whole."""
    for name in ("probabilities", "q_values"):
        found = [getattr(d, name) for d in decisions if d is not None and getattr(d, name)]
        if found and count > MOST_ACTIONS:
            mean = np.nan_to_num(np.array(found, np.float64)).mean(axis=0)
            return sorted(np.argsort(-mean, kind="stable")[:MOST_ACTIONS].tolist())
    return list(range(min(count, MOST_ACTIONS)))


def quantised(name: str, numbers: Floats, kind: type[np.uint8] | type[np.uint16]) -> Column:
    """Spread numbers over the codes of `kind`; what is not a number gets the largest code."""
    largest = np.iinfo(kind).max
    numbers = np.clip(numbers, -1e100, 1e100)
    finite = numbers[np.isfinite(numbers)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    step = (high - low) / (largest - 1)
    codes = np.rint((numbers - low) / (step or 1.0))
    return Column(name, np.where(np.isfinite(codes), codes, largest).astype(kind), low, step)


def _thinned(columns: Sequence[Column], limit: int) -> Packed:
    """Compress the columns, of every `stride`-th Moment and the last; the least stride that fits."""
    count = len(columns[0].codes)
    stride = max(1, sum(column.codes.nbytes for column in columns) // (limit * SHRINKS_AT_MOST))
    while True:
        # The last Moment stays: it holds the final score.
        kept = np.unique(np.append(np.arange(0, count, stride), count - 1))
        # Cell by cell and action by action, what lies side by side is alike.
        raw = b"".join(np.moveaxis(column.codes[kept], 0, -1).tobytes() for column in columns)
        content = zlib.compress(raw, 9)
        if len(content) <= limit or stride >= count:
            about = [column.about() for column in columns]
            return Packed({"columns": about, "count": len(kept), "stride": stride}, content)
        stride = max(stride + 1, math.ceil(stride * len(content) / limit * 0.9))


def _single(numbers: Sequence[float]) -> NDArray[np.float32]:
    largest = float(np.finfo(np.float32).max)
    return np.clip(np.nan_to_num(np.array(numbers, np.float64)), -largest, largest).astype(np.float32)


def _column(numbers: Any) -> Floats:
    return np.array([math.nan if number is None else number for number in numbers], np.float64)


def _rows(found: Any, kept: Sequence[int]) -> Floats:
    nothing = [math.nan] * len(kept)
    rows = [nothing if numbers is None else [numbers[action] for action in kept] for numbers in found]
    return np.array(rows, np.float64)


def _place(choosers: Sequence[str], decision: Decision | None) -> int:
    if decision is None or decision.by not in choosers:
        return MOST_CHOOSERS
    return choosers.index(decision.by)


def _empty(column: Column) -> bool:
    largest = np.iinfo(column.codes.dtype).max if column.codes.dtype.kind == "u" else None
    return column.name not in ("frame", "score") and bool((column.codes == largest).all())
