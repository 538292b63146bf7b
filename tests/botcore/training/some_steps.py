"""Some steps of training on any device; as a program, on the pretended one.

`python -m tests.botcore.training.some_steps FILE BRAIN GAME SETTING...` writes what was done and learned to
an .npz file. A process of its own, since torch counts its devices once, when it first goes backward.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from botcore.agent import build_learner
from botcore.contracts.learner import Learner
from botcore.environment import open_batch
from botcore.plugins import load_plugins
from botcore.setup import choose
from botcore.training.batch import Batch
from tests.botcore.training.pretend_device import Pretend, pretend_device


def opened(brain: str, game: str, assignments: list[str], device: str) -> tuple[Learner, Batch]:
    """Return a fresh learner, and four copies of a game for it."""
    plugins = load_plugins()
    setup = choose(plugins, game=game, brain=brain, assignments=assignments)
    envs = open_batch(plugins, setup, copies=4, threads=1)
    space, actions = envs.single_observation_space, int(envs.single_action_space.n)  # type: ignore[attr-defined]
    learner = build_learner(plugins, setup, space, actions, seed=3, device=device)
    return learner, Batch(envs, setup.reward_rule(plugins.game(game)), seed=3)


def trained(
    brain: str, game: str, assignments: list[str], device: str
) -> tuple[Learner, list[list[int]], dict[str, NDArray[Any]]]:
    """Play and learn for some steps, go through a checkpoint, and go on; return what was done and learned."""
    learner, batch = opened(brain, game, assignments, device)
    chosen, learned = [], 0
    for step in range(24):
        if step == 12:
            learner.restore(learner.snapshot())
        learner.progress(step / 24)
        choice = learner.act(batch.observation, batch.starts, explore=True)
        learned += bool(learner.learn(batch.step(choice.actions)))
        chosen.append(choice.actions.tolist())
    if game == "breakout":
        learner.attention(batch.observation, batch.starts, "value")
    batch.close()
    assert learned >= 3
    return learner, chosen, dict(learner.weights())


def on_pretended_device(file: str, brain: str, game: str, assignments: list[str]) -> None:
    """Train there, make sure that it was there, and write what came of it."""
    with pretend_device() as device:
        learner, chosen, weights = trained(brain, game, assignments, device)
        assert all(isinstance(p, Pretend) for p in learner.network.parameters())  # type: ignore[attr-defined]
    np.savez(file, chosen=np.array(chosen), **weights)


if __name__ == "__main__":
    on_pretended_device(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
