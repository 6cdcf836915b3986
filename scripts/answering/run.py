"""Runs the verbs that were asked for, one after the other, and prints a table each."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from . import ask, describe, score, search, statements
from .choosing import Chooser
from .data import Catalogue, load
from .figures import Figure, Table
from .kinship import Kinship
from .program import Failed, Program
from .sources import SOURCES, WORDNET, Store, sources_table


def run(arguments: argparse.Namespace) -> int:
    store = Store(arguments.cache)
    store.fetch(_say)
    catalogue = load(store)
    if arguments.sources:
        print(sources_table(store, Counter(photo.key.partition("/")[0] for photo in catalogue.photos)))
        return 0
    if not catalogue.photos:
        _say("there are no photos: run this where Debian's packages can be downloaded")
        return 2
    kinship = Kinship(catalogue, store.folder / WORDNET.package / WORDNET.inside)
    chooser = Chooser(catalogue, kinship)
    with tempfile.TemporaryDirectory() as scratch:
        program = Program(arguments.program, arguments.model, Path(scratch))
        measures: dict[str, Callable[[], Table]] = {
            "search": lambda: search.measure(program, catalogue, arguments.chinese),
            "ask": lambda: ask.measure(program, chooser, kinship, arguments.chinese),
            "statements": lambda: statements.measure(program, chooser),
            "describe": lambda: describe.measure(program, catalogue, kinship),
            "score": lambda: score.measure(program, catalogue, kinship),
        }
        return _measure(arguments, store, catalogue, program, {verb: measures[verb] for verb in arguments.verbs})


def _measure(
    arguments: argparse.Namespace, store: Store, catalogue: Catalogue, program: Program, measures: dict
) -> int:
    began = time.monotonic()
    try:
        program.embed(catalogue.photos)
    except Failed as failure:
        _say(f"the photos could not be embedded: {failure}")
        return 2
    embedding = time.monotonic() - began
    print(
        f"{program.version()}, model {arguments.model}: {len(catalogue.photos)} photos, embedded in {embedding:.1f} s"
    )
    tables, status = [], 0
    for verb, measure in measures.items():
        began = time.monotonic()
        try:
            table = measure()
        except Failed as failure:
            _say(f"{verb} was not measured: {failure}")
            status = 1
            continue
        table.seconds = time.monotonic() - began
        tables.append(table)
        print(f"\n{as_text(table, arguments.model)}", flush=True)
    if arguments.output:
        versions = {source.package: store.version(source) for source in (*SOURCES, WORDNET)}
        whole = {
            "program": program.version(),
            "model": arguments.model,
            "photos": len(catalogue.photos),
            "embedding_seconds": embedding,
            "packages": versions,
            "tables": [table.as_json() for table in tables],
        }
        arguments.output.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    return status


def as_text(table: Table, model: str) -> str:
    lines = [
        f"### {table.verb}, {table.seconds:.1f} s",
        "",
        f"| | {Path(model).name} | 95 % interval | chance | items |",
        "|---|---|---|---|---|",
    ]
    for figure in table.figures:
        chance = "" if figure.chance is None else _number(figure, figure.chance)
        interval = f"{_number(figure, figure.low)} to {_number(figure, figure.high)}"
        lines.append(f"| {figure.name} | {_number(figure, figure.value)} | {interval} | {chance} | {figure.items} |")
    return "\n".join([*lines, *(f"\n{note[0].upper()}{note[1:]}." for note in table.notes)])


def _number(figure: Figure, value: float) -> str:
    return f"{value:.1%}" if figure.percent else f"{value:.3f}"


def _say(words: str) -> None:
    print(f"answering.py: {words}", file=sys.stderr, flush=True)
