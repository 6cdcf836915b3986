#!/usr/bin/env python3
"""Builds models/phrases/bank.tsv, the phrases that `clip-classify describe` puts descriptions together from.

It takes WordNet 3.0 and SCOWL from Debian packages (downloaded, not installed) and adds the lists in
scripts/phrases/words. The same bytes come out every time.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
REPOSITORY = SCRIPTS.parent


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=REPOSITORY / "models/phrases/bank.tsv",
        help="file to write (default: %(default)s)",
    )
    parser.add_argument(
        "--work", type=Path, default=REPOSITORY / "build/phrases", help="downloads go here (default: %(default)s)"
    )
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    sys.path.insert(0, str(SCRIPTS))
    from phrases.bank import build_bank

    try:
        text = build_bank(arguments.work)
    except ValueError as error:
        sys.exit(f"build_phrase_bank: {error}")
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(text, encoding="utf-8")
    print(f"{text.count(chr(10)) - 1} phrases in {arguments.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
