"""Search: images by a text or an image, and near-duplicates; in every format, from every kind of input."""

import csv
import io
import json
import os
import pathlib
import re
import shutil
import subprocess

import numpy
import pytest
from conftest import PHOTOS, Command, Result, edit_manifest
from stores import feed_until_stored, settle, small_images
from test_terminal import on_terminal

CAT, COFFEE = str(PHOTOS / "cat.jpg"), str(PHOTOS / "coffee.jpg")
STORE = ("--store", "a.store")


def names(result: Result) -> list[str]:
    return [pathlib.Path(line).stem for line in result.ok().text.splitlines()]


def found(run: Command, *arguments: str | os.PathLike) -> list[str]:
    return names(run("search", *arguments))


def stems(result: Result) -> list[str]:
    return [pathlib.Path(record["path"]).stem for record in result.ok().records]


class TestQueries:
    def test_the_best_comes_first(self, run: Command):
        for query, best in {"a cat": "cat", "a cup of coffee": "coffee", "a rocket": "rocket",
                            "an astronaut": "astronaut"}.items():
            assert found(run, query, PHOTOS)[0] == best
        assert len(found(run, "a cat", PHOTOS)) == 5
        assert found(run, "a cat", PHOTOS, "-k", "1") == ["cat"]

    def test_records(self, run: Command):
        result = run("search", "a cat", PHOTOS, "--json").ok()
        assert list(result.records[0]) == ["path", "query", "rank", "score", "similarity"]
        assert [record["rank"] for record in result.records] == [1, 2, 3, 4, 5]
        assert {record["query"] for record in result.records} == {"a cat"}
        similarities = [record["similarity"] for record in result.records]
        assert similarities == sorted(similarities, reverse=True)
        labelled = run(CAT, "--label", "a cat", "--template", "{}", "--scores", "similarity", "--json", "-q").ok()
        assert labelled.records[0]["score"] == pytest.approx(similarities[0], abs=1e-6)
        assert json.loads(run("search", "a cat", PHOTOS, "--format", "json").ok().out) == result.records

    def test_tables(self, run: Command):
        rows = list(csv.DictReader(io.StringIO(run("search", "a cat", PHOTOS, "--format", "csv").ok().text)))
        records = run("search", "a cat", PHOTOS, "--json").ok().records
        assert [(row["path"], row["query"], int(row["rank"]), float(row["similarity"])) for row in rows] == \
            [(record["path"], "a cat", record["rank"], record["similarity"]) for record in records]
        header = run("search", "a cat", PHOTOS, "--format", "tsv").ok().text.splitlines()[0]
        assert header.split("\t") == ["path", "query", "rank", "score", "similarity", "error"]

    def test_threshold(self, run: Command):
        every = run("search", "a cat", PHOTOS, "--json").ok().records
        limit = every[1]["similarity"]
        assert run("search", "a cat", PHOTOS, "--json", "--threshold", repr(limit)).ok().records == every[:2]
        assert run("search", "a cat", PHOTOS, "--threshold", "1").ok().text == ""

    def test_several(self, run: Command):
        run.write("queries.txt", "a rocket\n\na cat\n")
        result = run("search", "--query", "coffee", "--queries-file", "queries.txt", PHOTOS, "-k", "2", "--json").ok()
        assert [(record["query"], record["rank"]) for record in result.records] == \
            [(query, rank) for query in ("coffee", "a rocket", "a cat") for rank in (1, 2)]
        assert stems(result)[::2] == ["coffee", "rocket", "cat"]
        text = run("search", "--query", "coffee", "--query", "a cat", PHOTOS, "-k", "1").ok().text
        assert [pathlib.Path(line).name for line in text.splitlines()] == ["coffee.jpg", "cat.jpg"]

    def test_texts_are_added_and_taken_away(self, run: Command):
        def similarity(*arguments: str) -> dict[str, float]:
            records = run("search", "an animal", PHOTOS, "--json", *arguments).ok().records
            return {pathlib.Path(record["path"]).stem: record["similarity"] for record in records}

        plain, without, less, more = (similarity(*arguments) for arguments in (
            (), ("--not", "cat"), ("--not", "cat", "--weight", "cat=0.2"), ("--with", "cup", "--weight", "cup=3")))
        assert without["cat"] < less["cat"] < plain["cat"]
        assert more["coffee"] > plain["coffee"]
        assert similarity("--not", "cat", "--weight", "cat=0") == plain
        assert similarity("--with", "cat", "--weight", "an animal=0") == {
            pathlib.Path(record["path"]).stem: record["similarity"]
            for record in run("search", "cat", PHOTOS, "--json").ok().records}

    def test_as_vectors_in_numpy(self, run: Command):
        run("embed", PHOTOS, "--text", "an animal", "--text", "cup", "--text", "cat", "-o", "a.npy").ok()
        rows = numpy.load(run.folder / "a.npy")
        animal, cup, cat = rows[5:]
        query = animal + 0.5 * cup - 2 * cat
        expected = rows[:5] @ (query / numpy.linalg.norm(query))
        records = run("search", "an animal", "--with", "cup", "--not", "cat", "--weight", "cup=0.5", "--weight", "cat=2",
                      PHOTOS, "--json").ok().records
        assert [record["similarity"] for record in records] == pytest.approx(sorted(expected, reverse=True), abs=1e-6)


class TestImageQueries:
    def test_more_like_this(self, run: Command):
        run.photo("cat.jpg", "photos/again.jpg")
        run.photo("coffee.jpg", "photos/coffee.jpg")
        records = run("search", "--image", CAT, "photos", "--json").ok().records
        assert records[0]["path"] == "photos/again.jpg" and records[0]["query"] == CAT
        assert records[0]["similarity"] == pytest.approx(1, abs=1e-5) and records[1]["similarity"] < 0.9

    def test_the_image_itself_is_left_out(self, run: Command):
        run.photo("cat.jpg", "photos/cat.jpg")
        run.photo("coffee.jpg", "photos/coffee.jpg")
        assert found(run, "--image", "photos/../photos/cat.jpg", "photos") == ["coffee"]
        assert found(run, "--image", "photos/cat.jpg", "--query", "a cat", "photos") == ["cat", "coffee", "coffee"]

    def test_with_a_text(self, run: Command):
        assert found(run, "--image", CAT, "--with", "a rocket", "--weight", f"{CAT}=0", PHOTOS, "-k", "1") == ["rocket"]

    def test_on_standard_input(self, run: Command):
        result = run("search", "--image", "-", PHOTOS, "-k", "1", stdin=(PHOTOS / "rocket.jpg").read_bytes())
        assert names(result) == ["rocket"]
        run("search", "--image", "-", "-", stdin=b"").fails(2, "standard input")

    def test_one_that_fails(self, run: Command):
        run.write("bad.jpg", "no image")
        run("search", "--image", "bad.jpg", PHOTOS).fails(2, "bad.jpg")
        run("search", "--image", "missing.jpg", PHOTOS).fails(2, "missing.jpg")
        run("search", "--image", PHOTOS, PHOTOS).fails(2, "--image", "one image")
        run("search", "--image", "a.npy", PHOTOS).fails(2, "--image", "one image")


class TestText:
    def test_paths_are_bytes_for_programs(self, run: Command):
        run.photo("cat.jpg", b"caf\xe9.jpg")
        run.photo("coffee.jpg", "two\nlines.jpg")
        result = run("search", "a cat", ".", "-0").ok()
        assert result.out == b"./caf\xe9.jpg\0./two\nlines.jpg\0"
        assert run("search", "a cat", ".", "-k", "1").ok().out == b"./caf\xe9.jpg\n"
        record = run("search", "a cat", ".", "-k", "1", "--json").ok().records[0]
        assert record["path"] == "./caf�.jpg" and record["path_base64"] == "Li9jYWbpLmpwZw=="

    def test_for_xargs(self, run: Command):
        run.photo("cat.jpg", "a b.jpg")
        result = run("search", "a cat", ".", "-0").ok()
        listed = subprocess.run(["xargs", "-0", "ls"], input=result.out, cwd=run.folder, capture_output=True, check=True)
        assert listed.stdout == b"./a b.jpg\n"

    def test_null_is_of_the_list_of_files_too(self, run: Command):
        run.photo("cat.jpg", "a\nb.jpg")
        assert run("search", "a cat", "--files-from", "-", "-0", stdin=b"a\nb.jpg\0").ok().out == b"a\nb.jpg\0"

    def test_on_a_terminal(self, run: Command):
        run.photo("cat.jpg", b"caf\xe9.jpg")
        code, shown = on_terminal(run, "search", "--query", "a cat", "--query", "tea", ".", stdout_too=True)
        assert code == 0
        assert shown.replace("\r", "") == "# a cat\n$'./caf\\351.jpg'\n\n# tea\n$'./caf\\351.jpg'\n"

    def test_into_a_file(self, run: Command):
        run("search", "a cat", PHOTOS, "-k", "1", "-o", "found.txt").ok()
        assert (run.folder / "found.txt").read_text() == f"{CAT}\n"

    def test_closed_pipe(self, run: Command):
        process = run.start("search", "a cat", PHOTOS, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.close()
        assert process.wait(60) == 0 and process.stderr.read() == b""
        process.stderr.close()


class TestDuplicates:
    @pytest.fixture
    def photos(self, run: Command) -> list[str]:
        for name in ("cat.jpg", "coffee.jpg", "rocket.jpg"):
            run.photo(name, f"photos/{name}")
        run.photo("cat.jpg", "photos/x/cat.jpg")
        run.photo("coffee.jpg", "photos/x/coffee.jpg")
        run.photo("cat.jpg", "photos/y.jpg")
        return ["photos"]

    def test_groups(self, run: Command, photos: list[str]):
        text = run("search", "--duplicates", "0.95", *photos).ok().text
        assert text == ("photos/cat.jpg\nphotos/x/cat.jpg\nphotos/y.jpg\n\n"
                        "photos/coffee.jpg\nphotos/x/coffee.jpg\n")

    def test_records(self, run: Command, photos: list[str]):
        records = run("search", "--duplicates", "0.95", *photos, "--json").ok().records
        assert [(record["path"], record["duplicate_of"]) for record in records] == [
            ("photos/x/cat.jpg", "photos/cat.jpg"), ("photos/y.jpg", "photos/cat.jpg"),
            ("photos/x/coffee.jpg", "photos/coffee.jpg")]
        assert [record["similarity"] for record in records] == pytest.approx([1, 1, 1], abs=1e-6)
        table = run("search", "--duplicates", "0.95", *photos, "--format", "csv").ok().text
        assert table.splitlines()[0] == "path,duplicate_of,similarity,error"

    def test_all_but_one_of_each(self, run: Command, photos: list[str]):
        result = run("search", "--duplicates", "0.95", *photos, "--omit-first", "-0").ok()
        assert result.out == b"photos/x/cat.jpg\0photos/y.jpg\0photos/x/coffee.jpg\0"
        subprocess.run(["xargs", "-0", "rm"], input=result.out, cwd=run.folder, check=True)
        assert run("search", "--duplicates", "0.95", *photos).ok().text == ""
        assert len(list((run.folder / "photos").glob("*.jpg"))) == 3

    def test_threshold_decides(self, run: Command, photos: list[str]):
        similarity = run("search", "--image", "photos/cat.jpg", "photos/coffee.jpg", "--json").ok().records[0]["similarity"]
        pair = ("photos/cat.jpg", "photos/coffee.jpg")
        assert run("search", "--duplicates", repr(similarity - 1e-6), *pair, "--json").ok().records
        assert not run("search", "--duplicates", repr(similarity + 1e-6), *pair, "--json").ok().records

    def test_many_from_a_file_as_in_numpy(self, run: Command):
        rng = numpy.random.default_rng(1)
        rows = numpy.repeat(rng.normal(size=(400, 1002)), 3, axis=0) + 0.15 * rng.normal(size=(1200, 1002))
        rows = (rows / numpy.linalg.norm(rows, axis=1, keepdims=True)).astype(numpy.float32)
        numpy.save(run.folder / "a.npy", rows)
        run.write("a.jsonl", "".join(f'{{"path": "{number}"}}\n' for number in range(1200)))
        records = run("search", "--duplicates", "0.9", "a.npy", "--json").ok().records
        assert [(record["path"], record["duplicate_of"]) for record in records] == \
            [(str(number), str(number // 3 * 3)) for number in range(1200) if number % 3]
        for record in records[::100]:
            expected = rows[int(record["path"])] @ rows[int(record["duplicate_of"])]
            assert record["similarity"] == pytest.approx(float(expected), abs=1e-5)


class TestInputs:
    def test_embedding_files(self, run: Command):
        run("embed", PHOTOS, "-o", "a.npy").ok()
        result = run("search", "a cat", "a.npy", "--json", "-v").ok()
        assert result.records == run("search", "a cat", PHOTOS, "--json").ok().records
        assert "encoding images" not in result.err

    def test_wrong_files_are_refused_by_name(self, run: Command, model_copy):
        numpy.save(run.folder / "narrow.npy", numpy.ones((1, 3), numpy.float32))
        run.write("narrow.jsonl", '{"path": "a.jpg"}\n')
        run("search", "a cat", "narrow.npy").fails(2, "narrow.npy", "width 3")
        run("embed", CAT, "-o", "a.npy").ok()
        digest = json.loads((model_copy / "model.json").read_text())["files"]["image_encoder.pt"]["sha256"]
        manifest = model_copy / "model.json"
        manifest.write_text(manifest.read_text().replace(digest, "0" * 64))
        run("search", "a cat", "a.npy", "--model", model_copy).fails(2, "a.npy", "another model")

    def test_failed_images_are_told_and_ranked_without(self, run: Command):
        run.photo("cat.jpg", "photos/a.jpg")
        run.photo("rocket.jpg", "photos/c.jpg")
        run.write("photos/b.jpg", (PHOTOS / "cat.jpg").read_bytes()[:5000])
        result = run("search", "a rocket", "photos")
        assert result.code == 1 and result.out == b"photos/c.jpg\nphotos/a.jpg\n"
        assert "photos/b.jpg" in result.err and "1 of 3 images failed" in result.err
        result = run("search", "--duplicates", "0.9", "photos")
        assert result.code == 1 and result.out == b"" and "photos/b.jpg" in result.err

    def test_interrupted(self, run: Command):
        process = run.start("search", "a cat", "--files-from", "-", "-o", "found.txt", *STORE, stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        paths = small_images(run, 40)
        fed = feed_until_stored(run, process, paths)
        process.terminate()
        process.wait(timeout=30)  # before its input ends, which might be seen first
        err = process.stderr.read()
        assert process.returncode == -15
        done = int(re.search(rb"interrupted after (\d+) images; found.txt is not written", err)[1])
        assert 0 < done <= fed
        assert not (run.folder / "found.txt").exists()
        assert f"({done} known" in run("search", "a cat", *paths, *STORE, "-v").ok().err


class TestIndex:
    """Forced, on few rows; how many rows decide to use it is a number in one place."""

    QUERIES = ("--query", "a cat", "--query", "a dog", "--json")

    @pytest.fixture
    def rows(self, run: Command) -> str:
        rng = numpy.random.default_rng(2)
        rows = rng.normal(size=(2000, 1002)).astype(numpy.float32)
        rows /= numpy.linalg.norm(rows, axis=1, keepdims=True)
        for name, values in ("a", rows), ("longer", 2 * rows):
            numpy.save(run.folder / f"{name}.npy", values)
            run.write(f"{name}.jsonl", "".join(f'{{"path": "{number}.jpg"}}\n' for number in range(len(rows))))
        return "a.npy"

    def test_finds_what_exact_search_finds(self, run: Command, rows: str):
        settle()
        exact = run("search", *self.QUERIES, rows, "--index", "exact").ok()
        assert run("search", *self.QUERIES, rows).ok().out == exact.out  # not so many that auto means hnsw
        first = run("search", *self.QUERIES, rows, "--index", "hnsw").ok()
        assert first.err == ("clip-classify: making an index of a.npy for this search and later ones; "
                             "a million rows take minutes\n")
        known = {(record["query"], record["path"]): record["similarity"] for record in exact.records}
        pairs = [(record["query"], record["path"]) for record in first.records]
        assert len(pairs) == 20 and len(known.keys() & pairs) >= 19
        assert all(record["similarity"] == known[pair]
                   for record, pair in zip(first.records, pairs, strict=True) if pair in known)

        second = run("search", *self.QUERIES, rows, "--index", "hnsw").ok()
        assert second.err == "" and second.out == first.out
        [index] = (run.cache / "indexes").iterdir()
        index.write_bytes(index.read_bytes()[:-100] + b"damage" * 10)
        third = run("search", *self.QUERIES, rows, "--index", "hnsw").ok()
        assert third.err == first.err and len(known.keys() & {(r["query"], r["path"]) for r in third.records}) >= 19

        result = run("search", *self.QUERIES, "longer.npy", "--index", "hnsw").ok()
        assert "warning: all 2000 rows of longer.npy are looked at: an index takes" in result.err
        assert result.out == run("search", *self.QUERIES, "longer.npy").ok().out

    def test_what_it_is_not_for(self, run: Command, rows: str):
        run("search", "a cat", PHOTOS, "--index", "hnsw").fails(2, "--index hnsw", "embedding files")
        run("search", "a cat", *STORE, "--index", "hnsw").fails(2, "--index hnsw", "embedding files")
        run("search", "a cat", rows, "--index", "hnsw", "-k", "0").fails(2, "--index hnsw", "-k 0")
        run("search", "a cat", rows, "--index", "hnsw", "--no-cache").fails(2, "--index hnsw", "cache")
        run("search", "--duplicates", "0.9", rows, "--index", "hnsw").fails(2, "--duplicates", "--index")
        run("search", "a cat", rows, "--index", "best").fails(2, "--index", "best")


class TestStore:
    def test_the_second_time_nothing_is_read(self, run: Command):
        first = run("search", "a cat", PHOTOS, *STORE, "--json", "-v").ok()
        second = run("search", "a cat", PHOTOS, *STORE, "--json", "-v").ok()
        assert "5 images (0 known" in first.err and "5 images (5 known, 5 of them unread)" in second.err
        assert first.out == second.out == run("search", "a cat", PHOTOS, "--json").ok().out

    def test_all_it_knows(self, run: Command, model_copy):
        images = small_images(run, 30)
        settle()
        run("search", "red", "images", *STORE).ok()
        shutil.copy(run.folder / images[0], run.folder / "copy.ppm")
        run("search", "red", "copy.ppm", *STORE).ok()  # too new: its state is not kept
        named = run("search", "red", "images", "-k", "0", "--json").ok()
        (run.folder / images[1]).unlink()
        shutil.rmtree(model_copy)
        whole = run("search", "red", *STORE, "-k", "0", "--json", "-v").ok()
        assert [record["path"] for record in whole.records] == \
            [str(run.folder / record["path"]) for record in named.records]
        assert [record["score"] for record in whole.records] == [record["score"] for record in named.records]
        assert "30 images (30 known, 30 of them unread)" in whole.err
        assert run("search", "--duplicates", "0.5", *STORE).ok().text.startswith(f"{run.folder}/images/0000.ppm\n")

    def test_of_this_model_only(self, run: Command, model_copy):
        run("search", "a cat", PHOTOS, *STORE).ok()
        edit_manifest(model_copy, name="other")
        assert found(run, "a cat", *STORE, "--model", model_copy, "-k", "1") == ["cat"]  # the same encoder
        assert found(run, "a cat", *STORE, "--no-exif") == []

    def test_changed_file_is_noticed(self, run: Command):
        run.photo("cat.jpg", "a.jpg")
        settle()
        for _ in range(2):
            assert run("search", "a cat", "a.jpg", *STORE, "--threshold", "0.02").ok().text == "a.jpg\n"
        run.photo("rocket.jpg", "a.jpg")
        assert run("search", "a cat", "a.jpg", *STORE, "--threshold", "0.02").ok().text == ""

    def test_damage_is_an_error(self, run: Command):
        run("search", "a cat", PHOTOS, *STORE).ok()
        store = run.folder / "a.store"
        run("embed", PHOTOS, "-o", "a.npy").ok()
        row = numpy.load(run.folder / "a.npy")[2].tobytes()
        sound = store.read_bytes()
        assert row in sound
        store.write_bytes(sound.replace(row[:64], b"abcd" + row[4:64]))
        run("search", "a cat", PHOTOS, *STORE).fails(2, "a.store", "damaged")
        run("search", "a cat", *STORE).fails(2, "a.store", "damaged")

    def test_missing(self, run: Command):
        run("search", "a cat", *STORE).fails(2, "a.store", "no such store")
        assert list(run.folder.iterdir()) == []


class TestBadUsage:
    def test_queries(self, run: Command):
        run("search").fails(2, "no query")
        run("search", "", PHOTOS).fails(2, "query", "is empty")
        run("search", " ", PHOTOS).fails(2, "query", "is empty")
        run("search", "--query", "", PHOTOS).fails(2, "--query", "is empty")
        run("search", "--with", "", "a cat", PHOTOS).fails(2, "--with", "is empty")
        run("search", b"caf\xe9", PHOTOS).fails(2, "not UTF-8")
        run("search", PHOTOS).fails(2, "no images given", "photos")
        run.write("none.txt", "\n\n")
        run("search", "--queries-file", "none.txt", PHOTOS).fails(2, "none.txt", "no queries")
        run("search", "--queries-file", "missing.txt", PHOTOS).fails(2, "--queries-file", "missing.txt")

    def test_a_long_query_is_cut_and_told(self, run: Command):
        result = run("search", "a cat " * 2000, PHOTOS, "-k", "1")
        assert names(result) == ["cat"]
        assert re.fullmatch(r"clip-classify: warning: query text '.*' is longer than the model's \d+ tokens and was cut\n",
                            result.err)

    def test_weights(self, run: Command):
        run("search", "a cat", PHOTOS, "--weight", "dog=2").fails(2, "--weight", "'dog' is none of the queries")
        run("search", "a cat", PHOTOS, "--weight", "a cat").fails(2, "TERM=W")
        for weight in ("x", "", "-1", "nan", "inf", "1 "):
            run("search", "a cat", PHOTOS, "--weight", f"a cat={weight}").fails(2, "--weight", "number")
        run("search", "a cat", PHOTOS, "--not", "a cat").fails(2, "query 'a cat'", "cancel out")
        run("search", "a cat", PHOTOS, "--weight", "a cat=0").fails(2, "query 'a cat'", "nothing is left")

    def test_numbers(self, run: Command):
        run("search", "a cat", PHOTOS, "--threshold", "2").fails(2, "--threshold", "-1 to 1")
        run("search", "a cat", PHOTOS, "--threshold", "nan").fails(2, "--threshold")
        run("search", "--duplicates", "1.5", PHOTOS).fails(2, "--duplicates", "-1 to 1")
        run("search", "a cat", PHOTOS, "-k", "-1").fails(2, "--top-k")

    def test_what_does_not_go_together(self, run: Command):
        run("search", "--duplicates", "0.9", "--query", "a cat", PHOTOS).fails(2, "--duplicates", "--query")
        run("search", "--duplicates", "0.9", "-k", "3", PHOTOS).fails(2, "--duplicates", "--top-k")
        run("search", "a cat", PHOTOS, "--omit-first").fails(2, "--omit-first", "--duplicates")
        run("search", "a cat", PHOTOS, "--shard", "1/2").fails(2, "--shard")
