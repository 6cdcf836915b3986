"""Reads the curated words: what a classifier of ImageNet's classes sees in photos of everyday things."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from .classes import Classes

FILES = ("people.txt", "animals.txt", "food.txt", "places.txt", "things.txt")


def read_curated(classes: Classes, folder: Path) -> dict[str, Tensor]:
    """Phrase to membership, from every file.

    A line is `phrase, phrase = term, term 0.5, &phrase 0.3`: the phrases mean the classes of the terms with
    these weights (1 where none is given); `&phrase` takes over an earlier line's, `-` means no class at all.
    """
    curated: dict[str, Tensor] = {}
    for name in FILES:
        for number, line in enumerate((folder / name).read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip() or line.startswith("#"):
                continue
            try:
                left, right = line.split("=")
                row = _membership(classes, curated, right)
                for phrase in left.split(","):
                    if phrase.strip() in curated:
                        raise ValueError(f"given twice: {phrase.strip()!r}")
                    curated[phrase.strip()] = row
            except (ValueError, KeyError) as error:
                raise ValueError(f"{folder / name}:{number}: {error}") from error
    return curated


def _membership(classes: Classes, curated: dict[str, Tensor], terms: str) -> Tensor:
    row = torch.zeros(len(classes))
    if terms.strip() == "-":
        return row
    for term in terms.split(","):
        name, weight = term.strip(), 1.0
        head, _, tail = name.rpartition(" ")
        if head and tail.replace(".", "", 1).isdigit():
            name, weight = head.strip(), float(tail)
        part = curated[name[1:]] if name.startswith("&") else classes.vector(classes.named(name))
        row = torch.maximum(row, weight * part)
    return row
