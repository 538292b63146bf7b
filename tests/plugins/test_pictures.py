"""Pictures are kept once, come back as they were, and make room when nobody uses them any more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from botplay_dqn.memory import Memory, Transitions
from botplay_dqn.pictures import FIRST, Pictures


def film(length: int, seed: int = 0) -> NDArray[np.uint8]:
    """Return observations `[length, 4, 5, 6]`, each the last four pictures of a film."""
    pictures = np.random.default_rng(seed).integers(0, 256, (length + 3, 5, 6), np.uint8)
    return np.stack([pictures[t : t + 4] for t in range(length)])


def transitions(film: NDArray[np.uint8], begin: int, end: int) -> Transitions:
    count = end - begin
    return Transitions(
        film[begin:end],
        np.arange(begin, end),
        np.zeros(count, np.float32),
        np.ones(count, np.float32),
        film[begin + 1 : end + 1],
    )


def test_a_stack_shares_its_pictures_with_the_one_before() -> None:
    seen = film(50)
    store = Pictures(seen.shape[1:])
    places = store.keep(seen)
    assert len(store) == 53
    np.testing.assert_array_equal(store.get(places), seen)


@pytest.mark.parametrize("shape", [(84, 84, 3), (1, 5, 6), (20, 7, 2)])
def test_any_shape_of_pixels_comes_back(shape: tuple[int, ...]) -> None:
    seen = np.random.default_rng(1).integers(0, 256, (3, *shape), np.uint8)
    store = Pictures(shape)
    np.testing.assert_array_equal(store.get(store.keep(seen)), seen)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.integers(3, 20))
def test_a_memory_of_pictures_draws_what_a_memory_of_everything_draws(
    sizes: list[int], capacity: int
) -> None:
    seen = film(sum(sizes) + 1)
    memory, begin = Memory(capacity), 0
    everything: list[tuple[NDArray[np.uint8], int, NDArray[np.uint8]]] = []
    for size in sizes:
        memory.add(transitions(seen, begin, begin + size))
        everything += [(seen[t], t, seen[t + 1]) for t in range(begin, begin + size)]
        begin += size
    kept = everything[-capacity:]
    by_number = {number: (before, after) for before, number, after in kept}
    drawn = memory.sample(40, np.random.default_rng(2))
    assert set(drawn.action.tolist()) <= set(by_number)
    for n, number in enumerate(drawn.action.tolist()):
        np.testing.assert_array_equal(drawn.observation[n], by_number[number][0])
        np.testing.assert_array_equal(drawn.successor[n], by_number[number][1])
    assert memory.pictures is not None
    assert len(memory.pictures) == len(kept) + 4, "what was overwritten made room"


def test_it_grows_and_makes_room_again() -> None:
    seen = np.random.default_rng(3).integers(0, 256, (FIRST + 10, 1, 4, 4), np.uint8)
    store = Pictures((1, 4, 4))
    places = store.keep(seen)
    np.testing.assert_array_equal(store.get(places), seen)
    store.release(places[:FIRST])
    assert len(store) == 10
    np.testing.assert_array_equal(store.get(places[FIRST:]), seen[FIRST:])
    again = store.keep(seen[:5])
    np.testing.assert_array_equal(store.get(again), seen[:5])


def test_what_is_saved_comes_back_and_is_small() -> None:
    seen = film(301)
    memory = Memory(200)
    memory.add(transitions(seen, 0, 150))
    memory.add(transitions(seen, 150, 300))
    arrays = memory.arrays()
    assert arrays["pictures"].nbytes == (200 + 4) * 30
    other = Memory(200)
    other.restore(arrays, memory.next)
    drawn, again = (m.sample(64, np.random.default_rng(4)) for m in (memory, other))
    for name in vars(drawn):
        np.testing.assert_array_equal(getattr(drawn, name), getattr(again, name))
    for one in (memory, other):
        one.add(transitions(seen, 100, 103))
    drawn, again = (m.sample(64, np.random.default_rng(5)) for m in (memory, other))
    np.testing.assert_array_equal(drawn.successor, again.successor)


@given(st.integers(1, 60), st.integers(3, 20), st.integers(3, 30), st.lists(st.integers(1, 9), max_size=6))
@example(50, 20, 20, [5])
def test_pictures_go_on_in_any_capacity(count: int, before: int, after: int, sizes: list[int]) -> None:
    seen = film(count + sum(sizes) + 1)
    memory, other = Memory(before), Memory(after)
    memory.add(transitions(seen, 0, count))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botplay_dqn.memory.PIECE", 7)  # several pieces, of which one goes past the ring's end
        other.restore(memory.arrays(), memory.next)
    kept = list(range(count))[-before:][-after:]
    for begin, size in zip(np.cumsum([count, *sizes]).tolist(), [*sizes, 0], strict=True):
        drawn = other.sample(20, np.random.default_rng(6))
        assert set(drawn.action.tolist()) <= set(kept)
        np.testing.assert_array_equal(drawn.observation, seen[drawn.action])
        np.testing.assert_array_equal(drawn.successor, seen[drawn.action + 1])
        assert other.pictures is not None
        assert len(other.pictures) == len(kept) + 4, "what nobody shows made room, and nothing else"
        assert other.pictures._uses.min() == 0
        assert other.pictures._uses.sum() == 8 * len(kept)
        if size:
            other.add(transitions(seen, begin, begin + size))
            kept = [*kept, *range(begin, begin + size)][-after:]


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("observation", np.full((50, 4), 54)),
        ("successor", np.full((50, 4), -1)),
        ("observation", np.zeros((50, 4))),
        ("observation", np.zeros((50, 4), np.int32)),
        ("observation", np.zeros((50, 3), np.int64)),
        ("successor", np.zeros((50, 3), np.int64)),
        ("successor", np.zeros((49, 4), np.int64)),
        ("pictures", np.zeros((0, 30), np.uint8)),
        ("pictures", np.zeros((53, 30), np.uint8)),
        ("pictures", np.zeros((54, 29), np.uint8)),
        ("pictures", np.zeros((54, 0), np.uint8)),
        ("pictures", np.zeros((54, 5, 6), np.uint8)),
        ("pictures", np.zeros((54, 30), np.float32)),
        ("pictures", np.array(0, np.uint8)),
        ("shape", np.array([4, 5, 7])),
        ("shape", np.array([2**40, 2**40, 2**40])),
        ("shape", np.array([-4, -5, 6])),
        ("shape", np.array([0, 5, 6])),
        ("shape", np.array([4, 30])),
        ("shape", np.array([4.0, 5.0, 6.0])),
        ("shape", np.array(120)),
    ],
)
def test_pictures_that_do_not_fit_together_are_refused(name: str, odd: NDArray[Any]) -> None:
    memory, other = Memory(50), Memory(70)
    memory.add(transitions(film(51), 0, 50))
    arrays = memory.arrays()
    assert len(arrays["pictures"]) == 54
    with pytest.raises(ValueError, match="the replay memory"):
        other.restore({**arrays, name: odd}, 0)
    assert (other.size, other.columns, other.pictures) == (0, {}, None)
    other.restore(arrays, 0)
    assert other.size == 50
    with pytest.raises(KeyError):
        other.restore({key: array for key, array in arrays.items() if key != "shape"}, 0)
