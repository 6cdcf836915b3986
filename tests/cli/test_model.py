"""Model folders: found, described, verified; and refused when anything about them is off."""

import io
import json
import os
import pathlib
import shutil
import zipfile

import pytest
from conftest import MODEL, PHOTOS, Command, edit_manifest, replace_file

LABELS = ("--labels", "cat,dog")
CAT = PHOTOS / "cat.jpg"


def test_list_info_verify(run: Command):
    assert run("model", "list").ok().text.startswith("compact")
    listed, = run("model", "list", "--json").ok().records
    assert listed["name"] == "compact"
    assert "not OpenAI" in run("model", "info").ok().text
    info, = run("model", "info", "compact", "--json").ok().records
    assert info["embedding width"] > 100 and info["licence"]
    checks = run("model", "verify", "--json").ok().records
    assert {check["stage"] for check in checks} == {"tokens", "text embedding", "image embedding"}
    assert all(check["passed"] for check in checks)


def test_model_by_name_folder_and_environment(run: Command, model_copy: pathlib.Path):
    home = run.folder / ".local/share/clip-classify/models"
    shutil.copytree(model_copy, home / "mine")
    expected = run(CAT, *LABELS, "--json").ok().out
    for way in (["--model", "compact"], ["--model", "./model-copy"], ["--model", "mine"], ["--model", "model-copy"]):
        assert run(CAT, *LABELS, "--json", *way).ok().out == expected
    assert run(CAT, *LABELS, "--json", CLIP_CLASSIFY_MODEL="mine").ok().out == expected
    run(CAT, *LABELS, CLIP_CLASSIFY_MODEL="none").fails(2, "none", "mine", "compact")


@pytest.mark.parametrize("name", ["image_encoder.pt", "text_encoder.pt", "vocab.txt", "model.json"])
def test_missing_file(run: Command, model_copy: pathlib.Path, name: str):
    (model_copy / name).unlink()
    run(CAT, *LABELS, "--model", model_copy).fails(2, "model.json" if name == "model.json" else name)


@pytest.mark.parametrize("name", ["image_encoder.pt", "text_encoder.pt", "vocab.txt"])
def test_altered_file(run: Command, model_copy: pathlib.Path, name: str):
    content = bytearray((model_copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (model_copy / name).write_bytes(content)
    run(CAT, *LABELS, "--model", model_copy).fails(2, name, "sha256")
    run("model", "verify", model_copy).fails(2, name, "sha256")
    (model_copy / name).write_bytes(content[:-1])
    run(CAT, *LABELS, "--model", model_copy).fails(2, name, "bytes")


@pytest.mark.parametrize("changes,word", [
    ({"format_version": 2}, "format_version"), ({"surprise": 1}, "surprise"), ({"licence": None}, "licence"),
    ({"embedding_width": "wide"}, "embedding_width"), ({"embedding_width": 0}, "embedding_width"),
    ({"templates": []}, "templates"), ({"templates": ["no place"]}, "templates"), ({"files": {}}, "files")])
def test_wrong_manifest(run: Command, model_copy: pathlib.Path, changes: dict, word: str):
    edit_manifest(model_copy, **changes)
    run(CAT, *LABELS, "--model", model_copy).fails(2, "model.json", word)


def test_broken_manifest(run: Command, model_copy: pathlib.Path):
    (model_copy / "model.json").write_text("{")
    run(CAT, *LABELS, "--model", model_copy).fails(2, "model.json", "JSON")


def test_encoder_of_the_wrong_shape(run: Command, model_copy: pathlib.Path):
    golden = json.loads((MODEL / "model.json").read_text())["golden"]
    golden["image"]["embedding"] = golden["image"]["embedding"][:7]
    for entry in golden["texts"]:
        entry["embedding"] = entry["embedding"][:7]
    edit_manifest(model_copy, embedding_width=7, golden=golden)
    run(CAT, *LABELS, "--model", model_copy).fails(2, "encoder.pt", "7")


@pytest.mark.parametrize("content", [b"not a TorchScript archive", b""])
def test_encoder_that_is_no_archive(run: Command, model_copy: pathlib.Path, content: bytes):
    replace_file(model_copy, "image_encoder.pt", content)
    run(CAT, *LABELS, "--model", model_copy).fails(2, "image_encoder.pt", "TorchScript")


def test_half_an_archive(run: Command, model_copy: pathlib.Path):
    whole = (model_copy / "image_encoder.pt").read_bytes()
    replace_file(model_copy, "image_encoder.pt", whole[:len(whole) // 2])
    run(CAT, *LABELS, "--model", model_copy).fails(2, "image_encoder.pt", "TorchScript")


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_zipped_again_gives_the_same(run: Command, model_copy: pathlib.Path, compression: int):
    """Its weights are neither aligned nor, compressed, to be used where they stand."""
    expected = run(CAT, *LABELS, "--json").ok().out
    for name in ("image_encoder.pt", "text_encoder.pt"):
        zipped = io.BytesIO()
        with zipfile.ZipFile(model_copy / name) as before, zipfile.ZipFile(zipped, "w", compression) as after:
            for entry in before.namelist():
                after.writestr(entry, before.read(entry))
        replace_file(model_copy, name, zipped.getvalue())
    assert run(CAT, *LABELS, "--json", "--model", model_copy).ok().out == expected


def test_altered_golden_value_is_reported(run: Command, model_copy: pathlib.Path):
    golden = json.loads((model_copy / "model.json").read_text())["golden"]
    golden["texts"][0]["ids"][1] += 1
    edit_manifest(model_copy, golden=golden)
    result = run("model", "verify", model_copy)
    assert result.code == 2 and "DIFFERS tokens" in result.text and "golden" in result.err


@pytest.mark.skipif(os.path.exists("/dev/nvidia0"), reason="there is a GPU here")
def test_no_cuda(run: Command):
    run(CAT, *LABELS, "--device", "cuda").fails(2, "--device cuda", "cpu")
    run(CAT, *LABELS, "--device", "cuda:3").fails(2, "cuda:3")
    run(CAT, *LABELS, "--device", "auto").ok()


def test_a_folder_without_sums_needs_trust(run, model_copy):
    edit_manifest(model_copy, files=None)
    photo = run.photo("cat.jpg")
    run(photo, "--labels", "cat,dog", "--model", model_copy).fails(2, "model.json", "--trust")
    assert run(photo, "--labels", "cat,dog", "--model", model_copy, "--trust", "--json").ok().records[0]["label"] == "cat"


def test_words_the_model_does_not_know(run):
    result = run(run.photo("cat.jpg"), "--label=\U000131e0", "--label=cat", "--json").ok()
    assert "tokenizer does not know" in result.err and result.err.count("\n") == 1


def test_a_precision_the_model_does_not_run_in(run):
    run(run.photo("cat.jpg"), "--labels", "cat,dog", "--precision", "bf16").fails(2, "precision")
