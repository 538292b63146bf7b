"""Drawing the start screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pygame

from botcore.contracts.game import Scenario
from botcore.errors import BotplayError
from botcore.replay.keeping import GIGA, replay_limit
from botcore.replay.library import ReplaySummary
from botcore.window.canvas import Canvas, points
from botcore.window.start.catalogue import Standing
from botcore.window.start.choice import Choosing
from botcore.window.start.places import BRAINS, COLUMNS, GAMES, REPLAYS, Places
from botcore.window.start.thumbnails import Thumbnails
from botcore.window.theme import (
    BACKGROUND,
    GREEN,
    MUTED,
    ORANGE,
    RAISED,
    RULE,
    SKY,
    SURFACE,
    TEXT,
    VERMILLION,
    Colour,
    Typeface,
)

HINT = "arrows, Tab, Enter, mouse  ·  F1 help  ·  Esc close"
BADGES = {Standing.TRAINED: GREEN, Standing.READY: SKY, Standing.FRESH: MUTED}
LOGO = ((0.4, SKY), (0.8, ORANGE), (0.25, GREEN))
"""Bars of the logo, as in the window's icon: length as a part of the largest, and colour."""
EMPTY = {
    GAMES: "no game is installed",
    BRAINS: "no brain can play this",
    REPLAYS: "none yet: botplay records every episode it plays",
}


class StartView:
    """Draws what a person chooses among.

    Attributes:
        hover: the column and the row under the mouse, None beside every row.
        message: one line at the bottom: an error, or what is being opened.
    """

    def __init__(self, typeface: Typeface, thumbnails: Thumbnails) -> None:
        """Draw with these letters and pictures."""
        self._type, self._thumbnails = typeface, thumbnails
        self.hover: tuple[int, int] | None = None
        self.message = ""

    def draw(self, canvas: Canvas, choosing: Choosing, places: Places) -> None:
        """Draw everything."""
        canvas.surface.fill(BACKGROUND)
        _header(canvas, places)
        for column in COLUMNS:
            if not places.lists[column].w:
                continue
            self._heading(canvas.inside(places.heads[column]), column, choosing)
            if column == BRAINS and choosing.picker is not None:
                self._scenarios(canvas, choosing, places)
            else:
                self._rows(canvas, column, choosing, places)
        _bar(canvas.inside(places.bar), self.message)

    def _heading(self, canvas: Canvas, column: int, choosing: Choosing) -> None:
        title, below = headings(column, choosing)
        body, small = canvas.sizes.body, canvas.sizes.small
        colour = TEXT if choosing.focus == column else MUTED
        if column == BRAINS and choosing.picker is not None:
            _field(canvas, choosing.picker.typed)
            return
        canvas.text(title, 0, 0, size=body, colour=colour)
        canvas.text(below, 0, canvas.type.line(body), size=small, colour=MUTED)
        canvas.line((0, canvas.height - 2), (canvas.width, canvas.height - 2), RULE)

    def _rows(self, canvas: Canvas, column: int, choosing: Choosing, places: Places) -> None:
        rows = choosing.rows[column]
        if not rows.count:
            canvas.inside(places.lists[column]).text(EMPTY[column], 0, 0, colour=MUTED)
            return
        view = rows.view(places.room(column))
        for place, row in enumerate(view):
            rect = places.row(column, place)
            focused = choosing.focus == column and rows.cursor == row
            chosen = column == GAMES and rows.cursor == row
            card = _card(canvas, rect, focused=focused, raised=chosen or self.hover == (column, row))
            if column == GAMES:
                self._game(card, choosing, row)
            elif column == REPLAYS:
                self._replay(card, choosing.catalogue.replays[row])
            elif row < choosing.offset:
                _scenario_row(card, choosing)
            else:
                _brain(card, choosing, row)
        _scroll_mark(canvas, places.lists[column], view, rows.count)

    def _scenarios(self, canvas: Canvas, choosing: Choosing, places: Places) -> None:
        picker, game = choosing.picker, choosing.game
        if picker is None or game is None:
            return
        if not picker.found:
            canvas.inside(places.lists[BRAINS]).text("nothing matches", 0, 0, colour=MUTED)
            return
        view = picker.rows.view(places.room(BRAINS))
        for place, row in enumerate(view):
            scenario = picker.found[row]
            card = _card(
                canvas,
                places.row(BRAINS, place),
                focused=picker.rows.cursor == row,
                raised=self.hover == (BRAINS, row),
            )
            trained = choosing.catalogue.trained(game, scenario.name)
            facts = f"trained: {', '.join(trained)}" if trained else ""
            _words(card, scenario.name, describe(scenario), facts, GREEN)
        _scroll_mark(canvas, places.lists[BRAINS], view, len(picker.found))

    def _game(self, card: Canvas, choosing: Choosing, row: int) -> None:
        game = choosing.catalogue.games[row]
        size = card.height * 4 // 3, card.height
        picture = self._thumbnails.game(game, size, self._type, card.sizes.body)
        card.surface.blit(picture, (0, 0))
        _words(_right_of(card, size[0]), game.name, game.summary, "", MUTED)

    def _replay(self, card: Canvas, replays: Sequence[ReplaySummary]) -> None:
        size, first = (card.height * 4 // 3, card.height), replays[0]
        picture = self._thumbnails.replay(first.path, size) if first.status != "broken" else None
        if picture is None:
            card.box(pygame.Rect((0, 0), size), RAISED)
        else:
            card.surface.blit(picture, (0, 0))
        title, facts, when = replay_words(replays, datetime.now().astimezone())
        _words(_right_of(card, size[0]), title, facts, when, MUTED)


def headings(column: int, choosing: Choosing) -> tuple[str, str]:
    """Return the two lines over a column."""
    if column == GAMES:
        return "Games", f"{len(choosing.catalogue.games)} installed"
    if column == REPLAYS:
        return "Recent replays", _how_long_kept()
    game = choosing.game
    return ("Who plays?", "") if game is None else (f"Who plays {game.name}?", "Enter starts; Esc comes back")


def _how_long_kept() -> str:
    try:
        limit = replay_limit()
    except BotplayError:  # Whoever records says so.
        return "Enter shows one again"
    if limit is None:
        return "every episode is kept; Enter shows one again"
    return f"Enter shows one again; above {limit / GIGA:g} GB the oldest go"


def describe(scenario: Scenario) -> str:
    """Return a scenario's summary, or nothing where it only says the name again."""
    same = scenario.summary.casefold() == scenario.name.replace("_", " ").casefold()
    return "" if same else scenario.summary


def replay_words(replays: Sequence[ReplaySummary], now: datetime) -> tuple[str, str, str]:
    """Return what is said about a replay, or about several side by side: what, who and how well, when."""
    replay = replays[0]
    if replay.status == "broken":
        return replay.id, "cannot be opened", replay.reason
    seconds = int(max(one.seconds for one in replays))
    scores = ["–" if one.score is None else points(one.score) for one in replays]
    who = [f"{one.brain} {score}" for one, score in zip(replays, scores, strict=True)]
    how = "being recorded" if any(one.recording for one in replays) else ""
    how = "cut off" if any(one.cut_off for one in replays) else how
    return (
        replay.title,
        "  vs  ".join(who) if len(who) > 1 else f"{replay.brain}  ·  score {scores[0]}",
        f"{spell_time(replay.started, now)}  ·  {seconds // 60}:{seconds % 60:02d}{how and f'  ·  {how}'}",
    )


def spell_time(then: datetime, now: datetime) -> str:
    """Write a time as a person says it: today, yesterday, or the date."""
    local = then.astimezone()  # with the clock as it was set then: summer time is another zone than `now` has
    days = (now.date() - local.date()) // timedelta(days=1)
    day = {0: "today", 1: "yesterday"}.get(days, f"{local:%Y-%m-%d}")
    return f"{day} {local:%H:%M}"


def wrap(typeface: Typeface, text: str, size: int, width: int, lines: int) -> list[str]:
    """Break a text into at most so many lines of `width` pixels; what is left over ends in an ellipsis."""
    found: list[str] = []
    words = text.split()
    while words and len(found) < lines:
        count = 1
        while count < len(words) and typeface.width(" ".join(words[: count + 1]), size) <= width:
            count += 1
        last = len(found) == lines - 1
        line, words = (" ".join(words), []) if last else (" ".join(words[:count]), words[count:])
        found.append(typeface.fit(line, size, width))
    return found


def _header(canvas: Canvas, places: Places) -> None:
    header, sizes = canvas.inside(places.header), canvas.sizes
    height = canvas.type.line(sizes.large)
    bar = max(3, height // 6)
    for place, (part, colour) in enumerate(LOGO):
        top = height // 6 + place * (bar + bar // 2)
        header.box(pygame.Rect(0, top, max(2, int(part * height)), bar), colour, radius=bar // 3)
    name = header.text("botplay", height + sizes.unit // 2, 0, size=sizes.large)
    base = name.bottom - canvas.type.line(sizes.body) - sizes.unit // 2
    header.text(
        "bots that play games, to watch and understand",
        name.right + 2 * sizes.unit,
        base,
        size=sizes.body,
        colour=MUTED,
    )


def _field(canvas: Canvas, typed: str) -> None:
    """Draw the field into which a part of a scenario's name is typed, with a cursor."""
    sizes, unit = canvas.sizes, canvas.sizes.unit
    field = pygame.Rect(0, 0, canvas.width, canvas.height - unit // 2)
    canvas.box(field, RAISED, radius=unit // 2)
    inner = canvas.inside(field.inflate(-2 * unit, 0))
    middle = (inner.height - canvas.type.line(sizes.body)) // 2
    end = inner.text(typed, 0, middle, size=sizes.body).right if typed else 0
    inner.box(pygame.Rect(end + 1, middle, max(2, unit // 4), canvas.type.line(sizes.body)), SKY)
    if not typed:
        hint = "type a part of the scenario's name; Esc goes back"
        inner.text(hint, unit, middle, size=sizes.body, colour=MUTED)


def _card(canvas: Canvas, rect: pygame.Rect, *, focused: bool, raised: bool) -> Canvas:
    """Draw the ground of a row and return the canvas inside of its edge."""
    unit = canvas.sizes.unit
    edge = max(2, unit // 4)
    canvas.box(rect, SKY if focused else RULE if raised else SURFACE, radius=unit // 2)
    inner = rect.inflate(-2 * edge, -2 * edge)
    canvas.box(inner, RAISED if raised or focused else SURFACE, radius=unit // 4)
    return canvas.inside(inner)


def _right_of(card: Canvas, left: int) -> Canvas:
    return card.inside(pygame.Rect(left, 0, max(1, card.width - left), card.height))


def _words(card: Canvas, title: str, text: str, facts: str, colour: Colour, badge: str = "") -> None:
    """Write a title, a text of as many lines as there is room, and a line of facts below."""
    unit, sizes = card.sizes.unit, card.sizes
    inner = card.inside(card.surface.get_rect().inflate(-2 * unit, -unit))
    line, top = inner.type.line(sizes.small), inner.type.line(sizes.body)
    taken = inner.text(badge, inner.width, 0, colour=colour, align="right").w + unit if badge else 0
    inner.text(title, 0, 0, size=sizes.body, width=inner.width - taken)
    room = max(1, (inner.height - top) // line - bool(facts))
    for words in wrap(inner.type, text, sizes.small, inner.width, room):
        inner.text(words, 0, top, colour=MUTED)
        top += line
    if facts:
        inner.text(facts, 0, top, colour=colour)


def _scenario_row(card: Canvas, choosing: Choosing) -> None:
    game, name = choosing.game, choosing.scenario
    if game is None:
        return
    listed = choosing.catalogue.scenarios(game)
    summary = next((describe(s) for s in listed if s.name == name), "")
    more = f"{len(listed)} to choose from" + (", or type another" if game.any_scenario else "")
    _words(card, name or "choose a scenario", summary, more, ORANGE, badge="scenario")


def _brain(card: Canvas, choosing: Choosing, row: int) -> None:
    choice, play = choosing.brains[row - choosing.offset], choosing.play_at(row)
    why = choosing.refused.get(play) if play is not None else None
    if why is not None:
        _words(card, choice.brain.name, why, "", VERMILLION, badge="did not start")
        return
    colour = BADGES[choice.standing]
    _words(card, choice.brain.name, choice.brain.summary, choice.facts, colour, badge=choice.standing.value)


def _scroll_mark(canvas: Canvas, area: pygame.Rect, view: range, count: int) -> None:
    """Draw beside a list which part of it is in view."""
    if len(view) >= count:
        return
    unit = canvas.sizes.unit
    track = pygame.Rect(area.right + unit // 2, area.y, max(2, unit // 2), area.h)
    height = max(unit, area.h * len(view) // count)
    top = track.y + (track.h - height) * view.start // max(1, count - len(view))
    canvas.box(pygame.Rect(track.x, top, track.w, height), RULE, radius=unit // 4)


def _bar(canvas: Canvas, message: str) -> None:
    unit, size = canvas.sizes.unit, canvas.sizes.small
    canvas.box(canvas.surface.get_rect(), SURFACE)
    top = (canvas.height - canvas.type.line(size)) // 2
    hint = canvas.text(HINT, canvas.width - unit, top, colour=MUTED, align="right")
    if message:
        canvas.text(message, unit, top, colour=ORANGE, width=hint.x - 3 * unit)


def help_rows() -> Sequence[tuple[str, str]]:
    """Return every key with what it does."""
    return (
        ("Up  Down", "move in a list"),
        ("Left  Right", "to the list beside it"),
        ("Tab", "to the next list (with Shift: back)"),
        ("Page up  down", "a page"),
        ("Home  End", "to the first, to the last"),
        ("Enter  Space", "choose"),
        ("F  /", "choose a scenario by typing"),
        ("S", "keep a screenshot"),
        ("F1  ?", "this help"),
        ("Esc  Q", "back, close"),
        ("Mouse", "point, click, and scroll with the wheel"),
    )
