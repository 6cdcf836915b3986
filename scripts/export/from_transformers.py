"""Dual encoders of Hugging Face transformers: CLIP, SigLIP and SigLIP 2 of fixed size, Chinese-CLIP, MetaCLIP 2, AltCLIP."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from transformers import AutoConfig, AutoImageProcessor, AutoModel, AutoTokenizer, pipeline
from transformers.utils import cached_file

from export import tokenizers
from export.dual_encoder import DualEncoder, ExportError, Original
from export.towers import Call, CausalText, plain_masks, roberta_positions

PIPELINE_TEMPLATE = "This is a photo of {}."  # of pipeline("zero-shot-image-classification")
RESAMPLING = {2: "bilinear", 3: "bicubic"}


def configuration(source: str) -> dict:
    """config.json as it is: transformers refuses types it has no class for."""
    path = cached_file(source, "config.json")
    return json.loads(Path(path).read_text())


def load(source: str) -> DualEncoder:
    kind = configuration(source).get("model_type", "unknown")
    if kind == "siglip2":
        raise ExportError(f"{source} is a SigLIP 2 of variable size (NaFlex); only those of a fixed size can be exported")
    if kind not in FAMILIES:
        raise ExportError(f"{source} is of type {kind}, not a dual encoder of images and texts; known: {', '.join(FAMILIES)}")
    family = FAMILIES[kind]
    config = AutoConfig.from_pretrained(source)
    model = AutoModel.from_pretrained(source, attn_implementation="sdpa", dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(source)
    processor = AutoImageProcessor.from_pretrained(source, backend="pil")
    text, tokenizer_file = tokenizers.from_hugging_face(tokenizer, source)
    text |= family.text(model, tokenizer)
    bias = getattr(model, "logit_bias", None)
    return DualEncoder(
        source=f"{source} (Hugging Face, {type(model).__name__})",
        licence=_licence(source),
        family=family.name,
        image_tower=_image_tower(model),
        text_tower=family.tower(model),
        image=image_fields(processor, source),
        text=text,
        tokenizer_file=tokenizer_file,
        scale=model.logit_scale.exp().item(),
        bias=0.0 if bias is None else bias.item(),
        activation="softmax" if bias is None else "sigmoid",
        templates=family.templates,
        golden_texts=family.golden_texts,
        weights=[model],
        original=_original(model, tokenizer, processor, config, text),
    )


def _image_tower(model: torch.nn.Module) -> torch.nn.Module:
    vision = model.vision_model
    projection = getattr(model, "visual_projection", None)
    if projection is None:
        return Call(vision, lambda tower, pixels: tower(pixel_values=pixels).pooler_output)

    parts = torch.nn.ModuleList([vision, projection])
    return Call(parts, lambda both, pixels: both[1](both[0](pixel_values=pixels).pooler_output))


def image_fields(processor, source: str) -> dict:
    """The manifest's image part from a Hugging Face image processor."""
    size, crop = dict(processor.size), dict(processor.crop_size or {}) if processor.do_center_crop else {}
    size = {key: value for key, value in size.items() if value is not None}
    crop = {key: value for key, value in crop.items() if value is not None}
    if not (processor.do_resize and processor.do_rescale and processor.do_normalize):
        raise ExportError(f"the image processor of {source} leaves out resizing, rescaling or normalising")
    if abs(processor.rescale_factor * 255 - 1) > 1e-6 or int(processor.resample) not in RESAMPLING:
        raise ExportError(f"the image processor of {source} has a rescale factor or resampling that is not supported")
    if "shortest_edge" in size:
        target = [crop["height"], crop["width"]]
        resize, resize_size = "shortest", size["shortest_edge"]
    else:
        target = [size["height"], size["width"]]
        if crop and [crop["height"], crop["width"]] != target:
            raise ExportError(f"the image processor of {source} resizes to {size}, then crops to {crop}, which is not supported")
        resize, resize_size = "squash", max(target)
    return {
        "size": target, "resize": resize, "resize_size": resize_size, "crop": "floor",
        "interpolation": RESAMPLING[int(processor.resample)], "antialias": True,
        "mean": list(processor.image_mean), "std": list(processor.image_std),
        "convert_rgb": "before_resize", "alpha": "drop", "exif": True,
    }


def _original(model, tokenizer, processor, config, text: dict) -> Original:
    """As transformers' own documentation and pipeline use the model."""
    context = text["context_length"]
    padding = "max_length" if text["padding"] == "context" else True

    def encode(texts, **options):
        return tokenizer(texts, truncation=True, max_length=context, **options)

    def pixels(picture):
        return processor(images=[picture], return_tensors="pt")["pixel_values"][0]

    @torch.no_grad()
    def embed_images(batch):
        return model.get_image_features(pixel_values=batch).pooler_output

    @torch.no_grad()
    def embed_texts(texts):
        inputs = encode(texts, padding=padding, return_tensors="pt")
        names = ("input_ids", "attention_mask") if config.model_type not in ("siglip",) else ("input_ids",)
        return model.get_text_features(**{name: inputs[name] for name in names}).pooler_output

    def scores(pictures, labels, templates):
        if len(templates) != 1:
            return None
        classify = pipeline("zero-shot-image-classification", model=model, tokenizer=tokenizer, image_processor=processor)
        answers = classify(pictures, candidate_labels=labels, hypothesis_template=templates[0])
        return torch.tensor([[{entry["label"]: entry["score"] for entry in answer}[label] for label in labels] for answer in answers])

    return Original(lambda texts: encode(texts)["input_ids"], pixels, embed_images, embed_texts, scores)


def _licence(source: str) -> str:
    """The licence that the model card's header names."""
    try:
        card = cached_file(source, "README.md", _raise_exceptions_for_missing_entries=False)
    except OSError:
        card = None
    for line in Path(card).read_text(errors="replace").splitlines()[:60] if card else []:
        if line.startswith("license:"):
            return line.removeprefix("license:").strip()
    return "see the source"


class _Clip:
    name = "CLIP"
    templates = [PIPELINE_TEMPLATE]
    golden_texts = ["This is a photo of a cat.", "Two dogs & 1 red-hot balloon, it's 9:45!"]

    @staticmethod
    def text(model, tokenizer) -> dict:
        return {"context_length": model.config.text_config.max_position_embeddings, "padding": "longest", "mask": False}

    @staticmethod
    def tower(model) -> torch.nn.Module:
        return CausalText(model.text_model, model.text_projection)


class _MetaClip2(_Clip):
    name = "MetaCLIP 2"
    templates = ["{}"]
    golden_texts = ["a photo of a cat", "一只猫的照片", "صورة قطة", "фотография кота"]


class _Siglip(_Clip):
    name = "SigLIP"

    @staticmethod
    def text(model, tokenizer) -> dict:
        return {"context_length": model.config.text_config.max_position_embeddings, "padding": "context", "mask": False}

    @staticmethod
    def tower(model) -> torch.nn.Module:
        return Call(model.text_model, _masked_siglip)


def _masked_siglip(text_model, ids):
    with plain_masks("siglip"):
        return text_model(input_ids=ids).pooler_output


class _ChineseClip(_Clip):
    name = "Chinese-CLIP"
    templates = ["一张{}的图片。"]
    golden_texts = ["一张猫的图片。", "两只狗和1个红气球 (2026)"]

    @staticmethod
    def text(model, tokenizer) -> dict:
        # The model has 512 positions and was trained with 52 tokens (its paper, and cn_clip's tokenizer).
        return {"context_length": 52, "padding": "longest", "mask": True}

    @staticmethod
    def tower(model) -> torch.nn.Module:
        return Call(torch.nn.ModuleList([model.text_model, model.text_projection]), _chinese_text)


def _chinese_text(both, ids, mask):
    with plain_masks("chinese_clip"):
        hidden = both[0](input_ids=ids, attention_mask=mask, token_type_ids=torch.zeros_like(ids)).last_hidden_state
    return both[1](hidden[:, 0])


class _AltClip(_Clip):
    name = "AltCLIP"
    templates = ["{}"]
    golden_texts = ["a photo of a cat", "一只猫的照片"]

    @staticmethod
    def text(model, tokenizer) -> dict:
        return {"context_length": 77, "padding": "longest", "mask": True}

    @staticmethod
    def tower(model) -> torch.nn.Module:
        return Call(torch.nn.ModuleList([model.text_model, model.text_projection]), _alt_text)


def _alt_text(both, ids, mask):
    pad = both[0].config.pad_token_id
    with plain_masks("altclip"):
        hidden = both[0](input_ids=ids, attention_mask=mask, token_type_ids=torch.zeros_like(ids),
                         position_ids=roberta_positions(ids, pad)).last_hidden_state
    return both[1](hidden[:, 0])


FAMILIES = {"clip": _Clip, "siglip": _Siglip, "chinese_clip": _ChineseClip, "metaclip_2": _MetaClip2, "altclip": _AltClip}
