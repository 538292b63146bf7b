"""What the panels are drawn from."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from botcore.about import SceneAbout
from botcore.contracts.moment import Decision
from botcore.window.history import SPAN, UPDATES, History
from botcore.window.panels.actions import bars_of, select
from botcore.window.panels.eyes import below, frames_of, in_a_row
from botcore.window.panels.learning import FEW_CURVES, LearningPanel, in_order
from botcore.window.panels.memory import MemoryPanel, change, tint


@pytest.fixture
def history() -> History:
    return History(SceneAbout("title", "game", "brain", ("a", "b"), 60.0))


def test_it_is_bounded(history: History, fake: SimpleNamespace) -> None:
    for step in range(SPAN + 50):
        history.update(fake.moment(step))
    assert len(history.ticks) == SPAN
    newest = fake.moment(SPAN + 49).decision.memory[[0, -1]]
    oldest = fake.moment(50).decision.memory[[0, -1]]
    assert history.memory().shape[1] == SPAN
    np.testing.assert_array_equal(history.memory()[[0, -1], -1], newest)
    np.testing.assert_array_equal(history.memory()[[0, -1], 0], oldest)
    assert all(len(values) <= UPDATES for values in history.metrics.values())
    assert len(History(history.about).metrics) == 0


def test_metrics_of_a_hostile_replay_are_bounded_too(history: History, fake: SimpleNamespace) -> None:
    for step in range(50):
        history.update(fake.moment(step, learning={f"metric {step}": 1.0}))
    assert len(history.metrics) < 10


def test_lives_lost_are_counted_but_not_across_episodes(history: History, fake: SimpleNamespace) -> None:
    for step, lives in ((0, 5), (1, 5), (2, 3), (3, 3), (0, 1), (1, 1)):
        history.update(fake.moment(step, info={"lives": lives}))
    assert [tick.lost for tick in history.ticks] == [0, 0, 2, 0, 0, 0]
    assert [tick.start for tick in history.ticks] == [True, False, False, False, True, False]


def test_the_value_is_v_or_the_largest_q(history: History, fake: SimpleNamespace) -> None:
    for moment in (
        fake.moment(0),
        fake.moment(1),
        fake.moment(2, kind="q_values"),
        fake.moment(3, kind="none"),
    ):
        history.update(moment)
    values = [tick.value for tick in history.ticks]
    assert math.isnan(values[0])
    assert values[1] == fake.moment(1).decision.value
    assert values[2] == max(fake.moment(2, kind="q_values").decision.q_values)
    assert math.isnan(values[3])


def test_the_best_score_is_that_of_an_episode_at_its_end(history: History, fake: SimpleNamespace) -> None:
    best = []
    scores = ((0, 0), (1, -50), (2, -70), (0, 0), (1, -10), (0, 0), (1, -20), (2, -40), (0, 0))
    for step, score in scores:  # The second is broken off after a step.
        history.update(fake.moment(step, score=float(score), terminated=step == 2))
        best.append(history.best)
    assert best == [None, None, -70, -70, -70, -70, -70, -40, -40]


def test_memory_is_kept_cell_by_cell_and_empty_where_a_person_played(
    history: History, fake: SimpleNamespace
) -> None:
    first = np.linspace(-1, 1, 8).astype(np.float32)
    decision = fake.moment(1).decision
    history.update(fake.moment(1, decision=type(decision)(0, memory=first)))
    history.update(fake.moment(2, decision=type(decision)(0, by="human")))
    np.testing.assert_array_equal(history.memory(), np.stack([first, np.zeros(8)], axis=1))
    assert history.cells == 8
    assert not history.remembers
    assert MemoryPanel().heading(history)[1] == "", "who has no memory is not said to change nothing in it"


def test_another_brain_has_learning_and_memory_of_its_own(history: History, fake: SimpleNamespace) -> None:
    for step in range(3):
        history.update(fake.moment(step))
    assert history.metrics
    assert history.remembers
    history.follow(fake.about())
    assert not history.metrics
    assert history.cells == 0
    history.update(fake.moment(3, learning={"loss": 0.5}))
    assert {name: list(values) for name, values in history.metrics.items()} == {"loss": [0.5]}
    assert history.memory().shape[1] == 1


def test_many_actions_show_the_preferred_ones_and_the_chosen_one() -> None:
    preferences = [0.01, 0.5, 0.02, 0.3, 0.04, 0.05, 0.08]
    assert select(7, preferences, 3, 7) == [0, 1, 2, 3, 4, 5, 6]
    assert select(7, preferences, 3, 3) == [1, 3, 6]
    assert select(7, preferences, 0, 3) == [1, 3, 0]
    assert select(7, None, 6, 3) == [0, 1, 6]
    assert select(7, None, None, 3) == [0, 1, 2]


def test_observations_of_pixels_become_pictures_newest_first() -> None:
    stack = np.stack([np.full((84, 84), n, np.uint8) for n in range(4)])
    assert [int(frame[0, 0, 0]) for frame in frames_of(stack)] == [3, 2, 1, 0]
    colour = np.random.default_rng(0).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    np.testing.assert_array_equal(frames_of(colour)[0], colour)
    np.testing.assert_array_equal(frames_of(colour.transpose(2, 0, 1))[0], colour)
    assert frames_of(colour[:, :, :1])[0].shape == (60, 80, 3)
    together = frames_of(np.zeros((60, 80, 12), np.uint8) + np.arange(12, dtype=np.uint8))
    assert [(frame.shape, int(frame[0, 0, 0])) for frame in together[:2]] == [
        ((60, 80, 3), 11),
        ((60, 80, 3), 10),
    ]
    assert frames_of(np.zeros(5, np.float32)) == []
    assert frames_of(np.zeros((4, 84, 84), np.float32)) == []


@pytest.mark.parametrize("room", [(300, 80), (260, 420), (50, 50), (1000, 30)])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_frames_do_not_overlap_or_leave_their_room(room: tuple[int, int], count: int) -> None:
    for rects in (in_a_row(count, (84, 84), room, 4), below(count, (84, 84), room, 4)):
        assert len(rects) == count
        assert all(r.x >= 0 and r.right <= room[0] and r.bottom <= room[1] for r in rects)
        assert all(r.collidelist(rects[n + 1 :]) == -1 for n, r in enumerate(rects))


def test_the_most_telling_metrics_come_first() -> None:
    names = ["entropy", "value_loss", "mean_score", "loss"]
    assert in_order(names) == ["mean_score", "loss", "entropy", "value_loss"]
    first = in_order(["reward_per_step", "exploration", "loss", "mean_score"])[:FEW_CURVES]
    assert first == ["mean_score", "loss"], "a small window shows these two"


def test_learning_without_an_update_is_told(history: History, fake: SimpleNamespace) -> None:
    said = []
    for learning in ({"reward_per_step": 0.1}, {"mean_score": 3.0}, {"loss": 0.5}, {"reward_per_step": 0.2}):
        history.update(fake.moment(len(said) + 1, learning=learning))
        said.append(LearningPanel().heading(history)[:2])
    assert said == [("learning", "no update yet")] * 2 + [("learning", "")] * 2


def test_actions_that_are_not_shown_are_added_up() -> None:
    names = tuple("abcdef")
    sure = Decision(1, probabilities=(0.1, 0.5, 0.1, 0.05, 0.05, 0.2), q_values=(1, 2, 3, 4, 5, 6))
    bars = bars_of(names, sure, 4)
    assert [(bar.name, bar.q) for bar in bars] == [("b", 2), ("f", 6), ("a", 1), ("3 others", None)]
    assert bars[-1].value == pytest.approx(0.2)
    assert [bar.chosen is not None for bar in bars] == [True, False, False, False]
    greedy = bars_of(names, Decision(5, q_values=(1, 2, 3, 4, 5, 6)), 3)
    assert [bar.name for bar in greedy] == ["f", "e", "4 others, at most"]
    assert greedy[-1].value == 4
    assert [bar.name for bar in bars_of(names, None, 6)] == list(names)


def test_memory_that_changes_is_brighter_than_memory_that_stays() -> None:
    activity = np.array([[0.5, 0.5], [0.1, 0.5]], np.float32)
    changes = change(activity)
    np.testing.assert_allclose(changes, [[0, 0], [0, 0.4]], atol=1e-6)
    colours = tint(activity, changes)
    assert colours[1, 1].sum() > 1.5 * colours[0, 1].sum()
