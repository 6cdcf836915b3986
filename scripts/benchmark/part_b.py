"""b: from a folder of JPEGs to JSON lines, the whole program."""

from __future__ import annotations

import re

from benchmark.answers import judge_records
from benchmark.bench import LIMIT_SECONDS, Bench
from benchmark.contenders import Contender
from benchmark.figures import Figure
from benchmark.measure import Run, run
from benchmark.photos import mean_bytes

RUNNING = "b. folder of JPEGs to JSON, once running"
WHOLE = "b. folder of JPEGs to JSON, start and end included"
# The smaller, the more: a run takes seconds, and what only its first batches cost (weights are packed) does not count.
FOLDERS = {"12 MP": 64, "2 MP": 128, "0.3 MP": 512}
COUNTS = {"b32": FOLDERS, "l14": dict.fromkeys(FOLDERS, 16), "compact": FOLDERS}


def measure(bench: Bench) -> list[Figure]:
    return [figure for model in bench.models if model in COUNTS for figure in _model(bench, model)]


def _model(bench: Bench, model: str) -> list[Figure]:
    contenders = list(bench.field.taking_part(model))
    if bench.field.takes_decode_option():
        contenders += [Contender(f"{one.name} --decode fast", one.precision, "", ("--decode", "fast")) for one in contenders if one.ours]
    folder, problems = bench.folder(model, contenders)
    counts = {"2 MP": COUNTS[model]["2 MP"] // 4} if bench.quick else COUNTS[model]
    photos = {size: bench.photos(size, count) for size, count in counts.items()}
    single = next(bench.photos("0.3 MP", 1).iterdir())
    labels = bench.labels(10)
    kept = {one: bench.empty_folder() for one in contenders}
    runs: dict[tuple[Contender, str], list[Run]] = {}
    start: dict[Contender, list[Run]] = {}

    def classify(one: Contender, images: Path, number: int) -> Run:
        bench.forget_labels(kept[one])
        return run(bench.field.classify_command(one, folder, images, labels), LIMIT_SECONDS, number, kept[one])

    def once(one: Contender) -> None:
        """One photo first: what it takes to start and to end."""
        start.setdefault(one, []).append(classify(one, single, 1))
        for size, images in photos.items():
            runs.setdefault((one, size), []).append(classify(one, images, counts[size]))

    able = {one.label: one for one in contenders if one not in problems}
    bench.say(f"b: {model}, {', '.join(f'{count} photos of {size}' for size, count in counts.items())}, {len(able)} contenders")
    bench.in_warm_turns(able, lambda one: classify(one, single, 1), once, problems)
    figures = []
    for size, images in photos.items():
        count = counts[size]
        setting = f"{size} ({mean_bytes(images) / 1e6:.2f} MB)"
        reference = _reference(contenders, runs, size, problems)
        for one in contenders:
            mine = runs.get((one, size), [])
            problem, note = problems.get(one, ""), ""
            if not problem:
                problem, note = judge_records(one.exact, mine[0].records, reference, scale_of(model))
            taken, idle = [each.seconds for each in mine], min((each.seconds for each in start.get(one, [])), default=0.0)
            figures.append(Figure(RUNNING, model, one.name, one.precision, setting, "images/s", True,
                                  [(count - 1) / (seconds - idle) for seconds in taken if seconds > idle], problem, note))
            figures.append(Figure(WHOLE, model, one.name, one.precision, setting, "images/s", True,
                                  [count / seconds for seconds in taken], problem))
            if one.ours and mine:
                fastest = min(mine, key=lambda each: each.seconds)
                bench.profiles.append({"model": model, "contender": one.label, "setting": f"{count} photos of {size}",
                                       "process": fastest.seconds, "stages": stages(fastest.words)})
    return sorted(figures, key=lambda figure: figure.table != RUNNING)


def _reference(contenders: list[Contender], runs: dict[tuple[Contender, str], list[Run]], size: str,
               problems: dict[Contender, str]) -> list[dict] | None:
    """Of Hugging Face in fp32; where that is not there, of the first in fp32."""
    for one in sorted(contenders, key=lambda one: one.kind != "hf"):
        if one.exact and one not in problems and runs.get((one, size)):
            return runs[one, size][0].records
    return None


def scale_of(model: str) -> float:
    return 400.0 if model == "compact" else 14.3  # exp(2.6592), where CLIP's training begins


def stages(words: str) -> dict[str, float]:
    """Seconds of each stage in what `clip-classify -v` says at the end."""
    lines = [line for line in words.splitlines() if re.search(r"\d+ images, \d+ labels: ", line)]
    return {name: float(seconds) for name, seconds in re.findall(r"([a-z][a-z ]*?) (\d+\.\d+) s", lines[-1])} if lines else {}


def profile_text(profiles: list[dict]) -> str:
    """Where the time of clip-classify's runs went; decoding goes on beside the encoder, so only waiting for it shows."""
    names = list(dict.fromkeys(name for profile in profiles for name in profile["stages"]))
    if not names:
        return ""
    lines = ["### where clip-classify's time goes, s", "", f"| | {' | '.join(names)} | process |", f"|---|{'---|' * len(names)}---|"]
    for profile in profiles:
        cells = [f"{profile['stages'][name]:.2f}" if name in profile["stages"] else "" for name in names]
        what = f"{profile['model']}, {profile['contender']}, {profile['setting']}"
        lines.append(f"| {what} | {' | '.join(cells)} | {profile['process']:.2f} |")
    return "\n".join(lines)
