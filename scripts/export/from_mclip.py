"""M-CLIP: a multilingual text encoder taught to agree with a CLIP's (Carlsson et al. 2022).

Its repositories hold the text side alone: a transformer, the mean over its tokens, a linear layer. The image side is
the CLIP it was taught by, which --image-model names.
"""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import AutoConfig, AutoModel, AutoTokenizer
from transformers.utils import cached_file

from export import tokenizers
from export.dual_encoder import DualEncoder, ExportError, Original
from export.from_transformers import configuration, load as load_clip
from export.towers import hugging_face_text


class MClipText(torch.nn.Module):
    def __init__(self, settings: dict, base: str) -> None:
        super().__init__()
        self.transformer = AutoModel.from_config(AutoConfig.from_pretrained(base), attn_implementation="sdpa")
        self.LinearTransformation = torch.nn.Linear(settings["transformerDimensions"], settings["numDims"])

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        hidden = hugging_face_text(self.transformer, ids, mask).last_hidden_state
        mean = (hidden * mask.unsqueeze(2)).sum(dim=1) / mask.sum(dim=1)[:, None]
        return self.LinearTransformation(mean)


def load(source: str, image_model: str | None) -> DualEncoder:
    settings = configuration(source)
    if image_model is None:
        raise ExportError(f"{source} is the text side of an M-CLIP: name the CLIP it belongs to with --image-model (its card says which)")
    # A local folder may hold the base model's configuration itself; the hub's is named by modelBase.
    base = str(Path(source) / "base") if (Path(source) / "base/config.json").is_file() else settings["modelBase"]
    text_model = MClipText(settings, base)
    state = torch.load(cached_file(source, "pytorch_model.bin"), map_location="cpu", weights_only=True)
    missing, _ = text_model.load_state_dict(state, strict=False)
    missing = [name for name in missing if "position_ids" not in name and "token_type_ids" not in name and "pooler" not in name]
    if missing:
        raise ExportError(f"{source} lacks weights: {', '.join(missing[:3])}")
    text_model.eval()
    tokenizer = AutoTokenizer.from_pretrained(source)
    image = load_clip(image_model)
    text, tokenizer_file = tokenizers.from_hugging_face(tokenizer, source)
    text |= {"context_length": 512, "padding": "longest", "mask": True}
    if image.image_tower(torch.zeros(1, 3, *image.image["size"])).shape[1] != settings["numDims"]:
        raise ExportError(f"{image_model} has embeddings of another width than {source} ({settings['numDims']})")

    @torch.no_grad()
    def embed_texts(texts):
        inputs = tokenizer(texts, padding=True, truncation=True, max_length=512, return_tensors="pt")
        # As in the multilingual-clip package.
        hidden = text_model.transformer(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"])[0]
        mask = inputs["attention_mask"]
        return text_model.LinearTransformation((hidden * mask.unsqueeze(2)).sum(dim=1) / mask.sum(dim=1)[:, None])

    def ids(texts):
        return tokenizer(texts, truncation=True, max_length=512)["input_ids"]

    return DualEncoder(
        source=f"{source} (M-CLIP) with the image encoder of {image.source}",
        licence="see the source",
        family="M-CLIP",
        image_tower=image.image_tower,
        text_tower=text_model,
        image=image.image,
        text=text,
        tokenizer_file=tokenizer_file,
        scale=image.scale,
        templates=["{}"],
        golden_texts=["a photo of a cat", "一只猫的照片", "صورة قطة", "ett foto på en katt"],
        weights=[image.image_tower, text_model],
        original=Original(ids, image.original.pixels, image.original.embed_images, embed_texts),
    )
