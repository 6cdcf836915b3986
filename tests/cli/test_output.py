"""Where results go, and what happens when they can't go there."""

import json
import os
import signal
import subprocess
import time

import pytest
from conftest import PHOTOS, PROGRAM, Command

LABELS = ("--labels", "cat,dog")
CAT = PHOTOS / "cat.jpg"


def test_file_is_written_whole(run: Command):
    run(CAT, *LABELS, "--json", "-o", "out.jsonl").ok()
    assert json.loads((run.folder / "out.jsonl").read_text())["label"] == "cat"
    assert os.listdir(run.folder) == ["out.jsonl"]


def test_earlier_file_is_kept_when_a_run_fails(run: Command):
    run.write("out.json", "precious")
    run(CAT, *LABELS, "--json", "-o", "out.json", "--model", "none").fails(2, "none")
    assert (run.folder / "out.json").read_text() == "precious" and os.listdir(run.folder) == ["out.json"]


def test_unwritable_output(run: Command):
    run(CAT, *LABELS, "-o", "no/such/folder/out.csv").fails(2, "no/such/folder")
    run(CAT, *LABELS, "-o", ".").fails(2, ".")


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "csv", "tsv"])
def test_full_disk(run: Command, form: str):
    run(CAT, *LABELS, "--format", form, "-o", "/dev/full").fails(2, "/dev/full", "No space")
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, CAT, *LABELS, "--format", form], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2 and done.stderr.count(b"\n") == 1 and b"No space" in done.stderr


def test_closed_pipe_ends_quietly(run: Command):
    photos = [str(CAT)] * 40
    process = run.start(*photos, *LABELS, "--json", "--batch-size", "1", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b"" and process.wait(60) == 0
    process.stderr.close()


def test_closed_standard_streams(run: Command):
    closed = ("sh", "-c", 'exec "$@" >&-', "sh")
    run(CAT, *LABELS, prefix=closed).fails(2)
    run(CAT, *LABELS, "-o", "out.txt", prefix=closed).ok()
    assert "cat" in (run.folder / "out.txt").read_text()
    assert run(CAT, *LABELS, prefix=("sh", "-c", 'exec "$@" 2>&- <&-', "sh")).ok().text.startswith("cat")


def test_json_array(run: Command):
    run.write("bad.jpg", "no")
    result = run(CAT, "bad.jpg", CAT, *LABELS, "--format", "json")
    assert result.code == 1
    assert [record.get("label") for record in json.loads(result.text)] == ["cat", None, "cat"]


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_ctrl_c_leaves_valid_output(run: Command, form: str):
    process = run.start("--files-from", "-", *LABELS, "--format", form,
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdin.write(f"{CAT}\n".encode() * 3)
    process.stdin.flush()
    read = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    read += process.stdout.read()
    error = process.stderr.read().decode()
    assert process.wait(30) == -signal.SIGINT
    assert "interrupted after" in error and error.count("\n") == 1
    lines = read.decode().splitlines()
    if form == "json":
        assert json.loads(read)[0]["label"] == "cat"
    else:
        assert read.endswith(b"\n") and all(line for line in lines)
    for stream in (process.stdin, process.stdout, process.stderr):
        stream.close()


def test_ctrl_c_leaves_no_file(run: Command):
    process = run.start("--files-from", "-", *LABELS, "-o", "out.csv", stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdin.write(f"{CAT}\n".encode())
    process.stdin.flush()
    deadline = time.monotonic() + 60
    while not any((run.folder / name).stat().st_size for name in os.listdir(run.folder)):  # the first row
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == -signal.SIGTERM and b"out.csv is not written" in process.stderr.read()
    assert os.listdir(run.folder) == []
    process.stdin.close()
    process.stderr.close()


def test_quiet_and_verbose(run: Command):
    assert "loading the model" in run(CAT, *LABELS, "-v").ok().err
    run.write("bad.jpg", "no")
    quiet = run(CAT, "bad.jpg", *LABELS, "-q")
    assert quiet.code == 1 and quiet.err.count("\n") == 1
    loud = run(CAT, "bad.jpg", *LABELS)
    assert loud.err.splitlines()[-1] == "clip-classify: warning: 1 of 2 images failed"


def test_help_and_version(run: Command):
    for arguments in (["--help"], ["-h"], ["classify", "--help"]):
        text = run(*arguments).ok().text
        for option in ("--labels", "--template", "--files-from", "--top-k", "--format", "--model", "--device"):
            assert option in text
    version = run("--version").ok().text
    for word in ("clip-classify 0", "libtorch 2.13", "OpenCV", "CPU", "CUDA", "JPEG"):
        assert word in version
    assert "verify" in run("model", "--help").ok().text


def test_help_into_a_full_disk_or_closed_pipe(run: Command):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, "--help"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2 and b"No space" in done.stderr
