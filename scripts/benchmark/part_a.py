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
    batches = BATCHES[model][:2] if bench.quick else BATCHES[model]
    folder, problems = bench.folder(model, [one for one in contenders if not bench.field.absent(one, model)])
    problems |= {one: reason for one in contenders if (reason := bench.field.absent(one, model))}
    figures = {(one, batch): _figure(model, one.name, one.precision, batch, problems.get(one, "")) for one in contenders for batch in batches}
    workers = _start(bench, folder, contenders, problems)
    try:
        _check(workers, figures)
        running = {one.precision for one in workers if not one.ours} if model != "compact" else set()
        limits = {(precision, batch): _figure(model, LIMIT, precision, batch, "") for precision in sorted(running) for batch in batches}
        limit_workers = {precision: Worker(bench.field.limit_command(precision, folder), START_SECONDS) for precision in running}
        everyone = {**workers, **limit_workers}
        cells = {**figures, **{key: figure for key, figure in limits.items()}}

        def give_up(name: str, words: str) -> None:
            for (who, _), figure in cells.items():
                if str(who) == name:
                    figure.problem = words

        for batch in batches:
            bench.say(f"a: {model}, batch {batch}")
            tasks = [(str(who), lambda who=who, worker=worker: cells[who, batch].values.append(_rate(worker, batch)))
                     for who, worker in everyone.items() if not cells[who, batch].problem]
            bench.in_turns(tasks, bench.rounds, give_up)
        for worker in limit_workers.values():
            worker.close()
    finally:
        for worker in workers.values():
            worker.close()
    return [*figures.values(), *limits.values()]


def _figure(model: str, name: str, precision: str, batch: int, problem: str) -> Figure:
    return Figure(TABLE, model, name, precision, f"batch {batch}", "images/s", True, problem=problem)


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


def _check(workers: dict[Contender, Worker], figures: dict[tuple[Contender, int], Figure]) -> None:
    reference = None
    for one in sorted(workers, key=lambda one: (not one.exact, one.kind != "hf")):
        try:
            embeddings = workers[one].ask("embed")
            reference = reference or embeddings
            problem, note = judge_embeddings(one.exact, embeddings, reference)
        except Failed as failure:
            problem, note = str(failure), ""
        for (who, _), figure in figures.items():
            if who == one:
                figure.problem, figure.note = problem, note


def _rate(worker: Worker, batch: int) -> float:
    times = sorted(worker.ask(f"time {batch} {SLICE_SECONDS}"))
    return batch / times[len(times) // 2]
