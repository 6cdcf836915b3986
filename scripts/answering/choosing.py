"""Wrong answers that are wrong: names that can't be right for a photo."""

from __future__ import annotations

import random

from .data import Catalogue, Photo
from .figures import SEED
from .kinship import Kinship

# What may stand in the background of a photo of something else is never said not to be there.
ABSENT_GROUPS = ("animal", "food", "tool", "music", "sport")
ABSENT_BESIDE_CUT_OUTS = (*ABSENT_GROUPS, "vehicle", "building")
# Where others of the category may be in the photo as well.
NEVER_ALONE = ("landscape",)
# "what is in the picture?" is answered with one of each.
MIXED_CATEGORIES = (
    "mammal",
    "bird",
    "fish",
    "insect",
    "reptile",
    "fruit",
    "vegetable",
    "vehicle",
    "tool",
    "musical instrument",
    "tableware",
    "ball",
    "household thing",
)
# Categories that are said to be in a photo or not; a tomato is fruit to some, so fruit and vegetables are one group.
CLEAR_CATEGORIES = (
    "bird",
    "fish",
    "insect",
    "fruit",
    "vegetable",
    "flower",
    "vehicle",
    "building",
    "musical instrument",
    "ball",
    "planet",
)


class Chooser:
    def __init__(self, catalogue: Catalogue, kinship: Kinship) -> None:
        self.catalogue = catalogue
        self._kinship = kinship
        self._names = catalogue.names()

    def random(self, photo: Photo, purpose: str) -> random.Random:
        """The same for a photo and purpose in every run."""
        return random.Random(f"{SEED} {purpose} {photo.key}")

    def absent(self, photo: Photo, purpose: str) -> str:
        """Something of another kind than anything in the photo."""
        catalogue = self.catalogue
        shown = {catalogue.group[catalogue.category[name]] for name in photo.names}
        groups = ABSENT_BESIDE_CUT_OUTS if photo.alone else ABSENT_GROUPS
        names = [
            name
            for name in self._names
            if catalogue.group[catalogue.category[name]] in set(groups) - shown
            and not self._akin(name, photo)
            and not _generic(name, catalogue)
        ]
        return self.random(photo, purpose).choice(names)

    def similar(self, photo: Photo, purpose: str, most: int) -> list[str]:
        """Others of its category, none of which could be right, nor two of them stand for each other."""
        category = self.catalogue.category_of(photo)
        if _generic(photo.name, self.catalogue) or category in NEVER_ALONE:
            return []
        return self._apart(self._wrong(photo, category), photo, purpose, most)

    def mixed(self, photo: Photo, purpose: str, most: int) -> list[str]:
        """One of each of several other categories."""
        source = self.random(photo, purpose)
        shown = {self.catalogue.category[name] for name in photo.names}
        found: list[str] = []
        for category in source.sample(MIXED_CATEGORIES, len(MIXED_CATEGORIES)):
            names = self._wrong(photo, category)
            if category not in shown and names and len(found) < most:
                found.append(source.choice(names))
        return found

    def other_category(self, photo: Photo, purpose: str) -> str:
        groups = {self.catalogue.group[self.catalogue.category[name]] for name in photo.names}
        possible = ABSENT_BESIDE_CUT_OUTS if photo.alone else ABSENT_GROUPS
        names = [name for name in CLEAR_CATEGORIES if self.catalogue.group[name] in set(possible) - groups]
        return self.random(photo, purpose).choice(names)

    def generic(self, photo: Photo) -> bool:
        """Whether its name says no more than its category."""
        return _generic(photo.name, self.catalogue)

    def _wrong(self, photo: Photo, category: str) -> list[str]:
        """The category's names that are not right for the photo."""
        names = [name for name in self._names if self.catalogue.category[name] == category]
        return [name for name in names if not _generic(name, self.catalogue) and not self._akin(name, photo)]

    def _akin(self, name: str, photo: Photo) -> bool:
        return any(self._kinship.related(name, shown) for shown in photo.names)

    def _apart(self, names: list[str], photo: Photo, purpose: str, most: int) -> list[str]:
        chosen: list[str] = []
        for name in self.random(photo, purpose).sample(names, len(names)):
            if len(chosen) < most and not any(self._kinship.related(name, other) for other in chosen):
                chosen.append(name)
        return chosen


def _generic(name: str, catalogue: Catalogue) -> bool:
    return name == catalogue.category[name]
