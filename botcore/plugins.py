"""What the loaded plugins give: games, brains, parts, folders of models."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, TypeVar

from botcore.contracts.brain import Brain, Part, Role
from botcore.contracts.game import Game
from botcore.contracts.moment import Moment
from botcore.descriptors import NAME, check_descriptor
from botcore.discovery import Loader, PluginRecord, one_line, owner, selection
from botcore.ending import ASKED
from botcore.errors import BotplayError, suggestion

T = TypeVar("T")


def load_plugins(
    *,
    disabled: Collection[str] = (),
    discover: bool = True,
    modules: Iterable[tuple[str, Any]] = (),
    warn: Callable[[str], None] = lambda text: None,
) -> Plugins:
    """Load plugins; a bad one is recorded and left out.

    Args:
        disabled: names of plugins to leave out.
        discover: whether installed distributions are searched (off in tests of one plugin).
        modules: further plugins, as (name, module or object).
        warn: hears of a plugin that fails later, while it runs.

    Raises:
        BotplayError: one of `disabled`, or one that `BOTPLAY_PLUGINS` wants, is no installed plugin, not even
            one that fails.

    The environment variable `BOTPLAY_PLUGINS` names the only ones to load (`car,dqn`), or, with a leading
    minus, ones to leave out (`-doom`).
    """
    left_out, only = selection(os.environ)
    loader = Loader({*disabled, *left_out}, only if discover else ())
    if discover:
        loader.load_installed()
    further = tuple(modules)
    loader.load_given(further)
    if discover:
        _check_names(disabled, loader)
        # A misspelled one would leave nothing at all, without a word.
        _check_names(only, loader, " (BOTPLAY_PLUGINS)")
    return Plugins(loader, warn, given=bool(further))


def _check_names(names: Collection[str], loader: Loader, where: str = "") -> None:
    """Raise `BotplayError` where a name is that of no plugin, loaded or not; `where` it was given."""
    known = sorted({record.name for record in loader.records.values()})
    for name in sorted(names):
        if name not in known:
            raise BotplayError(f"there is no plugin called {name!r}{_hint(name, known)}{where}")


class Plugins:
    """The loaded plugins, and everything they give by name.

    Attributes:
        given: whether some are no installed ones, so that another process would not find them.
    """

    def __init__(self, loader: Loader, warn: Callable[[str], None], *, given: bool) -> None:
        self._loader, self._warn, self.given = loader, warn, given
        self._silenced: set[str] = set()
        self._games: dict[str, tuple[Game, str]] = {}
        self._brains: dict[str, tuple[Brain, str]] = {}
        self._parts: dict[tuple[Role, str], tuple[Part, str]] = {}
        self._model_folders: list[Path] = []
        for key, record in list(loader.records.items()):
            if record.status == "ok":
                self._collect(key)

    def _collect(self, key: str) -> None:
        """Take in what one plugin gives: everything or, if anything about it is wrong, nothing."""
        try:
            games = [check_descriptor(game, Game) for game in self._given(key, "botplay_games")]
            brains = [check_descriptor(brain, Brain) for brain in self._given(key, "botplay_brains")]
            parts = [check_descriptor(part, Part) for part in self._given(key, "botplay_parts")]
            folders = [_checked_folder(folder) for folder in self._given(key, "botplay_models")]
            new_games = self._new("game", self._games, {game.name: game for game in games}, games, key)
            new_brains = self._new(
                "brain", self._brains, {brain.name: brain for brain in brains}, brains, key
            )
            by_role = {(part.role, part.name): part for part in parts}
            new_parts = self._new("part", self._parts, by_role, parts, key)
        except ASKED:
            raise
        except BaseException as error:
            reason = str(error) if isinstance(error, BotplayError) else one_line(error)
            self._loader.fail(key, reason)
            return
        self._games.update({name: (game, key) for name, game in new_games.items()})
        self._brains.update({name: (brain, key) for name, brain in new_brains.items()})
        self._parts.update({name: (part, key) for name, part in new_parts.items()})
        self._model_folders += folders

    def _given(self, key: str, hook: str) -> list[Any]:
        plugin = self._loader.manager.get_plugin(key)
        implementations = getattr(self._loader.manager.hook, hook).get_hookimpls()
        found: list[Any] = []
        for impl in implementations:
            if impl.plugin is not plugin:
                continue
            with redirect_stdout(sys.stderr):
                given = impl.function()
                if not isinstance(given, Iterable):
                    raise BotplayError(f"{hook}() gives {given!r:.80}; it must yield what it gives")
                found += given
        return found

    def _new(
        self, what: str, known: Mapping[Any, tuple[Any, str]], given: dict[Any, T], items: list[T], key: str
    ) -> dict[Any, T]:
        if len(given) != len(items):
            raise BotplayError(f"it gives two {what}s of the same name")
        for name in given:
            if name in known:
                first = self._loader.records[known[name][1]]
                second = self._loader.records[key]
                shown = name if isinstance(name, str) else " ".join(name)
                raise BotplayError(f"{owner(first)} and {owner(second)} both give a {what} called {shown!r}")
        return given

    @property
    def records(self) -> tuple[PluginRecord, ...]:
        """A record of every plugin that was found."""
        return tuple(self._loader.records.values())

    def problems(self) -> list[str]:
        """Return a line for each plugin that failed."""
        return [
            f"plugin {r.name!r}{f' of {owner(r)}' if r.distribution else ''} is left out: {r.reason}"
            for r in self.records
            if r.status == "failed"
        ]

    def games(self) -> Mapping[str, Game]:
        """Return every game by name."""
        return {name: game for name, (game, _) in self._games.items()}

    def brains(self) -> Mapping[str, Brain]:
        """Return every brain by name."""
        return {name: brain for name, (brain, _) in self._brains.items()}

    def parts(self) -> Mapping[tuple[Role, str], Part]:
        """Return every part by role and name."""
        return {name: part for name, (part, _) in self._parts.items()}

    def model_folders(self) -> tuple[Path, ...]:
        """Return the folders of shipped models."""
        return tuple(self._model_folders)

    def game(self, name: str) -> Game:
        """Return a game. Raises `BotplayError` with the closest name if there is none."""
        games = self.games()
        if name not in games and (meant := _as_scenario(name, games.values())):
            raise BotplayError(f"there is no game called {name!r}; did you mean {meant}?")
        return self._named("game", name, games)

    def brain(self, name: str) -> Brain:
        """Return a brain. Raises `BotplayError` with the closest name if there is none."""
        return self._named("brain", name, self.brains())

    def part(self, role: Role, name: str) -> Part:
        """Return a part. Raises `BotplayError` with the closest name if there is none."""
        return self._named(role, name, {n: part for (r, n), part in self.parts().items() if r == role})

    def origin_of(self, kind: str, name: Any) -> PluginRecord:
        """Return the record of the plugin that gives a `game`, a `brain` or a `part` (`(role, name)`)."""
        owners = {"game": self._games, "brain": self._brains, "part": self._parts}[kind]
        return self._loader.records[owners[name][1]]  # type: ignore[index]

    def versions(self, game: str, brain: str, parts: Mapping[Role, str]) -> dict[str, str]:
        """Return the version of each distribution that gives this game, brain and parts (names by role)."""
        origins = [self.origin_of("game", game), self.origin_of("brain", brain)]
        origins += [self.origin_of("part", named) for named in parts.items()]
        return {origin.distribution: origin.version for origin in origins if origin.distribution}

    def emit(self, moment: Moment) -> None:
        """Show a Moment to every plugin that wants it; one that fails is told once, and not asked again."""
        for impl in self._loader.manager.hook.botplay_moment.get_hookimpls():
            if impl.plugin_name in self._silenced:
                continue
            try:
                impl.function(*([moment] if impl.argnames else []))
            except ASKED:
                raise
            except BaseException as error:
                self._silenced.add(impl.plugin_name)
                name = self._loader.records[impl.plugin_name].name
                self._warn(f"plugin {name!r} failed in botplay_moment and sees no more: {one_line(error)}")

    @staticmethod
    def _named(kind: str, name: str, known: Mapping[str, T]) -> T:
        if name not in known:
            raise BotplayError(f"there is no {kind} called {name!r}{_hint(name, list(known))}")
        return known[name]


def _hint(name: str, known: list[str]) -> str:
    """Return the closest name as a question, or else all there are."""
    return suggestion(name, known) or f"; there are {', '.join(known) or 'none'}"


def _as_scenario(name: str, games: Iterable[Game]) -> str:
    """Return how to name a game's scenario that somebody took for a game, empty where there is none."""
    for game in games:
        try:
            listed = [scenario.name for scenario in game.all_scenarios()]
        except ASKED:
            raise
        except BaseException:
            continue  # A plugin's code, and only a hint is lost.
        for scenario in listed:
            if scenario.casefold() == name.casefold():
                # What is no name of ours is an id of somebody else's, which may hold a slash of its own.
                return f"{game.name}{'/' if NAME.fullmatch(scenario) else ':'}{scenario}"
    return ""


def _checked_folder(item: Any) -> Path:
    if not isinstance(item, Path):
        raise BotplayError(f"botplay_models gives {item!r:.80} where a Path belongs")
    return item
