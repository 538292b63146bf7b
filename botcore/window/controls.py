"""The keys: one table says which key does what, live and in a replay. Help is made from it too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

import pygame

from botcore.window.help import KeyHelp

GameCommands = Mapping[str, tuple[str, Callable[[], object]]]
"""Keys of the game's own: key name → (label, function)."""


class Command(Enum):
    """What a key can ask for."""

    PAUSE = auto()
    STEP = auto()
    STEP_BACK = auto()
    FASTER = auto()
    SLOWER = auto()
    PANELS = auto()
    TAKE_OVER = auto()
    LEARN = auto()
    CHANGE_BRAIN = auto()
    KEEP = auto()
    LOOK = auto()
    SCREENSHOT = auto()
    RESTART = auto()
    NEW_SEED = auto()
    HOME = auto()
    END = auto()
    FORWARD = auto()
    BACK = auto()
    FRAME = auto()
    FRAME_BACK = auto()
    LOOP = auto()
    NEXT_REWARD = auto()
    LAST_REWARD = auto()
    NEXT_LIFE = auto()
    LAST_LIFE = auto()
    NEXT_SURPRISE = auto()
    LAST_SURPRISE = auto()
    BOOKMARK = auto()
    DROP_BOOKMARK = auto()
    NEXT_BOOKMARK = auto()
    LAST_BOOKMARK = auto()
    HELP = auto()
    CLOSE = auto()


@dataclass(frozen=True)
class Key:
    """One line of the table.

    Attributes:
        codes: pygame's codes of the keys, or the characters they type (so that `+` is found on any keyboard).
        shown: how the help names them.
        always: whether it works also while a person plays with a game that uses the same key.
        shift: whether Shift is held with it; such a line stands before that of the key alone. A capital
            letter does not tell: Caps Lock types one too, and other scripts have others.
    """

    command: Command
    codes: tuple[int | str, ...]
    shown: str
    label: str
    always: bool = False
    shift: bool = False


COMMON = (
    Key(Command.PAUSE, (pygame.K_SPACE, pygame.K_p, pygame.K_PAUSE), "Space  P", "pause and go on"),
    Key(Command.STEP, (".",), ".", "one step"),
    Key(Command.FASTER, ("+", "=", pygame.K_KP_PLUS), "+", "faster, up to 16 times"),
    Key(Command.SLOWER, ("-", pygame.K_KP_MINUS), "-", "slower, down to a tenth"),
    Key(Command.PANELS, (pygame.K_h,), "H", "show or hide the panels"),
    Key(Command.SCREENSHOT, (pygame.K_s,), "S", "keep a screenshot"),
    Key(Command.HELP, (pygame.K_F1, "?"), "F1  ?", "this help", always=True),
    Key(Command.CLOSE, (pygame.K_ESCAPE, pygame.K_q), "Esc  Q", "close"),
)
LIVE = (
    Key(Command.LOOK, (pygame.K_v,), "V", "where it looks: for the action, the value, off"),
    Key(Command.TAKE_OVER, (pygame.K_t,), "T", "take over, give back", always=True),
    Key(Command.LEARN, (pygame.K_l,), "L", "learning on or off"),
    Key(Command.KEEP, (pygame.K_k,), "K", "keep what it has learned, as a model"),
    Key(Command.CHANGE_BRAIN, (pygame.K_m,), "M", "the next brain plays on"),
    Key(Command.RESTART, (pygame.K_r,), "R", "again, same seed"),
    Key(Command.NEW_SEED, (pygame.K_n,), "N", "again, new seed"),
)
REPLAY = (
    Key(Command.STEP_BACK, (pygame.K_LEFT, ","), "Left  ,", "one step back"),
    Key(Command.STEP, (pygame.K_RIGHT,), "Right", "one step"),
    Key(Command.BACK, (pygame.K_PAGEUP,), "Page up", "ten seconds back"),
    Key(Command.FORWARD, (pygame.K_PAGEDOWN,), "Page down", "ten seconds on"),
    Key(Command.HOME, (pygame.K_HOME,), "Home", "to the beginning"),
    Key(Command.END, (pygame.K_END,), "End", "to the end"),
    Key(Command.FRAME_BACK, ("<",), "<", "one of the game's frames back"),
    Key(Command.FRAME, (">",), ">", "one of the game's frames on"),
    Key(Command.LOOP, (pygame.K_a,), "A", "loop: its beginning, its end, none"),
    Key(Command.LAST_REWARD, ("[", pygame.K_DOWN), "[  Down", "the reward before"),
    Key(Command.NEXT_REWARD, ("]", pygame.K_UP), "]  Up", "the next reward"),
    Key(Command.LAST_LIFE, ("{",), "{", "the lost life before"),
    Key(Command.NEXT_LIFE, ("}",), "}", "the next lost life"),
    Key(Command.LAST_SURPRISE, (";",), ";", "the surprise before: where V was most wrong"),
    Key(Command.NEXT_SURPRISE, ("'",), "'", "the next surprise"),
)
BOOKMARKS = (
    Key(Command.BOOKMARK, (pygame.K_b,), "B", "a bookmark here, with a note"),
    Key(Command.LAST_BOOKMARK, (pygame.K_n,), "Shift N", "the bookmark before", shift=True),
    Key(Command.NEXT_BOOKMARK, (pygame.K_n,), "N", "the next bookmark"),
    Key(Command.DROP_BOOKMARK, (pygame.K_DELETE,), "Delete", "remove the bookmark here"),
)
TAKING_OVER = (Key(Command.TAKE_OVER, (pygame.K_t,), "T", "take over: you go on from here"),)
ALONE = (Key(Command.TAKE_OVER, (pygame.K_t,), "T", "taking over: open one replay alone for it"),)
LOOKING_ALONE = (Key(Command.LOOK, (pygame.K_v,), "V", "where it looks: only where one brain plays"),)
MOUSE_LIVE: KeyHelp = ("Mouse", "acts on the picture")
WHEEL_LIVE: KeyHelp = ("Wheel", "a larger or smaller brush")
MOUSE_REPLAY: tuple[KeyHelp, ...] = (("Mouse", "the time line: look, click and drag to seek"),)


class Keys:
    """The keys of one window: the host's, and the game's own where the host does not use them."""

    def __init__(self, table: Sequence[Key], game: GameCommands | None = None) -> None:
        """Merge the tables."""
        self._table = table
        self._game = {key_code(name): (name, *entry) for name, entry in (game or {}).items()}

    def command(self, code: int, typed: str, *, busy: bool = False, shift: bool = False) -> Command | None:
        """Return what a key asks of the host, None if nothing.

        Args:
            code: pygame's code of the key.
            typed: the character it types, which may differ with the keyboard.
            busy: whether this key is in use by a person who plays.
            shift: whether Shift is held.
        """
        if busy and code != pygame.K_ESCAPE:
            return next((key.command for key in self._table if key.always and code in key.codes), None)
        typing = (key.command for key in self._table if typed and typed in key.codes)
        held = (key.command for key in self._table if code in key.codes and key.shift <= shift)
        return next(typing, next(held, None))

    def game_command(self, code: int) -> tuple[str, Callable[[], object]] | None:
        """Return label and function of one of the game's own keys."""
        found = self._game.get(code)
        return None if found is None else found[1:]

    def help(self, mouse: Sequence[KeyHelp] = ()) -> list[KeyHelp]:
        """Return every key with what it does; a game's key that the host uses is left out."""
        rows = [(key.shown, key.label) for key in self._table]
        for code, (name, label, _) in self._game.items():
            if self.command(code, name if len(name) == 1 else "") is None:
                rows.append((name.upper() if name.isascii() else name, label))
        return [*rows, *mouse]


def key_code(name: str | int) -> int:
    """Return pygame's code of a key by its name (`c`, `f5`, `left`, `space`), its character, or its code.

    Raises:
        ValueError: there is no such key.
    """
    if isinstance(name, int):
        return name
    word = name.upper() if len(name) > 1 else name.lower()
    known = getattr(pygame, f"K_{word}", None)
    if isinstance(known, int):
        return known
    if len(name) == 1:
        return ord(name.lower())
    raise ValueError(f"no key is called {name!r}")
