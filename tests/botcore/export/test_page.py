"""The page that holds a whole replay: small, harmless, and alive in a real browser."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from botcore.contracts.moment import Decision, Moment
from botcore.errors import BotplayError
from botcore.export.columns import pack_series
from botcore.export.files import export
from botcore.export.page import page_data
from botcore.replay.format import About
from botcore.replay.reader import Replay, open_replay
from botcore.replay.recorder import Recorder
from botcore.replay.steps import Line
from tests.botcore.export.chromium import BROWSER, Chromium

needs_browser = pytest.mark.skipif(BROWSER is None, reason="chromium is not installed")
EVIL = "</script><script>document.title='taken'</script><img src=x onerror=alert(1)>&quot;'@@video@@"
LONG = 20_000
"""Read the frame number out of the picture on screen, as `frame_in` of conftest.py does."""
FRAME_ON_SCREEN = """
(() => {
  const film = document.getElementById('film');
  const canvas = new OffscreenCanvas(120, 90), pen = canvas.getContext('2d');
  pen.drawImage(film, 0, 0);
  let frame = 0;
  for (let bit = 0; bit < 12; bit++)
    if (pen.getImageData(Math.floor((2 * bit + 1) * 120 / 24), 22, 1, 1).data[0] > 128) frame += 1 << bit;
  return frame;
})()
"""
"""Numbers that change when what is drawn changes."""
DRAWN = """
['value', 'reward', 'return', 'doubt', 'memory'].map((name) => {
  const canvas = document.getElementById(name + '-chart');
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return pixels.reduce((sum, part, i) => (sum * 31 + part) % 1000003, 7);
})
"""


def long_replay(folder: Path, header: About) -> Replay:
    """A replay of 20,000 steps of noise with 18 actions, which nothing can compress."""
    rng = np.random.default_rng(0)
    wants, q = rng.dirichlet(np.ones(18), LONG), rng.normal(size=(LONG, 18))
    memory, rewards = rng.uniform(-1, 1, (LONG, 64)).astype(np.float32), rng.normal(size=LONG)
    scores = rewards.cumsum()

    def moment(n: int) -> Moment:
        decision = Decision(
            n % 18, tuple(wants[n]), tuple(q[n]), q[n, 0], rng.random(), n % 3 == 0, memory[n], "a3c"
        )
        lives = {"lives": n // 50 % 7}
        return Moment(0, n, 4 * n, (), None, decision, rewards[n], scores[n], False, False, lives)

    about = replace(header, action_names=tuple(f"action {n}" for n in range(18)))
    with open_replay(folder) as short:
        lines = [Line(moment(n), min(n, 1)) for n in range(LONG)]
        return Replay(folder, replace(short.header, about=about), lines)


def test_a_long_episode_stays_under_a_megabyte_beyond_its_video(
    recorded: Path, about: About, tmp_path: Path
) -> None:
    with long_replay(recorded, about) as replay:
        page = export(replay, tmp_path / "a.html", panels=False)
        series = pack_series([line.moment for line in replay.lines], replay.header.about, limit=50_000)
    text = page.read_text("utf-8")
    film = re.search(r'id="video">([^<]*)<', text)
    assert film is not None
    assert len(film[1]) > 1000
    assert 300_000 < page.stat().st_size - len(film[1]) < 1_000_000
    # Thinned out until it fits, the last Moment with the final score stays.
    assert len(series.content) <= 50_000
    assert series.about["stride"] > 10
    assert series.about["count"] == len({*range(0, LONG, series.about["stride"]), LONG - 1})


def test_columns_hold_what_happened(recorded: Path) -> None:
    """Read the columns back with NumPy as the page's script does."""
    with open_replay(recorded) as replay:
        moments = [line.moment for line in replay.lines]
        facts, series, memory = page_data(replay)
    raw, offset, found = zlib.decompress(series.content), 0, {}
    for column in facts["series"]["columns"]:
        kind = np.dtype(f"<{column['type']}")
        size = kind.itemsize * column["width"] * facts["series"]["count"]
        codes = np.frombuffer(raw[offset : offset + size], kind).reshape(column["width"], -1)
        found[column["name"]] = column["low"] + column["step"] * codes
        offset += size
    assert offset == len(raw)
    assert found["frame"][0].tolist() == [m.frame for m in moments]
    assert found["score"][0] == pytest.approx([m.score for m in moments])
    decisions = [m.decision for m in moments[1:] if m.decision is not None]
    assert found["value"][0, 1:] == pytest.approx([d.value for d in decisions], abs=1e-4)
    np.testing.assert_allclose(
        found["probabilities"][:, 1:].T, [d.probabilities for d in decisions], atol=0.003
    )
    assert memory is not None
    level = np.frombuffer(zlib.decompress(memory.content), np.uint8).reshape(64, -1)[:, 1:].T / 7 - 1.0
    activity = np.array([d.memory for d in decisions])
    np.testing.assert_allclose(np.sign(level) * level**2, activity, atol=0.15)


@pytest.fixture
def page(recorded: Path, tmp_path: Path) -> Path:
    with open_replay(recorded) as replay:
        return export(replay, tmp_path / "page.html", panels=True)


@pytest.fixture(scope="module")
def one_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def browser(one_browser: Chromium) -> Chromium:
    one_browser.open("about:blank")
    one_browser.said.clear()
    one_browser.asked.clear()
    return one_browser


def frame(browser: Chromium, number: int) -> None:
    """Wait until the page says that a frame is on screen."""
    browser.wait(f"document.body.dataset.frame === '{number}' && !document.getElementById('film').seeking")


@needs_browser
def test_the_page_plays_seeks_and_its_curves_follow(page: Path, recorded: Path, browser: Chromium) -> None:
    with open_replay(recorded) as replay:
        moments = [line.moment for line in replay.lines]
    browser.open(f"{page.as_uri()}#t=2")
    browser.wait("document.body?.dataset.state === 'ready'")
    frame(browser, 120)
    assert browser.run(FRAME_ON_SCREEN) == 120
    seen = [browser.run(DRAWN)]
    for keys, expected in (
        (["ArrowRight"] * 3, 123),
        (["ArrowLeft"], 122),
        (["Home"], 0),
        (["End"], 240),
        (["ArrowLeft"] * 2, 238),
    ):
        for key in keys:
            browser.press(key)
            browser.wait("!document.getElementById('film').seeking")
        frame(browser, expected)
        assert browser.run(FRAME_ON_SCREEN) == expected
        moment = moments[-(-expected // 4)]
        assert browser.run("document.body.dataset.step") == str(moment.step)
        assert float(browser.run("document.getElementById('score').textContent")) == pytest.approx(
            moment.score, abs=0.006
        )
        if moment.decision is not None:
            shown = browser.run("document.getElementById('value').textContent")
            assert float(shown) == pytest.approx(moment.decision.value, abs=0.006)
            chosen = browser.run("document.querySelector('.chosen .name').textContent")
            assert chosen == ("stay", "left", "right")[moment.decision.action]
        seen.append(browser.run(DRAWN))
    for drawn in zip(*seen, strict=True):
        assert len(set(drawn)) > 3, "a curve does not follow"
    browser.press("ArrowLeft", shift=True)
    frame(browser, 236)  # to the Moment before


@needs_browser
def test_playing_and_the_time_line(page: Path, browser: Chromium) -> None:
    browser.open(page.as_uri())
    browser.wait("document.body?.dataset.state === 'ready'")
    for _ in range(3):
        browser.press("-")
    assert browser.run("document.getElementById('film').playbackRate") == 0.1
    browser.press("+")
    browser.press("+")
    assert browser.run("document.getElementById('speed').textContent") == "0.5×"
    browser.press(" ")
    browser.wait("Number(document.body.dataset.frame) > 5")
    assert browser.run("document.getElementById('play').getAttribute('aria-label')") == "pause"
    browser.press(" ")
    browser.wait("document.getElementById('film').paused")
    x, y, width, height = browser.run(
        "Object.values(document.getElementById('line').getBoundingClientRect().toJSON()).slice(0, 4)"
    )
    browser.click(x + width * 0.75, y + height / 2)
    browser.wait("Math.abs(Number(document.body.dataset.frame) - 180) <= 1")
    assert {address.split(":")[0] for address in browser.asked} == {"file", "blob"}
    assert browser.said == []


@needs_browser
def test_events_stand_out_are_left_behind_and_tell_their_note(
    recorded: Path, tmp_path: Path, browser: Chromium
) -> None:
    note = ("so long a note " * 20)[:200].strip()
    bookmarks = [{"frame": 3, "note": ""}, {"frame": 238, "note": note}]
    (recorded / "bookmarks.json").write_text(json.dumps(bookmarks))
    with open_replay(recorded) as replay:
        page = export(replay, tmp_path / "page.html", panels=False)
        events = sorted({3, 238, *page_data(replay)[0]["surprises"]})  # what every step pays is none
    browser.open(page.as_uri())
    browser.wait("document.body?.dataset.state === 'ready'")
    for event in events:
        browser.press("n")
        frame(browser, event)
    browser.press("n")
    frame(browser, events[-1])
    start = f"film.currentTime = {events[-2] + 5.5} / 60; film.playbackRate = 0.1; film.play()"
    browser.run(f"(() => {{ const film = byId('film'); {start} }})()")
    browser.press("p")
    browser.wait(f"Number(document.body.dataset.frame) < {events[-2]}")  # only just left behind: not that one
    browser.press(" ")
    x, y, width, height = browser.run(
        "Object.values(document.getElementById('line').getBoundingClientRect().toJSON()).slice(0, 4)"
    )
    browser.point(x + width * 238 / 240, y + height / 2)
    browser.wait(f"byId('hover').textContent.endsWith({note!r})")
    left, right = browser.run("(({ left, right }) => [left, right])(byId('hover').getBoundingClientRect())")
    assert 0 <= left < right <= browser.run("innerWidth")
    assert browser.run("document.documentElement.scrollWidth <= innerWidth")


@needs_browser
def test_names_are_only_text(recorded: Path, tmp_path: Path, browser: Chromium) -> None:
    header = json.loads((recorded / "episode.json").read_text())
    header.update(game=EVIL, brain=EVIL, action_names=[EVIL, "<b>", "]]>"], scenario="default")
    (recorded / "episode.json").write_text(json.dumps(header))
    with open_replay(recorded) as replay:
        page = export(replay, tmp_path / "evil.html", panels=False)
    text = page.read_text("utf-8")
    assert "<script>document" not in text
    assert "<img" not in text
    browser.open(page.as_uri())
    browser.wait("document.body?.dataset.state === 'ready'")
    browser.press("End")
    frame(browser, 240)
    assert browser.run("document.getElementById('game').textContent") == EVIL
    assert browser.run("document.querySelector('#actions .name').textContent") == EVIL[:60]
    assert browser.run("document.title").startswith("</script>")
    assert browser.run("document.images.length") == 0
    assert browser.said == []


@needs_browser
def test_it_forbids_itself_the_network(page: Path, browser: Chromium) -> None:
    browser.open(page.as_uri())
    browser.wait("document.body?.dataset.state === 'ready'")
    assert browser.run("fetch('http://127.0.0.1:9/').then(() => 'loaded', () => 'refused')") == "refused"
    assert any("Content Security Policy" in said for said in browser.said)


@needs_browser
def test_a_recording_that_was_cut_off(
    recorded: Path, tmp_path: Path, browser: Chromium, read_frame: Callable[[NDArray[np.uint8]], int]
) -> None:
    header, video = recorded / "episode.json", recorded / "video.mp4"
    header.write_text(header.read_text().replace('"complete"', '"recording"'))
    video.write_bytes(video.read_bytes()[: int(video.stat().st_size * 0.7)])
    with open_replay(recorded) as replay:
        last = read_frame(replay.picture(240))
        assert last < 200
        page = export(replay, tmp_path / "cut.html", panels=False)
    browser.open(page.as_uri())
    browser.wait("document.body?.dataset.state === 'ready'")
    browser.press("End")
    frame(browser, last)
    assert browser.run(FRAME_ON_SCREEN) == last


def test_what_cannot_become_a_page(
    recorded: Path, tmp_path: Path, about: About, episode: Callable[..., Iterator[Moment]]
) -> None:
    recorder = Recorder(tmp_path / "blind", pytest.fail)
    blind = (replace(moment, pictures=()) for moment in episode(5))
    assert len(list(recorder.record(blind, about))) == 6
    assert recorder.folder is not None
    with open_replay(recorder.folder) as replay, pytest.raises(BotplayError, match="has no pictures"):
        export(replay, tmp_path / "a.html", panels=False)
    (recorded / "video.mp4").write_bytes((recorded / "video.mp4").read_bytes()[:900])
    with open_replay(recorded) as replay, pytest.raises(BotplayError):
        export(replay, tmp_path / "a.html", panels=False)
    assert not list(tmp_path.glob("*.html*"))
    assert not list(tmp_path.glob(".a.html*"))
