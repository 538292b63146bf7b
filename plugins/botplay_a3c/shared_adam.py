"""Adam whose statistics can lie in shared memory, so that asynchronous agents share them too."""

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

    def __init__(self, parameters: Iterable[nn.Parameter], lr: float, eps: float) -> None:
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

    def use_statistics(self, tensors: list[Tensor]) -> None:
        """Work on these tensors (for example shared ones) from now on."""
        names = iter(tensors)
        for parameter in self.parameters():
            self.state[parameter] = {name: next(names) for name in STATISTICS}
