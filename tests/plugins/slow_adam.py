"""Adam written out, with the gradient's norm clipped: what the learners' updates are compared with."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class SlowAdam:
    """Adam (Kingma & Ba 2015, algorithm 1) with its usual decay rates, one parameter at a time.

    Attributes:
        clipped: for each step, whether the gradient was too long.
    """

    def __init__(self, network: nn.Module, *, epsilon: float, longest: float) -> None:
        self.parameters, self.epsilon, self.longest = list(network.parameters()), epsilon, longest
        self.first = [torch.zeros_like(parameter) for parameter in self.parameters]
        self.second = [torch.zeros_like(parameter) for parameter in self.parameters]
        self.clipped: list[bool] = []

    def step(self, loss: Tensor, rate: float) -> None:
        """Take one step of this size down the loss."""
        gradients = torch.autograd.grad(loss, self.parameters)
        norm = sum(float(gradient.square().sum()) for gradient in gradients) ** 0.5
        self.clipped.append(norm > self.longest)
        t = len(self.clipped)
        for number, parameter in enumerate(self.parameters):
            gradient = gradients[number] * min(1.0, self.longest / norm)
            self.first[number] = 0.9 * self.first[number] + 0.1 * gradient
            self.second[number] = 0.999 * self.second[number] + 0.001 * gradient**2
            mean, square = self.first[number] / (1 - 0.9**t), self.second[number] / (1 - 0.999**t)
            with torch.no_grad():
                parameter -= rate * mean / (square.sqrt() + self.epsilon)
