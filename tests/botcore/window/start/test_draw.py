"""Words on the start screen."""

import pytest

import botcore.window  # noqa: F401  (before pygame: it silences the banner)
from botcore.window.start.draw import _how_long_kept


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (None, "above 5 GB the oldest go"),
        ("0.5", "above 0.5 GB the oldest go"),
        ("none", "every episode is kept"),
        ("much", "Enter shows one again"),
    ],
)
def test_it_says_how_long_replays_are_kept(
    monkeypatch: pytest.MonkeyPatch, limit: str | None, words: str
) -> None:
    monkeypatch.delenv("BOTPLAY_REPLAY_LIMIT", raising=False)
    if limit is not None:
        monkeypatch.setenv("BOTPLAY_REPLAY_LIMIT", limit)
    assert words in _how_long_kept()
