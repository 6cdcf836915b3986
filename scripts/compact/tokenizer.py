"""BERT's WordPiece, batched and padded to the longest text."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import BertWordPieceTokenizer
from torch import Tensor


class Tokenizer:
    def __init__(self, vocabulary: Path, context_length: int) -> None:
        self._tokenizer = BertWordPieceTokenizer(str(vocabulary), lowercase=True, strip_accents=True)
        self._tokenizer.enable_truncation(context_length)

    def ids(self, text: str) -> list[int]:
        return self._tokenizer.encode(text).ids

    def batch(self, texts: list[str]) -> tuple[Tensor, Tensor]:
        return pad([encoding.ids for encoding in self._tokenizer.encode_batch(texts)])


def pad(rows: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Token ids and mask, filled up with 0."""
    length = max(map(len, rows))
    ids = torch.zeros(len(rows), length, dtype=torch.int64)
    mask = torch.zeros(len(rows), length, dtype=torch.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = 1
    return ids, mask
