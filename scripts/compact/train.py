"""Trains the text tower's head to predict which classes a text covers."""

from __future__ import annotations

import math
import random

import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

from .text_tower import TextTower
from .texts import Corpus, phrases
from .tokenizer import Tokenizer, pad

# Of each group: how many wordings a name gets, and how many texts of a batch it gives.
GROUPS = {"curated": (6, 96), "classes": (5, 56), "above": (3, 28), "near": (2, 60), "abstract": (1, 16)}
LONGEST = 20  # tokens of a training text
NOISE = 0.01  # on each coordinate of an embedding, against learning texts by heart


@torch.no_grad()
def embed(tower: TextTower, tokenizer: Tokenizer, texts: list[str], bar: str, batch: int = 128) -> Tensor:
    """Sentence embeddings, texts of like length together."""
    ids = [tokenizer.ids(text)[:LONGEST] for text in texts]
    order = sorted(range(len(texts)), key=lambda i: len(ids[i]))
    rows = torch.empty(len(texts), tower.positions.size(1))
    with tqdm(total=len(texts), desc=bar, mininterval=1.0) as progress:
        for start in range(0, len(order), batch):
            part = order[start : start + batch]
            with torch.autocast("cpu", torch.bfloat16):
                rows[part] = tower.sentence(*pad([ids[i] for i in part])).float()
            progress.update(len(part))
    return rows


def train(tower: TextTower, tokenizer: Tokenizer, corpus: Corpus, steps: int, seed: int) -> None:
    chooser = random.Random(seed)
    texts: list[str] = []
    targets: list[Tensor] = []
    members: dict[str, list[int]] = {group: [] for group in GROUPS}
    for group, (count, _) in GROUPS.items():
        for example in corpus.groups[group]:
            for text in phrases(example.text, count, chooser):
                members[group].append(len(texts))
                texts.append(text)
                targets.append(example.target)
    embeddings = embed(tower, tokenizer, texts, "read training texts")
    optimizer = torch.optim.AdamW(tower.head.parameters(), lr=2e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps))
    average = 0.0
    progress = tqdm(range(steps), desc="train", mininterval=1.0)
    for step in progress:
        part = [i for group, (_, count) in GROUPS.items() for i in chooser.choices(members[group], k=count)]
        noisy = embeddings[part] + NOISE * torch.randn(len(part), embeddings.size(1))
        loss = membership_loss(tower.head(noisy), torch.stack([targets[i] for i in part]))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        schedule.step()
        average = loss.item() if step == 0 else 0.98 * average + 0.02 * loss.item()
        progress.set_postfix(loss=f"{average:.2f}", refresh=False)


def membership_loss(logits: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy of each class, summed; a word with many classes weighs as much as their root."""
    each = F.binary_cross_entropy_with_logits(logits, target, reduction="none").sum(dim=1)
    return (each / target.sum(dim=1).clamp_min(1.0).sqrt()).mean()


def _rate(step: int, steps: int) -> float:
    warm = min(1.0, (step + 1) / 50)
    return warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps)))
