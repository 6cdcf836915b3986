#!/usr/bin/env python3
"""Writes a table of the real photos that scripts/answering.py measures with, for clip-classify evaluate.

  scripts/photo_table.py photos.csv
  clip-classify evaluate photos.csv --groups setting

Columns: image, label (its category: mammal, bird, fruit, ...), name (what it is called), setting ("cut out" for a thing
alone on white, "scene" for a photo with a background). The photos are parts of Debian's packages, taken apart in
.cache/answering without installing them; it needs apt-get and dpkg the first time.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path, metavar="FILE.csv")
    parser.add_argument("--fewest", type=int, default=10, metavar="N",
                        help="leave out categories with fewer photos (default: %(default)s)")
    parser.add_argument("--cache", type=Path, default=SCRIPTS.parent / ".cache/answering", metavar="DIR",
                        help="where the packages' contents are kept (default: .cache/answering)")
    arguments = parser.parse_args()
    sys.path.insert(0, str(SCRIPTS))
    from answering.data import load
    from answering.sources import Store

    store = Store(arguments.cache.absolute())
    store.fetch(lambda message: print(message, file=sys.stderr))
    catalogue = load(store)
    photos = [(photo, catalogue.category_of(photo)) for photo in catalogue.photos]
    counts: dict[str, int] = {}
    for _, category in photos:
        counts[category] = counts.get(category, 0) + 1
    kept = [(photo, category) for photo, category in photos if counts[category] >= arguments.fewest]
    with arguments.table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["image", "label", "name", "setting"])
        for photo, category in kept:
            writer.writerow([photo.path, category, photo.name, "cut out" if photo.alone else "scene"])
    print(f"{len(kept)} photos of {len({category for _, category in kept})} categories", file=sys.stderr)
    return 0 if kept else 2


if __name__ == "__main__":
    sys.exit(main())
