"""A Python tokenizer as what our C++ reads: the manifest's fields and one file."""

from __future__ import annotations

import gzip
import json

from export.dual_encoder import ExportError
from export.sentencepiece_model import sentencepiece_model

BPE_IDS = {"bos": 49406, "eos": 49407}


def clip_bpe_from_open_clip(tokenizer) -> tuple[dict, bytes]:
    """open_clip's SimpleTokenizer, and OpenAI's: the first 48,894 merges of its vocabulary file."""
    if tokenizer.vocab_size != 49408:
        raise ExportError("this tokenizer adds special tokens of its own to CLIP's vocabulary, which is not supported")
    cleaning = tokenizer.clean_fn.__name__.removeprefix("_clean_")
    return (
        {"tokenizer": {"kind": "clip_bpe"}, "cleaning": f"open_clip_{cleaning}", **BPE_IDS, "pad": 0, "unk": None},
        ("\n".join(clip_merges()) + "\n").encode(),
    )


def clip_merges() -> list[str]:
    """CLIP's merges, in order, from the file that open_clip has of OpenAI's; its last lines are not used."""
    from open_clip.tokenizer import default_bpe

    return gzip.open(default_bpe()).read().decode().split("\n")[1 : 49152 - 256 - 2 + 1]


def from_hugging_face(tokenizer, folder: str) -> tuple[dict, bytes]:
    """One of transformers' tokenizers that CLIP-like models come with; `folder`: where its files are, or its id."""
    kind = type(tokenizer).__name__.removesuffix("Fast")
    if kind == "CLIPTokenizer":
        return _clip_bpe(tokenizer)
    if kind in ("BertTokenizer", "ChineseCLIPTokenizer"):
        return _wordpiece(tokenizer)
    ids = {"eos": tokenizer.eos_token_id, "pad": tokenizer.pad_token_id, "unk": tokenizer.unk_token_id}
    if kind == "SiglipTokenizer":
        cleaning, bos, fairseq = "hf_siglip", None, False
    elif kind == "XLMRobertaTokenizer":
        cleaning, bos, fairseq = "none", tokenizer.bos_token_id, True
    elif kind in ("GemmaTokenizer", "Siglip2Tokenizer"):
        first = tokenizer("a")["input_ids"][0]
        bos = tokenizer.bos_token_id if first == tokenizer.bos_token_id else None
        cleaning, fairseq = ("lower" if "Lowercase" in _backend(tokenizer).get("normalizer_text", "") else "none"), False
    elif kind == "T5Tokenizer":
        cleaning, bos, fairseq = "none", None, False
    else:
        raise ExportError(f"its tokenizer is a {kind}, which clip-classify does not know")
    try:
        content = sentencepiece_model(folder, fairseq)
    except ValueError as error:
        raise ExportError(str(error)) from error
    return {"tokenizer": {"kind": "sentencepiece", "fairseq_ids": fairseq}, "cleaning": cleaning, "bos": bos, **ids}, content


def _backend(tokenizer) -> dict:
    description = json.loads(tokenizer.backend_tokenizer.to_str())
    description["normalizer_text"] = json.dumps(description.get("normalizer"))
    return description


def _clip_bpe(tokenizer) -> tuple[dict, bytes]:
    model = _backend(tokenizer)["model"]
    merges = [tuple(merge.split(" ")) if isinstance(merge, str) else tuple(merge) for merge in model["merges"]]
    characters = byte_characters()
    derived = characters + [c + "</w>" for c in characters] + ["".join(merge) for merge in merges]
    derived += ["<|startoftext|>", "<|endoftext|>"]
    if {token: index for index, token in enumerate(derived)} != model["vocab"]:
        raise ExportError("its vocabulary is not CLIP's: bytes, bytes at a word's end, merges in order, two special tokens")
    fields = {"tokenizer": {"kind": "clip_bpe"}, "cleaning": "hf_clip", "bos": tokenizer.bos_token_id,
              "eos": tokenizer.eos_token_id, "pad": tokenizer.pad_token_id, "unk": None}
    return fields, "".join(f"{left} {right}\n" for left, right in merges).encode()


def byte_characters() -> list[str]:
    """How GPT-2's byte-level BPE spells the 256 bytes, in the order of CLIP's vocabulary."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    return [chr(byte) for byte in printable] + [chr(256 + index) for index in range(256 - len(printable))]


def _wordpiece(tokenizer) -> tuple[dict, bytes]:
    description = _backend(tokenizer)
    normalizer = description["normalizer"]
    lower = normalizer["lowercase"]
    accents = normalizer["strip_accents"]
    vocabulary = sorted(description["model"]["vocab"].items(), key=lambda item: item[1])
    if [index for _, index in vocabulary] != list(range(len(vocabulary))):
        raise ExportError("its vocabulary has gaps")
    fields = {
        "tokenizer": {"kind": "wordpiece", "lower_case": lower, "strip_accents": lower if accents is None else accents,
                      "split_chinese": normalizer["handle_chinese_chars"]},
        "cleaning": "none", "bos": tokenizer.cls_token_id, "eos": tokenizer.sep_token_id,
        "pad": tokenizer.pad_token_id, "unk": tokenizer.unk_token_id,
    }
    return fields, "".join(f"{token}\n" for token, _ in vocabulary).encode()
