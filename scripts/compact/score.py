"""The space both towers map into: image rows hold class evidence, text rows class membership.

cosine(image, text) = sum over classes of evidence * membership, divided by a fixed radius. Each side is made a
unit row by one more coordinate, which the other side leaves zero: so the score stays an exact sum, and a word for
118 breeds is not punished for covering them all.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .image_tower import CLASS_COUNT, Backbone
from .text_tower import TextTower

# The network was trained with label smoothing: every class gets this much in every picture. Summed over a word's
# hundred breeds it would outweigh what is really seen.
FLOOR = 0.001
# A picture of something outside ImageNet spreads its probability thinly, so part of what the floor took is given back.
REGAIN = 0.5
TEXT_RADIUS = 20.0
WIDTH = CLASS_COUNT + 2


def evidence(logits: Tensor) -> Tensor:
    """Class probabilities above the floor; they sum to at most 1."""
    kept = torch.relu(torch.softmax(logits, dim=1) - FLOOR)
    return kept / kept.sum(dim=1, keepdim=True).clamp_min(0.01) ** REGAIN


class ImageEncoder(nn.Module):
    """pixels [N,3,H,W] to unit rows [N,D]."""

    def __init__(self, backbone: Backbone) -> None:
        super().__init__()
        self.backbone = backbone

    def forward(self, pixels: Tensor) -> Tensor:
        row = evidence(self.backbone(pixels))
        rest = torch.sqrt((1.0 - (row * row).sum(dim=1, keepdim=True)).clamp_min(0.0))
        return torch.nn.functional.normalize(torch.cat([row, rest, torch.zeros_like(rest)], dim=1), dim=1)


class TextEncoder(nn.Module):
    """ids and mask [N,L] to unit rows [N,D]."""

    def __init__(self, tower: TextTower) -> None:
        super().__init__()
        self.tower = tower

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        row = torch.sigmoid(self.tower(ids, mask)) / TEXT_RADIUS
        rest = torch.sqrt((1.0 - (row * row).sum(dim=1, keepdim=True)).clamp_min(0.0))
        return torch.nn.functional.normalize(torch.cat([row, torch.zeros_like(rest), rest], dim=1), dim=1)
