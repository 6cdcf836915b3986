#!/usr/bin/env python3
"""Builds models/compact, the small zero-shot model that ships with clip-classify, from pinned packages.

It makes its own virtual environment, takes WordNet and the evaluation photos from Debian packages (downloaded, not
installed), trains the text encoder on the CPU and prints an evaluation. The same seed gives the same model, up to the
order in which threads add.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
REPOSITORY = SCRIPTS.parent
REQUIREMENTS = SCRIPTS / "requirements-compact.txt"
DATA_REQUIREMENTS = SCRIPTS / "requirements-compact-data.txt"
INSTALL = """
. "$1/lib.sh"
make_venv "$2" && install_torch "$2" && pip_install "$2" -r "$3" && pip_install "$2" --no-deps -r "$4"
"""


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=REPOSITORY / "models/compact", help="model folder to write")
    parser.add_argument(
        "--work", type=Path, default=REPOSITORY / "build/compact", help="downloads go here (default: %(default)s)"
    )
    parser.add_argument("--steps", type=int, default=2400, help="training steps (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="seed of every random choice (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="CPU threads (default: all)")
    parser.add_argument("--no-evaluation", action="store_true", help="do not download photos and measure")
    return parser.parse_args()


def enter_environment(work: Path) -> None:
    """Runs this script again under its own virtual environment, made when it is missing or its pins have changed."""
    environment = (work / "venv").resolve()
    if Path(sys.prefix) == environment:
        return
    ready = environment / ".ready"
    pins = hashlib.sha256(REQUIREMENTS.read_bytes() + DATA_REQUIREMENTS.read_bytes()).hexdigest()
    if not ready.exists() or ready.read_text().strip() != pins:
        print(f"installing packages into {environment}", flush=True)
        arguments = [str(path) for path in (SCRIPTS, environment, REQUIREMENTS, DATA_REQUIREMENTS)]
        log = work / "install.log"
        with log.open("w") as output:
            command = ["bash", "-c", INSTALL, Path(__file__).stem, *arguments]
            if subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output).returncode != 0:
                sys.exit(f"build_compact_model: installing packages failed, see {log}")
        ready.write_text(pins + "\n")
    python = str(environment / "bin/python")
    os.execve(python, [python, *sys.argv], os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})


def main() -> int:
    arguments = parse_arguments()
    arguments.work.mkdir(parents=True, exist_ok=True)
    enter_environment(arguments.work)
    sys.path.insert(0, str(SCRIPTS))
    from compact.pipeline import build

    build(arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
