"""The evaluation photos: where they come from and what is on them. None of them is used in training."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

LISTS = Path(__file__).parent / "photos"
# Debian 12's packages, taken without installing them.
PACKAGES = {
    "tuxpaint": ("tuxpaint-stamps-default", "usr/share/tuxpaint/stamps"),
    "mate": ("mate-backgrounds", "usr/share/backgrounds/mate/nature"),
    "plasma": ("plasma-workspace-wallpapers", "usr/share/wallpapers"),
    "lomiri16": ("lomiri-wallpapers-16.04", "usr/share/backgrounds"),
    "lomiri20": ("lomiri-wallpapers-20.04", "usr/share/backgrounds"),
    "opencv": ("opencv-doc", "usr/share/doc/opencv-doc"),
    "gcompris": ("gcompris-qt-data", "usr/share/gcompris-qt/rcc"),
}


@dataclass
class Stamp:
    path: Path
    category: str | None
    name: str


@dataclass
class Question:
    """A photo with labels; `right` is one of them, or None where none of them fits."""

    path: Path
    right: str | None
    labels: list[str]


class Photos:
    """The photos under `folder`, where `fetch` has put the packages' contents."""

    def __init__(self, folder: Path, site_packages: Path) -> None:
        self._folder = folder
        self._roots = {name: folder / package / inside for name, (package, inside) in PACKAGES.items()}
        self._roots["skimage"] = site_packages / "skimage/data"
        self._roots["sklearn"] = site_packages / "sklearn/datasets/images"
        self._roots["gcompris"] = folder / "gcompris"
        self._opencv: dict[str, Path] = {}

    def fetch(self) -> None:
        """Downloads what is missing; a package that cannot be had is left out of the evaluation."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for package, _ in PACKAGES.values():
            target = self._folder / package
            if target.exists():
                continue
            got = subprocess.run(["apt-get", "download", "-q", package], cwd=self._folder, capture_output=True)
            archives = sorted(self._folder.glob(f"{package}_*.deb"))
            if got.returncode == 0 and archives:
                subprocess.run(["dpkg", "-x", archives[-1], target], check=True)
                archives[-1].unlink()
            else:
                print(f"  without {package}: apt-get download failed")
        resources = self._folder / PACKAGES["gcompris"][0] / PACKAGES["gcompris"][1]
        if resources.exists() and not self._roots["gcompris"].exists():
            from .qt_resources import unpack

            for file in sorted(resources.glob("*.rcc")):
                unpack(file, self._roots["gcompris"], prefix="gcompris/src/activities/", suffix=".webp")
        examples = self._roots["opencv"]
        for file in sorted(examples.rglob("*.[jp][pn]g")):
            self._opencv.setdefault(file.name, file)

    def stamps(self) -> list[Stamp]:
        stamps = []
        for left, right in _lines(LISTS / "stamps.txt"):
            category, _, name = right.partition(", ")
            path = self._roots["tuxpaint"] / left
            if path.exists():
                stamps.append(Stamp(path, None if category == "-" else category, name))
        return stamps

    def questions(self) -> list[Question]:
        questions = []
        for left, right in _lines(LISTS / "newcomer.txt"):
            root, _, inside = left.partition("/")
            path = self._opencv.get(inside, Path("missing")) if root == "opencv" else self._roots[root] / inside
            if path.exists():
                answer, _, others = right.partition(" : ")
                labels = [label.strip() for label in others.split(",")]
                is_there = answer != "none"
                questions.append(Question(path, answer if is_there else None, [answer] * is_there + labels))
        return questions


def _lines(path: Path) -> list[tuple[str, str]]:
    pairs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            left, _, right = line.partition(" = ")
            pairs.append((left, right))
    return pairs
