"""The training texts: words of WordNet and of the curated files, each with the classes it covers."""

from __future__ import annotations

import random
from dataclasses import dataclass

import torch
from torch import Tensor

from .classes import Classes
from .wordnet import WordNet

TEMPLATES = (
    "{}", "a {}", "the {}", "a photo of a {}", "a photo of the {}", "a photo of {}", "photo of a {}",
    "a picture of a {}", "a picture of the {}", "picture of {}", "an image of a {}", "an image of {}",
    "this is a photo of {}.", "This is a photo of a {}.", "this is a {}", "there is a {} in the picture",
    "a close-up photo of a {}", "a blurry photo of a {}", "a black and white photo of a {}", "a photo of my {}",
    "a photo of one {}", "a good photo of a {}", "a bad photo of the {}", "a photo of a large {}",
    "a photo of a small {}", "a cropped photo of the {}", "a bright photo of a {}", "my {}", "a photograph of {}",
    "a {} in a photo", "an {}", "a photo of an {}", "a picture of {}.", "it is a {}", "one {}", "some {}",
    "a snapshot of a {}", "a {} on a white background", "a {} outdoors", "a {} indoors",
)  # fmt: skip
ADJECTIVES = (
    "small", "big", "little", "old", "new", "young", "cute", "beautiful", "red", "blue", "green", "yellow", "white",
    "black", "brown", "pink", "wooden", "tiny", "large", "happy", "sleeping", "fluffy", "shiny", "colorful", "pretty",
)  # fmt: skip


@dataclass
class Example:
    text: str
    target: Tensor


@dataclass
class Corpus:
    """The groups that batches are drawn from, and what was kept out to measure generalisation."""

    groups: dict[str, list[Example]]
    held_out: list[Example]


class Targets:
    """Synset to membership: the classes under it, or those like it under its nearest ancestor that has some."""

    def __init__(self, classes: Classes, curated: dict[str, Tensor], similarity: "Similarity") -> None:
        self._classes = classes
        self._wordnet = classes.wordnet
        self._similarity = similarity
        self._given: dict[str, Tensor] = {}
        for phrase, row in curated.items():
            senses = [s for s in self._wordnet.senses.get(phrase, []) if s in classes.visual]
            if senses:
                self._given[senses[0]] = row
        self._direct: dict[str, Tensor | None] = {}

    def direct(self, synset_id: str) -> Tensor | None:
        if synset_id not in self._direct:
            found = self._given.get(synset_id)
            if found is None and (under := self._classes.under(synset_id)):
                found = self._classes.vector(under)
            self._direct[synset_id] = found
        return self._direct[synset_id]

    def near(self, synset_id: str) -> Tensor:
        for ancestor, distance in self._wordnet.ancestors(synset_id):
            row = self.direct(ancestor)
            if row is not None:
                size = float(row.sum())
                if not 0 < size <= 250:
                    break
                trust = 0.7 * 0.85 ** (distance - 1) * min(1.0, (40 / max(size, 1.0)) ** 0.3)
                return trust * row * self._similarity.among(synset_id, row)
        return torch.zeros(len(self._classes))

    def of_word(self, lemma: str) -> Tensor:
        row = torch.zeros(len(self._classes))
        for synset_id, weight in self._wordnet.sense_weights(lemma).items():
            if synset_id in self._classes.visual:
                direct = self.direct(synset_id)
                row = torch.maximum(row, weight * (self.near(synset_id) if direct is None else direct))
        peak = float(row.max())
        # The commonest sense that can be seen is what a label on a photo means.
        return row / peak * min(1.0, peak * 4) if peak > 0 else row


class Similarity:
    """How like a synset's name and gloss are to the classes' (1 for the most alike), by the untrained MiniLM."""

    def __init__(self, synsets: dict[str, int], embeddings: Tensor, class_embeddings: Tensor) -> None:
        self._rows = synsets
        self._embeddings = embeddings
        self._classes = class_embeddings

    def among(self, synset_id: str, row: Tensor) -> Tensor:
        if synset_id not in self._rows:
            return torch.ones(len(row))
        alike = self._classes @ self._embeddings[self._rows[synset_id]]
        best = alike[row > 0].max()
        return torch.exp(((alike - best) / 0.1).clamp(max=0.0))


def build_corpus(
    classes: Classes, curated: dict[str, Tensor], similarity: Similarity, seed: int, hold_out: float
) -> Corpus:
    chooser = random.Random(seed)
    targets = Targets(classes, curated, similarity)
    wordnet = classes.wordnet
    groups: dict[str, list[Example]] = {name: [] for name in ("curated", "classes", "above", "near", "abstract")}
    held_out: list[Example] = []
    for phrase, row in curated.items():
        groups["curated"].append(Example(phrase, row))
    known = {phrase.lower() for phrase in curated}
    person = wordnet.descendants(wordnet.senses["person"][0])
    seen: set[str] = set()
    for synset_id in sorted(classes.visual):
        synset = wordnet.synsets[synset_id]
        direct = targets.direct(synset_id)
        for lemma in synset.lemmas:
            word = lemma.lower()
            if word in known or word in seen:
                continue
            seen.add(word)
            if synset_id in person and direct is None and chooser.random() < 0.7:
                continue  # WordNet knows thousands of kinds of people; a photo tells few of them apart
            example = Example(lemma, targets.of_word(word))
            if synset_id in classes.index:
                # A class keeps its first name, so only knowledge of the language can tell the held-out ones.
                kept = lemma == synset.lemmas[0] or chooser.random() >= hold_out
                (groups["classes"] if kept else held_out).append(example)
            elif direct is not None:
                groups["above"].append(example)
            elif chooser.random() < 0.35 or len(word) <= 7:
                groups["near"].append(example)  # short words are the common ones
    physical = wordnet.descendants(wordnet.senses["physical entity"][0])
    for synset_id in sorted(set(wordnet.synsets) - physical - classes.visual):
        if chooser.random() > 0.15:
            continue
        for lemma in wordnet.synsets[synset_id].lemmas[:1]:
            word = lemma.lower()
            if word not in seen and word not in known and not set(wordnet.senses[word]) & physical:
                groups["abstract"].append(Example(lemma, torch.zeros(len(classes))))
    return Corpus(groups, held_out)


def phrases(text: str, count: int, chooser: random.Random) -> list[str]:
    """The name itself, and `count - 1` other ways in which somebody might type it."""
    found = {text: None}
    for _ in range(count - 1):
        noun = text
        if chooser.random() < 0.15:
            noun = f"{chooser.choice(ADJECTIVES)} {noun}"
        if chooser.random() < 0.15:
            noun = plural(noun)
        template = chooser.choice(TEMPLATES)
        if template.endswith("a {}") and noun[0].lower() in "aeiou":
            template = template[:-4] + "an {}"
        found[template.format(noun)] = None
    return list(found)


def plural(noun: str) -> str:
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"
