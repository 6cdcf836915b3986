"""SentencePiece as SigLIP, SigLIP 2, XLM-R and MetaCLIP 2 use it gives the ids of their Python tokenizers.

The real vocabularies can't be had offline; these are trained here on text in many scripts, in seconds.
"""
import json
import os

import pytest
import seeded
from texts import LOCALES, our_ids, random_texts, translations

from export.sentencepiece_model import sentencepiece_model
from export.tokenizers import from_hugging_face


INVENTED = seeded.sentences


def corpus():
    texts = translations(int(os.environ.get("PARITY_TEXTS", 4_000))) if LOCALES.is_dir() else []
    return [" ".join(text.split()) for text in [*texts, *INVENTED(2000)]]


@pytest.fixture(scope="module")
def trained_on():
    """Trained on what is installed, so that many scripts have pieces."""
    seeded.sentences, seeded.VOCABULARY = corpus, 6000
    yield
    seeded.sentences, seeded.VOCABULARY = INVENTED, 400


# Text that is special in itself, or that Rust's and SentencePiece's normalisers see as characters of another kind:
# private use, unassigned, controls, and marks without a letter. Nothing of it is in a label.
def comparable(text):
    import unicodedata

    special = any(token in text for token in ("</s>", "<s>", "<unk>", "<pad>", "<mask>", "<eos>", "<bos>"))
    return not special and all(unicodedata.category(c) not in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp") for c in text)


def compare(folder, tokenizer, context, texts):
    fields, content = from_hugging_face(tokenizer, str(folder))
    model = folder / "exported.model"
    model.write_bytes(content)
    arguments = ["sentencepiece", model, context, f"cleaning={fields['cleaning']}", f"eos={fields['eos']}", f"unk={fields['unk']}"]
    arguments += [f"bos={fields['bos']}"] if fields["bos"] is not None else []
    arguments += ["fairseq=1"] if fields["tokenizer"]["fairseq_ids"] else []
    ours = our_ids(arguments, texts)
    theirs = tokenizer(texts, truncation=True, max_length=context)["input_ids"]
    different = [(t, a, b) for t, a, b in zip(texts, ours, theirs) if a != b]
    shown = "\n".join(f"{t[:120]!a}\n  ours   {a[:30]}\n  theirs {b[:30]}" for t, a, b in different[:8])
    # Two segmentations of one score ("SS" + "S", "S" + "SS"): rounding decides, in float here and in double there.
    ties = [entry for entry in different if sorted(entry[1]) == sorted(entry[2])]
    different = [entry for entry in different if entry not in ties]
    print(f"{len(texts)} texts, {len(ties)} ties, {len(different)} differ")
    assert len(ties) <= len(texts) / 1000
    assert not different, f"{len(different)} of {len(texts)} texts differ:\n{shown}"


def lines():
    texts = translations(20_000) if LOCALES.is_dir() else []
    return [text for text in [*texts, *INVENTED(2000), "", " ", "a" * 5000, "word " * 500] if comparable(text)]


def xlm(folder):
    from transformers import XLMRobertaTokenizer

    seeded.xlm_tokenizer(folder)
    return XLMRobertaTokenizer.from_pretrained(folder)


def siglip(folder):
    from transformers import SiglipTokenizer

    seeded.sentencepiece_file(folder / "spiece.model", **seeded.T5)
    return SiglipTokenizer(str(folder / "spiece.model"))


def gemma(folder):
    from transformers import AutoTokenizer

    seeded.gemma_tokenizer(folder)
    return AutoTokenizer.from_pretrained(folder)


@pytest.mark.parametrize("make, context", [(xlm, 77), (siglip, 64), (gemma, 64)], ids=["XLM-R", "SigLIP", "SigLIP 2"])
def test_translations(make, context, tmp_path, trained_on):
    tokenizer = make(tmp_path)
    compare(tmp_path, tokenizer, context, lines())


def test_from_tokenizer_json(tmp_path, trained_on):
    """Where a repository has no SentencePiece file, one is made from tokenizer.json."""
    tokenizer = xlm(tmp_path)
    tokenizer.save_pretrained(tmp_path / "json")
    assert json.loads((tmp_path / "json/tokenizer.json").read_text())["model"]["type"] == "Unigram"
    (tmp_path / "json/sentencepiece.bpe.model").unlink(missing_ok=True)
    assert sentencepiece_model(str(tmp_path / "json"), True)
    compare(tmp_path / "json", tokenizer, 77, lines())
