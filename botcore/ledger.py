"""What V predicted against what came: both in the learner's unit, as its reward rule and discount have it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from botcore.contracts.moment import Decision, Moment

PERSON = "human"
"""Who decides where a person took over; V and Q are then the brain's, which looks on."""


@dataclass(frozen=True)
class Measure:
    """How to read what a brain predicts.

    Attributes:
        discount: by which later rewards count less in it; None: it predicts nothing, or that is not known.
        unit: in words, what it is fed in place of the game's own rewards; empty where that is not known.
    """

    discount: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Measures:
    """How to read what everybody predicts who decides in a stream of Moments.

    Attributes:
        known: by the brain's name.
        otherwise: of any other brain.
    """

    known: Mapping[str, Measure] = field(default_factory=dict)
    otherwise: Measure = Measure()

    def of(self, brain: str) -> Measure:
        """Return a brain's."""
        return self.known.get(brain, self.otherwise)


NOTHING_KNOWN = Measures()


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
        by: whose prediction it is: who decided, or, while a person does, the brain that looks on. At a reset
            the one before, empty where nobody has decided yet.
        discount: by which later rewards count less in it, None where that is not known.
    """

    value: float
    reward: float
    fed: float
    ends: bool
    lost: int
    start: bool
    by: str
    discount: float | None


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


def lives_lost(before: Moment, after: Moment) -> int:
    """Return how many lives were lost from one Moment to the next, 0 where the game does not count any."""
    old, new = before.info.get("lives"), after.info.get("lives")
    if isinstance(old, int | float) and isinstance(new, int | float) and math.isfinite(old - new):
        return max(0, int(old - new))
    return 0


class Ledger:
    """Makes a Tick of each Moment, and adds up a return as it comes."""

    def __init__(self, measures: Measures = NOTHING_KNOWN, brain: str = "") -> None:
        """Begin before the first step; `brain` looks on if a person decides first."""
        self._measures, self._brain = measures, brain
        self._by = ""  # whose prediction the last one was
        self._begins = False
        self._predicted, self._came, self._weight = math.nan, 0.0, 1.0
        self._before: Moment | None = None
        self._last: Tick | None = None
        self.outlook: Outlook | None = None
        """Of the return that is under way; None where it is not known."""
        self.advantage: float | None = None
        """The TD error of the decision before the last: how much better it went than V had thought."""

    @property
    def measure(self) -> Measure:
        """How to read what is predicted just now."""
        return self._measures.of(self._by or self._brain)

    def follow(self, measures: Measures, brain: str) -> None:
        """Go on with another brain, which is not measured by what the one before predicted."""
        self._measures, self._brain, self._by = measures, brain, brain
        self._predicted, self._last = math.nan, None

    def add(self, moment: Moment) -> Tick:
        """Take in the next Moment."""
        before, tick = self._last, self._tick(moment)
        self._last, self._before = tick, moment
        self.outlook = None
        self.advantage = None if before is None or tick.start else td_error(before, tick)
        if tick.start:
            self._begins = True
            return tick
        if self._begins:
            self._predicted, self._came, self._weight = tick.value, 0.0, 1.0
        elif before is not None and changed(before, tick):
            self._predicted = math.nan  # Another brain predicts in another way.
        if tick.discount is None:
            self._predicted = math.nan
        if math.isfinite(self._predicted + self._came + tick.value):
            self.outlook = Outlook(self._predicted, self._came, self._weight * tick.value)
        self._came += self._weight * tick.fed
        self._weight *= tick.discount or 0.0
        self._begins = tick.ends
        return tick

    def _tick(self, moment: Moment) -> Tick:
        decision, before = moment.decision, self._before
        value = value_of(moment)
        if decision is not None:
            self._by = self._whose(decision, value)
        return Tick(
            value=value,
            reward=moment.reward,
            fed=math.nan if moment.fed is None else moment.fed,
            ends=moment.return_ends or moment.terminated,
            lost=0 if decision is None or before is None else lives_lost(before, moment),
            start=decision is None,
            by=self._by,
            discount=self.measure.discount,
        )

    def _whose(self, decision: Decision, value: float) -> str:
        """Return whose prediction a decision tells; where one would be expected of a brain, it looks on."""
        looks_on = self._by or self._brain
        alone = math.isnan(value) and self._measures.of(looks_on).discount is not None
        return looks_on if decision.by == PERSON and not alone else decision.by


def ticks_of(moments: Iterable[Moment], measures: Measures, brain: str) -> list[Tick]:
    """Return a Tick for each Moment of an episode that `brain` began."""
    ledger = Ledger(measures, brain)
    return [ledger.add(moment) for moment in moments]


def td_error(tick: Tick, later: Tick | None) -> float | None:
    """Return r + γ V(s') - V(s) of a decision, None where it is not known.

    V(s') is the prediction of the decision after it, and 0 where the return ends.
    """
    if tick.start or tick.discount is None:
        return None
    if tick.ends:
        return _finite(tick.fed - tick.value)
    if later is None or later.start or changed(tick, later):
        return None
    return _finite(tick.fed + tick.discount * later.value - tick.value)


def returns(ticks: Sequence[Tick]) -> list[float]:
    """Return what came of every step, as far as it is known, NaN at a reset; V stands for what is to come."""
    found = [math.nan] * len(ticks)
    for n in reversed(range(len(ticks))):
        tick = ticks[n]
        later = ticks[n + 1] if n + 1 < len(ticks) else None
        if tick.start or tick.discount is None:
            continue
        if tick.ends:
            found[n] = tick.fed
        elif later is None or later.start or changed(tick, later):
            found[n] = tick.value
        else:
            found[n] = tick.fed + tick.discount * found[n + 1]
    return found


def changed(before: Tick, after: Tick) -> bool:
    """Whether another brain goes on."""
    return before.by != after.by and "" not in (before.by, after.by)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
