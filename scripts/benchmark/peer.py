"""A peer at clip-classify's task, in a process of its own: images of a folder (or one) and labels in, JSON lines out.

  python -m benchmark.peer KIND PRECISION FOLDER THREADS LABELS_FILE IMAGES LABEL_CACHE|-

Each is what its documentation shows, with what is at hand to be fast: batches, decoding ahead on as many threads or
processes, labels embedded once. Only `hf`, the pipeline as it comes, embeds them for every batch. LABEL_CACHE holds the
labels' embeddings from run to run, which a user would have to write; the pipeline has no place for it.
"""

from __future__ import annotations

import collections
import concurrent.futures
import functools
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

BATCH = 16  # clip-classify's own default
TOP = 10


def hugging_face(precision: str, folder: Path, threads: int, labels: list[str], paths: list[Path], cache: Path | None) -> None:
    import torch
    from export import torchvision_operators

    torchvision_operators.declare()
    torch.set_num_threads(threads)
    from transformers import pipeline

    classify = pipeline("zero-shot-image-classification", model=str(folder / "source"), device="cpu")
    several = {"batch_size": BATCH, "num_workers": threads} if len(paths) > 1 else {}
    names = [str(path) for path in paths]
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
        for path, found in zip(names, classify(names, candidate_labels=labels, hypothesis_template=template(), **several)):
            write(path, [(entry["label"], entry["score"]) for entry in found[:TOP]])


def open_clip(precision: str, folder: Path, threads: int, labels: list[str], paths: list[Path], cache: Path | None) -> None:
    import torch
    from benchmark.open_clip_model import load
    from PIL import Image

    torch.set_num_threads(threads)
    model, preprocess, tokenize = load(folder)

    class Photos(torch.utils.data.Dataset):
        def __len__(self) -> int:
            return len(paths)

        def __getitem__(self, index: int) -> torch.Tensor:
            return preprocess(Image.open(paths[index]))

    def embed_texts(texts: list[str]) -> np.ndarray:
        return model.encode_text(tokenize(texts)).float().numpy()

    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
        weights = label_weights(labels, embed_texts, cache)
        workers = threads if len(paths) > 1 else 0
        at = 0
        for batch in torch.utils.data.DataLoader(Photos(), batch_size=BATCH, num_workers=workers):
            rows = model.encode_image(batch).float().numpy()
            classify_rows(rows, weights, labels, paths[at:at + len(rows)], model.logit_scale.exp().item())
            at += len(rows)


def onnxruntime(precision: str, folder: Path, threads: int, labels: list[str], paths: list[Path], cache: Path | None) -> None:
    from benchmark.runtimes import onnx_session

    image = onnx_session(folder, "image", precision, threads)
    without_framework(lambda pixels: image.run(None, {"input": pixels})[0],
                      lambda: onnx_text(folder, precision, threads), folder, threads, labels, paths, cache)


def onnx_text(folder: Path, precision: str, threads: int):
    from benchmark.runtimes import onnx_session

    text = onnx_session(folder, "text", precision, threads)
    return lambda ids: text.run(None, {"input": ids})[0]


def openvino(precision: str, folder: Path, threads: int, labels: list[str], paths: list[Path], cache: Path | None) -> None:
    from benchmark.runtimes import openvino_model

    compiled: dict[int, object] = {}

    def embed_images(pixels: np.ndarray) -> np.ndarray:
        if len(pixels) not in compiled:
            compiled[len(pixels)] = openvino_model(folder, "image", precision, threads, len(pixels))
        return compiled[len(pixels)](pixels)[0]

    def text_tower():
        text = openvino_model(folder, "text", precision, threads)
        return lambda ids: text(ids)[0]

    without_framework(embed_images, text_tower, folder, threads, labels, paths, cache)


def without_framework(embed_images, text_tower, folder: Path, threads: int, labels: list[str], paths: list[Path],
                      cache: Path | None) -> None:
    """Pillow on `threads` threads, a bounded window ahead of the tower; the text tower is loaded only for new labels."""
    from benchmark.pixels import Preprocessor

    @functools.cache
    def text_parts():
        import tokenizers

        tokenizer = tokenizers.Tokenizer.from_file(str(folder / "source/tokenizer.json"))
        tokenizer.enable_padding(pad_id=49407)
        tokenizer.enable_truncation(77)
        return tokenizer, text_tower()

    def embed_texts(texts: list[str]) -> np.ndarray:
        tokenizer, tower = text_parts()
        return tower(np.array([encoded.ids for encoded in tokenizer.encode_batch(texts)], dtype=np.int64))

    weights = label_weights(labels, embed_texts, cache)
    scale = math.exp(json.loads((folder / "source/config.json").read_text())["logit_scale_init_value"])
    preprocess = Preprocessor(folder / "source")
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        for at, batch in ahead(pool, preprocess, paths):
            rows = embed_images(np.ascontiguousarray(np.stack(batch)))
            classify_rows(rows, weights, labels, paths[at:at + len(batch)], scale)


def ahead(pool: concurrent.futures.Executor, preprocess, paths: list[Path]) -> Iterator[tuple[int, list[np.ndarray]]]:
    waiting: collections.deque[concurrent.futures.Future] = collections.deque()
    todo = iter(paths)
    at = 0
    while True:
        for path in todo:
            waiting.append(pool.submit(preprocess, path))
            if len(waiting) >= 3 * BATCH:
                break
        batch = [waiting.popleft().result() for _ in range(min(BATCH, len(waiting)))]
        if not batch:
            return
        yield at, batch
        at += len(batch)


def template() -> str:
    return "This is a photo of {}."  # what scripts/export_model.py takes over from the pipeline


def label_weights(labels: list[str], embed_texts, cache: Path | None) -> np.ndarray:
    """A unit row for each label."""
    if cache and cache.exists():
        return np.load(cache)
    texts = [template().format(label) for label in labels]
    rows = np.concatenate([embed_texts(texts[at:at + 64]) for at in range(0, len(texts), 64)])
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    if cache:
        np.save(cache, rows)
    return rows


def classify_rows(rows: np.ndarray, weights: np.ndarray, labels: list[str], paths: list[Path], scale: float) -> None:
    logits = scale * (rows / np.linalg.norm(rows, axis=1, keepdims=True)) @ weights.T
    scores = np.exp(logits - logits.max(axis=1, keepdims=True))
    scores /= scores.sum(axis=1, keepdims=True)
    for path, row in zip(paths, scores):
        order = np.argsort(-row)[:TOP]
        write(str(path), [(labels[index], float(row[index])) for index in order])


def write(path: str, ranked: list[tuple[str, float]]) -> None:
    record = {"path": path, "label": ranked[0][0], "score": ranked[0][1],
              "labels": [{"label": label, "score": score} for label, score in ranked]}
    print(json.dumps(record, ensure_ascii=False), flush=True)


PEERS = {"hf": hugging_face, "open_clip": open_clip, "onnxruntime": onnxruntime, "openvino": openvino}


def main() -> None:
    kind, precision, folder, threads, labels_file, images, cache = sys.argv[1:]
    labels = Path(labels_file).read_text(encoding="utf-8").splitlines()
    paths = sorted(Path(images).iterdir()) if Path(images).is_dir() else [Path(images)]
    PEERS[kind](precision, Path(folder), int(threads), labels, paths, None if cache == "-" else Path(cache))


if __name__ == "__main__":
    main()
