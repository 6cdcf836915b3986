"""scripts/benchmark.py: its options, the arithmetic of its tables, and one small run without peers."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from conftest import PROGRAM, REPOSITORY

SCRIPTS = REPOSITORY / "scripts"
sys.path.insert(0, str(SCRIPTS))

from benchmark import answers, tables  # noqa: E402
from benchmark.figures import LIMIT, Figure, ratio, share_of_limit  # noqa: E402
from benchmark.measure import Failed, Worker  # noqa: E402
from benchmark.measure import run as run_child  # noqa: E402
from benchmark.part_b import stages  # noqa: E402


def benchmark(*arguments: str, timeout: float = 120) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, SCRIPTS / "benchmark.py", *arguments], capture_output=True, text=True, timeout=timeout,
                          check=False, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})


def test_help_names_every_part_and_option():
    told = benchmark("--help")
    assert told.returncode == 0
    for word in ("a  the image tower", "e  peak memory", "f  how often", "--part", "--models", "--contenders", "--rounds", "--quick", "--threads",
                 "--plot"):
        assert word in told.stdout


@pytest.mark.parametrize(("arguments", "words"), [
    (["--part", "g"], "a, b, c, d, e, f"),
    (["--models", "b16"], "b32, l14, compact"),
    (["--rounds", "0"], "whole number from 1"),
    (["--threads", "two"], "whole number from 1"),
    (["--program", "/nowhere/clip-classify"], "/nowhere/clip-classify is not a program"),
    (["-o", "/nowhere/results.json"], "no such folder"),
    (["--plot", "figures.pdf"], "takes a .png or .svg"),
    (["--contenders", "nobody", "--models", "compact"], "no contender's name holds nobody"),
    (["--no-such-option"], "unrecognized arguments"),
])
def test_a_wrong_option_is_a_usage_error(arguments, words):
    told = benchmark("--program", PROGRAM, *arguments)
    assert told.returncode == 2
    assert words in told.stderr.splitlines()[-1]
    assert told.stdout == ""


def figure(contender: str, precision: str, *values: float, more: bool = True, problem: str = "") -> Figure:
    return Figure("a. tower", "b32", contender, precision, "batch 1", "images/s" if more else "s", more, list(values), problem)


def test_a_ratio_is_to_the_best_peer_of_the_same_precision():
    ours = figure("clip-classify", "fp32", 11.0, 12.0)
    figures = [ours, figure("ONNX Runtime", "fp32", 8.0, 7.0), figure("OpenVINO", "fp32", 10.0), figure("OpenVINO", "int8", 60.0),
               figure("open_clip", "fp32", 99.0, problem="not the model's answers"), figure(LIMIT, "fp32", 16.0)]
    assert ours.best == 12.0 and ours.median == 11.5
    assert ratio(ours, figures) == pytest.approx(1.2)
    assert ratio(figures[1], figures) == pytest.approx(0.8)
    assert ratio(figures[4], figures) is None
    assert share_of_limit(ours, figures) == pytest.approx(0.75)
    assert share_of_limit(figures[5], figures) is None


def test_above_one_is_better_where_less_is_better():
    ours = figure("clip-classify", "fp32", 0.6, 0.5, more=False)
    peer = figure("HF transformers", "fp32", 5.0, 6.0, more=False)
    assert ratio(ours, [ours, peer]) == pytest.approx(10.0)


def test_a_ratio_without_peers_is_none():
    ours = figure("clip-classify", "fp32", 12.0)
    assert ratio(ours, [ours, figure(LIMIT, "fp32", 16.0)]) is None


def test_a_table_shows_figures_ratios_and_reasons():
    rows = tables.as_text([figure("clip-classify", "fp32", 12.0), figure("OpenVINO", "fp32", 10.0), figure(LIMIT, "fp32", 16.0),
                           figure("OpenVINO", "bf16", problem="left out: this CPU has no bf16")]).splitlines()
    assert rows[0] == "### a. tower: b32, images/s"
    assert rows[4:] == ["| clip-classify fp32 | 12.0 (1.20x) 75% |  |", "| OpenVINO fp32 | 10.0 (1.00x) 62% |  |",
                        "| limit: matrix products alone fp32 | 16.0 |  |", "| OpenVINO bf16 | - | left out: this CPU has no bf16 |"]


def records(*scores: list[float]) -> list[dict]:
    return [{"label": "ab"[row.index(max(row))], "labels": [{"label": "ab"[index], "score": score} for index, score in enumerate(row)]}
            for row in scores]


def test_other_answers_are_a_problem_where_they_must_be_the_same():
    reference = records([0.6, 0.4], [0.7, 0.3], [0.55, 0.45])
    assert answers.judge_records(True, reference, reference, 100.0) == ("", "")
    swapped = [reference[1], reference[2], reference[0]]  # the right labels of the wrong images
    problem, _ = answers.judge_records(True, swapped, reference, 100.0)
    assert "not the model's answers" in problem
    problem, note = answers.judge_records(False, swapped, reference, 100.0)
    assert problem == "" and "same first label as fp32 in 3 of 3" in note


def test_other_embeddings_are_a_problem_in_fp32():
    reference = [[1.0, 0.0], [0.0, 1.0]]
    assert answers.judge_embeddings(True, [[2.0, 0.0], [0.0, 3.0]], reference) == ("", "")
    assert "0.99504" in answers.judge_embeddings(True, [[1.0, 0.1], [0.0, 1.0]], reference)[0]
    assert "0.99504" in answers.judge_embeddings(False, [[1.0, 0.1], [0.0, 1.0]], reference)[1]
    assert answers.judge_embeddings(False, reference, None) == ("", answers.UNCOMPARED)


def test_stages_are_read_from_what_the_program_says():
    words = ("clip-classify: warning: x\n"
             "clip-classify: 32 images, 10 labels: loading the model 1.29 s, encoding images 9.34 s, total 12.91 s\n")
    assert stages(words) == {"loading the model": 1.29, "encoding images": 9.34, "total": 12.91}


def test_a_child_that_fails_tells_why(tmp_path):
    with pytest.raises(Failed, match="exit 3: ValueError: no such thing"):
        run_child([sys.executable, "-c", "import sys; print('ValueError: no such thing\\nhelp', file=sys.stderr); sys.exit(3)"], 60, 1,
                  tmp_path)
    with pytest.raises(Failed, match="1 records in place of 2"):
        run_child([sys.executable, "-c", "print('{}')"], 60, 2, tmp_path)
    with pytest.raises(Failed, match="stopped after 1 s"):
        run_child(["sleep", "60"], 1, 1, tmp_path)
    with pytest.raises(Failed, match="exit 2: clip-classify: "):
        Worker([PROGRAM, "--no-such-option"], 60)


def test_the_memory_of_all_its_processes_counts(tmp_path):
    held = "held = bytearray(b'x') * 80_000_000"
    child = f"import time; {held}; time.sleep(1)"
    both = f"import subprocess, sys; {held}; subprocess.run([sys.executable, '-c', {child!r}]); print('{{}}')"
    assert run_child([sys.executable, "-c", both], 60, 1, tmp_path).peak_mb > 150


def test_two_parts_without_peers(tmp_path):
    told = benchmark("--part", "a,c", "--models", "compact", "--contenders", "clip-classify fp32", "--rounds", "1", "--quick",
                     "--program", PROGRAM, "-o", str(tmp_path / "results.json"))
    assert told.returncode == 0, told.stderr
    assert told.stdout.count("| clip-classify fp32 |") == 2
    results = json.loads((tmp_path / "results.json").read_text())
    assert [(found["setting"], found["problem"], len(found["values"])) for found in results["figures"]] == [
        (setting, "", 1) for setting in ("batch 1", "batch 8", "first use", "new labels", "known labels")]
    assert all(found["best"] > 0 for found in results["figures"])
    assert results["machine"]["cores"] == os.cpu_count()
