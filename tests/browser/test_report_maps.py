"""report --maps: the overlay in the large view of an image."""

from __future__ import annotations

import json
import pathlib
import re

import pytest
from conftest import report
from webdriver import Browser

HOSTILE = "<img src=x onerror=window.hurt=1>"

# The mean red, green and blue of the canvas around a place given in shares of the picture, and the opacity.
PIXEL = """
const canvas = document.querySelector('#detail canvas');
const [x, y] = [arguments[0] * canvas.width, arguments[1] * canvas.height].map(Math.floor);
return [...canvas.getContext('2d').getImageData(x, y, 1, 1).data];
"""


def read_card(page: pathlib.Path) -> dict:
    found = re.search(r'class="images">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL)
    return json.loads(found[1])[0]


def write_picture(path: pathlib.Path) -> None:
    """Gray, twice as wide as high, with a coloured square in the middle."""
    rows = [[(220, 120, 30) if 80 <= x < 120 and 30 <= y < 70 else (128, 128, 128) for x in range(200)]
            for y in range(100)]
    path.write_bytes(b"P6\n200 100\n255\n" + bytes(value for row in rows for pixel in row for value in pixel))


@pytest.fixture
def page(tmp_path: pathlib.Path) -> pathlib.Path:
    write_picture(tmp_path / "wide.ppm")
    (tmp_path / "truth.jsonl").write_text(json.dumps({"image": "wide.ppm", "label": HOSTILE}) + "\n")
    return report(tmp_path, "wide.ppm", "--label", "orange", "--label", HOSTILE, "--truth", "truth.jsonl",
                  "--maps", "all", "--title", "Maps")


def crop_left(page: pathlib.Path, left: float, width: float) -> None:
    """As of a model that sees a part of the image alone."""
    text = page.read_text(encoding="utf-8")
    text, count = re.subn(r'"region":\{[^}]*\}', json.dumps(
        {"region": {"x": left, "y": 0, "width": width, "height": 1}})[1:-1], text)
    assert count == 1
    page.write_text(text, encoding="utf-8")


def test_the_map_lies_on_what_the_model_saw(browser: Browser, page: pathlib.Path) -> None:
    crop_left(page, 0.25, 0.5)
    maps = read_card(page)["maps"]
    first = maps["labels"][0]["map"]
    cells = {(row, column): value for row, values in enumerate(first) for column, value in enumerate(values)}
    browser.open(page)
    assert browser.run("return document.querySelectorAll('#outcomes [data-key=map]').length") == 1
    browser.run("document.querySelector('.card').click()")
    pressed = "return [...document.querySelectorAll('.map-choice button')].map((e) => e.getAttribute('aria-pressed'))"
    names = browser.run("return [...document.querySelectorAll('.map-choice button')].map((e) => e.textContent)")
    assert names[0] == "none" and set(names[1:]) <= {"orange", HOSTILE + " (truth)"} and names[-1] == (
        HOSTILE + " (truth)")
    assert browser.run(pressed)[0] == "true"
    shown = "return document.querySelector('#detail canvas').checkVisibility()"
    assert not browser.run(shown)
    browser.run("document.querySelectorAll('.map-choice button')[1].click()")
    browser.wait(shown)
    assert browser.run(pressed)[:2] == ["false", "true"]

    def at(cell: tuple[int, int]) -> list[int]:
        return browser.run(PIXEL, 0.25 + 0.5 * (cell[1] + 0.5) / len(first[0]), (cell[0] + 0.5) / len(first))

    most, least = max(cells, key=cells.get), min(cells, key=cells.get)
    assert cells[most] > 0 > cells[least]
    red, _, blue, opacity = at(most)
    assert red > blue + 100 * cells[most] / max(map(abs, cells.values())) and opacity == 255
    red, _, blue, _ = at(least)
    assert blue > red
    assert [browser.run(PIXEL, x, 0.5)[3] for x in (0.02, 0.23, 0.27, 0.73, 0.77, 0.98)] == [0, 0, 255, 255, 0, 0]
    # It lies on the picture: the same box, the same proportions.
    boxes = browser.run("return ['img', 'canvas'].map((s) => { const e = document.querySelector('#detail .frame ' + s);"
                        "const b = e.getBoundingClientRect();"
                        "return [b.x, b.y, b.width, b.height, getComputedStyle(e).objectFit] })")
    assert boxes[0] == boxes[1] and boxes[0][4] == "contain"
    assert browser.run("const c = document.querySelector('#detail canvas'); return c.width / c.height") == 2

    browser.run("document.querySelectorAll('.map-choice button')[0].click()")
    assert not browser.run(shown)
    browser.press("m")
    browser.wait(shown)
    for _ in names[1:]:
        browser.press("m")
    assert not browser.run(shown) and browser.run(pressed)[0] == "true"
    assert browser.run("return typeof window.hurt") == "undefined"
    assert browser.complaints() == []
