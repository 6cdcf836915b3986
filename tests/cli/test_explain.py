"""Heat maps: that they point at the right thing, as numbers and pictures; words; what is refused."""

import json

import pytest
from conftest import MODEL, PHOTOS, Command
from PIL import Image

CAT = PHOTOS / "cat.jpg"
NAMES = {"cat": "cat", "coffee": "a cup of coffee"}
FAST = ("--grid", "6", "--window", "2")


def composite(run: Command, left: str, right: str) -> str:
    picture = Image.new("RGB", (600, 300))
    for place, name in enumerate((left, right)):
        picture.paste(Image.open(PHOTOS / f"{name}.jpg").convert("RGB").resize((300, 300)), (300 * place, 0))
    picture.save(run.folder / f"{left}-{right}.png")
    return f"{left}-{right}.png"


def left_share(heat: list[list[float]]) -> float:
    positive = [[max(0.0, value) for value in row] for row in heat]
    return sum(sum(row[:len(row) // 2]) for row in positive) / sum(map(sum, positive))


def test_points_at_the_half_of_a_composite(run: Command):
    """Both ways round, so that a map that always leans to one side can not pass."""
    for left, right in (("cat", "coffee"), ("coffee", "cat")):
        record, = run("explain", composite(run, left, right), "--label", NAMES[left], "--label", NAMES[right],
                      "--json").ok().records
        shares = {label["label"]: left_share(label["map"]) for label in record["labels"]}
        assert shares[NAMES[left]] > 0.6 and shares[NAMES[right]] < 0.4, (left, right, shares)


def test_record(run: Command):
    record, = run("explain", CAT, "--labels", "dog,cat,rocket", "-k", "2", "--json", *FAST).ok().records
    assert list(record) == ["path", "region", "map_of", "labels"]
    assert len(record["labels"]) == 2 and record["labels"][0]["label"] == "cat"
    assert all(len(label["map"]) == 6 and {len(row) for row in label["map"]} == {6} for label in record["labels"])
    with Image.open(CAT) as photo:
        assert record["region"] == {"x": 0, "y": 0, "width": photo.width, "height": photo.height}
    plain = run(CAT, "--labels", "dog,cat,rocket", "--json").ok().records[0]["labels"]
    for label, other in zip(record["labels"], plain):
        assert (label["label"], label["score"]) == (other["label"], pytest.approx(other["score"], abs=1e-5))
    near = record["labels"][0]["nearest"]
    assert {entry["label"] for entry in near} == {"dog", "rocket"}
    assert near[0]["similarity"] >= near[1]["similarity"]


def test_words(run: Command):
    label = run("explain", CAT, "--label", "a sleepy cat", *FAST, "--json").ok().records[0]["labels"][0]
    drops = {entry["word"]: entry["drop"] for entry in label["words"]}
    assert list(drops) == ["a", "sleepy", "cat"]
    assert max(drops, key=drops.get) == "cat"
    assert "words: a " in run("explain", CAT, "--label", "a sleepy cat", *FAST).ok().text


def test_check_beats_random_order(run: Command):
    check = run("explain", CAT, "--labels", "cat,rocket", "-k", "1", "--check", "--json").ok().records[0]["labels"][0][
        "check"]
    assert check["deletion"] < check["random_deletion"] and check["insertion"] > check["random_insertion"]


def test_integrated_gradients_add_up_to_the_fall(run: Command):
    """Between the photo and a picture of the encoder's mean colour, which is what hidden pixels have."""
    mean = json.loads((MODEL / "model.json").read_text())["image"]["mean"]
    Image.new("RGB", (64, 64), tuple(round(255 * channel) for channel in mean)).save(run.folder / "nothing.png")
    whole, nothing = (record["labels"][0]["similarity"]
                      for record in run(CAT, "nothing.png", "--label", "cat", "--json").ok().records)
    assert abs(whole - nothing) > 0.01
    record, = run("explain", CAT, "--label", "cat", "--method", "gradient", "--steps", "256", "--json").ok().records
    assert sum(map(sum, record["labels"][0]["map"])) == pytest.approx(whole - nothing, rel=0.03)


def test_pictures(run: Command):
    run("explain", CAT, "--labels", "cat,猫", *FAST, "-o", "why.png").ok()
    with Image.open(run.folder / "why.png") as picture:
        picture.load()
        assert picture.width > 3 * 300
        # The overlays are coloured where the first panel is not.
        assert len(picture.convert("RGB").getcolors(picture.width * picture.height)) > 1000
    run("explain", CAT, PHOTOS / "rocket.jpg", CAT, "--labels", "cat,rocket", *FAST, "-o", "why/").ok()
    assert sorted(path.name for path in (run.folder / "why").iterdir()) == ["cat.jpg-2.png", "cat.jpg.png",
                                                                           "rocket.jpg.png"]


def test_a_broken_image_keeps_its_place(run: Command):
    run.write("broken.jpg", b"no image")
    done = run("explain", "broken.jpg", CAT, "--labels", "cat,dog", *FAST, "--json").ok(1)
    assert done.records[0]["error"]["code"] == "decode" and done.records[1]["labels"]
    run("explain", "broken.jpg", "--labels", "cat,dog", "-o", "why.png").fails(1, "broken.jpg")
    assert not (run.folder / "why.png").exists()


@pytest.mark.parametrize(("arguments", "words"), [
    (("{cat}",), ("--labels",)),
    (("{cat}", "--labels", "cat", "--grid", "1"), ("--grid",)),
    (("{cat}", "--labels", "cat", "--grid", "many"), ("--grid",)),
    (("{cat}", "--labels", "cat", "--grid", "4", "--window", "5"), ("--window 5", "--grid 4")),
    (("{cat}", "--labels", "cat", "--masks", "5"), ("--masks", "rise")),
    (("{cat}", "--labels", "cat", "--steps", "5"), ("--steps", "gradient")),
    (("{cat}", "--labels", "cat", "--method", "gradient", "--window", "2"), ("--window", "occlusion")),
    (("{cat}", "--labels", "cat", "--seed", "5"), ("--seed", "rise")),
    (("photos.npy", "--labels", "cat"), ("embedding file", "images")),
    (("{cat}", "--labels", "cat", "-o", "why.jpg"), ("why.jpg", ".png")),
    (("{cat}", "{cat}", "--labels", "cat", "-o", "why.png"), ("why.png", "FOLDER/")),
    (("{cat}", "--labels", "cat", "-o", "missing/why.png"), ("missing/why.png",)),
    (("{cat}", "--labels", "cat", "-o", "file/why/"), ("file/why",)),
])
def test_refused(run: Command, arguments: tuple[str, ...], words: tuple[str, ...]):
    run.write("file", "")
    run("explain", *(argument.format(cat=CAT) for argument in arguments)).fails(2, *words)
