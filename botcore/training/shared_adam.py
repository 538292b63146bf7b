"""What asynchronous agents share: weights, and the statistics of their Adam."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

STATISTICS = ("step", "exp_avg", "exp_avg_sq")


class SharedAdam(torch.optim.Adam):
    """Adam (Kingma & Ba 2015) with its statistics made at once rather than at the first step.

    "Shared statistics" is the variant that Mnih et al. 2016 (section 4) found the most robust: every agent
    updates the same moments, in place and without a lock.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], lr: float, eps: float = 1e-8) -> None:
        super().__init__(parameters, lr=lr, eps=eps, fused=True)
        for parameter in self.parameters():
            self.state[parameter] = {
                "step": torch.zeros((), device=parameter.device),  # a fused Adam counts where it works
                "exp_avg": torch.zeros_like(parameter, memory_format=torch.preserve_format),
                "exp_avg_sq": torch.zeros_like(parameter, memory_format=torch.preserve_format),
            }

    def parameters(self) -> list[nn.Parameter]:
        """Return what it optimises, in order."""
        return [parameter for group in self.param_groups for parameter in group["params"]]

    def set_learning_rate(self, lr: float) -> None:
        """Use this step size from now on."""
        for group in self.param_groups:
            group["lr"] = lr

    def statistics(self) -> list[Tensor]:
        """Return all statistics, in a fixed order."""
        return [self.state[parameter][name] for parameter in self.parameters() for name in STATISTICS]

    def share(self) -> list[Tensor]:
        """Put weights and statistics into shared memory; return them, for `join` in another process."""
        tensors = [*(parameter.data for parameter in self.parameters()), *self.statistics()]
        return [tensor.share_memory_() for tensor in tensors]  # type: ignore[no-untyped-call]

    def join(self, handle: list[Tensor]) -> None:
        """Let the parameters and the statistics be those that `share` returned."""
        parameters, tensors = self.parameters(), iter(handle)
        for parameter in parameters:
            parameter.data = next(tensors)
        for parameter in parameters:
            self.state[parameter] = {name: next(tensors) for name in STATISTICS}
