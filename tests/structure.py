"""Checks of the structure: how long files and functions are, and who may import whom. Run by `make check`."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
MOST_LINES_IN_A_MODULE = 400
MOST_LINES_IN_A_FUNCTION = 60
SOURCES = ("botcore", "games", "plugins", "models")
HEAVY = {"torch", "cv2", "pygame", "vizdoom", "ale_py", "gymnasium", "numpy", "av", "rich"}
MAY_IMPORT = {
    "contracts": set[str](),
    "replay": {"contracts"},
    "training": {"contracts"},
    "window": {"contracts", "replay"},
    "export": {"contracts", "replay", "window"},
}
"""Packages of the host, and which others of them each is built on: no two import each other."""
BUNDLED = {path.name for folder in ("games", "plugins", "models") for path in (ROOT / folder).iterdir()}


def modules() -> Iterator[tuple[Path, str, ast.Module]]:
    """Yield every Python file of the sources with its text and its tree."""
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text("utf-8")
            yield path.relative_to(ROOT), text, ast.parse(text)


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, top-level package) of everything that is imported, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module.split(".")[0]


def wrong_way(path: Path, tree: ast.Module) -> Iterator[str]:
    """Yield a line for every package of the host that is imported where it must not be."""
    package = path.parts[1] if path.parts[0] == "botcore" else ""
    if package not in MAY_IMPORT:
        return
    others = {folder.name for folder in (ROOT / "botcore").iterdir() if folder.is_dir()} - {package}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for other in {".".join(name.split(".")[1:2]) for name in names if name.startswith("botcore.")}:
            if other in others - MAY_IMPORT[package]:
                yield f"{path}:{node.lineno}: {package}/ is not built on {other}/"


def problems() -> Iterator[str]:
    """Yield a line for everything that breaks a rule."""
    for path, text, tree in modules():
        lines = text.count("\n")
        if lines > MOST_LINES_IN_A_MODULE:
            yield f"{path}: {lines} lines; a module has at most {MOST_LINES_IN_A_MODULE}"
        if path.name in ("utils.py", "helpers.py", "misc.py"):
            yield f"{path}: a file is named for what it holds"
        if path.parts[0] == "botcore" and any(f"{name}." in text or f"{name}:" in text for name in BUNDLED):
            yield f"{path}: the host names a bundled plugin"
        for line, package in imported(tree):
            if path.parts[0] == "botcore" and package in BUNDLED:
                yield f"{path}:{line}: the host imports the plugin {package}"
            if path.name == "plugin.py" and package in HEAVY:
                yield f"{path}:{line}: a plugin's descriptors import {package}; name the code in a string"
            if package in ("pickle", "dill", "cloudpickle", "joblib"):
                yield f"{path}:{line}: {package} runs code from data"
        yield from wrong_way(path, tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Global):
                yield f"{path}:{node.lineno}: a global variable"
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > MOST_LINES_IN_A_FUNCTION:
                    yield f"{path}:{node.lineno}: {node.name} has {length} lines; one must not scroll"
            if isinstance(node, ast.Attribute) and ast.unparse(node) == "torch.load":
                yield f"{path}:{node.lineno}: torch.load unpickles"


if __name__ == "__main__":
    found = list(problems())
    print("\n".join(found) or "structure: nothing to complain about")
    sys.exit(1 if found else 0)
