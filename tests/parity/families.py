"""The rows of models/README.md: a model of each family with seeded weights, and how it is exported.

Two sizes: `full` is the published architecture; otherwise towers have two layers each where the full ones would take
minutes, everything else (widths, vocabularies, pooling, preprocessing) as published.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import seeded

L14 = {"hidden_size": 1024, "intermediate_size": 4096, "num_attention_heads": 16, "num_hidden_layers": 24, "patch_size": 14}
L14_TEXT = {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12}
XLM_LARGE = {"hidden_size": 1024, "intermediate_size": 4096, "num_attention_heads": 16, "num_hidden_layers": 24}
METACLIP_H = {"hidden_size": 1280, "intermediate_size": 5120, "num_attention_heads": 16, "num_hidden_layers": 32, "patch_size": 14}
METACLIP_H_TEXT = {"hidden_size": 1024, "intermediate_size": 4096, "num_attention_heads": 16, "num_hidden_layers": 24,
                   "max_position_embeddings": 77}


@dataclass
class Row:
    name: str
    make: Callable[[Path, bool], None]  # folder, full
    open_clip: bool = False
    image_model: bool = False
    always_full: bool = False
    slow: bool = False  # another row covers the family

    def arguments(self, folder: Path) -> list[str]:
        if self.image_model:
            return [str(folder), "--image-model", str(folder / "image")]
        return ["--open-clip", str(folder)] if self.open_clip else [str(folder)]


def _layers(full: bool, settings: dict) -> dict:
    return settings if full else settings | seeded.SHALLOW


def _clip(vision: dict, text: dict, width: int, size: int = 224):
    def make(folder: Path, full: bool) -> None:
        seeded.hf_clip(folder, _layers(full, vision), _layers(full, text), width, size)
    return make


def _open_clip(architecture: str, tag: str | None = None, tokenizer=None, cut: bool = True, text: dict | None = None):
    def make(folder: Path, full: bool) -> None:
        changes: dict = {"text_cfg": dict(text or {})}
        if cut and not full:
            changes = {"vision_cfg": {"layers": 2}, "text_cfg": {"layers": 2, **(text or {})}}
        seeded.open_clip_folder(folder, architecture, tag, changes, tokenizer)
    return make


def _chinese(folder: Path, full: bool) -> None:
    seeded.chinese_clip(folder, _layers(full, {}), _layers(full, {}), chinese_vocabulary())


def chinese_vocabulary() -> Path:
    """vocab.txt of the package cn-clip, which is installed for that file alone."""
    package = importlib.util.find_spec("cn_clip")
    if package:
        return Path(package.submodule_search_locations[0]) / "clip/vocab.txt"
    raise FileNotFoundError("cn-clip is not installed: see scripts/requirements-test-data.txt")


def _metaclip2(folder: Path, full: bool) -> None:
    seeded.metaclip2(folder, _layers(full, METACLIP_H), _layers(full, METACLIP_H_TEXT), 1024, 224 if not full else 378)


def _alt(folder: Path, full: bool) -> None:
    text = {**XLM_LARGE, "project_dim": 768, "vocab_size": 250002}
    seeded.altclip(folder, _layers(full, L14), _layers(full, text))


def _siglip(vocabulary: int, kind: str):
    def make(folder: Path, full: bool) -> None:
        seeded.siglip(folder, {} if full else dict(seeded.SHALLOW), vocabulary, kind)
    return make


def _xlm(folder: Path, full: bool) -> None:
    seeded.xlm_open_clip(folder, full)


ROWS = [
    Row("OpenAI CLIP ViT-B/32", _clip({"patch_size": 32}, {}, 512), always_full=True),
    Row("OpenAI CLIP ViT-B/16", _clip({"patch_size": 16}, {}, 512), slow=True),
    Row("OpenAI CLIP ViT-L/14", _clip(L14, L14_TEXT, 768), slow=True),
    Row("OpenAI CLIP ViT-L/14@336", _clip(L14, L14_TEXT, 768, 336), slow=True),
    Row("OpenAI CLIP RN50 (open_clip)", _open_clip("RN50", "openai", cut=False), open_clip=True, always_full=True),
    Row("OpenCLIP LAION ViT-B/32", _open_clip("ViT-B-32", "laion2b_s34b_b79k", cut=False), open_clip=True, always_full=True),
    Row("DataComp ViT-B/16", _open_clip("ViT-B-16", "datacomp_xl_s13b_b90k"), open_clip=True, slow=True),
    Row("DFN ViT-B/16", _open_clip("ViT-B-16-quickgelu", "dfn2b"), open_clip=True),
    Row("DFN5B ViT-H/14", _open_clip("ViT-H-14-quickgelu", "dfn5b"), open_clip=True, slow=True),
    Row("MetaCLIP ViT-B/32", _open_clip("ViT-B-32-quickgelu", "metaclip_400m"), open_clip=True),
    Row("MetaCLIP 2 ViT-H/14", _metaclip2),
    Row("EVA02-CLIP B/16", _open_clip("EVA02-B-16", "merged2b_s8b_b131k", cut=False), open_clip=True, always_full=True),
    Row("SigLIP B/16", _siglip(32000, "siglip")),
    Row("SigLIP B/16 (open_clip)", _open_clip("ViT-B-16-SigLIP", "webli", seeded.t5_tokenizer, cut=False), open_clip=True),
    Row("SigLIP 2 B/16", _siglip(256000, "siglip2")),
    Row("MobileCLIP-S1", _open_clip("MobileCLIP-S1", "datacompdr", cut=False), open_clip=True, always_full=True),
    Row("MobileCLIP-B", _open_clip("MobileCLIP-B", "datacompdr", cut=False), open_clip=True, slow=True),
    Row("MobileCLIP2-S0", _open_clip("MobileCLIP2-S0", "dfndr2b", cut=False), open_clip=True, always_full=True),
    Row("MobileCLIP2-S3", _open_clip("MobileCLIP2-S3", "dfndr2b", cut=False), open_clip=True, slow=True),
    Row("Chinese-CLIP B/16", _chinese),
    Row("xlm-roberta-base-ViT-B-32", _xlm, open_clip=True),
    Row("M-CLIP XLM-R large, ViT-B/32", lambda folder, full: seeded.mclip(folder, _layers(full, XLM_LARGE)), image_model=True),
    Row("AltCLIP", _alt),
]
