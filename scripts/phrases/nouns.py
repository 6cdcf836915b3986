"""Chooses WordNet's nouns for things that can be seen and that a common reader knows by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from compact.wordnet import WordNet

LEAST_USES = 4  # of other senses, below which WordNet's texts say nothing of a word
LEAST_SHARE = 0.3
PERSON = "n00007846"


class Nouns:
    """WordNet with the uses of each sense that were counted in its tagged texts."""

    def __init__(self, folder: Path, roots: Iterable[str]) -> None:
        self.wordnet = WordNet(folder)
        self.visible: set[str] = set()
        for root in roots:
            self.visible |= self.wordnet.descendants(root)
        self.visible -= self.wordnet.descendants(PERSON)
        self.people = self.wordnet.descendants(PERSON)
        self._read_uses(folder)

    def _read_uses(self, folder: Path) -> None:
        """A sense's key, LEMMA%1:FILE:NUMBER::, is put together from its line in data.noun."""
        self.uses: dict[tuple[str, str], int] = {}
        self.uses_of_word: dict[str, int] = defaultdict(int)
        by_key = {}
        for line in (folder / "cntlist.rev").read_text(encoding="utf-8").splitlines():
            key, _, count = line.split()
            by_key[key] = int(count)
            self.uses_of_word[key.partition("%")[0]] += int(count)
        for line in (folder / "data.noun").read_text(encoding="utf-8").splitlines():
            if line.startswith("  "):  # the licence
                continue
            offset, file, _, size, *fields = line.split()
            for word, number in zip(fields[: 2 * int(size, 16) : 2], fields[1::2]):
                uses = by_key.get(f"{word.lower()}%1:{file}:{int(number, 16):02d}::", 0)
                self.uses[word.lower(), "n" + offset] = uses

    def choose(self, levels: dict[str, int]) -> dict[str, str]:
        """Synset to word: of the words of `levels` whose commonest sense can be seen, the best known of each synset."""
        chosen: dict[str, tuple[int, int, int]] = {}
        words: dict[str, str] = {}
        for word, synsets in self.wordnet.senses.items():
            synset = synsets[0]
            lemmas = self.wordnet.synsets[synset].lemmas
            is_known = word in levels and word.isalpha() and word in lemmas
            if not is_known or synset not in self.visible or not self._is_meant(word, synset):
                continue
            rank = (-self.uses[word, synset], levels[word], lemmas.index(word))
            if synset not in chosen or rank < chosen[synset]:
                chosen[synset] = rank
                words[synset] = word
        return words

    def find(self, phrase: str, person: bool = False) -> str | None:
        """The synset of a phrase that is known to name a thing, or a person."""
        under = self.people if person else self.visible
        return next((synset for synset in self.wordnet.senses.get(phrase.lower(), []) if synset in under), None)

    def _is_meant(self, word: str, synset: str) -> bool:
        """Whether a word is not mostly used in another sense, or as a verb or adjective."""
        uses, all_uses = self.uses[word, synset], self.uses_of_word[word]
        return all_uses - uses < LEAST_USES or uses >= LEAST_SHARE * all_uses
