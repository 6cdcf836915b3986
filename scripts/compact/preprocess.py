"""From a picture file to the encoder's pixels, as the C++ program does it from the manifest."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

MEAN = [127 / 255] * 3
STD = [128 / 255] * 3


def open_rgb(path: str) -> Image.Image:
    """EXIF orientation applied, transparency laid over white."""
    image = ImageOps.exif_transpose(Image.open(path))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        image = Image.new("RGBA", rgba.size, "white")
        image.alpha_composite(rgba)
    return image.convert("RGB")


def to_pixels(image: Image.Image, size: int, mode: str, resize_size: int | None = None) -> Tensor:
    """`mode` "squash" resizes both sides to `size`; "shortest" keeps the shape and crops the centre."""
    if mode == "squash":
        image = image.resize((size, size), Image.Resampling.BICUBIC)
    else:
        target = resize_size or size
        width, height = image.size
        short, long = min(width, height), max(width, height)
        other = int(target * long / short)
        width, height = (target, other) if width <= height else (other, target)
        image = image.resize((width, height), Image.Resampling.BICUBIC)
        left, top = int(round((width - size) / 2.0)), int(round((height - size) / 2.0))
        image = image.crop((left, top, left + size, top + size))
    array = np.asarray(image, dtype=np.float32) / 255
    array = (array - np.array(MEAN, dtype=np.float32)) / np.array(STD, dtype=np.float32)
    return torch.from_numpy(np.ascontiguousarray(array.transpose(2, 0, 1)))
