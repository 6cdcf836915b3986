"""Dual encoders of open_clip: OpenAI's, LAION, DataComp, DFN, MetaCLIP, EVA02, SigLIP, MobileCLIP, XLM-R, ..."""

from __future__ import annotations

from pathlib import Path

import open_clip
import torch
from open_clip.tokenizer import HFTokenizer, SimpleTokenizer
from open_clip.transform import PreprocessCfg, image_transform_v2

from export import tokenizers
from export.dual_encoder import DualEncoder, ExportError, Original
from export.towers import Call, OpenClipText, hugging_face_text

TEMPLATE = "a photo of a {}."


def load(source: str) -> DualEncoder:
    model, tokenizer, folder, label = _create(source)
    if not hasattr(model, "encode_text") or not hasattr(model, "logit_scale"):
        raise ExportError(f"{source} is a {type(model).__name__}, not a dual encoder of images and texts")
    if hasattr(model, "text_decoder"):
        raise ExportError(f"{source} is a CoCa, which captions images as well; export its contrastive half elsewhere")
    model.eval()
    text, tokenizer_file = _tokenizer(tokenizer, folder)
    tower, text_more = _text_tower(model, tokenizer)
    text |= text_more
    preprocess = PreprocessCfg(**open_clip.get_model_preprocess_cfg(model))
    bias = getattr(model, "logit_bias", None)
    original = _original(model, tokenizer, image_transform_v2(preprocess, is_train=False), text)
    multilingual = text["tokenizer"]["kind"] == "sentencepiece" and text["tokenizer"]["fairseq_ids"]
    return DualEncoder(
        source=f"open_clip {open_clip.__version__}: {label}",
        licence="see the source",
        family="open_clip",
        image_tower=_image_tower(model),
        text_tower=tower,
        image=_image_fields(preprocess, source),
        text=text,
        tokenizer_file=tokenizer_file,
        scale=model.logit_scale.exp().item(),
        bias=0.0 if bias is None else bias.item(),
        activation="softmax" if bias is None else "sigmoid",
        templates=["{}"] if multilingual else [TEMPLATE],
        golden_texts=["a photo of a cat.", "Two dogs &amp; 1 red-hot balloon, it\u2019s 9:45!"] +
                     (["一只猫的照片", "صورة قطة"] if multilingual else []),
        weights=[model],
        original=original,
    )


def _create(source: str):
    """The model, its tokenizer, where the tokenizer's files are, and what to call it."""
    if Path(source).is_dir():
        name, weights, label = f"local-dir:{Path(source).resolve()}", None, source
    else:
        name, colon, weights = source.partition(":")
        label = source
        if not colon or not weights:
            raise ExportError(f"--open-clip {source}: give ARCH:WEIGHTS, such as ViT-B-32:laion2b_s34b_b79k")
        if name not in open_clip.list_models():
            raise ExportError(f"--open-clip {source}: open_clip {open_clip.__version__} knows no architecture {name}; see scripts/export_model.py --list")
        tags = open_clip.list_pretrained_tags_by_model(name)
        if weights not in tags and not Path(weights).is_file():
            raise ExportError(f"--open-clip {source}: {weights} is neither a file nor one of {name}'s weights ({', '.join(tags) or 'none'})")
    options = {}
    # Weights trained with QuickGELU under an architecture without it answer a bit wrong (open_clip #771).
    if weights and (open_clip.get_pretrained_cfg(name, weights) or {}).get("quick_gelu"):
        options["force_quick_gelu"] = True
    model = open_clip.create_model(name, pretrained=weights, precision="fp32", device="cpu", pretrained_text=False, **options)
    tokenizer = open_clip.get_tokenizer(name)
    settings = (open_clip.get_model_config(name) or {}).get("text_cfg", {}) if weights else {}
    folder = settings.get("hf_tokenizer_name", "") if weights else str(Path(source).resolve())
    return _reparameterised(model), tokenizer, folder, label


def _reparameterised(model: torch.nn.Module) -> torch.nn.Module:
    """MobileCLIP's branches folded into single convolutions (MobileOne, Vasu et al. 2023)."""
    from timm.utils import reparameterize_model

    model.visual = reparameterize_model(model.visual.eval())
    return model


def _image_tower(model: torch.nn.Module) -> torch.nn.Module:
    return Call(model.visual, _first)


def _first(visual, pixels):
    features = visual(pixels)
    return features[0] if isinstance(features, tuple) else features


def _text_tower(model: torch.nn.Module, tokenizer) -> tuple[torch.nn.Module, dict]:
    context = tokenizer.context_length
    text = getattr(model, "text", model)
    fixed = {"context_length": context, "padding": "context", "mask": False}
    if hasattr(text, "pooler"):  # a Hugging Face text model
        return Call(text, _pooled_text), {"context_length": context, "padding": "longest", "mask": True}
    if getattr(text, "cls_emb", None) is not None or getattr(text, "use_pad_mask", False):
        raise ExportError("its text tower has a class token or a padding mask (CoCa, CLIPS), which is not supported")
    pooling = text.text_pool_type if hasattr(text, "text_pool_type") else text.pool_type
    eos = getattr(text, "text_eos_id", None) if hasattr(text, "text_pool_type") else getattr(text, "eos_id", None)
    tower = OpenClipText(text, pooling, eos)
    # What comes after the end token can't be seen by it in a causal tower, so it need not be there.
    if tower.causal and pooling in ("argmax", "eos"):
        return tower, {**fixed, "padding": "longest"}
    return tower, fixed


def _pooled_text(text, ids, mask):
    output = hugging_face_text(text.transformer, ids, mask)
    return text.proj(text.pooler(output, mask))


def _tokenizer(tokenizer, folder: str) -> tuple[dict, bytes]:
    if isinstance(tokenizer, SimpleTokenizer):
        return tokenizers.clip_bpe_from_open_clip(tokenizer)
    if not isinstance(tokenizer, HFTokenizer) or tokenizer.tokenizer_mode or tokenizer.strip_sep_token:
        raise ExportError(f"its tokenizer ({type(tokenizer).__name__}) is used in a way that is not supported")
    fields, content = tokenizers.from_hugging_face(tokenizer.tokenizer, folder)
    if fields["cleaning"] == "hf_siglip":
        raise ExportError("its tokenizer cleans texts twice, which is not supported")
    return {**fields, "cleaning": "open_clip_" + tokenizer.clean_fn.__name__.removeprefix("_clean_")}, content


def _image_fields(preprocess: PreprocessCfg, source: str) -> dict:
    size = list(preprocess.size) if isinstance(preprocess.size, (tuple, list)) else [preprocess.size] * 2
    if preprocess.mode != "RGB" or preprocess.interpolation not in ("bicubic", "bilinear") or preprocess.resize_mode not in ("shortest", "squash"):
        raise ExportError(f"the preprocessing of {source} is not supported: {preprocess}")
    if preprocess.resize_mode == "shortest" and size[0] != size[1]:
        raise ExportError(f"the preprocessing of {source} keeps the ratio for a size that is not square, which is not supported")
    return {
        "size": size, "resize": preprocess.resize_mode, "resize_size": max(size), "crop": "round",
        "interpolation": preprocess.interpolation, "antialias": True,
        "mean": list(preprocess.mean), "std": list(preprocess.std),
        "convert_rgb": "before_resize", "alpha": "drop", "exif": True,
    }


def _original(model, tokenizer, transform, text: dict) -> Original:
    def ids(texts):
        rows = tokenizer(texts).tolist()
        pad, eos = text["pad"], text["eos"]
        kept = []
        for row in rows:
            end = max((index + 1 for index, value in enumerate(row) if value != pad), default=0)
            kept.append(row[: end + 1] if pad == eos else row[:end])  # SigLIP pads with its end token
        return kept

    @torch.no_grad()
    def embed_images(batch):
        return model.encode_image(batch)

    @torch.no_grad()
    def embed_texts(texts):
        return model.encode_text(tokenizer(texts))

    @torch.no_grad()
    def scores(pictures, labels, templates):
        fill = [lambda label, template=template: template.replace("{}", label) for template in templates]
        weights = open_clip.build_zero_shot_classifier(model, tokenizer, classnames=labels, templates=fill)
        rows = model.encode_image(torch.stack([transform(picture) for picture in pictures]), normalize=True)
        logits = model.logit_scale.exp() * rows @ weights
        bias = getattr(model, "logit_bias", None)
        return logits.softmax(dim=-1) if bias is None else (logits + bias).sigmoid()

    return Original(ids, lambda picture: transform(picture.convert("RGB")), embed_images, embed_texts, scores)
