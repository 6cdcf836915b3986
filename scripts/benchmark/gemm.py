"""How fast a tower's matrix products are by themselves: python -m benchmark.gemm PRECISION FOLDER THREADS.

The limit for any implementation that computes them with libtorch's kernels (MKL's or oneDNN's, whichever is faster here):
no attention, no norms, nothing between the layers. Every layer has weights of its own, as in the tower, so that
they come from memory where the tower's do. Speaks as benchmark.towers does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from benchmark.towers import serve

Product = Callable[[torch.Tensor], torch.Tensor]


def shapes(source: Path) -> list[tuple[int, int, int]]:
    """(rows an image, inputs, outputs) of each linear layer, in order."""
    vision = json.loads((source / "config.json").read_text())["vision_config"]
    width, inner, patch = vision["hidden_size"], vision["intermediate_size"], vision["patch_size"]
    patches = (vision["image_size"] // patch) ** 2
    layer = [(patches + 1, width, 3 * width), (patches + 1, width, width), (patches + 1, width, inner), (patches + 1, inner, width)]
    return [(patches, 3 * patch * patch, width)] + layer * vision["num_hidden_layers"]


def plain(inputs: int, outputs: int, dtype: torch.dtype) -> Product:
    weight, bias = torch.randn(outputs, inputs, dtype=dtype), torch.randn(outputs, dtype=dtype)
    return lambda rows: torch.nn.functional.linear(rows, weight, bias)


def packed(inputs: int, outputs: int, dtype: torch.dtype, rows: int) -> Product:
    weight, bias = torch.randn(outputs, inputs, dtype=dtype), torch.randn(outputs, dtype=dtype)
    weight = torch.ops.mkldnn._reorder_linear_weight(weight, rows)
    return lambda rows: torch.ops.mkldnn._linear_pointwise(rows, weight, bias, "none", [], "")


def quantized(inputs: int, outputs: int, rows: int) -> Product:
    weight = torch.randint(-127, 127, (outputs, inputs), dtype=torch.int8)
    scales, zeros, bias = torch.full((outputs,), 0.01), torch.zeros(outputs, dtype=torch.int), torch.randn(outputs)
    weight = torch.ops.onednn.qlinear_prepack(weight, [rows, inputs])
    return lambda rows: torch.ops.onednn.qlinear_pointwise(rows, 0.02, 64, weight, scales, zeros, bias, 0.05, 64, torch.uint8,
                                                           "none", [], "")


class Products:
    """Runs all of them for one image batch; picks MKL or oneDNN where there is a choice, by trying both."""

    def __init__(self, precision: str, source: Path) -> None:
        self.precision = precision
        self.shapes = shapes(source)
        self.dtype = {"fp32": torch.float32, "bf16": torch.bfloat16, "int8": torch.uint8}[precision]
        self.prepared: dict[int, list[tuple[torch.Tensor, Product]]] = {}

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        batch = len(pixels)
        if batch not in self.prepared:
            self.prepared[batch] = self.fastest(batch)
        self.run(self.prepared[batch])
        return np.zeros((batch, 1), dtype=np.float32)

    def fastest(self, batch: int) -> list[tuple[torch.Tensor, Product]]:
        import time

        best, chosen = float("inf"), None
        for maker in self.makers(batch):
            inputs: dict[tuple[int, int], torch.Tensor] = {}
            layers = []
            for rows, width, outputs in self.shapes:
                if (rows, width) not in inputs:
                    values = torch.rand(rows * batch, width)
                    inputs[rows, width] = (values * 255).to(torch.uint8) if self.precision == "int8" else values.to(self.dtype)
                layers.append((inputs[rows, width], maker(width, outputs, rows * batch)))
            self.run(layers)
            for _ in range(3):
                began = time.perf_counter()
                self.run(layers)
                taken = time.perf_counter() - began
                if taken < best:
                    best, chosen = taken, layers
        return chosen

    def makers(self, batch: int) -> list[Callable[[int, int, int], Product]]:
        if self.precision == "int8":
            return [quantized]
        return [lambda inputs, outputs, rows: plain(inputs, outputs, self.dtype),
                lambda inputs, outputs, rows: packed(inputs, outputs, self.dtype, rows)]

    @staticmethod
    def run(layers: list[tuple[torch.Tensor, Product]]) -> None:
        with torch.inference_mode():
            for rows, product in layers:
                product(rows)


def main() -> None:
    precision, folder, threads = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    serve(Products(precision, folder / "source"), np.zeros((1, 1), dtype=np.float32))


if __name__ == "__main__":
    main()
