"""Our cleaning and CLIP's BPE give what open_clip, OpenAI and Hugging Face give, for text in every script.

    DUMP_TOKENS=build/bin/dump_tokens pytest tests/parity/clip_bpe_test.py

PARITY_TEXTS is the number of translated messages; the default makes more than 100,000 lines in all.
"""
import html.entities
import os
import random
import re
import string

import pytest
import regex
import seeded
from open_clip import tokenizer as THEIRS
from texts import EXPLAINED, LOCALES, our_cleaned, our_ids, random_texts, translations
from tokenizers import normalizers

from export.tokenizers import clip_merges


WITHOUT_PUNCTUATION = str.maketrans("", "", string.punctuation)
PYTHON = {
    "open_clip_lower": THEIRS._clean_lower,
    "open_clip_whitespace": THEIRS._clean_whitespace,
    "open_clip_canonicalize": THEIRS._clean_canonicalize,
    "lower": normalizers.Lowercase().normalize_str,
    "hf_siglip": lambda text: re.sub(r"\s+", " ", text.lower().translate(WITHOUT_PUNCTUATION)).strip(),
}


@pytest.fixture(scope="module")
def merges(tmp_path_factory):
    file = tmp_path_factory.mktemp("bpe") / "merges.txt"
    file.write_text("\n".join(clip_merges()) + "\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def hugging_face(tmp_path_factory):
    from transformers import CLIPTokenizer

    folder = tmp_path_factory.mktemp("hf")
    seeded.clip_tokenizer(folder)
    return CLIPTokenizer.from_pretrained(folder)


def assert_equal(texts, ours, theirs, what):
    assert len(ours) == len(theirs) == len(texts)
    different = [(t, a, b) for t, a, b in zip(texts, ours, theirs) if a != b]
    shown = "\n".join(f"{t[:200]!a}\n  ours   {a[:200]!a}\n  theirs {b[:200]!a}" for t, a, b in different[:10])
    assert not different, f"{len(different)} of {len(texts)} texts differ, {what}:\n{shown}"


def their_bpe(texts, context):
    tokenizer = THEIRS.SimpleTokenizer(context_length=context)
    rows = [[49406, *tokenizer.encode(text), 49407] for text in texts]
    return [row if len(row) <= context else [*row[: context - 1], 49407] for row in rows]


def ours(merges, texts, cleaning, context=77):
    return our_ids(["clip_bpe", merges, context, f"cleaning={cleaning}", "bos=49406", "eos=49407"], texts)


def assert_same(texts, merges, hugging_face, context=77):
    assert_equal(texts, ours(merges, texts, "open_clip_lower", context), their_bpe(texts, context), "open_clip")
    theirs = hugging_face(texts, truncation=True, max_length=context)["input_ids"]
    assert_equal(texts, ours(merges, texts, "hf_clip", context), theirs, "Hugging Face")


def mojibake(texts, seed=5):
    """Text decoded in the wrong encoding, once or twice, some of it with bytes lost."""
    rng = random.Random(seed)
    wrong = ["latin-1", "sloppy-windows-1252", "sloppy-windows-1251", "sloppy-windows-1250", "sloppy-windows-1253",
             "sloppy-windows-1254", "sloppy-windows-1257", "iso-8859-2", "macroman", "cp437"]
    import ftfy.bad_codecs  # noqa: F401

    for text in texts:
        for _ in range(rng.choice([1, 1, 1, 2])):
            text = text.encode("utf-8", "replace").decode(rng.choice(wrong), "replace")
        if rng.random() < 0.2:
            text = text.replace("\xa0", " ")
        if rng.random() < 0.1:
            text = rng.choice(["ok ", "caf\u00e9 ", "\u201chi\u201d "]) + text
        yield text


SCRIPTS = "".join(chr(p) for block in (0x20, 0xC0, 0x391, 0x410, 0x531, 0x5D0, 0x620, 0x710, 0x780, 0x905, 0x985, 0xA05,
                                         0xA85, 0xB05, 0xB85, 0xC05, 0xC85, 0xD05, 0xD85, 0xE01, 0xE81, 0xF40, 0x1000,
                                         0x10D0, 0x1100, 0x1200, 0x13A0, 0x1401, 0x1681, 0x16A0, 0x1780, 0x1820, 0x1900,
                                         0x1950, 0x1A00, 0x1B05, 0x1B83, 0x1C00, 0x1C5A, 0x2C00, 0x2C80, 0x2D30, 0x3041,
                                         0x30A1, 0x3105, 0x4E00, 0xA000, 0xA4D0, 0xA500, 0xA800, 0xA840, 0xA882, 0xAC00)
                  for p in range(block, block + 24))

HARD = ["", " ", "a  b\tc\nd", "it's I'M we'll they'Re don\u2019t 'S 's ''s'", "\u00abx\u00bb \u201cq\u201d \u2018r\u2019",
        "&amp;amp; &lt;b&gt; &eacute &EACUTE; &#233; &#xE9; &#x110000; &#128; &notit; &#38;lt;", "a < b &amp; c",
        "\ufb01\ufb02 \uff26\uff55\uff4c\uff4c \uffe5 \u3000 \u01c5", "\x1b[31mred\x1b[0m", "\ufeffBOM\x00\x07\x7f",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea \u2764\ufe0f", "\u03a3\u03a4\u0391\u03a3 \u039f\u0394\u039f\u03a3, \u03a3",
        "\u0130stanbul \u017f '\u017f \u212a", "1234567890 \u0661\u0662 \u2460 \u00bd x\u00b2", "<start_of_text>a<end_of_text>",
        "!<start_of_text>", "<|startoftext|>a <|endoftext|>", "word " * 200, "x" * 5000, "\u732b" * 300, "!" * 300,
        "e\u0301 " * 30, "caf\u00c3\u00a9 na\u00c3\u00afve \u00e2\u20ac\u0153quoted\u00e2\u20ac\u009d", "\u00e2\u0153\u201d No problems",
        "sch\u00f6n f\u00fcr \u00c3 la carte voil\u00c3 le travail", "line\r\nbreak\rs\u2028x\u2029y\x85z"]


def test_hard_cases(merges, hugging_face):
    for context in (3, 16, 77):
        assert_same(HARD, merges, hugging_face, context)


@pytest.mark.parametrize("cleaning", PYTHON)
def test_cleaning(cleaning):
    texts = HARD + [t for t in random_texts(20_000, seed=8)]
    texts += list(mojibake(translations(10_000) if LOCALES.is_dir() else texts))
    assert_equal(texts, our_cleaned(cleaning, texts), [PYTHON[cleaning](text) for text in texts], cleaning)


def test_translations(merges, hugging_face):
    texts = translations(int(os.environ.get("PARITY_TEXTS", 60_000))) if LOCALES.is_dir() else []
    if len(texts) < 1000:
        pytest.skip(f"{LOCALES} holds only {len(texts)} translated messages")
    print(f"{len(texts)} translated messages")
    assert_same(texts, merges, hugging_face)


def test_random_unicode(merges, hugging_face):
    assert_same(list(random_texts(30_000)), merges, hugging_face)


def test_mojibake(merges, hugging_face):
    source = translations(10_000) if LOCALES.is_dir() else list(random_texts(10_000))
    assert_same(list(mojibake(source)), merges, hugging_face)


def test_scripts(merges, hugging_face):
    """Words in 53 blocks of scripts, whatever is translated on this machine."""
    rng = random.Random(4)
    texts = []
    for start in range(0, len(SCRIPTS), 24):
        letters = SCRIPTS[start : start + 24]
        texts += [" ".join("".join(rng.choices(letters, k=rng.randint(1, 8))) for _ in range(5)) for _ in range(100)]
    assert_same(texts, merges, hugging_face)


def test_every_entity(merges, hugging_face):
    texts = [f"a &{name} b&{name}c &{name.upper()}" for name in html.entities.html5]
    assert_equal(texts, our_cleaned("open_clip_lower", texts), [PYTHON["open_clip_lower"](t) for t in texts], "entities")


def test_every_code_point(merges, hugging_face):
    """Alone, inside a word, and after a letter that it may compose with."""
    points = [p for p in [*range(0x30000), *range(0xE0000, 0xE0200)] if not 0xD800 <= p < 0xE000 and p not in EXPLAINED]
    texts = [f"{chr(p)} a{chr(p)}b 'e{chr(p)}\u0323" for p in points]
    assert_equal(texts, ours(merges, texts, "open_clip_lower"), their_bpe(texts, 77), "open_clip")
    # The table of letters in Hugging Face's Oniguruma is older than that of Python's regex.
    same = [t for t, p in zip(texts, points) if not is_newer_letter(chr(p))]
    theirs = hugging_face(same, truncation=True, max_length=77)["input_ids"]
    assert_equal(same, ours(merges, same, "hf_clip"), theirs, "Hugging Face")


def is_newer_letter(character):
    from tokenizers import Regex

    older = any(normalizers.Replace(Regex(kind), "").normalize_str(character) == "" for kind in (r"\p{L}", r"\p{N}"))
    return bool(regex.match(r"[\p{L}\p{N}]", character)) != older


def test_very_long_texts(merges, hugging_face):
    rng = random.Random(9)
    texts = ["".join(rng.choices(list(random_texts(200)), k=2000)), "a" * 1_000_000, "ab, " * 250_000,
             "\u732b" * 100_000, "a" + "\u0301" * 10_000]
    theirs = hugging_face(texts, truncation=True, max_length=77)["input_ids"]
    assert_equal(texts, ours(merges, texts, "hf_clip"), theirs, "Hugging Face")
    shorter = [text[:20_000] for text in texts]
    assert_equal(shorter, ours(merges, shorter, "open_clip_lower"), their_bpe(shorter, 77), "open_clip")
