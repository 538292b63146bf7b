"""Where a brain looks."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import pytest
import torch
from gymnasium.spaces import Box
from torch import Tensor, nn

from botcore.attention import attention, preference
from botcore.network import Encoder, Network
from botcore.plugins import load_plugins
from botcore.session import Session
from botcore.setup import choose

STACK = Box(0, 255, (4, 40, 30), np.uint8)


class Corner(nn.Module):
    """Eyes that see one patch of the newest picture, and a place of the oldest."""

    def forward(self, pictures: Tensor) -> Tensor:
        return torch.stack(
            [pictures[:, -1, 5:9, 20:24].sum((1, 2)), 9 * pictures[:, 0, 30:34, 2:6].sum((1, 2))], 1
        )


def network(eyes: nn.Module | None) -> Network:
    return Network(Encoder(STACK), eyes, None, None, 2 if eyes else 4800, {"value": 1})


def noise() -> Any:
    return np.random.default_rng(0).integers(0, 255, (2, *STACK.shape), dtype=np.uint8)


def test_it_points_at_what_weighs_in_the_newest_picture() -> None:
    looking = network(Corner())
    found = attention(looking, noise(), np.zeros(2, bool), (), lambda heads: heads["value"][:, 0])
    assert found is not None
    assert found.shape == (2, 40, 30)
    assert found.dtype == np.float32
    assert (found >= 0).all()
    for each in found:
        row, column = np.unravel_index(each.argmax(), each.shape)
        assert 4 <= row <= 9
        assert 19 <= column <= 24
        assert each[20:].max() == 0.0, "what older pictures show is not drawn over the newest"
    assert all(parameter.grad is None for parameter in looking.parameters()), "nothing is left to learn from"


def test_where_there_is_nothing_to_see_nothing_weighs() -> None:
    plain = np.full((1, *STACK.shape), 90, np.uint8)
    found = attention(network(Corner()), plain, np.zeros(1, bool), (), lambda heads: heads["value"][:, 0])
    assert found is not None
    assert found.max() < 1e-5


def test_without_eyes_there_is_no_map() -> None:
    blind = network(None)
    assert attention(blind, noise(), np.zeros(2, bool), (), lambda heads: heads["value"][:, 0]) is None


def test_the_preferred_action_is_asked_about_by_how_much_it_stands_out() -> None:
    assert preference(torch.tensor([[1.0, 4.0, 1.0]])).tolist() == [2.0]


@pytest.mark.parametrize("brain", ["a3c", "nstep-dqn"])
def test_asking_a_brain_changes_nothing_that_it_does(brain: str) -> None:
    setup = choose(
        load_plugins(),
        game="breakout",
        brain=brain,
        assignments=["learner.memory=10"] if brain != "a3c" else (),
    )
    played = []
    for asked in (False, True):
        session = Session(load_plugins(), setup, seed=3, learn=True, pictures=False)
        decisions = []
        for moment in islice(session.moments(1), 8):
            decisions.append(moment.decision)
            if asked:
                maps = [session.attention("action"), session.attention("value")]
                assert all(found is not None and found.shape == (84, 84) for found in maps)
                assert not np.array_equal(*maps)  # type: ignore[arg-type]
        played.append(
            [decision and (decision.action, decision.value, decision.q_values) for decision in decisions]
        )
        session.close()
    assert played[0] == played[1]
