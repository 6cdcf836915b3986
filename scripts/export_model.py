#!/usr/bin/env python3
"""Exports a CLIP-family model to a folder that clip-classify runs, with no Python needed afterwards.

  scripts/export_model.py openai/clip-vit-base-patch32 -o models/clip-b32
  scripts/export_model.py ./my-clip -o models/mine                            a folder of a Hugging Face model
  scripts/export_model.py --open-clip ViT-B-32:laion2b_s34b_b79k -o models/laion-b32
  scripts/export_model.py --open-clip ViT-B-32:checkpoint.pt -o models/mine   a checkpoint of your own
  scripts/export_model.py openai/clip-vit-base-patch32 -o models/clip-b32-int8 --precision int8 --calibrate ~/Pictures
  scripts/export_model.py M-CLIP/XLM-Roberta-Large-Vit-B-32 --image-model openai/clip-vit-base-patch32 -o models/mclip

Both encoders are traced to TorchScript and compared with the original on other shapes; tokenizer files, sums and
golden values go with them, so that `clip-classify model verify` can tell on any machine whether the answers are the
original's. The packages it needs are installed on the first run, into .venv-export.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
ENVIRONMENT = SCRIPTS.parent / ".venv-export"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", help="Hugging Face id, or a local folder of one")
    parser.add_argument("--open-clip", metavar="ARCH:WEIGHTS", help="open_clip architecture and weights (a tag or a file), or a folder with open_clip_config.json")
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="model folder to write")
    parser.add_argument("--name", help="the model's name (default: the folder's)")
    parser.add_argument("--precision", choices=("fp32", "fp16", "bf16", "int8"), default="fp32", help="of the stored weights; fp16 and bf16 halve the size, int8 also makes images faster (default: %(default)s)")
    parser.add_argument("--calibrate", type=Path, metavar="FOLDER", help="for int8: photos like yours, on which the activations' scales are measured")
    parser.add_argument("--template", action="append", metavar="TEXT", help="default prompt template with {}; may be repeated (default: the family's)")
    parser.add_argument("--licence", default="", help="the weights' licence, for model.json (default: what the source says)")
    parser.add_argument("--image-model", metavar="MODEL", help="for M-CLIP: the CLIP whose image encoder it belongs to")
    parser.add_argument("--force", action="store_true", help="replace FOLDER if it holds a model already")
    parser.add_argument("--list", action="store_true", help="list the families that are known to work, with an example each")
    arguments = parser.parse_args()
    if not arguments.list:
        if (arguments.model is None) == (arguments.open_clip is None):
            parser.error("give a Hugging Face model or --open-clip ARCH:WEIGHTS")
        if arguments.output is None:
            parser.error("-o FOLDER is needed")
    if (arguments.precision == "int8") != (arguments.calibrate is not None):
        parser.error("--precision int8 and --calibrate FOLDER go together")
    for template in arguments.template or []:
        if "{}" not in template:
            parser.error(f"--template {template!r} has no {{}} for the label")
    return arguments


def enter_environment() -> None:
    """Goes on under .venv-export, made when it is missing, unless this Python has all that is needed."""
    if all(importlib.util.find_spec(package) for package in ("torch", "transformers", "open_clip")):
        return
    if Path(sys.prefix) == ENVIRONMENT:
        sys.exit("export_model.py: .venv-export is damaged: remove it and run this again")
    setup = ["bash", "-c", 'set -euo pipefail; . "$1/lib.sh"; find_torch; find_export_venv', "export_model.py", str(SCRIPTS)]
    if subprocess.run(setup, stdin=subprocess.DEVNULL, check=False).returncode != 0:
        sys.exit(2)
    python = str(ENVIRONMENT / "bin/python")
    os.execve(python, [python, *sys.argv], os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})


def main() -> int:
    arguments = parse_arguments()
    sys.path.insert(0, str(SCRIPTS))
    if arguments.list:
        from export.families import table

        print(table())
        return 0
    enter_environment()
    from export.run import export

    return export(arguments)


if __name__ == "__main__":
    sys.exit(main())
