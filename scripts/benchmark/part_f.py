"""f: what lower precisions and fast decoding cost: how often the first label stays that of fp32, decoded exactly."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmark.answers import cosines
from benchmark.bench import LIMIT_SECONDS, Bench
from benchmark.contenders import Contender
from benchmark.figures import Figure
from benchmark.measure import Worker, run
from benchmark.pixels import load_pixels

TABLE = "f. same first label as fp32 with exact decoding"
PHOTOS = 300
LABELS = (10, 100, 1_000)
MODELS = ("b32", "compact")
FAST = Contender("clip-classify --decode fast", "fp32", "", ("--decode", "fast"))


def measure(bench: Bench) -> list[Figure]:
    return [figure for model in bench.models if model in MODELS for figure in _model(bench, model)]


def _model(bench: Bench, model: str) -> list[Figure]:
    contenders = [one for one in (*bench.field.taking_part(model), FAST) if one.ours]
    folder, problems = bench.folder(model, contenders)
    photos = bench.photos("2 MP", PHOTOS)
    figures = []
    notes = {} if model == "compact" else _cosines(bench, folder, photos, [one for one in contenders if one not in problems])
    for count in LABELS:
        bench.say(f"f: {model}, {count:,} labels, {len(contenders)} contenders")
        labels, reference = bench.labels(count), None
        for one in sorted(contenders, key=lambda one: not one.exact):
            figure = Figure(TABLE, model, one.name, one.precision, f"of {count:,}", "%", True, problem=problems.get(one, ""),
                            note=notes.get(one, ""))
            if figure.problem:
                figures.append(figure)
                continue
            done = run(bench.field.classify_command(one, folder, photos, labels), LIMIT_SECONDS, PHOTOS, bench.empty_folder())
            found = [record["label"] for record in done.records]
            if one.exact:
                reference = found
                continue
            if reference is None:
                figure.problem = "nobody took part in fp32"
            else:
                figure.values.append(100 * sum(a == b for a, b in zip(found, reference)) / PHOTOS)
            figures.append(figure)
    return figures


def _cosines(bench: Bench, folder: Path, photos: Path, contenders: list[Contender]) -> dict[Contender, str]:
    """Of each precision's embeddings to those of fp32."""
    pixels = bench.empty_folder() / "pixels.f32"
    load_pixels(folder / "source", sorted(photos.iterdir())).tofile(pixels)
    embeddings = {}
    for one in contenders:
        if one is not FAST:
            worker = Worker(bench.field.tower_command(one, folder, pixels), LIMIT_SECONDS)
            embeddings[one] = np.array(worker.ask("embed"))
            worker.close()
    reference = next((rows for one, rows in embeddings.items() if one.exact), None)
    if reference is None:
        return {}
    found = {one: cosines(rows, reference) for one, rows in embeddings.items() if not one.exact}
    return {one: f"cosine to fp32 {each.mean():.6f}, least {each.min():.6f}" for one, each in found.items()}
