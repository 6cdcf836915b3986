"""Labels that are known need no text encoder; whatever is wrong with their cache, a run is not hindered."""

import os
import re
import subprocess

from conftest import PHOTOS, Command, Result

CAT = PHOTOS / "cat.jpg"
LABELS = ("--labels", "cat,dog,cow", "--json")


def known(result: Result) -> int:
    found = re.search(r"labels \((\d+) known\)", result.err)
    assert found, result.err
    return int(found[1])


def test_second_run_knows_the_labels(run: Command):
    first, second = (run(CAT, *LABELS, "-v").ok() for _ in range(2))
    assert (known(first), known(second)) == (0, 3) and first.out == second.out
    assert known(run(CAT, "--labels", "dog,horse,cat", "-v").ok()) == 2
    assert known(run(CAT, *LABELS, "--template", "a {}", "-v").ok()) == 0


def test_known_labels_need_no_text_encoder(run: Command, model_copy):
    model = ("--model", model_copy)
    run(CAT, *LABELS, *model).ok()
    encoder = model_copy / "text_encoder.pt"
    encoder.write_bytes(bytes(encoder.stat().st_size))
    run(CAT, *LABELS, *model).ok()
    run(CAT, *LABELS, *model, "--no-cache").fails(2, "text_encoder.pt", "altered")


def test_warnings_are_the_same_again(run: Command):
    labels = ("--label", "cat " * 2500, "--label", "𓃠", "--label", "dog", "--json")
    first = run(CAT, *labels).ok()
    assert "was cut" in first.err and "does not know" in first.err
    assert run(CAT, *labels).ok().err == first.err


def test_cache_can_be_turned_off(run: Command):
    run(CAT, *LABELS, "--no-cache").ok()
    result = run(CAT, *LABELS, "-v", CLIP_CLASSIFY_CACHE="off").ok()
    assert "known" not in result.err and not os.path.exists(run.cache)


def test_place_of_the_cache(run: Command):
    run(CAT, *LABELS, CLIP_CLASSIFY_CACHE="").ok()
    assert (run.folder / ".cache/clip-classify/labels-1.sqlite").exists()
    run(CAT, *LABELS, CLIP_CLASSIFY_CACHE="", XDG_CACHE_HOME=str(run.folder / "xdg")).ok()
    assert (run.folder / "xdg/clip-classify/labels-1.sqlite").exists()
    run(CAT, *LABELS, CLIP_CLASSIFY_CACHE="", HOME="").ok()


def test_damaged_cache_is_made_anew_with_one_warning(run: Command):
    right = run(CAT, *LABELS).ok()
    cache = run.cache / "labels-1.sqlite"
    sound = cache.read_bytes()
    for position in (0, 16384 * 3 + 9000):  # the header, and the weights in the fourth page
        damaged = bytearray(sound)
        damaged[position:position + 5000] = b"x" * len(damaged[position:position + 5000])
        cache.write_bytes(damaged)
        result = run(CAT, *LABELS).ok()
        assert result.out == right.out and result.err.count("warning: the cache of known labels is made anew") == 1
        again = run(CAT, *LABELS, "-v").ok()
        assert known(again) == 3 and "anew" not in again.err


def test_unusable_cache_is_no_hindrance(run: Command):
    run.write("file", "in the way")
    for place in (run.folder / "file", run.folder / "file/below", "/proc/none"):
        result = run(CAT, *LABELS, CLIP_CLASSIFY_CACHE=str(place)).ok()
        assert result.err == ""


def test_locked_cache_is_no_hindrance(run: Command):
    run(CAT, *LABELS).ok()
    holder = subprocess.Popen(
        ["python3", "-c", "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
         "c.execute('BEGIN IMMEDIATE')\nprint(flush=True)\ninput()", run.cache / "labels-1.sqlite"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    holder.stdout.readline()
    assert run(CAT, "--labels", "horse,cat", "--json").ok().err == ""
    holder.communicate(b"\n", timeout=30)


def test_first_runs_at_the_same_time(run: Command):
    processes = [run.start(CAT, *LABELS, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    outputs = {process.communicate(timeout=120) for process in processes}
    assert len(outputs) == 1 and outputs.pop()[1] == b""
    assert known(run(CAT, *LABELS, "-v").ok()) == 3
