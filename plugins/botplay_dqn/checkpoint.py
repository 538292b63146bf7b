"""What a checkpoint of deep Q-learning holds, looked at before it is taken back: the file may be any file."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from botcore.network import Encoder
from botcore.prefixes import Arrays, under
from botplay_dqn.memory import SHOWN, observed


def read_statistics(network: nn.Module, arrays: Arrays) -> dict[int, dict[str, Tensor]]:
    """Return Adam's statistics by the number of the parameter.

    Raises:
        ValueError: they are not those of this network's parameters.
    """
    state: dict[int, dict[str, Tensor]] = {}
    for number, parameter in enumerate(network.parameters()):
        kept = under(f"{number}.", arrays)
        if kept:
            state[number] = _statistics(number, parameter, kept)
    if sum(map(len, state.values())) != len(arrays):
        raise ValueError("there are Adam's statistics of parameters that this brain does not have")
    return state


def _statistics(number: int, parameter: Tensor, kept: Arrays) -> dict[str, Tensor]:
    """Return Adam's statistics of one parameter."""
    shape = tuple(parameter.shape)
    fits = {"step": (), "exp_avg": shape, "exp_avg_sq": shape}
    if {name: array.shape for name, array in kept.items()} != fits:
        raise ValueError(f"Adam's statistics of parameter {number} do not fit its shape {list(shape)}")
    if any(array.dtype != np.float32 for array in kept.values()):
        raise ValueError(f"Adam's statistics of parameter {number} are not float32")
    return {name: torch.from_numpy(np.array(array)) for name, array in kept.items()}


def check_memory(kept: Arrays, encoder: Encoder, actions: int) -> None:
    """Look at a replay memory before room is made for it, which may be much.

    Raises:
        ValueError: a brain with this encoder and so many actions cannot learn from it.
    """
    shape, dtype = observed(kept)
    if not _reads(encoder, shape, dtype):
        raise ValueError(f"this brain does not see {list(shape)} of {dtype}, as the replay memory says")
    _check_range("action", kept["action"], range(actions))
    if encoder.categories:
        states = range(encoder.first_category, encoder.first_category + encoder.categories)
        for name in SHOWN:
            _check_range(name, kept[name], states)


def _reads(encoder: Encoder, shape: tuple[int, ...], dtype: np.dtype[Any]) -> bool:
    """Whether an observation can be one that a network reads.

    Of a vector the encoder knows only how many numbers it has; `Memory.add` sees whether the type fits.
    """
    if encoder.pixels != (dtype == np.uint8 and len(shape) == 3):
        return False
    if encoder.pixels:
        channels, *size = encoder.shape
        return shape == ((*size, channels) if encoder.channels_come_last else encoder.shape)
    if encoder.categories:
        return shape == () and dtype.kind in "iu"
    return encoder.shape == (math.prod(shape),) and dtype.kind in "biuf"


def _check_range(name: str, column: NDArray[Any], known: range) -> None:
    """Raises `ValueError` unless a column holds numbers of `known` only."""
    if column.dtype.kind not in "iu" or ((column < known.start) | (column >= known.stop)).any():
        raise ValueError(f"the replay memory's {name}s are not all from {known.start} to {known.stop - 1}")
