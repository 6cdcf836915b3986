"""What names mean beside each other: the same thing, a kind of it, or nothing that could be taken for it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from compact.wordnet import WordNet

from .data import Catalogue

# Above these words WordNet says nothing that anyone would tag a photo with.
TOO_GENERAL = frozenset(
    re.split(
        r",\s+",
        """entity, physical entity, object, physical object, whole, unit, artifact, artefact, living thing, animate
        thing, organism, being, matter, thing, abstraction, abstract entity, causal agent, cause, causal agency,
        natural object, part, piece, portion, substance, instrumentality, instrumentation, relation, attribute,
        group, grouping, solid, material, stuff, act, deed, human action, human activity, psychological feature,
        cognition, knowledge, noesis""",
    )
)
# A word that stands above the sense meant, by group: a crane is a bird here, and Mercury no metal.
ROOTS = {
    "animal": ("animal",),
    "food": ("food", "edible fruit", "plant organ"),
    "plant": ("plant", "vascular plant", "plant organ", "fungus"),
    "vehicle": ("conveyance",),
    "building": ("structure",),
    "landscape": ("geological formation", "body of water", "land"),
    "tool": ("artifact",),
    "music": ("musical instrument",),
    "household": ("artifact",),
    "sport": ("game equipment", "person"),
    "space": ("celestial body", "spacecraft"),
    "person": ("person", "musical organization"),
    "other": ("artifact",),
}


class Kinship:
    """Without `folder`, WordNet's, only words and the list of confusable names tell what is akin."""

    def __init__(self, catalogue: Catalogue, folder: Path) -> None:
        self._catalogue = catalogue
        self._wordnet = WordNet(folder) if (folder / "data.noun").exists() else None
        self._related = cache(self._judge)
        self._found = cache(self._find)

    @property
    def knows_wordnet(self) -> bool:
        return self._wordnet is not None

    def related(self, one: str, other: str) -> bool:
        """Whether both may be right for one photo."""
        return self._related(*sorted((one, other)))

    def _judge(self, one: str, other: str) -> bool:
        if _words(one) & _words(other) or any(one in names and other in names for names in self._catalogue.confusable):
            return True
        if not self._wordnet:
            return False
        mine, yours = self._found(one), self._found(other)
        return bool(mine and yours and (mine in self._above(yours) or yours in self._above(mine)))

    def same(self, name: str) -> frozenset[str]:
        """The name, its synonyms, and what is a kind of it."""
        words = {name.lower()}
        found = self._found(name)
        if self._wordnet and found:
            for synset in self._wordnet.descendants(found):
                words.update(lemma.lower() for lemma in self._wordnet.synsets[synset].lemmas)
        return frozenset(words)

    def wider(self, name: str) -> frozenset[str]:
        """What it is a kind of, up to where words become too general; the catalogue's own categories among them."""
        category = self._catalogue.category.get(name, "")
        words = {category, self._catalogue.group.get(category, "")} - {
            "",
            "other",
            "thing",
            "household thing",
            "household",
            "music",
            "space",
        }
        found = self._found(name)
        if self._wordnet and found:
            for synset in self._above(found):
                lemmas = {lemma.lower() for lemma in self._wordnet.synsets[synset].lemmas}
                if not lemmas & TOO_GENERAL:
                    words |= lemmas
        return frozenset(words) - self.same(name)

    def _find(self, name: str) -> str | None:
        """The sense meant: the commonest below its category's word, else below one of its group's roots."""
        if not self._wordnet:
            return None
        senses = self._wordnet.senses.get(self._catalogue.wordnet.get(name, name).lower(), [])
        category = self._catalogue.category.get(name, "")
        for roots in (category,), ROOTS.get(self._catalogue.group.get(category, ""), ()):
            for synset in senses:
                if any(
                    lemma in roots for above in self._above(synset) for lemma in self._wordnet.synsets[above].lemmas
                ):
                    return synset
        return senses[0] if senses else None

    def _above(self, synset: str) -> set[str]:
        return {above for above, distance in self._wordnet.ancestors(synset) if distance} if self._wordnet else set()


def _words(name: str) -> set[str]:
    return {word.rstrip("s") for word in name.lower().split()}
