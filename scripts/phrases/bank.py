"""Puts the bank together: the nouns chosen from WordNet and the lists in words/."""

from __future__ import annotations

from pathlib import Path

from .nouns import Nouns
from .sources import LEVEL_FILES, WORDNET_FILES, read_levels, unpack

WORDS = Path(__file__).parent / "words"
HEADER = "# kind\tphrase\tsource\n"
# In the order of the file; of a phrase in several of the first three, the last one counts.
KINDS = ("thing", "stuff", "place", "attribute", "activity", "style")


def build_bank(work: Path) -> str:
    """The text of bank.tsv. Throws ValueError for a list that says something twice or that has no effect."""
    roots = [line.split(" n")[1][:8] for line in _lines("roots")]
    wordnet = unpack("wordnet-base", WORDNET_FILES, work) / "usr/share/wordnet"
    nouns = Nouns(wordnet, ["n" + offset for offset in roots])
    levels = read_levels(unpack("scowl", LEVEL_FILES, work))

    sources: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for name, kind in (("things", "thing"), ("people", "thing"), ("stuff", "stuff"), ("places", "place")):
        for phrase in read_list(name):
            for other in sources.values():
                other.pop(phrase, None)
            synset = nouns.find(phrase, person=name == "people")
            sources[kind][phrase] = f"wordnet:{synset}" if synset else "own"
    for name, kind in (("attributes", "attribute"), ("activities", "activity"), ("styles", "style")):
        sources[kind] = dict.fromkeys(read_list(name), "own")

    ours = {source for kind in KINDS[:3] for source in sources[kind].values()}
    excluded = set(read_list("excluded"))
    found = nouns.choose(levels)
    if idle := excluded - set(found.values()):
        raise ValueError(f"excluded.txt: not found by the rule: {', '.join(sorted(idle))}")
    for synset, word in found.items():
        known = f"wordnet:{synset}" in ours or any(word in sources[kind] for kind in KINDS[:3])
        if word not in excluded and not known:
            sources["thing"][word] = f"wordnet:{synset}"
    rows = [f"{kind}\t{phrase}\t{source}\n" for kind in KINDS for phrase, source in sorted(sources[kind].items())]
    return HEADER + "".join(rows)


def read_list(name: str) -> list[str]:
    phrases = [phrase.strip() for line in _lines(name) for phrase in line.split(",")]
    seen: set[str] = set()
    for phrase in phrases:
        if not phrase or phrase in seen:
            raise ValueError(f"{name}.txt: {phrase!r} is empty or there twice")
        seen.add(phrase)
    return phrases


def _lines(name: str) -> list[str]:
    lines = (WORDS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
