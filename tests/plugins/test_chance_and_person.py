"""The brains without a rule to learn."""

from __future__ import annotations

import numpy as np
import pytest

from botcore.agent import build_learner
from botcore.environment import open_env
from botcore.plugins import load_plugins
from botcore.session import Session
from botcore.setup import choose


@pytest.mark.parametrize("game", ["breakout", "car", "gym:FrozenLake-v1"])
@pytest.mark.parametrize("brain", ["random", "human"])
def test_they_play_everything(game: str, brain: str) -> None:
    plugins = load_plugins()
    setup = choose(plugins, game=game, brain=brain)
    env = open_env(plugins, setup, pictures=False)
    learner = build_learner(plugins, setup, env.observation_space, int(env.action_space.n), seed=3)  # type: ignore[attr-defined]
    seen = np.stack([env.observation_space.sample() for _ in range(3)])
    choice = learner.act(seen, np.ones(3, np.bool_), explore=False)
    assert choice.actions.shape == (3,)
    assert learner.weights() == {}
    learner.load_weights({})
    with pytest.raises(ValueError, match="no weights"):
        learner.load_weights({"w": np.zeros(1)})
    env.close()


def test_chance_is_fair_and_its_seed_decides() -> None:
    plugins = load_plugins()
    session = Session(plugins, choose(plugins, game="breakout", brain="random"), seed=0)
    chance = session.agent.learner
    session.close()
    seen, starts = np.zeros((8000, 1)), np.zeros(8000, np.bool_)
    chance.seed(5)
    first = chance.act(seen, starts, explore=False)
    assert np.bincount(first.actions, minlength=4) == pytest.approx(np.full(4, 2000), rel=0.1)
    assert first.probabilities is not None
    assert first.probabilities[0].tolist() == [0.25] * 4
    chance.seed(5)
    assert (chance.act(seen, starts, explore=False).actions == first.actions).all()


def test_a_person_starts_in_control() -> None:
    plugins = load_plugins()
    session = Session(plugins, choose(plugins, game="gym:FrozenLake-v1", brain="human"), seed=0)
    assert session.human_action == 0
    assert not session.can_learn
    moments = session.moments(1)
    next(moments)
    session.human_action = 2
    decision = next(moments).decision
    assert decision is not None
    assert (decision.action, decision.by, decision.probabilities) == (2, "human", None)
    session.close()
