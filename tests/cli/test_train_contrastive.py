"""train --contrastive: a tiny CLIP of random weights, trained on drawn shapes for seconds."""

from __future__ import annotations

import csv
import hashlib
import json
import pathlib
import shutil
import signal
import subprocess
import sys

import pytest
from conftest import MODEL, REPOSITORY, replace_file

PAIRS = 60


@pytest.fixture(scope="module")
def shapes(tmp_path_factory) -> pathlib.Path:
    """Pictures with their sentences, and a CLIP that knows nothing yet."""
    folder = tmp_path_factory.mktemp("shapes")
    script = [sys.executable, REPOSITORY / "scripts/make_shapes.py", folder, "--pairs", str(PAIRS)]
    for step in ("draw", "clip"):
        subprocess.run([*script, "--only", step], check=True, capture_output=True)
    return folder


@pytest.fixture
def train(run, shapes):
    """Runs it, or starts it: on few pairs, in steps of 16."""

    def arguments(*more, table=shapes / "train.csv", output="mine"):
        defaults = {"--model": shapes / "random", "--tune": "all", "--epochs": "3", "--pairs": "16",
                    "--learning-rate": "0.002", "--threads": "1"}
        given = [word for name, value in defaults.items() if name not in more for word in (name, value)]
        return ["train", table, "--contrastive", "-o", output, *given, *more, "--json"]

    def train_(*more, **where):
        return run(*arguments(*more, **where))

    train_.arguments = arguments
    return train_


def epochs_of(result) -> list[dict]:
    return [record for record in result.records if "epoch" in record]


def sums(folder: pathlib.Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def weights(folder: pathlib.Path, encoder: str) -> dict:
    import torch

    return dict(torch.jit.load(folder / encoder).named_parameters())


def spoil(model: pathlib.Path, encoder: str, change) -> None:
    """`change` gets the encoder as a module, and gives the one to put in its place."""
    import torch

    changed = change(torch.jit.load(model / encoder).eval())
    replace_file(model, encoder, changed.save_to_buffer())


def test_makes_a_model_that_verifies_and_classifies(run, shapes, train):
    done = train("--validation", "0.2").ok()
    epochs = epochs_of(done)
    assert [epoch["epoch"] for epoch in epochs] == [1, 2, 3]
    assert epochs[-1]["loss"] < epochs[0]["loss"]
    assert all(0 <= epoch["validation"]["image_recall_at_1"] <= 1 for epoch in epochs)
    summary = done.records[-1]
    assert summary["pairs"] == 48 and summary["held_out"] == 12 and summary["trained_numbers"] == summary["numbers"]
    assert [path.name for path in run.folder.iterdir()] == ["mine"]
    run("model", "verify", run.folder / "mine").ok()
    manifest = json.loads((run.folder / "mine/model.json").read_text())
    assert manifest["name"] == "mine" and manifest["score"]["scale"] == pytest.approx(summary["scale"])
    assert sums(run.folder / "mine")["text_encoder.pt"] != sums(shapes / "random")["text_encoder.pt"]
    rows = list(csv.DictReader((shapes / "train.csv").open()))
    found = run(rows[0]["image"], "--labels", f"{rows[0]['text']},{rows[1]['text']}", "--model", run.folder / "mine", "--json").ok()
    assert found.records[0]["score"] > 0.5
    text = run(*[word for word in train.arguments(output="other") if word != "--json"], "--validation", "0.2").ok().text
    assert f"epoch   1  loss {epochs[0]['loss']:.4f}  held out: loss " in text and "12 held out" in text


def test_goes_on_after_a_kill_to_the_same_numbers(run, train):
    whole = epochs_of(train("--checkpoint-steps", "1").ok())
    with run.start(*train.arguments("--checkpoint-steps", "1", output="killed"), stdout=subprocess.PIPE) as running:
        first = json.loads(running.stdout.readline())
        running.send_signal(signal.SIGKILL)
    checkpoint = run.folder / "killed.checkpoint"
    assert first == whole[0] and checkpoint.exists() and not (run.folder / "killed").exists()
    train(output="killed").fails(2, "killed.checkpoint", "--resume")
    train("--resume", "--seed", "1", output="killed").fails(2, "killed.checkpoint", "--seed")
    content = checkpoint.read_bytes()
    checkpoint.write_bytes(content[: len(content) // 2])
    train("--resume", output="killed").fails(2, "killed.checkpoint", "cut short", "remove it")
    assert checkpoint.stat().st_size == len(content) // 2
    checkpoint.write_bytes(content)
    rest = epochs_of(train("--resume", output="killed").ok())
    assert rest and rest == whole[-len(rest):]
    encoders = ("image_encoder.pt", "text_encoder.pt")
    trained, resumed = sums(run.folder / "mine"), sums(run.folder / "killed")
    assert [resumed[name] for name in encoders] == [trained[name] for name in encoders]
    assert not checkpoint.exists()


def test_an_interruption_keeps_the_state(run, train):
    with run.start(*train.arguments("--epochs", "1000"), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.readline()
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
    assert running.returncode == -signal.SIGINT
    assert err.startswith(b"clip-classify: interrupted in epoch ") and b"--resume" in err and err.count(b"\n") == 1
    assert [path.name for path in run.folder.iterdir()] == ["mine.checkpoint"]


@pytest.mark.parametrize("loss", ["clip", "siglip"])
def test_small_parts_give_the_gradients_of_the_whole_batch(run, train, loss):
    whole = epochs_of(train("--loss", loss, "--batch-size", "16", "--epochs", "2").ok())
    parts = epochs_of(train("--loss", loss, "--batch-size", "3", "--epochs", "2", output="parts").ok())
    assert [epoch["loss"] for epoch in parts] == pytest.approx([epoch["loss"] for epoch in whole], abs=2e-4)
    score = json.loads((run.folder / "parts/model.json").read_text())["score"]
    assert score["activation"] == ("softmax" if loss == "clip" else "sigmoid")
    run("model", "verify", run.folder / "parts").ok()


@pytest.mark.parametrize("tune, part", [("projection", ["model.1.weight"]), ("last:1", ["model.0.encoder.layers.2.", "model.0.post_", "model.1."])])
def test_trains_only_what_it_was_asked_to(run, shapes, train, tune, part):
    import torch

    train("--tune", tune, "--epochs", "1").ok()
    before, after = weights(shapes / "random", "image_encoder.pt"), weights(run.folder / "mine", "image_encoder.pt")
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {name for name in before if name.startswith(tuple(part))}


def test_stops_when_it_gets_no_better(train):
    done = train("--learning-rate", "0", "--validation", "0.2", "--patience", "1").ok()
    assert len(epochs_of(done)) == 2
    assert done.records[-1]["stopped_early"] and done.records[-1]["kept_epoch"] == 1


def test_trains_the_shipped_model_s_texts(run, train):
    """compact's image encoder has no parameters, and stays as it is."""
    run.write("pairs.csv", "".join(["image,text\n", *(f"{run.photo(name)},{text}\n" for name, text in (
        ("cat.jpg", "my cat Tom"), ("coffee.jpg", "what I drink"), ("rocket.jpg", "a thing that flies")))]))
    train("--model", "compact", "--tune", "projection", "--epochs", "1", "--augment", "none", "--batch-size", "2", table="pairs.csv").ok()
    assert sums(run.folder / "mine")["image_encoder.pt"] == sums(MODEL)["image_encoder.pt"]
    run("model", "verify", run.folder / "mine").ok()


def test_images_that_can_not_be_read_are_named_once(run, shapes, train):
    rows = (shapes / "train.csv").read_text().splitlines()
    broken = run.write("broken.png", b"no picture")
    table = run.write("pairs.csv", "\n".join([*rows, "gone.png,a", "gone.png,b", f"{broken},c"]) + "\n")
    done = train("--epochs", "1", "--validation", "0", table=table).ok(1)
    lines = done.err.splitlines()
    assert len(lines) == 2 and "gone.png" in lines[0] and "broken.png" in lines[1]
    assert done.records[-1]["failed_images"] == 2 and done.records[-1]["pairs"] == PAIRS


def test_bad_input(run, shapes, train):
    """One line each, and nothing is left behind."""
    rows = (shapes / "train.csv").read_text().splitlines()
    table = run.write("one.csv", "\n".join(rows[:2]) + "\n")
    train(table=table).fails(2, "one.csv", "one pair")
    table = run.write("same.csv", "image,text\n" + "".join(f"{row.split(',')[0]},the same\n" for row in rows[1:4]))
    train(table=table).fails(2, "same text")
    train(table=run.write("words.csv", "text\na\n")).fails(2, "words.csv", "image")
    train("--tune", "some").fails(2, "--tune", "some", "last:N")
    train("--tune", "last:9").fails(2, "last:9", "3 blocks")
    train("--augment", "rotate").fails(2, "--augment", "rotate")
    train("--precision", "bf16").fails(2, "--precision")
    run.write("file", "")
    train(output="file/mine").fails(2, "file/mine")
    train(output="file").fails(2, "file", "there already")
    run("train", "one.csv", "--contrastive").fails(2, "-o")
    assert sorted(path.name for path in run.folder.iterdir()) == ["file", "one.csv", "same.csv", "words.csv"]


def test_models_that_can_not_be_trained(run, shapes, train):
    import torch

    frozen = pathlib.Path(shutil.copytree(shapes / "random", run.folder / "frozen"))
    for encoder in ("image_encoder.pt", "text_encoder.pt"):
        spoil(frozen, encoder, torch.jit.freeze)
    train("--model", frozen).fails(2, "frozen", "no parameters")

    broken = pathlib.Path(shutil.copytree(shapes / "random", run.folder / "broken"))

    def with_nan(module):
        with torch.no_grad():
            next(module.parameters()).fill_(torch.nan)
        return module

    spoil(broken, "image_encoder.pt", with_nan)
    train("--model", broken).fails(2, "not a number", "step 1", "--learning-rate")
    assert sorted(path.name for path in run.folder.iterdir()) == ["broken", "frozen"]
