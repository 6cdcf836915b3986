"""SentencePiece as SigLIP, SigLIP 2, XLM-R and MetaCLIP 2 use it gives the ids of their Python tokenizers.

The real vocabularies can't be had offline; these are trained here on text in many scripts, in seconds.
"""
import json
import math
import os

import pytest
import seeded
import sentencepiece
from sentencepiece import sentencepiece_model_pb2
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


def score_of(model, ids, offset):
    """Of a segmentation, summed in double, as a Unigram model judges it; unknown ones count alike on both sides."""
    pieces = [i - offset for i in ids]
    return math.fsum(0 if i < 0 or model.is_unknown(i) else model.get_score(i) for i in pieces)


# Telugu's e and length mark, in two characters: SentencePiece composes them, as its model says; HF's tokenizers, which
# normalise long grapheme clusters a character at a time, do not.
COMPOSED_BY_SENTENCEPIECE_ALONE = "\u0c46\u0c56"


def compare(folder, tokenizer, context, texts):
    texts = [text for text in texts if COMPOSED_BY_SENTENCEPIECE_ALONE not in text]
    fields, content = from_hugging_face(tokenizer, str(folder))
    file = folder / "exported.model"
    file.write_bytes(content)
    fairseq = fields["tokenizer"].get("fairseq_ids", False)
    options = [f"cleaning={fields['cleaning']}", f"eos={fields['eos']}", f"unk={fields['unk']}"]
    options += [f"bos={fields['bos']}"] if fields["bos"] is not None else []
    options += ["fairseq=1"] if fairseq else []

    def both(context, texts):
        if not texts:
            return []
        ours = our_ids(["sentencepiece", file, context, *options], texts)
        return zip(texts, ours, tokenizer(texts, truncation=True, max_length=context)["input_ids"])

    different = [text for text, ours, theirs in both(context, texts) if ours != theirs]
    # Two segmentations of one score ("SS" + "S", "S" + "SS"): rounding decides, in float here and in double there. Judged
    # whole: what a cut at the context leaves need not score the same.
    model = sentencepiece.SentencePieceProcessor(model_file=str(file))
    description = sentencepiece_model_pb2.ModelProto.FromString(content)
    may_tie = description.trainer_spec.model_type == description.trainer_spec.UNIGRAM
    wrong = [(text, ours, theirs) for text, ours, theirs in both(8000, different)
             if not may_tie or abs(score_of(model, ours, fairseq) - score_of(model, theirs, fairseq)) > 1e-3]
    shown = "\n".join(f"{t[:120]!a}\n  ours   {a[:30]}\n  theirs {b[:30]}" for t, a, b in wrong[:8])
    print(f"{len(texts)} texts, {len(different) - len(wrong)} ties, {len(wrong)} differ")
    assert not wrong, f"{len(wrong)} of {len(texts)} texts differ:\n{shown}"
    assert len(different) <= len(texts) / 1000


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
