"""Convolutional eyes in the two sizes the field knows, and a small one for small pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

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


class FoldingConv2d(nn.Conv2d):
    """A convolution without padding that, while it learns, strides along the width by folding.

    With the channels innermost in memory, s pixels side by side are one pixel of s times the channels: the
    same numbers in the same places, and so with the kernel. What is left is a stride along the height only,
    whose way back takes a CPU a fifth less time. Without gradients nothing is gained, and the sums keep
    their order.
    """

    def forward(self, pictures: Tensor) -> Tensor:
        """Return what an `nn.Conv2d` does, `[B, C, H, W]` → `[B, outputs, H', W']`."""
        down, across = self.stride
        fits = across > 1 and self.kernel_size[1] % across == 0 and pictures.shape[3] % across == 0
        if not fits or not torch.is_grad_enabled():
            return super().forward(pictures)
        return functional.conv2d(_fold(pictures, across), _fold(self.weight, across), self.bias, (down, 1))


def _fold(pictures: Tensor, across: int) -> Tensor:
    """Return `[B, C, H, W]` as `[B, across * C, H, W / across]`: a view, where channels are innermost."""
    count, channels, height, width = pictures.shape
    innermost = pictures.permute(0, 2, 3, 1)  # [B, H, W, C]
    folded = innermost.reshape(count, height, width // across, across * channels)
    return folded.permute(0, 3, 1, 2)


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
        layers += [FoldingConv2d(channels, outputs, kernel, stride), nn.ReLU()]
        channels, height, width = outputs, (height - kernel) // stride + 1, (width - kernel) // stride + 1
    layers += [nn.Flatten(), nn.Linear(channels * height * width, settings.features)]
    layers += [nn.LayerNorm(settings.features), nn.ReLU()] if settings.layer_norm else [nn.ReLU()]
    for layer in layers:
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.orthogonal_(layer.weight, math.sqrt(2))
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    return nn.Sequential(*layers).to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]
