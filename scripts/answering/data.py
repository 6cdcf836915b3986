"""The photos, what they show, and the words that go with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from .sources import Store

LISTS = Path(__file__).parent / "lists"


@dataclass(frozen=True)
class Photo:
    key: str  # the same on every machine: root/path in the package
    path: str
    names: tuple[str, ...]  # plain names of what it shows, the main one first
    caption: str  # "" where there is none, or where another photo has the same
    alone: bool  # nothing but the thing, cut out
    colour: tuple[str, str] | None = None  # (red, apple)
    count: tuple[int, str] | None = None  # (2, camels)

    @property
    def name(self) -> str:
        return self.names[0]


@dataclass(frozen=True)
class Everyday:
    """A photo with labels that people try on it; one of them is right."""

    path: str
    right: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    photos: tuple[Photo, ...]
    category: dict[str, str]  # of a plain name
    group: dict[str, str]  # of a category
    everyday: tuple[Everyday, ...]
    chinese: dict[str, str]  # of a plain name or category
    wordnet: dict[str, str]  # what WordNet calls a plain name, where that is another word
    confusable: tuple[frozenset[str], ...]

    def category_of(self, photo: Photo) -> str:
        return self.category[photo.name]

    def group_of(self, photo: Photo) -> str:
        return self.group[self.category[photo.name]]

    def names(self) -> list[str]:
        """Those that some photo shows."""
        return sorted({name for photo in self.photos for name in photo.names})

    def few(self, most: int = 4) -> Iterator[Photo]:
        """At most so many photos of one name, so that no thing outweighs the others."""
        seen: Counter[str] = Counter()
        for photo in self.photos:
            seen[photo.name] += 1
            if seen[photo.name] <= most:
                yield photo


def load(store: Store) -> Catalogue:
    category: dict[str, str] = {}
    group: dict[str, str] = {}
    for left, right in _lines("things"):
        kind, finer = left.split(" / ")
        group[finer] = kind
        for name in right.split(", "):
            if category.setdefault(name, finer) != finer:
                raise ValueError(f"{LISTS / 'things.txt'}: {name} stands in two categories")
    photos = _unique_captions([*_stamps(store), *_scenes(store)])
    unknown = {name for photo in photos for name in photo.names} - category.keys()
    if unknown:
        raise ValueError(f"{LISTS / 'things.txt'}: without a category: {', '.join(sorted(unknown))}")
    everyday = tuple(
        Everyday(str(question.path), question.right, tuple(question.labels))
        for question in store.photos.questions()
        if question.right
    )
    confusable = tuple(frozenset(line.split(", ")) for line in _plain_lines("confusable"))
    return Catalogue(
        tuple(photos), category, group, everyday, dict(_lines("chinese")), dict(_lines("wordnet")), confusable
    )


def _stamps(store: Store) -> Iterator[Photo]:
    plain = dict(_lines("stamps"))
    for stamp in store.photos.stamps():
        name = plain.get(stamp.name, stamp.name)
        if name != "-":
            key = store.key(stamp.path)
            yield _photo(key, stamp.path, (name,), _description(stamp.path), alone=True)


def _scenes(store: Store) -> Iterator[Photo]:
    for key, words in _lines("scenes"):
        path = store.path(key)
        if path:
            names, _, caption = words.partition(" : ")
            yield _photo(key, path, tuple(names.split(", ")), caption, alone=False)


@cache
def _colours() -> dict[str, tuple[str, str]]:
    return {key: (colour, thing) for key, words in _lines("colours") for colour, thing in [words.split(", ", 1)]}


@cache
def _counts() -> dict[str, tuple[int, str]]:
    return {key: (int(number), things) for key, words in _lines("counts") for number, things in [words.split(", ", 1)]}


def _photo(key: str, path: Path, names: tuple[str, ...], caption: str, alone: bool) -> Photo:
    colour, count = _colours().get(key), _counts().get(key)
    return Photo(key, str(path), names, caption, alone, colour, count)


def _description(stamp: Path) -> str:
    """The English description of a stamp: the first line of the text beside it."""
    text = stamp.with_suffix(".txt")
    return text.read_text(encoding="utf-8").splitlines()[0].strip() if text.exists() else ""


def _unique_captions(photos: list[Photo]) -> list[Photo]:
    times = Counter(photo.caption for photo in photos)
    return [replace(photo, caption="") if times[photo.caption] > 1 else photo for photo in photos]


def _lines(name: str) -> list[tuple[str, str]]:
    pairs = [line.partition(" = ") for line in _plain_lines(name)]
    return [(left, right) for left, _, right in pairs]


def _plain_lines(name: str) -> list[str]:
    lines = (LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
