#!/usr/bin/env python3
"""Compares clip-classify with its peers on this machine: speed, start, labels, memory.

  scripts/benchmark.py                              everything, about half an hour on 2 cores
  scripts/benchmark.py --quick -o results.json      a few minutes: fewer sizes, ViT-B/32 only
  scripts/benchmark.py --part a --models l14        one part, one model
  scripts/benchmark.py --contenders clip-classify   no peers

The peers: Hugging Face's pipeline, open_clip with a DataLoader, ONNX Runtime (fp32, dynamic int8), OpenVINO (fp32, bf16, int8 by
NNCF). All get the same weights, photos, labels and threads, and take turns within a round, so that a machine whose speed drifts
treats them alike. One whose answers differ gets no figure. Parts:

  a  the image tower alone, images a second, beside its matrix products alone
  b  a folder of JPEGs (12, 2 and 0.3 megapixels) to JSON lines
  c  one photo, process start to exit: the model's first use, new labels, known labels
  d  10, 1,000 and 100,000 labels, the first time and again
  e  peak memory at 100, 1,000 and 10,000 images
  f  how often lower precisions and --decode fast change the first label

The first run installs the peers into .venv-benchmark and makes models (random weights of the published architectures, as trained
ones can't be downloaded everywhere) and photos in .cache/benchmark. It runs build/bin/clip-classify; scripts/test.sh --only unit
builds that with the tool that part a needs.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
ENVIRONMENT = SCRIPTS.parent / ".venv-benchmark"
PARTS = "abcdef"
MODELS = ("b32", "l14", "compact")
OWN_PACKAGES = ("numpy", "PIL", "skimage")
PEER_PACKAGES = ("torch", "transformers", "open_clip", "onnx", "onnxruntime", "openvino", "nncf")


def listed(text: str) -> list[str]:
    return [entry.strip() for entry in text.split(",") if entry.strip()]


def one_of(known: tuple[str, ...] | str):
    def parse(text: str) -> list[str]:
        chosen = listed(text)
        if not chosen or any(entry not in known for entry in chosen):
            raise argparse.ArgumentTypeError(f"{text!r}: takes {', '.join(known)}, separated by commas")
        return chosen
    return parse


def count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", type=one_of(PARTS), default=list(PARTS), metavar="A,B,...", help="of a to f (default: all)")
    parser.add_argument("--models", type=one_of(MODELS), metavar="M,N", help=f"of {', '.join(MODELS)} (default: all; --quick: b32)")
    parser.add_argument("--contenders", type=listed, default=[], metavar="WORD,...",
                        help="only those whose name or precision holds a WORD, as in clip-classify,OpenVINO or int8")
    parser.add_argument("--rounds", type=count, help="turns of each contender (default: 3; --quick: 2)")
    parser.add_argument("--quick", action="store_true", help="fewer sizes, batches and counts, half the photos")
    parser.add_argument("--threads", type=count, default=os.cpu_count() or 1, help="of every contender (default: the cores, %(default)s)")
    parser.add_argument("--program", type=Path, default=SCRIPTS.parent / "build/bin/clip-classify", help="default: build/bin/clip-classify")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="also write every value measured, as JSON")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="also draw the figures (.png or .svg)")
    arguments = parser.parse_args()
    arguments.models = arguments.models or (["b32"] if arguments.quick else list(MODELS))
    arguments.rounds = arguments.rounds or (2 if arguments.quick else 3)
    arguments.program = arguments.program.resolve()
    if not os.access(arguments.program, os.X_OK) or arguments.program.is_dir():
        parser.error(f"{arguments.program} is not a program: build it first (scripts/quickstart.sh)")
    for target in (arguments.output, arguments.plot):
        if target and not target.resolve().parent.is_dir():
            parser.error(f"{target}: there is no such folder")
    if arguments.plot and arguments.plot.suffix not in (".png", ".svg"):
        parser.error(f"--plot {arguments.plot}: takes a .png or .svg")
    return arguments


def needed_packages(arguments: argparse.Namespace) -> list[str]:
    """compact and clip-classify alone need none of the peers."""
    packages = list(OWN_PACKAGES)
    if arguments.models != ["compact"]:
        packages += PEER_PACKAGES
    if arguments.plot:
        packages.append("matplotlib")
    return packages


def enter_environment(packages: list[str]) -> None:
    """Goes on under .venv-benchmark, made when it is missing, unless this Python has all that is needed."""
    if all(importlib.util.find_spec(package) for package in packages):
        return
    if Path(sys.prefix) == ENVIRONMENT:
        sys.exit("benchmark.py: .venv-benchmark is damaged: remove it and run this again")
    setup = ["bash", "-c", 'set -euo pipefail; . "$1/lib.sh"; find_torch; find_benchmark_venv', "benchmark.py", str(SCRIPTS)]
    if subprocess.run(setup, stdin=subprocess.DEVNULL, check=False).returncode != 0:
        sys.exit(2)
    python = str(ENVIRONMENT / "bin/python")
    os.execve(python, [python, *sys.argv], os.environ | {"HF_HUB_OFFLINE": "1"})


def main() -> int:
    arguments = parse_arguments()
    enter_environment(needed_packages(arguments))
    sys.path.insert(0, str(SCRIPTS))
    from benchmark.run import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
