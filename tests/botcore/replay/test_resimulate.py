"""Played again in the real engines, a recording is the same, or it is known where it is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from botcore.errors import BotplayError
from botcore.live import open_live
from botcore.plugins import Plugins, load_plugins
from botcore.replay.checksum import MOST_BYTES, checksum
from botcore.replay.reader import open_replay
from botcore.replay.resimulate import Verdict, verify
from botcore.setup import choose

Record = Callable[..., list[Path]]
CAR = ("game.steps=30",)


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins()


@pytest.fixture
def record(plugins: Plugins, tmp_path: Path) -> Record:
    """Play at random and return the folders of the episodes."""

    def play(
        game: str, steps: int | None = None, *settings: str, episodes: int = 1, **options: Any
    ) -> list[Path]:
        setup = choose(plugins, game=game, brain="random", assignments=settings, **options)
        live = open_live(plugins, setup, seed=11, episodes=episodes, out=tmp_path / "replays")
        try:
            for _ in islice(live.moments, steps):
                pass
        finally:
            live.moments.close()  # type: ignore[attr-defined]
            live.session.close()
        return sorted((tmp_path / "replays").iterdir(), key=lambda folder: open_replay(folder).header.episode)

    return play


def check(plugins: Plugins, folder: Path) -> Verdict:
    with open_replay(folder) as replay:
        return verify(plugins, replay)


def edit_step(folder: Path, step: int, **fields: Any) -> None:
    lines = (folder / "steps.jsonl").read_text().splitlines()
    data = {**json.loads(lines[step]), **fields}
    lines[step] = json.dumps({name: value for name, value in data.items() if value is not None})
    (folder / "steps.jsonl").write_text("\n".join(lines) + "\n")


def edit_header(folder: Path, **fields: Any) -> None:
    data = json.loads((folder / "episode.json").read_text())
    (folder / "episode.json").write_text(json.dumps({**data, **fields}))


@pytest.mark.parametrize(
    ("game", "protocol", "steps"), [("breakout", "v4", 60), ("breakout", "v5", 60), ("doom", None, 40)]
)
def test_an_engine_plays_the_same_again(
    plugins: Plugins, record: Record, game: str, protocol: str | None, steps: int
) -> None:
    [folder] = record(game, steps + 1, protocol=protocol)
    verdict = check(plugins, folder)
    assert verdict.parting is None
    assert (verdict.steps, verdict.pictures) == (open_replay(folder).header.steps, verdict.steps + 1)


def test_a_later_episode_is_played_from_its_own_seed_and_settings(plugins: Plugins, record: Record) -> None:
    first, second = record("car", None, *CAR, episodes=2)
    assert open_replay(second).header.seed == 12
    for folder in (first, second):
        verdict = check(plugins, folder)
        assert (verdict.steps, verdict.frames, verdict.parting) == (30, 30, None)
    edit_header(second, settings={"game": {"steps": 20}})
    parting = check(plugins, second).parting
    assert parting is not None
    assert (parting.step, parting.what) == (20, ("the end of the episode",))


def test_another_action_shows_in_the_pictures_where_it_was_made(plugins: Plugins, record: Record) -> None:
    [folder] = record("breakout", 61)
    lines = open_replay(folder).lines
    turned = next(
        n
        for n, line in enumerate(lines)
        if n > 20 and line.moment.decision and line.moment.decision.action == 2
    )
    edit_step(folder, turned, action=3)
    parting = check(plugins, folder).parting
    assert parting is not None
    assert turned <= parting.step <= turned + 2
    assert "the pictures" in parting.what


def test_each_thing_that_differs_is_named(plugins: Plugins, record: Record) -> None:
    [folder] = record("car", None, *CAR)
    kept = (folder / "steps.jsonl").read_bytes()
    for step, fields, what in (
        (7, {"crc": 1}, "the pictures"),
        (9, {"reward": 0.123}, "the reward"),
        (12, {"truncated": True}, "the end of the episode"),
        (30, {"frame": 31}, "the frame number"),
    ):
        edit_step(folder, step, **fields)
        parting = check(plugins, folder).parting
        assert parting is not None
        assert parting.step == step
        assert what in parting.what
        (folder / "steps.jsonl").write_bytes(kept)


def test_an_older_recording_has_only_its_rewards_to_compare(plugins: Plugins, record: Record) -> None:
    [folder] = record("car", None, *CAR)
    for step in range(31):
        edit_step(folder, step, crc=None)
    verdict = check(plugins, folder)
    assert (verdict.pictures, verdict.parting) == (0, None)


def test_what_the_mouse_did_is_no_part_of_a_recording(plugins: Plugins, tmp_path: Path) -> None:
    setup = choose(plugins, game="car", brain="random", assignments=CAR)
    live = open_live(plugins, setup, seed=3, episodes=1, out=tmp_path)
    for moment in live.moments:
        if moment.step == 12:
            live.session.env.unwrapped.touch(400.0, 300.0, 3)  # erases sand
    live.session.close()
    [folder] = tmp_path.iterdir()
    parting = check(plugins, folder).parting
    assert parting is not None
    assert (parting.step, parting.frame, parting.what) == (13, 13, ("the pictures",))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"game": "chess"}, "no game called 'chess'"),
        ({"scenario": "nowhere"}, "no map 'nowhere'"),
        ({"protocol": "v9"}, "has the protocols"),
        ({"action_names": ["left", "right", "straight"]}, "has other actions"),
        ({"settings": {"game": [1]}}, "settings of the game are not a table"),
        ({"settings": {"game": {"steps": {}}}}, "game.steps must be"),
        ({"settings": {"game": {"rm": 1}}}, "no setting game.rm"),
    ],
)
def test_what_cannot_be_opened_as_it_was_is_refused(
    plugins: Plugins, record: Record, change: dict[str, Any], words: str
) -> None:
    [folder] = record("car", None, *CAR)
    edit_header(folder, **change)
    with pytest.raises(BotplayError, match=words):
        check(plugins, folder)


def test_a_recording_with_a_gap_is_refused(plugins: Plugins, record: Record) -> None:
    [folder] = record("car", None, *CAR)
    lines = (folder / "steps.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "steps.jsonl").write_bytes(b"".join(lines[:4] + lines[5:]))
    with pytest.raises(BotplayError, match="misses step 4"):
        check(plugins, folder)


pictures = st.builds(
    lambda seed, count, side: np.random.default_rng(seed).integers(0, 256, (count, side, side, 3), np.uint8),
    st.integers(0, 9),
    st.integers(1, 4),
    st.sampled_from([3, 40, 500]),
)


@given(shown=pictures, data=st.data())
def test_one_other_pixel_is_found_while_its_row_comes_up(shown: Any, data: st.DataObject) -> None:
    bands = max(1, -(-shown.nbytes // MOST_BYTES))
    place = tuple(data.draw(st.integers(0, side - 1)) for side in shown.shape)
    other = shown.copy()
    other[place] ^= 1
    frames = range(len(shown) - 1, len(shown) - 1 + bands)
    found = [checksum(list(shown), frame) != checksum(list(other), frame) for frame in frames]
    assert sum(found) == 1


def test_the_order_of_pictures_counts() -> None:
    shown = [np.full((4, 4, 3), value, np.uint8) for value in (0, 1)]
    assert checksum(shown, 1) != checksum(shown[::-1], 1)
