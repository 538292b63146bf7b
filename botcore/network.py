"""Eyes → memory → neurons → heads.

Shapes: T steps of time, N copies of a game, F features. An observation arrives in its own dtype (pixels
as uint8) and becomes floats here, at the last moment.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Protocol, cast, runtime_checkable

import cv2
import numpy as np
import torch
from gymnasium.spaces import Box, Discrete, Space
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.dropout import _DropoutNd

from botcore.channels import channels_come_last
from botcore.errors import BotplayError

State = tuple[Tensor, ...]
MERGED = 4  # OpenCV merges up to so many channels with the processor's vector instructions


def is_pixels(space: Space[Any]) -> bool:
    """Whether an observation is a picture: three dimensions of uint8."""
    return isinstance(space, Box) and space.dtype == np.uint8 and len(space.shape) == 3


@runtime_checkable
class CanRound(Protocol):
    """A memory that can go through time with weights in bfloat16, while its state stays float32."""

    def round_weights(self) -> None:
        """Keep the large weights in bfloat16 from now on. They learn no more."""


def innermost(pictures: Tensor) -> Tensor:
    """Return the same uint8 pictures `[B, C, H, W]` with the channels innermost in memory.

    What `contiguous(memory_format=torch.channels_last)` does byte by byte, on a CPU in a fifth of its time.
    """
    count, channels, height, width = pictures.shape
    if pictures.device.type != "cpu" or not 1 < channels <= MERGED or not pictures.is_contiguous():
        return pictures.contiguous(memory_format=torch.channels_last)
    turned = np.empty((count, height, width, channels), np.uint8)
    for planes, picture in zip(pictures.numpy(), turned, strict=True):
        cv2.merge(list(planes), picture)
    return torch.from_numpy(turned).permute(0, 3, 1, 2)


class Encoder(nn.Module):
    """Raw observations `[B, ...]` → floats: pixels `[B, C, H, W]` in 0..1, other things `[B, F]`."""

    def __init__(self, space: Space[Any]) -> None:
        super().__init__()
        self.in_bfloat16 = False
        self.categories = int(space.n) if isinstance(space, Discrete) else 0
        self.first_category = int(space.start) if isinstance(space, Discrete) else 0
        self.pixels = is_pixels(space)
        shape = tuple(space.shape or ())
        self.channels_come_last = self.pixels and channels_come_last(shape)
        if self.channels_come_last:
            shape = (shape[2], shape[0], shape[1])
        if self.categories:
            self.shape: tuple[int, ...] = (self.categories,)
        else:
            self.shape = shape if self.pixels else (int(np.prod(shape)),)

    def forward(self, observation: Tensor) -> Tensor:
        if self.categories:
            return functional.one_hot(observation.long() - self.first_category, self.categories).float()
        if not self.pixels:
            return observation.reshape(len(observation), -1).float()
        if self.channels_come_last:
            observation = observation.permute(0, 3, 1, 2)
        # Convolutions are fastest on a CPU with the channels innermost in memory, and bytes get there faster
        # than floats do.
        return innermost(observation).to(torch.bfloat16 if self.in_bfloat16 else torch.float32).mul_(1 / 255)


class Network(nn.Module):
    """A whole network, with one linear head per name in `heads`.

    Attributes:
        memory: the memory part, or None; `initial(n)` gives its empty state for n copies.
    """

    def __init__(
        self,
        encoder: Encoder,
        eyes: nn.Module | None,
        memory: nn.Module | None,
        neurons: nn.Module | None,
        features: int,
        heads: Mapping[str, int],
    ) -> None:
        super().__init__()
        self.encoder, self.eyes, self.memory, self.neurons = encoder, eyes, memory, neurons
        self.heads = nn.ModuleDict({name: nn.Linear(features, size) for name, size in heads.items()})

    @property
    def device(self) -> torch.device:
        """Where it computes. What goes in may come from anywhere; what the heads give is on the CPU."""
        return next(self.heads.parameters()).device

    def head(self, name: str) -> nn.Linear:
        """Return the linear layer of a head."""
        return cast("nn.Linear", self.heads[name])

    def begin_head(self, name: str, gain: float) -> None:
        """Give a head orthogonal weights of this gain (Saxe et al. 2014) and no bias.

        They are drawn on the CPU: a device has random numbers of its own, and a seed is to give the same
        network everywhere.
        """
        head = self.head(name)
        drawn = nn.init.orthogonal_(torch.empty(head.weight.shape), gain)
        with torch.no_grad():
            head.weight.copy_(drawn)
            head.bias.zero_()

    def initial(self, n: int) -> State:
        """Return the empty memory for n copies, where the network is; an empty tuple without a memory."""
        if self.memory is None:
            return ()
        return tuple(part.to(self.device) for part in cast("Any", self.memory).initial(n))

    def see_in_bfloat16(self) -> None:
        """Let the eyes compute in bfloat16, from weights that stay float32; everything else is as it was.

        Twice as fast where the processor multiplies bfloat16.
        """
        self.encoder.in_bfloat16 = self.eyes is not None

    def twin(self) -> Network:
        """Return a copy that acts and does not learn; `load_state_dict` brings it up to date.

        A pass over few pictures spends much of its time on fetching weights and, where the eyes see in
        bfloat16, on rounding them. There the copy keeps those of the eyes' convolutions and linear layers
        rounded, which gives the same features, and those of a memory that can do that.
        """
        twin = copy.deepcopy(self).requires_grad_(False)
        twin.to(self.device)  # where it is already; on a GPU this lays an LSTM's weights side by side again
        if twin.eyes is not None and self.encoder.in_bfloat16:
            for part in twin.eyes.modules():
                if isinstance(part, nn.Conv2d) or type(part) is nn.Linear:
                    part.to(torch.bfloat16)
            if isinstance(twin.memory, CanRound) and self.device.type == "cpu":
                twin.memory.round_weights()
        return twin

    def forward(
        self, observation: Tensor, starts: Tensor | None = None, state: State = ()
    ) -> tuple[dict[str, Tensor], State]:
        """Run `[T, N, ...]` observations through the network.

        Args:
            observation: `[T, N, ...]` raw.
            starts: `[T, N] bool`, True where an episode starts; needed with a memory.
            state: the memory's state before the first step.

        Returns:
            Each head's output `[T, N, size]` on the CPU, wherever the network is, so that a learning rule
            need not know; and the memory's state after the last step, where the network is.
        """
        time = len(observation)
        features = self.encoder(observation.to(self.device).flatten(0, 1))  # [T*N, ...]
        return self.answer(features, starts, state, time=time)

    def answer(
        self, encoded: Tensor, starts: Tensor | None, state: State, *, time: int = 1
    ) -> tuple[dict[str, Tensor], State]:
        """Go on from what the encoder gave, `[T * N, ...]`; otherwise as `forward`."""
        features: Any = encoded
        each = (time, len(encoded) // time)
        if self.eyes is not None:
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self.encoder.in_bfloat16):
                features = self.eyes(features)
            features = features.float()
        if self.memory is not None:
            here = None if starts is None else starts.to(self.device)
            features, state = self.memory(features.unflatten(0, each), state, here)
            features = features.flatten(0, 1)
        if self.neurons is not None:
            features = self.neurons(features)
        return {name: head(features).unflatten(0, each).cpu() for name, head in self.heads.items()}, state


def check_part_module(module: Any, title: str) -> None:
    """Look whether the part `title` can be a piece of a network.

    Raises:
        BotplayError: it is no module, or has a layer that computes otherwise while it learns: a network
            knows no such modes, so chance would play along, and an episode not depend on its seed alone.
    """
    if not isinstance(module, nn.Module):
        raise BotplayError(f"{title} builds {module!r:.80} where a torch.nn.Module belongs")
    for layer in module.modules():
        drops = isinstance(layer, _DropoutNd) and layer.p > 0
        drops = drops or (isinstance(layer, nn.RNNBase | nn.MultiheadAttention) and layer.dropout > 0)
        if drops or isinstance(layer, _BatchNorm):
            raise BotplayError(
                f"{title} has a {type(layer).__name__} that computes otherwise while it learns than while it "
                "plays, which no network here does; leave it out (LayerNorm can take the place of BatchNorm)"
            )


def output_features(module: nn.Module, shape: tuple[int, ...]) -> int:
    """Return F of a part that maps `[B, *shape]` to `[B, F]`, by running it once on zeros."""
    with torch.no_grad():
        output = module(torch.zeros(1, *shape))
    if output.dim() != 2:
        raise ValueError(f"a part must give [B, F], but {type(module).__name__} gives {list(output.shape)}")
    return int(output.shape[1])


def remembered_features(memory: Any, features: int, title: str) -> int:
    """Return F of a memory that maps features `[T, N, features]` to `([T, N, F], state)`, by running it once.

    Raises:
        BotplayError: it gives something else; whoever uses the network would be blamed for that later.
    """
    with torch.no_grad():
        start = torch.ones(1, 1, dtype=torch.bool)
        given = memory(torch.zeros(1, 1, features), memory.initial(1), start)
    pair = isinstance(given, tuple) and len(given) == 2
    output, state = given if pair else (given, None)
    if not (pair and isinstance(output, Tensor) and output.shape[:2] == (1, 1) and output.dim() == 3):
        shown = f"{type(output).__name__} {list(getattr(output, 'shape', []))}"
        raise BotplayError(f"{title}: forward must give (features [T, N, F], state), not {shown}")
    if not (isinstance(state, tuple) and all(isinstance(part, Tensor) for part in state)):
        raise BotplayError(f"{title}: its state must be a tuple of tensors, not {type(state).__name__}")
    return int(output.shape[-1])


def to_arrays(module: nn.Module) -> dict[str, Any]:
    """Return a module's parameters and buffers as NumPy arrays (copies)."""
    return {name: tensor.detach().cpu().numpy().copy() for name, tensor in module.state_dict().items()}


def load_arrays(module: nn.Module, arrays: Mapping[str, Any]) -> None:
    """Copy arrays into a module in place (shared memory stays shared).

    Raises:
        ValueError: a name or a shape does not fit; nothing was changed.
    """
    own = module.state_dict()
    if set(own) != set(arrays):
        odd = sorted(set(own) ^ set(arrays))[0]
        raise ValueError(f"the weights do not fit this brain: {odd!r} is in only one of the two")
    for name, tensor in own.items():
        if tuple(tensor.shape) != tuple(arrays[name].shape):
            raise ValueError(
                f"the weights do not fit this brain: {name!r} is {list(arrays[name].shape)}, "
                f"not {list(tensor.shape)}"
            )
    with torch.no_grad():
        for name, tensor in own.items():
            tensor.copy_(torch.from_numpy(np.asarray(arrays[name], order="C")))
