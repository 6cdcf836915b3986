"""ask: are questions about a photo answered rightly?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from . import wording
from .choosing import Chooser
from .data import Photo
from .figures import Figure, Table, share
from .kinship import Kinship
from .naming import named
from .program import Program

COLOURS = ("black", "blue", "brown", "gray", "green", "orange", "pink", "purple", "red", "white", "yellow")
NUMBERS = ("one", "two", "three", "four", "five")
ANSWERS = 10
LEAST_ANSWERS = 5
OPEN = "what is in the picture? (any answer the program knows)"


@dataclass(frozen=True)
class Question:
    kind: str
    path: str
    words: str
    answers: tuple[str, ...]  # none: the program's own
    right: str

    def row(self) -> dict:
        row = {"image": self.path, "question": self.words, "right": self.right}
        return row | ({"answers": list(self.answers)} if self.answers else {})


def measure(program: Program, chooser: Chooser, kinship: Kinship, chinese: bool) -> Table:
    table = Table("ask")
    questions = list(_questions(chooser))
    if chinese:
        questions += _chinese(chooser)
    # The photos that people's labels are of are in no embedding file.
    records = program.rows("ask", [question.row() for question in questions], "--store", program.scratch / "ask.store")
    by_kind: dict[str, list[tuple[Question, dict]]] = defaultdict(list)
    for question, record in zip(questions, records):
        by_kind[question.kind].append((question, record))
    for kind, asked in by_kind.items():
        if kind == OPEN:
            for first in (1, 5):
                table.add(_open(asked, kinship, first))
        else:
            table.add(
                share(
                    kind,
                    [record.get("answer") == question.right for question, record in asked],
                    _chance([q for q, _ in asked]),
                )
            )
    table.notes.append(
        "chance for colours and numbers: always the commonest; for open questions: the answers to other photos"
    )
    return table


def _questions(chooser: Chooser) -> Iterator[Question]:
    catalogue = chooser.catalogue
    for turn, photo in enumerate(catalogue.few()):
        yield from _yes_no(chooser, photo, turn)
    for turn, photo in enumerate(catalogue.few()):
        others = chooser.similar(photo, "which", ANSWERS - 1)
        if len(others) + 1 >= LEAST_ANSWERS:
            category = catalogue.category_of(photo)
            yield _closed(
                chooser,
                f"which one of its category ({ANSWERS} answers or fewer)",
                photo,
                wording.which(category, turn),
                others,
            )
    for photo in catalogue.few():
        others = chooser.mixed(photo, "thing", ANSWERS - 1)
        yield _closed(
            chooser,
            f"what is in the picture? ({ANSWERS} answers, a category each)",
            photo,
            "what is in the picture?",
            others,
        )
    for photo in catalogue.few():
        yield Question(OPEN, photo.path, "what is in the picture?", (), photo.name)
    for turn, photo in enumerate(catalogue.photos):
        if photo.colour:
            colour, thing = photo.colour
            words = f"what {('color', 'colour')[turn % 2]} is the {thing}?"
            yield Question("what colour is it? (11 answers)", photo.path, words, COLOURS, colour)
        if photo.count:
            number, things = photo.count
            yield Question(
                "how many are there? (1 to 5)",
                photo.path,
                f"how many {things} are there?",
                NUMBERS,
                NUMBERS[number - 1],
            )
    for item in catalogue.everyday:
        yield Question(
            "labels that people try (2 to 10)", item.path, "what is in the picture?", item.labels, item.right
        )


def _yes_no(chooser: Chooser, photo: Photo, turn: int) -> Iterator[Question]:
    """As many with yes as with no; every other photo is asked about something of its own category, where that goes."""
    others = chooser.similar(photo, "no", 1) if turn % 2 else []
    kind = "yes or no, no being of the same category" if others else "yes or no, no being of another kind"
    absent = others[0] if others else chooser.absent(photo, "no")
    for name, right in ((photo.name, "yes"), (absent, "no")):
        yield Question(kind, photo.path, wording.yes_no(name, turn // 2), ("yes", "no"), right)


def _chinese(chooser: Chooser) -> Iterator[Question]:
    words = chooser.catalogue.chinese
    for photo in chooser.catalogue.few():
        if photo.name in words:
            others = [words[name] for name in chooser.mixed(photo, "Chinese", len(words)) if name in words]
            if len(others) + 1 >= LEAST_ANSWERS:
                yield _mixed_up(
                    chooser, "Chinese: what is in the picture?", photo, "图片里有什么？", others, words[photo.name]
                )


def _closed(chooser: Chooser, kind: str, photo: Photo, words: str, others: list[str]) -> Question:
    return _mixed_up(chooser, kind, photo, words, others, photo.name)


def _mixed_up(chooser: Chooser, kind: str, photo: Photo, words: str, others: list[str], right: str) -> Question:
    answers = [right, *others]
    chooser.random(photo, f"order {kind}").shuffle(answers)
    return Question(kind, photo.path, words, tuple(answers), right)


def _chance(questions: list[Question]) -> float:
    """Of guessing, or of always giving the commonest right answer where all questions have the same answers."""
    guessing = sum(1 / len(question.answers) for question in questions) / len(questions)
    if len({question.answers for question in questions}) > 1:
        return guessing
    return max(guessing, Counter(question.right for question in questions).most_common(1)[0][1] / len(questions))


def _open(asked: list[tuple[Question, dict]], kinship: Kinship, first: int) -> Figure | None:
    """Synonyms and kinds of the name are right as well."""
    accepted = {question.right: kinship.same(question.right) for question, _ in asked}
    said = [
        (question.right, {entry["answer"].lower() for entry in record.get("answers", [])[:first]})
        for question, record in asked
    ]
    words = "the name is the first answer" if first == 1 else f"the name is among the first {first}"
    return named(f"{OPEN}: {words}", said, accepted)
