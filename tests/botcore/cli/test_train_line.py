"""The line that tells how training goes."""

from botcore.cli.train import line
from botcore.training.batch import Finished
from botcore.training.progress import Budget, Progress


def told(*finished: Finished) -> str:
    progress = Progress(Budget(steps=1_000), steps=500)
    progress.add_episodes(list(finished))
    return line(progress)


def test_it_tells_what_the_learner_is_fed_where_that_is_not_the_score() -> None:
    assert "score 4 (last 2 of 2)  reward 0.25" in told(Finished(3.0, 10, 0.5), Finished(5.0, 10, 0.0))
    assert "score 0 (last 1 of 1)  reward 2.5" in told(Finished(0.0, 10, 2.5))


def test_it_tells_nothing_twice_and_nothing_that_is_not_known() -> None:
    plain = told(Finished(3.0, 10, 3.0), Finished(5.0, 10, 5.00001))
    assert "score 4 (last 2 of 2)" in plain
    assert "reward" not in plain
    assert "score" not in told()
    before = Progress(Budget(steps=1_000))
    before.recent.append(3.0)  # of a checkpoint that did not keep it yet
    assert "reward" not in line(before)
