"""Where a brain looks: which places of its picture weigh in what it says.

A place matters if the answer changes when its details are blurred away (Greydanus et al. 2018, "Visualizing
and Understanding Atari Agents"). They blur one place after the other and run the network each time; here one
gradient tells all places at once, to first order:

    |∂ answer / ∂ x · (x - blurred x)|, summed over a small patch

Unlike the bare gradient it is nothing where there is nothing to see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import avg_pool2d

from botcore.network import Network, State

BLUR, PATCH = 9, 5
"""Sides in pixels of what is averaged: to blur details away, and to sum up a patch."""
COLOURS = 3
"""So many channels in front are one picture's colours; others are a stack of gray ones, the newest last."""

Answer = Callable[[Mapping[str, Tensor]], Tensor]
"""Heads' outputs `[N, size]` by name → the number `[N]` that is asked about."""


def attention(
    network: Network,
    observation: NDArray[np.uint8],
    starts: NDArray[np.bool_],
    state: State,
    answer: Answer,
) -> NDArray[np.float32] | None:
    """Return how much each pixel of the newest picture weighs in an answer; None for a network without eyes.

    Weights, memory and random numbers are left as they are.

    Args:
        network: of any game.
        observation: `[N, ...]` raw.
        starts: `[N] bool`, True where an episode starts.
        state: the memory's state before this step.
        answer: what is asked about.

    Returns:
        `[N, H, W] float32`, not negative; only proportions within a map mean something.
    """
    if network.eyes is None:
        return None
    seen = torch.from_numpy(np.ascontiguousarray(observation)).to(network.device)
    pixels = network.encoder(seen).detach().requires_grad_()  # [N, C, H, W]
    heads, _ = network.answer(pixels, torch.from_numpy(starts)[None], state)
    asked = answer({name: output[0] for name, output in heads.items()})
    (gradient,) = torch.autograd.grad(asked.sum(), pixels)
    with torch.no_grad():
        one = network.encoder.channels_come_last or pixels.shape[1] == COLOURS
        newest = slice(None) if one else slice(-1, None)
        seen, gradient = pixels[:, newest].float().contiguous(), gradient[:, newest]
        effect = (gradient * (seen - _blurred(seen, BLUR))).abs().sum(1, keepdim=True)
        weight: NDArray[np.float32] = _blurred(effect, PATCH)[:, 0].cpu().numpy()
    return weight


def preference(logits: Tensor) -> Tensor:
    """Return `[N]` by how much the most preferred of `[N, A]` stands out: an answer that never saturates."""
    return logits.amax(-1) - logits.mean(-1)


def _blurred(pictures: Tensor, side: int) -> Tensor:
    """Average `[N, C, H, W]` over squares, twice, which comes near a Gaussian."""
    for across in (False, True, False, True):
        kernel, edge = ((1, side), (0, side // 2)) if across else ((side, 1), (side // 2, 0))
        pictures = avg_pool2d(pictures, kernel, stride=1, padding=edge, count_include_pad=False)
    return pictures
