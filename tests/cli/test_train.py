"""A classifier from a few examples of each label: made by train, used by classify."""

import io
import json
import os
import pathlib
import re
import shutil

import numpy
import pytest
from conftest import MODEL, PHOTOS, Command, edit_manifest
from PIL import Image
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from stores import small_image

WIDTH = 1002


def crop(photo: str, number: int) -> bytes:
    """A part of a photo; each number is a picture of its own."""
    with Image.open(PHOTOS / f"{photo}.jpg") as image:
        width, height = image.size
        box = (width * number // 40, height * number // 50, width * (30 + number) // 40, height * (35 + number) // 50)
        part = io.BytesIO()
        image.convert("RGB").crop(box).resize((96, 96)).save(part, "PPM")
    return part.getvalue()


def parts(run: Command, count: int = 4, folder: str = "parts") -> None:
    """Two kinds of pictures under names that tell the model nothing."""
    for number in range(count):
        run.write(f"{folder}/zorb/{number}.ppm", crop("cat", number))
        run.write(f"{folder}/blick/{number}.ppm", crop("rocket", number))


def embedded(run: Command, counts: dict[str, int], noise: float = 1.0, name: str = "a.npy") -> numpy.ndarray:
    """Rows around a direction for each label, as embed would have written them."""
    random = numpy.random.default_rng(5)
    rows, names = [], []
    for label, count in counts.items():
        direction = random.standard_normal(WIDTH)
        for number in range(count):
            rows.append(direction + noise * random.standard_normal(WIDTH) * (numpy.arange(WIDTH) % 7 + 0.3))
            names.append(json.dumps({"path": f"photos/{label}/{number}.jpg"}))
    array = numpy.array(rows, numpy.float32)
    array /= numpy.linalg.norm(array, axis=1, keepdims=True)
    numpy.save(run.folder / name, array)
    (run.folder / name).with_suffix(".jsonl").write_text("\n".join(names) + "\n")
    return array


def found(run: Command, *arguments: str | os.PathLike) -> dict:
    (record,) = run("train", *arguments, "-o", "a.clf", "--json").ok().records
    return record


def logits_of(run: Command, inputs: str) -> tuple[list[str], numpy.ndarray]:
    """Of the classifier's labels in alphabetical order, a row an image, less their mean."""
    records = run(inputs, "--classifier", "a.clf", "--scores", "logit", "-k", "0", "--json").ok().records
    labels = sorted(entry["label"] for entry in records[0]["labels"])
    rows = [[{e["label"]: e["score"] for e in record["labels"]}[label] for label in labels] for record in records]
    return labels, numpy.array(rows) - numpy.mean(rows, axis=1, keepdims=True)


def test_a_folder_for_each_label(run: Command):
    parts(run)
    result = run("train", "parts/", "-o", "parts.clf").ok()
    assert result.err == ""
    assert result.text.startswith("parts.clf: 2 labels from 8 images, for the model compact\n")
    assert re.search(r"^words alone +\d+\.\d %  \(\d+\.\d to \d+\.\d %: \d of 8\)$", result.text, re.M)
    assert re.search(r"^trained +100\.0 %  \(67\.6 to 100\.0 %: 8 of 8\)$", result.text, re.M)
    assert re.search(r"^zorb +4 +4 +\d +4$", result.text, re.M)
    run.write("new/cat.ppm", crop("cat", 9))
    run.write("new/rocket.ppm", crop("rocket", 9))
    new = run("new", "--classifier", "parts.clf", "--json").ok()
    assert new.labels == ["zorb", "blick"]
    assert sum(entry["score"] for entry in new.records[0]["labels"]) == pytest.approx(1)
    assert -1 <= new.records[0]["labels"][0]["similarity"] <= 1
    assert sorted(path.name for path in run.folder.iterdir()) == ["new", "parts", "parts.clf"]


def test_what_was_found_as_json(run: Command):
    parts(run)
    record = found(run, "parts")
    assert record["model"] == "compact" and record["images"] == 8 and record["folds"] == 8
    assert record["accuracy"]["trained"] == {"share": 1, "low": pytest.approx(0.676, abs=1e-3), "high": 1, "hits": 8,
                                             "trials": 8}
    assert record["reject"] is None
    assert [(label["label"], label["images"]) for label in record["labels"]] == [("blick", 4), ("zorb", 4)]
    file = json.loads((run.folder / "a.clf").read_text())
    assert file["training"]["method"] == record["method"] != "words"
    assert found(run, "parts") == record and json.loads((run.folder / "a.clf").read_text()) == file


def test_a_table_a_list_and_embeddings_are_the_same(run: Command):
    parts(run)
    first = found(run, "parts")
    content = (run.folder / "a.clf").read_bytes()
    images = sorted(str(path.relative_to(run.folder)) for path in (run.folder / "parts").rglob("*.ppm"))
    run.write("t.csv", "label,image\n" + "".join(f"{image.split('/')[1]},{image}\n" for image in images))
    assert found(run, "t.csv") == first and (run.folder / "a.clf").read_bytes() == content
    run.write("list.txt", "\n".join(images))
    assert found(run, "--files-from", "list.txt") == first
    assert found(run, "parts/blick", "parts/zorb") == first
    run("embed", "parts", "-o", "e.npy").ok()
    assert found(run, "e.npy") == first and (run.folder / "a.clf").read_bytes() == content
    assert found(run, "parts", "--store", "s.store") == first
    again = run("train", "parts", "-o", "a.clf", "--store", "s.store", "-v").ok()
    assert "8 images (8 known" in again.err


def test_words_beside_examples(run: Command):
    parts(run)
    record = found(run, "parts", "--labels", "coffee")
    assert [(label["label"], label["images"]) for label in record["labels"]] == [("blick", 4), ("zorb", 4), ("coffee", 0)]
    trained = [run(PHOTOS / "coffee.jpg", "--classifier", "a.clf", "--json").ok().labels]
    found(run, "parts")
    coffee = (PHOTOS / "coffee.jpg", "--classifier", "a.clf", "--labels", "coffee,zorb", "--json", "-k", "0")
    trained.append(run(*coffee).ok().labels)
    assert trained == [["coffee"], ["coffee"]]
    assert sorted(entry["label"] for entry in run(*coffee).records[0]["labels"]) == ["blick", "coffee", "zorb"]


def test_synonyms_for_a_folder(run: Command):
    run.photo("cat.jpg", "pets/a_1/cat.jpg")
    run.photo("rocket.jpg", "pets/b/rocket.jpg")
    run.write("words.json", '{"a_1": ["cat"], "b": ["rocket"]}')
    record = found(run, "pets", "--labels-file", "words.json", "--method", "words")
    assert record["folds"] == 0 and record["accuracy"] == {"words": None, "trained": None}
    assert run(PHOTOS / "cat.jpg", PHOTOS / "rocket.jpg", "--classifier", "a.clf", "--json").labels == ["a_1", "b"]
    text = run("train", "pets", "-o", "a.clf").ok().text
    assert "accuracy     unknown" in text


def test_none_of_these(run: Command):
    embedded(run, {"a": 30, "b": 30, "c": 30, "d": 30}, 0.3)
    record = found(run, "a.npy", "--reject", "0.1")
    assert record["reject"]["false_accepts"]["hits"] == 12 and record["reject"]["false_accepts"]["trials"] == 120
    assert record["reject"]["kept"]["share"] > 0.9
    own = run("a.npy", "--classifier", "a.clf", "--json").ok().records
    assert sum(record["rejected"] for record in own) < 12
    stranger = run(PHOTOS / "cat.jpg", "--classifier", "a.clf", "--json").ok().records[0]
    assert stranger["rejected"] is True and stranger["label"] is None and stranger["labels"] == []
    assert "none of these" in run(PHOTOS / "cat.jpg", "--classifier", "a.clf").ok().text
    csv = run(PHOTOS / "cat.jpg", "--classifier", "a.clf", "--format", "csv").ok().text.splitlines()
    assert csv[0] == "path,rejected,rank,label,score,similarity,error" and csv[1].endswith("cat.jpg,true,,,,,")
    assert run(PHOTOS / "cat.jpg", "--classifier", "a.clf", "--label", "cat", "--json").ok().labels == ["cat"]


def test_discriminant_analysis_is_scikit_learns(run: Command):
    counts = {"a": 25, "b": 25, "c": 25}
    rows = embedded(run, counts)
    record = found(run, "a.npy", "--method", "gaussian")
    assert record["examples"] == 1  # the words say nothing of such rows
    peer = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=record["shrinkage"])
    classes = numpy.repeat(sorted(counts), 25)
    expected = peer.fit(rows.astype(float), classes).decision_function(rows.astype(float))
    expected -= expected.mean(axis=1, keepdims=True)
    labels, logits = logits_of(run, "a.npy")
    assert labels == list(peer.classes_)
    factor = (logits * expected).sum() / (expected * expected).sum()  # the calibration's
    assert numpy.abs(logits - factor * expected).max() < 1e-3 * numpy.abs(logits).max()


def test_logistic_regression_is_near_scikit_learns(run: Command):
    rows = embedded(run, {"a": 40, "b": 10, "c": 25})
    record = found(run, "a.npy", "--method", "logistic")
    peer = LogisticRegression(C=record["strength"], class_weight="balanced", max_iter=5000, tol=1e-8)
    classes = numpy.repeat(["a", "b", "c"], [40, 10, 25])
    expected = peer.fit(rows, classes).decision_function(rows)
    _, logits = logits_of(run, "a.npy")
    # Nearly the same even where it stands on words, since they say nothing here; fits_test.cpp is exact.
    assert numpy.corrcoef(logits.ravel(), expected.ravel())[0, 1] > 0.98


def test_the_same_picture_with_two_labels(run: Command):
    parts(run)
    shutil.copy(run.folder / "parts/zorb/1.ppm", run.folder / "parts/blick/copy.ppm")
    err = run("train", "parts", "-o", "a.clf").ok().err
    assert len(err.splitlines()) == 1 and "same picture" in err
    assert "parts/blick/copy.ppm (blick)" in err and "parts/zorb/1.ppm (zorb)" in err


def test_images_that_fail_or_lie_beside(run: Command):
    parts(run)
    run.write("parts/blick/bad.ppm", "no image")
    run.write("parts/stray.ppm", small_image(3))
    result = run("train", "parts", "-o", "a.clf").ok(1)
    assert "parts/blick/bad.ppm" in result.err and "1 of 9 images failed" in result.err
    assert "parts/stray.ppm: in no class folder" in result.err
    assert "from 8 images" in result.text
    shutil.rmtree(run.folder / "parts/zorb")
    run.write("parts/zorb/bad.ppm", "no image")
    result = run("train", "parts", "-o", "b.clf").ok(2)
    assert "'zorb': none of its images could be read" in result.err
    assert not (run.folder / "b.clf").exists()


def test_bad_examples(run: Command):
    run("train", "-o", "a.clf").fails(2, "no images given")
    run("train", "missing", "-o", "a.clf").fails(2, "missing", "no such file")
    parts(run)
    (run.folder / "parts/wolf").mkdir()
    (run.folder / "parts/fox").mkdir()
    run("train", "parts", "-o", "a.clf").fails(2, "parts/fox, parts/wolf: no images in these class folders")
    shutil.rmtree(run.folder / "parts/fox")
    shutil.rmtree(run.folder / "parts/wolf")
    shutil.copytree(run.folder / "parts/zorb", run.folder / "parts/Zorb")
    run("train", "parts", "-o", "a.clf").fails(2, "'Zorb'", "'zorb'", "only by case or space")
    shutil.rmtree(run.folder / "parts/Zorb")
    run("train", "parts", "--labels", "BLICK", "-o", "a.clf").fails(2, "'BLICK'", "'blick'", "only by case")
    run("train", "parts/zorb", "-o", "a.clf").fails(2, "all images are of one label", "'zorb'")
    run.write("t.csv", "image,label\nparts/zorb/0.ppm,x\nparts/blick/0.ppm,x \n")
    run("train", "t.csv", "-o", "a.clf").fails(2, "t.csv:3", "only by case or space")
    run("train", "t.csv", "parts", "-o", "a.clf").fails(2, "t.csv", "given alone")
    assert not (run.folder / "a.clf").exists()


def test_all_missing_files_of_a_table_once(run: Command):
    parts(run)
    run.write("t.csv", "image,label\nparts/zorb/0.ppm,x\ngone.jpg,x\nlost.jpg,y\ngone.jpg,y\nparts,y\n")
    lines = run("train", "t.csv", "-o", "a.clf").ok(2).err.splitlines()
    assert lines == ["clip-classify: t.csv:3: gone.jpg: no such file", "clip-classify: t.csv:4: lost.jpg: no such file",
                     "clip-classify: t.csv:6: parts: not a file",
                     "clip-classify: t.csv: 3 of the images in 5 rows are missing; nothing was trained"]
    assert not (run.folder / "a.clf").exists()


def test_bad_usage(run: Command):
    parts(run)
    run("train", "parts").fails(2, "--output")
    run("train", "parts", "-o", "missing/a.clf").fails(2, "missing", "does not exist")
    run("train", "parts", "-o", "-").fails(2, "-o needs the name of a file")
    run("train", "parts", "-o", "a.clf", "--reject", "1").fails(2, "--reject")
    run("train", "parts", "-o", "a.clf", "--reject", "0.1").fails(2, "--reject", "three classes")
    run("train", "parts", "-o", "a.clf", "--method", "svm").fails(2, "--method")
    run("train", "parts", "-o", "a.clf", "--shard", "1/2").fails(2, "--shard")
    assert not (run.folder / "a.clf").exists()


def test_an_old_classifier_survives_a_failed_run(run: Command):
    parts(run)
    found(run, "parts")
    before = (run.folder / "a.clf").read_bytes()
    shutil.rmtree(run.folder / "parts/zorb")
    run.write("parts/zorb/bad.ppm", "no image")
    run("train", "parts", "-o", "a.clf").ok(2)
    assert (run.folder / "a.clf").read_bytes() == before
    assert sorted(path.name for path in run.folder.iterdir()) == ["a.clf", "parts"]


def test_bad_classifier_files(run: Command, model_copy: pathlib.Path):
    parts(run)
    found(run, "parts")
    cat = PHOTOS / "cat.jpg"
    run(cat, "--classifier", "gone.clf").fails(2, "gone.clf", "no such file")
    run(cat, "--classifier", cat).fails(2, "cat.jpg", "not a classifier")
    text = (run.folder / "a.clf").read_text()
    run.write("cut.clf", text[:-100])
    run(cat, "--classifier", "cut.clf").fails(2, "cut.clf", "damaged or cut off")
    run.write("new.clf", text.replace('"format_version": 1', '"format_version": 9'))
    run(cat, "--classifier", "new.clf").fails(2, "new.clf", "newer version")
    run(cat, "--classifier", "a.clf", "--multi-label").fails(2, "--multi-label")
    digest = json.loads((MODEL / "model.json").read_text())["files"]["vocab.txt"]["sha256"]
    manifest = model_copy / "model.json"
    edit_manifest(model_copy, name="mine")
    manifest.write_text(manifest.read_text().replace(digest, "0" * 64))
    run(cat, "--classifier", "a.clf", "--model", model_copy).fails(2, "a.clf", "made with the model compact",
                                                                   "use --model compact")


def test_a_run_with_another_classifier_is_not_resumed(run: Command):
    parts(run)
    found(run, "parts")
    run.write("parts.jsonl.part", "")
    arguments = ("parts", "--classifier", "a.clf", "--resume", "--format", "jsonl", "-o", "out.jsonl")
    run(*arguments).ok()
    assert len((run.folder / "out.jsonl").read_text().splitlines()) == 8


def test_evaluated_beside_words(run: Command):
    parts(run, 6)
    run("train", "parts", "-o", "a.clf").ok()
    result = json.loads(run("evaluate", "parts", "--json", "--against", "trained", "--classifier", "a.clf").ok().text)
    words, trained = result["variants"]
    assert trained["classifier"] == "a.clf" and trained["templates"] == [] and "classifier" not in words
    assert trained["figures"]["top_1"]["value"] == 1 and words["templates"]
    classified = run("parts", "--classifier", "a.clf", "--json", "-k", "0").ok()
    expected = sum(record["labels"][0]["score"] for record in classified.records) / 12
    said = sum(bin["probability"] * bin["count"] for bin in trained["calibration"]["bins"] if bin["count"]) / 12
    assert said == pytest.approx(expected)
    alone = run("evaluate", "parts", "--classifier", "a.clf").ok().text
    assert "classifier a.clf" in alone.splitlines()[0]
    run.write("more.csv", "image,label\nparts/zorb/0.ppm,zorb\n" + f"{PHOTOS}/cat.jpg,cat\n")
    run("evaluate", "more.csv", "--classifier", "a.clf").fails(2, "a.clf", "'blick'", "--labels")
    more = json.loads(run("evaluate", "more.csv", "--classifier", "a.clf", "--labels", "zorb,blick,cat",
                          "--json").ok().text)
    assert more["variants"][0]["templates"]
    run("evaluate", "parts", "--classifier", "a.clf", "--multi-label").fails(2, "--multi-label")
    run("evaluate", "parts", "--classifier", "a.clf", "--counterfactual", "zorb=blick").fails(2, "--counterfactual")
    run("evaluate", "parts", "--classifier", "gone.clf").fails(2, "gone.clf")
