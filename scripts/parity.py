#!/usr/bin/env python3
"""Compares clip-classify with the Python original of a model, stage by stage, and prints a table.

  scripts/parity.py openai/clip-vit-base-patch32                      exports it to a temporary folder first
  scripts/parity.py openai/clip-vit-base-patch32 --folder models/clip-b32
  scripts/parity.py --open-clip ViT-B-32:laion2b_s34b_b79k

It needs what scripts/test.sh builds. Exit: 0 when every stage agrees, 1 when one differs, 2 when it could not compare.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

import export_model  # noqa: E402

TEXTS = ["a photo of a cat", "two dogs & a 3rd one, it's 9:45!", "caf\u00e9 cr\u00e8me \u2013 \u201cquoted\u201d", "\u4e00\u53ea\u732b\u7684\u7167\u7247", "\u0641\u0648\u062a\u0648\u063a\u0631\u0627\u0641\u064a\u0627 \u0642\u0637\u0629",
         "\u0444\u043e\u0442\u043e\u0433\u0440\u0430\u0444\u0438\u044f \u043a\u043e\u0442\u0430", "\u732b\u306e\u5199\u771f", "\u092c\u093f\u0932\u094d\u0932\u0940 \u0915\u0940 \u0924\u0938\u094d\u0935\u0940\u0930", "UPPER lower MiXeD", "x " * 200,
         "\U0001f600 emoji \U0001f468\u200d\U0001f469\u200d\U0001f467", "snake_case, punct!?(uation)", "1234567890", "  spaces\t and\nbreaks ", "&amp; &lt;tag&gt;",
         "a", "\uff26\uff35\uff2c\uff2c \ufb01ne"]
LABELS = ["cat", "dog", "coffee", "rocket", "astronaut", "bicycle"]
TEMPLATES = ["a photo of a {}.", "a bad photo of the {}.", "itap of a {}."]
LIMITS = {"tokens": 0, "pixels": 1.02, "image embedding": 1e-4, "batch of 17": 1e-4, "text embedding": 1e-4, "scores": 1e-3,
          "scores, 3 templates": 1e-3}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", help="Hugging Face id, or a local folder of one")
    parser.add_argument("--open-clip", metavar="ARCH:WEIGHTS", help="as for scripts/export_model.py")
    parser.add_argument("--image-model", metavar="MODEL", help="as for scripts/export_model.py")
    parser.add_argument("--folder", type=Path, help="an exported model folder; exported to now where there is none (default: a temporary one)")
    parser.add_argument("--photos", type=Path, default=ROOT / "tests/data/photos", help="images to compare (default: %(default)s)")
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="build folder (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object in place of the table")
    arguments = parser.parse_args()
    if (arguments.model is None) == (arguments.open_clip is None):
        parser.error("give a Hugging Face model or --open-clip ARCH:WEIGHTS")
    arguments.precision, arguments.calibrate, arguments.template, arguments.licence, arguments.name, arguments.force = "fp32", None, None, "", None, False
    return arguments


class Ours:
    """The built program and library, run on a model folder."""

    def __init__(self, build: Path, folder: Path) -> None:
        self.build, self.folder = build, folder
        self.width = json.loads((folder / "model.json").read_text())["embedding_width"]

    def stage(self, *arguments: str, items: list[str]) -> bytes:
        escaped = [item.replace("\\", "\\\\") if arguments[0] in ("tokens", "texts") else item for item in items]
        command = [self.build / "bin/dump_model", self.folder, *arguments]
        return subprocess.run(command, input="".join(item + "\0" for item in escaped).encode(), check=True, stdout=subprocess.PIPE).stdout

    def rows(self, *arguments: str, items: list[str]):
        import numpy

        return numpy.frombuffer(self.stage(*arguments, items=items), numpy.float32).reshape(len(items), -1)

    def ids(self, texts: list[str]) -> list[list[int]]:
        return [[int(number) for number in line.split()] for line in self.stage("tokens", items=texts).decode().splitlines()]

    def scores(self, photos: list[str], templates: list[str]):
        import numpy

        command = [self.build / "bin/clip-classify", *photos, "--model", self.folder, "--json", "-k", "0", "-q"]
        command += [f"--label={label}" for label in LABELS] + [f"--template={template}" for template in templates]
        lines = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()
        return numpy.array([[{entry["label"]: entry["score"] for entry in json.loads(line)["labels"]}[label] for label in LABELS] for line in lines])


def as_png(photo: Path, folder: Path) -> Path:
    """The same pixels for both: JPEG decoders of other versions may differ by one (tests/parity/pixels_test.py)."""
    from PIL import Image

    target = folder / f"{photo.stem}.png"
    Image.open(photo).convert("RGB").save(target)
    return target


def compare(dual, ours: Ours, photos: list[Path]) -> dict[str, float]:
    import numpy
    import torch
    from PIL import Image

    from export.tracing import unit

    original = dual.original
    pictures = [Image.open(photo).convert("RGB") for photo in photos]
    paths = [str(photo) for photo in photos]
    found: dict[str, float] = {"tokens": sum(a != b for a, b in zip(ours.ids(TEXTS), original.ids(TEXTS)))}

    pixels = torch.stack([torch.as_tensor(original.pixels(picture)) for picture in pictures])
    std = numpy.array(dual.image["std"], numpy.float32).reshape(1, 3, 1)
    difference = numpy.abs(ours.rows("pixels", items=paths) - pixels.numpy().reshape(len(photos), -1))
    found["pixels"] = float((difference.reshape(len(photos), 3, -1) * std * 255).max())

    # Rows for the same pixels: what the encoder adds, not what a pixel off by one does.
    images = ours.rows("images", "1", items=paths)
    found["image embedding"] = float(numpy.abs(images - unit(original.embed_images(pixels)).numpy()).max())
    many = (paths * 17)[:17]
    found["batch of 17"] = float(numpy.abs(ours.rows("images", "17", items=many) - (numpy.concatenate([images] * 17)[:17])).max())
    found["text embedding"] = float(numpy.abs(ours.rows("texts", items=TEXTS) - unit(original.embed_texts(TEXTS)).numpy()).max())

    # By the library's own function: Hugging Face's pipeline, open_clip's build_zero_shot_classifier; else by formula.
    image_rows = unit(original.embed_images(pixels))
    for name, templates in (("scores", TEMPLATES[:1]), ("scores, 3 templates", TEMPLATES)):
        theirs = original.scores(pictures, LABELS, templates)
        if theirs is not None:
            found[name] = float(numpy.abs(ours.scores(paths, templates) - theirs.numpy()).max())
            continue
        weights = torch.stack([unit(unit(original.embed_texts([t.replace("{}", label) for t in templates])).mean(dim=0)) for label in LABELS])
        logits = dual.scale * image_rows @ weights.T + dual.bias
        theirs = logits.sigmoid() if dual.activation == "sigmoid" else logits.softmax(dim=-1)
        found[name] = float(numpy.abs(ours.scores(paths, templates) - theirs.numpy()).max())
    return found


def main() -> int:
    arguments = parse_arguments()
    export_model.enter_environment()
    from export import run

    dual = None
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.output = arguments.folder or Path(temporary) / "model"
        if not folder.exists() and run.export(arguments) != 0:
            return 2
        dual = run.load(arguments)
        photos = sorted(path for path in arguments.photos.iterdir() if path.suffix in (".jpg", ".jpeg", ".png"))
        found = compare(dual, Ours(arguments.build, folder), [as_png(photo, Path(temporary)) for photo in photos])
    agrees = {stage: value <= LIMITS[stage] for stage, value in found.items()}
    if arguments.json:
        print(json.dumps(found))
    else:
        print(f"{'stage':22}{'largest difference':>20}{'allowed':>10}")
        for stage, value in found.items():
            print(f"{stage:22}{value:20.3g}{LIMITS[stage]:10.3g}  {'ok' if agrees[stage] else 'DIFFERS'}")
    return 0 if all(agrees.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
