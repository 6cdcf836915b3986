"""Towers that trace well: the family's own layers, with the parts in between that would bake in a device or a length.

A trace records what a module did, so `torch.arange(..., device=...)` in its pooling or a mask made for one length would
become part of the model. These wrappers do the same arithmetic without either; scripts/export/tracing.py proves it.
"""

from __future__ import annotations

import contextlib
import importlib

import torch

from export.dual_encoder import ExportError


def pool_at(hidden: torch.Tensor, position: torch.Tensor) -> torch.Tensor:
    """One row of each sequence: hidden [N, L, W] at position [N]."""
    index = position.reshape(-1, 1, 1).expand(-1, 1, hidden.shape[-1])
    return hidden.gather(1, index).squeeze(1)


def pool_text(hidden: torch.Tensor, ids: torch.Tensor, how: str, eos: int | None) -> torch.Tensor:
    if how == "argmax":  # CLIP's end token has the highest id; of equals the first is taken
        return pool_at(hidden, ids.argmax(dim=-1))
    if how == "eos":
        return pool_at(hidden, (ids == eos).int().argmax(dim=-1))
    return hidden[:, 0] if how == "first" else hidden[:, -1]


def key_mask(mask: torch.Tensor) -> torch.Tensor:
    """[N, L] of 0 and 1 to the boolean [N, 1, L, L] that attention takes: nobody looks at padding."""
    return mask.bool()[:, None, None, :].expand(-1, -1, mask.shape[1], -1)


@contextlib.contextmanager
def plain_masks(*families: str):
    """transformers' mask builders replaced: they look at values, which a trace would freeze."""
    def bidirectional(*, attention_mask=None, **_):
        return None if attention_mask is None else key_mask(attention_mask)

    patched = []
    for family in families:
        module = importlib.import_module(f"transformers.models.{family}.modeling_{family}")
        patched.append((module, module.create_bidirectional_mask))
        module.create_bidirectional_mask = bidirectional
    try:
        yield
    finally:
        for module, original in patched:
            module.create_bidirectional_mask = original


def roberta_positions(ids: torch.Tensor, pad: int) -> torch.Tensor:
    """RoBERTa counts positions from pad + 1 and leaves padding at pad."""
    real = (ids != pad).long()
    return real.cumsum(dim=1) * real + pad


TEXT_MODELS = {"xlm-roberta": "xlm_roberta", "bert": "bert"}


def hugging_face_text(transformer, ids: torch.Tensor, mask: torch.Tensor):
    """The output of an XLM-RoBERTa or BERT that is part of another model."""
    kind = transformer.config.model_type
    if kind not in TEXT_MODELS:
        raise ExportError(f"its text model is a {kind}; known: {', '.join(TEXT_MODELS)}")
    extra = {"token_type_ids": torch.zeros_like(ids)}
    if kind == "xlm-roberta":
        extra["position_ids"] = roberta_positions(ids, transformer.config.pad_token_id)
    with plain_masks(TEXT_MODELS[kind]):
        return transformer(input_ids=ids, attention_mask=mask, **extra)


class Call(torch.nn.Module):
    """A function of a model as a module of its own; `model` is registered so that its weights are found."""

    def __init__(self, model: torch.nn.Module, function) -> None:
        super().__init__()
        self.model = model
        self.function = function

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        return self.function(self.model, *inputs)


class CausalText(torch.nn.Module):
    """Hugging Face's CLIP and MetaCLIP 2 text towers. Causal, pooled at the end token: padding changes nothing, so
    sequences may be as short as their texts."""

    def __init__(self, text_model, projection) -> None:
        super().__init__()
        self.text_model = text_model
        self.projection = projection
        # Configurations from before transformers PR #24773 say 2, which stands for the highest id.
        legacy = text_model.config.model_type == "clip_text_model" and text_model.eos_token_id == 2
        self.pooling = "argmax" if legacy else "eos"

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        hidden = self.text_model.embeddings(input_ids=ids)
        hidden = self.text_model.encoder(inputs_embeds=hidden, attention_mask=None, is_causal=True).last_hidden_state
        hidden = self.text_model.final_layer_norm(hidden)
        return self.projection(pool_text(hidden, ids, self.pooling, self.text_model.eos_token_id))


class OpenClipText(torch.nn.Module):
    """open_clip's own text transformer, whether part of a CLIP or a module of its own."""

    def __init__(self, text, pooling: str, eos: int | None) -> None:
        super().__init__()
        # The parts, not the CLIP that may hold them: its image tower would be saved twice.
        self.token_embedding = text.token_embedding
        self.positional_embedding = text.positional_embedding
        self.transformer = text.transformer
        self.ln_final = text.ln_final
        self.text_projection = text.text_projection
        self.register_buffer("mask", text.attn_mask)
        self.pooling = pooling
        self.eos = eos

    @property
    def causal(self) -> bool:
        return self.mask is not None

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        length = ids.shape[1]
        hidden = self.token_embedding(ids) + self.positional_embedding[:length]
        mask = None if self.mask is None else self.mask[:length, :length]
        hidden = self.ln_final(self.transformer(hidden, attn_mask=mask))
        pooled = pool_text(hidden, ids, self.pooling, self.eos)
        if self.text_projection is None:
            return pooled
        if isinstance(self.text_projection, torch.nn.Linear):
            return self.text_projection(pooled)
        return pooled @ self.text_projection
