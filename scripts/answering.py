#!/usr/bin/env python3
"""Measures how well the verbs answer about real photos that have words with them, beside chance.

  scripts/answering.py                                  the compact model, all verbs, a few minutes on 2 cores
  scripts/answering.py --model models/b32               an exported CLIP instead
  scripts/answering.py --verbs search,ask --json FILE   some of them, the figures in a file as well
  scripts/answering.py --chinese --model models/cn      asks in Chinese too
  scripts/answering.py --sources                        where the photos are from, and their licences

What is measured, each with its 95 % interval and what chance gives:

  search      a thing's photos found by its name or category: among the first 1, 5, 10; mean average precision
  ask         yes or no, which of its category, what is in the picture, colours, numbers: share of right answers
  statements  true ones told from false ones: right where decided, share decided, separation, calibration
  describe    the thing's name, or what it is a kind of, among the first 5 and 10 tags, and in the sentence
  score       CLIPScore of true and shuffled pairs, separation, retrieval both ways

The photos are parts of Debian's packages, taken apart in .cache/answering without installing them; nothing of them is
copied into the repository. It needs apt-get and dpkg the first time, and nothing beyond Python's standard library. It
runs build/bin/clip-classify.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
VERBS = ("search", "ask", "statements", "describe", "score")


def verbs(text: str) -> list[str]:
    chosen = [entry.strip() for entry in text.split(",") if entry.strip()]
    if not chosen or any(entry not in VERBS for entry in chosen):
        raise argparse.ArgumentTypeError(f"{text!r}: takes {', '.join(VERBS)}, separated by commas")
    return chosen


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--model", default="compact", help="a name or folder, as clip-classify takes it (default: %(default)s)"
    )
    parser.add_argument(
        "--verbs", type=verbs, default=list(VERBS), metavar="A,B,...", help=f"of {', '.join(VERBS)} (default: all)"
    )
    parser.add_argument(
        "--chinese", action="store_true", help="also search and ask in Chinese, for models that know it"
    )
    parser.add_argument(
        "--sources",
        action="store_true",
        help="only list the packages, their licences and how many of their photos are used",
    )
    parser.add_argument(
        "--program",
        type=Path,
        default=SCRIPTS.parent / "build/bin/clip-classify",
        help="default: build/bin/clip-classify",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=SCRIPTS.parent / ".cache/answering",
        metavar="DIR",
        help="where the packages' contents are kept (default: .cache/answering)",
    )
    parser.add_argument("--json", type=Path, dest="output", metavar="FILE", help="also write the figures, as JSON")
    arguments = parser.parse_args()
    arguments.program = arguments.program.resolve()
    arguments.cache = arguments.cache.absolute()
    if not arguments.sources and (not os.access(arguments.program, os.X_OK) or arguments.program.is_dir()):
        parser.error(f"{arguments.program} is not a program: build it first (scripts/quickstart.sh)")
    if arguments.output and not arguments.output.resolve().parent.is_dir():
        parser.error(f"{arguments.output}: there is no such folder")
    return arguments


def main() -> int:
    arguments = parse_arguments()
    sys.path.insert(0, str(SCRIPTS))
    from answering.run import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
