"""WordNet 3.0's nouns: synsets with lemmas, gloss, hypernyms, and how often each sense is meant."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Synset:
    id: str
    lemmas: list[str]
    gloss: str
    hypernyms: list[str]
    hyponyms: list[str] = field(default_factory=list)


class WordNet:
    """The noun files of `folder`. A synset's id is "n" and its eight-digit offset, as ImageNet writes it."""

    def __init__(self, folder: Path) -> None:
        self.synsets: dict[str, Synset] = {}
        self.senses: dict[str, list[str]] = {}
        for line in _data_lines(folder / "data.noun"):
            synset = _parse_synset(line)
            self.synsets[synset.id] = synset
        for synset in self.synsets.values():
            for parent in synset.hypernyms:
                self.synsets[parent].hyponyms.append(synset.id)
        for line in _data_lines(folder / "index.noun"):
            words = line.split()
            count = int(words[2])
            self.senses[words[0].replace("_", " ")] = ["n" + offset for offset in words[-count:]]

    def descendants(self, synset_id: str) -> set[str]:
        seen: set[str] = set()
        pending = [synset_id]
        while pending:
            current = pending.pop()
            if current not in seen:
                seen.add(current)
                pending.extend(self.synsets[current].hyponyms)
        return seen

    def ancestors(self, synset_id: str) -> list[tuple[str, int]]:
        """Every synset above, nearest first, with its distance; starts with the synset itself at 0."""
        found: dict[str, int] = {}
        level = [synset_id]
        distance = 0
        while level:
            following: list[str] = []
            for current in level:
                if current not in found:
                    found[current] = distance
                    following.extend(self.synsets[current].hypernyms)
            level = following
            distance += 1
        return list(found.items())

    def sense_weights(self, lemma: str) -> dict[str, float]:
        """The synsets a word may mean; WordNet lists the commonest first, so the weight falls with the rank."""
        ids = self.senses.get(lemma.lower(), [])
        return {synset_id: 1 / math.pow(2, rank) for rank, synset_id in enumerate(ids)}


def _data_lines(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as file:
        return [line for line in file if not line.startswith("  ")]  # the licence is indented


def _parse_synset(line: str) -> Synset:
    fields, _, gloss = line.partition("|")
    words = fields.split()
    count = int(words[3], 16)
    lemmas = [words[4 + 2 * i].replace("_", " ") for i in range(count)]
    start = 4 + 2 * count
    pointers = int(words[start])
    hypernyms = []
    for i in range(pointers):
        symbol, offset, kind, _ = words[start + 1 + 4 * i : start + 5 + 4 * i]
        if symbol in ("@", "@i") and kind == "n":
            hypernyms.append("n" + offset)
    return Synset("n" + words[0], lemmas, gloss.split(";")[0].strip(), hypernyms)
