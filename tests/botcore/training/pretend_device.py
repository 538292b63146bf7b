"""A device for machines without one: its tensors keep their numbers on the CPU and say that they do not.

As on a GPU, an operation whose tensors lie on both sides is an error, and so is `.numpy()` before `.cpu()`.
Drawing random numbers there is one too: a GPU would draw others than the CPU.
What trains on it moves every tensor where it belongs, and must learn exactly what it learns on the CPU.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode, return_and_correct_aliasing
from torch.utils._pytree import tree_leaves, tree_map
from torch.utils.backend_registration import (
    _DummyBackendModule,
    _setup_privateuseone_for_python_backend,
)

DEVICE = "pretend"
ACROSS = ("copy_", "_to_copy")
"""What may have tensors on both sides; numbers of dimension 0 may come along anywhere, as on a GPU."""


@contextmanager
def pretend_device() -> Iterator[str]:
    """Give the name of a device that exists while this lasts."""
    _register()
    with _Pretending():
        yield DEVICE


@cache
def _register() -> None:
    _setup_privateuseone_for_python_backend(DEVICE, backend_module=_Module())


class _Module(_DummyBackendModule):  # type: ignore[misc]
    def get_amp_supported_dtype(self) -> list[torch.dtype]:
        """Autocast asks."""
        return [torch.bfloat16]


class Pretend(Tensor):
    """A tensor on the device; `kept` holds its numbers."""

    kept: Tensor

    @staticmethod
    def __new__(cls, kept: Tensor) -> Pretend:
        """Put a tensor on the device."""
        made: Pretend = Tensor._make_wrapper_subclass(  # type: ignore[attr-defined]
            cls,
            kept.shape,
            strides=kept.stride(),
            storage_offset=kept.storage_offset(),
            dtype=kept.dtype,
            device=f"{DEVICE}:0",
        )
        made.kept = kept
        return made

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operation that has such a tensor among what it is given."""
        return _run(func, args, kwargs or {})


class _Pretending(TorchDispatchMode):
    """Operations that are given no such tensor, but make one."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _run(func, args, kwargs or {})


def _run(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    name = func.overloadpacket.__name__
    tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
    there = [tensor for tensor in tensors if isinstance(tensor, Pretend)]
    index = name == "index" and isinstance(args[0], Pretend)  # A GPU takes indices from the CPU.
    if there and name not in ACROSS and not index:
        here = [tensor for tensor in tensors if not isinstance(tensor, Pretend) and tensor.dim()]
        if here:
            raise RuntimeError(f"{func}: {[tuple(t.shape) for t in here]} lie on the CPU, others do not")
    if there and torch.Tag.nondeterministic_seeded in func.tags:
        raise RuntimeError(f"{func} draws random numbers on the device, which are others than the CPU's")
    target = kwargs.get("device")
    if target is not None:
        result_is_there = torch.device(target).type == DEVICE
        kwargs = {**kwargs, "device": torch.device("cpu")}
    else:
        result_is_there = isinstance(args[0], Pretend) if name == "copy_" else bool(there)
    given, named = tree_map(lambda x: x.kept if isinstance(x, Pretend) else x, (args, kwargs))
    result = _INSTEAD.get(name, func)(*given, **named)
    known = {id(tensor.kept): tensor for tensor in there}

    def wrap(x: Any) -> Any:
        if not isinstance(x, Tensor):
            return x
        if id(x) in known:
            return known[id(x)]
        return Pretend(x) if result_is_there else x

    wrapped = tree_map(wrap, result)
    if there and torch.Tag.inplace_view in func.tags:
        return return_and_correct_aliasing(func, args, kwargs, wrapped)
    return wrapped


def _cell(
    inputs: Tensor,
    hidden: Tensor,
    before: Tensor,
    input_bias: Tensor | None = None,
    hidden_bias: Tensor | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """A step of an LSTM, which devices do in one operation that the CPU does not have."""
    gates = inputs + hidden
    if input_bias is not None and hidden_bias is not None:
        gates = gates + input_bias + hidden_bias
    i, f, g, o = gates.chunk(4, 1)
    i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
    after = f * before + i * g
    return o * after.tanh(), after, torch.cat([i, f, g, o], 1)


def _cell_backward(
    grad_h: Tensor | None,
    grad_c: Tensor | None,
    before: Tensor,
    after: Tensor,
    gates: Tensor,
    has_bias: bool,
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Its gradient."""
    i, f, g, o = gates.chunk(4, 1)
    grad_h = torch.zeros_like(after) if grad_h is None else grad_h
    grad_c = torch.zeros_like(after) if grad_c is None else grad_c
    squashed = after.tanh()
    grad_c = grad_c + grad_h * o * (1 - squashed.square())
    grad_i, grad_f = grad_c * g * i * (1 - i), grad_c * before * f * (1 - f)
    grad_g, grad_o = grad_c * i * (1 - g.square()), grad_h * squashed * o * (1 - o)
    gradient = torch.cat([grad_i, grad_f, grad_g, grad_o], 1)
    return gradient, grad_c * f, gradient.sum(0) if has_bias else None


_INSTEAD = {"_thnn_fused_lstm_cell": _cell, "_thnn_fused_lstm_cell_backward_impl": _cell_backward}
