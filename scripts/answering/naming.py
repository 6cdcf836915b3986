"""Whether words name what a photo shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from .figures import Figure, share


def named(
    title: str, said: Sequence[tuple[str, Collection[str]]], accepted: Mapping[str, frozenset[str]]
) -> Figure | None:
    """`said`: a photo's name and the words said of it, which are right when one of them is accepted for the name.
    Chance: the same words held against the names of the other photos."""
    times = Counter(name for name, _ in said)
    right = [not accepted[name].isdisjoint(words) for name, words in said]
    hits = pairs = 0
    for name, words in said:
        others = [other for other in times if other != name]
        hits += sum(times[other] for other in others if not accepted[other].isdisjoint(words))
        pairs += sum(times[other] for other in others)
    return share(title, right, hits / pairs if pairs else None)
