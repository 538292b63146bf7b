"""What A3C keeps of a rollout and learns from it, against one copy and one step at a time.

The game has a clock that stands at 0 where an episode starts, and each copy has a script of how long its
episodes last and how they end. So the reference knows starts, ends and wasted steps without being told.
All of it holds for every memory that the contract of `Part` allows: its state is `[..., N, M]`.
"""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import gymnasium
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from botcore import Game, Part, hookimpl
from botcore.network import Network, State
from botcore.plugins import load_plugins
from botcore.setup import choose
from botcore.training.batch import Batch
from botcore.training.build import open_for_training
from botplay_a3c.a3c import A3C
from botplay_a3c.rollout import Rollout

STEPS, GAMMA, LAMBDA = 6, 0.9, 0.8
SCRIPTS = (  # steps of every episode and how it ends, one per copy
    (99, "goes on"),
    (2, "truncated"),  # every third step is wasted, and so is a rollout's last
    (2, "terminated"),
    (6, "truncated"),  # the last step of the first rollout ends it
    (6, "terminated"),
    (3, "truncated"),  # ends, and starts again, within a rollout
    (1, "terminated"),
)
LENGTH = torch.tensor([length for length, _ in SCRIPTS])
SETTINGS = ["learner.updates=2", "learner.learning_rate=0.01"]  # a step that shows
SETTINGS += [f"learner.rollout={STEPS}", f"learner.gamma={GAMMA}", f"learner.gae_lambda={LAMBDA}"]
CELLS, MEMORIES = 8, {"one_layer": (), "two_layers": (2,), "a_grid": (2, 2)}
Seen = NDArray[np.float32]


class Scripted(gymnasium.Env[Seen, np.int64]):
    """Shows its clock and noise; its first seed says which script it follows."""

    observation_space = gymnasium.spaces.Box(-100, 100, (3,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Seen, dict[str, Any]]:
        super().reset(seed=seed)
        if seed is not None:
            self.length, self.end = SCRIPTS[seed]
        self.clock = 0
        return self.seen(), {}

    def step(self, action: np.int64) -> tuple[Seen, float, bool, bool, dict[str, Any]]:
        self.clock += 1
        over = self.clock == self.length
        reward = float(self.np_random.normal() + action)
        return self.seen(), reward, over and self.end == "terminated", over and self.end == "truncated", {}

    def seen(self) -> Seen:
        return np.array([self.clock, *self.np_random.normal(size=2)], np.float32)


class Cells(nn.Module):
    """A memory of GRU cells one above the other, with a state of `[*layers, N, CELLS]`."""

    def __init__(self, inputs: int, layers: tuple[int, ...]) -> None:
        super().__init__()
        self.layers = layers
        sizes = [inputs, *[CELLS] * math.prod(layers)]
        self.cells = nn.ModuleList(nn.GRUCell(*pair) for pair in itertools.pairwise(sizes))

    def initial(self, n: int) -> State:
        return (torch.zeros(*self.layers, n, CELLS),)

    def forward(self, features: Tensor, state: State, starts: Tensor) -> tuple[Tensor, State]:
        (before,), outputs = state, []
        for seen, anew in zip(features, starts, strict=True):
            layers = list((before * ~anew[:, None]).reshape(-1, len(seen), CELLS))
            for number, cell in enumerate(self.cells):
                layers[number] = seen = cell(seen, layers[number])
            before = torch.stack(layers).reshape(*self.layers, -1, CELLS)
            outputs.append(seen)
        return torch.stack(outputs), (before,)


class Tasks:
    """The game and the memories as a plugin."""

    @hookimpl
    def botplay_games(self) -> Iterable[Game]:
        yield Game(name="scripted", summary="Follow a script.", open=lambda request: Scripted())

    @hookimpl
    def botplay_parts(self) -> Iterable[Part]:
        for name, layers in MEMORIES.items():
            yield Part(name, "memory", "Cells.", build=lambda shape, _, layers=layers: Cells(*shape, layers))


class OneByOne:
    """The same network, run for one copy and one step at a time."""

    def __init__(self, network: Network) -> None:
        self.network, self.state = network, network.initial(len(SCRIPTS))

    def look(self, observation: Seen, *, move_on: bool) -> Tensor:
        """Return V `[N]`; keep the memory that comes of it only if told to move on."""
        values, states = [], []
        for n, seen in enumerate(torch.from_numpy(observation)):
            kept = tuple(part[..., n : n + 1, :] for part in self.state)
            before = self.network.initial(1) if seen[0] == 0 else kept
            with torch.no_grad():
                heads, after = self.network(seen[None, None], torch.zeros(1, 1, dtype=torch.bool), before)
            values.append(heads["value"].reshape(()))
            states.append(after)
        if move_on:
            self.state = tuple(torch.cat(parts, -2) for parts in zip(*states, strict=True))
        return torch.stack(values)


class Update(NamedTuple):
    """What `_update` was given, and what it returned."""

    rollout: Rollout
    advantage: Tensor
    returns: Tensor
    share: Tensor
    metrics: dict[str, float]


class Played(NamedTuple):
    """A rollout by the reference, `[T, N]` each, and the updates that A3C made of it."""

    before: State
    clock: Tensor
    value: Tensor
    reward: Tensor
    successor: Tensor
    updates: list[Update]

    def returns(self) -> Tensor:
        """R_t = r_t + γ ((1 - λ) V(s') + λ R_{t+1}); at an end there is no R_{t+1}, or not even V(s')."""
        returns = torch.zeros(STEPS, len(SCRIPTS))
        for n, (length, end) in enumerate(SCRIPTS):
            for t in reversed(range(STEPS)):
                following, over = self.successor[t, n], self.clock[t, n] + 1 == length
                if over and end == "terminated":
                    following = torch.tensor(0.0)
                elif not over and t + 1 < STEPS:
                    following = (1 - LAMBDA) * following + LAMBDA * returns[t + 1, n]
                returns[t, n] = self.reward[t, n] + GAMMA * following
        return returns


def watch_updates(learner: A3C) -> list[Update]:
    """Return a list that every update of the learner goes into."""
    update, seen = learner._update, []

    def watched(rollout: Rollout, advantage: Tensor, returns: Tensor, share: Tensor) -> dict[str, float]:
        kept = copy.deepcopy(rollout)
        seen.append(Update(kept, advantage, returns, share, update(rollout, advantage, returns, share)))
        return seen[-1].metrics

    learner._update = watched  # type: ignore[method-assign]
    return seen


def play(learner: A3C, batch: Batch, slow: OneByOne, updates: list[Update]) -> Played:
    """Play one rollout and learn from it; the reference goes along, with the weights of the moment."""
    before, begun, rows = slow.state, len(updates), []
    for t in range(STEPS):
        clock, value = torch.from_numpy(batch.observation[:, 0]), slow.look(batch.observation, move_on=True)
        experience = batch.step(learner.act(batch.observation, batch.starts, explore=True).actions)
        successor = slow.look(experience.next_observation, move_on=False)
        rows.append(torch.stack([clock, value, torch.from_numpy(experience.reward), successor]))
        assert bool(learner.learn(experience)) == (t == STEPS - 1), "a full rollout is learned from"
    clock, value, reward, successor = torch.stack(rows, 1)
    return Played(before, clock, value, reward, successor, updates[begun:])


def opened(memory: str) -> tuple[A3C, Batch]:
    """Return a learner with this memory, and a copy of the game for each script."""
    plugins = load_plugins(modules=[("tasks", Tasks())])
    settings = [*SETTINGS, f"memory.size={CELLS}"] if memory == "lstm" else SETTINGS
    setup = choose(plugins, game="scripted", brain="a3c", memory=memory, assignments=settings)
    learner, batch = open_for_training(plugins, setup, copies=len(SCRIPTS), threads=1, seed=0)
    assert isinstance(learner, A3C)
    return learner, batch


@pytest.fixture(scope="module", params=["lstm", *MEMORIES])
def rollouts(request: pytest.FixtureRequest) -> list[Played]:
    """Two rollouts, one after the other."""
    learner, batch = opened(request.param)
    slow, updates = OneByOne(learner.network), watch_updates(learner)
    played = [play(learner, batch, slow, updates) for _ in range(2)]
    batch.close()
    return played


def test_a_rollout_keeps_the_memory_from_before_its_first_step(rollouts: list[Played]) -> None:
    assert not any(part.any() for part in rollouts[0].updates[0].rollout.state), "at first it is empty"
    torch.testing.assert_close(rollouts[1].updates[0].rollout.state, rollouts[1].before)


@pytest.mark.parametrize(
    ("memory", "cells"), [("lstm", 8), ("one_layer", 8), ("two_layers", 16), ("a_grid", 32)]
)
def test_a_copy_shows_the_cells_of_all_its_layers(memory: str, cells: int) -> None:
    learner, batch = opened(memory)
    for _ in range(2):
        choice = learner.act(batch.observation, batch.starts, explore=True)
        learner.learn(batch.step(choice.actions))
    batch.close()
    assert choice.memory is not None
    for n in range(len(SCRIPTS)):
        np.testing.assert_array_equal(choice.memory[n], learner.state[-1][..., n, :].tanh().ravel())
    assert choice.memory.shape == (len(SCRIPTS), cells)


def test_it_keeps_the_value_of_every_step_and_of_the_last_successor(rollouts: list[Played]) -> None:
    assert rollouts[0].clock[-1].tolist() == [5, 2, 2, 5, 5, 1, 1], "it ends on wasted steps and on ends"
    for one in rollouts:
        kept = one.updates[0].rollout
        assert torch.equal(kept.valid, one.clock < LENGTH)
        assert torch.equal(kept.cleared, one.clock == 0)
        torch.testing.assert_close(kept.value[:-1], one.value)
        torch.testing.assert_close(kept.value[-1], one.successor[-1])


def test_it_learns_from_returns_that_are_summed_step_by_step(rollouts: list[Played]) -> None:
    for one in rollouts:
        assert sorted(torch.cat([update.share for update in one.updates]).tolist()) == [*range(len(SCRIPTS))]
        expected = one.returns()
        for update in one.updates:
            valid = (one.clock < LENGTH)[:, update.share]
            for given, wanted in ((update.returns, expected), (update.advantage, expected - one.value)):
                torch.testing.assert_close(given[valid], wanted[:, update.share][valid], atol=1e-5, rtol=1e-5)


def test_an_update_sees_again_what_was_seen_while_playing(rollouts: list[Played]) -> None:
    """Before the first update changes them, the weights give the values of the play once more."""
    for one in rollouts:
        update = one.updates[0]
        error = (one.returns() - one.value)[:, update.share][(one.clock < LENGTH)[:, update.share]]
        assert update.metrics["value_loss"] == pytest.approx(0.5 * float(error.square().mean()), rel=1e-5)


def test_what_another_agent_learns_is_played_from_the_next_rollout_on() -> None:
    learner, batch = opened("one_layer")
    updates = watch_updates(learner)
    own = OneByOne(copy.deepcopy(learner.network))  # θ' as the rollout begins
    expected = []
    for t in range(STEPS):
        expected.append(own.look(batch.observation, move_on=True))
        experience = batch.step(learner.act(batch.observation, batch.starts, explore=True).actions)
        if t == 2:
            with torch.no_grad():
                learner.network.head("value").bias.add_(10.0)
        learner.learn(experience)
    expected.append(own.look(experience.next_observation, move_on=False))
    torch.testing.assert_close(updates[0].rollout.value, torch.stack(expected))
    learner.act(batch.observation, batch.starts, explore=True)
    batch.close()
    assert learner.rollout is not None
    assert learner.rollout.value[0].min() > 5


def test_weights_that_it_is_given_halfway_are_played_at_once() -> None:
    learner, batch = opened("one_layer")
    learner.learn(batch.step(learner.act(batch.observation, batch.starts, explore=True).actions))
    name = "heads.value.bias"
    learner.load_weights({**learner.weights(), name: learner.weights()[name] + 10.0})
    values = learner.act(batch.observation, batch.starts, explore=True).values
    batch.close()
    assert values is not None
    assert values.min() > 5
