"""c: one image, from process start to exit: the first use of a model, whose files clip-classify checks then, labels
that are new, and labels that were used before."""

from __future__ import annotations

from benchmark.answers import judge_records
from benchmark.bench import LIMIT_SECONDS, Bench
from benchmark.contenders import Contender
from benchmark.figures import Figure
from benchmark.measure import Run, run
from benchmark.part_b import COUNTS, scale_of

TABLE = "c. one photo of 2 MP, process start to exit"
SETTINGS = ("first use", "new labels", "known labels")
NO_CACHE = "keeps no labels, so the known ones are as new"


def measure(bench: Bench) -> list[Figure]:
    return [figure for model in bench.models if model in COUNTS for figure in _model(bench, model)]


def _model(bench: Bench, model: str) -> list[Figure]:
    contenders = bench.field.taking_part(model)
    folder, problems = bench.folder(model, contenders)
    photo = next(bench.photos("2 MP", 1).iterdir())
    labels = bench.labels(10)
    kept = {one: bench.empty_folder() for one in contenders}
    runs: dict[tuple[Contender, str], list[Run]] = {}

    def once(one: Contender, setting: str, counted: bool = True) -> None:
        place = bench.empty_folder() if setting == "first use" else kept[one]
        if setting == "new labels":
            bench.forget_labels(place)
        command = bench.field.classify_command(one, folder, photo, labels, place / "labels.npy")
        done = run(command, LIMIT_SECONDS, 1, place)
        if counted:
            runs.setdefault((one, setting), []).append(done)

    def turn(one: Contender, counted: bool) -> None:
        if one.ours:
            once(one, "first use", counted)
        once(one, "new labels", counted)
        if one.kind != "hf":
            once(one, "known labels", counted)

    able = {one.label: one for one in contenders if one not in problems}
    bench.say(f"c: {model}, {len(able)} contenders")

    bench.in_warm_turns(able, lambda one: turn(one, False), lambda one: turn(one, True), problems)
    order = sorted((one for one in contenders if one.exact and one not in problems), key=lambda one: one.kind != "hf")
    reference = runs[order[0], "new labels"][0].records if order else None
    figures = []
    for one in contenders:
        for setting in SETTINGS if one.ours else SETTINGS[1:]:
            mine = runs.get((one, "new labels" if one.kind == "hf" else setting), [])
            problem, note = problems.get(one, ""), ""
            if not problem:
                problem, note = judge_records(one.exact, mine[0].records, reference, scale_of(model))
            notes = "; ".join(filter(None, (note, NO_CACHE if one.kind == "hf" else "")))
            figures.append(Figure(TABLE, model, one.name, one.precision, setting, "s", False,
                                  [each.seconds for each in mine], problem, notes))
    return figures
