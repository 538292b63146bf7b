"""Brains against each other: the same seeds, plays that do not touch each other, recordings of one group."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from botcore.errors import BotplayError
from botcore.live import open_live
from botcore.plugins import load_plugins
from botcore.replay.format import read_header
from botcore.replay.groups import find_group, same_round
from botcore.replay.library import list_replays
from botcore.session import Session
from botcore.setup import Setup, choose
from botcore.versus import Round, labels, open_versus, parse_models, spell_rounds

SHORT = "game.steps=30"


def setups(*brains: str) -> list[Setup]:
    return [choose(load_plugins(), game="car", brain=brain, assignments=[SHORT]) for brain in brains]


def test_each_plays_as_it_would_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path))
    brains, plugins = ("random", "dqn", "a3c"), load_plugins()
    alone: list[list[float]] = []
    for setup in setups(*brains):
        live = open_live(plugins, setup, seed=11, episodes=2, record=False)
        alone.append([moment.score for moment in live.moments if moment.last])
        live.session.close()
    with open_versus(plugins, setups(*brains), seed=11, record=False) as opened:
        rounds = list(opened.rounds(2))
    assert opened.group is None
    assert [r.seed for r in rounds] == [11, 12]
    assert [list(scores) for scores in zip(*(r.scores for r in rounds), strict=True)] == alone


def test_the_recordings_of_a_round_find_each_other(tmp_path: Path) -> None:
    plugins = load_plugins()
    with open_versus(plugins, setups("random", "dqn"), seed=5, out=tmp_path) as opened:
        list(opened.rounds(2))
    assert opened.group is not None
    found = {one.path: one for one in list_replays(tmp_path)}
    assert {one.group for one in found.values()} == {opened.group}
    assert len(found) == 4
    last = find_group(tmp_path, opened.group)
    assert [(found[path].brain, found[path].episode) for path in last] == [("random", 1), ("dqn", 1)]
    assert {read_header(path).seed for path in last} == {6}
    first = next(path for path, one in found.items() if one.episode == 0)
    assert first in same_round(first)
    assert {found[path].episode for path in same_round(first)} == {0}
    assert not find_group(tmp_path, "versus-of-nobody")
    shutil.rmtree(last[-1])
    before = find_group(tmp_path, opened.group)
    assert len(before) == 2, "of the last round only the first was begun: the one before is the last of both"


def test_an_episode_played_alone_has_no_round(tmp_path: Path) -> None:
    plugins = load_plugins()
    with open_versus(plugins, setups("random", "dqn"), seed=5, out=tmp_path) as opened:
        list(opened.rounds(1))
    one, other = find_group(tmp_path, str(opened.group))
    assert len(same_round(one)) == 2
    for file in other.iterdir():
        file.unlink()
    assert same_round(one) == (), "the other one was thrown away"


def test_who_cannot_play_is_told_and_nothing_stays_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def watched(session: Session) -> None:
        closed.append(session)
        close(session)

    close, closed, plugins = Session.close, list[Session](), load_plugins()
    monkeypatch.setattr(Session, "close", watched)
    with pytest.raises(BotplayError, match="from 2 to 6"), open_versus(plugins, setups("dqn")):
        pass
    unfit = choose(plugins, game="breakout", brain="qlearning")
    with (
        pytest.raises(BotplayError, match="these can"),
        open_versus(plugins, [*setups("random"), unfit], out=tmp_path),
    ):
        pass
    assert not list_replays(tmp_path), "nobody has begun"
    assert [session.setup.brain for session in closed] == ["random"]
    with open_versus(plugins, setups("random", "dqn"), record=False) as opened:
        pass
    assert closed[1:] == [contender.live.session for contender in reversed(opened.contenders)]


def test_names_models_and_the_table() -> None:
    assert labels(setups("dqn", "random", "dqn")) == ["dqn", "random", "dqn (2)"]
    assert parse_models(["dqn=/a=b", "3=/c"], ["dqn", "random", "dqn"]) == {0: Path("/a=b"), 2: Path("/c")}
    for wrong in ("dqn", "dqn=", "0=/a", "4=/a", "dnq=/a"):
        with pytest.raises(BotplayError, match="--model"):
            parse_models([wrong], ["dqn", "random", "dqn"])
    table = spell_rounds(["dqn", "random"], [Round(7, (10.0, 2.5)), Round(8, (20.0, -1.0))])
    assert [line.split() for line in table.splitlines()] == [
        ["seed", "dqn", "random"],
        ["7", "10", "2.5"],
        ["8", "20", "-1"],
        ["mean", "15", "0.75"],
    ]
    assert len({len(line) for line in table.splitlines()}) == 1
    nothing = 0.1 + 0.2 - 0.3  # 5.55112e-17
    table = spell_rounds(["dqn"], [Round(7, (nothing,)), Round(8, (-nothing / 2,))])
    assert [line.split()[1] for line in table.splitlines()] == ["dqn", "0", "0", "0"]
