"""The table of scores in `docs/learning.md`, made from the cards of the models that ship.

Run it: `python benchmarks/scores.py` prints the table, and with `--write` puts it into the page.

A card's score is what `botplay evaluate --save` measured; a test compares the page with the cards.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import botplay_models
from botcore.card import Card
from botcore.models import CARD, open_model

PAGE = Path(__file__).parent.parent / "docs" / "learning.md"
BEGIN, END = "<!-- scores: made by benchmarks/scores.py -->", "<!-- end of scores -->"
HEAD = (
    "| game | protocol | brain | mean ± sd | median | least, most | episodes (seeds) | trained |\n"
    "|---|---|---|---|---|---|---|---|\n"
)


def cards() -> Iterator[Card]:
    """Yield the cards of the models that ship, in the order of their names."""
    root = Path(botplay_models.__file__).parent
    for path in sorted(root.glob(f"*/*/*/{CARD}")):
        yield open_model(path.parent).card


def row(card: Card, scenario: str, score: Mapping[str, Any]) -> str:
    """Return one line of the table."""
    setup = card.setup
    game = setup.game if scenario in ("default", setup.game) else f"{setup.game}/{scenario}"
    trained = f"{card.steps / 1e6:.2f}M steps, {card.minutes:.0f} min"
    cells = (
        game if scenario == setup.scenario else f"{game} (model of {setup.scenario})",
        score["protocol"],
        setup.brain,
        f"{score['mean']:.4g} ± {score['sd']:.3g}",
        f"{score['median']:g}",
        f"{score['min']:g}, {score['max']:g}",
        f"{score['episodes']} ({score['seeds']})",
        trained,
    )
    return f"| {' | '.join(str(cell) for cell in cells)} |\n"


def table() -> str:
    """Return the whole table in Markdown."""
    rows = []
    for card in cards():
        rows.append(row(card, card.setup.scenario, card.score))
        rows += [row(card, score["scenario"], score) for score in card.elsewhere]
    return HEAD + "".join(rows)


def with_table(page: str) -> str:
    """Return the page with the table between its two marks."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}{END}{rest.partition(END)[2]}"


def main() -> None:
    """Print the table, or write it into the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put it into docs/learning.md")
    if parser.parse_args().write:
        PAGE.write_text(with_table(PAGE.read_text("utf-8")), "utf-8")
    else:
        print(table(), end="")


if __name__ == "__main__":
    main()
