"""What each part of a recipe is worth: the same training with one thing changed, side by side.

Run it: `python benchmarks/ablation.py --game breakout --brain a3c --steps 1000000 --seeds 1,2 --out FOLDER
"no memory=--memory none" "no clip=--set learner.clip=none"`. A variant is a name and what it adds to
`botplay train`; the recipe as it is comes first. `--always="…"` is added to all of them.

Trainings run `--jobs` at a time, each with one agent on one thread, in the order of the seeds, so that a
run that is broken off still compares. What the very same command has trained in FOLDER is not trained again.
The table gives the mean return of the last 100 episodes after a third, two thirds and all of the steps: mean
over the seeds, and in brackets the least and the most.
"""

from __future__ import annotations

import argparse
import os
import shlex
import statistics
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from botcore.card import Card
from botcore.models import CARD, open_model

SHARES = (1 / 3, 2 / 3, 1)
AS_IT_IS = "as it is"


@dataclass(frozen=True)
class Trial:
    """One training of `steps` steps: a variant with a seed. `arguments` are those of `botplay train`."""

    variant: str
    seed: int
    steps: int
    arguments: tuple[str, ...]
    folder: Path

    @property
    def command(self) -> list[str]:
        """What is given to botplay."""
        return ["train", *self.arguments, "--seed", str(self.seed)]

    @property
    def card(self) -> Card | None:
        """The card of the model that this command trained to the end, or None before that.

        Another one's, with other settings or another schedule, says nothing of it.
        """
        command = shlex.join(["botplay", *self.command])  # as a card has it
        found = (open_model(path.parent).card for path in self.folder.glob(f"models/*/*/*/{CARD}"))
        return next((card for card in found if card.command == command and card.steps >= self.steps), None)

    def train(self) -> None:
        """Train, unless that is done. Ends the program with why, where nothing came of it."""
        if self.card is None:
            command = [str(Path(sys.executable).with_name("botplay")), *self.command]
            settings = {**os.environ, "BOTPLAY_DATA": str(self.folder), "OMP_NUM_THREADS": "1"}
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / "log"
            with path.open("w") as log:
                failed = subprocess.run(command, env=settings, stdout=log, stderr=log, check=False).returncode
            if failed:
                last = (path.read_text("utf-8").strip().splitlines() or ["nothing was said"])[-1]
                sys.exit(f"{self.variant}, seed {self.seed}: {last}")
            if self.card is None:
                sys.exit(f"{self.variant}, seed {self.seed}: no model was installed; {path} says why")


def score_at(curve: Sequence[Sequence[float]], steps: float) -> float | None:
    """Return the mean return a learning curve of (steps, minutes, return) gives last by `steps`, if any."""
    return next((point[2] for point in reversed(curve) if point[0] <= steps), None)


def row(variant: str, cards: Sequence[Card], steps: int) -> str:
    """Return one line of the table; a cell is empty where no curve has a point as early."""
    cells = [variant]
    for share in SHARES:
        # The last step is taken by all copies at once, so a training ends a little beyond its budget.
        by = [score_at(card.curve, share * steps if share < 1 else card.steps) for card in cards]
        scores = [score for score in by if score is not None]
        spread = f" ({min(scores):.4g}, {max(scores):.4g})" if len(scores) > 1 else ""
        cells.append(f"{statistics.fmean(scores):.4g}{spread}" if scores else "")
    rate = statistics.median(card.steps / (60 * card.minutes) for card in cards)
    return f"| {' | '.join((*cells, f'{rate:,.0f}'))} |\n"


def table(trials: Sequence[Trial], steps: int) -> str:
    """Return the table in Markdown, of the trials that are done."""
    heads = ["variant", *(f"after {share * steps:,.0f}" for share in SHARES), "steps/s"]
    text = f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n"
    for variant in dict.fromkeys(trial.variant for trial in trials):
        cards = [card for trial in trials if trial.variant == variant and (card := trial.card)]
        text += row(variant, cards, steps) if cards else ""
    return text


def main() -> None:
    """Train what is missing, and print the table after each seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--game", required=True)
    parser.add_argument("--brain", required=True)
    parser.add_argument("--steps", required=True, type=int)
    parser.add_argument("--seeds", default="1", help="such as 1,2,3")
    parser.add_argument("--jobs", default=1, type=int, help="trainings at once")
    parser.add_argument("--always", default="", help="further arguments of every training")
    parser.add_argument("--out", required=True, type=Path, metavar="FOLDER")
    parser.add_argument("variants", nargs="*", metavar="NAME=ARGUMENTS")
    chosen = parser.parse_args()
    if nameless := [text for text in chosen.variants if "=" not in text]:
        parser.error(f"a variant is NAME=ARGUMENTS, not {nameless[0]!r}")
    common = ["--game", chosen.game, "--brain", chosen.brain, "--steps", str(chosen.steps), "--agents", "1"]
    if any("--from" in text for text in (chosen.always, *chosen.variants)):
        parser.error(
            "a curve would begin with that of the model it goes on from: compare trainings from nothing"
        )
    variants = {AS_IT_IS: ""} | dict(text.split("=", 1) for text in chosen.variants)
    rounds = [
        [
            Trial(
                name,
                seed,
                chosen.steps,
                (*common, *shlex.split(chosen.always), *shlex.split(extra)),
                chosen.out.resolve() / name.replace(" ", "-") / str(seed),
            )
            for name, extra in variants.items()
        ]
        for seed in map(int, chosen.seeds.split(","))
    ]
    trials = [trial for one_round in rounds for trial in one_round]
    for one_round in rounds:
        with ThreadPoolExecutor(chosen.jobs) as pool:
            list(pool.map(Trial.train, one_round))
        print(table(trials, chosen.steps), flush=True)


if __name__ == "__main__":
    main()
