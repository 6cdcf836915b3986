"""An image as the towers take it, by Pillow and numpy alone: what a contender without torch does."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image


class Preprocessor:
    """Shortest side to `size` with Pillow's bicubic, center crop, normalised: CLIP's preprocessing."""

    def __init__(self, source: Path) -> None:
        settings = json.loads((source / "preprocessor_config.json").read_text())
        self.size = settings["size"]["shortest_edge"]
        self.mean = np.array(settings["image_mean"], dtype=np.float32)
        self.deviation = np.array(settings["image_std"], dtype=np.float32)

    def __call__(self, path: Path | str) -> np.ndarray:
        """float32 [3, size, size]."""
        with Image.open(path) as opened:
            image = opened.convert("RGB")
        width, height = image.size
        short = min(width, height)
        image = image.resize((int(self.size * width / short), int(self.size * height / short)), Image.Resampling.BICUBIC)
        left, top = round((image.width - self.size) / 2), round((image.height - self.size) / 2)
        image = image.crop((left, top, left + self.size, top + self.size))
        values = np.asarray(image, dtype=np.float32) / 255
        return ((values - self.mean) / self.deviation).transpose(2, 0, 1)


def load_pixels(source: Path, paths: Iterable[Path]) -> np.ndarray:
    """float32 [count, 3, size, size]."""
    preprocess = Preprocessor(source)
    return np.ascontiguousarray(np.stack([preprocess(path) for path in paths]))
