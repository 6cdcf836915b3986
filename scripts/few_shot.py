#!/usr/bin/env python3
"""Measures what a few examples of each label add to words, on real photos that the classifier has not seen.

  scripts/few_shot.py                           the compact model, a minute on 2 cores
  scripts/few_shot.py --model models/b32        an exported CLIP instead
  scripts/few_shot.py --shots 1,2,4,8,16 --seeds 10

For each set of labels, so many photos of each are drawn as examples; the others are the test. `words` is the share of
those that are right with --labels alone, `trained` with --classifier, the mean over the seeds. Of `rejected`, trained
with --reject 0.1, the first is the share of photos of none of the labels that were turned away, the second that of
the labels' own photos that were kept.

The photos are those of scripts/answering.py (see there for where they are from), by what kind of thing they show. It
needs nothing beyond Python's standard library, and runs build/bin/clip-classify.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from answering.data import load
from answering.sources import Store

ROOT = Path(__file__).resolve().parents[1]
SETS = (
    ("bird", "flower", "fruit", "vehicle", "tool"),
    ("household thing", "tool", "musical instrument", "vegetable", "fruit", "food"),
    ("animal", "mammal", "insect", "fish", "bird"),
    ("thing", "household thing", "tool", "tableware"),
)


def numbers(text: str) -> list[int]:
    return [int(entry) for entry in text.split(",")]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="compact", help="a name or folder (default: %(default)s)")
    parser.add_argument("--shots", type=numbers, default=[2, 4, 8], help="examples of each label (default: 2,4,8)")
    parser.add_argument("--seeds", type=int, default=5, help="how often examples are drawn (default: %(default)s)")
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache/answering", help=argparse.SUPPRESS)
    parser.add_argument("--program", default=str(ROOT / "build/bin/clip-classify"), help=argparse.SUPPRESS)
    return parser.parse_args()


class Measure:
    def __init__(self, arguments: argparse.Namespace, folder: Path, photos: dict[str, list[str]]) -> None:
        self.arguments = arguments
        self.folder = folder
        self.photos = photos

    def run(self, *words: str) -> list[dict]:
        options = ("--json", "--quiet", "--model", self.arguments.model, "--store", str(self.folder / "photos.store"))
        command = [self.arguments.program, *words, *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"few_shot.py: {' '.join(command[:4])} ...: {done.stderr.strip()}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def classify(self, paths: list[str], *words: str) -> list[dict]:
        listed = self.folder / "list"
        listed.write_bytes(b"\0".join(map(os.fsencode, paths)))
        return self.run("--files-from", str(listed), "-0", *words)

    def once(self, labels: tuple[str, ...], shots: int, seed: int) -> tuple[float, float, float, float]:
        chooser = random.Random(seed)
        rows, test = ["image,label"], []
        for label in labels:
            photos = chooser.sample(self.photos[label], len(self.photos[label]))
            rows += [f'"{path}",{label}' for path in photos[:shots]]
            test += [(path, label) for path in photos[shots:]]
        table, classifier = self.folder / "train.csv", str(self.folder / "made.clf")
        table.write_text("\n".join(rows) + "\n")
        paths = [path for path, _ in test]
        others = [path for label, photos in self.photos.items() if label not in labels for path in photos]

        def right(*words: str) -> float:
            found = self.classify(paths, *words)
            hits = sum(record["label"] == label for record, (_, label) in zip(found, test, strict=True))
            return hits / len(test)

        self.run("train", str(table), "-o", classifier)
        words, trained = right("--labels", ",".join(labels)), right("--classifier", classifier)
        self.run("train", str(table), "-o", classifier, "--reject", "0.1")
        away = [record["rejected"] for record in self.classify(others, "--classifier", classifier)]
        kept = [not record["rejected"] for record in self.classify(paths, "--classifier", classifier)]
        return words, trained, sum(away) / len(away), sum(kept) / len(kept)


def main() -> int:
    arguments = parse_arguments()
    store = Store(arguments.cache)
    store.fetch(lambda line: print(f"few_shot.py: {line}", file=sys.stderr))
    catalogue = load(store)
    photos: dict[str, list[str]] = {}
    for photo in catalogue.photos:
        photos.setdefault(catalogue.category_of(photo), []).append(photo.path)
    print("| labels | examples of each | words | trained | turned away | kept |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        measure = Measure(arguments, Path(folder), photos)
        for labels in SETS:
            for shots in arguments.shots:
                runs = [measure.once(labels, shots, seed) for seed in range(arguments.seeds)]
                means = [f"{100 * sum(column) / len(runs):.1f} %" for column in zip(*runs, strict=True)]
                print(f"| {', '.join(labels)} | {shots} | {' | '.join(means)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
