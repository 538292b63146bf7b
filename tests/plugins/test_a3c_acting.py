"""How A3C acts on its policy: by chance, more sharply, or by the most likely action."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from botcore.plugins import load_plugins
from botcore.setup import choose
from botcore.training.build import open_for_training
from botplay_a3c.a3c import A3C, tempered

LOGITS = (0.3, -0.9, 0.0)  # of MountainCar's three actions
COPIES = 20_000


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=6), st.floats(0.01, 10))
def test_a_temperature_raises_each_probability_to_its_inverse(
    weights: list[float], temperature: float
) -> None:
    policy = np.array([weights], np.float32) + np.float32(1e-3)
    policy /= policy.sum()
    by_hand = [float(p / policy.max()) ** (1 / temperature) for p in policy[0]]
    expected = [power / sum(by_hand) for power in by_hand]
    np.testing.assert_allclose(tempered(policy, temperature)[0], expected, rtol=1e-3, atol=1e-6)


def test_at_a_temperature_near_nothing_the_likeliest_is_left() -> None:
    policy = np.array([[0.3, 0.5, 0.2], [1.0, 0.0, 0.0]], np.float32)
    assert tempered(policy, 1e-6).tolist() == [[0, 1, 0], [1, 0, 0]]


def shares(*settings: str, explore: bool) -> list[float]:
    """Return how often each action is chosen, in thousands of decisions on one observation.

    The probabilities that are told must be those; where the likeliest is taken, the policy's.
    """
    assignments = ["memory.size=4", *(f"learner.{setting}" for setting in settings)]
    setup = choose(load_plugins(), game="gym:Acrobot-v1", brain="a3c", assignments=assignments)
    learner, batch = open_for_training(load_plugins(), setup, copies=1, threads=1, seed=0)
    assert isinstance(learner, A3C)
    with torch.no_grad():
        head = learner.network.heads["policy"]
        head.weight.zero_()
        head.bias.copy_(torch.tensor(LOGITS))
    seen = np.repeat(batch.observation, COPIES, 0)
    choice = learner.act(seen, np.ones(COPIES, np.bool_), explore=explore)
    batch.close()
    found = [float((choice.actions == action).mean()) for action in range(3)]
    assert choice.probabilities is not None
    weights = np.exp(LOGITS)
    told = found if max(found) < 1 else list(weights / weights.sum())
    assert choice.probabilities[0].tolist() == pytest.approx(told, abs=0.015)
    return found


@pytest.mark.parametrize(
    ("settings", "explore", "power"),
    [
        ((), False, 1.0),
        (("acting_temperature=0.5",), False, 2.0),
        (("acting_temperature=0.5", "acting=greedy"), True, 1.0),
    ],
    ids=["as it learned", "sharper", "while it learns as ever"],
)
def test_actions_are_drawn(settings: tuple[str, ...], explore: bool, power: float) -> None:
    weights = np.exp(np.array(LOGITS) * power)
    assert shares(*settings, explore=explore) == pytest.approx(list(weights / weights.sum()), abs=0.015)


def test_or_the_likeliest_is_taken() -> None:
    assert shares("acting=greedy", "acting_temperature=0.5", explore=False) == [1, 0, 0]
