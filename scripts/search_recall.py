#!/usr/bin/env python3
"""Measures what the index of `search` finds of what exact search finds, and how long both take.

  clip-classify embed photos/ -o photos.npy
  scripts/search_recall.py photos.npy words.txt                    a million rows, made of the photos' embeddings
  scripts/search_recall.py photos.npy words.txt --rows 100000      fewer

Each row mixes three photos' embeddings in random proportions, and adds noise: a small part of the difference of two
others'. So rows lie close together in some places and are spread over the directions that photos' embeddings have.
Queries are the lines of words.txt, and some of the photos if they are still there. It needs NumPy, and runs
build/bin/clip-classify.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy

ROOT = Path(__file__).resolve().parent.parent
CHUNK = 10_000
SETTLED_S = 4  # a file that changed a moment ago gets no index
MOST_PHOTOS = 100
NOISE = 0.15


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path, metavar="photos.npy", help="embeddings of at least a few hundred photos")
    parser.add_argument("words", type=Path, metavar="words.txt", help="queries, one a line")
    parser.add_argument("--rows", type=int, default=1_000_000, metavar="N", help="default: 1,000,000")
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="keeps rows and index there for the next time (default: nowhere)"
    )
    parser.add_argument("-k", type=int, default=10, help="of the best K, how many are found (default: 10)")
    parser.add_argument("--model", default="compact", help="that photos.npy was made by (default: compact)")
    parser.add_argument(
        "--program", type=Path, default=ROOT / "build/bin/clip-classify", help="default: build/bin/clip-classify"
    )
    return parser.parse_args()


def write_rows(photos: numpy.ndarray, count: int, path: Path) -> None:
    rng = numpy.random.default_rng(1)
    rows = numpy.lib.format.open_memmap(path, "w+", numpy.float32, (count, photos.shape[1]))
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        *mixed, to, away = (photos[rng.integers(len(photos), size=size)] for _ in range(5))
        shares = rng.dirichlet([0.5] * len(mixed), size=size).T[..., None]
        chunk = sum(share * photo for share, photo in zip(shares, mixed, strict=True)) + NOISE * (to - away)
        rows[start : start + size] = chunk / numpy.linalg.norm(chunk, axis=1, keepdims=True)
    rows.flush()
    path.with_suffix(".jsonl").write_text("".join(f'{{"path": "{row}.jpg"}}\n' for row in range(count)))


@dataclass(frozen=True)
class Took:
    wall: float  # seconds
    cpu: float  # of all threads, which other programs do not lengthen

    def __str__(self) -> str:
        return f"{self.wall:.2f} s ({self.cpu:.2f} s of CPU)"


class Search:
    """Runs the program on the rows; the index is kept in a folder that goes with them."""

    def __init__(self, arguments: argparse.Namespace, folder: Path) -> None:
        self.rows = folder / "rows.npy"
        self._command = [arguments.program, "search", self.rows, "--json", "--model", arguments.model]
        self._environment = os.environ | {"CLIP_CLASSIFY_CACHE": str(folder / "cache")}

    def __call__(self, *options: str | Path) -> tuple[dict[str, list[str]], Took]:
        """The paths that are found, by query."""
        began, used = time.monotonic(), _cpu_of_children()
        done = subprocess.run(
            [*self._command, *options], env=self._environment, stdout=subprocess.PIPE, text=True, check=True
        )
        took = Took(time.monotonic() - began, _cpu_of_children() - used)
        found: dict[str, list[str]] = defaultdict(list)
        for line in done.stdout.splitlines():
            record = json.loads(line)
            found[record["query"]].append(record["path"])
        return found, took


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    arguments = parse_arguments()
    names = [json.loads(line)["path"] for line in arguments.photos.with_suffix(".jsonl").read_text().splitlines()]
    images = [name for name in names if Path(name).is_file()][:MOST_PHOTOS]
    queries = {
        "words": ["--queries-file", arguments.words],
        "photos": [option for name in images for option in ("--image", name)],
    }
    word = arguments.words.read_text().splitlines()[0]
    with tempfile.TemporaryDirectory(prefix="clip-classify-recall-") as scratch:
        folder = arguments.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        search = Search(arguments, folder)
        if not search.rows.exists():
            write_rows(numpy.load(arguments.photos), arguments.rows, search.rows)
            time.sleep(SETTLED_S)
            _, made = search("--query", word, "--index", "hnsw")
            print(f"the index is made and asked once in {made}", flush=True)
        for index in ("exact", "hnsw"):
            took = min((search("--query", word, "--index", index)[1] for _ in range(3)), key=lambda took: took.wall)
            print(f"one known query, {index}: {took}", flush=True)
        for what, options in queries.items():
            if options:
                exact, exact_took = search(*options, "-k", str(arguments.k), "--index", "exact")
                near, near_took = search(*options, "-k", str(arguments.k), "--index", "hnsw")
                recall = [len(set(exact[query]) & set(near[query])) / len(exact[query]) for query in exact]
                print(
                    f"{len(exact)} {what}: recall@{arguments.k} {numpy.mean(recall):.4f} (least {min(recall):.2f}); "
                    f"exact {exact_took}, hnsw {near_took}",
                    flush=True,
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
