"""Writes the model folder: two TorchScript archives, the vocabulary, the manifest with its golden values."""

from __future__ import annotations

import hashlib
import json
import shutil
import warnings
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from .image_tower import IMAGE_SIZE
from .preprocess import MEAN, STD, to_pixels
from .tokenizer import Tokenizer

CONTEXT_LENGTH = 40
GOLDEN_TEXTS = ("a photo of a cat", "dog", "Crème brûlée & CAFÉ, please!", "an astronaut in a space suit")
DESCRIPTION = (
    "A small zero-shot model made from EfficientNet-Lite2 (ImageNet) and MiniLM: good at everyday objects and animals, "
    "weak at colours, actions and scenes; not OpenAI's CLIP."
)
SOURCE = "scripts/build_compact_model.py, from EfficientNet-Lite2, all-MiniLM-L6-v2 and WordNet 3.0"
LICENCE = "Apache-2.0 (network weights), WordNet 3.0 licence (training words)"


def save_archive(module: nn.Module, inputs: tuple[Tensor, ...], path: Path) -> None:
    """Traces `module`; freezing it, as the program does on loading, leaves plain fp32 weights."""
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.trace(module.eval(), inputs, check_trace=False).save(str(path))
        _check_graph(path)


def _check_graph(path: Path) -> None:
    frozen = torch.jit.freeze(torch.jit.load(str(path)).eval())
    graph = str(frozen.inlined_graph)
    for unwanted in ("Char(", "Half(", 'Device = prim::Constant[value="cuda'):
        if unwanted in graph:
            raise RuntimeError(f"{path.name}: {unwanted} is left in the frozen graph")


def golden_image() -> Image.Image:
    x, y = np.meshgrid(np.arange(320), np.arange(240))
    rgb = np.stack([(x * 7 + y * 3) % 256, (x * 2 + y * 11) % 256, ((x ^ y) * 5) % 256], axis=2)
    box = rgb[30:90, 40:120]
    box[..., 0] = 255 - box[..., 0]
    box[..., 2] = 128
    return Image.fromarray(rgb.astype(np.uint8))


def write_manifest(folder: Path, tokenizer: Tokenizer, resize: str, resize_size: int, score: dict, templates: list[str]) -> None:
    image_encoder = torch.jit.load(str(folder / "image_encoder.pt")).eval()
    text_encoder = torch.jit.load(str(folder / "text_encoder.pt")).eval()
    with torch.no_grad():
        image_row = image_encoder(to_pixels(golden_image(), IMAGE_SIZE, resize, resize_size)[None])[0]
        text_rows = [text_encoder(*tokenizer.batch([text]))[0] for text in GOLDEN_TEXTS]
    manifest = {
        "format_version": 1,
        "name": "compact",
        "description": DESCRIPTION,
        "source": SOURCE,
        "licence": LICENCE,
        "image": {
            "encoder": "image_encoder.pt", "size": [IMAGE_SIZE, IMAGE_SIZE], "resize": resize, "resize_size": resize_size,
            "crop": "round",
            "interpolation": "bicubic", "antialias": True, "mean": MEAN, "std": STD,
            "convert_rgb": "before_resize", "alpha": "white", "exif": True,
        },
        "text": {
            "encoder": "text_encoder.pt",
            "tokenizer": {"kind": "wordpiece", "file": "vocab.txt", "lower_case": True, "strip_accents": True, "split_chinese": True},
            "context_length": CONTEXT_LENGTH, "padding": "longest", "bos": 101, "eos": 102, "pad": 0, "unk": 100,
            "cleaning": "none", "mask": True,
        },
        "embedding_width": len(image_row),
        "precisions": ["fp32"],
        "score": score,
        "templates": templates,
        "files": {name: _describe(folder / name) for name in ("image_encoder.pt", "text_encoder.pt", "vocab.txt")},
        "golden": {
            "image": {"width": 320, "height": 240, "embedding": _digits(image_row)},
            "texts": [
                {"text": text, "ids": tokenizer.ids(text), "embedding": _digits(row)}
                for text, row in zip(GOLDEN_TEXTS, text_rows)
            ],
        },
    }  # fmt: skip
    (folder / "model.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def copy_vocabulary(source: Path, folder: Path) -> None:
    shutil.copyfile(source, folder / "vocab.txt")


def _describe(path: Path) -> dict[str, str | int]:
    content = path.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def _digits(row: Tensor) -> list[float]:
    return [float(f"{value:.8g}") for value in row.tolist()]
