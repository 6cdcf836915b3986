"""search: are a thing's photos found by its name?"""

from __future__ import annotations

from collections import defaultdict

from .data import Catalogue
from .figures import Table, average_precision, chance_hit, chance_precision, mean, share
from .program import Program

FIRST = (1, 5, 10)


def measure(program: Program, catalogue: Catalogue, chinese: bool) -> Table:
    table = Table("search")
    by_name, by_category = _relevant(catalogue)
    wordings = {"names": {name: name for name in by_name}, "categories": {name: name for name in by_category}}
    if chinese:
        wordings["names, in Chinese"] = {name: catalogue.chinese[name] for name in by_name if name in catalogue.chinese}
    ranks = _ranks(program, sorted({query for wording in wordings.values() for query in wording.values()}))
    everything = len(catalogue.photos)
    for what, queries in wordings.items():
        relevant = by_category if what == "categories" else by_name
        found = {name: sorted(ranks[query][path] for path in relevant[name]) for name, query in queries.items()}
        for first in FIRST:
            chance = (
                sum(chance_hit(len(at), everything, first) for at in found.values()) / len(found) if found else None
            )
            table.add(
                share(
                    f"{what}: one of its photos among the first {first}",
                    [at[0] <= first for at in found.values()],
                    chance,
                )
            )
        chance = sum(chance_precision(len(at), everything) for at in found.values()) / len(found) if found else None
        table.add(mean(f"{what}: mean average precision", [average_precision(at) for at in found.values()], chance))
    table.notes.append(f"each query ranks {everything} photos")
    return table


def _relevant(catalogue: Catalogue) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The paths of the photos by name and by category. Names that are a category's stand for all of it."""
    by_name: dict[str, list[str]] = defaultdict(list)
    by_category: dict[str, list[str]] = defaultdict(list)
    for photo in catalogue.photos:
        for name in photo.names:
            if name not in catalogue.group:
                by_name[name].append(photo.path)
        for category in {catalogue.category[name] for name in photo.names}:
            if category not in ("thing", "household thing", "landscape", "sport", "space"):
                by_category[category].append(photo.path)
    return dict(by_name), dict(by_category)


def _ranks(program: Program, queries: list[str]) -> dict[str, dict[str, int]]:
    """By query and path, from 1."""
    listed = program.scratch / "queries.txt"
    listed.write_text("".join(f"{query}\n" for query in queries), encoding="utf-8")
    ranks: dict[str, dict[str, int]] = defaultdict(dict)
    for record in program.records("search", "--queries-file", listed, program.photos, "-k", "0"):
        ranks[record["query"]][record["path"]] = record["rank"]
    return ranks
