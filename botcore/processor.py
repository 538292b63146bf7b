"""What the processor can do: it decides how fast eyes are, and how sums are rounded."""

from __future__ import annotations

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
