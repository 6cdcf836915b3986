"""The one shape that every family is brought into before it is traced and written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from PIL import Image


class ExportError(Exception):
    """Something the user can mend: one line that names it and the remedy."""


@dataclass
class Original:
    """How the Python original does each stage. What we export is compared with these and nothing else."""

    ids: Callable[[list[str]], list[list[int]]]  # special ids included, no padding
    pixels: Callable[[Image.Image], torch.Tensor]  # [3, height, width], normalised
    embed_images: Callable[[torch.Tensor], torch.Tensor]  # pixels [N, 3, H, W] to [N, width], any length
    embed_texts: Callable[[list[str]], torch.Tensor]  # [N, width], any length
    # The library's own zero-shot classification: pictures, labels, templates to [pictures, labels]; None where it has
    # none for that many templates.
    scores: Callable[[list[Image.Image], list[str], list[str]], torch.Tensor | None] = lambda *_: None


@dataclass
class DualEncoder:
    """Two towers that can be traced, and all that the manifest says of them (models/README.md)."""

    source: str
    licence: str
    family: str
    image_tower: torch.nn.Module  # pixels to embeddings
    text_tower: torch.nn.Module  # ids (and a mask) to embeddings
    image: dict  # the manifest's "image" but for the encoder's file name
    text: dict  # the manifest's "text", likewise
    tokenizer_file: bytes
    scale: float
    original: Original
    bias: float = 0.0
    activation: str = "softmax"
    templates: list[str] = field(default_factory=lambda: ["a photo of a {}."])
    weights: list[torch.nn.Module] = field(default_factory=list)  # what --precision rounds
    golden_texts: list[str] = field(default_factory=lambda: ["a photo of a cat.", "Two dogs & 1 red-hot balloon, it's 9:45!"])
