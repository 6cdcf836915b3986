"""A run that was cut off goes on where it was, and its output is that of one run."""

import os
import signal
import subprocess

import pytest
from conftest import PHOTOS, Command
from stores import kill_when, lines_in, small_images

CAT = PHOTOS / "cat.jpg"
LABELS = ("--labels", "cat,dog")
RESUME = ("-o", "out", "--resume")
PART = "out.part"


def cut_off(run: Command, *arguments: str, lines: int = 6, signum: int = signal.SIGKILL) -> str:
    """Ends a run when so many lines are written. What it said on standard error."""
    process = run.start(*arguments, stderr=subprocess.PIPE)
    kill_when(process, lambda: lines_in(run.folder / PART) >= lines, signum)
    with process.stderr:
        return process.stderr.read().decode()


@pytest.fixture
def images(run: Command) -> tuple[str, ...]:
    """Sixty images with a broken one among the first; batches are small, so that a run can be cut off in
    the middle."""
    small_images(run, 60)
    run.write("images/0003.ppm", "not an image")
    return "images", *LABELS, "--batch-size", "2"


@pytest.mark.parametrize("form", [("--json",), ("--format", "csv", "-k", "2"), ("--format", "tsv")])
def test_killed_run_goes_on(run: Command, images, form: tuple[str, ...]):
    run(*images, *form, "-o", "whole").ok(1)
    whole = (run.folder / "whole").read_bytes()
    cut_off(run, *images, *form, *RESUME)
    assert not (run.folder / "out").exists() and (run.folder / PART).stat().st_size < len(whole)
    with open(run.folder / PART, "ab") as part:
        part.write(b'{"path":"ima')  # as if it had been cut off in the middle of a line
    cut_off(run, *images, *form, *RESUME, lines=24)
    done = run(*images, *form, *RESUME, "-v").ok(1)
    assert "0003.ppm" not in done.err and "1 of 60 images failed" in done.err
    assert (run.folder / "out").read_bytes() == whole
    assert sorted(os.listdir(run.folder)) == ["images", "out", "whole"]


def test_interrupted_run_says_how_to_go_on(run: Command, images):
    error = cut_off(run, *images, "--json", *RESUME, signum=signal.SIGTERM)
    assert "goes on from there" in error.splitlines()[-1]
    run(*images, "--json", *RESUME).ok(1)
    assert lines_in(run.folder / "out") == 60


def test_list_on_standard_input(run: Command):
    paths = small_images(run, 12)
    process = run.start("--files-from", "-", *LABELS, "--json", *RESUME, stdin=subprocess.PIPE)
    process.stdin.write(("\n".join(paths[:6]) + "\n").encode())
    process.stdin.flush()
    kill_when(process, lambda: lines_in(run.folder / PART) == 6)
    process.stdin.close()
    run("--files-from", "-", *LABELS, "--json", *RESUME, stdin="\n".join(paths).encode()).ok()
    assert [record.split('"')[3] for record in (run.folder / "out").read_text().splitlines()] == paths


def test_together_with_a_store(run: Command, images):
    cut_off(run, *images, "--json", *RESUME, "--store", "a.store")
    run(*images, "--json", *RESUME, "--store", "a.store").ok(1)
    assert lines_in(run.folder / "out") == 60


def test_other_settings_are_an_error(run: Command):
    leave_part(run)
    before = (run.folder / PART).read_bytes()
    for other, word in [
            (("--labels", "cow"), "labels"), (("--template", "a {}"), "templates"), (("--top-k", "1"), "--top-k"),
            (("--threshold", "0.5"), "--threshold"), (("--scores", "logit"), "--scores"),
            (("--multi-label",), "--multi-label"), (("--no-exif",), "decoding"), (("--max-pixels", "99999"), "pixels")]:
        run(CAT, CAT, *LABELS, "--json", *RESUME, *other).fails(2, PART, word)
    run(CAT, CAT, *LABELS, "--format", "csv", "-k", "5", *RESUME).fails(2, PART, "format")
    assert (run.folder / PART).read_bytes() == before
    run(CAT, CAT, *LABELS, "--json", *RESUME).ok()


def leave_part(run: Command) -> None:
    """What a run leaves that was killed after its first image."""
    process = run.start("--files-from", "-", *LABELS, "--json", *RESUME, stdin=subprocess.PIPE)
    process.stdin.write(os.fsencode(CAT) + b"\n")
    process.stdin.flush()
    kill_when(process, lambda: lines_in(run.folder / PART) == 1 and lines_in(run.folder / (PART + ".journal")) == 2)
    process.stdin.close()


def test_another_model_is_an_error(run: Command, model_copy):
    leave_part(run)
    manifest = model_copy / "model.json"
    manifest.write_text(manifest.read_text().replace('"scale": ', '"scale": 1'))
    run(CAT, *LABELS, "--json", *RESUME, "--model", model_copy).fails(2, PART, "model")


def test_other_images_are_an_error(run: Command):
    leave_part(run)
    run(PHOTOS / "coffee.jpg", CAT, *LABELS, "--json", *RESUME).fails(2, PART, "first 1 images")
    run(CAT, PHOTOS / "coffee.jpg", *LABELS, "--json", *RESUME).ok()


def test_missing_journal_is_an_error(run: Command):
    leave_part(run)
    os.remove(run.folder / (PART + ".journal"))
    run(CAT, *LABELS, "--json", *RESUME).fails(2, PART, "remove it")


def test_two_runs_at_a_time(run: Command):
    process = run.start("--files-from", "-", *LABELS, "--json", *RESUME, stdin=subprocess.PIPE)
    process.stdin.write(os.fsencode(CAT) + b"\n")
    process.stdin.flush()
    while lines_in(run.folder / PART) == 0:
        assert process.poll() is None
    run(CAT, *LABELS, "--json", *RESUME).fails(2, PART, "another run")
    process.stdin.close()
    assert process.wait(30) == 0 and lines_in(run.folder / "out") == 1


@pytest.mark.parametrize("arguments,word", [
    ((CAT, "--json", "--resume"), "-o"), ((CAT, "--json", "--resume", "-o", "-"), "-o"),
    ((CAT, "--resume", "-o", "out"), "jsonl"), ((CAT, "--format", "json", "--resume", "-o", "out"), "jsonl"),
    (("-", "--json", "--resume", "-o", "out"), "standard input"),
    ((CAT, "--json", "--resume", "-o", "/dev/null"), "/dev/null"),
    ((CAT, "--json", "--resume", "-o", "no/such/out"), "no/such")])
def test_wrong_uses(run: Command, arguments: tuple[str, ...], word: str):
    run(*arguments, *LABELS).fails(2, word)
    assert os.listdir(run.folder) == []


def test_without_resume_nothing_is_left(run: Command):
    leave_part(run)
    run(CAT, *LABELS, "--json", "-o", "out").ok()
    assert (run.folder / PART).exists()  # belongs to the other run
    run("no.jpg", *LABELS, "--json", "-o", "out2", "--model", "none").fails(2, "none")
    assert not (run.folder / "out2").exists()
