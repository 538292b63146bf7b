"""A learner and a batch of games, opened together."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import torch

from botcore.agent import build_learner
from botcore.contracts.learner import Learner
from botcore.environment import open_batch
from botcore.errors import BotplayError
from botcore.processor import multiplies_bfloat16
from botcore.seeds import learners_seed
from botcore.setup import Setup
from botcore.training.batch import Batch
from botcore.training.idle import IdleLimit

if TYPE_CHECKING:
    from botcore.plugins import Plugins

ALIKE = 0.75
"""How much of two names has to be the same for one to be a slip of the other."""


def open_for_training(
    plugins: Plugins,
    setup: Setup,
    *,
    copies: int,
    threads: int,
    seed: int,
    weights: Mapping[str, Any] | None = None,
) -> tuple[Learner, Batch]:
    """Open `copies` games and build the learner that is to play them, and maybe to take these weights.

    The weights are not taken here: they tell how large a network may be.

    Raises:
        BotplayError: the game cannot be opened, the brain cannot play it, the weights are for a smaller
            network, or there is no such device.
    """
    layout = setup.training()
    check_device(layout.device)
    envs = open_batch(plugins, setup, copies=copies, threads=threads)
    if layout.idle_limit:
        envs = IdleLimit(envs, layout.idle_limit)
    try:
        batch = Batch(envs, setup.reward_rule(plugins.game(setup.game)), seed=seed)
        learner = build_learner(
            plugins,
            setup,
            envs.single_observation_space,
            batch.actions,
            seed=learners_seed(seed),
            bfloat16=in_bfloat16(layout.precision, layout.device),
            device=layout.device,
            weights=weights,
        )
        if plugins.brain(setup.brain).trains:
            check_learns(learner, setup.brain)
        return learner, batch
    except BaseException:
        envs.close()
        raise


def check_learns(learner: Learner, brain: str) -> None:
    """Raises `BotplayError` where a learner never learns, since nothing else would say so."""
    if type(learner).learn is Learner.learn:
        slip = get_close_matches("learn", own_names(learner), n=1, cutoff=ALIKE)
        hint = f"is {slip[0]}() to be it?" if slip else "a brain that has nothing to learn says trains=False"
        raise BotplayError(
            f"brain {brain} cannot be trained: its learner {type(learner).__name__} has no learn() ({hint})"
        )


def own_names(learner: Learner) -> list[str]:
    """Return what a learner's class has that no learner is asked for: one may be a slip of the pen."""
    return [name for name in dir(type(learner)) if not name.startswith("_") and not hasattr(Learner, name)]


def check_device(device: str) -> None:
    """Raises `BotplayError` where torch cannot compute on `device`."""
    if device == "cuda" and not torch.cuda.is_available():
        raise BotplayError(
            f"training.device=cuda, but torch {torch.__version__} finds no CUDA device; leave it at cpu, "
            "or install a CUDA build of torch (botplay doctor tells what there is)"
        )


def in_bfloat16(precision: str, device: str = "cpu") -> bool:
    """Whether the eyes are to train in bfloat16: where `auto`, if the device multiplies it itself."""
    if precision != "auto":
        return precision == "bfloat16"
    return torch.cuda.is_bf16_supported() if device == "cuda" else multiplies_bfloat16()
