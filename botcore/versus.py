"""Several brains play the same game from the same seeds, each in a session and a recording of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from botcore.contracts.moment import Moment
from botcore.errors import BotplayError, suggestion
from botcore.live import Live, open_live
from botcore.replay.groups import new_group
from botcore.seeds import random_seed
from botcore.setup import Setup
from botcore.totals import tidy

if TYPE_CHECKING:
    from botcore.plugins import Plugins

LEAST, MOST = 2, 6


@dataclass(frozen=True)
class Contender:
    """One who plays.

    Attributes:
        label: what it is called: the brain's name, with a number where it plays twice.
        live: its play; the stream goes on until it is closed.
    """

    label: str
    live: Live


@dataclass(frozen=True)
class Round:
    """One episode of each from the same seed; `scores` in the order of the contenders."""

    seed: int
    scores: tuple[float, ...]


@dataclass(frozen=True)
class Versus:
    """Everybody who plays.

    Attributes:
        group: the name that their recordings have in common, None where nothing is recorded.
    """

    contenders: Sequence[Contender]
    group: str | None

    def rounds(self, episodes: int) -> Iterator[Round]:
        """Play so many rounds, as fast as it goes, one contender after the other."""
        for _ in range(episodes):
            ends = [_last_of_episode(contender.live.moments) for contender in self.contenders]
            yield Round(ends[0].seed, tuple(end.score for end in ends))


@contextmanager
def open_versus(
    plugins: Plugins,
    setups: Sequence[Setup],
    *,
    models: Mapping[int, Path] | None = None,
    seed: int | None = None,
    record: bool = True,
    out: Path | None = None,
    on_problem: Callable[[str], None] = lambda text: None,
) -> Iterator[Versus]:
    """Open a game once for each setup; at the end complete the recordings and close them all.

    Args:
        plugins: the loaded plugins.
        setups: who plays what; the game and the scenario are the same in all.
        models: a trained model for a contender, by its place from 0; the installed one where none is given.
        seed: of the first round; the next rounds count on from it. None: a random one.
        record: whether each episode is kept as a replay.
        out: folder of the replays.
        on_problem: told, in one line, what went wrong beside the play.

    Raises:
        BotplayError: too few or too many, or one of them cannot play.
    """
    if not LEAST <= len(setups) <= MOST:
        raise BotplayError(f"from {LEAST} to {MOST} brains play against each other, not {len(setups)}")
    first = random_seed() if seed is None else seed
    group = new_group() if record else None
    with ExitStack() as opened:
        contenders = []
        for place, (label, setup) in enumerate(zip(labels(setups), setups, strict=True)):
            live = open_live(
                plugins,
                setup,
                model=(models or {}).get(place),
                seed=first,
                record=record,
                out=out,
                on_problem=on_problem,
                group=group,
            )
            opened.callback(live.session.close)
            opened.callback(live.moments.close)
            contenders.append(Contender(label, live))
        yield Versus(contenders, group)


def labels(setups: Sequence[Setup]) -> list[str]:
    """Return a name for each: its brain's, with a number from the second one on where it plays again."""
    names = [setup.brain for setup in setups]
    taken = [names[: place + 1].count(name) for place, name in enumerate(names)]
    return [name if number == 1 else f"{name} ({number})" for name, number in zip(names, taken, strict=True)]


def parse_models(texts: Sequence[str], brains: Sequence[str]) -> dict[int, Path]:
    """Read `a3c=PATH` or `2=PATH` (the second brain), and return the paths by place from 0.

    Raises:
        BotplayError: it is not of that form, or names nobody who plays.
    """
    found: dict[int, Path] = {}
    for text in texts:
        who, equals, path = text.partition("=")
        if not equals or not path:
            raise BotplayError(f"--model takes BRAIN=PATH or NUMBER=PATH here, not {text!r}")
        if who in brains:
            found[brains.index(who)] = Path(path)
        elif who.isdecimal() and 1 <= int(who) <= len(brains):
            found[int(who) - 1] = Path(path)
        else:
            raise BotplayError(f"--model {text}: {who!r} does not play{suggestion(who, list(brains))}")
    return found


def spell_rounds(names: Sequence[str], rounds: Sequence[Round]) -> str:
    """Return the scores as a table: a row a round, and the means below where there is more than one."""
    rows = [["seed", *names], *([str(r.seed), *(f"{tidy(score):g}" for score in r.scores)] for r in rounds)]
    if len(rounds) > 1:
        means = [sum(scores) / len(rounds) for scores in zip(*(r.scores for r in rounds), strict=True)]
        rows.append(["mean", *(f"{tidy(mean):.4g}" for mean in means)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )


def _last_of_episode(moments: Iterator[Moment]) -> Moment:
    """Let a stream go on to the end of its episode."""
    for moment in moments:
        if moment.last:
            return moment
    raise BotplayError("the stream ended before the episode did")
