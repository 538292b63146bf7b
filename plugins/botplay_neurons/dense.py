"""Fully connected layers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import nn

from botcore import Size


@dataclass(frozen=True)
class DenseSettings:
    """Settings of the neurons `dense`."""

    layers: tuple[Size, ...] = (64,)
    """Neurons in each hidden layer; empty: the heads sit directly on what comes in."""


def build(shape: tuple[int, ...], settings: DenseSettings) -> nn.Module:
    """Return `[B, F] → [B, layers[-1]]`; orthogonal weights with ReLU's gain, no bias at first."""
    layers: list[nn.Module] = []
    (inputs,) = shape
    for outputs in settings.layers:
        linear = nn.Linear(inputs, outputs)
        nn.init.orthogonal_(linear.weight, math.sqrt(2))
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.ReLU()]
        inputs = outputs
    return nn.Sequential(*layers)
