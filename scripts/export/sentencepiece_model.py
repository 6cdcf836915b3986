"""The SentencePiece model behind a Hugging Face tokenizer, as the bytes of its file."""

from __future__ import annotations

import json
from pathlib import Path

from transformers.utils import cached_file

NAMES = ("spiece.model", "sentencepiece.bpe.model", "tokenizer.model", "sentencepiece.model")


def sentencepiece_model(source: str, fairseq: bool) -> bytes:
    """Of a local folder or a Hugging Face id: the file that is there, else one made from tokenizer.json."""
    for name in NAMES:
        path = _file(source, name)
        if path:
            return path.read_bytes()
    path = _file(source, "tokenizer.json")
    if not path:
        raise ValueError(f"{source} holds neither a SentencePiece model ({', '.join(NAMES)}) nor a tokenizer.json")
    description = json.loads(path.read_text(encoding="utf-8"))
    kind = description["model"]["type"]
    if kind == "Unigram":
        return _unigram(description, fairseq)
    if kind == "BPE" and description["model"].get("byte_fallback"):
        return _bpe(description)
    raise ValueError(f"the tokenizer of {source} is a {kind} that SentencePiece does not do")


def _file(source: str, name: str) -> Path | None:
    try:
        path = cached_file(source, name, _raise_exceptions_for_missing_entries=False)
    except OSError:
        return None
    return Path(path) if path else None


def _model(unknown: int):
    from sentencepiece import sentencepiece_model_pb2

    model = sentencepiece_model_pb2.ModelProto()
    model.trainer_spec.unk_id = unknown
    model.trainer_spec.bos_id = model.trainer_spec.eos_id = model.trainer_spec.pad_id = -1
    return model


def _unigram(description: dict, fairseq: bool) -> bytes:
    vocabulary = [tuple(entry) for entry in description["model"]["vocab"]]
    unknown = description["model"]["unk_id"]
    if fairseq:  # <s> <pad> </s> <unk> and the pieces from 4 on, where the model has <unk> <s> </s>
        vocabulary = [vocabulary[3], vocabulary[0], vocabulary[2], *vocabulary[4:]]
        unknown = 0
    model = _model(unknown)
    model.trainer_spec.model_type = model.trainer_spec.UNIGRAM
    special = {entry["content"] for entry in description.get("added_tokens", []) if entry.get("special")}
    for index, (text, score) in enumerate(vocabulary):
        piece = model.pieces.add(piece=text, score=score)
        piece.type = piece.UNKNOWN if index == unknown else piece.CONTROL if text in special else piece.NORMAL
    charsmap = [part["precompiled_charsmap"] for part in _parts(description.get("normalizer")) if part["type"] == "Precompiled"]
    if charsmap:
        import base64

        model.normalizer_spec.precompiled_charsmap = base64.b64decode(charsmap[0])
    return model.SerializeToString()


def _bpe(description: dict) -> bytes:
    """Gemma's: spaces as U+2581, nothing before the text, bytes for what the vocabulary lacks."""
    ids = description["model"]["vocab"]
    unknown = ids[description["model"]["unk_token"]]
    model = _model(unknown)
    model.trainer_spec.model_type = model.trainer_spec.BPE
    model.trainer_spec.byte_fallback = True
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.add_dummy_prefix = False
    model.normalizer_spec.remove_extra_whitespaces = False
    merges = [tuple(merge.split(" ")) if isinstance(merge, str) else tuple(merge) for merge in description["model"]["merges"]]
    rank = {}
    for index, (left, right) in enumerate(merges):
        rank.setdefault(left + right, index)
    added = {entry["content"] for entry in description.get("added_tokens", [])}
    for index, (text, number) in enumerate(sorted(ids.items(), key=lambda item: item[1])):
        if index != number:
            raise ValueError(f"the vocabulary of the tokenizer has a gap at {index}")
        piece = model.pieces.add(piece=text, score=-float(rank.get(text, len(merges))))
        is_byte = len(text) == 6 and text.startswith("<0x") and text.endswith(">")
        piece.type = (piece.UNKNOWN if number == unknown else piece.BYTE if is_byte else piece.CONTROL if text in added else piece.NORMAL)
    return model.SerializeToString()


def _parts(normalizer: dict | None) -> list[dict]:
    if not normalizer:
        return []
    return normalizer["normalizers"] if normalizer["type"] == "Sequence" else [normalizer]
