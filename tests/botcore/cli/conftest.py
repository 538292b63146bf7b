"""Where commands are run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder with an empty current directory in it, which must stay empty."""
    (tmp_path / "here").mkdir()
    yield tmp_path
    assert list((tmp_path / "here").iterdir()) == [], "nothing is written to the current directory"
