"""What V predicted against what came: both in the learner's unit, as its reward rule and discount have it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from botcore.contracts.moment import Moment


@dataclass(frozen=True)
class Tick:
    """One Moment as the curves need it.

    Attributes:
        value: V of the state that was decided in, or the largest Q where there is no V, or NaN (also at a
            reset, where a curve breaks).
        reward: the game's own.
        fed: the learner's; NaN where it is not known.
        ends: whether the learner's return ends with this step.
        lost: lives lost in this step.
        start: whether an episode begins here.
        by: who decided.
    """

    value: float
    reward: float
    fed: float
    ends: bool
    lost: int
    start: bool
    by: str


@dataclass(frozen=True)
class Outlook:
    """The return from where it began (an episode, or a life where losing one ends it), all discounted.

    Attributes:
        predicted: V at the beginning.
        came: what was fed since.
        expected: what V expects from here on.
    """

    predicted: float
    came: float
    expected: float


def value_of(moment: Moment) -> float:
    """Return what the brain expected when it decided: V, or else its largest Q, or else NaN."""
    decision = moment.decision
    if decision is None:
        return math.nan
    if decision.value is not None:
        return decision.value
    return max(decision.q_values) if decision.q_values else math.nan


def tick_of(before: Moment | None, moment: Moment) -> Tick:
    """Return a Moment as the curves need it."""
    decision = moment.decision
    return Tick(
        value=value_of(moment),
        reward=moment.reward,
        fed=math.nan if moment.fed is None else moment.fed,
        ends=moment.return_ends,
        lost=0 if decision is None or before is None else lives_lost(before, moment),
        start=decision is None,
        by="" if decision is None else decision.by,
    )


def lives_lost(before: Moment, after: Moment) -> int:
    """Return how many lives were lost from one Moment to the next, 0 where the game does not count any."""
    old, new = before.info.get("lives"), after.info.get("lives")
    if isinstance(old, int | float) and isinstance(new, int | float) and math.isfinite(old - new):
        return max(0, int(old - new))
    return 0


class Ledger:
    """Adds up a return as it comes."""

    def __init__(self, discount: float | None) -> None:
        """Begin before the first step."""
        self._discount = discount
        self._begins = True
        self._predicted, self._came, self._weight = math.nan, 0.0, 1.0
        self._last: Tick | None = None
        self.outlook: Outlook | None = None
        """Of the return that is under way; None where it is not known."""
        self.advantage: float | None = None
        """r + γ V(s') - V(s) of the decision before the last: how much better it went than V had thought."""

    def follow(self, discount: float | None) -> None:
        """Go on with another brain's discount."""
        self._discount = discount

    def add(self, tick: Tick) -> None:
        """Take in the next Moment."""
        before, self._last = self._last, tick
        self.outlook = self.advantage = None
        if tick.start or self._discount is None:
            self._begins = True
            return
        if before is not None and not before.start and not _changed(before, tick):
            following = 0.0 if before.ends else self._discount * tick.value
            self.advantage = _finite(before.fed + following - before.value)
        elif before is not None and _changed(before, tick):
            self._begins, self._predicted = False, math.nan  # Another brain predicts in another way.
        if self._begins:
            self._predicted, self._came, self._weight = tick.value, 0.0, 1.0
        if math.isfinite(self._predicted + self._came + tick.value):
            self.outlook = Outlook(self._predicted, self._came, self._weight * tick.value)
        self._came += self._weight * tick.fed
        self._weight *= self._discount
        self._begins = tick.ends


def returns(ticks: Sequence[Tick], discount: float) -> list[float]:
    """Return what came of every step, as far as it is known, NaN at a reset; V stands for what is to come."""
    found = [math.nan] * len(ticks)
    for n in reversed(range(len(ticks))):
        tick = ticks[n]
        later = ticks[n + 1] if n + 1 < len(ticks) else None
        if tick.start:
            continue
        if tick.ends:
            found[n] = tick.fed
        elif later is None or later.start or _changed(tick, later):
            found[n] = tick.value
        else:
            found[n] = tick.fed + discount * found[n + 1]
    return found


def _changed(before: Tick, after: Tick) -> bool:
    """Whether another brain decided; a person's decisions are still judged by the brain that looks on."""
    return before.by != after.by and not before.start and "human" not in (before.by, after.by)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
