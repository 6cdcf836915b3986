"""scripts/answering.py: its figures beside scikit-learn's and worked examples, and what it says to wrong use."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from itertools import permutations

import pytest
from conftest import REPOSITORY
from sklearn.metrics import average_precision_score, roc_auc_score

sys.path.insert(0, str(REPOSITORY / "scripts"))

from answering import describe, figures


def script(*arguments: str | os.PathLike) -> subprocess.CompletedProcess:
    command = [sys.executable, str(REPOSITORY / "scripts/answering.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_separation_is_the_area_under_the_curve():
    source = random.Random(1)
    true = [round(source.gauss(0.5, 1), 1) for _ in range(200)]  # rounded: ties
    false = [round(source.gauss(0, 1), 1) for _ in range(300)]
    expected = roc_auc_score([1] * len(true) + [0] * len(false), true + false)
    assert figures.auc(true, false) == pytest.approx(expected)
    figure = figures.separation("x", true, false)
    assert figure.low < expected < figure.high and figure.chance == 0.5


def test_average_precision():
    scores = [0.9, 0.8, 0.7, 0.6, 0.5]
    for right in ([1, 3, 4], [2], [5, 1]):
        truth = [int(rank in right) for rank in range(1, 6)]
        assert figures.average_precision(right) == pytest.approx(average_precision_score(truth, scores))


@pytest.mark.parametrize(("relevant", "count"), [(1, 1), (2, 5), (3, 6), (5, 5)])
def test_chance_is_the_mean_over_all_orders(relevant: int, count: int):
    orders = set(permutations([True] * relevant + [False] * (count - relevant)))
    ranks = [[rank for rank, right in enumerate(order, 1) if right] for order in orders]
    precision = sum(map(figures.average_precision, ranks)) / len(orders)
    assert figures.chance_precision(relevant, count) == pytest.approx(precision)
    for first in range(1, count + 1):
        hits = sum(found[0] <= first for found in ranks) / len(orders)
        assert figures.chance_hit(relevant, count, first) == pytest.approx(hits)


def test_wilson_interval():
    assert figures.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)  # Newcombe 1998, table I
    assert figures.wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=1e-4)
    assert figures.wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)


def test_calibration_error():
    assert figures.calibration_error([(0.75, True)] * 3 + [(0.75, False)]) == pytest.approx(0)
    assert figures.calibration_error([(0.95, False)] * 2 + [(0.15, False)] * 2) == pytest.approx(0.55)


def test_names_that_a_tag_says():
    assert {"apple", "red apple"} <= describe._of_tag("red apple")
    assert "house" in describe._of_tag("dog house") and "dog" not in describe._of_tag("dog house")
    assert "cherry" in describe._of_tag("two cherries")
    assert {"urban", "spacecraft"} <= describe._of_sentence("a photo of an urban spacecraft")


def test_wrong_use():
    for arguments, words in (
        (("--verbs", "search,sing"), "'search,sing': takes search, ask, statements, describe, score"),
        (("--program", "/nowhere/clip-classify"), "is not a program: build it first"),
        (("--program", sys.executable, "--json", "/nowhere/a.json"), "there is no such folder"),
    ):
        done = script(*arguments)
        assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr
