"""Draw, export, train, measure: each by the program and scripts that a user has."""

from __future__ import annotations

import argparse
import csv
import json
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from shapes import curve, scenes

SCRIPTS = Path(__file__).resolve().parents[1]
PICTURES_A_TEST = 2  # of each sentence held out


def say(text: str) -> None:
    print(text, flush=True)


def draw(arguments: argparse.Namespace) -> None:
    trained, held_out = scenes.scenes(arguments.seed)
    rng = random.Random(arguments.seed)
    rounds = {"train": [trained[index % len(trained)] for index in range(arguments.pairs)],
              "test": held_out * PICTURES_A_TEST}
    for name, every in rounds.items():
        folder = arguments.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        with (arguments.folder / f"{name}.csv").open("w", newline="") as stream:
            table = csv.writer(stream)
            table.writerow(["image", "text"])
            for index, scene in enumerate(every):
                path = folder / f"{index:05}.png"
                scene.draw(rng).save(path)
                table.writerow([path, scene.text])
    say(f"{len(rounds['train'])} pictures of {len(trained)} sentences to train on, "
        f"{len(rounds['test'])} of {len(held_out)} other sentences to test with")


def clip(arguments: argparse.Namespace) -> None:
    from export import torchvision_operators

    torchvision_operators.declare()
    from shapes import tiny_clip

    tiny_clip.write(arguments.folder / "clip", arguments.seed)
    subprocess.run([sys.executable, str(SCRIPTS / "export_model.py"), str(arguments.folder / "clip"), "-o",
                    str(arguments.folder / "random"), "--template", "{}", "--force"], check=True)


def train(arguments: argparse.Namespace) -> None:
    folder = arguments.folder
    command = [arguments.program, "train", folder / "train.csv", "--contrastive", "--model", folder / "random", "--tune", "all",
               "-o", folder / "model", "--epochs", arguments.epochs, "--pairs", arguments.batch, "--batch-size", arguments.batch,
               "--learning-rate", 0.001, "--augment", "none", "--validation", 0.05, "--patience", 0, "--resume", "--json"]
    say("$ " + " ".join(str(part) for part in command))
    shutil.rmtree(folder / "model", ignore_errors=True)
    goes_on = Path(f"{folder / 'model'}.checkpoint").exists()  # an earlier run was killed
    with (folder / "log.jsonl").open("a" if goes_on else "w") as log, \
            subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True) as running:
        for line in running.stdout:
            log.write(line)
            log.flush()
            say(line.rstrip())
    if running.returncode != 0:
        raise subprocess.CalledProcessError(running.returncode, command)
    draw_curve(folder)
    subprocess.run([str(arguments.program), "model", "verify", str(folder / "model")], check=True)


def draw_curve(folder: Path) -> None:
    epochs = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    (folder / "curve.svg").write_text(curve.svg([epoch for epoch in epochs if "epoch" in epoch]))


def cosines(arguments: argparse.Namespace, model: Path, pictures: list[str], labels: list[str]) -> list[dict[str, float]]:
    """What the program says of each picture, by label."""
    (arguments.folder / "labels.txt").write_text("\n".join(labels) + "\n")
    done = subprocess.run(
        [str(arguments.program), "--files-from", "-", "--labels-file", str(arguments.folder / "labels.txt"), "--template", "{}",
         "--model", str(model), "--json", "-k", "0", "--scores", "similarity"],
        input="\n".join(pictures), capture_output=True, text=True, check=True)
    return [{entry["label"]: entry["similarity"] for entry in json.loads(line)["labels"]} for line in done.stdout.splitlines()]


def measure(arguments: argparse.Namespace) -> None:
    _, held_out = scenes.scenes(arguments.seed)
    by_text = {scene.text: scene for scene in held_out}
    with (arguments.folder / "test.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    every = sorted({choice for scene in held_out for choice in (scene.text, *(relation_of(scene, r).text for r in scenes.RELATIONS))})
    figures = {}
    for name in ("random", "model"):
        found = cosines(arguments, arguments.folder / name, [row["image"] for row in rows], every)
        right = sum(max(by_text, key=scores.get) == row["text"] for row, scores in zip(rows, found))
        where = 0
        for row, scores in zip(rows, found):
            choices = [relation_of(by_text[row["text"]], relation).text for relation in scenes.RELATIONS]
            where += max(choices, key=scores.get) == row["text"]
        figures[name] = {"sentence": right / len(rows), "relation": where / len(rows)}
    figures["chance"] = {"sentence": 1 / len(by_text), "relation": 1 / len(scenes.RELATIONS)}
    figures["pictures"] = len(rows)
    figures["sentences"] = len(by_text)
    (arguments.folder / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    for name, what in (("model", "trained"), ("random", "before training"), ("chance", "chance")):
        say(f"{what:16} the sentence, of {len(by_text)} held out: {figures[name]['sentence']:6.1%}    "
            f"where the same two things lie, of 4: {figures[name]['relation']:6.1%}")


def relation_of(scene: scenes.Scene, relation: str) -> scenes.Scene:
    return replace(scene, relation=relation)


def run(arguments: argparse.Namespace) -> int:
    arguments.folder = arguments.folder.resolve()
    for step in (draw, clip, train, measure):
        if arguments.only in (None, step.__name__):
            try:
                step(arguments)
            except subprocess.CalledProcessError as failure:
                print(f"make_shapes.py: {step.__name__}: {failure}", file=sys.stderr)
                return 2
    return 0
