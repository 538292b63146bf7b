"""A long short-term memory (Hochreiter & Schmidhuber 1997) over time, for many games at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from botcore import Size


@dataclass(frozen=True)
class LstmSettings:
    """Settings of the memory `lstm`."""

    size: Size = 256
    """Number of cells."""
    layer_norm: bool = True
    """Normalise what comes in; steadies recurrent agents (PQN, Gallici et al. 2024)."""


class Lstm(nn.Module):
    """`[T, N, F] → [T, N, size]`, state `(h, c)` of `[1, N, size]` each."""

    def __init__(self, inputs: int, settings: LstmSettings) -> None:
        super().__init__()
        self.size = settings.size
        self.rounded = False
        self.norm = nn.LayerNorm(inputs) if settings.layer_norm else nn.Identity()
        self.lstm = nn.LSTM(inputs, settings.size)
        for name, parameter in self.lstm.named_parameters():
            if name.startswith("weight"):
                nn.init.orthogonal_(parameter)
            else:
                nn.init.zeros_(parameter)
        # Forget nothing at first (Jozefowicz et al. 2015); gates are stored in the order i, f, g, o.
        with torch.no_grad():
            bias: Tensor = self.lstm.bias_ih_l0  # type: ignore[assignment]
            bias[settings.size : 2 * settings.size].fill_(1.0)

    def round_weights(self) -> None:
        """Keep the matrices in bfloat16 from now on: a step of a few games is mostly the fetching of them."""
        self.rounded = True
        for matrix in self.lstm.all_weights[0][:2]:
            matrix.data = matrix.data.to(torch.bfloat16)

    def initial(self, n: int) -> tuple[Tensor, Tensor]:
        """Return the empty state for n games."""
        return torch.zeros(1, n, self.size), torch.zeros(1, n, self.size)

    def forward(
        self, features: Tensor, state: tuple[Tensor, Tensor], starts: Tensor
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Run through time, clearing a game's state wherever an episode of its starts.

        Episodes are long and starts are rare, so time is cut only where some game starts anew, and
        everything between two cuts is one call of the fused LSTM.
        """
        features = self.norm(features)
        anew = starts.any(1).cpu().tolist()
        cuts = [0, *(t for t in range(1, len(anew)) if anew[t]), len(anew)]
        outputs = []
        for begin, end in pairwise(cuts):
            keep = (~starts[begin]).to(features.dtype)[None, :, None]  # [1, N, 1]
            state = (state[0] * keep, state[1] * keep)
            run = self._written_out if self.rounded else self.lstm
            output, state = run(features[begin:end], state)
            outputs.append(output)
        return torch.cat(outputs) if len(outputs) > 1 else outputs[0], state

    def _written_out(
        self, features: Tensor, state: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Do what `self.lstm` does, with rounded matrices; sums and state are float32."""
        from_input, from_state, *biases = self.lstm.all_weights[0]
        h, c = state[0][0], state[1][0]  # [N, size]
        outputs = []
        for x in features.to(torch.bfloat16):
            gates = (x @ from_input.T).float() + (h.to(torch.bfloat16) @ from_state.T)
            i, f, g, o = (gates + biases[0] + biases[1]).chunk(4, dim=1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            outputs.append(h)
        return torch.stack(outputs), (h[None], c[None])


def build(shape: tuple[int, ...], settings: LstmSettings) -> nn.Module:
    """Return an `Lstm` for `[T, N, F]` with `shape = (F,)`."""
    return Lstm(shape[0], settings)
