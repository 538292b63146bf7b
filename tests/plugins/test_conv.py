"""Convolutional eyes."""

from __future__ import annotations

import torch

from botplay_eyes.conv import ConvSettings, build


def test_normalised_eyes_see_the_same_in_the_dark():
    """Without biases yet, a tenth of the light gives the same features where they are normalised."""
    torch.manual_seed(0)
    picture = torch.rand(3, 4, 84, 84)
    plain, normalised = (build((4, 84, 84), ConvSettings(layer_norm=on)) for on in (False, True))
    assert torch.allclose(normalised(0.1 * picture), normalised(picture), atol=1e-2)
    assert torch.allclose(plain(0.1 * picture), 0.1 * plain(picture), atol=1e-4)
    assert plain(picture).shape == normalised(picture).shape == (3, 256)
