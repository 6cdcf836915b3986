"""report: what goes into the page, and what it does not accept. How the page works is in tests/browser."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import signal
import subprocess

import pytest
from conftest import PHOTOS, Command, Result
from PIL import Image
from stores import feed_until_stored, small_image, small_images

LABELS = ("--labels", "cat,rocket")
HTML = ("-o", "report.html")


def page(run: Command) -> tuple[list[dict], dict]:
    """The images and the head of report.html."""
    html = (run.folder / "report.html").read_text(encoding="utf-8")
    blocks = re.findall(r'<script type="application/json" class="images">(.*?)</script>', html, re.DOTALL)
    head = re.search(r'<script type="application/json" id="run">(.*?)</script>', html, re.DOTALL)
    return [card for block in blocks for card in json.loads(block)], json.loads(head[1])


def picture(card: dict) -> Image.Image:
    prefix, data = card["picture"].split(",")
    assert prefix == "data:image/jpeg;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


def complains(result: Result, code: int, *words: str) -> None:
    """`words` are in what it said, each thing on one line."""
    assert result.code == code, result.err
    assert all(line.startswith("clip-classify: ") for line in result.err.splitlines()), result.err
    for word in words:
        assert word in result.err, result.err


def test_the_page_says_what_classify_says(run: Command) -> None:
    for name in ("cat", "rocket", "coffee"):
        run.photo(f"{name}.jpg", f"photos/{name}.jpg")
    run.write("photos/broken.jpg", "no picture")
    records = run("photos", *LABELS, "--json").ok(1).records
    complains(run("report", "photos", *LABELS, *HTML, "--thumbnails", "64"), 1, "photos/broken.jpg: not an image")
    cards, head = page(run)
    assert head == {"title": "photos", "facts": ["model compact"], "percent": True}
    assert [dict(card, picture=None) for card in cards] == [dict(record, picture=None) for record in records]
    assert [max(picture(card).size) for card in cards if "picture" in card] == [64, 64, 64]
    assert "picture" not in cards[0]

    run.write("run.jsonl", "".join(json.dumps(record) + "\n\n" for record in records))
    run("report", "--results", "run.jsonl", *HTML, "--thumbnails", "64", "--title", "Mine").ok()
    again, head = page(run)
    assert again == cards
    assert head == {"title": "Mine", "facts": ["records of an earlier run"], "percent": True}


def test_pictures_are_upright_and_small(run: Command) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned right
    wide = Image.new("RGB", (400, 100), (0, 0, 255))
    wide.paste((255, 0, 0), (0, 0, 200, 100))
    wide.save(run.folder / "turned.jpg", exif=exif, quality=95)
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(run.folder / "clear.png")
    run.write("tiny.ppm", small_image(3))
    run("report", "turned.jpg", "clear.png", "tiny.ppm", *LABELS, *HTML).ok()
    turned, clear, tiny = [picture(card) for card in page(run)[0]]
    assert (turned.size, clear.size, tiny.size) == ((48, 192), (192, 192), (8, 8))
    assert [turned.getpixel((24, row))[0] > 200 for row in (20, 170)] == [True, False]
    assert clear.getpixel((90, 90)) == (255, 255, 255)
    run("report", "turned.jpg", *LABELS, *HTML, "--no-exif").ok()
    assert picture(page(run)[0][0]).size == (192, 48)
    run("report", "turned.jpg", *LABELS, *HTML, "--thumbnails", "0").ok()
    assert "picture" not in page(run)[0][0]


def test_truth_of_folders_and_tables(run: Command) -> None:
    run.photo("cat.jpg", "photos/cat/a.jpg")
    run.photo("rocket.jpg", "photos/cat/b.jpg")
    run.photo("rocket.jpg", "photos/rocket/c.jpg")
    run("report", "--truth", "photos", *HTML).ok()  # its images, its classes
    cards, head = page(run)
    assert [(card["path"], card["label"], card["truth"]) for card in cards] == [
        ("photos/cat/a.jpg", "cat", ["cat"]), ("photos/cat/b.jpg", "rocket", ["cat"]),
        ("photos/rocket/c.jpg", "rocket", ["rocket"])]
    assert head["title"] == "photos"

    run.write("truth.csv", "image,label\nphotos//cat/a.jpg,cat\n./photos/rocket/c.jpg,rocket|cat\n")
    run("report", "photos", "--truth", "truth.csv", *LABELS, *HTML).ok()
    assert [card.get("truth") for card in page(run)[0]] == [["cat"], None, ["rocket", "cat"]]


def test_truth_that_does_not_fit(run: Command) -> None:
    run.photo("cat.jpg", "cat.jpg")
    run.photo("rocket.jpg", "rocket.jpg")
    run.write("truth.csv", "image,label\ncat.jpg,cat\ngone.jpg,cat\nrocket.jpg,rocket\nlost.jpg,rocket\ngone.jpg,cat\n")
    result = run("report", "cat.jpg", "--truth", "truth.csv", *LABELS, *HTML)
    complains(result, 1, "truth.csv:3: 'gone.jpg' is neither", "truth.csv:5: 'lost.jpg' is neither",
              "1 of its 4 images")
    assert result.err.count("gone.jpg") == 1
    assert [card["truth"] for card in page(run)[0]] == [["cat"]]
    result = run("report", "--truth", "truth.csv", *HTML)
    complains(result, 1, "gone.jpg: ", "lost.jpg: ")
    assert result.err.count("gone.jpg") == 1
    run("report", "cat.jpg", "--truth", "truth.csv", "--labels", "cat,dog", "-o", "x.html").fails(
        2, "truth.csv:4: the class 'rocket' is not among the labels")
    run("report", "cat.jpg", "--truth", "no.csv", *LABELS, "-o", "x.html").fails(2, "no.csv")
    run.write("bare.csv", "image,kind\ncat.jpg,cat\n")
    run("report", "--truth", "bare.csv", "-o", "x.html").fails(2, "bare.csv", "no column of labels")
    (run.folder / "classes/cat").mkdir(parents=True)
    run("report", "--truth", "classes", "-o", "x.html").fails(2, "classes: no image files")
    assert not (run.folder / "x.html").exists()


RECORD = '{"path": "a.ppm", "labels": [{"label": "cat", "score": 0.5, "similarity": 0.1}]}\n'


@pytest.mark.parametrize(("content", "words"), [
    ("", ("run.jsonl: has no records",)),
    (RECORD + RECORD[:40], ("run.jsonl:2: is no JSON, or cut short",)),
    (RECORD + "\n[1]\n", ("run.jsonl:3: is no JSON object", "classify --json")),
    ('{"labels": []}\n', ('run.jsonl:1: has no text "path"',)),
    ('{"path": "a.ppm", "tags": []}\n', ('run.jsonl:1: has no list "labels"',)),
    (RECORD.replace("0.5", '"high"'), ('run.jsonl:1: has no number "score"',)),
    ('{"path": "a.ppm", "error": "broken"}\n', ('run.jsonl:1: has no text "code"',)),
    (RECORD.replace('"labels"', '"path_base64": "?", "labels"'), ("run.jsonl:1:", "not base64")),
    (b'{"path": "\xff"}\n', ("run.jsonl:1: is no JSON",)),
])
def test_records_that_are_none(run: Command, content: str | bytes, words: tuple[str, ...]) -> None:
    run.write("a.ppm", small_image(1))
    run.write("run.jsonl", content)
    run.write("report.html", "as it was")
    run("report", "--results", "run.jsonl", *HTML).fails(2, *words)
    assert (run.folder / "report.html").read_text() == "as it was"
    assert sorted(os.listdir(run.folder)) == ["a.ppm", "report.html", "run.jsonl"]


def test_records_whose_images_are_gone(run: Command) -> None:
    run.write("run.jsonl", RECORD + RECORD.replace("a.ppm", "b.ppm"))
    run("report", "--results", "run.jsonl", *HTML).fails(1, "a.ppm: ", "2 images have no picture")
    assert [card["path"] for card in page(run)[0]] == ["a.ppm", "b.ppm"]


def test_usage(run: Command) -> None:
    run.photo("cat.jpg", "cat.jpg")
    run.write("run.jsonl", RECORD)
    (run.folder / "empty").mkdir()
    run("report", *HTML).fails(2, "no images given")
    run("report", "cat.jpg", *HTML).fails(2, "no labels")
    run("report", "-", *LABELS, *HTML).fails(2, "standard input", "name files")
    run("report", "cat.jpg", *LABELS, "-o", "no/report.html").fails(2, "no/report.html")
    run("report", "cat.jpg", *LABELS, "-o", "empty").fails(2, "empty")
    run("report", "--results", "run.jsonl", *LABELS, *HTML).fails(2, "--labels has no meaning beside it")
    run("report", "cat.jpg", "--results", "run.jsonl", *HTML).fails(2, "IMAGE has no meaning beside it")
    run("report", "--results", "run.jsonl", "--store", "a.store", *HTML).fails(2, "--store has no meaning")
    run("report", "--results", "gone.jsonl", *HTML).fails(2, "gone.jsonl: can't read it: No such file")
    run("report", "--results", "empty", *HTML).fails(2, "empty: is a folder")
    run("report", "cat.jpg", *LABELS, *HTML, "--thumbnails", "5").fails(2, "--thumbnails", '"5" is neither 0 nor')
    assert not (run.folder / "report.html").exists()
    complains(run("report", "empty", "cat.jpg", *LABELS, *HTML), 1, "empty: ")
    assert [card.get("label") for card in page(run)[0]] == [None, "cat"]
    run("report", "cat.jpg", *LABELS, *HTML).ok()
    assert run("report", "cat.jpg", *LABELS).ok().text == (run.folder / "report.html").read_text()


def test_a_store_and_embeddings(run: Command) -> None:
    run.photo("cat.jpg", "photos/cat.jpg")
    run("report", "photos", *LABELS, "--store", "a.store", *HTML).ok()
    first = (run.folder / "report.html").read_bytes()
    result = run("report", "photos", *LABELS, "--store", "a.store", "-v", *HTML).ok()
    assert "1 images (1 known" in result.err
    run("embed", "photos", "-o", "photos.npy").ok()
    run("report", "photos.npy", *LABELS, "--title", "photos", *HTML).ok()
    assert (run.folder / "report.html").read_bytes() == first


def test_maps_are_those_of_explain(run: Command) -> None:
    with Image.open(PHOTOS / "cat.jpg") as photo:
        photo.convert("RGB").resize((360, 200)).save(run.folder / "wide.png")
    run.photo("rocket.jpg", "right.jpg")
    run.write("broken.jpg", "no picture")
    run.write("truth.csv", "image,label\nwide.png,rocket|coffee|dog\nright.jpg,rocket\n")
    labels = ("--labels", "cat,dog,rocket,coffee")
    complains(run("report", "wide.png", "right.jpg", "broken.jpg", *labels, "--truth", "truth.csv", "--maps", "mistakes",
                  *HTML), 1, "broken.jpg: ")
    wide, right, broken = page(run)[0]
    assert "maps" not in right and "maps" not in broken
    explained, = run("explain", "wide.png", *labels, "--json", "-k", "0").ok().records
    for side, size in (("x", 360), ("width", 360), ("y", 200), ("height", 200)):
        assert wide["maps"]["region"][side] == pytest.approx(explained["region"][side] / size, rel=0.01, abs=1e-3)
    expected = {label["label"]: label["map"] for label in explained["labels"]}
    assert [label["label"] for label in wide["maps"]["labels"]] == ["cat", "rocket", "coffee"]  # three at most
    for label in wide["maps"]["labels"]:
        for row, wanted in zip(label["map"], expected[label["label"]], strict=True):
            assert row == pytest.approx(wanted, rel=0.006, abs=1e-6)

    run("report", "right.jpg", "wide.png", *labels, "--multi-label", "--maps", "all", *HTML).ok()
    assert [[label["label"] for label in card["maps"]["labels"]] for card in page(run)[0]] == [["rocket"], ["cat"]]


def test_maps_that_can_not_be(run: Command) -> None:
    run.photo("cat.jpg", "cat.jpg")
    run.write("run.jsonl", RECORD)
    run("report", "cat.jpg", *LABELS, "--maps", "mistakes", *HTML).fails(2, "--maps mistakes", "--truth", "--maps all")
    run("report", "--results", "run.jsonl", "--maps", "all", *HTML).fails(2, "--maps needs the model",
                                                                          "name images and labels instead")
    run("report", "cat.jpg", *LABELS, "--maps", "all", "--thumbnails", "0", *HTML).fails(2, "--thumbnails 0")
    run("report", "cat.jpg", *LABELS, "--maps", "some", *HTML).fails(2, "--maps")
    assert not (run.folder / "report.html").exists()


def test_interrupted(run: Command) -> None:
    paths = small_images(run, 40)
    run.write("report.html", "as it was")
    process = run.start("report", "--files-from", "-", *LABELS, *HTML, "--store", "a.store", stdin=subprocess.PIPE,
                        stderr=subprocess.PIPE)
    feed_until_stored(run, process, paths)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == -signal.SIGINT  # before its input ends, which would end it too
    _, words = process.communicate()
    assert b"report.html is not written" in words
    assert (run.folder / "report.html").read_text() == "as it was"
    assert not [name for name in os.listdir(run.folder) if name.startswith(".report")]
