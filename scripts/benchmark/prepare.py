"""Makes what a model's contenders run, in a process of its own: python -m benchmark.prepare NAME FOLDER PHOTOS WHAT...

The weights are random with a fixed seed, since trained ones can't be downloaded everywhere; the architectures are the
published ones, so the work is the same. Every product is made once and kept in FOLDER.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmark.pixels import load_pixels

ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURES = {
    "b32": {"vision": {"patch_size": 32}, "text": {}, "width": 512, "open_clip": "ViT-B-32-quickgelu"},
    "l14": {"vision": {"hidden_size": 1024, "intermediate_size": 4096, "num_attention_heads": 16, "num_hidden_layers": 24,
                       "patch_size": 14},
            "text": {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12}, "width": 768,
            "open_clip": "ViT-L-14-quickgelu"},
    "tiny": {"vision": {"patch_size": 32, "num_hidden_layers": 2, "hidden_size": 256, "intermediate_size": 1024,
                        "num_attention_heads": 4},
             "text": {"num_hidden_layers": 2}, "width": 512, "open_clip": None},
}
CALIBRATION_IMAGES = 32  # of NNCF; its own default, 300, takes minutes for ViT-L/14 and changes no speed
CHECKED_IMAGES = 8  # whose embeddings are compared with the reference


def make(name: str, folder: Path, photos: Path, what: list[str]) -> None:
    makers: dict[str, Callable[[Path], None]] = {
        "source": lambda output: _source(name, output),
        "pixels.f32": lambda output: load_pixels(folder / "source", sorted(photos.iterdir())[:CHECKED_IMAGES]).tofile(output),
        "exported": lambda output: _export(folder / "source", output, ["--precision", "fp32"]),
        "exported-int8": lambda output: _export(folder / "source", output, ["--precision", "int8", "--calibrate", str(photos)]),
        "open_clip.pt": lambda output: _open_clip(name, folder / "source", output),
        "image.onnx": lambda output: _onnx(folder / "source", "image", output),
        "text.onnx": lambda output: _onnx(folder / "source", "text", output),
        "image-int8.onnx": lambda output: _dynamic_int8(folder / "image.onnx", output),
        "text-int8.onnx": lambda output: _dynamic_int8(folder / "text.onnx", output),
        "openvino-int8": lambda output: _nncf(folder / "image.onnx", load_pixels(folder / "source", sorted(photos.iterdir())), output),
    }
    for product in what:
        target = folder / product
        if target.exists():
            continue
        unfinished = folder / ("unfinished-" + product)
        if unfinished.is_dir():
            shutil.rmtree(unfinished)
        makers[product](unfinished)
        unfinished.rename(target)


def _source(name: str, output: Path) -> None:
    import torch

    sys.path.insert(0, str(ROOT / "tests/parity"))
    import seeded
    from export import torchvision_operators

    torchvision_operators.declare()
    from transformers import AutoTokenizer

    architecture = ARCHITECTURES[name]
    output.mkdir()
    torch.manual_seed(0)
    seeded.hf_clip(output, architecture["vision"], architecture["text"], architecture["width"])
    # The contenders without transformers read their tokenizer and scale from here.
    AutoTokenizer.from_pretrained(output).backend_tokenizer.save(str(output / "tokenizer.json"))


def _export(source: Path, output: Path, options: list[str]) -> None:
    command = [sys.executable, str(ROOT / "scripts/export_model.py"), str(source), "-o", str(output), "--name", source.parent.name]
    subprocess.run([*command, *options], check=True)


def _open_clip(name: str, source: Path, output: Path) -> None:
    """Hugging Face's weights under open_clip's names."""
    import torch
    from safetensors.torch import load_file

    weights = load_file(source / "model.safetensors")
    renamed = {"logit_scale": weights["logit_scale"],
               "text_projection": weights["text_projection.weight"].T, "visual.proj": weights["visual_projection.weight"].T}
    for ours, theirs, final in (("vision_model", "visual.", "post_layernorm"), ("text_model", "", "final_layer_norm")):
        embeddings = f"{ours}.embeddings."
        names = {"class_embedding": "class_embedding", "patch_embedding.weight": "conv1.weight",
                 "position_embedding.weight": "positional_embedding", "token_embedding.weight": "token_embedding.weight"}
        renamed |= {theirs + new: weights[embeddings + old] for old, new in names.items() if embeddings + old in weights}
        for suffix in ("weight", "bias"):
            renamed[f"{theirs}{'ln_post' if theirs else 'ln_final'}.{suffix}"] = weights[f"{ours}.{final}.{suffix}"]
            if theirs:
                renamed[f"visual.ln_pre.{suffix}"] = weights[f"{ours}.pre_layrnorm.{suffix}"]
        layers = {int(key.split(".")[3]) for key in weights if key.startswith(f"{ours}.encoder.layers.")}
        for layer in layers:
            old, new = f"{ours}.encoder.layers.{layer}.", f"{theirs}transformer.resblocks.{layer}."
            for suffix in ("weight", "bias"):
                heads = [weights[f"{old}self_attn.{part}_proj.{suffix}"] for part in "qkv"]
                renamed[f"{new}attn.in_proj_{suffix}"] = torch.cat(heads)
                for their_part, part in (("attn.out_proj", "self_attn.out_proj"), ("ln_1", "layer_norm1"), ("ln_2", "layer_norm2"),
                                         ("mlp.c_fc", "mlp.fc1"), ("mlp.c_proj", "mlp.fc2")):
                    renamed[f"{new}{their_part}.{suffix}"] = weights[f"{old}{part}.{suffix}"]
    torch.save({key: value.contiguous() for key, value in renamed.items()}, output)


def _onnx(source: Path, part: str, output: Path) -> None:
    """The tower that scripts/export_model.py traces, as ONNX."""
    import torch

    from export import torchvision_operators

    torchvision_operators.declare()
    from export.from_transformers import load

    dual = load(str(source))
    if part == "image":
        tower, example, axes = dual.image_tower, torch.zeros(2, 3, *dual.image["size"]), {0: "batch"}
    else:
        tower, example, axes = dual.text_tower, torch.tensor([[49406, 320, 1125, 49407]] * 2), {0: "batch", 1: "length"}
    with torch.no_grad():
        torch.onnx.export(tower.eval(), (example,), str(output), input_names=["input"], output_names=["output"],
                          dynamic_axes={"input": axes, "output": {0: "batch"}}, opset_version=18, dynamo=False)


def _dynamic_int8(source: Path, output: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(source, output, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"])


def _nncf(source: Path, pixels: np.ndarray, output: Path) -> None:
    import nncf
    import openvino

    model = openvino.convert_model(source)
    items = [pixels[index:index + 1] for index in range(min(len(pixels), CALIBRATION_IMAGES))]
    quantized = nncf.quantize(model, nncf.Dataset(items), model_type=nncf.ModelType.TRANSFORMER, subset_size=len(items))
    output.mkdir()
    openvino.save_model(quantized, output / "image.xml", compress_to_fp16=False)


def main() -> None:
    name, folder, photos, *what = sys.argv[1:]
    os.environ["HF_HUB_OFFLINE"] = "1"
    Path(folder).mkdir(parents=True, exist_ok=True)
    make(name, Path(folder), Path(photos), what)


if __name__ == "__main__":
    main()
