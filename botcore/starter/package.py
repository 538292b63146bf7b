"""Writing the beginning of a package."""

from __future__ import annotations

import importlib.util
import keyword
import re
from importlib import resources
from pathlib import Path
from typing import Literal

from botcore.errors import BotplayError

Kind = Literal["game", "brain"]
PLACE = "NAME"  # stands in the templates where the name of the package is to be
TEMPLATES = {
    "README.md": "README.md",
    "pyproject.toml": "pyproject.toml",
    "plugin.py": f"{PLACE}/plugin.py",
    "game.py": f"{PLACE}/game.py",
    "rule.py": f"{PLACE}/rule.py",
    "test.py": f"test_{PLACE}.py",
}


def begin_package(kind: Kind, folder: Path) -> str:
    """Write a package with a game or a brain into a folder, which is made; return its name, the folder's.

    Raises:
        BotplayError: something is there already, its name cannot be a package's, or it cannot be written.
    """
    name = _name_of(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BotplayError(f"{folder} is there already; name a folder that is not, or an empty one")
    templates = resources.files("botcore.starter") / kind
    try:
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(f'"""A {kind} for botplay."""\n', "utf-8")
        for template in templates.iterdir():
            target = folder / TEMPLATES[template.name.removesuffix(".txt")].replace(PLACE, name)
            target.write_text(template.read_text("utf-8").replace(PLACE, name), "utf-8")
    except OSError as error:
        raise BotplayError(f"cannot write {folder}: {error.strerror}") from error
    return name


def _name_of(folder: Path) -> str:
    name = folder.absolute().name
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise BotplayError(
            f"{name!r} cannot be the name of a package: small letters, digits and _, a letter first"
        )
    if importlib.util.find_spec(name) is not None:
        raise BotplayError(f"a package called {name!r} is installed already; choose another name")
    return name
