"""The main job, as README.md shows it."""

import csv
import io
import json
import subprocess

import pytest
from conftest import PHOTOS, PROGRAM, Command

ANIMALS = ("--labels", "cat,dog")


def test_one_image(run: Command):
    result = run(PHOTOS / "cat.jpg", *ANIMALS).ok()
    first, second = result.text.splitlines()
    assert first.split()[0] == "cat" and second.split()[0] == "dog"
    assert "%" in first and result.err == ""


@pytest.mark.parametrize("photo,label", [("cat", "cat"), ("coffee", "coffee"), ("rocket", "rocket"),
                                         ("astronaut", "astronaut")])
def test_sample_photos_are_recognised(run: Command, photo: str, label: str):
    record, = run(PHOTOS / f"{photo}.jpg", "--labels", "cat,dog,coffee,rocket,astronaut,bicycle", "--json").ok().records
    assert record["label"] == label


def test_folder_as_json_lines(run: Command):
    for name in ("b/2.jpg", "a.jpg", "b/1.jpg"):
        run.photo("cat.jpg", name)
    run.write("b/notes.txt", "not an image")
    records = run(".", *ANIMALS, "--json").ok().records
    assert [record["path"] for record in records] == ["./a.jpg", "./b/1.jpg", "./b/2.jpg"]
    for record in records:
        assert record["label"] == "cat" and record["score"] == record["labels"][0]["score"]
        assert [entry["label"] for entry in record["labels"]] == ["cat", "dog"]
        assert sum(entry["score"] for entry in record["labels"]) == pytest.approx(1)
        assert all(-1 <= entry["similarity"] <= 1 for entry in record["labels"])


def test_find_print0_to_csv(run: Command):
    names = ["plain.jpg", "with space.jpg", "line\nbreak.jpg", 'quote",comma.jpg']
    for name in names:
        run.photo("cat.jpg", name)
    found = subprocess.run(["find", ".", "-name", "*.jpg", "-print0"], cwd=run.folder, capture_output=True, check=True)
    result = run("--files-from", "-", "-0", *ANIMALS, "--format", "csv", "-o", "out.csv", stdin=found.stdout).ok()
    assert result.out == b""
    rows = list(csv.DictReader(io.StringIO((run.folder / "out.csv").read_text(), newline="")))
    assert sorted(row["path"] for row in rows) == sorted("./" + name for name in names)
    assert {row["label"] for row in rows} == {"cat"}


def test_image_on_standard_input(run: Command):
    photo = (PHOTOS / "cat.jpg").read_bytes()
    record, = run("-", *ANIMALS, "--json", stdin=photo).ok().records
    assert record["path"] == "-" and record["label"] == "cat"
    from_file, = run(PHOTOS / "cat.jpg", *ANIMALS, "--json").ok().records
    assert record["labels"] == from_file["labels"]


def test_explicit_verb_is_the_default_verb(run: Command):
    plain = run(PHOTOS / "cat.jpg", *ANIMALS, "--json").ok()
    assert run("classify", PHOTOS / "cat.jpg", *ANIMALS, "--json").ok().out == plain.out


def test_labels_add_up_in_order_and_duplicates_are_one(run: Command):
    run.write("labels.txt", "bird\ncat\n")
    run.write("labels.json", json.dumps({"food": ["pizza", "cake"], "salt, pepper": []}))
    record, = run(PHOTOS / "cat.jpg", "--labels", "cat, dog", "--label", "salt, pepper", "--labels-file", "labels.txt",
                  "--labels-file", "labels.json", "-k", "0", "--json").ok().records
    assert sorted(entry["label"] for entry in record["labels"]) == ["bird", "cat", "dog", "food", "salt, pepper"]


def test_the_same_answer_in_any_batch(run: Command):
    names = [run.photo(name, f"{index}.jpg").name for index, name in enumerate(
        ["cat.jpg", "coffee.jpg", "rocket.jpg", "astronaut.jpg", "cat.jpg"])]
    whole = run(*names, *ANIMALS, "--json").ok().records
    single = run(*names, *ANIMALS, "--json", "--batch-size", "1", "--threads", "1").ok().records
    for one, other in zip(whole, single, strict=True):
        for a, b in zip(one["labels"], other["labels"], strict=True):
            assert a["label"] == b["label"] and a["score"] == pytest.approx(b["score"], abs=1e-4)


def test_templates(run: Command):
    default = run(PHOTOS / "cat.jpg", *ANIMALS, "--json").ok().records
    bare = run(PHOTOS / "cat.jpg", *ANIMALS, "--json", "--template", "{}").ok().records
    run.write("templates.txt", "{}\n")
    from_file = run(PHOTOS / "cat.jpg", *ANIMALS, "--json", "--templates-file", "templates.txt").ok().records
    sentence = run(PHOTOS / "cat.jpg", "--label", "a photo of a cat", "--label", "a photo of a dog", "--json").ok()
    assert bare == from_file
    assert bare[0]["label"] == default[0]["label"] == "cat"
    assert sentence.records[0]["label"] == "a photo of a cat"


def test_choice_of_labels(run: Command):
    labels = ("--labels", "cat,dog,bird,car,tree,house,cup")
    entries = lambda *more: run(PHOTOS / "cat.jpg", *labels, "--json", *more).ok().records[0]["labels"]
    assert len(entries()) == 5 and len(entries("-k", "2")) == 2 and len(entries("--top-k", "0")) == 7
    assert [entry["label"] for entry in entries("--threshold", "0.5")] == ["cat"]
    record, = run(PHOTOS / "coffee.jpg", *ANIMALS, "--threshold", "1", "--json").ok().records
    assert record["label"] is None and record["score"] is None and record["labels"] == []


def test_multi_label_judges_each_alone(run: Command):
    first, = run(PHOTOS / "cat.jpg", "--labels", "cat,dog", "--multi-label", "--json").ok().records
    second, = run(PHOTOS / "cat.jpg", "--labels", "cat,dog,animal", "--multi-label", "--json").ok().records
    score = lambda record, label: next(entry["score"] for entry in record["labels"] if entry["label"] == label)
    assert score(first, "cat") == pytest.approx(score(second, "cat"), abs=1e-6)
    assert score(first, "cat") > 0.5 > score(first, "dog")


def test_scores(run: Command):
    similarity, = run(PHOTOS / "cat.jpg", *ANIMALS, "--scores", "similarity", "--json").ok().records
    logit, = run(PHOTOS / "cat.jpg", *ANIMALS, "--scores", "logit", "--json").ok().records
    for entry in similarity["labels"]:
        assert entry["score"] == entry["similarity"]
    ratios = {entry["score"] / entry["similarity"] for entry in logit["labels"]}
    assert max(ratios) == pytest.approx(min(ratios))


def test_works_from_any_folder_and_through_a_link(run: Command):
    link = run.folder / "cc"
    link.symlink_to(PROGRAM)
    done = subprocess.run([link, PHOTOS / "cat.jpg", *ANIMALS], cwd="/", capture_output=True, check=False)
    assert done.returncode == 0 and done.stdout.split()[0] == b"cat"
