"""--decode fast: large JPEGs decoded at a part of their size. Same answers, same errors."""

import io
import pathlib

import pytest
from conftest import PHOTOS, Command
from PIL import Image

LABELS = ("--labels", "cat,dog,coffee,rocket,astronaut", "--json", "-k", "0")


@pytest.fixture
def large(run: Command) -> pathlib.Path:
    """The sample photos as a camera would store them, with every orientation and kind of JPEG."""
    settings = [{}, {"progressive": True}, {"subsampling": 0}, {"quality": 40}, {"mode": "L"}, {"mode": "CMYK"}]
    for index, options in enumerate(settings):
        exif = Image.Exif()
        exif[0x0112] = index + 1
        picture = Image.open(PHOTOS / ("cat.jpg", "rocket.jpg")[index % 2])
        picture = picture.resize((picture.width * 4, picture.height * 4)).convert(options.pop("mode", "RGB"))
        data = io.BytesIO()
        picture.save(data, "JPEG", exif=exif, **options)
        run.write(f"large/{index}.jpg", data.getvalue())
    return run.folder / "large"


def test_gives_the_same_answers(run: Command, large: pathlib.Path):
    exact = run(large, *LABELS).ok().records
    fast = run(large, *LABELS, "--decode", "fast").ok().records
    assert exact != fast  # it did reduce them
    for one, other in zip(exact, fast, strict=True):
        assert (one["path"], one["label"]) == (other["path"], other["label"])
        assert abs(one["score"] - other["score"]) < 0.05
    assert run(large, *LABELS, "--decode", "exact").ok().records == exact


def test_small_pictures_stay_exact(run: Command):
    assert run(PHOTOS, *LABELS).ok().out == run(PHOTOS, *LABELS, "--decode", "fast").ok().out


def test_a_truncated_file_is_an_error(run: Command, large: pathlib.Path):
    for name in ("0.jpg", "1.jpg"):
        data = (large / name).read_bytes()
        for part in (0.3, 0.9):
            run.write("cut.jpg", data[: int(len(data) * part)])
            run("cut.jpg", *LABELS, "--decode", "fast").fails(1, "cut.jpg", "truncated")


def test_limits_are_those_of_the_whole_picture(run: Command, large: pathlib.Path):
    run(large / "0.jpg", *LABELS, "--decode", "fast", "--max-pixels", "100000").fails(1, "--max-pixels")


def test_wrong_mode(run: Command):
    run(PHOTOS / "cat.jpg", *LABELS, "--decode", "quick").fails(2, "--decode")
