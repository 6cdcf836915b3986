"""Embeddings in files: made by embed, read by NumPy and by every other command."""

import json
import re

import numpy
import pytest
from conftest import PHOTOS, Command

LABELS = ("--labels", "cat,dog,rocket", "--json")


def rows_of(run: Command, name: str = "a.npy") -> numpy.ndarray:
    return numpy.load(run.folder / name)


def names_of(run: Command, name: str = "a.jsonl") -> list[dict]:
    return [json.loads(line) for line in (run.folder / name).read_text().splitlines()]


def test_images_and_texts_for_numpy(run: Command):
    run.write("texts.txt", "a dog\n\n猫\n")
    run("embed", PHOTOS, "--texts-file", "texts.txt", "--text", "a cat", "-o", "a.npy").ok()
    rows, names = rows_of(run), names_of(run)
    assert rows.dtype == numpy.float32 and rows.shape == (len(names), 1002)
    assert numpy.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-6)
    assert [name["path"].rsplit("/")[-1] for name in names[:5]] == sorted(path.name for path in PHOTOS.glob("*.jpg"))
    assert [name["text"] for name in names[5:]] == ["a cat", "a dog", "猫"]
    cat = run(PHOTOS / "cat.jpg", "--label", "a cat", "--label", "a dog", "--template", "{}", *LABELS[2:], "--scores",
              "similarity").records[0]
    assert cat["labels"][0]["similarity"] == pytest.approx(float(rows[1] @ rows[5]), abs=1e-6)


def test_half_the_size(run: Command):
    for dtype in ("float32", "float16"):
        run("embed", PHOTOS, "-o", f"{dtype}.npy", "--dtype", dtype).ok()
    full, half = rows_of(run, "float32.npy"), rows_of(run, "float16.npy")
    assert half.dtype == numpy.float16
    assert numpy.array_equal(full.astype(numpy.float16), half)


def test_json_lines(run: Command):
    run.write("bad.jpg", "no image")
    run("embed", PHOTOS / "cat.jpg", "-o", "a.npy").ok()
    result = run("embed", PHOTOS / "cat.jpg", "bad.jpg", "--text", "a cat").ok(1)
    image, bad, text = result.records
    assert numpy.array_equal(numpy.array(image["embedding"], dtype=numpy.float32), rows_of(run)[0])
    assert bad["error"]["code"] == "decode" and text["text"] == "a cat" and len(text["embedding"]) == 1002
    run("embed", PHOTOS / "cat.jpg", "-o", "b.jsonl").ok()
    assert names_of(run, "b.jsonl") == [image]


def test_taken_in_place_of_images(run: Command):
    run.photo("cat.jpg", b"caf\xe9.jpg")
    run("embed", PHOTOS, ".", "-o", "a.npy").ok()
    images = run(PHOTOS, ".", *LABELS).ok()
    rows = run("a.npy", *LABELS, "-v").ok()
    assert rows.records == images.records
    assert "loading the model" not in rows.err  # no encoder is needed
    run("embed", "a.npy", "-o", "again.npy").ok()
    assert numpy.array_equal(rows_of(run), rows_of(run, "again.npy"))


def test_failed_images_have_no_row(run: Command):
    run.write("photos/bad.jpg", "no image")
    run.photo("cat.jpg", "photos/cat.jpg")
    result = run("embed", "photos", "-o", "a.npy").ok(1)
    assert "photos/bad.jpg" in result.err
    assert rows_of(run).shape == (1, 1002) and [name["path"] for name in names_of(run)] == ["photos/cat.jpg"]


def test_the_store_is_used(run: Command):
    run("embed", PHOTOS, "-o", "a.npy", "--store", "a.store").ok()
    again = run("embed", PHOTOS, "-o", "b.npy", "--store", "a.store", "-v").ok()
    assert re.search(r"5 images \(5 known", again.err)
    assert (run.folder / "a.npy").read_bytes() == (run.folder / "b.npy").read_bytes()


def test_bad_usage(run: Command):
    cat = PHOTOS / "cat.jpg"
    run("embed").fails(2, "no images given")
    run("embed", cat, "--format", "npy").fails(2, "-o FILE.npy")
    run("embed", cat, "--dtype", "float16").fails(2, "--dtype")
    run("embed", cat, "--text", " ").fails(2, "--text", "is empty")
    run("embed", "--texts-file", "missing.txt").fails(2, "missing.txt")
    run("embed", cat, "-o", "missing/a.npy").fails(2, "missing", "does not exist")
    assert list(run.folder.iterdir()) == []


def test_wrong_files_are_refused_by_name(run: Command, model_copy):
    run("embed", PHOTOS / "cat.jpg", "-o", "a.npy").ok()
    run("a.npy", PHOTOS / "cat.jpg", *LABELS).fails(2, "together")
    run("a.npy", *LABELS, "--resume", "-o", "out").fails(2, "--resume")
    run("a.npy", *LABELS, "--shard", "1/2").fails(2, "--shard")
    numpy.save(run.folder / "narrow.npy", numpy.ones((1, 3), numpy.float32))
    (run.folder / "narrow.jsonl").write_text('{"path": "a.jpg"}\n')
    run("narrow.npy", *LABELS).fails(2, "narrow.npy", "width 3")
    numpy.save(run.folder / "double.npy", numpy.ones((1, 1002)))
    (run.folder / "double.jsonl").write_text('{"path": "a.jpg"}\n')
    run("double.npy", *LABELS).fails(2, "double.npy", "float32")
    run("missing.npy", *LABELS).fails(2, "missing.npy", "No such file")
    manifest = model_copy / "model.json"
    digest = json.loads(manifest.read_text())["files"]["image_encoder.pt"]["sha256"]
    manifest.write_text(manifest.read_text().replace(digest, "0" * 64))
    run("a.npy", *LABELS, "--model", model_copy).fails(2, "a.npy", "another model (by the model compact)")
