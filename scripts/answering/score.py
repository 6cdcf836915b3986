"""score: are a photo's own words closer to it than another's?"""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence

from .data import Catalogue, Photo
from .figures import SEED, Figure, Table, mean, separation, wilson
from .kinship import Kinship
from .program import Failed, Program

FIRST = (1, 5, 10)
DIRECTIONS = {"text_to_image": "the caption finds its photo", "image_to_text": "the photo finds its caption"}


def measure(program: Program, catalogue: Catalogue, kinship: Kinship) -> Table:
    table = Table("score")
    photos = [photo for photo in catalogue.photos if photo.caption]
    others = _others(photos, kinship)
    true = [(photo.path, photo.caption) for photo in photos]
    false = [(photo.path, other.caption) for photo, other in zip(photos, others)]
    records = program.records("score", _write(program, "pairs.csv", [*true, *false]))
    if len(records) != len(true) + len(false):
        raise Failed(f"score answered {len(records)} of {len(true) + len(false)} pairs")
    mine = [record["clip_score"] for record in records[: len(true)] if "clip_score" in record]
    theirs = [record["clip_score"] for record in records[len(true) :] if "clip_score" in record]
    table.add(
        mean(
            "CLIPScore of true pairs (chance: of shuffled ones)",
            mine,
            sum(theirs) / len(theirs) if theirs else None,
            percent=False,
        )
    )
    table.add(separation("a true pair scores above a shuffled one", mine, theirs))
    summary = program.records("score", _write(program, "true.csv", true), "--retrieval", "--summary")[0]
    for direction, words in DIRECTIONS.items():
        for first in FIRST:
            recall = summary[direction][f"recall_at_{first}"]
            low, high = wilson(round(recall * len(true)), len(true))
            table.add(
                Figure(f"{words} among the first {first}", recall, low, high, min(first / len(true), 1.0), len(true))
            )
    return table


def _others(photos: Sequence[Photo], kinship: Kinship) -> list[Photo]:
    """For each photo another whose caption does not fit: each caption is used once, as far as that goes."""
    source = random.Random(SEED)
    left = source.sample(photos, len(photos))
    chosen = []
    for photo in photos:
        fitting = next((other for other in left if not _akin(photo, other, kinship)), None)
        if fitting:
            left.remove(fitting)
        else:
            fitting = next(other for other in source.sample(photos, len(photos)) if not _akin(photo, other, kinship))
        chosen.append(fitting)
    return chosen


def _akin(one: Photo, other: Photo, kinship: Kinship) -> bool:
    return any(kinship.related(mine, yours) for mine in one.names for yours in other.names)


def _write(program: Program, name: str, pairs: Sequence[tuple[str, str]]):
    path = program.scratch / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["image", "text"])
        writer.writerows(pairs)
    return path
