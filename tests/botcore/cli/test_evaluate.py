"""`botplay evaluate` in this process: stopped in the middle, and what `--save` writes or refuses."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from botcore.cli.main import run
from botcore.contracts.moment import Moment
from botcore.models import CARD, find_model
from botcore.plugins import load_plugins
from botcore.session import Session
from botcore.setup import choose

GAME = ("--game", "gym:CartPole-v1")
TRAINED = (*GAME, "--brain", "a3c")
SHORT = ("--set", "game.arguments=max_episode_steps=5")
Botplay = Callable[..., tuple[str, str]]


@pytest.fixture
def botplay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Botplay:
    """Return a function that evaluates and gives what was printed, and what was said beside that."""
    monkeypatch.setenv("BOTPLAY_DATA", str(tmp_path / "data"))

    def command(*arguments: str, code: int = 0) -> tuple[str, str]:
        assert run(["evaluate", *arguments]) == code
        captured = capsys.readouterr()
        return captured.out, captured.err

    return command


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A copy of the shipped model, with the shipped card, on which nobody has measured anything yet."""
    plugins = load_plugins()
    found = find_model(plugins, choose(plugins, game="gym:CartPole-v1", brain="a3c"))
    assert found is not None
    folder = Path(shutil.copytree(found.folder, tmp_path / "model"))
    card = json.loads((folder / CARD).read_text())
    card["score"] = {"kind": "training returns, exploring", "episodes": 100, "mean": 7.0}
    (folder / CARD).write_text(json.dumps(card))
    return folder


@pytest.fixture
def stop(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, BaseException], None]:
    """Return a function that lets something happen in the middle of the episode of a seed."""

    def at(seed: int, what: BaseException) -> None:
        play_seed = Session.play_seed

        def play(session: Session, number: int) -> Iterator[Moment]:
            for moment in play_seed(session, number):
                if number == seed and moment.step == 3:
                    raise what
                yield moment

        monkeypatch.setattr(Session, "play_seed", play)

    return at


def test_ctrl_c_prints_what_was_measured_so_far(
    botplay: Botplay, stop: Callable[[int, BaseException], None]
) -> None:
    arguments = (*GAME, "--brain", "random")
    scores = json.loads(botplay(*arguments, "--episodes", "2", "--json")[0])["scores"]
    stop(1002, KeyboardInterrupt())
    output, errors = botplay(*arguments, "--episodes", "7", code=130)
    assert "2 of 7, stopped (seeds 1000-1001)" in output
    assert f"{sum(scores) / 2:.2f}" in output
    assert "botplay: stopped after 2 of 7 episodes\n" in errors
    output, _ = botplay(*arguments, "--episodes", "7", "--json", code=130)
    result = json.loads(output)
    assert result["scores"] == scores
    assert (result["episodes"], result["planned"], result["stopped"]) == (2, 7, True)


def test_stopped_before_an_episode_is_over_there_is_nothing_to_print(
    botplay: Botplay, stop: Callable[[int, BaseException], None]
) -> None:
    stop(1000, KeyboardInterrupt())
    output, errors = botplay(*GAME, "--brain", "random", code=130)
    assert output == ""
    assert "stopped after 0 of 10 episodes" in errors


def test_a_stopped_measurement_is_not_saved(
    botplay: Botplay,
    model: Path,
    stop: Callable[[int, BaseException], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    card = (model / CARD).read_bytes()
    stop(1001, SystemExit(143))
    with pytest.raises(SystemExit, match="143"):
        run(["evaluate", *TRAINED, "--model", str(model), "--episodes", "3", "--save"])
    captured = capsys.readouterr()
    assert "1 of 3, stopped" in captured.out
    assert "stopped after 1 of 3 episodes; nothing is saved" in captured.err
    assert (model / CARD).read_bytes() == card


def test_what_failed_in_the_middle_does_not_take_the_rest_with_it(
    botplay: Botplay, stop: Callable[[int, BaseException], None]
) -> None:
    stop(1001, OSError("the engine died"))
    output, errors = botplay(*GAME, "--brain", "random", code=1)
    assert "1 of 10, stopped" in output
    assert "the engine died" in errors


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (SHORT, "game.arguments is 'max_episode_steps=5', not ''"),
        (("--set", "learner.acting=sample"), "learner.acting is 'sample', not 'greedy'"),
    ],
)
def test_a_score_of_another_game_or_way_of_playing_is_not_saved(
    botplay: Botplay, model: Path, settings: tuple[str, ...], words: str
) -> None:
    card = (model / CARD).read_bytes()
    arguments = (*TRAINED, "--model", str(model), *settings, "--seeds", "1000")
    output, errors = botplay(*arguments, "--save", code=2)
    assert output == ""
    assert errors.count("\n") == 1, "nothing was measured"
    assert words in errors
    assert (model / CARD).read_bytes() == card
    botplay(*arguments)


def test_a_score_of_fewer_episodes_does_not_take_the_place_of_one_of_more(
    botplay: Botplay, model: Path
) -> None:
    card = json.loads((model / CARD).read_text())
    card["score"] = {"kind": "botplay evaluate", "episodes": 2, "mean": 7.0, "protocol": "default"}
    (model / CARD).write_text(json.dumps(card))
    arguments = (*TRAINED, "--model", str(model), "--save")
    output, errors = botplay(*arguments, "--episodes", "1", code=2)
    assert output == ""
    assert "the card has a score of 2 episodes" in errors
    assert json.loads((model / CARD).read_text())["score"]["mean"] == 7.0
    botplay(*arguments, "--episodes", "2")
    assert json.loads((model / CARD).read_text())["score"]["seeds"] == "1000-1001"


def test_a_score_is_not_saved_beside_weights_that_did_not_play(
    botplay: Botplay, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A training may install another model while an evaluation goes on for an hour."""
    play_seed = Session.play_seed

    def play(session: Session, number: int) -> Iterator[Moment]:
        card = json.loads((model / CARD).read_text())
        (model / CARD).write_text(json.dumps({**card, "weights_sha256": "0" * 64}))
        return play_seed(session, number)

    monkeypatch.setattr(Session, "play_seed", play)
    output, errors = botplay(*TRAINED, "--model", str(model), "--save", "--episodes", "1", code=2)
    assert "mean" in output, "what was measured is told"
    assert "has other weights by now" in errors
    assert json.loads((model / CARD).read_text())["score"]["mean"] == 7.0


def test_who_plays_with_the_keyboard_is_not_measured(botplay: Botplay) -> None:
    output, errors = botplay(*GAME, "--brain", "human", "--episodes", "1", code=2)
    assert output == ""
    assert "botplay --game gym/CartPole-v1 --brain human opens one" in errors


def test_the_settings_of_the_card_in_other_words_are_the_same(botplay: Botplay, model: Path) -> None:
    card = json.loads((model / CARD).read_text())
    rate = card["setup"]["settings"]["learner"]["learning_rate"]
    same = ("--set", f"learner.learning_rate={rate:e}", "--set", "game.arguments=")
    output, _ = botplay(*TRAINED, "--model", str(model), *same, "--seeds", "1000", "--save", "--json")
    saved = json.loads((model / CARD).read_text())["score"]
    assert saved["scores"] == json.loads(output)["scores"]
    assert saved["seeds"] == "1000"


@pytest.mark.parametrize("who", [("--brain", "random"), ("--brain", "a3c", "--set", "memory.size=9")])
def test_without_a_model_there_is_nothing_to_save_into(botplay: Botplay, who: tuple[str, ...]) -> None:
    output, errors = botplay(*GAME, *who, "--episodes", "1", "--save", code=2)
    assert output == ""
    assert "no card to --save the score into" in errors


def test_no_score_goes_onto_a_card_that_ships(botplay: Botplay) -> None:
    output, errors = botplay(*TRAINED, "--episodes", "1", "--save", code=2)
    assert output == ""
    assert "gym/CartPole-v1/a3c ships with botplay, and stays as it is" in errors
