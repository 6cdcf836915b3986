"""A whole run: the parts that were asked for, their tables, the JSON and the plot."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from benchmark import machine, part_a, part_b, part_c, part_d, part_e, part_f, tables
from benchmark.bench import ROOT, Bench
from benchmark.contenders import Field
from benchmark.figures import Figure

PARTS = {"a": part_a, "b": part_b, "c": part_c, "d": part_d, "e": part_e, "f": part_f}
LEGEND = """Best of the rounds. In brackets: how many times as good as the best peer of the same precision (above 1 is better, also
where less is better). In per cent: of what the matrix products alone take. "-" with the reason in the last column."""
DISTURBED = 0.05  # of the processors' time


def disturbance(share: float) -> str:
    text = f"Meanwhile other processes took {share:.0%} of the processors' time"
    return text + (": too much, so trust none of these figures; repeat it on an idle machine." if share > DISTURBED else ".")


def run(arguments) -> int:
    began = time.monotonic()
    cache = ROOT / ".cache/benchmark"
    field = Field(arguments.program, arguments.threads, arguments.contenders)
    if not field.contenders:
        print(f"benchmark.py: no contender's name holds {' or '.join(arguments.contenders)}", file=sys.stderr)
        return 2
    description = machine.describe(arguments.program, arguments.threads)
    print(machine.as_text(description) + "\n", flush=True)
    figures: list[Figure] = []
    others: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="clip-classify-benchmark-") as scratch:
        bench = Bench(field, cache, arguments.models, arguments.rounds,
                      arguments.quick, Path(scratch))
        for part in arguments.part:
            bystanders = machine.Bystanders()
            found = PARTS[part].measure(bench)
            figures += found
            others[part] = round(bystanders.share(), 3)
            print(f"{tables.as_text(found)}\n\n{disturbance(others[part])}\n", flush=True)
    profile = part_b.profile_text(bench.profiles)
    if profile:
        print(profile + "\n")
    print(f"{LEGEND}\nTook {(time.monotonic() - began) / 60:.0f} minutes.")
    if arguments.output:
        results = {"machine": description, "others_share": others, "rounds": arguments.rounds, "quick": arguments.quick,
                   "figures": [figure.as_json(figures) for figure in figures], "profiles": bench.profiles}
        arguments.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if arguments.plot:
        from benchmark.plot import draw

        draw(figures, arguments.plot)
    return 0 if any(figure.best is not None for figure in figures) else 1
