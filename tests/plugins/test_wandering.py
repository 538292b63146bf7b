"""Exploration that stays with what it tries."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from numpy.typing import NDArray

from botplay_dqn.wandering import Wandering

NOBODY = np.zeros(1, np.bool_)
BEST = np.full(1, -1)  # no action that is drawn


def _walk(longest: int, epsilon: float, steps: int, *, starts: frozenset[int] = frozenset()) -> list[int]:
    """Return what one copy does; among a billion actions no two that are drawn are the same."""
    wandering, generator = Wandering(longest), np.random.default_rng(3)
    begun = [np.array([step in starts]) for step in range(steps)]
    return [int(wandering.choose(BEST, start, epsilon, 10**9, generator)[0]) for start in begun]


def _lengths(walk: list[int]) -> NDArray[np.int64]:
    return np.array([len(list(run)) for action, run in groupby(walk) if action >= 0])


def test_without_holding_it_is_epsilon_greedy() -> None:
    """Step by step the same as the two lines of ε-greedy on the same random numbers."""
    wandering, generator, again = Wandering(1), np.random.default_rng(5), np.random.default_rng(5)
    greedy = np.arange(64) % 4
    for step in range(50):
        chosen = wandering.choose(greedy, np.full(64, step % 7 == 0), 0.3, 4, generator)
        wander = again.random(64) < 0.3
        assert chosen.tolist() == np.where(wander, again.integers(4, size=64), greedy).tolist()


def test_an_action_is_kept_for_k_steps_as_one_over_k_squared() -> None:
    lengths = _lengths(_walk(100, 1.0, 200_000))
    weights = 1 / np.arange(1, 100_000) ** 2.0
    weights /= weights.sum()
    for length in (1, 2, 5):
        assert (lengths == length).mean() == pytest.approx(weights[length - 1], abs=0.005)
    assert (lengths >= 60).mean() == pytest.approx(weights[59:].sum(), abs=0.003), "as the settings say"
    assert lengths.max() == 100
    assert (lengths == 100).mean() == pytest.approx(weights[99:].sum(), abs=0.003)


def test_it_begins_with_probability_epsilon_and_only_when_done() -> None:
    walk = _walk(3, 0.1, 60_000)
    free = walk.count(-1)
    runs = len(_lengths(walk))
    assert runs / (free + runs) == pytest.approx(0.1, abs=0.01)
    assert set(_walk(3, 0.0, 100)) == {-1}


def test_nothing_is_kept_beyond_an_episode() -> None:
    starts = frozenset(range(0, 5_000, 10))
    walk = _walk(1_000, 0.5, 5_000, starts=starts)
    assert all(walk[step] != walk[step - 1] or walk[step] == -1 for step in starts if step)
    assert _lengths(walk).max() == 10, "some go on to an end"


def test_copies_explore_on_their_own() -> None:
    wandering, generator = Wandering(50), np.random.default_rng(1)
    quiet = np.zeros(400, np.bool_)
    steps = [wandering.choose(np.full(400, -1), quiet, 0.5, 10**9, generator) for _ in range(20)]
    exploring = np.array(steps)[-1] >= 0
    assert 0.5 < exploring.mean() < 0.9, "those that keep something explore beside those that begin"
    assert len(set(np.array(steps)[-1][exploring].tolist())) == exploring.sum()


def test_it_fits_another_number_of_copies() -> None:
    wandering, generator = Wandering(9), np.random.default_rng(1)
    assert wandering.choose(np.zeros(8, np.int64), np.zeros(8, np.bool_), 1.0, 2, generator).shape == (8,)
    assert wandering.choose(BEST, NOBODY, 0.0, 2, generator).tolist() == [-1]
