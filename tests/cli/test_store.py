"""Images that are known are neither read nor encoded again; a store that is not sound is an error."""

import os
import random
import re
import shutil
import sqlite3
import subprocess

import pytest
from conftest import PHOTOS, Command, Result, edit_manifest
from stores import LABELS, feed_until_stored, settle, small_image, small_images, stored

CAT = PHOTOS / "cat.jpg"
STORE = ("--store", "a.store")


def known(result: Result) -> tuple[int, int, int]:
    """How many images there were, how many were known, and how many of them without reading."""
    counts = re.search(r"(\d+) images \((\d+) known, (\d+) of them unread\)", result.err)
    assert counts, result.err
    return tuple(int(count) for count in counts.groups())


def test_known_images_give_the_same_answers(run: Command):
    plain = run(PHOTOS, *LABELS).ok()
    first = run(PHOTOS, *LABELS, *STORE, "-v").ok()
    second = run(PHOTOS, *LABELS, *STORE, "-v").ok()
    count = len(plain.records)
    assert known(first) == (count, 0, 0) and known(second) == (count, count, count)
    assert plain.out == first.out == second.out


def test_new_labels_need_no_image_encoder(run: Command, model_copy):
    run(CAT, *LABELS, *STORE, "--model", model_copy).ok()
    for encoder in ("image_encoder.pt", "text_encoder.pt"):
        path, = model_copy.glob(encoder)
        path.write_bytes(bytes(path.stat().st_size))  # of the right size, but no encoder
    run(CAT, *LABELS, *STORE, "--model", model_copy).ok()
    run(PHOTOS / "coffee.jpg", *LABELS, *STORE, "--model", model_copy).fails(2, "image_encoder.pt", "altered")
    run(CAT, "--labels", "cat,cow", *STORE, "--model", model_copy).fails(2, "text_encoder.pt", "altered")


def test_changed_file_is_noticed(run: Command):
    images = small_images(run, 3)
    settle()
    first = run("images", *LABELS, *STORE, "-v").ok()
    assert known(run("images", *LABELS, *STORE, "-v").ok()) == (3, 3, 3)
    path = run.folder / images[1]
    before = path.stat()
    path.write_bytes(small_image(777))  # as large as before
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # and seemingly as old
    changed = run("images", *LABELS, *STORE, "-v").ok()
    assert known(changed) == (3, 2, 2)
    assert changed.records[0] == first.records[0] and changed.records[1] != first.records[1]
    assert changed.records[1]["labels"] == run(path, *LABELS).ok().records[0]["labels"]


def test_moved_and_copied_files_are_recognised(run: Command):
    images = small_images(run, 2)
    run("images", *LABELS, *STORE).ok()
    os.rename(run.folder / images[0], run.folder / "moved.ppm")
    shutil.copy(run.folder / images[1], run.folder / "copy.ppm")
    assert known(run("moved.ppm", "copy.ppm", *LABELS, *STORE, "-v").ok()) == (2, 2, 0)


def test_image_on_standard_input(run: Command):
    photo = CAT.read_bytes()
    from_file = run(CAT, *LABELS, *STORE).ok().records[0]
    result = run("-", *LABELS, *STORE, "-v", stdin=photo).ok()
    assert known(result) == (1, 1, 0) and result.records[0]["labels"] == from_file["labels"]


def test_worker_is_answered_at_once(run: Command):
    run(PHOTOS, *LABELS, *STORE).ok()
    process = run.start("--files-from", "-", *LABELS, *STORE, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for name in ("cat.jpg", "coffee.jpg", "cat.jpg"):
        process.stdin.write(os.fsencode(PHOTOS / name) + b"\n")
        process.stdin.flush()
        assert name.encode() in process.stdout.readline()
    process.stdin.close()
    assert process.wait(30) == 0
    process.stdout.close()


def test_what_embeddings_depend_on_is_told_apart(run: Command, model_copy):
    run(CAT, *LABELS, *STORE).ok()
    assert known(run(CAT, *LABELS, *STORE, "-v", "--no-exif").ok())[1] == 0
    assert known(run(CAT, *LABELS, *STORE, "-v", "--precision", "fp32").ok())[1] == 1
    assert known(run(CAT, *LABELS, *STORE, "-v", "--model", model_copy).ok())[1] == 1  # the same model elsewhere
    assert known(run(CAT, "--labels", "x,y", *STORE, "-v", "--multi-label", "--template", "{}").ok())[1] == 1


def test_limit_of_pixels_still_holds(run: Command):
    run(CAT, *LABELS, *STORE).ok()
    assert run(CAT, *LABELS, *STORE, "--max-pixels", "1000").code == 1
    assert known(run(CAT, *LABELS, *STORE, "-v", "--max-pixels", "999999999").ok())[1] == 1


def test_model_without_sums_is_known_by_its_files(run: Command, model_copy):
    edit_manifest(model_copy, files=None)
    trusted = ("--model", model_copy, "--trust", "-v")
    run(CAT, *LABELS, *STORE, *trusted).ok()
    assert known(run(CAT, *LABELS, *STORE, *trusted).ok())[1] == 1
    with open(model_copy / "image_encoder.pt", "ab") as encoder:
        encoder.write(b"\0")
    assert known(run(CAT, *LABELS, *STORE, *trusted).ok())[1] == 0


def test_failed_images_are_not_stored(run: Command):
    run.write("bad.jpg", "no image")
    for _ in range(2):
        result = run("bad.jpg", CAT, *LABELS, *STORE)
        assert result.code == 1 and result.records[0]["error"]["code"] == "decode"
    with sqlite3.connect(run.folder / "a.store") as store:
        assert store.execute("SELECT count(*) FROM embeddings").fetchone() == (1,)


def test_killed_run_goes_on_where_it_was(run: Command):
    paths = small_images(run, 40)
    whole = run("images", *LABELS).ok()
    process = run.start("--files-from", "-", *LABELS, *STORE, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    feed_until_stored(run, process, paths)
    process.kill()
    process.communicate(timeout=30)
    done = stored(run)
    assert 0 < done < 40
    with sqlite3.connect(run.folder / "a.store") as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    result = run("images", *LABELS, *STORE, "--batch-size", "4", "-v").ok()
    assert known(result)[1] >= done
    assert result.labels == whole.labels
    assert known(run("images", *LABELS, *STORE, "-v").ok())[1] == 40


def test_interrupted_run_keeps_what_it_did(run: Command):
    process = run.start("--files-from", "-", *LABELS, *STORE, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                        stderr=subprocess.PIPE)
    process.stdin.write(os.fsencode(CAT) + b"\n")
    process.stdin.flush()
    process.stdout.readline()
    process.terminate()
    process.communicate(timeout=30)
    assert known(run(CAT, *LABELS, *STORE, "-v").ok())[1] == 1


def test_processes_share_a_store(run: Command):
    images = small_images(run, 24)
    orders = [images, images[::-1], images[12:] + images[:12]]
    processes = [run.start(*order, *LABELS, *STORE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                 for order in orders]
    for order, process in zip(orders, processes, strict=True):
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0 and err == ""
        assert out.count("\n") == len(order)
    together = run("images", *LABELS, *STORE, "-v").ok()
    assert known(together)[1] == 24
    assert together.labels == run("images", *LABELS).ok().labels


class TestBadStore:
    """One line that names the store, exit code 2, and the file as it was."""

    def test_damaged_anywhere(self, run: Command):
        right = run(PHOTOS, *LABELS, *STORE).ok().labels
        sound = (run.folder / "a.store").read_bytes()
        rng = random.Random(5)
        refused = 0
        for position in [60] + [rng.randrange(len(sound)) for _ in range(4)]:
            damaged = bytearray(sound)
            damaged[position:position + 64] = bytes(rng.randrange(256) for _ in damaged[position:position + 64])
            run.write("a.store", bytes(damaged))
            result = run(PHOTOS, *LABELS, *STORE)
            if result.code == 0:
                assert result.labels == right
            else:
                result.fails(2, "a.store")
                refused += 1
        assert refused >= 1

    def test_truncated(self, run: Command):
        run(PHOTOS, *LABELS, *STORE).ok()
        sound = (run.folder / "a.store").read_bytes()
        run.write("a.store", sound[:len(sound) // 2])
        run(PHOTOS, *LABELS, *STORE).fails(2, "a.store", "damaged")

    def test_not_a_store(self, run: Command):
        run.write("a.store", "my precious notes\n" * 100)
        run(CAT, *LABELS, *STORE).fails(2, "a.store", "not a store")
        assert (run.folder / "a.store").read_text() == "my precious notes\n" * 100

    def test_database_of_another_program(self, run: Command):
        with sqlite3.connect(run.folder / "a.store") as other:
            other.execute("CREATE TABLE recipes (name TEXT)")
        run(CAT, *LABELS, *STORE).fails(2, "a.store", "another program")
        with sqlite3.connect(run.folder / "a.store") as other:
            assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]

    def test_newer_version(self, run: Command):
        run(CAT, *LABELS, *STORE).ok()
        with sqlite3.connect(run.folder / "a.store") as store:
            store.execute("PRAGMA user_version = 99")
        run(CAT, *LABELS, *STORE).fails(2, "a.store", "newer")

    def test_impossible_places(self, run: Command):
        run(CAT, *LABELS, "--store", "no/such/a.store").fails(2, "no/such/a.store")
        run(CAT, *LABELS, "--store", ".").fails(2, "can't be opened")
        run(CAT, *LABELS, "--store", "").fails(2, "empty name")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root writes every file")
    def test_unwritable(self, run: Command):
        run(CAT, *LABELS, *STORE).ok()
        (run.folder / "a.store").chmod(0o400)
        run(CAT, *LABELS, *STORE).fails(2, "a.store", "written")

    def test_full_disk_loses_nothing(self, run: Command):
        """A limit on the size of files stands for the disk's."""
        images = small_images(run, 24)
        run(images[0], *LABELS, *STORE).ok()
        limit = ("sh", "-c", 'trap "" XFSZ; ulimit -f 160; exec "$@"', "sh")
        run("images", *LABELS, *STORE, "-o", "/dev/null", prefix=limit).fails(2, "a.store")
        assert known(run(images[0], *LABELS, *STORE, "-v").ok())[1] == 1
        run("images", *LABELS, *STORE).ok()

    def test_really_full_disk(self, run: Command):
        mount = ("unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=200k none disk && exec "$@"', "sh")
        (run.folder / "disk").mkdir()
        if subprocess.run([*mount, "true"], cwd=run.folder, capture_output=True, check=False).returncode != 0:
            pytest.skip("needs to mount a file system")
        small_images(run, 30)
        run("images", *LABELS, "--store", "disk/a.store", "-o", "/dev/null", prefix=mount).fails(2, "disk/a.store", "space")
