"""Traces a tower to TorchScript, and proves that the archive does what the tower does for other shapes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import torch
from torch.overrides import TorchFunctionMode

from export.dual_encoder import ExportError

TOLERANCE = 2e-5  # of a unit row's components, against the original


class _WithoutIdleCasts(TorchFunctionMode):
    """Leaves out casts to the type a tensor already has: a recorded one would undo a change of precision later."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if function in (torch.Tensor.to, torch.Tensor.float) and _is_idle(function, args, kwargs):
            return args[0]  # not called at all: the tracer would take its result for the tensor from then on
        return function(*args, **kwargs)


def _is_idle(function, args, kwargs) -> bool:
    tensor, targets = args[0], [*args[1:], *kwargs.values()]
    if function is torch.Tensor.float:
        targets = [torch.float32]
    dtypes = [target for target in targets if isinstance(target, torch.dtype)]
    return dtypes == targets == [tensor.dtype]


def _nodes(block) -> Iterator:
    for node in block.nodes():
        yield node
        for inner in node.blocks():
            yield from _nodes(inner)


def device_constants(traced: torch.jit.ScriptModule) -> list[str]:
    """The operators of the graph that were given a device when it was recorded; such a model runs nowhere else."""
    found = []
    for node in _nodes(traced.inlined_graph):
        is_constant = node.kind() == "prim::Constant" and node.output().type().kind() == "DeviceObjType"
        if is_constant:
            found += [use.user.kind() for use in node.output().uses()]
    return found


def trace(tower: torch.nn.Module, inputs: tuple[torch.Tensor, ...], what: str) -> torch.jit.ScriptModule:
    """`inputs` are of batch 2. Attention becomes scaled_dot_product_attention in every family."""
    torch.backends.mha.set_fastpath_enabled(False)
    tower.eval().requires_grad_(False)
    with torch.no_grad(), warnings.catch_warnings(), _WithoutIdleCasts():
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(tower, inputs, check_trace=False)
    devices = device_constants(traced)
    if devices:
        raise ExportError(f"the {what} can't be traced: its {', '.join(sorted(set(devices)))} would be bound to this device")
    return traced


def unit(rows: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.normalize(rows.float(), dim=-1)


def require_same(ours: torch.Tensor, theirs: torch.Tensor, what: str, tolerance: float = TOLERANCE) -> None:
    """An error when two sets of unit rows differ by more than rounding."""
    difference = (unit(ours) - unit(theirs)).abs().max().item()
    if not difference <= tolerance:  # also when not a number
        raise ExportError(f"the traced {what} differs from the original by {difference:.2g}; this architecture is not exported correctly")
