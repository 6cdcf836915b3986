"""Folders of JPEGs of the sizes that cameras and the web give, made of scikit-image's real photos.

A picture is a mosaic of crops from several photos, each scaled with Lanczos by less than two, so that a large picture
holds as much detail for the decoder as a photo does, and no two pictures are the same.
"""

from __future__ import annotations

import importlib.util
import random
import shutil
from pathlib import Path

from PIL import Image

SOURCES = ("astronaut.png", "chelsea.png", "coffee.png", "hubble_deep_field.jpg", "ihc.png", "motorcycle_left.png", "retina.jpg",
           "rocket.jpg", "brick.png", "grass.png", "gravel.png")
SIZES = {"12 MP": (4000, 3000), "2 MP": (1632, 1224), "0.3 MP": (640, 480), "small": (160, 120)}
QUALITY = 90
TILE = 640  # pixels a side at most


def make_photos(folder: Path, size: str, count: int) -> Path:
    """A folder with exactly `count` pictures; what is there already is kept."""
    target = folder / f"{size.replace(' ', '')}-{count}"
    if target.is_dir():
        return target
    unfinished = target.with_name("unfinished-" + target.name)
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    data = Path(importlib.util.find_spec("skimage").submodule_search_locations[0]) / "data"
    sources = [Image.open(data / name).convert("RGB") for name in SOURCES]
    for index in range(count):
        picture(sources, *SIZES[size], random.Random(f"{size} {index}")).save(unfinished / f"{index:05}.jpg", quality=QUALITY)
    unfinished.rename(target)
    return target


def picture(sources: list[Image.Image], width: int, height: int, rng: random.Random) -> Image.Image:
    columns, rows = -(-width // TILE), -(-height // TILE)
    result = Image.new("RGB", (width, height))
    for column in range(columns):
        for row in range(rows):
            left, right = width * column // columns, width * (column + 1) // columns
            top, bottom = height * row // rows, height * (row + 1) // rows
            result.paste(crop(rng.choice(sources), right - left, bottom - top, rng), (left, top))
    return result


def crop(source: Image.Image, width: int, height: int, rng: random.Random) -> Image.Image:
    scale = min(rng.uniform(0.5, 1), source.width / width, source.height / height)
    part_width, part_height = int(width * scale), int(height * scale)
    left, top = rng.randint(0, source.width - part_width), rng.randint(0, source.height - part_height)
    box = (left, top, left + part_width, top + part_height)
    return source.resize((width, height), Image.Resampling.LANCZOS, box=box)


def mean_bytes(folder: Path) -> float:
    sizes = [file.stat().st_size for file in folder.iterdir()]
    return sum(sizes) / len(sizes)
