#!/usr/bin/env python3
"""Proves contrastive training from nothing: draws pictures with words, trains a CLIP of random weights on them, measures it.

  scripts/make_shapes.py FOLDER                   all of it: some minutes on two cores
  scripts/make_shapes.py FOLDER --only draw       only the pictures and their tables
  scripts/make_shapes.py FOLDER --pairs 2000 --epochs 10       less of it

"a small red circle left of a blue square": a size, two colours and shapes, and how they lie, 1,152 sentences. A fifth of the
sentences is held out: no picture of theirs is trained on. In FOLDER:

  train.csv, test.csv, train/, test/   image,text and the pictures; the sentences of test.csv are in no row of train.csv
  clip/, random/                       a CLIP of some layers with random weights, and the same exported for clip-classify
  log.jsonl, model/                    what clip-classify train --contrastive said of each epoch, and the model it made
  curve.svg                            the loss and recall at 1 over the epochs
  figures.json                         how often the trained model names the sentence of a picture, of all that were held
                                       out, and how often it tells where the same two things lie; beside chance

The packages it needs are those of scripts/export_model.py, which installs them into .venv-export on the first run.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
STEPS = ("draw", "clip", "train", "measure")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where all goes")
    parser.add_argument("--only", choices=STEPS, help="one step, after those before it")
    parser.add_argument("--pairs", type=int, default=8000, help="pictures to train on (default: %(default)s)")
    parser.add_argument("--epochs", type=int, default=30, help="times that each is seen (default: %(default)s)")
    parser.add_argument("--batch", type=int, default=128, help="pairs compared in a step (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of what is drawn and of the weights (default: %(default)s)")
    parser.add_argument(
        "--program",
        type=Path,
        default=SCRIPTS.parent / "build/bin/clip-classify",
        help="default: build/bin/clip-classify",
    )
    arguments = parser.parse_args()
    arguments.program = arguments.program.resolve()
    return arguments


def main() -> int:
    arguments = parse_arguments()
    from export_model import enter_environment

    enter_environment()
    from shapes.run import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
