"""What is told of an error does nothing to a terminal, whatever a stranger's file made of it."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botcore.cli.main import run
from botcore.cli.options import note
from botcore.errors import printable
from botcore.live import open_live
from botcore.plugins import load_plugins
from botcore.setup import choose

TITLE = "\x1b]0;gotcha\x07"
"""It would give a terminal another title."""


@given(st.text(st.characters()))
def test_nothing_that_is_told_can_do_more_than_be_read(text: str) -> None:
    told = printable(text)
    assert told.isprintable()
    assert printable(told) == told


def test_words_stay_as_they_are() -> None:
    assert printable("a\nb\tc \x1b[2J é 音 \u202e") == r"a b c \x1b[2J é 音 \u202e"


@pytest.mark.parametrize(
    "edit",
    [
        {"settings": {"game": {TITLE: 1}}},
        {"settings": {"game": {"arguments": "%1b]0;gotcha%07=1"}}},
        {"scenario": "CartPole-v1?%1b]0;gotcha%07=1"},
    ],
)
@pytest.mark.parametrize("debug", [(), ("--debug",)])
def test_a_strangers_replay_does_nothing_to_the_terminal(
    edit: dict[str, Any], debug: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plugins = load_plugins()
    setup = choose(plugins, game="gym:CartPole-v1", brain="random")
    live = open_live(plugins, setup, seed=11, episodes=1, out=tmp_path / "replays")
    for _ in islice(live.moments, 3):
        pass
    live.moments.close()  # type: ignore[attr-defined]
    live.session.close()
    (header,) = tmp_path.glob("replays/*/episode.json")
    header.write_text(json.dumps({**json.loads(header.read_text()), **edit}))
    code = run(["verify", str(header.parent), *debug])
    told = capsys.readouterr()
    assert code == 2
    assert (told.out + told.err).replace("\n", "").isprintable()
    assert r"\x1b]0;gotcha\x07" in told.err


def test_what_is_said_beside_the_result_does_no_more_either(capsys: pytest.CaptureFixture[str]) -> None:
    note(f"odd: {TITLE}")
    assert capsys.readouterr().err == "botplay: odd: \\x1b]0;gotcha\\x07\n"
