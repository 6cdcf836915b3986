"""The image by formula whose embedding stands in every manifest (models/README.md)."""

from __future__ import annotations

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 320, 240


def golden_image(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    y, x = np.mgrid[0:height, 0:width]
    red, green, blue = (7 * x + 3 * y) % 256, (2 * x + 11 * y) % 256, (5 * (x ^ y)) % 256
    box = (x >= 40) & (x < 120) & (y >= 30) & (y < 90)
    red = np.where(box, 255 - red, red)
    blue = np.where(box, 128, blue)
    return Image.fromarray(np.stack([red, green, blue], axis=-1).astype(np.uint8))
