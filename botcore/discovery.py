"""Finding plugins and loading each in its own `try`, so that a bad one never takes the host down."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any, Literal

import pluggy

from botcore import hookspecs
from botcore.ending import ASKED
from botcore.hookspecs import GROUP

Status = Literal["ok", "disabled", "failed"]


@dataclass(frozen=True)
class PluginRecord:
    """One plugin, loaded or not.

    Attributes:
        name: of its entry point.
        distribution: what it was installed with, or an empty string.
        version: of the distribution.
        path: of its module, or an empty string when it could not be imported.
        hooks: the hooks it implements.
        status: `ok`, `disabled` or `failed`.
        reason: why it is not ok, one line.
    """

    name: str
    distribution: str = ""
    version: str = ""
    path: str = ""
    hooks: tuple[str, ...] = ()
    status: Status = "ok"
    reason: str = ""


@dataclass
class Loader:
    """Loads plugins into a pluggy manager and keeps a record of each.

    Attributes:
        manager: pluggy's manager with every loaded plugin registered under its key.
        records: a record per plugin, by the key it is registered under.
    """

    disabled: Collection[str]
    only: Collection[str]
    manager: pluggy.PluginManager = field(default_factory=lambda: pluggy.PluginManager(GROUP))
    records: dict[str, PluginRecord] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.manager.add_hookspecs(hookspecs)

    def load_installed(self) -> None:
        """Load every entry point of the group, whatever happens to any of them."""
        for distribution, entry_point in installed():
            name, version = distribution.metadata["Name"], distribution.version
            record = PluginRecord(entry_point.name, name, version)
            if self._switched_off(record):
                continue
            try:
                with redirect_stdout(sys.stderr):  # what it prints is no part of an answer, as of `--json`
                    plugin = entry_point.load()
            except ASKED:
                raise
            except BaseException as error:
                self._keep(replace(record, status="failed", reason=one_line(error)))
                continue
            self.register(record, plugin)

    def load_given(self, modules: Iterable[tuple[str, Any]]) -> None:
        """Load plugins that are handed over as objects."""
        for name, plugin in modules:
            record = PluginRecord(name)
            if not self._switched_off(record):
                self.register(record, plugin)

    def register(self, record: PluginRecord, plugin: Any) -> None:
        """Register one plugin; if anything about it is wrong, nothing of it stays registered."""
        record = replace(record, path=getattr(plugin, "__file__", None) or "")
        key = self._key(record)
        earlier = next((r for r in self.records.values() if r.name == record.name and r.status == "ok"), None)
        if earlier is not None:
            reason = (
                f"the name is taken: {owner(earlier)} and {owner(record)} both call a plugin {record.name!r}"
            )
            self._keep(replace(record, status="failed", reason=reason))
            return
        if self.manager.is_registered(plugin):
            known = self.records[self.manager.get_name(plugin) or ""].name
            reason = f"it is the plugin {known!r}, which is here already"
            self._keep(replace(record, status="failed", reason=reason))
            return
        try:
            self.manager.register(plugin, key)
            self._refuse_what_is_no_hook(plugin)
            self._refuse_what_has_no_hook(record, plugin)
        except ASKED:
            raise
        except BaseException as error:
            self._forget(plugin, key)
            self._keep(replace(record, status="failed", reason=one_line(error)))
            return
        callers = self.manager.get_hookcallers(plugin) or []
        self._keep(replace(record, hooks=tuple(sorted(caller.name for caller in callers))))

    def fail(self, key: str, reason: str) -> None:
        """Take a plugin out again that turned out to be bad."""
        self._forget(self.manager.get_plugin(key), key)
        self.records[key] = replace(self.records[key], status="failed", reason=reason)

    def _refuse_what_is_no_hook(self, plugin: Any) -> None:
        known = {name for name in vars(hookspecs) if name.startswith(f"{GROUP}_")}
        for name in dir(plugin):
            # A package may be called so too, as ours are, and a plugin import it.
            odd = name.startswith(f"{GROUP}_") and not isinstance(getattr(plugin, name), ModuleType)
            if odd and name not in known:
                raise ValueError(f"there is no hook {name!r} (there are {', '.join(sorted(known))})")
            if name in known and self.manager.parse_hookimpl_opts(plugin, name) is None:
                raise ValueError(f"{name} is not marked with @botcore.hookimpl, so it would never be called")
        self.manager.check_pending()

    def _refuse_what_has_no_hook(self, record: PluginRecord, plugin: Any) -> None:
        """A package in place of its module `plugin` loads well, and nobody would ever hear of its game."""
        if record.distribution and not self.manager.get_hookcallers(plugin):
            name = getattr(plugin, "__name__", type(plugin).__name__)
            raise ValueError(
                f"{name} has no hook, as botplay_games is; does the entry point name the module?"
            )

    def _forget(self, plugin: Any, key: str) -> None:
        if plugin is not None and self.manager.is_registered(plugin):
            self.manager.unregister(plugin)
        # A registration that failed half-way leaves its name taken; pluggy frees it only when told so.
        self.manager._name2plugin.pop(key, None)
        for caller in vars(self.manager.hook).values():
            implementations = [impl for impl in caller.get_hookimpls() if impl.plugin is plugin]
            if implementations:
                caller._remove_plugin(plugin)

    def _switched_off(self, record: PluginRecord) -> bool:
        reason = ""
        if record.name in self.disabled:
            reason = "switched off"
        elif self.only and record.name not in self.only:
            reason = "not in BOTPLAY_PLUGINS"
        if reason:
            self._keep(replace(record, status="disabled", reason=reason))
        return bool(reason)

    def _keep(self, record: PluginRecord) -> None:
        self.records[self._key(record)] = record

    @staticmethod
    def _key(record: PluginRecord) -> str:
        return f"{record.distribution}:{record.name}"


def installed() -> Iterator[tuple[importlib.metadata.Distribution, importlib.metadata.EntryPoint]]:
    """Yield every entry point of the group with its distribution, each distribution once, by name."""
    seen: set[str] = set()
    found = []
    for distribution in importlib.metadata.distributions():
        name = distribution.metadata["Name"]
        if not name or name.lower() in seen:
            continue  # A distribution earlier on the path hides a later one of the same name.
        seen.add(name.lower())
        found += [(distribution, point) for point in distribution.entry_points if point.group == GROUP]
    # The host's own first: when two distributions claim a name, the stranger is the one refused.
    yield from sorted(
        found, key=lambda pair: (pair[0].metadata["Name"] != "botplay", pair[0].metadata["Name"])
    )


def selection(environment: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """Read `BOTPLAY_PLUGINS`: names to load only, and names with a leading `-` to leave out.

    Returns:
        The names that are left out, and the only ones to load (empty: all).
    """
    names = [name.strip() for name in environment.get("BOTPLAY_PLUGINS", "").split(",") if name.strip()]
    left_out = {name[1:] for name in names if name.startswith("-")}
    return left_out, {name for name in names if not name.startswith("-")}


def owner(record: PluginRecord) -> str:
    """Say in words where a plugin comes from."""
    return f"{record.distribution} {record.version}" if record.distribution else f"plugin {record.name!r}"


def one_line(error: BaseException) -> str:
    """Return an error as one line with its kind; its text is a plugin's code too, and may fail."""
    try:
        text = " ".join(str(error).split())
    except Exception:
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
