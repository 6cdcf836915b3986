"""ImageNet's 1000 classes as sets: what a class is called, and which classes a word covers."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from .wordnet import WordNet


class Classes:
    """The classes in the network's order, each a WordNet synset."""

    def __init__(self, wordnet: WordNet, info: Path) -> None:
        self.wordnet = wordnet
        self.ids = (info / "imagenet_synsets.txt").read_text().split()
        self.index = {synset_id: i for i, synset_id in enumerate(self.ids)}
        self.names = [wordnet.synsets[synset_id].lemmas for synset_id in self.ids]
        self.visual = set((info / "imagenet22k_synsets.txt").read_text().split()) | set(self.ids)
        self._by_name: dict[str, list[int]] = {}
        for lemmas_of in (lambda names: names[:1], lambda names: names[1:]):
            taken = set(self._by_name)  # a first name wins over another class's second one
            for i, names in enumerate(self.names):
                for lemma in lemmas_of(names):
                    if lemma not in taken:
                        self._by_name.setdefault(lemma, []).append(i)

    def __len__(self) -> int:
        return len(self.ids)

    def under(self, synset_id: str) -> list[int]:
        """The classes that are the synset or a kind of it."""
        return sorted(self.index[s] for s in self.wordnet.descendants(synset_id) if s in self.index)

    def vector(self, indices: list[int], weight: float = 1.0) -> Tensor:
        row = torch.zeros(len(self))
        row[indices] = weight
        return row

    def named(self, term: str) -> list[int]:
        """What the curated file means by a term: `@word` the classes under a noun, `name#7` class 7, else a class's name."""
        if term.startswith("@"):
            for synset_id in self.wordnet.senses.get(term[1:].lower(), []):
                if found := self.under(synset_id):
                    return found
        elif "#" in term:
            name, _, number = term.partition("#")
            if int(number) in self._by_name.get(name, []):
                return [int(number)]
        elif len(found := self._by_name.get(term, [])) == 1:
            return found
        raise ValueError(f"no such class, or more than one: {term!r}")
