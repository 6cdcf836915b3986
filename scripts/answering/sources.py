"""Where the photos and their words come from: Debian's packages, taken without installing them, with their licences."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from compact.photos import PACKAGES, Photos

PYTHON_PACKAGES = "usr/lib/python3/dist-packages"


@dataclass(frozen=True)
class Source:
    root: str  # the first part of a photo's key
    package: str
    inside: str  # the photos' folder in the package
    licence: str  # as the package's copyright file says of these files
    words: str  # the words that come with the photos, or that are given to them here


def _of_compact(root: str, licence: str, words: str) -> Source:
    return Source(root, *PACKAGES[root], licence, words)


# Nothing of these is copied into the repository. What is written in lists/ is this project's.
SOURCES = (
    _of_compact(
        "tuxpaint", "GPL-2", "a description beside each stamp; names and categories in compact/photos/stamps.txt"
    ),
    _of_compact(
        "gcompris",
        "a licence a photo: CC-BY 1.0 to 3.0, CC-BY-SA 2.0 to 4.0, CC0, GFDL, public domain; the rest GPL-3+",
        "file names; captions in lists/scenes.txt",
    ),
    _of_compact("mate", "GPL-2+", "file names; captions in lists/scenes.txt"),
    _of_compact("plasma", "GPL-2+", "wallpaper names; captions in lists/scenes.txt"),
    _of_compact(
        "lomiri16", "CC-BY-4.0 or CC0-1.0, a licence a photo", "titles in the file names; captions in lists/scenes.txt"
    ),
    _of_compact("lomiri20", "CC-BY-SA-3.0", "titles in the file names; captions in lists/scenes.txt"),
    _of_compact("opencv", "Apache-2.0 and BSD-3-Clause", "file names; captions in lists/scenes.txt"),
    Source(
        "palapeli",
        "palapeli-data",
        "usr/share/palapeli/collection",
        "GFDL, public domain: X-KDE-PluginInfo-License in each .desktop file",
        "titles; captions in lists/scenes.txt",
    ),
    Source(
        "darknet",
        "darknet",
        "usr/share/darknet/data",
        "GPL-3+ or MIT or WTFPL",
        "file names; captions in lists/scenes.txt",
    ),
    Source(
        "skimage",
        "python3-skimage",
        f"{PYTHON_PACKAGES}/skimage/data",
        "BSD-3-Clause",
        "file names; captions in lists/scenes.txt",
    ),
    Source(
        "sklearn",
        "python3-sklearn",
        f"{PYTHON_PACKAGES}/sklearn/datasets/images",
        "CC-BY-2.0",
        "file names; captions in lists/scenes.txt",
    ),
)
WORDNET = Source(
    "wordnet",
    "wordnet-base",
    "usr/share/wordnet",
    "WordNet 3.0 licence (permissive)",
    "synonyms, and what is a kind of what",
)


class Store:
    """The packages' contents under `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opencv: dict[str, Path] = {}
        self.photos = Photos(folder, folder / "python")

    def fetch(self, say: Callable[[str], None]) -> None:
        """Downloads what is missing; a package that cannot be had is left out."""
        self.folder.mkdir(parents=True, exist_ok=True)
        missing = [source for source in (*SOURCES, WORDNET) if not (self.folder / source.package).exists()]
        absent = [tool for tool in ("apt-get", "dpkg") if not shutil.which(tool)]
        if missing and absent:
            say(f"without {', '.join(source.package for source in missing)}: there is no {absent[0]} here")
            missing = []
        elif missing:
            say(f"taking {len(missing)} of Debian's packages apart, without installing them (kept in {self.folder})")
        for source in missing:
            problem = self._take(source.package)
            if problem:
                say(f"without {source.package}: {problem}")
        python = self.folder / "python"  # where compact.photos looks for both
        python.mkdir(exist_ok=True)
        for package in ("skimage", "sklearn"):
            link, target = python / package, self.folder / f"python3-{package}" / PYTHON_PACKAGES / package
            if target.exists() and not link.exists():
                link.symlink_to(target.absolute())
        complete = all((self.folder / package).exists() for package, _ in PACKAGES.values())
        if complete or shutil.which("apt-get"):  # which it calls for what is missing
            with redirect_stdout(sys.stderr):
                self.photos.fetch()  # unpacks GCompris's resources
        for path in sorted((self.folder / PACKAGES["opencv"][0]).rglob("*.[jp][pn]g")):
            self._opencv.setdefault(path.name, path)

    def _take(self, package: str) -> str:
        """Downloads and unpacks; what went wrong, or nothing."""
        try:
            got = subprocess.run(
                ["apt-get", "download", "-q", package], cwd=self.folder, capture_output=True, text=True, check=False
            )
            archives = sorted(self.folder.glob(f"{package}_*.deb"))
            if got.returncode != 0 or not archives:
                return (got.stderr.strip().splitlines() or ["apt-get download failed"])[-1]
            partial = self.folder / f"{package}.partial"
            subprocess.run(["dpkg", "-x", archives[-1], partial], check=True)
            partial.rename(self.folder / package)
            for archive in archives:
                archive.unlink()
        except (OSError, subprocess.CalledProcessError) as failure:
            return str(failure)
        return ""

    def path(self, key: str) -> Path | None:
        """The photo of a key such as mate/Garden.jpg; None where this machine's packages don't have it."""
        root, _, inside = key.partition("/")
        if root == "opencv":
            return self._opencv.get(inside)
        if root == "gcompris":
            path = self.folder / root / inside
        else:
            source = next(source for source in SOURCES if source.root == root)
            path = self.folder / source.package / source.inside / inside
        return path if path.is_file() else None

    def key(self, path: Path) -> str:
        """The key of a stamp."""
        package, inside = PACKAGES["tuxpaint"]
        return f"tuxpaint/{path.relative_to(self.folder / package / inside).as_posix()}"

    def version(self, source: Source) -> str:
        """The package's version, of its changelog."""
        for name in ("changelog.Debian.gz", "changelog.gz", "changelog.Debian.amd64.gz"):
            changelog = self.folder / source.package / "usr/share/doc" / source.package / name
            if changelog.exists():
                with gzip.open(changelog, "rt", encoding="utf-8", errors="replace") as file:
                    found = re.match(r"\S+ \(([^)]+)\)", file.readline())
                if found:
                    return found[1]
        return ""


def sources_table(store: Store, used: dict[str, int]) -> str:
    """A Markdown table; `used` is how many photos of each root are asked about."""
    lines = ["| Debian package | version | licence | photos used | their words |", "|---|---|---|---|---|"]
    for source in (*SOURCES, WORDNET):
        cells = (source.package, store.version(source) or "-", source.licence, used.get(source.root, "-"), source.words)
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)
