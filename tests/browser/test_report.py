"""report's page: what it shows, how it is used, and what it must never do."""

from __future__ import annotations

import base64
import json
import os
import pathlib

import pytest
from conftest import report
from webdriver import Browser

HOSTILE = ["<img src=x onerror=alert(1)>", "</script><script>window.hurt=1</script>", "\"quotes\" & 'more' &amp;",
           "猫と犬", "🐈‍⬛ black cat", "${window.hurt=1} `x`", "<!--<script>", "\u2028line\u2029",
           "javascript:window.hurt=1"]


def write_image(path: pathlib.Path, colour: tuple[int, int, int], width: int = 8, height: int = 8) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"P6\n%d %d\n255\n" % (width, height) + bytes(colour) * (width * height))


def record(path: str | bytes, *ranking: tuple[str, float]) -> dict:
    labels = [{"label": label, "score": score, "similarity": score / 10} for label, score in ranking]
    return {"path": path, "label": ranking[0][0], "score": ranking[0][1], "labels": labels}


def write_run(folder: pathlib.Path, records: list[dict]) -> None:
    (folder / "run.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in records))


def texts(browser: Browser, selector: str) -> list[str]:
    return browser.run("return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", selector)


def files(browser: Browser) -> list[str]:
    return texts(browser, ".card .file")


def choose(browser: Browser, name: str, value: str) -> None:
    browser.run("const e = document.getElementById(arguments[0]); e.value = arguments[1];"
                "e.dispatchEvent(new Event('input', {bubbles: true}));"
                "e.dispatchEvent(new Event('change'));", name, value)


def press(browser: Browser, selector: str, text: str) -> None:
    assert browser.run("const e = [...document.querySelectorAll(arguments[0])].find((e) => e.textContent.startsWith("
                       "arguments[1])); e?.click(); return Boolean(e)", selector, text)


@pytest.fixture
def animals(tmp_path: pathlib.Path) -> pathlib.Path:
    """A run over six images, one of which failed, and its truth."""
    write_run(tmp_path, [
        record("a2.ppm", ("cat", 0.9), ("dog", 0.08), ("fox", 0.02)), record("a10.ppm", ("cat", 0.6), ("dog", 0.3)),
        record("a1.ppm", ("dog", 0.97), ("cat", 0.03)), record("b/fox.ppm", ("dog", 0.45), ("fox", 0.4)),
        record("b/cat.ppm", ("cat", 0.99), ("dog", 0.01)),
        {"path": "broken.ppm", "error": {"code": "decode", "message": "not an image <b>at all</b>"}}])
    for number, name in enumerate(["a2", "a10", "a1", "b/fox", "b/cat"]):
        write_image(tmp_path / f"{name}.ppm", (50 * number, 90, 200 - 40 * number), 40, 20)
    (tmp_path / "broken.ppm").write_text("?")
    (tmp_path / "truth.csv").write_text(
        "image,label\na2.ppm,cat\na10.ppm,dog\n./a1.ppm,cat\nb/fox.ppm,fox\nb//cat.ppm,cat\n")
    return tmp_path


def test_names_and_labels_are_text(browser: Browser, tmp_path: pathlib.Path) -> None:
    names = [name.replace("/", "∕") + ".ppm" for name in HOSTILE] + [os.fsdecode(b"not \xff utf8.ppm")]
    for name in names:
        write_image(tmp_path / name, (200, 30, 30))
    raw = os.fsencode(names[-1])
    records = [record(name, (label, 0.8), ("<b>bold</b>", 0.2)) for name, label in zip(names, HOSTILE)]
    records.append(record(raw.decode(errors="replace"), ("cat", 0.8)) | {"path_base64": base64.b64encode(raw).decode()})
    write_run(tmp_path, records)
    (tmp_path / "truth.jsonl").write_text(json.dumps({"image": names[0], "label": "<i>truth</i>"}) + "\n")
    page = report(tmp_path, "--results", "run.jsonl", "--truth", "truth.jsonl",
                  "--title", "</title><script>window.hurt=1</script>")
    browser.open(page)
    assert sorted(files(browser)) == sorted([*names[:-1], "not \ufffd utf8.ppm"])
    shown = texts(browser, ".card .rank:first-of-type .name") + texts(browser, ".card .truth + .rank .name")
    assert set(HOSTILE) <= set(shown)
    assert texts(browser, ".truth bdi") == ["<i>truth</i>"]
    assert texts(browser, "h1") == ["</title><script>window.hurt=1</script>"]
    browser.run("document.querySelector('.card').click()")
    assert browser.run("return document.querySelectorAll('b b, #cards i:not(.track i), .name *, h1 *').length") == 0
    assert browser.run("return typeof window.hurt") == "undefined"
    assert browser.run("return [...document.images].every((image) => image.src.startsWith('data:image/jpeg'))")
    assert len(page.read_bytes().split(b"<script")) == 4  # the images, the run, the page's own
    assert browser.complaints() == []


def test_nothing_is_asked_for(browser: Browser, animals: pathlib.Path) -> None:
    page = report(animals, "--results", "run.jsonl")
    browser.open(page)
    browser.wait("const all = [...document.images];"
                 "return all.length === 5 && all.every((image) => image.complete && image.naturalWidth === 40)")
    browser.run("document.querySelector('.card').click()")
    assert [url for url in browser.requests() if not url.startswith("data:")] == [page.as_uri()]
    assert browser.complaints() == []
    # What a page could be made to do by a mistake of ours is refused by the browser.
    browser.run("const s = document.createElement('script'); s.textContent = 'window.hurt = 1';"
                "document.body.append(s);"
                "const i = new Image(); i.src = 'http://127.0.0.1:9/x.png'; document.body.append(i);"
                "document.body.insertAdjacentHTML('beforeend', '<img src=data:, onerror=\"window.hurt = 1\">');")
    browser.wait("return document.querySelector('body > img').complete")
    assert browser.run("return typeof window.hurt") == "undefined"
    assert not [url for url in browser.requests() if url.startswith("http")]
    assert sum("violates" in complaint for complaint in browser.complaints()) == 3


def test_mistakes_come_first(browser: Browser, animals: pathlib.Path) -> None:
    browser.open(report(animals, "--results", "run.jsonl", "--truth", "truth.csv"))
    assert files(browser) == ["a1.ppm", "a10.ppm", "fox.ppm", "broken.ppm", "cat.ppm", "a2.ppm"]
    assert texts(browser, ".group") == ["Mistakes3", "Could not be read1", "Right2"]
    assert texts(browser, "#outcomes button") == ["All6", "Mistakes3", "Right2", "Unsure1", "Failed1"]
    assert texts(browser, "#accuracy p") == ["40.0% right 2 of 5 with a truth"]
    assert texts(browser, ".card .why") == ["not an image <b>at all</b>"]
    assert texts(browser, ".card:first-child .truth")[0] == "Truth: cat"
    press(browser, "#outcomes button", "Mistakes")
    assert files(browser) == ["a1.ppm", "a10.ppm", "fox.ppm"]
    choose(browser, "group", "truth")
    assert texts(browser, ".group .name") == ["cat", "dog", "fox"]
    press(browser, "#outcomes button", "Failed")
    assert files(browser) == ["broken.ppm"]


def test_filters_and_sorting(browser: Browser, animals: pathlib.Path) -> None:
    browser.open(report(animals, "--results", "run.jsonl"))
    assert texts(browser, ".group") == ["cat3", "dog2", "Could not be read1"]
    assert files(browser) == ["cat.ppm", "a2.ppm", "a10.ppm", "a1.ppm", "fox.ppm", "broken.ppm"]
    assert texts(browser, "#outcomes button") == ["All6", "Unsure1", "Failed1"]
    choose(browser, "group", "none")
    for order, first in {"name": ["a1.ppm", "a2.ppm", "a10.ppm"], "lowest": ["fox.ppm", "a10.ppm", "a2.ppm"],
                         "margin": ["fox.ppm", "a10.ppm", "a2.ppm"], "order": ["a2.ppm", "a10.ppm", "a1.ppm"]}.items():
        choose(browser, "sort", order)
        assert files(browser)[:3] == first, order
    press(browser, "#labels button", "dog")
    assert files(browser) == ["a1.ppm", "fox.ppm"]
    press(browser, "#labels button", "dog")
    choose(browser, "search", "  B/ ")
    assert files(browser) == ["fox.ppm", "cat.ppm"]
    assert texts(browser, "#shown") == ["2 of 6 images"]
    choose(browser, "least", "0.5")
    assert files(browser) == ["cat.ppm"]
    press(browser, "#outcomes button", "Unsure")
    assert files(browser) == []
    assert browser.run("return document.getElementById('nothing').checkVisibility()")
    browser.run("document.getElementById('reset').click()")
    assert len(files(browser)) == 6


def test_the_keyboard_is_enough(browser: Browser, animals: pathlib.Path) -> None:
    browser.open(report(animals, "--results", "run.jsonl"))
    browser.press("/", "f", "o", "x")
    assert files(browser) == ["fox.ppm"]
    choose(browser, "search", "")
    browser.run("document.querySelector('#sort').focus()")
    browser.press("Tab", "Enter")
    assert browser.run("return document.getElementById('detail').open")
    assert texts(browser, "#detail .path") == ["b/cat.ppm"]
    browser.press("Right")
    assert texts(browser, "#detail .path") == ["a2.ppm"]
    assert texts(browser, "#detail .rank .score") == ["90.0%", "8.0%", "2.0%"]
    browser.press("Escape")
    assert not browser.run("return document.getElementById('detail').open")


def test_dark_light_and_a_phone(browser: Browser, animals: pathlib.Path) -> None:
    page = report(animals, "--results", "run.jsonl", "--truth", "truth.csv")
    brightness = {}
    for scheme in ("light", "dark"):
        browser.scheme(scheme)
        browser.open(page)
        brightness[scheme] = browser.run(
            "return ['body', '.card', '.card .name'].map((s) => {"
            "const style = getComputedStyle(document.querySelector(s));"
            "const colour = s === '.card .name' ? style.color : style.backgroundColor;"
            "return colour.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0) / 3 })")
    page_light, card_light, text_light = brightness["light"]
    page_dark, card_dark, text_dark = brightness["dark"]
    assert min(page_light, card_light) > 200 > 60 > text_light
    assert max(page_dark, card_dark) < 60 < 200 < text_dark
    browser.size(360, 740)
    browser.open(page)
    assert browser.run("return document.documentElement.scrollWidth") <= 360
    assert browser.run("const [a, b] = document.querySelectorAll('.card'); return a.offsetTop === b.offsetTop")


def test_five_thousand_images(browser: Browser, tmp_path: pathlib.Path) -> None:
    records = []
    for number in range(5000):
        name = f"images/{number:04}.ppm"
        write_image(tmp_path / name, (number % 256, number // 256 * 12, 128))
        records.append(record(name, (f"label {number % 7}", 0.5 + number / 10000), ("other", 0.1)))
    write_run(tmp_path, records)
    browser.open(report(tmp_path, "--results", "run.jsonl"))
    assert texts(browser, "#shown") == ["5,000 images"]
    assert 0 < len(files(browser)) < 200
    choose(browser, "group", "none")
    assert files(browser)[0] == "4999.ppm"
    first = len(files(browser))
    browser.run("scrollTo(0, document.documentElement.scrollHeight)")
    assert browser.wait("return document.querySelectorAll('.card').length > arguments[0]", first)
    choose(browser, "search", "/12")
    assert texts(browser, "#shown") == ["100 of 5,000 images"]
    press(browser, "#labels button", "label 3")
    assert texts(browser, "#shown") == [f"{sum(number % 7 == 3 for number in range(1200, 1300))} of 5,000 images"]
    assert browser.complaints() == []
