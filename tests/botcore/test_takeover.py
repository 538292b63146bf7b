"""Going on from a moment of a replay: the same until there, then somebody else's; with real games."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from botcore import BotplayError, Brain, BuildRequest, Choice, Learner, hookimpl
from botcore.contracts.moment import Moment
from botcore.live import Live, open_live
from botcore.plugins import Plugins, load_plugins
from botcore.replay.family import open_parent
from botcore.replay.keeping import surplus
from botcore.replay.library import list_replays
from botcore.replay.reader import Replay, open_replay
from botcore.replay.resimulate import verify
from botcore.setup import choose
from botcore.takeover import open_takeover

GAMES = [("breakout", 40, 1), ("doom", 20, 1), ("car", 40, 2)]
"""Steps of the parent, and which episode of a session it is: engines that have played must be no other."""


class Witness(Learner):
    """Always does the last action, and remembers what it saw."""

    def __init__(self, request: BuildRequest) -> None:
        self.last, self.seen = request.actions - 1, []  # type: ignore[var-annotated]

    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        self.seen.append((observation[0].copy(), bool(starts[0])))
        return Choice(np.array([self.last]))

    def weights(self) -> dict[str, NDArray[Any]]:
        return {}

    def load_weights(self, weights: Any) -> None:
        pass


class Brains:
    @hookimpl
    def botplay_brains(self) -> Iterable[Brain]:
        kinds = frozenset({"pixels", "vector", "discrete", "binned"})
        yield Brain("witness", "Sees.", learner=Witness, accepts=kinds, trains=False)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins(modules=[("brains", Brains())])


def close(live: Live) -> None:
    live.moments.close()  # type: ignore[attr-defined]
    live.session.close()


def plain(moment: Moment) -> tuple[Moment, list[float]]:
    """Return a Moment that can be compared, whichever episode of a recording it was."""
    seen = [] if moment.observation is None else np.ravel(moment.observation).tolist()
    return replace(moment, episode=0, observation=None), seen


def play(
    plugins: Plugins, root: Path, game: str, steps: int, episode: int = 1, *settings: str, **options: Any
) -> Replay:
    """Record episodes of random play and open the last one."""
    assignments = (*settings, f"game.steps={steps}") if game == "car" else settings
    setup = choose(plugins, game=game, brain="random", assignments=assignments)
    live = open_live(plugins, setup, seed=21, episodes=episode, out=root, **options)
    for moment in live.moments:
        if moment.episode == episode - 1 and moment.step == steps:
            break
    close(live)
    assert live.recorder is not None
    assert live.recorder.folder is not None
    return open_replay(live.recorder.folder)


@pytest.mark.parametrize(("game", "steps", "episode"), GAMES)
def test_it_is_the_same_up_to_there_and_then_anothers(
    plugins: Plugins, tmp_path: Path, game: str, steps: int, episode: int
) -> None:
    parent = play(plugins, tmp_path, game, steps, episode)
    index = steps // 2
    frame = parent.lines[index].moment.frame
    asked = parent.lines[index - 1].moment.frame + 1  # the first that this step shows, as a mouse may find it
    live = open_takeover(plugins, parent, "witness", asked, episodes=1, out=tmp_path)
    rest = list(islice(live.moments, 6))
    close(live)
    assert [m.step for m in rest] == list(range(index + 1, index + 7)), "what was before has been played"
    assert {m.decision.by for m in rest if m.decision} == {"witness"}

    assert live.recorder is not None
    assert live.recorder.folder is not None
    child = open_replay(live.recorder.folder)
    assert (child.header.parent, child.header.branch_frame) == (parent.header.id, frame)
    assert (child.header.about.brain, child.header.seed) == ("witness", parent.header.seed)
    assert [plain(line.moment) for line in child.lines[: index + 1]] == [
        plain(line.moment) for line in parent.lines[: index + 1]
    ], "as the first brain decided it"
    assert {line.moment.decision.by for line in child.lines[index + 1 :] if line.moment.decision} == {
        "witness"
    }
    assert open_parent(child).folder == parent.folder
    assert verify(plugins, child).parting is None


@pytest.mark.parametrize("name", ["again-2", "the best of all"])
def test_the_parent_is_the_folder_whatever_it_was_recorded_as(
    plugins: Plugins, tmp_path: Path, name: str
) -> None:
    """An imported replay, or one that somebody renamed, has another name than its file says."""
    own = play(plugins, tmp_path, "car", 30)
    other = shutil.copytree(own.folder, tmp_path / name)
    live = open_takeover(plugins, open_replay(other), "witness", 20, episodes=1, out=tmp_path)
    next(live.moments)
    close(live)
    assert live.recorder is not None
    assert live.recorder.folder is not None
    with open_replay(live.recorder.folder) as child, open_parent(child) as parent:
        assert (child.header.parent, parent.folder, parent.id) == (name, other, name)
    assert name not in [one.id for one in surplus(list_replays(tmp_path), "last", 1)]


def test_the_brain_has_seen_everything_on_the_way(plugins: Plugins, tmp_path: Path) -> None:
    parent = play(plugins, tmp_path, "car", 30)
    live = open_takeover(plugins, parent, "witness", 20, episodes=1, out=tmp_path)
    moment = next(live.moments)
    close(live)
    witness = live.session.agent.learner
    assert isinstance(witness, Witness)
    assert len(witness.seen) == moment.step == 21
    assert [start for _, start in witness.seen] == [True] + [False] * 20
    again = open_live(plugins, live.session.setup, seed=21, out=tmp_path, record=False)
    first = next(again.moments)
    close(again)
    assert np.array_equal(witness.seen[0][0], first.observation)


def test_the_game_is_the_one_of_the_recording_whatever_presets_say(plugins: Plugins, tmp_path: Path) -> None:
    parent = play(plugins, tmp_path, "car", 25)
    live = open_takeover(plugins, parent, "dqn", 10, episodes=1, out=tmp_path)
    assert list(live.moments)[-1].step == 25, "the recording's own limit of steps"
    close(live)
    assert live.model is not None
    assert live.recorder is not None
    assert live.recorder.folder is not None
    with open_replay(live.recorder.folder) as branch:
        assert branch.header.about.weights_sha256 == live.model.card.weights_sha256


def test_what_the_brain_before_was_fed_is_told_as_it_was(plugins: Plugins, tmp_path: Path) -> None:
    parent = play(plugins, tmp_path, "car", 30, 1, "reward.scale=0.5")
    live = open_takeover(plugins, parent, "witness", 20, episodes=1, out=tmp_path)
    after = next(live.moments)
    close(live)
    assert live.recorder is not None
    assert live.recorder.folder is not None
    with open_replay(live.recorder.folder) as child:
        fed = [line.moment.fed for line in child.lines]
    assert fed[:21] == [line.moment.fed for line in parent.lines[:21]]
    assert fed[1] == parent.lines[1].moment.reward / 2 != 0
    assert fed[21] == pytest.approx(after.reward), "who takes over is fed what the game pays"


def test_a_window_shows_what_led_there(plugins: Plugins, tmp_path: Path) -> None:
    parent = play(plugins, tmp_path, "car", 30)
    live = open_takeover(plugins, parent, "human", 20, lead=8, out=tmp_path)
    shown = list(islice(live.moments, 20))
    close(live)
    assert [m.step for m in shown][:2] == [13, 14]
    assert [m.decision.by for m in shown if m.decision] == ["random"] * 8 + ["human"] * 11
    assert (shown[-1].step, shown[-1].seed) == (1, 22), "then episodes of its own follow"
    headers = [open_replay(folder).header for folder in tmp_path.iterdir()]
    assert sorted(h.seed for h in headers if h.parent) == [21], "which have no parent"


def test_somebody_is_told_how_far_it_is_and_may_give_up(plugins: Plugins, tmp_path: Path) -> None:
    parent, told = play(plugins, tmp_path, "car", 30), list[int]()
    before, threads = set(tmp_path.iterdir()), set(threading.enumerate())

    def on_way(frame: int) -> None:
        told.append(frame)
        if frame == 9:
            raise BotplayError("enough")

    with pytest.raises(BotplayError, match="enough") as caught:
        open_takeover(plugins, parent, "witness", 20, lead=2, out=tmp_path, on_way=on_way)
    assert set(threading.enumerate()) == threads, "nobody writes any more, though the stream still exists"
    assert caught.tb is not None, "which it does as long as this does"
    assert told == list(range(10))
    assert set(tmp_path.iterdir()) == before
    told.clear()
    close(open_takeover(plugins, parent, "witness", 8, lead=2, out=tmp_path, on_way=on_way))
    assert told == list(range(6))


def test_beginning_anew_while_it_is_on_the_way(plugins: Plugins, tmp_path: Path) -> None:
    parent = play(plugins, tmp_path, "car", 30)
    live = open_takeover(plugins, parent, "witness", 20, lead=15, out=tmp_path)
    next(live.moments)
    live.session.restart(new_seed=False)
    shown = list(islice(live.moments, 25))
    close(live)
    assert (shown[0].step, shown[0].seed) == (0, 21)
    assert {m.decision.by for m in shown if m.decision} == {"witness"}
    branches = [one for one in list_replays(tmp_path) if one.parent]
    assert [(one.steps, one.branch_frame) for one in branches] == [(6, 6)], "no later than it went itself"


def test_where_there_is_nothing_to_go_on_from(plugins: Plugins, tmp_path: Path) -> None:
    parent = play(plugins, tmp_path, "car", 30)
    for frame, words in (
        (31, r"is only 0.5 seconds, 30 frames long"),
        (30, r"over there; take over before 0.5"),
    ):
        with pytest.raises(BotplayError, match=words):
            open_takeover(plugins, parent, "witness", frame, out=tmp_path)
    with pytest.raises(BotplayError, match="did you mean random"):
        open_takeover(plugins, parent, "randon", 3, out=tmp_path)
    with pytest.raises(BotplayError, match="cannot play"):
        open_takeover(plugins, play(plugins, tmp_path, "breakout", 5), "qlearning", 3, out=tmp_path)


@pytest.mark.parametrize("lead", [0, 60])
def test_who_would_rather_stay_is_heard_when_the_game_is_open_and_leaves_nothing_behind(
    plugins: Plugins, tmp_path: Path, lead: int
) -> None:
    parent = play(plugins, tmp_path, "car", 30)

    def stay(frame: int) -> None:
        raise BotplayError("nobody took over")

    with pytest.raises(BotplayError, match="nobody took over"):
        open_takeover(plugins, parent, "witness", 20, out=tmp_path, lead=lead, on_way=stay)
    assert list(tmp_path.iterdir()) == [parent.folder]


def test_a_game_that_parts_before_is_told_and_leaves_nothing_behind(plugins: Plugins, tmp_path: Path) -> None:
    parent = play(plugins, tmp_path, "car", 30)
    steps = parent.folder / "steps.jsonl"
    lines = [json.loads(line) for line in steps.read_text().splitlines()]
    lines[12]["crc"] = 1
    steps.write_text("".join(json.dumps(line) + "\n" for line in lines))
    damaged = open_replay(parent.folder)
    with pytest.raises(BotplayError, match=r"from 0.2 seconds on \(the pictures\); take over earlier"):
        open_takeover(plugins, damaged, "witness", 20, out=tmp_path)
    assert list(tmp_path.iterdir()) == [parent.folder]
    close(open_takeover(plugins, damaged, "witness", 11, out=tmp_path))
