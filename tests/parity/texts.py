"""Texts for the token tests: translated messages, every code point, random Unicode, and what is known to be hard."""
import gettext
import os
import pathlib
import random
import re
import subprocess
import unicodedata

ROOT = pathlib.Path(__file__).resolve().parents[2]
DUMP_TOKENS = os.environ.get("DUMP_TOKENS", ROOT / "build/bin/dump_tokens")
LOCALES = pathlib.Path("/usr/share/locale")
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

# Capitals of Unicode 16 and 17, which `tokenizers` 0.23 lower-cases and no utf8proc of a current distribution does,
# a letter of Unicode 13 that it neither composes nor decomposes, and marks of Unicode 15 that Python 3.11 does not reorder. No
# vocabulary holds any of them.
EXPLAINED = {0x1C89, 0xA7CB, 0xA7CC, 0xA7CE, 0xA7D2, 0xA7D4, 0xA7DA, 0xA7DC, 0x11935, 0x11938, *range(0x10D50, 0x10D66), 0x11F41, 0x11F42,
             0x1E08F, *range(0x1E4EC, 0x1E4F0),
             *range(0x16EA0, 0x16EB9)}


def dump(arguments, texts):
    """What dump_tokens prints for the texts."""
    escaped = (text.replace("\\", "\\\\").replace("\0", "\\N") for text in texts)
    run = subprocess.run([DUMP_TOKENS, *map(str, arguments)], check=True, capture_output=True,
                         input="".join(text + "\0" for text in escaped).encode())
    return run.stdout.decode()


def our_ids(arguments, texts):
    return [[int(i) for i in line.split()] for line in dump(arguments, texts).split("\n")[:-1]]


def our_cleaned(cleaning, texts):
    escaped = dump(["clean", cleaning], texts).split("\0")[:-1]
    return [re.sub(r"\\(.)", lambda match: "\0" if match[1] == "N" else match[1], text, flags=re.DOTALL) for text in escaped]


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
