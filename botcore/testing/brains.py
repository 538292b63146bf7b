"""Does a brain keep the contract?"""

from __future__ import annotations

import numpy as np
from gymnasium.spaces import Space

from botcore.agent import build_learner
from botcore.contracts.learner import Experience, Learner
from botcore.environment import open_env
from botcore.plugins import Plugins
from botcore.setup import choose

STEPS = 50


def check_brain(plugins: Plugins, brain: str, *, game: str, settings: tuple[str, ...] = ()) -> None:
    """Build a brain for a game, let it act and learn on random experience, and move its weights about.

    Raises:
        AssertionError: the contract is broken; the message says where.
        BotplayError: the brain cannot play this game.
    """
    setup = choose(plugins, game=game, brain=brain, assignments=settings)
    env = open_env(plugins, setup, pictures=False)
    space, actions = env.observation_space, int(env.action_space.n)  # type: ignore[attr-defined]
    env.close()

    def build(seed: int) -> Learner:
        return build_learner(plugins, setup, space, actions, seed=seed)

    learner = build(0)
    _check_acting(learner, space, actions)
    _check_learning(learner, space)
    other = build(1)
    other.load_weights(learner.weights())
    _check_same(learner, other, space, "weights")
    other = build(2)
    other.restore(learner.snapshot())
    _check_same(learner, other, space, "a snapshot")
    try:
        build(3).load_weights({**learner.weights(), "not_of_this_brain": np.zeros(1)})
    except ValueError:
        return
    raise AssertionError("load_weights must raise ValueError for weights that do not fit")


def _observations(space: Space[object], count: int, seed: int) -> np.ndarray:
    space.seed(seed)
    return np.stack([np.asarray(space.sample()) for _ in range(count)])


def _check_acting(learner: Learner, space: Space[object], actions: int) -> None:
    for count in (1, 3, 2):  # the number of copies may change: training, then live play
        for explore in (True, False):
            choice = learner.act(_observations(space, count, 1), np.ones(count, np.bool_), explore=explore)
            assert choice.actions.shape == (count,), "one action for each observation"
            assert ((choice.actions >= 0) & (choice.actions < actions)).all(), "an action that does not exist"
            for name, width in (("probabilities", actions), ("q_values", actions)):
                array = getattr(choice, name)
                assert array is None or array.shape == (count, width), f"{name} must be [N, A]"
            if choice.probabilities is not None:
                np.testing.assert_allclose(choice.probabilities.sum(-1), 1, rtol=1e-4)
            assert choice.values is None or choice.values.shape == (count,), "values must be [N]"
            choice.decision(count - 1)


def _check_learning(learner: Learner, space: Space[object]) -> None:
    random, count = np.random.default_rng(0), 4
    seen, starts = _observations(space, count, 2), np.ones(count, np.bool_)
    wasted = np.zeros(count, np.bool_)
    for step in range(STEPS):
        choice = learner.act(seen, starts, explore=True)
        following = _observations(space, count, 3 + step)
        ends = (random.random(count) < 0.1) & ~wasted
        by_itself = random.random(count) < 0.5
        metrics = learner.learn(
            Experience(
                observation=seen,
                actions=choice.actions,
                reward=np.where(wasted, 0, random.normal(size=count)).astype(np.float32),
                next_observation=following,
                terminated=ends & by_itself,
                truncated=ends & ~by_itself,
                valid=~wasted,
            )
        )
        assert all(isinstance(value, float) and np.isfinite(value) for value in metrics.values()), metrics
        learner.progress((step + 1) / STEPS)
        seen, starts, wasted = following, wasted, ends
    assert all(np.isfinite(array).all() for array in learner.weights().values()), (
        "weights are not numbers any more"
    )


def _check_same(first: Learner, second: Learner, space: Space[object], what: str) -> None:
    seen, starts = _observations(space, 5, 9), np.ones(5, np.bool_)
    choices = []
    for learner in (first, second):
        learner.seed(4)
        choices.append(learner.act(seen, starts, explore=False))
    assert (choices[0].actions == choices[1].actions).all(), f"{what} must carry everything that acting needs"
    for name in ("probabilities", "q_values", "values"):
        one, other = getattr(choices[0], name), getattr(choices[1], name)
        if one is not None:
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5, err_msg=f"{what} must carry {name}")
