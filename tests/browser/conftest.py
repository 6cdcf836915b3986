"""Pages that the built program makes, opened in a headless Chromium."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from webdriver import Browser

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("CLIP_CLASSIFY", str(REPOSITORY / "build/bin/clip-classify"))


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    driver, browser = shutil.which("chromedriver"), shutil.which("chromium")
    if not driver or not browser:
        pytest.skip("no chromium and chromedriver: install chromium and chromium-driver")
    started = Browser(driver, browser, tmp_path_factory.mktemp("profile"))
    yield started
    started.close()


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """Without what an earlier test has said, and as wide as a desktop's."""
    chromium.requests()
    chromium.complaints()
    chromium.scheme("light")
    chromium.size(1280, 900)
    return chromium


def report(folder: pathlib.Path, *arguments: str | os.PathLike, code: int = 0) -> pathlib.Path:
    """The page that the program makes of these, run in the folder."""
    page = folder / "report.html"
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
    done = subprocess.run([PROGRAM, "report", *arguments, "-o", page], cwd=folder, env=environment, check=False,
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == code, done.stderr
    return page
