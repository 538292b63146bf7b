"""A part of a network: neurons that answer in waves."""

import torch


class Wave(torch.nn.Module):
    def __init__(self, inputs, outputs=32):
        super().__init__()
        self.linear = torch.nn.Linear(inputs, outputs)

    def forward(self, features):  # [B, F] -> [B, 32]
        return torch.sin(3 * self.linear(features))


def build(shape, settings):
    return Wave(*shape)
