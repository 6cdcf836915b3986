"""Figures with their 95 % intervals, and what chance gives."""

from __future__ import annotations

import math
import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

SEED = 6
RESAMPLES = 1000
Z = 1.959964  # of 95 %, two-sided


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    low: float
    high: float
    chance: float | None
    items: int
    percent: bool = True


@dataclass
class Table:
    verb: str
    seconds: float = 0.0
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, figure: Figure | None) -> None:
        if figure:
            self.figures.append(figure)

    def as_json(self) -> dict:
        return asdict(self)


def share(name: str, right: Sequence[bool], chance: float | None) -> Figure | None:
    """How many are right of all, with Wilson's interval; None of nothing."""
    if not right:
        return None
    low, high = wilson(sum(right), len(right))
    return Figure(name, sum(right) / len(right), low, high, chance, len(right))


def mean(name: str, values: Sequence[float], chance: float | None, percent: bool = True) -> Figure | None:
    """With a bootstrap interval over the values."""
    if not values:
        return None
    low, high = bootstrap(values, lambda chosen: sum(chosen) / len(chosen))
    return Figure(name, sum(values) / len(values), low, high, chance, len(values), percent)


def separation(name: str, true: Sequence[float], false: Sequence[float]) -> Figure | None:
    """The area under the ROC curve: how often a true one scores above a false one. Interval: Hanley and McNeil 1982."""
    if not true or not false:
        return None
    area = auc(true, false)
    pair_true, pair_false = area / (2 - area), 2 * area * area / (1 + area)
    variance = (
        area * (1 - area) + (len(true) - 1) * (pair_true - area * area) + (len(false) - 1) * (pair_false - area * area)
    )
    error = Z * math.sqrt(max(variance, 0.0) / (len(true) * len(false)))
    return Figure(name, area, max(area - error, 0.0), min(area + error, 1.0), 0.5, len(true) + len(false))


def wilson(right: int, count: int) -> tuple[float, float]:
    """Wilson's score interval (1927)."""
    share_right, denominator = right / count, 1 + Z * Z / count
    middle = (share_right + Z * Z / (2 * count)) / denominator
    half = Z * math.sqrt(share_right * (1 - share_right) / count + Z * Z / (4 * count * count)) / denominator
    return max(middle - half, 0.0), min(middle + half, 1.0)


def bootstrap(values: Sequence, statistic: Callable[[Sequence], float]) -> tuple[float, float]:
    """The percentile interval of `statistic`, the same in every run."""
    source = random.Random(SEED)
    found = sorted(statistic(source.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return found[int(0.025 * RESAMPLES)], found[int(0.975 * RESAMPLES) - 1]


def auc(true: Sequence[float], false: Sequence[float]) -> float:
    """Ties count half."""
    ordered = sorted(false)
    wins = sum((bisect_left(ordered, value) + bisect_right(ordered, value)) / 2 for value in true)
    return wins / (len(true) * len(false))


def calibration_error(judged: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Of (probability, whether it came true): expected calibration error, bins of equal width (Naeini et al. 2015)."""
    error = 0.0
    for low in range(bins):
        inside = [(p, right) for p, right in judged if low == min(int(p * bins), bins - 1)]
        error += abs(sum(p for p, _ in inside) - sum(right for _, right in inside))
    return error / len(judged)


def average_precision(ranks: Sequence[int]) -> float:
    """Of the ranks, from 1, at which the relevant ones stand."""
    return sum((found + 1) / rank for found, rank in enumerate(sorted(ranks))) / len(ranks)


def chance_precision(relevant: int, count: int) -> float:
    """The average precision to expect of `count` in random order, `relevant` of them right."""
    if count == 1:
        return 1.0
    return sum((1 + (rank - 1) * (relevant - 1) / (count - 1)) / rank for rank in range(1, count + 1)) / count


def chance_hit(relevant: int, count: int, first: int) -> float:
    """How probably one of the `relevant` is among the first of `count` in random order."""
    if count - relevant < first:
        return 1.0
    return 1 - math.comb(count - relevant, first) / math.comb(count, first)
