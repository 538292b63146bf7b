"""K in the window on live play keeps what a brain has learned, as a model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from botcore.cli.main import run
from botcore.errors import BotplayError
from botcore.learned import keep_learned
from botcore.models import find_model, installed_models, list_models, open_model
from botcore.plugins import load_plugins
from botcore.replay.library import replays_root
from botcore.replay.reader import open_replay
from botcore.session import Session
from botcore.setup import choose
from botcore.window.controls import Command
from botcore.window.live import Live
from botcore.window.start.catalogue import make_catalogue

CARTPOLE = ("--game", "gym:CartPole-v1", "--brain", "dqn")
STEPS = 60
"""More than one rollout, one memory's warm-up as it is set here, and one episode."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path))
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    return tmp_path


def _press_k_after(monkeypatch: pytest.MonkeyPatch, steps: int) -> list[str]:
    """Have K pressed in the next window after so many steps; return what will be said then."""
    said: list[str] = []

    def press(live: Live) -> None:
        live._session.in_background = False
        for _ in range(steps + 1):  # The first Moment is of the reset.
            live._pull()
        live.do(Command.KEEP)
        said.append(live._full_status().message)

    monkeypatch.setattr(Live, "run", press)
    return said


def _kept(capfd: pytest.CaptureFixture[str]) -> Path:
    [line] = [line for line in capfd.readouterr().out.splitlines() if line.startswith("model: ")]
    return Path(line.split()[1])


def test_what_was_kept_plays_and_is_trained_on(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    said = _press_k_after(monkeypatch, STEPS)
    assert run(("play", *CARTPOLE, "--learn", "--seed", "4", "--set", "learner.warm_up=20")) == 0
    folder = _kept(capfd)
    assert said == [f"kept as the model learned/{folder.name}"]
    assert folder.parent == home / "learned"

    kept, plugins = open_model(folder), load_plugins()
    before = find_model(plugins, kept.card.setup)
    assert before is not None
    assert before.folder != folder, "it takes nobody's place"
    old, new = before.weights(), kept.weights()
    assert old.keys() == new.keys()
    assert any((np.asarray(old[name], np.float32) != new[name]).any() for name in new)
    assert kept.card.steps == before.card.steps + STEPS
    assert kept.card.minutes == before.card.minutes
    assert kept.card.curve == before.card.curve
    assert kept.card.command == f"{before.card.command}, then {STEPS} steps of live learning"
    assert kept.card.seed == 4

    assert run(("evaluate", *CARTPOLE, "--model", f"learned/{folder.name}", "--episodes", "1")) == 0
    assert str(folder) in capfd.readouterr().out
    assert run(("train", *CARTPOLE, "--from", str(folder), "--steps", "64", "--out", str(home / "run"))) == 0
    on = open_model(home / "run" / "model") if (home / "run" / "model").exists() else None
    model = on or find_model(plugins, kept.card.setup)
    assert model is not None
    assert model.card.steps >= kept.card.steps + 64
    assert f"{STEPS} steps of live learning, then botplay" in model.card.command


def test_fresh_weights_are_kept_with_what_was_set_and_how_the_last_episodes_went(home: Path) -> None:
    plugins = load_plugins(disabled=["models"])
    chosen = choose(plugins, game="gym:FrozenLake-v1", brain="qlearning").override("learner", gamma=0.75)
    session = Session(plugins, chosen, seed=11, learn=True, pictures=False)
    last = [moment.score for moment in session.moments(3) if moment.last]
    learned = session.agent.learned
    model = keep_learned(session)
    session.close()
    card = open_model(model.folder).card
    assert card.command == f"{learned} steps of live learning"
    assert (card.seed, card.steps, card.minutes, card.curve) == (11, learned, 0.0, ())
    assert card.setup.settings["learner"]["gamma"] == 0.75
    assert card.score["kind"].startswith("live learning")
    assert (card.score["episodes"], card.score["mean"]) == (3, sum(last) / 3)


def test_where_nothing_was_learned_nothing_is_kept(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    said = _press_k_after(monkeypatch, 0)
    assert run(("play", *CARTPOLE, "--learn")) == 0
    assert said == ["dqn is getting ready to learn"]
    said = _press_k_after(monkeypatch, 5)
    assert run(("play", *CARTPOLE)) == 0
    assert run(("play", "--game", "gym:CartPole-v1", "--brain", "random", "--learn")) == 0
    assert run(("play", *CARTPOLE, "--learn")) == 0
    assert said == [
        "dqn has learned nothing yet (L lets it)",
        "random has nothing to learn",
        "dqn has made no update yet",
    ]
    assert "model: " not in capfd.readouterr().out
    assert not (home / "learned").exists()
    (home / "learned").write_text("in the way")
    said = _press_k_after(monkeypatch, STEPS)
    assert run(("play", *CARTPOLE, "--learn", "--set", "learner.warm_up=20")) == 0
    assert said == [f"{home}/learned is a file where botplay's data belongs: set BOTPLAY_DATA to a folder"]


def test_what_was_kept_is_listed_and_removed_by_name_and_plays_only_where_it_is_asked_for(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    plugins = load_plugins(disabled=["models"])
    session = _driver()
    assert len(list(zip(session.moments(1), range(30), strict=False))) == 30
    model = keep_learned(session)
    with pytest.raises(BotplayError, match=f"nothing since {model.name} was kept"):
        keep_learned(session)
    assert len(list(zip(session.moments(1), range(30), strict=False))) == 30
    assert keep_learned(session).name != model.name
    session.close()
    assert find_model(plugins, session.setup) is None
    assert not list(installed_models(plugins))
    assert not make_catalogue(plugins).cards, "the start screen begins with what is found without asking"
    assert len(list(list_models(plugins))) == 2
    assert run(("models", "show", model.name)) == 0
    assert run(("models", "--no-plugin", "models")) == 0
    assert f"{model.name}  no score on its card  yours" in capfd.readouterr().out
    (model.folder / "card.json").write_text("spoilt")
    assert run(("models", "remove", model.name)) == 0
    assert not model.folder.exists()
    assert len(list(list_models(plugins))) == 1


def _driver() -> Session:
    plugins = load_plugins(disabled=["models"])
    chosen = choose(plugins, game="car", brain="qlearning")
    return Session(plugins, chosen, seed=1, learn=True, pictures=False)


def test_what_was_kept_is_given_another_name(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    session, kept = _driver(), list[str]()
    for _ in range(2):
        list(zip(session.moments(1), range(30), strict=False))
        kept.append(keep_learned(session).name)
    session.close()
    assert run(("models", "rename", kept[0], "driver")) == 0
    assert capfd.readouterr().out == f"{kept[0]} is called learned/driver now\n"
    five = ("--no-window", "--no-record", "--set", "game.steps=5")
    assert run(("play", "--game", "car", "--brain", "qlearning", "--model", "learned/driver", *five)) == 0
    assert run(("models", "rename", "learned/driver", kept[0])) == 0
    capfd.readouterr()
    for new in ("", "..", ".x", "a/b", "a\nb", "x" * 201, kept[1]):
        assert run(("models", "rename", kept[0], new)) == 2, new
        [line] = capfd.readouterr().err.splitlines()
        assert "name" in line
    assert run(("models", "rename", "car/city/dqn", "mine")) == 2, "it ships"
    assert {f"learned/{folder.name}" for folder in (home / "learned").iterdir()} == set(kept)


def test_what_cannot_be_written_leaves_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = _driver()
    list(zip(session.moments(1), range(30), strict=False))
    fails = OSError(28, "No space left on device")
    monkeypatch.setattr(Path, "write_bytes", lambda *_: (_ for _ in ()).throw(fails))
    with pytest.raises(BotplayError, match=r"cannot write the model .* No space left"):
        keep_learned(session)
    assert not list((home / "learned").iterdir())
    session.close()


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_not_kept_for_nobody_could_read_them(home: Path, odd: float) -> None:
    session = _driver()
    list(zip(session.moments(1), range(30), strict=False))
    weights = session.agent.learner.weights()
    name = next(name for name, array in weights.items() if array.dtype.kind == "f")
    spoilt = weights[name].copy()
    spoilt.flat[0] = odd
    session.agent.learner.load_weights({**weights, name: spoilt})
    with pytest.raises(BotplayError, match=f"learning diverged: there are NaN or infinite numbers in {name}"):
        keep_learned(session)
    session.close()
    assert not (home / "learned").exists()


def test_the_score_is_of_episodes_that_it_played_alone_and_learned_from_all_the_way(home: Path) -> None:
    plugins = load_plugins(disabled=["models"])
    ice = choose(plugins, game="gym:FrozenLake-v1", brain="qlearning")
    session = Session(plugins, ice, seed=1, pictures=False)
    agent, stream = session.agent, session.moments()

    def to_the_end() -> list[float]:
        assert any(moment.last for moment in stream)
        return agent.scores

    next(stream)
    next(stream)
    session.learning = True
    assert to_the_end() == [], "it learned from the second step on"
    next(stream)
    session.human_action = 2
    next(stream)
    session.human_action = None
    assert to_the_end() == [], "somebody else made a step"
    assert len(to_the_end()) == 1
    random = choose(plugins, game="gym:FrozenLake-v1", brain="random")
    for other in (session.prepare(random, None), session.prepare(ice, None)):
        session.change_agent(other)
        next(stream)
        session.change_agent(agent)
        assert len(to_the_end()) == 1, "another brain made a step"
        assert not other.scores
    assert session.learning, "it goes on to learn as before"
    assert len(to_the_end()) == 2
    session.close()


def test_a_recording_of_a_kept_model_names_its_weights(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    _press_k_after(monkeypatch, STEPS)
    assert run(("play", *CARTPOLE, "--learn", "--no-record", "--set", "learner.warm_up=20")) == 0
    folder = _kept(capfd)
    assert run(("play", *CARTPOLE, "--model", str(folder), "--no-window", "--seed", "5")) == 0
    [replay] = replays_root().iterdir()
    with open_replay(replay) as opened:
        assert opened.header.about.weights_sha256 == open_model(folder).card.weights_sha256
