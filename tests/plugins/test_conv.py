"""Convolutional eyes."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from botplay_eyes.conv import ConvSettings, FoldingConv2d, build


def test_normalised_eyes_see_the_same_in_the_dark():
    """Without biases yet, a tenth of the light gives the same features where they are normalised."""
    torch.manual_seed(0)
    picture = torch.rand(3, 4, 84, 84)
    plain, normalised = (build((4, 84, 84), ConvSettings(layer_norm=on)) for on in (False, True))
    assert torch.allclose(normalised(0.1 * picture), normalised(picture), atol=1e-2)
    assert torch.allclose(plain(0.1 * picture), 0.1 * plain(picture), atol=1e-4)
    assert plain(picture).shape == normalised(picture).shape == (3, 256)


def _plain(eyes: nn.Module) -> nn.Module:
    """Return the same eyes with PyTorch's own convolutions, on the same weights."""
    layers = []
    for layer in eyes.children():
        if isinstance(layer, FoldingConv2d):
            own = nn.Conv2d(layer.in_channels, layer.out_channels, layer.kernel_size, layer.stride)  # type: ignore[arg-type]
            own.weight, own.bias = layer.weight, layer.bias
            layer = own
        layers.append(layer)
    return nn.Sequential(*layers)


def _pass(eyes: nn.Module, pictures: torch.Tensor) -> list[torch.Tensor]:
    """Return the features, and the gradients of a loss over them: of the pictures and of every weight."""
    pictures.requires_grad_()
    features = eyes(pictures)
    loss = features.square().sum()
    return [features, *torch.autograd.grad(loss, [pictures, *eyes.parameters()])]


@pytest.mark.parametrize("size", ["small", "nature", "tiny"])
@pytest.mark.parametrize("shape", [(4, 84, 84), (3, 60, 80), (1, 45, 71)])
def test_folded_convolutions_see_and_learn_as_pytorchs_do(size, shape):
    """Same features and gradients, whether or not the strides divide what they walk over."""
    torch.manual_seed(0)
    eyes = build(shape, ConvSettings(size=size)).double()
    pictures = torch.rand(2, *shape, dtype=torch.float64).contiguous(memory_format=torch.channels_last)
    for folded, plain in zip(_pass(eyes, pictures), _pass(_plain(eyes), pictures), strict=True):
        torch.testing.assert_close(folded, plain)


def test_a_stride_that_divides_is_folded_while_learning_only(monkeypatch):
    """The first of the Nature eyes reaches PyTorch as 16 channels of a quarter of the width."""
    reached = []
    conv2d = nn.functional.conv2d

    def watched(pictures, *rest):
        reached.append((tuple(pictures.shape[1:]), pictures.is_contiguous(memory_format=torch.channels_last)))
        return conv2d(pictures, *rest)

    monkeypatch.setattr(nn.functional, "conv2d", watched)
    first = FoldingConv2d(4, 32, 8, 4).to(memory_format=torch.channels_last)
    pictures = torch.rand(2, 4, 84, 84).contiguous(memory_format=torch.channels_last)
    learning = first(pictures)
    assert reached == [((16, 84, 21), True)]
    with torch.no_grad():
        playing = first(pictures)
    torch.testing.assert_close(learning, playing)
    assert len(reached) == 2
    assert reached[1][0] == (4, 84, 84)
