"""What must hold once one of several agents has learned on weights that they share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor


def check_shared(handle: Sequence[Tensor], before: Sequence[Tensor], agents: Iterable[Any]) -> None:
    """Fail unless all of `handle` changed since `before`, and is what each of `agents` works on."""
    for tensor, old in zip(handle, before, strict=True):
        assert not torch.equal(tensor, old), "all of it is learned"
    for agent in agents:
        own = [*agent.network.parameters(), *agent.optimiser.statistics()]
        for mine, tensor in zip(own, handle, strict=True):
            assert torch.equal(mine, tensor)
