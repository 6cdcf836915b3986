"""ask --statements: are statements about a photo told true from false, and is the confidence worth anything?"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from . import wording
from .ask import COLOURS
from .choosing import CLEAR_CATEGORIES, Chooser
from .data import Photo
from .figures import Figure, Table, bootstrap, calibration_error, separation, share
from .program import Program

NEGATED = "negated"
# A colour is not said to be wrong where one of these would do.
CLOSE_COLOURS = tuple(
    map(
        frozenset,
        (
            ("red", "orange", "brown", "pink", "purple"),
            ("yellow", "orange", "brown"),
            ("blue", "purple", "gray"),
            ("white", "gray"),
            ("black", "gray"),
            ("green", "yellow"),
        ),
    )
)


@dataclass(frozen=True)
class Statement:
    kind: str
    path: str
    words: str
    true: bool
    fitted: bool  # the photo is of the half that the program's constants are from

    def row(self) -> dict:
        return {"image": self.path, "statement": self.words, "right": self.true}


def measure(program: Program, chooser: Chooser) -> Table:
    """A record's score is taken as the probability that the statement is true.

    The constants of src/classify/entailment.cpp were fitted on the photos of one half, so figures are of the other.
    """
    table = Table("statements")
    statements = list(_statements(chooser))
    records = program.rows("ask", [statement.row() for statement in statements], program.photos)
    answered = [(statement, record) for statement, record in zip(statements, records) if "score" in record]
    judged = [(statement, record) for statement, record in answered if not statement.fitted]
    by_kind: dict[str, list[tuple[Statement, dict]]] = defaultdict(list)
    for statement, record in judged:
        by_kind[statement.kind].append((statement, record))
    plain = [pair for kind, pairs in by_kind.items() if kind != NEGATED for pair in pairs]
    for kind, pairs in ({"all but the negated": plain} | by_kind).items():
        decided = [(statement, record) for statement, record in pairs if record["verdict"] in ("true", "false")]
        table.add(
            share(
                f"{kind}: right where decided", [(record["verdict"] == "true") == s.true for s, record in decided], 0.5
            )
        )
        table.add(share(f"{kind}: decided", [record["verdict"] in ("true", "false") for _, record in pairs], None))
        table.add(separation(f"{kind}: a true one scores above a false one", *_split(pairs)))
    table.add(_calibration([(record["score"], statement.true) for statement, record in plain]))
    fitted = [(r["score"], s.true) for s, r in answered if s.fitted and s.kind != NEGATED]
    slope, offset = refit(fitted)
    table.notes.append(
        f"figures are of half of the photos; on the other half, where entailment()'s constants are from, they are best "
        f"as (slope * {slope:.3f}, offset * {slope:.3f} + {offset:.3f})"
    )
    return table


def _statements(chooser: Chooser) -> Iterator[Statement]:
    for turn, photo in enumerate(chooser.catalogue.few()):
        half = of_fitted_half(photo)
        others = chooser.similar(photo, "statement", 1) if turn % 2 else []
        kind = "things, false ones of the same category" if others else "things, false ones of another kind"
        false = others[0] if others else chooser.absent(photo, "statement")
        for name, true in ((photo.name, True), (false, False)):
            yield Statement(kind, photo.path, wording.there_is(name, turn // 2), true, half)
        if turn % 2 == 0:
            absent = chooser.absent(photo, "negated")
            for name, true in ((absent, True), (photo.name, False)):
                yield Statement(NEGATED, photo.path, wording.there_is_no(name, turn // 2), true, half)
        yield from _of_category(chooser, photo, turn)
    for photo in chooser.catalogue.photos:
        if photo.colour:
            colour, thing = photo.colour
            others = [name for name in COLOURS if not any(colour in close and name in close for close in CLOSE_COLOURS)]
            other = chooser.random(photo, "colour").choice([name for name in others if name != colour])
            for name, true in ((colour, True), (other, False)):
                yield Statement("colours", photo.path, f"the {thing} is {name}", true, of_fitted_half(photo))


def _of_category(chooser: Chooser, photo: Photo, turn: int) -> Iterator[Statement]:
    category = chooser.catalogue.category_of(photo)
    if category in CLEAR_CATEGORIES and not chooser.generic(photo):
        for name, true in ((category, True), (chooser.other_category(photo, "category"), False)):
            yield Statement("categories", photo.path, wording.there_is(name, turn), true, of_fitted_half(photo))


def of_fitted_half(photo: Photo) -> bool:
    return int(hashlib.sha256(photo.key.encode()).hexdigest(), 16) % 2 == 0


def refit(judged: list[tuple[float, bool]]) -> tuple[float, float]:
    """Platt's scaling: what the log odds are to be multiplied by, and what is to be added; by Newton's method."""
    points = [(math.log(score / (1 - score)), float(true)) for score, true in judged]
    slope, offset = 1.0, 0.0
    for _ in range(50):
        gradient, offset_gradient, a, b, c = 0.0, 0.0, 1e-9, 0.0, 1e-9
        for x, true in points:
            p = 1 / (1 + math.exp(-(slope * x + offset)))
            weight = p * (1 - p)
            gradient += (p - true) * x
            offset_gradient += p - true
            a, b, c = a + weight * x * x, b + weight * x, c + weight
        determinant = a * c - b * b
        slope -= (c * gradient - b * offset_gradient) / determinant
        offset -= (a * offset_gradient - b * gradient) / determinant
    return slope, offset


def _split(pairs: list[tuple[Statement, dict]]) -> tuple[list[float], list[float]]:
    true = [record["score"] for statement, record in pairs if statement.true]
    return true, [record["score"] for statement, record in pairs if not statement.true]


def _calibration(judged: list[tuple[float, bool]]) -> Figure | None:
    """To be read with the separation: who says one half of every statement has no error, as half of them are true."""
    if not judged:
        return None
    low, high = bootstrap(judged, calibration_error)
    title = "all but the negated: expected calibration error (0 is best)"
    return Figure(title, calibration_error(judged), low, high, None, len(judged))
