#!/usr/bin/env python3
"""Measures what clip-classify train --contrastive wins on real photos that were held out from it.

  scripts/fine_tuning.py FOLDER                        the compact model, minutes on two cores
  scripts/fine_tuning.py FOLDER --model models/b32 --tune projection

The photos of scripts/photo_table.py, whose text is their category (mammal, household thing, ...), in two halves with as
much of each category. The model is trained on one half and classifies the other, then the other way round, so that every
photo is classified by a model that has not seen it. FOLDER gets the tables, both models and figures.json.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import shutil
import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where all goes; what is there is made anew")
    parser.add_argument("--model", default="compact", help="that is trained further (default: %(default)s)")
    parser.add_argument("--tune", default="all", help="projection, last:N or all (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="of the training, whose batches are small (default: %(default)s)")
    parser.add_argument("--epochs", type=int, default=30, help="(default: %(default)s)")
    parser.add_argument("--learning-rate", type=float, default=0.003, help="(default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the halves (default: %(default)s)")
    parser.add_argument("--cache", type=Path, default=SCRIPTS.parent / ".cache/answering", metavar="DIR",
                        help="where the photos' packages are kept (default: .cache/answering)")
    parser.add_argument("--program", type=Path, default=SCRIPTS.parent / "build/bin/clip-classify", help="default: build/bin/clip-classify")
    return parser.parse_args()


def halves(rows: list[dict], seed: int) -> list[list[dict]]:
    """Two lists with as many of each label, to one."""
    parts: list[list[dict]] = [[], []]
    rng = random.Random(seed)
    for label in sorted({row["label"] for row in rows}):
        same = [row for row in rows if row["label"] == label]
        rng.shuffle(same)
        for index, row in enumerate(same):
            parts[index % 2].append(row)
    return parts


def train(arguments: argparse.Namespace, rows: list[dict], name: str) -> Path:
    table, model = arguments.folder / f"{name}.csv", arguments.folder / name
    with table.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["image", "text"])
        writer.writerows([row["image"], row["label"]] for row in rows)
    shutil.rmtree(model, ignore_errors=True)
    Path(f"{model}.checkpoint").unlink(missing_ok=True)
    subprocess.run([str(part) for part in (
        arguments.program, "train", table, "--contrastive", "--model", arguments.model, "--tune", arguments.tune, "-o", model,
        "--epochs", arguments.epochs, "--learning-rate", arguments.learning_rate, "--augment", "none", "--validation", 0,
        "--threads", arguments.threads)],
        check=True, stdout=subprocess.DEVNULL)
    return model


def right(arguments: argparse.Namespace, rows: list[dict], model: str | Path, labels: list[str]) -> list[bool]:
    done = subprocess.run(
        [str(arguments.program), "--files-from", "-", "--labels", ",".join(labels), "--model", str(model), "--json", "-k", "1"],
        input="\n".join(row["image"] for row in rows), capture_output=True, text=True, check=True)
    return [json.loads(line)["label"] == row["label"] for row, line in zip(rows, done.stdout.splitlines(), strict=True)]


def mcnemar(one: int, other: int) -> float:
    """Exact, two-sided: how likely counts as unlike as these are where neither is better."""
    count = one + other
    tail = sum(math.comb(count, k) for k in range(min(one, other) + 1)) / 2**count
    return min(1.0, 2 * tail)


def main() -> int:
    arguments = parse_arguments()
    arguments.folder = arguments.folder.resolve()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    photos = arguments.folder / "photos.csv"
    subprocess.run([sys.executable, str(SCRIPTS / "photo_table.py"), str(photos), "--cache", str(arguments.cache)], check=True)
    with photos.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    labels = sorted({row["label"] for row in rows})
    parts = halves(rows, arguments.seed)
    before: list[bool] = []
    after: list[bool] = []
    seen: list[bool] = []
    for index, part in enumerate(parts):
        other = parts[1 - index]
        model = train(arguments, part, f"half{index + 1}")
        before += right(arguments, other, arguments.model, labels)
        after += right(arguments, other, model, labels)
        seen += right(arguments, part, model, labels)
    won = sum(a and not b for a, b in zip(after, before))
    lost = sum(b and not a for a, b in zip(after, before))
    figures = {"photos": len(rows), "labels": len(labels), "before": sum(before) / len(rows), "after": sum(after) / len(rows),
               "after_on_what_it_was_trained_on": sum(seen) / len(rows), "won": won, "lost": lost, "p": mcnemar(won, lost)}
    (arguments.folder / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    print(f"{figures['photos']} photos, {figures['labels']} labels, each photo by a model that has not seen it\n"
          f"before training  {figures['before']:.1%} right\nafter            {figures['after']:.1%} right "
          f"(of the photos trained on: {figures['after_on_what_it_was_trained_on']:.1%})\n"
          f"only right after {won}, only before {lost}; McNemar's exact test: p = {figures['p']:.2g}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
