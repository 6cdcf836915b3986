"""Two things side by side or above each other, as a picture and as a sentence."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import product

from PIL import Image, ImageDraw

SIZE = 48  # pixels a side
COLOURS = {"red": (220, 40, 40), "green": (40, 170, 60), "blue": (50, 80, 220), "yellow": (235, 205, 50)}
SHAPES = ("circle", "square", "triangle")
SIZES = {"small": 5, "large": 9}  # half the width, in pixels
OTHER = 7  # of the second thing
RELATIONS = ("left of", "right of", "above", "below")
FINE = 4  # drawn so many times as large


@dataclass(frozen=True)
class Scene:
    size: str
    colour: str
    shape: str
    relation: str
    other_colour: str
    other_shape: str

    @property
    def text(self) -> str:
        return f"a {self.size} {self.colour} {self.shape} {self.relation} a {self.other_colour} {self.other_shape}"

    def draw(self, rng: random.Random) -> Image.Image:
        half, other = SIZES[self.size], OTHER
        gap = rng.uniform(1, SIZE - 2 * (half + other) - 2)
        span = 2 * (half + other) + gap
        start = rng.uniform(1, SIZE - 1 - span)
        first, second = start + half, start + span - other
        if self.relation in ("right of", "below"):
            first, second = SIZE - first, SIZE - second
        across = [rng.uniform(reach + 1, SIZE - reach - 1) for reach in (half, other)]
        places = [(first, across[0]), (second, across[1])]
        if self.relation in ("above", "below"):
            places = [(y, x) for x, y in places]
        gray = rng.randint(0, 30) if rng.random() < 0.5 else rng.randint(225, 255)
        picture = Image.new("RGB", (SIZE * FINE, SIZE * FINE), (gray, gray, gray))
        pen = ImageDraw.Draw(picture)
        put(pen, self.shape, COLOURS[self.colour], places[0], half)
        put(pen, self.other_shape, COLOURS[self.other_colour], places[1], other)
        return picture.resize((SIZE, SIZE), Image.Resampling.BOX)


def put(pen: ImageDraw.ImageDraw, shape: str, colour: tuple[int, int, int], at: tuple[float, float], half: float) -> None:
    x, y, half = at[0] * FINE, at[1] * FINE, half * FINE
    box = (x - half, y - half, x + half, y + half)
    if shape == "circle":
        pen.ellipse(box, fill=colour)
    elif shape == "square":
        pen.rectangle(box, fill=colour)
    else:
        pen.polygon([(x, y - half), (x - half, y + half), (x + half, y + half)], fill=colour)


def scenes(seed: int) -> tuple[list[Scene], list[Scene]]:
    """All of them, four fifths to train on and a fifth held out."""
    every = [Scene(*parts) for parts in product(SIZES, COLOURS, SHAPES, RELATIONS, COLOURS, SHAPES)]
    random.Random(seed).shuffle(every)
    held_out = len(every) // 5
    return every[held_out:], every[:held_out]
