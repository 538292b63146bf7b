"""The table of scores in the manual is what the cards of the shipped models say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_holds_the_table_made_from_the_cards() -> None:
    made = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "scores.py"], check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    page = (ROOT / "docs" / "learning.md").read_text("utf-8")
    assert made in page, "python benchmarks/scores.py --write puts the newest scores into the page"
    assert made.count("\n") > 3, "a head, a rule, and models below them"
