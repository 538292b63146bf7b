"""What the processor and the GPU can do: it decides how fast eyes are, and how sums are rounded."""

from __future__ import annotations

import warnings
from typing import Any

import torch


def capabilities() -> dict[str, Any]:
    """Return what torch knows about the processor; an older torch knows nothing."""
    ask = getattr(torch.cpu, "get_capabilities", None)
    return dict(ask()) if ask else {}


def multiplies_bfloat16() -> bool:
    """Whether it multiplies bfloat16 itself; where it does not, doing so is ten times slower."""
    return bool(capabilities().get("avx512_bf16") or capabilities().get("amx_bf16"))


def name() -> str:
    """Return its name and the vector instructions torch uses on it, as in `AMD EPYC, AVX512`."""
    return f"{capabilities().get('cpu_name', 'unknown')}, {torch.backends.cpu.get_cpu_capability()}"


def take_hold_of_gpu() -> None:
    """Let the thread in which torch goes backward on the GPU begin there, without its warning.

    Its first matrix product finds that no CUDA context is set, sets it, and warns.
    """
    one = torch.ones(1, 1, device="cuda", requires_grad=True)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*no current CUDA context")
        (one @ one).sum().backward()  # type: ignore[no-untyped-call]
