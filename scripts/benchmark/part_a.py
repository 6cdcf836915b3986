"""a: the image tower alone, images a second, beside its matrix products alone."""

from __future__ import annotations

from pathlib import Path

from benchmark.answers import judge_embeddings
from benchmark.bench import Bench
from benchmark.contenders import Contender
from benchmark.figures import LIMIT, Figure
from benchmark.measure import Failed, Worker

TABLE = "a. image tower alone"
START_SECONDS = 600.0
BATCHES = {"b32": (1, 8, 32), "l14": (1, 8), "compact": (1, 8, 32)}  # of 32, ViT-L/14 takes a minute on 2 cores
SLICE_SECONDS = 1.0  # of a batch, a round


def measure(bench: Bench) -> list[Figure]:
    return [figure for model in bench.models if model in BATCHES for figure in _model(bench, model)]


def _model(bench: Bench, model: str) -> list[Figure]:
    contenders = [one for one in bench.field.contenders if model != "compact" or not bench.field.absent(one, model)]
    problems = {one: words for one in contenders if (words := bench.field.absent(one, model))}
    able = [one for one in contenders if one not in problems]
    folder, unprepared = bench.folder(model, able)
    problems |= unprepared
    if model != "compact":  # whose tower is a convolutional network
        contenders += [Contender(LIMIT, precision, "limit") for precision in dict.fromkeys(one.precision for one in able)]
    batches = BATCHES[model][:2] if bench.quick else BATCHES[model]
    figures = {(one, batch): Figure(TABLE, model, one.name, one.precision, f"batch {batch}", "images/s", True)
               for one in contenders for batch in batches}
    reference = None
    for precision in dict.fromkeys(one.precision for one in contenders):  # all at once would not fit in memory
        bench.say(f"a: {model}, {precision}, batches of {', '.join(map(str, batches))}")
        rivals = [one for one in contenders if one.precision == precision]
        workers = _start(bench, folder, rivals, problems)
        for one in rivals:
            for batch in batches:
                figures[one, batch].problem = problems.get(one, "")
        try:
            reference = _check(workers, figures, reference)
            for batch in batches:
                cells = {one.label: figures[one, batch] for one in workers if not figures[one, batch].problem}
                tasks = [(one.label, lambda one=one, batch=batch, cells=cells: cells[one.label].values.append(_rate(workers[one], batch)))
                         for one in workers if one.label in cells]
                bench.in_turns(tasks, bench.rounds, lambda label, words, cells=cells: setattr(cells[label], "problem", words))
        finally:
            for worker in workers.values():
                worker.close()
    return list(figures.values())


def _start(bench: Bench, folder: Path, contenders: list[Contender], problems: dict[Contender, str]) -> dict[Contender, Worker]:
    workers = {}
    for one in contenders:
        if one in problems:
            continue
        try:
            workers[one] = Worker(bench.field.tower_command(one, folder), START_SECONDS)
        except (Failed, OSError) as failure:
            problems[one] = f"{failure} (scripts/test.sh builds it)" if isinstance(failure, OSError) else str(failure)
    return workers


def _check(workers: dict[Contender, Worker], figures: dict[tuple[Contender, int], Figure], reference: list | None) -> list | None:
    """The reference: embeddings of Hugging Face, or of the first that is exact."""
    for one in sorted((one for one in workers if one.name != LIMIT), key=lambda one: (not one.exact, one.kind != "hf")):
        try:
            embeddings = workers[one].ask("embed")
            reference = reference or (embeddings if one.exact else None)
            problem, note = judge_embeddings(one.exact, embeddings, reference)
        except Failed as failure:
            problem, note = str(failure), ""
        for (who, _), figure in figures.items():
            if who == one:
                figure.problem, figure.note = problem, note
    return reference


def _rate(worker: Worker, batch: int) -> float:
    times = sorted(worker.ask(f"time {batch} {SLICE_SECONDS}"))
    return batch / times[len(times) // 2]
