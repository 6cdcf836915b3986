"""--shard: the outputs of the parts, one after the other, are the output of the whole, byte for byte."""

import os
import pathlib
import subprocess

import pytest
from conftest import PHOTOS, PROGRAM, Command

LABELS = ("--labels", "cat,dog,coffee,rocket", "-k", "0")
NAMES = sorted(photo.name for photo in PHOTOS.glob("*.jpg"))


@pytest.fixture
def folder(run: Command) -> pathlib.Path:
    """23 images in batches of 4: a number that nothing divides. One is damaged, one is empty."""
    for index in range(21):
        run.photo(NAMES[index % len(NAMES)], f"photos/{index % 3}/{index:02}.jpg")
    run.write("photos/0/damaged.jpg", (PHOTOS / "cat.jpg").read_bytes()[:3000])
    run.write("photos/2/empty.png", b"")
    return run.folder / "photos"


def together(run: Command, count: int, *arguments: str, stdin: bytes | None = None) -> tuple[bytes, list[int]]:
    parts = [run(*arguments, "--shard", f"{index}/{count}", stdin=stdin) for index in range(1, count + 1)]
    return b"".join(part.out for part in parts), [part.code for part in parts]


@pytest.mark.parametrize("output", ["jsonl", "csv", "tsv"])
def test_add_up_to_the_whole(run: Command, folder: pathlib.Path, output: str):
    arguments = (str(folder), *LABELS, "--batch-size", "4", "--format", output)
    whole = run(*arguments).ok(1).out
    out, codes = together(run, 5, *arguments)
    assert out == whole
    assert sorted(codes) == [0, 0, 0, 1, 1]  # the damaged and the empty one are in two of the five


def test_a_failure_is_told_by_its_shard_alone(run: Command, folder: pathlib.Path):
    arguments = (str(folder), *LABELS, "--json", "-q")
    told = [run(*arguments, "--shard", f"{index}/4").err for index in range(1, 5)]
    assert sum("damaged.jpg" in text for text in told) == 1
    assert sum("empty.png" in text for text in told) == 1


def test_lists_in_files_and_on_standard_input(run: Command, folder: pathlib.Path):
    paths = b"".join(os.fsencode(path) + b"\0" for path in (folder / "1", folder / "0/00.jpg", "none.jpg"))
    run.write("list", paths)
    for source, stdin in (("list", None), ("-", paths)):
        arguments = ("--files-from", source, "-0", *LABELS, "--json", "--batch-size", "4")
        whole = run(*arguments, stdin=stdin).ok(1).out
        out, codes = together(run, 3, *arguments, stdin=stdin)
        assert (out, codes) == (whole, [0, 0, 1])
        assert len(whole.splitlines()) == 9


def test_more_shards_than_images(run: Command):
    arguments = (str(PHOTOS / "cat.jpg"), str(PHOTOS / "rocket.jpg"), *LABELS, "--format", "csv")
    out, codes = together(run, 5, *arguments)
    assert out == run(*arguments).ok().out and codes == [0] * 5


def test_an_empty_shard_writes_nothing(run: Command):
    run(PHOTOS / "cat.jpg", *LABELS, "--json", "-o", "out.jsonl", "--shard", "1/2").ok()
    assert (run.folder / "out.jsonl").read_bytes() == b""
    assert run(PHOTOS / "cat.jpg", *LABELS, "--json", "--shard", "2/2").ok().records[0]["label"] == "cat"


@pytest.mark.parametrize("spec", ["0/3", "4/3", "1/0", "2", "/2", "1/", "1/2/3", "a/b", "-1/2", "1/ 2", "1.0/2", "1/2 ", "",
                                  "1/99999999999999999999", "1/1000001"])
def test_wrong_shard(run: Command, spec: str):
    run(PHOTOS / "cat.jpg", *LABELS, f"--shard={spec}").fails(2, "--shard")


def test_a_json_array_has_no_shards(run: Command):
    run(PHOTOS / "cat.jpg", *LABELS, "--format", "json", "--shard", "1/2").fails(2, "jsonl")
    run(PHOTOS / "cat.jpg", *LABELS, "--format", "json", "--shard", "1/1").ok()


def test_under_gnu_parallel(run: Command, folder: pathlib.Path):
    arguments = (str(folder), *LABELS, "--json", "--threads", "1")
    whole = run(*arguments).ok(1).out
    done = subprocess.run(["parallel", "--will-cite", "-k", "-j2", PROGRAM, *arguments, "--shard", "{}/4", ":::", "1", "2", "3", "4"],
                          cwd=run.folder, env=run.environment(), capture_output=True, check=False, timeout=300)
    assert done.stdout == whole
    assert done.returncode == 2  # how many of the jobs failed: those with a broken image
