#!/usr/bin/env python3
"""Times one image with two labels from process start to exit: clip-classify beside Hugging Face transformers.

Both start cold, load a model from disk, read the same JPEG, and print the better label; they take turns, so that a
machine whose speed drifts treats them alike. The transformers side is a CLIPModel whose seeded weights are saved on
the first run, since none can be downloaded everywhere: a tiny one (what the libraries cost by themselves) and one of
ViT-B/32's size. Run scripts/test.sh first; it makes .venv-test, where transformers lies.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent

SAVE = """
import sys, torch
from transformers import CLIPConfig, CLIPModel
torch.manual_seed(0)
small = dict(hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=2, projection_dim=32)
parts = dict(text_config=small, vision_config=small, projection_dim=32) if sys.argv[2] == "tiny" else {}
CLIPModel(CLIPConfig(**parts)).save_pretrained(sys.argv[1])
"""

# Token ids stand in for the tokenizer, whose vocabulary can't be had offline: this only makes transformers faster.
CLASSIFY = """
import sys, torch
from PIL import Image
from transformers import CLIPModel
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
torch.set_num_threads(int(sys.argv[3]))
model = CLIPModel.from_pretrained(sys.argv[1])
pixels = CLIPImageProcessorPil()(Image.open(sys.argv[2]), return_tensors="pt")["pixel_values"]
ids = torch.tensor([[49406, 320, 1125, 539, 320, 2368, 49407], [49406, 320, 1125, 539, 320, 1929, 49407]])
with torch.inference_mode():
    scores = model(input_ids=ids, attention_mask=torch.ones_like(ids), pixel_values=pixels).logits_per_image.softmax(1)
print(("cat", "dog")[int(scores.argmax())], float(scores.max()))
"""


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7, help="of each command (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="default: one for each core")
    parser.add_argument("--program", default=REPOSITORY / "build/bin/clip-classify", help="default: %(default)s")
    parser.add_argument("--python", default=REPOSITORY / ".venv-test/bin/python", help="default: %(default)s")
    parser.add_argument("--image", default=REPOSITORY / "tests/data/photos/cat.jpg", help="default: %(default)s")
    parser.add_argument("--json", type=Path, help="also write every time measured to this file")
    return parser.parse_args()


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False,
                          env=os.environ | {"HF_HUB_OFFLINE": "1"})
    taken = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"benchmark.py: {command[0]} failed: {done.stderr.strip().splitlines()[-1:]}")
    return taken


def main() -> None:
    arguments = parse_arguments()
    python, image, threads = str(arguments.python), str(arguments.image), str(arguments.threads)
    with tempfile.TemporaryDirectory() as folder:
        commands = {"clip-classify, compact": [str(arguments.program), image, "--labels", "cat,dog", "--threads", threads]}
        for size in ("tiny", "ViT-B/32"):
            saved = f"{folder}/{size.replace('/', '-')}"
            seconds([python, "-c", SAVE, saved, size])
            commands[f"transformers, {size}"] = [python, "-c", CLASSIFY, saved, image, threads]
        times: dict[str, list[float]] = {name: [] for name in commands}
        for command in commands.values():  # page cache and compiled Python files are warm for all
            seconds(command)
        for _ in range(arguments.runs):
            for name, command in commands.items():
                times[name].append(seconds(command))
    ours = next(iter(times.values()))
    print(f"one image, two labels, process start to exit; {arguments.runs} runs in turn, {threads} threads\n")
    print("| | median s | min s | max s | times as long as clip-classify (median of the pairs) |")
    print("|---|---|---|---|---|")
    for name, values in times.items():
        ratio = statistics.median(theirs / mine for theirs, mine in zip(values, ours))
        print(f"| {name} | {statistics.median(values):.2f} | {min(values):.2f} | {max(values):.2f} | {ratio:.1f} |")
    if arguments.json:
        arguments.json.write_text(json.dumps(times, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
