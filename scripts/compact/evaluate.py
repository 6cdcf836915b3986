"""Measures a model on photos that it was not trained with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm import tqdm

from .image_tower import CLASS_COUNT, IMAGE_SIZE
from .photos import Photos, Question
from .preprocess import open_rgb, to_pixels
from .tokenizer import Tokenizer


@dataclass
class Model:
    image: nn.Module
    text: nn.Module

    @classmethod
    def load(cls, folder: Path) -> "Model":
        """As the program loads it: from the archives, frozen."""
        return cls(
            *(torch.jit.freeze(torch.jit.load(str(folder / f"{side}_encoder.pt")).eval()) for side in ("image", "text"))
        )


@dataclass
class Labels:
    """Text rows by label and templates, embedded once."""

    text: nn.Module
    tokenizer: Tokenizer
    templates: list[str]

    @torch.no_grad()
    def rows(self, labels: list[str]) -> Tensor:
        mean = sum(
            self.text(*self.tokenizer.batch([template.format(label) for label in labels])) for template in self.templates
        )
        return F.normalize(mean, dim=1)


@torch.no_grad()
def evaluate(
    model: Model, exact: Model, tokenizer: Tokenizer, photos: Photos, resize: str, templates: list[str], score: dict
) -> None:
    """Prints the tables for `model`; `exact` is the same before its weights were made small."""
    stamps, questions = photos.stamps(), photos.questions()
    files = sorted({item.path for item in [*stamps, *questions]})
    if not files:
        print("  no photos, no evaluation")
        return
    rows, worst_image = {}, 1.0
    for number, path in enumerate(tqdm(files, desc="photos", mininterval=1.0)):
        pixels = to_pixels(open_rgb(str(path)), IMAGE_SIZE, resize)[None]
        rows[path] = model.image(pixels)[0]
        if number % 10 == 0:
            worst_image = min(worst_image, float(_likeness(rows[path], exact.image(pixels)[0])))
    names = sorted({stamp.name for stamp in stamps})
    categories = sorted({stamp.category for stamp in stamps if stamp.category})
    sorted_stamps = [stamp for stamp in stamps if stamp.category]

    print(f"\n| label wording | {len(categories)} categories | {len(names)} names, top 1 | top 5 | newcomer's questions |")
    print("|---|---|---|---|---|")
    wordings = {"`{}`": ["{}"], "`a photo of a {}`": ["a photo of a {}"], "the model's templates": templates}
    for wording, chosen in wordings.items():
        labels = Labels(model.text, tokenizer, chosen)
        found = _ranks(labels.rows(categories), categories, [(rows[s.path], s.category) for s in sorted_stamps])
        named = _ranks(labels.rows(names), names, [(rows[s.path], s.name) for s in stamps])
        answered = [_answer(labels, q, rows[q.path], score)[0] == q.right for q in questions if q.right]
        print(
            f"| {wording} | {_share(found, 1)} of {len(found)} | {_share(named, 1)} of {len(named)} | {_share(named, 5)} "
            f"| {sum(answered) / len(answered):.1%} of {len(answered)} |"
        )
    labels = Labels(model.text, tokenizer, templates)
    _print_calibration([(q, *_answer(labels, q, rows[q.path], score)) for q in questions])
    for stamp, label in _wrong(labels, categories, sorted_stamps, rows)[:40]:
        print(f"  category: {stamp.path.stem} is taken for {label}")
    exact_labels = Labels(exact.text, tokenizer, ["{}"])
    texts = Labels(model.text, tokenizer, ["{}"]).rows(names)
    worst_text = float(_likeness(texts, exact_labels.rows(names)).min())
    print(f"\nleast cosine to the fp32 embeddings (class coordinates): image {worst_image:.6f}, text {worst_text:.6f}")


def _likeness(a: Tensor, b: Tensor) -> Tensor:
    """The cosine of the class coordinates; the last two only fill up the length and would flatter it."""
    return F.cosine_similarity(a[..., :CLASS_COUNT], b[..., :CLASS_COUNT], dim=-1)


def _ranks(rows: Tensor, labels: list[str], items: list[tuple[Tensor, str]]) -> list[int]:
    ranks = []
    for image, right in items:
        similarity = rows @ image
        ranks.append(int((similarity > similarity[labels.index(right)]).sum()) + 1)
    return ranks


def _share(ranks: list[int], k: int) -> str:
    return f"{sum(rank <= k for rank in ranks) / len(ranks):.1%}"


def _answer(labels: Labels, question: Question, image: Tensor, score: dict) -> tuple[str, float]:
    probabilities = torch.softmax(score["scale"] * (labels.rows(question.labels) @ image), dim=0)
    best = int(probabilities.argmax())
    return question.labels[best], float(probabilities[best])


def _wrong(labels: Labels, categories: list[str], stamps: list, rows: dict) -> list:
    texts = labels.rows(categories)
    guesses = [(stamp, categories[int((texts @ rows[stamp.path]).argmax())]) for stamp in stamps]
    return [(stamp, guess) for stamp, guess in guesses if guess != stamp.category]


def _print_calibration(answers: list[tuple[Question, str, float]]) -> None:
    fitting = [(probability, label == q.right) for q, label, probability in answers if q.right]
    none = torch.tensor([probability for q, _, probability in answers if q.right is None])
    error = 0.0
    for low in range(10):
        inside = [(p, right) for p, right in fitting if low / 10 < p <= (low + 1) / 10]
        if inside:
            error += abs(sum(p for p, _ in inside) - sum(right for _, right in inside)) / len(fitting)
    print(f"\nexpected calibration error of the newcomer's questions: {error:.3f}")
    if len(none):
        print(f"best label where none fits ({len(none)}): mean {none.mean():.2f}, 95th percentile {none.quantile(0.95):.2f}")
    for question, label, probability in answers:
        if question.right and label != question.right:
            print(f"  {question.path.stem}: {question.right!r} is taken for {label!r} at {probability:.2f}")
