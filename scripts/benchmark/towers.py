"""An image tower in a process of its own: python -m benchmark.towers KIND PRECISION FOLDER THREADS.

It says "ready", then answers each line on standard input with one: `time BATCH SECONDS` with the seconds of each run of
that batch (at least one run, after one that does not count), `embed` with the embeddings of the test pixels.
tests/parity/time_encoder.cpp speaks the same way for clip-classify.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

Tower = Callable[[np.ndarray], np.ndarray]  # pixels float32 [N, 3, H, W] to embeddings [N, width]


def hugging_face(precision: str, folder: Path, threads: int) -> Tower:
    import torch
    from export import torchvision_operators

    torchvision_operators.declare()
    from transformers import CLIPModel

    model = CLIPModel.from_pretrained(folder / "source", dtype=torch.float32).eval()
    return _torch(lambda pixels: model.visual_projection(model.vision_model(pixel_values=pixels).pooler_output), precision, threads)


def open_clip(precision: str, folder: Path, threads: int) -> Tower:
    from benchmark.open_clip_model import load

    return _torch(load(folder)[0].encode_image, precision, threads)


def _torch(encode: Callable, precision: str, threads: int) -> Tower:
    import torch

    torch.set_num_threads(threads)

    def run(pixels: np.ndarray) -> np.ndarray:
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
            return encode(torch.from_numpy(pixels)).float().numpy()
    return run


def onnxruntime(precision: str, folder: Path, threads: int) -> Tower:
    from benchmark.runtimes import onnx_session

    session = onnx_session(folder, "image", precision, threads)
    return lambda pixels: session.run(None, {"input": pixels})[0]


def openvino(precision: str, folder: Path, threads: int) -> Tower:
    """Compiled for each batch size, which OpenVINO runs faster than a size left open."""
    from benchmark.runtimes import openvino_model

    compiled: dict[int, Callable] = {}

    def run(pixels: np.ndarray) -> np.ndarray:
        if len(pixels) not in compiled:
            compiled[len(pixels)] = openvino_model(folder, "image", precision, threads, len(pixels))
        return compiled[len(pixels)](pixels)[0]
    return run


TOWERS = {"hf": hugging_face, "open_clip": open_clip, "onnxruntime": onnxruntime, "openvino": openvino}


def serve(run: Tower, pixels: np.ndarray) -> None:
    warm: set[int] = set()
    print("ready", flush=True)
    for line in sys.stdin:
        words = line.split()
        if words[0] == "embed":
            rows = np.concatenate([run(pixels[at:at + 8]) for at in range(0, len(pixels), 8)])
            print(json.dumps(rows.tolist()), flush=True)
            continue
        batch, seconds = int(words[1]), float(words[2])
        chosen = np.ascontiguousarray(np.resize(pixels, (batch, *pixels.shape[1:])))
        if batch not in warm:
            run(chosen)
            warm.add(batch)
        times: list[float] = []
        while not times or sum(times) < seconds:
            began = time.perf_counter()
            run(chosen)
            times.append(time.perf_counter() - began)
        print(json.dumps(times), flush=True)


def main() -> None:
    kind, precision, folder, threads = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
    size = json.loads((folder / "source/preprocessor_config.json").read_text())["size"]["shortest_edge"]
    pixels = np.fromfile(folder / "pixels.f32", dtype=np.float32).reshape(-1, 3, size, size)
    serve(TOWERS[kind](precision, folder, threads), pixels)


if __name__ == "__main__":
    main()
