"""A learner and a batch of games, opened together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botcore.agent import build_learner
from botcore.contracts.learner import Learner
from botcore.environment import open_batch
from botcore.processor import multiplies_bfloat16
from botcore.setup import Setup
from botcore.training.batch import Batch

if TYPE_CHECKING:
    from botcore.plugins import Plugins


def open_for_training(
    plugins: Plugins, setup: Setup, *, copies: int, threads: int, seed: int
) -> tuple[Learner, Batch]:
    """Open `copies` games and build the learner that is to play them.

    Raises:
        BotplayError: the game cannot be opened, or the brain cannot play it.
    """
    envs = open_batch(plugins, setup, copies=copies, threads=threads)
    try:
        actions = int(envs.single_action_space.n)  # type: ignore[attr-defined]
        learner = build_learner(
            plugins,
            setup,
            envs.single_observation_space,
            actions,
            seed=seed,
            bfloat16=in_bfloat16(setup.training().precision),
        )
        return learner, Batch(envs, setup.reward_rule(plugins.game(setup.game)), seed=seed)
    except BaseException:
        envs.close()
        raise


def in_bfloat16(precision: str) -> bool:
    """Whether the eyes are to train in bfloat16."""
    return precision == "bfloat16" or (precision == "auto" and multiplies_bfloat16())
