"""Choosing among many scenarios by typing a part of the name. Knows no pygame."""

from __future__ import annotations

from collections.abc import Sequence

from botcore.contracts.game import Scenario
from botcore.window.start.rows import Rows

MOST_TYPED = 80


class Picker:
    """A list of scenarios and what was typed to narrow it.

    Attributes:
        typed: the filter.
        found: the scenarios that match, best first.
        rows: cursor and view over them.
    """

    def __init__(self, scenarios: Sequence[Scenario], current: str, *, any_scenario: bool) -> None:
        """Begin with all of them and the cursor on the current one.

        Args:
            scenarios: all there are.
            current: the one that is chosen now.
            any_scenario: whether what was typed may be a scenario of its own.
        """
        self._all, self._any = scenarios, any_scenario
        self.typed, self.found = "", list(scenarios)
        self.rows = Rows(len(self.found))
        self.rows.move_to(next((n for n, s in enumerate(self.found) if s.name == current), 0))

    def type(self, text: str) -> None:
        """Add to the filter."""
        self._filter((self.typed + text)[:MOST_TYPED])

    def erase(self) -> None:
        """Take the last character of the filter away."""
        self._filter(self.typed[:-1])

    @property
    def picked(self) -> str | None:
        """The name under the cursor; None where nothing matches."""
        return self.found[self.rows.cursor].name if self.found else None

    def _filter(self, typed: str) -> None:
        self.typed = typed
        words = typed.casefold().replace("_", " ").split()
        texts = [(s, s.name.casefold().replace("_", " "), s.summary.casefold()) for s in self._all]
        self.found = [s for s, name, summary in texts if all(w in name or w in summary for w in words)]
        # Who begins with what was typed comes first, then whose name holds it; else the order stays.
        wanted = " ".join(words)
        self.found.sort(key=lambda s: _rank(s.name.casefold().replace("_", " "), wanted))
        name = typed.strip()
        if self._any and name and all(s.name != name for s in self._all):
            self.found.append(Scenario(name, "not in the list: try this name"))
        self.rows = Rows(len(self.found))


def _rank(name: str, wanted: str) -> int:
    return 0 if name.startswith(wanted) else 1 if wanted in name else 2
