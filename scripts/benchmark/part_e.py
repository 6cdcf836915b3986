"""e: peak memory as folders grow."""

from __future__ import annotations

from benchmark.bench import LIMIT_SECONDS, Bench
from benchmark.contenders import Contender
from benchmark.figures import Figure
from benchmark.measure import run

TABLE = "e. peak memory, folder of small JPEGs"
# Encoders of real size would take a quarter of an hour for 10,000 images; how memory grows is not theirs to decide.
COUNTS = {"tiny": (100, 1_000, 10_000), "b32": (100,), "compact": (100, 1_000)}
NOTES = {"tiny": "a CLIP of 2 layers each"}


def measure(bench: Bench) -> list[Figure]:
    models = ["tiny", *(model for model in bench.models if model in COUNTS)] if "b32" in bench.models else bench.models
    return [figure for model in models if model in COUNTS for figure in _model(bench, model)]


def _model(bench: Bench, model: str) -> list[Figure]:
    contenders = [one for one in bench.field.taking_part(model) if not (model == "tiny" and one.precision != "fp32")]
    folder, problems = bench.folder(model, contenders)
    labels = bench.labels(10)
    figures: dict[tuple[Contender, int], Figure] = {}
    for count in COUNTS[model][:2] if bench.quick else COUNTS[model]:
        for one in contenders:
            figures[one, count] = Figure(TABLE, model, one.name, one.precision, f"{count:,} images", "MB", False,
                                         problem=problems.get(one, ""), note=NOTES.get(model, ""))
        images = bench.photos("small", count)

        def once(one: Contender, count=count, images=images) -> None:
            done = run(bench.field.classify_command(one, folder, images, labels), LIMIT_SECONDS, count,
                       bench.empty_folder())
            figures[one, count].values.append(done.peak_mb)

        def give_up(label: str, words: str, count=count) -> None:
            for (one, its_count), figure in figures.items():
                if one.label == label and its_count == count:
                    figure.problem = words

        able = [one for one in contenders if one not in problems]
        bench.say(f"e: {model}, {count:,} images, {len(able)} contenders")
        bench.in_turns([(one.label, lambda one=one: once(one)) for one in able], 1, give_up)
    return list(figures.values())
