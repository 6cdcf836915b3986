"""What is measured, and how good it is beside the best peer."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

LIMIT = "limit: matrix products alone"


@dataclass
class Figure:
    """One contender at one setting: a column's cell in one row of a table."""

    table: str  # the part and what it measures
    model: str
    contender: str
    precision: str
    setting: str  # the table's column: "batch 8"
    unit: str
    more_is_better: bool
    values: list[float] = field(default_factory=list)  # one a round
    problem: str = ""  # why there are none, or why they can't be shown
    note: str = ""

    @property
    def ours(self) -> bool:
        return self.contender.startswith("clip-classify")

    @property
    def limit(self) -> bool:
        return self.contender == LIMIT

    @property
    def best(self) -> float | None:
        """The least disturbed round: other work on the machine only ever makes a figure worse."""
        if self.problem or not self.values:
            return None
        return max(self.values) if self.more_is_better else min(self.values)

    @property
    def median(self) -> float | None:
        return None if self.problem or not self.values else statistics.median(self.values)

    def as_json(self, figures: Iterable["Figure"]) -> dict:
        return asdict(self) | {"best": self.best, "median": self.median, "times_best_peer": ratio(self, figures),
                               "share_of_limit": share_of_limit(self, figures)}


def _beside(figure: Figure, figures: Iterable[Figure]) -> list[Figure]:
    """What stands in the same column at the same precision and has a value."""
    return [other for other in figures if other.best is not None and
            (other.table, other.model, other.setting, other.precision) ==
            (figure.table, figure.model, figure.setting, figure.precision)]


def ratio(figure: Figure, figures: Iterable[Figure]) -> float | None:
    """How many times as good as the best peer of the same precision: above 1 is better, whatever the unit."""
    peers = [other.best for other in _beside(figure, figures) if not other.ours and not other.limit]
    if figure.best is None or figure.limit or not peers:
        return None
    return figure.best / max(peers) if figure.more_is_better else min(peers) / figure.best


def share_of_limit(figure: Figure, figures: Iterable[Figure]) -> float | None:
    limits = [other.best for other in _beside(figure, figures) if other.limit]
    return figure.best / limits[0] if limits and figure.best is not None and not figure.limit else None
