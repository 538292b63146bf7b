"""Does a part of a network keep the contract?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from botcore.contracts.brain import Role
from botcore.errors import BotplayError
from botcore.loading import call, load
from botcore.network import check_part_module, load_arrays, to_arrays
from botcore.plugins import Plugins
from botcore.settings import make

STEPS, COPIES = 6, 3
SHAPES: Mapping[Role, tuple[int, ...]] = {"eyes": (1, 84, 84), "memory": (24,), "neurons": (24,)}


def check_part(
    plugins: Plugins,
    role: Role,
    name: str,
    *,
    shape: tuple[int, ...] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> None:
    """Build a part for an input of `shape` (default: one that is usual), run it, and let gradients through.

    Raises:
        AssertionError: the contract is broken; the message says where.
        BotplayError: there is no such part, or it has no such settings.
    """
    part, shape = plugins.part(role, name), shape or SHAPES[role]
    made = None if part.settings is None else make(load(part.settings), settings or {}, role)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        module, other = (call(part.build, shape, made) for _ in range(2))
        try:
            check_part_module(module, f"{role} {name}")
        except BotplayError as error:
            raise AssertionError(str(error)) from error
        buffers = {name: tensor.clone() for name, tensor in module.named_buffers()}
        if role == "memory":
            given = torch.rand(STEPS, COPIES, *shape, requires_grad=True)
            output = _check_memory(module, given)
        else:
            given = torch.rand(COPIES, *shape, requires_grad=True)
            output = module(given)
            _check_shape(output, (COPIES,), "it must give [B, F]")
    for buffer, tensor in module.named_buffers():
        assert torch.equal(buffers[buffer], tensor), (
            f"its buffer {buffer} changes as it computes: a network learns by its parameters alone, "
            "and agents share nothing else"
        )
    output.pow(2).sum().backward()  # type: ignore[no-untyped-call]
    assert given.grad is not None and bool(given.grad.any()), "no gradient reaches what comes in"  # noqa: PT018
    for parameter, tensor in module.named_parameters():
        assert tensor.grad is not None, f"no gradient reaches its parameter {parameter}"
    load_arrays(other, to_arrays(module))


def _check_shape(output: Any, leading: tuple[int, ...], words: str) -> None:
    shape = tuple(output.shape) if isinstance(output, Tensor) else output
    fits = isinstance(output, Tensor) and shape[:-1] == leading
    assert fits, f"{words}, not {shape!r:.80}"


def _check_memory(module: Any, given: Tensor) -> Tensor:
    """Run through time, in one go and step by step, with and without an episode that starts in between."""
    _check_state(module.initial(COPIES), "initial(n)")
    never = torch.zeros(STEPS, COPIES, dtype=torch.bool)
    output, state = _run(module, given, module.initial(COPIES), never)
    _check_shape(output, (STEPS, COPIES), "it must give features [T, N, F] and a state")
    _check_state(state, "the state after a run")
    state, one_by_one = module.initial(COPIES), []
    for step in range(STEPS):
        features, state = _run(module, given[step : step + 1], state, never[:1])
        one_by_one.append(features)
    _check_equal(torch.cat(one_by_one), output, "step by step it must give what it gives in one go")

    half, starts = STEPS // 2, never.clone()
    starts[half, 1] = True
    cut, _ = _run(module, given, module.initial(COPIES), starts)
    anew, _ = _run(module, given[half:], module.initial(COPIES), never[half:])
    _check_equal(
        cut[half:, 1], anew[:, 1], "where an episode starts the state must be cleared before that step"
    )
    for copy in (0, 2):
        _check_equal(cut[:, copy], output[:, copy], "a start must clear the state of its own copy only")
    _check_first_start(module, given, state)
    return output


def _check_first_start(module: Any, given: Tensor, state: Any) -> None:
    """Begin anew where a run begins, as each episode does while it plays: it acts one step at a time."""
    starts = torch.tensor([[False, True, False]])
    begun, _ = _run(module, given[:1], state, starts)
    anew, _ = _run(module, given[:1], module.initial(COPIES), starts)
    on, _ = _run(module, given[:1], state, ~starts & starts)
    _check_equal(begun[:, 1], anew[:, 1], "a start in the first step of a run must clear the state, too")
    for copy in (0, 2):
        _check_equal(begun[:, copy], on[:, copy], "a start must clear the state of its own copy only")


def _run(module: Any, features: Tensor, state: Any, starts: Tensor) -> tuple[Tensor, Any]:
    result = module(features, state, starts)
    pair = isinstance(result, tuple) and len(result) == 2
    assert pair, f"forward must give (features, state), not {type(result).__name__}"
    return result  # type: ignore[no-any-return]


def _check_state(state: Any, what: str) -> None:
    assert isinstance(state, tuple), f"{what} must be a tuple of tensors, not {type(state).__name__}"
    for tensor in state:
        shape = list(tensor.shape)
        assert len(shape) >= 2, f"{what} must be tensors [..., n, M], not {shape}"
        assert shape[-2] == COPIES, f"{what} must be tensors [..., n, M] with n = {COPIES}, not {shape}"


def _check_equal(first: Tensor, second: Tensor, words: str) -> None:
    assert first.shape == second.shape, words
    assert torch.allclose(first, second, rtol=1e-4, atol=1e-5), words
