"""What is chosen on the start screen, and how keys change it. Knows no pygame."""

from __future__ import annotations

from botcore.contracts.game import Game
from botcore.window.start.catalogue import BrainChoice, Catalogue, Play, Watch
from botcore.window.start.picker import Picker
from botcore.window.start.places import BRAINS, COLUMNS, GAMES, REPLAYS
from botcore.window.start.rows import Rows


class Choosing:
    """Three lists (games, who plays, replays) with a cursor each, and which of them has the keyboard.

    In the list of who plays the first row is the scenario, where the game has more than one to choose from.

    Attributes:
        catalogue: what there is.
        rows: cursor and view by column.
        focus: the column that has the keyboard.
        picker: the list of scenarios while one is being chosen, else None.
        refused: why a choice could not be played, by what was chosen.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        """Begin at the first game."""
        self.rows = tuple(Rows() for _ in COLUMNS)
        self.focus = GAMES
        self.picker: Picker | None = None
        self.refused: dict[Play, str] = {}
        self._chosen: dict[str, str] = {}
        self._shown: tuple[str, str] | None = None
        self.renew(catalogue)

    def renew(self, catalogue: Catalogue) -> None:
        """Take in a catalogue that has changed; cursors stay where they are."""
        self.catalogue = catalogue
        self._brains: dict[tuple[str, str], list[BrainChoice]] = {}
        self.rows[GAMES].resize(len(catalogue.games))
        self.rows[REPLAYS].resize(len(catalogue.replays))
        self._refit()

    @property
    def game(self) -> Game | None:
        """The game under the cursor; None where no game is installed."""
        games = self.catalogue.games
        return games[self.rows[GAMES].cursor] if games else None

    @property
    def scenario(self) -> str:
        """The chosen scenario of the game; empty where it lists none and none was typed."""
        game = self.game
        if game is None:
            return ""
        listed = self.catalogue.scenarios(game)
        return self._chosen.get(game.name, listed[0].name if listed else "")

    @property
    def brains(self) -> list[BrainChoice]:
        """Who could play it."""
        game = self.game
        if game is None:
            return []
        key = (game.name, self.scenario)
        if key not in self._brains:
            self._brains[key] = self.catalogue.choices(game, self.scenario)
        return self._brains[key]

    @property
    def offset(self) -> int:
        """How many rows come before the brains: 1 where there is a scenario to choose."""
        game = self.game
        return int(game is not None and (game.any_scenario or len(self.catalogue.scenarios(game)) != 1))

    def go_to(self, column: int, row: int) -> None:
        """Put keyboard and cursor on a row."""
        self.focus = column
        self.rows[column].move_to(row)
        if column == GAMES:
            self._refit()

    def move(self, by: int) -> None:
        """Move the cursor of the column that has the keyboard."""
        self.go_to(self.focus, self.rows[self.focus].cursor + by)

    def turn(self, by: int, *, around: bool) -> None:
        """Give the keyboard to the next column that has rows."""
        column = self.focus
        for _ in COLUMNS:
            column = (column + by) % len(COLUMNS) if around else min(max(0, column + by), len(COLUMNS) - 1)
            if self.rows[column].count:
                self.focus = column
                return

    def enter(self) -> Play | Watch | None:
        """Choose what is under the cursor; None where this only leads on to another list."""
        row = self.rows[self.focus].cursor
        if self.focus == REPLAYS:
            replays = self.catalogue.replays
            return Watch(tuple(replay.path for replay in replays[row])) if replays else None
        if self.focus == GAMES:
            self.go_to(BRAINS, self.offset if self.scenario else 0)
            return None
        if row < self.offset:
            self.pick()
            return None
        return self.play_at(row)

    def play_at(self, row: int) -> Play | None:
        """Return what a row of the brains stands for."""
        place, game = row - self.offset, self.game
        if game is None or not 0 <= place < len(self.brains) or not self.scenario:
            return None
        return Play(game.name, self.scenario, self.brains[place].brain.name)

    def pick(self) -> None:
        """Open the list of scenarios."""
        game = self.game
        if game is not None and self.offset:
            listed = self.catalogue.scenarios(game)
            self.picker = Picker(listed, self.scenario, any_scenario=game.any_scenario)
            self.focus = BRAINS

    @property
    def unsure(self) -> bool:
        """Whether nobody says that the chosen scenario can be played: it is not listed, and has no model."""
        game, scenario = self.game, self.scenario
        if game is None or not scenario:
            return False
        listed = self.catalogue.scenarios(game)
        return all(s.name != scenario for s in listed) and not self.catalogue.trained(game, scenario)

    def picked(self) -> None:
        """Take the scenario under the picker's cursor."""
        game = self.game
        name = self.picker.picked if self.picker is not None else None
        if game is None or name is None:
            return
        self._chosen[game.name], self.picker = name, None
        self._refit()
        self.go_to(BRAINS, self.offset)

    def _refit(self) -> None:
        """Bring the list of brains in line with the game and the scenario."""
        brains = self.rows[BRAINS]
        brains.resize(self.offset + len(self.brains))
        shown = (self.game.name if self.game else "", self.scenario)
        if shown != self._shown:
            self._shown = shown
            brains.move_to(self.offset)
