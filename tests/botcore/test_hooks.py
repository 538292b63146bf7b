"""Every hook is documented with its exact signature, its example works, and it has a test."""

from __future__ import annotations

import inspect
import re
import textwrap
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from botcore import Brain, Game, Moment, Part, hookspecs
from botcore.plugins import load_plugins

ROOT = Path(__file__).parents[2]
HOOKS = {name: hook for name, hook in vars(hookspecs).items() if name.startswith("botplay_")}
GIVES: dict[str, Any] = {
    "botplay_games": Game,
    "botplay_parts": Part,
    "botplay_brains": Brain,
    "botplay_models": Path,
    "botplay_moment": None,
}


def example_of(hook: Any) -> str:
    found = re.search(r"```python\n(.*?)```", textwrap.dedent("    " + (hook.__doc__ or "")), re.S)
    assert found, f"{hook.__name__} has no example"
    return textwrap.dedent(found.group(1))


def test_every_hook_is_known_here() -> None:
    assert set(GIVES) == set(HOOKS)


@pytest.mark.parametrize("name", sorted(HOOKS))
def test_the_example_of_a_hook_works(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    module = ModuleType("example")
    exec(compile(example_of(HOOKS[name]), name, "exec"), vars(module))
    plugins = load_plugins(discover=False, modules=[("example", module)])
    assert plugins.problems() == []
    assert plugins.records[0].hooks == (name,)
    if name == "botplay_moment":
        plugins.emit(Moment(2, 9, 9, (), np.zeros(1), None, 0.0, 12.5, True, False))
        assert capsys.readouterr().out == "episode 2: 12.5\n"
        return
    [given] = getattr(module, name)()
    assert isinstance(given, GIVES[name])
    counts = [plugins.games(), plugins.parts(), plugins.brains(), plugins.model_folders()]
    assert sum(map(len, counts)) == 1


@pytest.mark.parametrize("name", sorted(HOOKS))
def test_the_reference_has_the_exact_signature_and_the_example(name: str) -> None:
    reference = (ROOT / "docs" / "hooks.md").read_text("utf-8")
    signature = f"{name}{inspect.signature(HOOKS[name])}".replace("'", "")
    assert f"## `{signature}`" in reference
    assert example_of(HOOKS[name]).strip() in reference


@pytest.mark.parametrize("name", sorted(HOOKS))
def test_every_hook_is_used_by_a_test_of_its_own(name: str) -> None:
    tests = [path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    assert any(f"def {name}(" in path.read_text("utf-8") for path in tests)
