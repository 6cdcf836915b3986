"""Weights kept small in the archive that become plain fp32 constants when the module is frozen."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class QuantizedTensor(nn.Module):
    """A weight stored as int8 with one scale per output row (bits=8), fp16 (bits=16) or fp32 (bits=0).

    `forward` returns fp32 from buffers alone, so `freeze` folds it into a constant.
    """

    def __init__(self, weight: Tensor, bits: int) -> None:
        super().__init__()
        self.bits = bits
        weight = weight.detach().float()
        if bits == 8:
            rows = weight.reshape(weight.shape[0], -1)
            scale = rows.abs().amax(dim=1).clamp_min(1e-12) / 127
            shape = [-1] + [1] * (weight.dim() - 1)
            self.register_buffer("scale", scale.reshape(shape))
            self.register_buffer("values", torch.round(weight / self.scale).to(torch.int8))
        else:
            self.register_buffer("values", weight.half() if bits == 16 else weight.clone())

    def forward(self) -> Tensor:
        if self.bits == 8:
            return self.values.float() * self.scale
        if self.bits == 16:
            return self.values.float()
        return self.values

    def requantized(self, bits: int) -> "QuantizedTensor":
        return QuantizedTensor(self.forward(), bits)


def quantize_(module: nn.Module, bits: int) -> None:
    """Replaces every QuantizedTensor inside `module` by one of `bits`."""
    for name, child in module.named_children():
        if isinstance(child, QuantizedTensor):
            setattr(module, name, child.requantized(bits))
        else:
            quantize_(child, bits)
