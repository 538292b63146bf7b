"""Deep Q-learning: the loss, the memory, exploration, resuming, and that it learns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from botcore import Experience, Learner, Snapshot
from botcore.evaluation import evaluate
from botcore.plugins import Plugins, load_plugins
from botcore.setup import choose
from botcore.training.batch import Batch
from botcore.training.build import open_for_training
from botcore.training.progress import Budget
from botcore.training.trainer import Run, train
from botplay_dqn.dqn import DQN, action_values, q_loss, softmax_policy
from botplay_dqn.memory import Memory, Transitions


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins()


def test_the_loss_is_the_equation_step_by_step_and_no_gradient_reaches_the_target() -> None:
    generator = torch.Generator().manual_seed(1)
    q, chooser, valuer = (torch.randn(6, 3, generator=generator, requires_grad=True) for _ in range(3))
    action = torch.randint(0, 3, (6,), generator=generator)
    reward = torch.randn(6, generator=generator)
    discount = torch.tensor([0.9, 0.0, 0.9, 0.5, 0.0, 0.9])
    loss = q_loss(q, action, reward, discount, chooser, valuer)
    total = 0.0
    for b in range(6):
        best = max(range(3), key=lambda a, b=b: float(chooser[b, a].detach()))  # type: ignore[misc]
        following = discount[b].item() * valuer[b, best].item()
        error = q[b, action[b]].item() - (reward[b].item() + following)
        total += 0.5 * error**2 if abs(error) < 1 else abs(error) - 0.5
    assert loss.item() == pytest.approx(total / 6, rel=1e-5)
    loss.backward()  # type: ignore[no-untyped-call]
    assert q.grad is not None
    assert (q.grad != 0).sum() == 6, "only the chosen actions learn"
    assert chooser.grad is None
    assert valuer.grad is None


def test_dueling_heads_add_up_to_q_and_the_value_is_shared_by_all_actions() -> None:
    value = torch.tensor([[2.0], [-1.0]], requires_grad=True)
    advantage = torch.tensor([[1.0, 3.0, -1.0], [0.0, 0.0, 6.0]], requires_grad=True)
    q = action_values({"value": value, "advantage": advantage})
    assert q.tolist() == [[2.0, 4.0, 0.0], [-3.0, -3.0, 3.0]]
    q[0, 1].backward()  # type: ignore[no-untyped-call]
    assert value.grad is not None
    assert value.grad.tolist() == [[1.0], [0.0]]
    assert advantage.grad is not None
    assert advantage.grad[0].tolist() == pytest.approx([-1 / 3, 2 / 3, -1 / 3])


@given(st.lists(st.floats(-50, 50, width=32), min_size=2, max_size=6), st.floats(0.05, 20))
def test_softmax_is_exp_of_q_over_the_temperature(q: list[float], temperature: float) -> None:
    policy = softmax_policy(np.array([q], np.float32), temperature)[0]
    largest = max(q)
    weights = [np.exp((value - largest) / temperature) for value in q]
    np.testing.assert_allclose(policy, np.array(weights) / sum(weights), rtol=1e-3, atol=1e-6)


def transitions(numbers: list[int]) -> Transitions:
    column = np.array(numbers, np.int64)
    return Transitions(
        column.astype(np.uint8)[:, None],
        column,
        column.astype(np.float32),
        np.full(len(numbers), 0.5, np.float32),
        column.astype(np.uint8)[:, None] + 1,
    )


@given(st.integers(1, 9), st.lists(st.lists(st.integers(0, 200), max_size=6), max_size=8))
def test_the_memory_holds_the_last_transitions_and_pixels_stay_bytes(
    capacity: int, pieces: list[list[int]]
) -> None:
    memory, kept = Memory(capacity), list[int]()
    for piece in filter(None, pieces):
        for number in piece:
            memory.add(transitions([number]))
        kept = [*kept, *piece][-capacity:]
    assert memory.size == len(kept)
    if not kept:
        return
    assert sorted(memory.columns["action"][: memory.size].tolist()) == sorted(kept)
    drawn = memory.sample(50, np.random.default_rng(0))
    assert drawn.observation.dtype == np.uint8
    assert set(drawn.action.tolist()) <= set(kept)
    assert (drawn.successor[:, 0] == drawn.action + 1).all(), "columns of a row stay together"


CAPACITIES = st.one_of(st.integers(1, 12), st.integers(990, 2_100))  # more than is taken back at once, too


@given(st.integers(1, 3_000), CAPACITIES, CAPACITIES, st.lists(st.integers(1, 9), max_size=8))
def test_a_memory_goes_on_in_another_capacity_with_the_newest(
    count: int, before: int, after: int, sizes: list[int]
) -> None:
    numbers = list(range(1, count + sum(sizes) + 1))  # 0 is a row nobody wrote
    memory, other = Memory(before), Memory(after)
    memory.add(transitions(numbers[:count]))
    other.restore(memory.arrays(), memory.next)
    kept = numbers[:count][-before:][-after:]
    for size in [0, *sizes]:
        more = numbers[count : count + size]
        other.add(transitions(more))
        kept, count = [*kept, *more][-after:], count + size
        assert other.size == len(kept)
        assert sorted(other.columns["action"][: other.size].tolist()) == kept
        drawn = other.sample(20, np.random.default_rng(0))
        assert set(drawn.action.tolist()) <= set(kept)
        assert (drawn.reward == drawn.action).all(), "columns of a row stay together"


def test_a_full_ring_goes_on_in_a_larger_one() -> None:
    memory, other = Memory(100), Memory(200)
    memory.add(transitions(list(range(1, 131))))
    assert (memory.size, memory.next) == (100, 30)
    other.restore(memory.arrays(), memory.next)
    assert other.columns["action"][:100].tolist() == list(range(31, 131)), "the oldest first"
    other.add(transitions(list(range(131, 151))))
    assert sorted(other.columns["action"][: other.size].tolist()) == list(range(31, 151))


@given(st.integers(1, 3_000), CAPACITIES)
def test_a_memory_goes_on_exactly_in_the_same_capacity(count: int, capacity: int) -> None:
    memory, other = Memory(capacity), Memory(capacity)
    memory.add(transitions(list(range(count))))
    other.add(transitions([7, 8, 9]))  # what it held before is gone
    other.restore(memory.arrays(), memory.next)
    for more in ([], list(range(count, count + 5))):
        for one in (memory, other):
            one.add(transitions(more))
        assert (memory.next, memory.size) == (other.next, other.size)
        for name, column in memory.columns.items():
            np.testing.assert_array_equal(column, other.columns[name], err_msg=name)
        drawn, again = (one.sample(20, np.random.default_rng(1)) for one in (memory, other))
        np.testing.assert_array_equal(drawn.action, again.action)


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("observation", np.zeros((29, 1), np.uint8)),
        ("successor", np.zeros((31, 1), np.uint8)),
        ("observation", np.zeros((30, 2), np.uint8)),
        ("successor", np.zeros((30, 1), np.float32)),
        ("observation", np.array(0, np.uint8)),
        ("action", np.zeros(29, np.int64)),
        ("action", np.zeros(0, np.int64)),
        ("action", np.zeros((30, 1), np.int64)),
        ("action", np.zeros(30, np.float32)),
        ("action", np.array(3)),
        ("reward", np.zeros(31, np.float32)),
        ("reward", np.zeros((30, 2), np.float32)),
        ("reward", np.zeros(30, np.complex64)),
        ("discount", np.zeros(30, np.float64)),
    ],
)
def test_columns_that_do_not_fit_together_are_refused(name: str, odd: NDArray[Any]) -> None:
    memory, other = Memory(30), Memory(40)
    memory.add(transitions(list(range(30))))
    arrays = memory.arrays()
    with pytest.raises(ValueError, match="the replay memory"):
        other.restore({**arrays, name: odd}, 0)
    with pytest.raises(KeyError):
        other.restore({key: array for key, array in arrays.items() if key != name}, 0)
    assert (other.size, other.columns) == (0, {})


@pytest.mark.parametrize("following", [-1, 31, 3.0, 2.5, float("nan"), "3", True, None, [3], 10**30])
def test_a_next_place_that_is_none_is_refused(following: Any) -> None:
    memory = Memory(30)
    memory.add(transitions(list(range(30))))
    arrays = memory.arrays()
    for capacity in (20, 30, 40):
        with pytest.raises(ValueError, match="next place"):
            Memory(capacity).restore(arrays, following)


def test_a_memory_keeps_no_observations_of_another_kind() -> None:
    memory, three = Memory(9), transitions([1, 2, 3])
    memory.add(three)
    for odd in (three.observation.astype(np.float32), three.observation.repeat(2, axis=1)):
        with pytest.raises(ValueError, match="as successor"):
            memory.add(replace(three, successor=odd))


def built(
    plugins: Plugins,
    *assignments: str,
    brain: str = "dqn",
    game: str = "gym:CartPole-v1",
    eyes: str | None = None,
    copies: int = 4,
) -> tuple[DQN, Batch]:
    settings = ["neurons.layers=8", "learner.warm_up=32", "learner.batch=16", *assignments]
    setup = choose(plugins, game=game, brain=brain, eyes=eyes, assignments=settings)
    learner, batch = open_for_training(plugins, setup, copies=copies, threads=1, seed=0)
    assert isinstance(learner, DQN)
    return learner, batch


def run(learner: Learner, batch: Batch, steps: int) -> Iterator[Experience]:
    for _ in range(steps):
        choice = learner.act(batch.observation, batch.starts, explore=True)
        experience = batch.step(choice.actions)
        learner.learn(experience)
        yield experience


@pytest.mark.parametrize(("copies", "enough"), [(1, 1_000), (2, 2_000), (4, 2_500)])
def test_one_copy_alone_need_not_gather_what_is_meant_of_many(
    plugins: Plugins, copies: int, enough: int
) -> None:
    learner, batch = built(plugins, "learner.warm_up=2500", copies=copies)
    sizes = []
    for _ in run(learner, batch, 2_000):
        if learner.updates:
            break
        sizes.append(learner.memory.size)
    batch.close()
    assert learner.updates
    assert enough - 2 * copies * learner.settings.learn_every <= max(sizes) < enough
    assert learner.memory.size >= enough


@pytest.mark.parametrize(("brain", "dueling"), [("dqn", "no"), ("dqn", "yes"), ("nstep-dqn", "no")])
def test_a_snapshot_goes_on_exactly(plugins: Plugins, brain: str, dueling: str) -> None:
    changes = ("learner.n_step=1", "learner.target_every=7", f"learner.dueling={dueling}")
    learner, batch = built(plugins, *changes, brain=brain)
    assert any("advantage" in name for name in learner.weights()) == (dueling == "yes")
    list(run(learner, batch, 40))
    snapshot = learner.snapshot()
    other, spare = built(plugins, *changes, brain=brain)
    assert other.restore(snapshot) is None
    for experience in list(run(learner, batch, 30)):
        # The copy sees the same experience; its own choice draws the same random numbers.
        other.act(experience.observation, np.zeros(4, np.bool_), explore=True)
        other.learn(experience)
    batch.close()
    spare.close()
    assert learner.updates == other.updates > 10
    for name, array in learner.weights().items():
        np.testing.assert_array_equal(array, other.weights()[name], err_msg=name)


@pytest.mark.parametrize(
    "change", ["learner.gamma=0.5", "learner.n_step=5", "learner.q_lambda=0.4", "reward.scale=0.5"]
)
def test_a_memory_of_other_returns_is_not_gone_on_with(plugins: Plugins, change: str) -> None:
    learner, batch = built(plugins)
    list(run(learner, batch, 40))
    snapshot = learner.snapshot()
    batch.close()
    other, batch = built(plugins, change)
    batch.close()
    assert "the replay memory starts empty" in (other.restore(snapshot) or "")
    assert other.memory.size == 0
    older = Snapshot(snapshot.arrays, {k: v for k, v in snapshot.facts.items() if k != "returns"})
    assert other.restore(older) is None, "who wrote it did not say yet"


@pytest.mark.parametrize("brain", ["dqn", "nstep-dqn", "a3c"])
def test_a_snapshot_with_eyes_goes_on_exactly(plugins: Plugins, brain: str) -> None:
    """Eyes keep their weights with the channels innermost; what Adam remembers must come back likewise."""
    q_learning = ["learner.warm_up=8", "learner.batch=8", "learner.n_step=1"]
    assignments = ["eyes.features=16", *(["learner.rollout=4"] if brain == "a3c" else q_learning)]
    memory = "none" if brain == "a3c" else None  # what an LSTM remembers of a game ends with the game
    setup = choose(plugins, game="breakout", brain=brain, eyes="conv", memory=memory, assignments=assignments)
    learner, batch = open_for_training(plugins, setup, copies=4, threads=1, seed=0)
    list(run(learner, batch, 8))
    snapshot = learner.snapshot()
    other, spare = open_for_training(plugins, setup, copies=4, threads=1, seed=1)
    assert other.restore(snapshot) is None
    starts = batch.starts
    for experience in list(run(learner, batch, 8)):
        other.act(experience.observation, starts, explore=True)
        other.learn(experience)
        starts = ~experience.valid
    batch.close()
    spare.close()
    for name, array in learner.weights().items():
        assert not np.array_equal(array, snapshot.arrays[f"network.{name}"]), f"{name} did not learn"
        np.testing.assert_array_equal(array, other.weights()[name], err_msg=name)


def test_a_large_memory_is_left_out_of_a_snapshot_and_that_is_said(
    plugins: Plugins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botplay_dqn.dqn.LARGEST_SAVED_MEMORY", 100)
    learner, batch = built(plugins)
    list(run(learner, batch, 20))
    snapshot = learner.snapshot()
    batch.close()
    assert not any(name.startswith("memory.") for name in snapshot.arrays)
    for memory, enough in ((1_000, 32), (24, 24)):
        each_decision = ("learner.n_step=1", "learner.learn_every=1")
        other, batch = built(plugins, f"learner.memory={memory}", *each_decision)
        said = other.restore(snapshot)
        beginning = "the replay memory starts empty; learning goes on once it holds"
        assert said == f"{beginning} {enough} transitions"
        assert other.memory.size == 0
        many, idle = built(plugins, "learner.warm_up=6_400", "learner.memory=10_000")
        idle.close()
        assert (
            many.restore(snapshot) == f"{beginning} 6,400 transitions, or 1,000 of each game if that is less"
        )
        held = next(other.memory.size for _ in run(other, batch, 20) if other.updates > learner.updates)
        assert enough <= held < enough + 4, "what it said is what it does"
        batch.close()


def like(array: NDArray[Any], *shape: int, dtype: type = np.float32) -> NDArray[Any]:
    """Return as many rows of zeros as `array` has, of another shape, which take no room."""
    return np.broadcast_to(np.zeros((), dtype), (len(array), *shape))


def seen(array: NDArray[Any]) -> dict[str, NDArray[Any]]:
    return {"observation": array, "successor": array}


def odd_memories(game: str, kept: Mapping[str, NDArray[Any]]) -> Iterator[dict[str, NDArray[Any]]]:
    """Yield what does not fit a game among the arrays of its memory, each fitting together."""
    rows = kept["action"]
    yield {"action": rows + 100}
    yield {"action": rows - 100}
    yield seen(like(rows, 5))
    yield seen(like(rows, 1_000_000))
    yield seen(like(rows, 4, dtype=np.complex64))
    if game == "gym:CartPole-v1":
        yield seen(like(rows, 4, 84, 84, dtype=np.uint8))
        yield seen(like(rows, dtype=np.int64))
        pixels = {"pictures": np.zeros((1, 4), np.uint8), "shape": np.array([1, 2, 2])}
        yield {**seen(like(rows, 1, dtype=np.int64)), **pixels}
    elif game == "gym:Taxi-v4":
        yield {"observation": kept["observation"] + 500}
        yield {"successor": kept["successor"] - 500}
        yield seen(like(rows, 1, dtype=np.int64))
        yield seen(like(rows))
    else:
        yield {"shape": kept["shape"][::-1]}
        yield seen(like(rows, 4, 84, 84)) | {"pictures": kept["pictures"][:0]}
        yield {"pictures": kept["pictures"].repeat(2, axis=1), "shape": kept["shape"] * [1, 2, 1]}


@pytest.mark.parametrize("game", ["gym:CartPole-v1", "gym:Taxi-v4", "breakout"])
def test_a_replay_memory_of_another_game_is_refused(plugins: Plugins, game: str) -> None:
    learner, batch = built(plugins, game=game, eyes="conv" if game == "breakout" else None)
    list(run(learner, batch, 6))
    batch.close()
    snapshot, kept = learner.snapshot(), learner.memory.arrays()
    learner.memory = Memory(100_000)
    for odd in odd_memories(game, kept):
        arrays = {**snapshot.arrays, **{f"memory.{name}": array for name, array in odd.items()}}
        with pytest.raises(ValueError, match="replay memory"):
            learner.restore(replace(snapshot, arrays=arrays))
        assert learner.memory.columns == {}, "no room is made for it"
    assert learner.restore(snapshot) is None
    assert learner.memory.size == len(kept["action"])


def test_a_next_place_that_is_odd_or_missing_is_refused(plugins: Plugins) -> None:
    learner, batch = built(plugins)
    list(run(learner, batch, 6))
    batch.close()
    snapshot = learner.snapshot()
    with pytest.raises(ValueError, match=r"next place is 2\.5"):
        learner.restore(replace(snapshot, facts={**snapshot.facts, "next": 2.5}))
    with pytest.raises(KeyError, match="next"):
        learner.restore(
            replace(snapshot, facts={name: fact for name, fact in snapshot.facts.items() if name != "next"})
        )


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("99.step", np.zeros((), np.float32)),
        ("99.exp_avg", np.zeros((8, 4), np.float32)),
        ("-1.exp_avg", np.zeros(2, np.float32)),
        ("00.step", np.zeros((), np.float32)),
        ("first.step", np.zeros((), np.float32)),
        ("0", np.zeros((8, 4), np.float32)),
        ("0.exp_avg", np.zeros((4, 8), np.float32)),
        ("0.exp_avg", np.zeros((), np.float32)),
        ("0.exp_avg_sq", np.zeros((8, 1), np.float32)),
        ("0.step", np.zeros(2, np.float32)),
        ("0.exp_avg", np.zeros((8, 4), np.complex64)),
        ("0.momentum", np.zeros((8, 4), np.float32)),
        ("0.exp_avg", None),
    ],
)
def test_statistics_of_adam_that_do_not_fit_are_refused(
    plugins: Plugins, name: str, odd: NDArray[Any] | None
) -> None:
    learner, batch = built(plugins, "learner.warm_up=8")
    list(run(learner, batch, 6))
    batch.close()
    snapshot = learner.snapshot()
    assert snapshot.arrays["adam.0.exp_avg"].shape == (8, 4)
    arrays = {key: array for key, array in snapshot.arrays.items() if key != f"adam.{name}"}
    with pytest.raises(ValueError, match="Adam's statistics"):
        learner.restore(replace(snapshot, arrays=arrays if odd is None else {**arrays, f"adam.{name}": odd}))
    assert learner.restore(snapshot) is None


def test_greedy_play_takes_the_best_action_and_exploring_does_not_always(plugins: Plugins) -> None:
    for exploration in ("softmax", "epsilon"):
        learner, batch = built(plugins, f"learner.exploration={exploration}", "learner.temperature=10")
        batch.close()
        seen = np.random.default_rng(0).normal(size=(200, 4)).astype(np.float32)
        starts = np.ones(200, np.bool_)
        greedy = learner.act(seen, starts, explore=False)
        assert greedy.q_values is not None
        assert (greedy.actions == greedy.q_values.argmax(-1)).all()
        explored = learner.act(seen, starts, explore=True)
        assert (explored.actions != greedy.actions).any()
        learner.progress(1.0)
        assert (learner.temperature, learner.epsilon) == (
            pytest.approx(learner.settings.temperature_end), pytest.approx(learner.settings.epsilon_end),
        )  # fmt: skip


@pytest.mark.learning
def test_it_balances_the_pole(plugins: Plugins, tmp_path: Path) -> None:
    setup = choose(plugins, game="gym:CartPole-v1", brain="dqn")
    # Half of the preset's budget, which comes to 500: seeds 0 to 2 make 459, 500 and 325, chance 22.
    trained = train(plugins, Run(setup, Budget(steps=30_000), tmp_path))
    assert evaluate(plugins, setup, range(20), weights=trained.weights).mean >= 200


@pytest.mark.learning
def test_it_keeps_the_car_off_the_sand(plugins: Plugins, tmp_path: Path) -> None:
    setup = choose(plugins, game="car", brain="dqn", assignments=["game.training_maps="])
    trained = train(plugins, Run(setup, Budget(steps=150_000), tmp_path))
    result = evaluate(plugins, setup, range(3), weights=trained.weights)
    assert result.outcomes["on_sand"] / (result.steps / 3) < 0.05
    assert result.outcomes["goals"] >= 5
