"""What `minari.load_dataset` gives is what was played."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import botcore
from botcore.contracts.moment import Moment
from botcore.errors import BotplayError
from botcore.export.dataset import _NAME, write_dataset
from botcore.plugins import Plugins, load_plugins
from botcore.replay.format import About
from botcore.replay.library import list_replays
from botcore.replay.reader import open_replay
from botcore.replay.recorder import Recorder

minari = pytest.importorskip("minari", reason="minari is not installed")


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins()


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of Minari's datasets."""
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(tmp_path / "datasets"))
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "data"))
    return tmp_path / "datasets"


def played(
    tmp_path: Path, game: str, seeds: tuple[int, ...], steps: int, settings: tuple[str, ...] = ()
) -> tuple[list[list[Moment]], list[Path]]:
    """Play and record; return the Moments as they were live, and the replays in the same order."""
    episodes = []
    for seed in seeds:
        live = botcore.play(game, "random", seed=seed, episodes=1, record=True, settings=settings)
        episodes.append(list(islice(live, steps)))
        live.close()  # type: ignore[attr-defined]
    there = {r.path: open_replay(r.path).header.seed for r in list_replays(tmp_path / "data" / "replays")}
    folders = [folder for folder in there if there[folder] in seeds]
    return episodes, sorted(folders, key=lambda folder: seeds.index(there[folder]))


def record(root: Path, about: About, moments: Iterator[Moment]) -> Path:
    recorder = Recorder(root, pytest.fail)
    for _ in recorder.record(moments, about):
        pass
    assert recorder.folder is not None
    return recorder.folder


def test_breakout_comes_back_exactly(tmp_path: Path, shelf: Path, plugins: Plugins) -> None:
    episodes, folders = played(tmp_path, "breakout", (3, 4), 40)
    notes: list[str] = []
    written = write_dataset("botplay/breakout", folders, plugins, notes.append)
    assert notes == []
    assert (written.name, written.episodes, written.steps) == ("botplay/breakout-v0", 2, 78)
    assert written.folder.is_relative_to(shelf)
    dataset = minari.load_dataset("botplay/breakout-v0")
    assert dataset.action_space == Discrete(4)
    for found, moments, folder in zip(dataset.iterate_episodes(), episodes, folders, strict=True):
        seen = np.stack([moment.observation for moment in moments])
        assert dataset.observation_space.shape == seen.shape[1:]
        np.testing.assert_array_equal(found.observations, seen)
        done = moments[1:]
        assert found.actions.tolist() == [m.decision.action for m in done if m.decision]
        assert found.rewards.tolist() == [m.reward for m in done]
        assert found.terminations.tolist() == [False] * 39
        assert found.truncations.tolist() == [False] * 38 + [True]  # stopped there
        assert found.infos["lives"].tolist()[1:] == [m.info["lives"] for m in done]
        assert found.infos["decision"]["probabilities"][1:] == pytest.approx(0.25)
        assert np.isnan(found.infos["decision"]["probabilities"][0]).all()
        [metadata] = dataset.storage.get_episode_metadata([found.id])
        assert (metadata["replay"], metadata["brain"]) == (folder.name, "random")
        assert metadata["seed"] == moments[0].seed


def test_a_game_of_numbers_to_its_end(tmp_path: Path, plugins: Plugins) -> None:
    [moments], folders = played(tmp_path, "gym:CartPole-v1", (5,), 500)
    assert moments[-1].terminated
    write_dataset("cart-v3", folders, plugins, pytest.fail)
    [found] = minari.load_dataset("cart-v3").iterate_episodes()
    np.testing.assert_array_equal(found.observations, np.stack([m.observation for m in moments]))
    assert found.terminations.tolist() == [False] * (len(moments) - 2) + [True]
    assert not found.truncations.any()


def test_games_of_other_settings_are_no_dataset(tmp_path: Path, plugins: Plugins, shelf: Path) -> None:
    """A lake of 64 fields has observations that one of 16 has not."""
    _, small = played(tmp_path, "gym:FrozenLake-v1", (5,), 9)
    _, large = played(tmp_path, "gym:FrozenLake-v1", (6,), 9, ("game.arguments=map_name=8x8",))
    with pytest.raises(BotplayError, match="have not the same settings of it"):
        write_dataset("lake", small + large, plugins, pytest.fail)
    assert not shelf.exists()
    _, same = played(tmp_path, "gym:FrozenLake-v1", (7,), 9, ("game.arguments=",))
    assert write_dataset("lake", small + same, plugins, pytest.fail).episodes == 2


def test_no_fact_of_the_game_gets_lost_for_its_name(
    tmp_path: Path, about: About, plugins: Plugins, episode: Callable[..., Iterator[Moment]]
) -> None:
    facts = ({"a.b": 1, "a-b": 2, "a_b": 3, "decision": 4}, {"a-b": 2, "decision": 4})
    folders = [
        record(tmp_path / "others", about, (replace(moment, info=info) for moment in episode(3)))
        for info in facts
    ]
    write_dataset("facts", folders, plugins, lambda text: None)
    first, second = minari.load_dataset("facts-v0").iterate_episodes()
    told = {"a_b": 3, "a_b_": 2, "a_b__": 1, "decision_": 4}
    assert {key: first.infos[key].tolist() for key in told} == {key: [n] * 4 for key, n in told.items()}
    assert set(second.infos) == {"a_b_", "decision_", "decision"}
    assert second.infos["decision"]["explored"].shape == (4,)


def test_without_the_game_the_recorded_eyes_have_to_do(
    recorded: Path, plugins: Plugins, shelf: Path, episode: Callable[..., Iterator[Moment]]
) -> None:
    notes: list[str] = []
    write_dataset("made", [recorded], plugins, notes.append)
    assert len(notes) == 1
    assert "recorded pictures" in notes[0]
    dataset = minari.load_dataset("made-v0")
    assert dataset.observation_space == Box(0, 255, (1, 45, 60), np.uint8)
    [found] = dataset.iterate_episodes()
    exact = np.stack([moment.observation[-1:] for moment in episode(60)])
    assert 0 < np.abs(found.observations.astype(int) - exact).mean() < 6
    assert found.observations.shape == (61, 1, 45, 60)
    with pytest.raises(BotplayError, match="already"):
        write_dataset("made-v0", [recorded], plugins, notes.append)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.from_regex(_NAME, fullmatch=True))
def test_minari_takes_every_name_that_is_not_refused(name: str) -> None:
    from minari.dataset.minari_dataset import parse_dataset_id

    group, found, version = parse_dataset_id(f"{name}-v0")
    assert "/".join([*filter(None, [group]), found]) == name
    assert version == 0


def test_a_group_may_be_made_of_short_names(recorded: Path, plugins: Plugins) -> None:
    written = write_dataset("a/b/c-v07", [recorded], plugins, lambda text: None)
    assert len(list(minari.load_dataset(written.name).iterate_episodes())) == 1


def test_what_is_refused_leaves_nothing(
    recorded: Path,
    tmp_path: Path,
    plugins: Plugins,
    shelf: Path,
    about: About,
    episode: Callable[..., Iterator[Moment]],
) -> None:
    def refused(name: str, folders: list[Path]) -> str:
        with pytest.raises(BotplayError) as caught:
            write_dataset(name, folders, plugins, lambda text: None)
        assert not list(shelf.rglob("*-v0"))
        return str(caught.value)

    wrong = ("../outside", "/tmp/x", "a/../b", "a b", "", "a/", ".hidden", "t/x", "t/x-v2", "a.b", "aa/b.c")
    for name in (*wrong, "aa//b", "-v0", "é", "x" * 101):
        assert "no name of a dataset" in refused(name, [recorded])

    others = tmp_path / "others"
    other = record(others, replace(about, game="other"), episode(3))
    assert "not the same game" in refused("a", [recorded, other])
    other = record(others, replace(about, settings={"game": {"size": 8}}), episode(3))
    assert "not the same settings of it" in refused("a", [recorded, other])
    assert "was not recorded as pictures" in refused("a", [record(others, about, episode(3, eyes=False))])
    assert "holds no decision" in refused("a", [record(others, about, episode(0))])
    (recorded / "eyes.mp4").write_bytes(b"")
    assert "eyes.mp4 is damaged" in refused("a", [recorded])


def test_without_minari_a_line_says_how(
    recorded: Path, plugins: Plugins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "minari.dataset._storages.hdf5_storage", None)
    with pytest.raises(BotplayError, match=r"pip install 'botplay\[minari\]'"):
        write_dataset("a", [recorded], plugins, pytest.fail)
