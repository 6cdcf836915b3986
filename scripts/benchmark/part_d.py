"""d: one image with 10, 1,000 and 100,000 labels, the first time and again."""

from __future__ import annotations

from benchmark.bench import LIMIT_SECONDS, Bench
from benchmark.contenders import Contender
from benchmark.figures import Figure
from benchmark.measure import run

TABLE = "d. one photo of 0.3 MP and many labels, process start to exit"
COUNTS = {"b32": (10, 1_000), "compact": (10, 1_000, 100_000)}
ONE_TEMPLATE = "This is a photo of {}."  # the peers'; compact has two of its own
LEFT_OUT = "100,000 labels left out: more than 15 minutes of text tower for every contender"
NO_CACHE = "keeps no labels, so it was not run again"


def measure(bench: Bench) -> list[Figure]:
    return [figure for model in bench.models if model in COUNTS for figure in _model(bench, model)]


def _model(bench: Bench, model: str) -> list[Figure]:
    contenders = bench.field.taking_part(model)
    folder, problems = bench.folder(model, contenders)
    photo = next(bench.photos("0.3 MP", 1).iterdir())
    figures: dict[tuple[Contender, int, str], Figure] = {}
    for count in COUNTS[model][:2] if bench.quick else COUNTS[model]:
        for one in contenders:
            for time in ("first", "again"):
                note = "; ".join(filter(None, (NO_CACHE if one.kind == "hf" else "", LEFT_OUT if model == "b32" else "")))
                figures[one, count, time] = Figure(TABLE, model, one.name, one.precision, f"{count:,} labels, {time}", "s", False,
                                                   problem=problems.get(one, ""), note=note)
        labels = bench.labels(count)

        def once(one: Contender, count=count, labels=labels) -> None:
            place = bench.empty_folder()
            command = bench.field.classify_command(one, folder, photo, labels, place / "labels.npy")
            command += ["--template", ONE_TEMPLATE] if one.ours else []
            for time in ("first",) if one.kind == "hf" else ("first", "again"):
                done = run(command, LIMIT_SECONDS, 1, place)
                figures[one, count, time].values.append(done.seconds)

        def give_up(label: str, words: str, count=count) -> None:
            for (one, its_count, _), figure in figures.items():
                if one.label == label and its_count == count:
                    figure.problem = words

        able = [one for one in contenders if one not in problems]
        bench.say(f"d: {model}, {count:,} labels, {len(able)} contenders")
        rounds = bench.rounds if count == 10 else 1  # a minute or more each
        bench.in_turns([(one.label, lambda one=one: once(one)) for one in able], rounds, give_up)
    return list(figures.values())
