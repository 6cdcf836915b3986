"""describe: do the tags and the sentence hold what the photo shows?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .data import Catalogue
from .figures import Table
from .kinship import Kinship
from .naming import named
from .program import Program

LONGEST = 4  # words of a name looked for
FIRST = (5, 10)


def measure(program: Program, catalogue: Catalogue, kinship: Kinship) -> Table:
    table = Table("describe")
    photos = list(catalogue.few())
    records = {record["path"]: record for record in program.records("describe", program.photos, "-k", str(max(FIRST)))}
    described = [(photo, records[photo.path]) for photo in photos if "tags" in records.get(photo.path, {})]
    names = {photo.name for photo, _ in described}
    same = {name: kinship.same(name) for name in names}
    wider = {name: same[name] | kinship.wider(name) for name in names}
    for first in FIRST:
        said = [(photo.name, set().union(*map(_of_tag, _tags(record)[:first]))) for photo, record in described]
        table.add(named(f"the name among the first {first} tags", said, same))
        table.add(named(f"the name or what it is a kind of among the first {first} tags", said, wider))
    said = [(photo.name, _of_sentence(record.get("description", ""))) for photo, record in described]
    table.add(named("the name in the sentence", said, same))
    table.add(named("the name or what it is a kind of in the sentence", said, wider))
    table.notes.append(
        "synonyms and kinds of a name count as the name; chance: the same words held against the other photos' names"
    )
    if not kinship.knows_wordnet:
        table.notes.append("without WordNet: only the names themselves and their categories count")
    return table


def _tags(record: dict) -> list[str]:
    return [tag["tag"] for tag in record["tags"]]


def _of_tag(tag: str) -> set[str]:
    """The names that a tag says: its last words, as a red apple is an apple and a dog house no dog."""
    words = _words(tag)
    return _with_singulars(" ".join(words[start:]) for start in range(max(len(words) - LONGEST, 0), len(words)))


def _of_sentence(sentence: str) -> set[str]:
    words = _words(sentence)
    return _with_singulars(
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(start + LONGEST, len(words)) + 1)
    )


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'-]+", text.lower())


def _with_singulars(names: Iterable[str]) -> set[str]:
    found = set()
    for name in names:
        found.add(name)
        found.update(
            name.removesuffix(ending) + instead
            for ending, instead in (("s", ""), ("es", ""), ("ies", "y"))
            if name.endswith(ending)
        )
    return found
