"""Loading just the plugins under test."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

from botcore.hookspecs import GROUP
from botcore.plugins import Plugins, load_plugins


def plugins_for(*modules: Any, installed: bool = True) -> Plugins:
    """Load the given plugin modules (or objects), and the other installed ones unless `installed` is False.

    Raises:
        AssertionError: one of the given plugins cannot be loaded; it says why.
    """
    titles = [getattr(module, "__name__", type(module).__name__) for module in modules]
    # What is installed too must not be found twice; the given one has a name that no entry point has.
    twice = {point.name for point in entry_points(group=GROUP) if point.module in titles}
    given = [(f"{title} (given)", module) for title, module in zip(titles, modules, strict=True)]
    plugins = load_plugins(discover=installed, modules=given, disabled=twice)
    names = {name for name, _ in given}
    failed = [record for record in plugins.records if record.name in names and record.status != "ok"]
    assert not failed, failed[0].reason
    return plugins
