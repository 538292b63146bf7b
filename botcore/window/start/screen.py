"""The start screen's loop: it answers keys and mouse, and lends its window to what was chosen."""

from __future__ import annotations

import time
from collections.abc import Callable

import pygame

from botcore.errors import BotplayError
from botcore.window.canvas import Canvas
from botcore.window.display import open_window, reopen, screen
from botcore.window.help import draw_help
from botcore.window.keyboard import events
from botcore.window.screenshot import save_screenshot
from botcore.window.start.catalogue import Catalogue, Play, Watch
from botcore.window.start.choice import Choosing
from botcore.window.start.draw import StartView, help_rows
from botcore.window.start.places import BRAINS, Places, arrange
from botcore.window.start.thumbnails import Thumbnails
from botcore.window.start.trial import Trials
from botcore.window.theme import Sizes, Typeface

TITLE = "botplay"
WAIT = 0.02
"""Seconds between two looks at keyboard and mouse."""
LEFT_BUTTON = 1
MOVES = {pygame.K_UP: -1, pygame.K_DOWN: 1}
TURNS = {pygame.K_LEFT: -1, pygame.K_RIGHT: 1}
ENTER = (pygame.K_RETURN, pygame.K_KP_ENTER)


def run_start(
    catalogue: Callable[[], Catalogue], play: Callable[[Play], None], watch: Callable[[Watch], None]
) -> None:
    """Show the start screen until it is closed.

    Args:
        catalogue: gives what there is to choose; asked again after each play.
        play: plays in the open window and returns when that is closed; a `BotplayError` is shown.
        watch: shows a replay likewise.

    Raises:
        BotplayError: no window can be opened.
    """
    with open_window(TITLE):
        start = Start(catalogue, play, watch)
        try:
            start.run()
        finally:
            start.close()


class Start:
    """The start screen.

    Attributes:
        choosing: what is chosen.
        open: False ends the loop.
        help: whether the keys are being explained.
        trials: finds out whether a scenario whose name was typed can be played.
    """

    def __init__(
        self,
        catalogue: Callable[[], Catalogue],
        play: Callable[[Play], None],
        watch: Callable[[Watch], None],
    ) -> None:
        """Read the catalogue; the window is open already."""
        self._catalogue, self._play, self._watch = catalogue, play, watch
        self._type, self.thumbnails, self.trials = Typeface(), Thumbnails(), Trials()
        self.view = StartView(self._type, self.thumbnails)
        self.choosing = Choosing(catalogue())
        self.open, self.help = True, False
        self._stale, self._mouse = True, (-1, -1)
        self._waits: Play | None = None
        self._size = screen().get_size()

    def run(self) -> None:
        """Stay until closed."""
        while self.open:
            for event in events():
                self.handle(event)
            if self.open:
                self._hear_of_trials()
            waiting = self.thumbnails.waiting
            if self._stale and self.open:
                self.draw()
            self._stale = self._stale or waiting
            time.sleep(WAIT)

    def close(self) -> None:
        """End what goes on beside the screen."""
        self.thumbnails.close()
        self.trials.close()

    def draw(self) -> None:
        """Draw the window as it is now."""
        self._stale = False
        canvas = Canvas(screen(), Sizes.of(*screen().get_size()), self._type)
        if self.help:
            draw_help(canvas, help_rows())
        else:
            self.view.hover = self._row_at(self._mouse)
            self.view.draw(canvas, self.choosing, self.places)
        pygame.display.flip()

    @property
    def places(self) -> Places:
        """Where everything is just now."""
        size = screen().get_size()
        return arrange(size, Sizes.of(*size), self._type, self.choosing.focus)

    def handle(self, event: pygame.event.Event) -> None:
        """Answer one event."""
        if event.type == pygame.QUIT:
            self.open = False
        elif event.type == pygame.KEYDOWN:
            self._stale, self.view.message, self._waits = True, "", None
            self._key(event)
        elif event.type in (pygame.VIDEORESIZE, pygame.VIDEOEXPOSE, pygame.WINDOWEXPOSED):
            self._stale = True
        elif event.type == pygame.MOUSEMOTION:
            before, self._mouse = self._row_at(self._mouse), event.pos
            self._stale = self._stale or before != self._row_at(event.pos)
        elif event.type == pygame.MOUSEWHEEL:
            self._stale = True
            self._wheel(event.y)
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == LEFT_BUTTON:
            self._stale, self._mouse = True, event.pos
            if self._waits is not None:
                self._waits, self.view.message = None, ""
            self._click()

    def _key(self, event: pygame.event.Event) -> None:
        if self.help:
            self.help = False
        elif event.key == pygame.K_F1:
            self.help = True
        elif self.choosing.picker is not None:
            self._picker_key(event)
        elif event.unicode == "?":
            self.help = True
        elif event.key in (pygame.K_ESCAPE, pygame.K_q):
            self.open = False
        elif event.key == pygame.K_s:
            self._screenshot()
        elif event.key == pygame.K_f or event.unicode == "/":
            self.choosing.pick()
        elif event.key in (*ENTER, pygame.K_SPACE):
            self._enter()
        else:
            self._move(event)

    def _move(self, event: pygame.event.Event) -> None:
        choosing = self.choosing
        rows, page = choosing.rows[choosing.focus], self.places.room(choosing.focus)
        match event.key:
            case pygame.K_UP | pygame.K_DOWN:
                choosing.move(MOVES[event.key])
            case pygame.K_PAGEUP:
                choosing.move(-page)
            case pygame.K_PAGEDOWN:
                choosing.move(page)
            case pygame.K_HOME:
                choosing.go_to(choosing.focus, 0)
            case pygame.K_END:
                choosing.go_to(choosing.focus, rows.count - 1)
            case pygame.K_LEFT | pygame.K_RIGHT:
                choosing.turn(TURNS[event.key], around=False)
            case pygame.K_TAB:
                choosing.turn(-1 if event.mod & pygame.KMOD_SHIFT else 1, around=True)

    def _picker_key(self, event: pygame.event.Event) -> None:
        picker = self.choosing.picker
        if picker is None:
            return
        page = self.places.room(BRAINS)
        moves = {**MOVES, pygame.K_PAGEUP: -page, pygame.K_PAGEDOWN: page}
        if event.key == pygame.K_ESCAPE:
            self.choosing.picker = None
        elif event.key in ENTER:
            self._pick()
        elif event.key in moves:
            picker.rows.move(moves[event.key])
        elif event.key == pygame.K_BACKSPACE:
            picker.erase()
        elif event.unicode and event.unicode.isprintable():
            picker.type(event.unicode)

    def _row_at(self, position: tuple[int, int]) -> tuple[int, int] | None:
        """Return the column and the row under a point of the screen, None where there is no row."""
        found, places = self.places.at(position), self.places
        if found is None or found[1] < 0:
            return None
        column, place = found
        picker = self.choosing.picker
        rows = picker.rows if column == BRAINS and picker is not None else self.choosing.rows[column]
        view = rows.view(places.room(column))
        return (column, view[place]) if place < len(view) else None

    def _wheel(self, by: int) -> None:
        found = self.places.at(self._mouse)
        if found is None or self.help:
            return
        picker = self.choosing.picker
        rows = picker.rows if found[0] == BRAINS and picker is not None else self.choosing.rows[found[0]]
        rows.scroll(-by)

    def _click(self) -> None:
        found, choosing = self._row_at(self._mouse), self.choosing
        if self.help:
            self.help = False
        elif found is None:
            choosing.picker = None
        elif found[0] == BRAINS and choosing.picker is not None:
            choosing.picker.rows.move_to(found[1])
            self._pick()
        else:
            choosing.picker = None
            choosing.go_to(*found)
            self._enter()

    def _pick(self) -> None:
        """Take a scenario, and have it tried where it may turn out that nobody can play it."""
        self.choosing.picked()
        game, scenario = self.choosing.game, self.choosing.scenario
        if game is None or self.choosing.picker is not None or not self.choosing.unsure:
            return
        for play in [p for p in self.choosing.refused if (p.game, p.scenario) == (game.name, scenario)]:
            del self.choosing.refused[play]
        self.trials.begin(game.name, scenario)

    def _hear_of_trials(self) -> None:
        """Say who cannot play, and go on with what was chosen meanwhile."""
        if not self.trials.look():
            return
        self._stale = True
        self.choosing.refused.update(self.trials.refused)
        chosen, self._waits = self._waits, None
        if chosen is not None:
            self._play_if_it_can(chosen)

    def _enter(self) -> None:
        """Do what is under the cursor, in this window; what goes wrong is said here."""
        chosen = self.choosing.enter()
        if isinstance(chosen, Play):
            self._play_if_it_can(chosen)
        elif chosen is not None:
            self.view.message = "opening the replay …"
            self._open(chosen)

    def _play_if_it_can(self, chosen: Play) -> None:
        """Play, or say why not; where that is not known yet, wait for it and answer keys meanwhile."""
        why = self.trials.refused.get(chosen)
        self.view.message = why or f"opening {chosen.game} for {chosen.brain} …"
        if self.trials.waiting(chosen.game, chosen.scenario):
            self._waits = chosen
        elif why is None:
            self._open(chosen)

    def _open(self, chosen: Play | Watch) -> None:
        self.draw()
        self.view.message, self._size = "", screen().get_size()
        try:
            self._play(chosen) if isinstance(chosen, Play) else self._watch(chosen)
        except BotplayError as error:
            self.view.message = str(error)
            if isinstance(chosen, Play):
                self.choosing.refused[chosen] = str(error)
        else:
            if isinstance(chosen, Play):
                self.choosing.refused.pop(chosen, None)
        self._look_after_window()
        self.choosing.renew(self._catalogue())
        self._stale = True

    def _look_after_window(self) -> None:
        """Open the window again where a game that draws with pygame itself has ended pygame on closing."""
        if not reopen(TITLE, self._size):
            return
        message, self._type = self.view.message, Typeface()
        self.view = StartView(self._type, self.thumbnails)
        self.view.message = message

    def _screenshot(self) -> None:
        self.draw()
        try:
            self.view.message = f"screenshot in {save_screenshot(screen(), 'start')}"
        except BotplayError as error:
            self.view.message = str(error)
        self._stale = True  # what was drawn, to be kept, has no message
