"""Every family: exported by scripts/export_model.py, compared with its Python original by scripts/parity.py.

    pytest tests/parity/families_test.py            a row of every family, in minutes
    PARITY_SLOW=1 pytest tests/parity/families_test.py       every row
    PARITY_FULL=1 ...                               and with all layers of the published architectures
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys

import families
import pytest
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("CLIP_CLASSIFY", str(ROOT / "build/bin/clip-classify"))
DUMP_MODEL = pathlib.Path(PROGRAM).with_name("dump_model")
FULL = bool(os.environ.get("PARITY_FULL"))
SLOW = FULL or bool(os.environ.get("PARITY_SLOW"))


@pytest.fixture
def folder(tmp_path):
    """Models of gigabytes: not kept for later."""
    yield tmp_path
    shutil.rmtree(tmp_path)


def run(*command, code=0):
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def row_named(name):
    return next(row for row in families.ROWS if row.name == name)


def make(row, folder):
    source = folder / "source"
    source.mkdir()
    torch.manual_seed(0)
    row.make(source, FULL or row.always_full)
    return source


def export(folder, *arguments, code=0):
    done = run(sys.executable, ROOT / "scripts/export_model.py", *arguments, "-o", folder / "model", code=code)
    return done.stderr


@pytest.mark.parametrize("row", families.ROWS, ids=lambda row: row.name)
def test_row(row, folder):
    if row.slow and not SLOW:
        pytest.skip("covered by another row; PARITY_SLOW=1 runs it")
    source = make(row, folder)
    print(run(sys.executable, ROOT / "scripts/parity.py", *row.arguments(source), "--folder", folder / "model").stdout)
    print(run(PROGRAM, "model", "verify", folder / "model").stdout)


def cosines(folder, precision):
    """Scores of the sample photos as cosines, by label."""
    done = run(PROGRAM, ROOT / "tests/data/photos", "--labels", "cat,dog,rocket", "--model", folder / "model", "--json", "-k", "0",
               "--scores", "similarity", "--precision", precision)
    return torch.tensor([[entry["similarity"] for entry in sorted(json.loads(line)["labels"], key=lambda e: e["label"])]
                         for line in done.stdout.splitlines()])


@pytest.mark.parametrize("precision", ["fp16", "bf16"])
def test_half_the_size(precision, folder):
    """Stored in 16 bits: half the file, the answers of the original with those weights; computed in bf16 they stay near."""
    row = row_named("OpenAI CLIP ViT-B/32")
    source = make(row, folder)
    export(folder, *row.arguments(source))
    full = (folder / "model/image_encoder.pt").stat().st_size
    export(folder, *row.arguments(source), "--precision", precision, "--force")
    assert (folder / "model/image_encoder.pt").stat().st_size < 0.55 * full
    run(PROGRAM, "model", "verify", folder / "model")
    assert (cosines(folder, "bf16") - cosines(folder, "fp32")).abs().max() < 0.02


def test_int8(folder):
    """A quarter of the blocks' weights; the answers stay near the original's, and fp32 still runs."""
    row = row_named("OpenAI CLIP ViT-B/16")
    source = make(row, folder)
    export(folder, *row.arguments(source))
    exact = cosines(folder, "fp32")
    full = (folder / "model/image_encoder.pt").stat().st_size
    photos = ROOT / "tests/data/photos"
    export(folder, *row.arguments(source), "--precision", "int8", "--calibrate", photos, "--force")
    assert (folder / "model/image_encoder.pt").stat().st_size < 0.45 * full
    run(PROGRAM, "model", "verify", folder / "model")
    assert (cosines(folder, "auto") - exact).abs().max() < 0.02
    assert torch.equal(cosines(folder, "int8"), cosines(folder, "auto"))
    assert (cosines(folder, "fp32") - exact).abs().max() < 0.02
    summary = run(DUMP_MODEL, folder / "model", "summary").stdout
    assert "quantized=12 " in summary.splitlines()[0] and "quantized=0 " in summary.splitlines()[1]
    done = run(PROGRAM, photos, "--labels", "a,b", "--model", folder / "model", "--precision", "bf16", code=2)
    assert "precision" in done.stderr


def test_what_int8_can_not_be(folder):
    row = row_named("OpenAI CLIP RN50 (open_clip)")
    source = make(row, folder)
    int8 = [*row.arguments(source), "--precision", "int8"]
    assert "no linear layers" in export(folder, *int8, "--calibrate", ROOT / "tests/data/photos", code=2)
    assert not (folder / "model").exists()


def test_what_int8_can_not_be_calibrated_with(folder):
    int8 = [folder, "--precision", "int8"]
    assert "go together" in export(folder, *int8, code=2)
    assert "no such folder" in export(folder, *int8, "--calibrate", folder / "none", code=2)
    (folder / "photos").mkdir()
    assert "no photos" in export(folder, *int8, "--calibrate", folder / "photos", code=2)
    (folder / "photos/a.jpg").write_text("no photo")
    assert "a.jpg: not a photo" in export(folder, *int8, "--calibrate", folder / "photos", code=2)
    assert not (folder / "model").exists()


def test_what_can_not_be_exported(folder):
    """One line each, and nothing left behind."""
    bert = folder / "bert"
    bert.mkdir()
    (bert / "config.json").write_text(json.dumps({"model_type": "bert"}))
    assert "not a dual encoder" in export(folder, bert, code=2)
    assert "knows no architecture" in export(folder, "--open-clip", "ViT-Z-99:openai", code=2)
    assert "neither a file nor one of" in export(folder, "--open-clip", "ViT-B-32:nonsense", code=2)
    (folder / "taken").mkdir()
    (folder / "taken/file").write_text("mine")
    done = run(sys.executable, ROOT / "scripts/export_model.py", bert, "-o", folder / "taken", code=2)
    assert "not a model folder" in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["bert", "taken"]
