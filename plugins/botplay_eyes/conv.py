"""Convolutional eyes in the two sizes the field knows, and a small one for small pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn

from botcore import BotplayError, Size

# Each layer is (channels, kernel, stride).
SIZES: dict[str, tuple[tuple[int, int, int], ...]] = {
    "small": ((16, 8, 4), (32, 4, 2)),
    "nature": ((32, 8, 4), (64, 4, 2), (64, 3, 1)),
    "tiny": ((16, 3, 1), (16, 3, 1)),
}


@dataclass(frozen=True)
class ConvSettings:
    """Settings of the eyes `conv`."""

    size: Literal["small", "nature", "tiny"] = "small"
    """`small`: 16 and 32 channels (Mnih et al. 2016). `nature`: 32, 64 and 64 (Mnih et al. 2015), about three
    times the work. `tiny`: 3×3 kernels that skip nothing, for pictures under 36 pixels."""
    features: Size = 256
    """Size of the layer after the convolutions."""
    layer_norm: bool = False
    """Normalise that layer before it fires; steadies Q-learning (PQN, Gallici et al. 2024)."""


def build(shape: tuple[int, ...], settings: ConvSettings) -> nn.Module:
    """Return `[B, C, H, W]` in 0..1 → `[B, features]`, with orthogonal weights.

    Raises:
        BotplayError: the picture is smaller than the kernels.
    """
    channels, height, width = shape
    layers: list[nn.Module] = []
    for outputs, kernel, stride in SIZES[settings.size]:
        if min(height, width) < kernel:
            raise BotplayError(
                f"pictures of {shape[2]}×{shape[1]} are too small for conv eyes of size {settings.size!r}; "
                "try --set eyes.size=tiny"
            )
        layers += [nn.Conv2d(channels, outputs, kernel, stride), nn.ReLU()]
        channels, height, width = outputs, (height - kernel) // stride + 1, (width - kernel) // stride + 1
    layers += [nn.Flatten(), nn.Linear(channels * height * width, settings.features)]
    layers += [nn.LayerNorm(settings.features), nn.ReLU()] if settings.layer_norm else [nn.ReLU()]
    for layer in layers:
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.orthogonal_(layer.weight, math.sqrt(2))
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    return nn.Sequential(*layers).to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]
