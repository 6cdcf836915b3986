"""A CLIP of a few small layers with random weights, as a folder that scripts/export_model.py reads."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from transformers import CLIPConfig, CLIPModel

from export.tokenizers import byte_characters, clip_merges
from shapes.scenes import SIZE

WIDTH = 96
LAYERS = {"hidden_size": WIDTH, "intermediate_size": 4 * WIDTH, "num_attention_heads": 3, "num_hidden_layers": 3}
CONTEXT = 24
HALF = [0.5, 0.5, 0.5]


def write(folder: Path, seed: int) -> None:
    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    config = CLIPConfig(
        text_config={**LAYERS, "max_position_embeddings": CONTEXT},
        vision_config={**LAYERS, "image_size": SIZE, "patch_size": 8},
        projection_dim=WIDTH,
    )
    CLIPModel(config).save_pretrained(folder)
    merges = clip_merges()
    tokens = [*byte_characters(), *(c + "</w>" for c in byte_characters()), *(m.replace(" ", "") for m in merges)]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({token: index for index, token in enumerate(tokens)}))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf-8")
    tokenizer = {"tokenizer_class": "CLIPTokenizer", "model_max_length": CONTEXT}
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer))
    square = {"height": SIZE, "width": SIZE}
    processor = {
        "image_processor_type": "CLIPImageProcessor", "do_resize": True, "resample": 3, "do_rescale": True,
        "rescale_factor": 1 / 255, "do_normalize": True, "do_convert_rgb": True, "do_center_crop": True,
        "image_mean": HALF, "image_std": HALF, "size": {"shortest_edge": SIZE}, "crop_size": square,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(processor))
