"""The text encoder: MiniLM with a head that predicts which ImageNet classes a label covers."""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .quantize import QuantizedTensor

WIDTH, LAYERS, HEADS, INNER = 384, 6, 12, 1536
NORM_EPSILON = 1e-12


class Linear(nn.Module):
    """A linear layer that trains a parameter and, after `to_constants`, serves it from a QuantizedTensor."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.weight: nn.Module | nn.Parameter = nn.Parameter(weight.clone())
        self.bias = nn.Parameter(bias.clone())

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight() if isinstance(self.weight, QuantizedTensor) else self.weight
        return F.linear(x, weight, self.bias)


class Layer(nn.Module):
    def __init__(self, state: dict[str, Tensor], prefix: str) -> None:
        super().__init__()

        def linear(name: str) -> Linear:
            return Linear(state[f"{prefix}{name}.weight"], state[f"{prefix}{name}.bias"])

        self.query = linear("attention.self.query")
        self.key = linear("attention.self.key")
        self.value = linear("attention.self.value")
        self.output = linear("attention.output.dense")
        self.attention_norm = _norm(state, f"{prefix}attention.output.LayerNorm")
        self.inner = linear("intermediate.dense")
        self.outer = linear("output.dense")
        self.norm = _norm(state, f"{prefix}output.LayerNorm")

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        def heads(y: Tensor) -> Tensor:
            return y.unflatten(2, (HEADS, WIDTH // HEADS)).transpose(1, 2)

        attended = F.scaled_dot_product_attention(
            heads(self.query(x)), heads(self.key(x)), heads(self.value(x)), attn_mask=mask
        )
        x = self.attention_norm(x + self.output(attended.transpose(1, 2).flatten(2)))
        return self.norm(x + self.outer(F.gelu(self.inner(x))))


class Head(nn.Module):
    """Sentence embedding to class logits: likeness to the classes' names, and what training adds to it."""

    NAME_GAIN, NAME_BIAS = 16.0, -9.0

    def __init__(self, outputs: int, hidden: int = 1024) -> None:
        super().__init__()
        self.names = Linear(torch.zeros(outputs, WIDTH), torch.full((outputs,), self.NAME_BIAS))
        self.inner = Linear(torch.randn(hidden, WIDTH) * 0.4, torch.zeros(hidden))
        self.outer = Linear(torch.zeros(outputs, hidden), torch.zeros(outputs))

    def start_from(self, class_embeddings: Tensor) -> None:
        with torch.no_grad():
            self.names.weight.copy_(self.NAME_GAIN * class_embeddings)

    def forward(self, sentence: Tensor) -> Tensor:
        return self.names(sentence) + self.outer(F.gelu(self.inner(sentence)))


class TextTower(nn.Module):
    """ids and mask to class logits, whose sigmoid is the membership."""

    def __init__(self, state: dict[str, Tensor], context_length: int, outputs: int) -> None:
        super().__init__()
        self.words: nn.Module | nn.Parameter = nn.Parameter(state["embeddings.word_embeddings.weight"].clone())
        # Every label is one segment, so its embedding belongs to the positions.
        positions = state["embeddings.position_embeddings.weight"][:context_length]
        self.positions = nn.Parameter(positions + state["embeddings.token_type_embeddings.weight"][0])
        self.norm = _norm(state, "embeddings.LayerNorm")
        self.layers = nn.ModuleList(Layer(state, f"encoder.layer.{i}.") for i in range(LAYERS))
        self.head = Head(outputs)

    def sentence(self, ids: Tensor, mask: Tensor) -> Tensor:
        """The unit sentence embedding that MiniLM was trained to give."""
        words = self.words() if isinstance(self.words, QuantizedTensor) else self.words
        x = self.norm(F.embedding(ids, words) + self.positions[: ids.size(1)])
        kept = mask.to(x.dtype)
        added = ((1.0 - kept) * -1e9)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, added)
        pooled = (x * kept[:, :, None]).sum(dim=1) / kept.sum(dim=1, keepdim=True).clamp_min(1.0)
        return F.normalize(pooled, dim=1)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        return self.head(self.sentence(ids, mask))

    def to_constants(self, bits: int) -> None:
        """Freezes the weights as buffers, matrices in `bits` each."""
        for module in list(self.modules()):
            if isinstance(module, Linear):
                weight = module.weight.detach()
                del module.weight
                module.weight = QuantizedTensor(weight, bits)
        words = self.words.detach()
        del self.words
        self.words = QuantizedTensor(words, bits)
        self.requires_grad_(False)


def _norm(state: dict[str, Tensor], prefix: str) -> nn.LayerNorm:
    norm = nn.LayerNorm(WIDTH, eps=NORM_EPSILON)
    norm.load_state_dict({"weight": state[f"{prefix}.weight"], "bias": state[f"{prefix}.bias"]})
    return norm


def load_text_tower(folder: Path, context_length: int, outputs: int) -> TextTower:
    """The pretrained MiniLM of `folder` with an untrained head."""
    from safetensors.torch import load_file

    return TextTower(load_file(folder / "model.safetensors"), context_length, outputs)
