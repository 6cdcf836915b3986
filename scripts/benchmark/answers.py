"""Whether contenders give the same answers: no figure of one that computes something else is shown."""

from __future__ import annotations

import math

import numpy as np

EXACT_COSINE = 0.9999  # the same pixels in; embeddings of different photos are above 0.9 with these weights
EXACT_CORRELATION = 0.999  # the same files in; JPEG decoders and resizers may differ by 1 of 255 here and there
UNCOMPARED = "answers not compared: nobody took part in fp32"


def cosines(embeddings: list[list[float]] | np.ndarray, reference: list[list[float]] | np.ndarray) -> np.ndarray:
    """An image's each."""
    one, other = np.array(embeddings, dtype=np.float64), np.array(reference, dtype=np.float64)
    if one.shape != other.shape:
        return np.zeros(1)
    return (one * other).sum(1) / (np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1))


def judge_embeddings(exact: bool, embeddings: list[list[float]], reference: list[list[float]] | None) -> tuple[str, str]:
    """(problem, note)"""
    if reference is None:
        return "", UNCOMPARED
    cosine = float(cosines(embeddings, reference).min())
    if exact:
        return ("" if cosine >= EXACT_COSINE else f"not the model's answers: cosine to the reference {cosine:.5f}"), ""
    return "", f"cosine to fp32, least of {len(reference)} photos: {cosine:.5f}"


def similarities(records: list[dict], scale: float) -> np.ndarray:
    """[images, labels] in alphabetical order: cosines up to a constant an image, which a softmax does not keep."""
    rows = [[math.log(max(entry["score"], 1e-30)) / scale for entry in sorted(record["labels"], key=lambda entry: entry["label"])]
            for record in records]
    values = np.array(rows)
    return values - values.mean(axis=1, keepdims=True)


def correlation(records: list[dict], reference: list[dict], scale: float) -> float:
    """The lesser of two: of the labels' mean similarities (the text side), and of what each image adds to them (the
    image side). Plain differences would tell little: with random weights all similarities are nearly the same."""
    ours, theirs = similarities(records, scale), similarities(reference, scale)
    if ours.shape != theirs.shape:
        return 0.0
    pairs = [(ours.mean(axis=0), theirs.mean(axis=0))]
    if len(ours) > 1:
        pairs.append(((ours - ours.mean(axis=0)).ravel(), (theirs - theirs.mean(axis=0)).ravel()))
    return min(float(one @ other / max(np.linalg.norm(one) * np.linalg.norm(other), 1e-30)) for one, other in pairs)


def judge_records(exact: bool, records: list[dict], reference: list[dict] | None, scale: float) -> tuple[str, str]:
    """(problem, note) for records that list every label."""
    if reference is None:
        return "", UNCOMPARED
    found = correlation(records, reference, scale)
    if exact:
        return ("" if found >= EXACT_CORRELATION else f"not the model's answers: correlation with the reference {found:.4f}"), ""
    same = sum(record["label"] == expected["label"] for record, expected in zip(records, reference))
    return "", f"same first label as fp32 in {same} of {len(reference)}, correlation {found:.4f}"
