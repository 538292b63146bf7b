"""Brains take turns: live, in the replay and in a branch of it every one's figures are the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from botcore import Brain, BuildRequest, Choice, Learner, hookimpl
from botcore.live import Live, open_live
from botcore.plugins import Plugins, load_plugins
from botcore.replay.reader import Replay, open_replay
from botcore.setup import choose
from botcore.takeover import open_takeover
from botcore.window.history import History
from botcore.window.player import Player

Figures = list[tuple[Any, ...]]


class Bold(Learner):
    """Expects more from step to step."""

    discount = 0.5
    base = 4.0

    def __init__(self, request: BuildRequest) -> None:
        self.steps = 0

    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        self.steps += 1
        return Choice(np.array([0]), values=np.array([self.base + self.steps % 5]))

    def weights(self) -> dict[str, NDArray[Any]]:
        return {}

    def load_weights(self, weights: Any) -> None:
        pass


class Shy(Bold):
    """Looks further and expects less."""

    discount = 0.9
    base = -50.0


class Brains:
    @hookimpl
    def botplay_brains(self) -> Iterable[Brain]:
        kinds = frozenset({"pixels", "vector", "discrete", "binned"})
        for name, learner in (("bold", Bold), ("shy", Shy)):
            yield Brain(name, "Expects.", learner=learner, accepts=kinds, trains=False)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins(modules=[("brains", Brains())])


def figures_of(history: History) -> tuple[Any, ...]:
    """Return what the panel of V is drawn from, as a recording holds it."""
    ledger, tick = history.ledger, history.ticks[-1]
    outlook = ledger.outlook
    sums = () if outlook is None else (outlook.predicted, outlook.came, outlook.expected)
    rounded = [None if number is None else float(f"{number:.3g}") for number in (*sums, ledger.advantage)]
    return history.now and history.now.step, ledger.measure, tick.by, tick.discount, rounded


def play(plugins: Plugins, out: Path, turns: dict[int, str], steps: int) -> tuple[Live, Figures]:
    """Play with whoever is named for a step from there on; `human` takes over, with the brain looking on."""
    setup = choose(plugins, game="gym:CartPole-v1", brain=turns[0], assignments=["reward.scale=0.5"])
    live = open_live(plugins, setup, seed=3, out=out, episodes=1)
    session, found = live.session, Figures()
    history = History(session.about_scene())
    for moment in live.moments:
        history.update(moment)
        found.append(figures_of(history))
        if moment.step == steps or moment.last:
            break
        who = turns.get(moment.step)
        session.human_action = (
            moment.step % 2 if who == "human" or (not who and session.human_action) else None
        )
        if who and who not in ("human", session.setup.brain):
            session.change_agent(session.prepare(choose(plugins, game="gym:CartPole-v1", brain=who), None))
            history.follow(session.about_scene())
    live.moments.close()
    session.close()
    return live, found


def shown(replay: Replay) -> Figures:
    player, found = Player(replay, 1.0), Figures()
    for line in replay.lines:
        player.go_to(line.moment.frame)
        found.append(figures_of(player.scene.history))
    return found


def opened(live: Live) -> Replay:
    assert live.recorder is not None
    assert live.recorder.folder is not None
    return open_replay(live.recorder.folder)


@pytest.fixture
def parent(plugins: Plugins, tmp_path: Path) -> Iterator[Replay]:
    """A replay in which random plays, then shy from step 3 and bold from step 6 on."""
    live, _ = play(plugins, tmp_path, {0: "random", 3: "shy", 6: "bold"}, 8)
    with opened(live) as replay:
        yield replay


@pytest.mark.parametrize(
    "turns",
    [
        {0: "random", 3: "shy", 6: "bold"},
        {0: "bold", 2: "human", 4: "bold", 6: "shy"},
        {0: "shy", 4: "random"},
    ],
)
def test_a_replay_shows_the_figures_that_were_on_the_screen_live(
    plugins: Plugins, tmp_path: Path, turns: dict[int, str]
) -> None:
    live, figures = play(plugins, tmp_path, turns, 8)
    with opened(live) as replay:
        assert shown(replay) == figures
        assert {figure[1].discount for figure in figures} >= {0.9}
        assert len({figure[2] for figure in figures} - {"", "human"}) == len(set(turns.values()) - {"human"})


def test_a_branch_shows_the_figures_of_its_parent_up_to_there(
    plugins: Plugins, parent: Replay, tmp_path: Path
) -> None:
    frame = parent.lines[7].moment.frame
    live = open_takeover(plugins, parent, "human", frame, out=tmp_path, lead=1)
    next(live.moments)
    live.moments.close()
    live.session.close()
    with opened(live) as branch:
        assert shown(branch)[1:8] == shown(parent)[1:8]
        assert shown(branch)[7][1].discount == 0.5


def test_an_older_replay_tells_of_one_brain_and_reads_all_others_like_it(parent: Replay) -> None:
    header = parent.folder / "episode.json"
    data = json.loads(header.read_text())
    assert set(data["others"]) == {"shy", "bold"}
    header.write_text(json.dumps({**{k: v for k, v in data.items() if k != "others"}, "discount": 0.7}))
    with open_replay(parent.folder) as older:
        assert {figure[1].discount for figure in shown(older)} == {0.7}


def test_what_is_recorded_tells_who_plays_before_the_episode_is_over(
    plugins: Plugins, tmp_path: Path
) -> None:
    live, _ = play(plugins, tmp_path, {0: "random", 3: "shy"}, 5)
    with opened(live) as replay:
        data = json.loads((replay.folder / "episode.json").read_text())
    assert data["others"] == {"shy": {"discount": 0.9, "unit": "the game's own"}}
