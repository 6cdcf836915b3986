#!/usr/bin/env python3
"""Measures whether explain's heat maps mean something, on real photos whose labels are known.

  scripts/photo_table.py photos.csv
  scripts/explain_figures.py photos.csv --photos 60 --method gradient

The table has columns image and label; photos are taken evenly from it, and its labels are what is asked about.
Deletion and insertion: each photo's best label, its map's order of cells beside random order (see explain --check).
Pointing: each photo beside the next one of another label, both labels asked for; a map is right when more than half of
what speaks for its label lies in that label's half. It needs Pillow, and runs build/bin/clip-classify. The model must
see the whole picture ("resize": "squash"), or halves would be cut.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

SIDE = 400


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path, metavar="FILE.csv")
    parser.add_argument("--photos", type=int, default=60, metavar="N", help="how many (default: %(default)s)")
    parser.add_argument("--model", default="compact")
    parser.add_argument("--method", default="occlusion", choices=("occlusion", "rise", "gradient"))
    parser.add_argument(
        "--program", type=Path, default=Path(__file__).resolve().parents[1] / "build/bin/clip-classify"
    )
    return parser.parse_args()


def explain(options: argparse.Namespace, images: list[Path], labels: list[str], *more: str) -> list[dict]:
    named = [part for label in labels for part in ("--label", label)]
    command = [options.program, "explain", *images, *named, "--model", options.model, "--method", options.method]
    done = subprocess.run([*command, "--json", *more], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def left_share(heat: list[list[float]]) -> float:
    """Of what speaks for the label; a middle column counts half."""
    positive = [[max(0.0, value) for value in row] for row in heat]
    half = len(heat[0]) / 2
    left = sum(value * min(1.0, max(0.0, half - place)) for row in positive for place, value in enumerate(row))
    return left / sum(map(sum, positive))


def pointing(options: argparse.Namespace, named: list[tuple[Path, str]]) -> list[float]:
    """The share in the right half, of both labels of each composite."""
    shares = []
    with tempfile.TemporaryDirectory() as folder:
        for place, (photo, label) in enumerate(named):
            other, other_label = next(entry for entry in named[place + 1:] + named[:place] if entry[1] != label)
            composite = Image.new("RGB", (2 * SIDE, SIDE))
            for half, path in enumerate((photo, other)):
                composite.paste(Image.open(path).convert("RGB").resize((SIDE, SIDE)), (half * SIDE, 0))
            path = Path(folder) / "composite.png"
            composite.save(path)
            for found in explain(options, [path], [label, other_label])[0]["labels"]:
                left = left_share(found["map"])
                shares.append(left if found["label"] == label else 1 - left)
    return shares


def main() -> None:
    options = parse_arguments()
    with options.table.open(newline="", encoding="utf-8") as file:
        rows = [(Path(row["image"]), row["label"]) for row in csv.DictReader(file)]
    named = [rows[len(rows) * place // options.photos] for place in range(min(options.photos, len(rows)))]
    labels = sorted({label for _, label in rows})
    records = explain(options, [path for path, _ in named], labels, "-k", "1", "--check")
    checks = [record["labels"][0]["check"] for record in records]
    print(f"{len(checks)} photos, {len(labels)} labels, {options.model}, {options.method}")
    for curve, better in (("deletion", "lower"), ("insertion", "higher")):
        own, random = (sum(check[key] for check in checks) / len(checks) for key in (curve, f"random_{curve}"))
        sign = -1 if curve == "deletion" else 1
        wins = sum(sign * (check[curve] - check[f"random_{curve}"]) > 0 for check in checks)
        print(f"{curve} ({better} is better): {own:.4f}, random order {random:.4f}; better on {wins} of {len(checks)}")
    shares = pointing(options, named)
    right = sum(share > 0.5 for share in shares)
    print(f"pointing: {right} of {len(shares)} maps in the right half, mean share {sum(shares) / len(shares):.3f}")


if __name__ == "__main__":
    main()
