"""Whether contenders give the same answers: no figure of one that computes something else is shown."""

from __future__ import annotations

import math

import numpy as np

FP32_COSINE = 0.999
FP32_SIMILARITY = 0.005  # JPEG decoders and resizers differ by 1 of 255 here and there


def least_cosine(embeddings: list[list[float]], reference: list[list[float]]) -> float:
    """Of the worst image."""
    one, other = np.array(embeddings, dtype=np.float64), np.array(reference, dtype=np.float64)
    if one.shape != other.shape:
        return 0.0
    cosines = (one * other).sum(1) / (np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1))
    return float(cosines.min())


def judge_embeddings(precision: str, embeddings: list[list[float]], reference: list[list[float]]) -> tuple[str, str]:
    """(problem, note)"""
    cosine = least_cosine(embeddings, reference)
    problem = f"not the model's answers: cosine to the reference {cosine:.4f}" if precision == "fp32" and cosine < FP32_COSINE else ""
    return problem, "" if precision == "fp32" else f"cosine to fp32, least of {len(reference)} photos: {cosine:.5f}"


def similarities(record: dict, scale: float) -> dict[str, float]:
    """Label to cosine, up to a constant: what a softmax keeps of it."""
    logits = {entry["label"]: math.log(max(entry["score"], 1e-30)) / scale for entry in record["labels"]}
    mean = sum(logits.values()) / len(logits)
    return {label: value - mean for label, value in logits.items()}


def judge_records(precision: str, records: list[dict], reference: list[dict], scale: float) -> tuple[str, str]:
    """(problem, note) for records that list every label."""
    worst, agreeing = 0.0, 0
    for record, expected in zip(records, reference, strict=True):
        ours, theirs = similarities(record, scale), similarities(expected, scale)
        if ours.keys() != theirs.keys():
            return "not the same labels as the reference's", ""
        worst = max(worst, max(abs(ours[label] - theirs[label]) for label in ours))
        agreeing += record["label"] == expected["label"]
    problem = f"not the model's answers: a similarity differs by {worst:.4f}" if precision == "fp32" and worst > FP32_SIMILARITY else ""
    note = "" if precision == "fp32" else f"same first label in {agreeing} of {len(reference)}, similarities within {worst:.4f}"
    return problem, note
