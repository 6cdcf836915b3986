"""The Debian packages the bank is made of: WordNet 3.0, and SCOWL, whose lists say how common a word is."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

WORDNET_FILES = [f"usr/share/wordnet/{name}" for name in ("data.noun", "index.noun", "cntlist.rev")]
LEVELS = (10, 20, 35, 40)
LEVEL_FILES = [
    f"usr/share/dict/scowl/{spelling}-words.{level}" for level in LEVELS for spelling in ("english", "american")
]
# The same bank is built everywhere because these are the same.
SUMS = {
    "wordnet-base": "aa948290b4fc12f07c2dde5bc3a58252e87f8bca76ec100429afc5f26227bbe1",
    "scowl": "98ce6e3bb6eff8252a00b1812228c4af8353453c6830c74664c196b509aa194e",
}


def unpack(package: str, files: list[str], work: Path) -> Path:
    """The root of what a package would install, downloaded and unpacked into `work`."""
    folder = work / package
    if not folder.exists():
        work.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "-q", package], cwd=work, check=True)
        archive = max(work.glob(f"{package}_*.deb"))
        partial = folder.with_suffix(".partial")
        subprocess.run(["dpkg", "-x", archive, partial], check=True)
        partial.rename(folder)
        archive.unlink()
    total = hashlib.sha256()
    for name in files:
        total.update((folder / name).read_bytes())
    if total.hexdigest() != SUMS[package]:
        raise ValueError(f"{package}: its files are not those of the version that the bank was made from")
    return folder


def read_levels(scowl: Path) -> dict[str, int]:
    """Every word of SCOWL's smaller lists, and the smallest that has it: from 10, the commonest, to 40."""
    levels: dict[str, int] = {}
    for name in LEVEL_FILES:
        for word in (scowl / name).read_text(encoding="latin-1").split():
            levels.setdefault(word, int(name.rpartition(".")[2]))
    return levels
