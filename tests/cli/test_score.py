"""score: what its figures are, by NumPy from the same embeddings, and what becomes of tables that are wrong."""

import csv
import io
import json
import os
import signal
import subprocess
import time

import numpy
import pytest
from conftest import PHOTOS, Command
from stores import small_image

PAIRS = [("cat.jpg", "a cat", ["a kitten", "a tabby cat"]), ("coffee.jpg", "a cup of coffee", ["an espresso"]),
         ("rocket.jpg", "a rocket", []), ("photographer.jpg", "a man with a camera", []),
         ("cat.jpg", "a dog", ["a puppy"]), ("astronaut.jpg", "a cat, or a rocket", ["a woman"])]
BAD = ("bad.jpg", "no image", [])


def write_table(run: Command, pairs: list[tuple], name: str = "pairs.csv") -> None:
    with open(run.folder / name, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "image", "text", "references"])
        writer.writerows((number, image, text, "|".join(refs)) for number, (image, text, refs) in enumerate(pairs))
    for image in {pair[0] for pair in pairs} - {BAD[0]}:
        run.photo(image)
    run.write(BAD[0], "no image")


def embeddings(run: Command, pairs: list[tuple], template: str = "{}") -> dict[str, numpy.ndarray]:
    """Each image and text by its name, through embed."""
    images = list(dict.fromkeys(image for image, _, _ in pairs))
    texts = list(dict.fromkeys(text for _, caption, refs in pairs for text in (caption, *refs)))
    options = [option for text in texts for option in ("--text", template.replace("{}", text))]
    run("embed", *images, *options, "-o", "embedded.npy").ok()
    rows = numpy.load(run.folder / "embedded.npy").astype(numpy.float64)
    return dict(zip([*images, *texts], rows, strict=True))


def expected_scores(rows: dict[str, numpy.ndarray], pair: tuple) -> dict:
    image, text, refs = pair
    similarity = rows[image] @ rows[text]
    score = 2.5 * max(similarity, 0)
    nearest = max((rows[text] @ rows[ref] for ref in refs), default=0)
    harmonic = 2 * score * nearest / (score + nearest) if score > 0 and nearest > 0 else 0
    return {"similarity": similarity, "clip_score": score, "ref_clip_score": harmonic if refs else None}


def close(expected: dict) -> dict:
    return {key: value if value is None else pytest.approx(value, abs=1e-6) for key, value in expected.items()}


def figures(ranks: list[int]) -> dict:
    ranks = numpy.array(ranks)
    return {"queries": len(ranks), **{f"recall_at_{k}": numpy.mean(ranks <= k) for k in (1, 5, 10)},
            "median_rank": numpy.median(ranks), "mean_reciprocal_rank": numpy.mean(1 / ranks)}


@pytest.mark.parametrize("template", ["{}", "A photo depicts {}"])
def test_scores_are_those_of_numpy(run: Command, template: str):
    write_table(run, PAIRS)
    records = run("score", "pairs.csv", "--json", "--template", template).ok().records
    rows = embeddings(run, PAIRS, template)
    for record, pair in zip(records, PAIRS, strict=True):
        assert list(record) == ["path", "text", "similarity", "clip_score", "ref_clip_score"]
        assert record == {"path": pair[0], "text": pair[1]} | close(expected_scores(rows, pair))


def test_ranks_are_those_of_numpy(run: Command):
    pairs = [*PAIRS, BAD]
    write_table(run, pairs)
    result = run("score", "pairs.csv", "--json", "--retrieval").ok(1)
    rows = embeddings(run, PAIRS)
    images = list(dict.fromkeys(image for image, _, _ in PAIRS))
    cosines = numpy.array([[rows[image] @ rows[text] for _, text, _ in PAIRS] for image in images])
    own = [images.index(image) for image, _, _ in PAIRS]
    image_ranks = [1 + sum(cosines[other, text] >= cosines[image, text] for other in range(len(images))
                           if other != image) for text, image in enumerate(own)]
    text_ranks = [1 + sum(cosines[image, other] >= cosines[image, text] for other in range(len(own))
                          if own[other] != image) for text, image in enumerate(own)]
    assert len(set(image_ranks)) > 1 and len(set(text_ranks)) > 1  # or nothing would be compared
    assert [(record["image_rank"], record["text_rank"]) for record in result.records[:-1]] == \
        list(zip(image_ranks, text_ranks, strict=True))
    assert result.records[-1]["error"]["code"] == "decode" and "image_rank" not in result.records[-1]

    summary, = run("score", "pairs.csv", "--json", "--retrieval", "--summary").ok(1).records
    best = [min(rank for rank, image in zip(text_ranks, own, strict=True) if image == of) for of in range(len(images))]
    assert summary["text_to_image"] == pytest.approx(figures(image_ranks))
    assert summary["image_to_text"] == pytest.approx(figures(best))


def test_summary(run: Command):
    write_table(run, [*PAIRS, BAD])
    rows = embeddings(run, PAIRS)
    scores = [expected_scores(rows, pair) for pair in PAIRS]
    mean = numpy.mean([score["clip_score"] for score in scores])
    of_references = numpy.mean([score["ref_clip_score"] for score in scores if score["ref_clip_score"] is not None])
    expected = {"pairs": 7, "failed": 1, "clip_score": pytest.approx(mean, abs=1e-6),
                "ref_clip_score": pytest.approx(of_references, abs=1e-6)}
    for form in ("json", "jsonl"):
        assert json.loads(run("score", "pairs.csv", "--summary", "--format", form).ok(1).text) == expected
    for form, separator in (("csv", ","), ("tsv", "\t")):
        names, values = run("score", "pairs.csv", "--summary", "--format", form).ok(1).text.splitlines()
        assert names.split(separator) == list(expected)
        assert [float(value) for value in values.split(separator)] == list(expected.values())
    text = run("score", "pairs.csv", "--summary").ok(1).text
    assert "7, 1 failed" in text and f"{mean:.4f}" in text and f"{of_references:.4f}" in text and "recall" not in text
    assert "cat.jpg" not in text
    assert "recall" in run("score", "pairs.csv", "--summary", "--retrieval").ok(1).text


def test_threshold_leaves_out_rows_but_not_errors(run: Command):
    write_table(run, [*PAIRS, BAD])
    every = run("score", "pairs.csv", "--json").ok(1).records
    limit = sorted(record["clip_score"] for record in every[:-1])[3]
    kept = run("score", "pairs.csv", "--json", "--threshold", repr(limit)).ok(1).records
    assert kept == [record for record in every if "error" in record or record["clip_score"] >= limit]
    assert len(kept) == 4
    summary, = run("score", "pairs.csv", "--json", "--threshold", repr(limit), "--summary").ok(1).records
    assert (summary["pairs"], summary["passed"]) == (7, 3)
    assert summary["clip_score"] == pytest.approx(numpy.mean([record["clip_score"] for record in every[:-1]]))


def test_every_format(run: Command):
    write_table(run, [*PAIRS, BAD, ("cat.jpg", 'two\nlines, "quoted"', ["x"])])
    lines = run("score", "pairs.csv", "--json").ok(1).records
    assert json.loads(run("score", "pairs.csv", "--format", "json").ok(1).text) == lines
    fields = list(csv.DictReader(io.StringIO(run("score", "pairs.csv", "--format", "csv").ok(1).text, newline="")))
    assert list(fields[0]) == ["path", "text", "similarity", "clip_score", "ref_clip_score", "error"]
    for field, record in zip(fields, lines, strict=True):
        assert (field["path"], field["text"]) == (record["path"], record["text"])
        for key in ("similarity", "clip_score", "ref_clip_score"):
            assert field[key] == ("" if record.get(key) is None else field[key])
            assert record.get(key) is None or float(field[key]) == record[key]
        assert field["error"].startswith("decode: ") == ("error" in record)
    text = run("score", "pairs.csv").ok(1)
    heading, *shown = text.text.splitlines()
    assert heading.split() == ["similarity", "clip_score", "ref_clip_score", "image", "text"]
    assert shown[0].split() == [f"{lines[0][key]:.4f}" for key in ("similarity", "clip_score", "ref_clip_score")] + \
        ["cat.jpg", "a", "cat"]
    assert shown[6].endswith(r"""$'two\nlines, "quoted"'""")
    assert shown[7] == "" and shown[8].split() == ["pairs", "8,", "1", "failed"]
    assert "bad.jpg: " in text.err
    noted = run("score", "pairs.csv", "--format", "csv", "-v").ok(1).err
    assert '{"pairs":8,"failed":1,' in noted


def test_without_references(run: Command):
    run.write("pairs.csv", f"path,caption\n{PHOTOS}/cat.jpg,a cat\n")
    record, = run("score", "pairs.csv", "--json").ok().records
    assert list(record) == ["path", "text", "similarity", "clip_score"]
    summary, = run("score", "pairs.csv", "--json", "--summary").ok().records
    assert summary["ref_clip_score"] is None


def test_other_tables_and_standard_input(run: Command):
    write_table(run, PAIRS)
    expected = run("score", "pairs.csv", "--json").ok().records
    objects = [{"file": image, "text": text, "refs": refs} for image, text, refs in PAIRS]
    run.write("pairs.jsonl", "".join(json.dumps(row) + "\n" for row in objects))
    assert run("score", "pairs.jsonl", "--json").ok().records == expected
    tabs = "".join("\t".join([image, text, "|".join(refs)]) + "\n" for image, text, refs in PAIRS)
    assert run("score", "-", "--json", stdin=b"image\ttext\trefs\n" + tabs.encode()).ok().records == expected


def test_spaces_around_a_text_change_nothing(run: Command):
    run.write("pairs.csv", f"image,text\n{PHOTOS}/cat.jpg,a cat\n{PHOTOS}/cat.jpg,  a cat \n")
    plain, spaced = run("score", "pairs.csv", "--json", "--template", "seen: {}").ok().records
    assert spaced["text"] == "  a cat " and spaced["similarity"] == plain["similarity"]


def test_each_image_of_a_block_is_embedded_once(run: Command):
    write_table(run, PAIRS * 2)
    assert "5 images, 11 labels (0 known)" in run("score", "pairs.csv", "-v").ok().err
    assert "5 images, 11 labels (11 known)" in run("score", "pairs.csv", "-v").ok().err


def test_more_rows_than_a_block(run: Command):
    paths = [str(PHOTOS / "cat.jpg"), "small.ppm", "gone.jpg"]
    run.write("small.ppm", small_image(7))
    rows = [f"{paths[number % 3]},{('a cat', 'a dog')[number % 2]}\n" for number in range(2500)]
    run.write("pairs.csv", "image,text\n" + "".join(rows))
    result = run("score", "pairs.csv", "--json").ok(1)
    assert [record["path"] for record in result.records] == [paths[number % 3] for number in range(2500)]
    assert [record["text"] for record in result.records[:2]] == ["a cat", "a dog"]
    for number, record in enumerate(result.records):
        first = result.records[number % 6]
        assert record.get("error") == first.get("error")
        assert "error" in record or record["similarity"] == pytest.approx(first["similarity"], abs=1e-6)
    assert result.err.count("gone.jpg: no such file") == 3  # once a block
    whole, = run("score", "pairs.csv", "--json", "--retrieval", "--summary").ok(1).records
    assert (whole["pairs"], whole["failed"]) == (2500, 833) and whole["image_to_text"]["queries"] == 2


def test_what_is_no_image_file_is_an_error_in_its_row(run: Command):
    run.write("a.npy", "no array")
    (run.folder / "folder").mkdir()
    run.photo("cat.jpg", "folder/cat.jpg")
    run.photo("cat.jpg", "-")
    run.write("pairs.csv", "image,text\nfolder,x\na.npy,x\ngone.jpg,x\n-,x\nfolder/cat.jpg,x\n")
    result = run("score", "pairs.csv", "--json").ok(1)
    assert [record.get("error", {}).get("code") for record in result.records] == \
        ["unreadable", "decode", "missing", None, None]
    assert result.records[3]["path"] == "-"
    assert result.records[3]["similarity"] == pytest.approx(result.records[4]["similarity"], abs=1e-6)
    assert "folder: is a folder" in result.err and "3 of 5 images failed" in result.err


def test_nothing_left_to_rank(run: Command):
    run.write("pairs.csv", "image,text\ngone.jpg,x\n")
    summary, = run("score", "pairs.csv", "--json", "--retrieval", "--summary").ok(1).records
    assert summary["clip_score"] is None and summary["text_to_image"]["queries"] == 0
    assert "1, 1 failed" in run("score", "pairs.csv", "--retrieval", "--summary").ok(1).text


def test_images_by_name_from_embedding_files(run: Command):
    write_table(run, PAIRS)
    expected = run("score", "pairs.csv", "--json").ok().records
    run("embed", "cat.jpg", "coffee.jpg", "-o", "a.npy").ok()
    run("embed", "rocket.jpg", "photographer.jpg", "-o", "b.npy").ok()
    for path in run.folder.glob("*.jpg"):
        path.unlink()
    result = run("score", "pairs.csv", "a.npy", "b.npy", "--json", "-v").ok(1)
    for record, read in zip(result.records[:5], expected[:5], strict=True):
        assert record == {key: pytest.approx(value, abs=1e-6) if isinstance(value, float) else value
                          for key, value in read.items()}
    assert result.records[5]["error"] == {"code": "missing", "message": "is in none of the embedding files"}
    assert "astronaut.jpg: is in none" in result.err and "loading the model" not in result.err


def test_wrong_embedding_files_are_refused_by_name(run: Command, model_copy):
    write_table(run, PAIRS)
    numpy.save(run.folder / "narrow.npy", numpy.ones((1, 3), numpy.float32))
    run.write("narrow.jsonl", '{"path": "cat.jpg"}\n')
    run("score", "pairs.csv", "narrow.npy").fails(2, "narrow.npy", "width 3")
    run("embed", "cat.jpg", "-o", "a.npy").ok()
    manifest = model_copy / "model.json"
    digest = json.loads(manifest.read_text())["files"]["image_encoder.pt"]["sha256"]
    manifest.write_text(manifest.read_text().replace(digest, "0" * 64))
    run("score", "pairs.csv", "a.npy", "--model", model_copy).fails(2, "a.npy", "another model (by the model compact)")
    run("score", "pairs.csv", "gone.npy").fails(2, "gone.npy", "No such file")
    run("score", "pairs.csv", "cat.jpg").fails(2, "cat.jpg", "no embedding file")
    run("score", "a.npy", "pairs.csv").fails(2, "a.npy", "table of pairs first")


def test_a_store_is_used(run: Command):
    write_table(run, PAIRS)
    first = run("score", "pairs.csv", "--json", "--store", "a.store", "-v").ok()
    again = run("score", "pairs.csv", "--json", "--store", "a.store", "-v").ok()
    assert "5 images (0 known" in first.err and "5 images (5 known" in again.err
    assert again.records == first.records


@pytest.mark.parametrize("table, words", [
    ("image,label\na.jpg,cat\n", ["pairs.csv:1", "'text' (or 'caption')", "'label'"]),
    ("text\na cat\n", ["pairs.csv:1", "'image' (or 'path', 'file')"]),
    ('image,text\na.jpg,x\n"b.jpg,y\nc.jpg,z\n', ["pairs.csv:3"]),
    ("image,text\na.jpg,a cat, or a dog\n", ["pairs.csv:2", "3 fields", "2 columns"]),
    ("image,text\na.jpg,\n", ["pairs.csv:2", "'text' is empty"]),
    ("image,text,refs\na.jpg,x,a||b\n", ["pairs.csv:2", "value 2 of 3 is empty"]),
    ("image,text\n", ["pairs.csv", "no rows"]),
    ("", ["pairs.csv", "empty"]),
    (b"image,text\na.jpg,\xff\n", ["pairs.csv:2", "not UTF-8"])])
def test_wrong_tables_are_refused_by_line(run: Command, table: str | bytes, words: list[str]):
    run.write("pairs.csv", table)
    run("score", "pairs.csv", "-o", "out.csv").fails(2, *words)
    assert os.listdir(run.folder) == ["pairs.csv"]


def test_a_row_that_is_wrong_after_many_good_ones(run: Command):
    run.write("pairs.csv", "image,text\n" + f"{PHOTOS}/cat.jpg,a cat\n" * 1500 + 'x,"y')
    run("score", "pairs.csv", "-o", "out.csv").fails(2, "pairs.csv:1502")
    assert os.listdir(run.folder) == ["pairs.csv"]


def test_references_are_never_left_out_silently(run: Command):
    cat = str(PHOTOS / "cat.jpg")
    rows = [{"image": cat, "text": "a cat"}, {"image": cat, "text": "a cat", "refs": ["a kitten"]}]
    run.write("pairs.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    run("score", "pairs.jsonl").fails(2, "pairs.jsonl:2", "references")
    run.write("pairs.jsonl", "".join(json.dumps({"refs": []} | row) + "\n" for row in rows))
    first, second = run("score", "pairs.jsonl", "--json").ok().records
    assert first["ref_clip_score"] is None and second["ref_clip_score"] > 0


def test_a_text_longer_than_the_context_is_warned_of(run: Command):
    run.write("pairs.csv", f"image,text\n{PHOTOS}/cat.jpg,{'a cat ' * 400}\n{PHOTOS}/cat.jpg,a cat\n")
    result = run("score", "pairs.csv", "--json").ok()
    assert result.err.count("was cut") == 1 and "warning: text 'a cat a cat" in result.err
    assert len(result.records) == 2 and result.records[0]["text"] == "a cat " * 400


def test_bad_usage(run: Command):
    run.write("pairs.csv", f"image,text\n{PHOTOS}/cat.jpg,a cat\n")
    run("score").fails(2, "no table of pairs")
    run("score", "gone.csv").fails(2, "gone.csv", "no such file")
    run("score", ".").fails(2, "is a folder")
    run("score", PHOTOS / "cat.jpg").fails(2, "cat.jpg")
    run("score", "pairs.csv", "--template", "a photo").fails(2, "--template", "{}")
    for wrong in ("-0.1", "2.6", "nan"):
        run("score", "pairs.csv", "--threshold", wrong).fails(2, "--threshold", "0 to 2.5")
    run("score", "pairs.csv", "--shard", "1/2").fails(2, "unknown option --shard")
    run("score", "pairs.csv", "-o", "no/such/out.csv").fails(2, "no/such")
    run("score", "pairs.csv", "--summary", "-o", "/dev/full").fails(2, "/dev/full", "No space")


def test_help(run: Command):
    text = run("score", "--help").ok().text
    assert "PAIRS" in text and "'A photo depicts {}'" in text
    assert "clip-classify score" in run("--help").ok().text


@pytest.mark.parametrize("form", ["json", "csv"])
def test_ctrl_c_leaves_valid_output(run: Command, form: str):
    process = run.start("score", "-", "--format", form, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                        stderr=subprocess.PIPE)
    process.stdin.write(b"image,text\n" + f"{PHOTOS}/cat.jpg,a cat\n".encode() * 1100)
    process.stdin.flush()
    read = process.stdout.readline() + process.stdout.readline()  # the first block is out
    process.send_signal(signal.SIGINT)
    read += process.stdout.read()
    error = process.stderr.read().decode()
    assert process.wait(30) == -signal.SIGINT
    assert "interrupted after" in error and error.count("\n") == 1
    if form == "json":
        assert [record["text"] for record in json.loads(read)] == ["a cat"] * 1024
    else:
        assert read.count(b"\n") == 1025 and read.endswith(b",\n")
    for stream in (process.stdin, process.stdout, process.stderr):
        stream.close()


def test_ctrl_c_leaves_no_file(run: Command):
    process = run.start("score", "-", "-o", "out.csv", stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdin.write(b"image,text\n" + f"{PHOTOS}/cat.jpg,a cat\n".encode())
    process.stdin.flush()
    deadline = time.monotonic() + 60
    while not os.listdir(run.folder):  # what will be out.csv
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    error = process.stderr.read().decode()
    assert process.wait(30) == -signal.SIGINT and "interrupted" in error
    assert os.listdir(run.folder) == []
    process.stdin.close()
    process.stderr.close()


def test_closed_pipe_ends_quietly(run: Command):
    run.write("pairs.csv", "image,text\n" + f"{PHOTOS}/cat.jpg,a cat\n" * 5000)
    process = run.start("score", "pairs.csv", "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b"" and process.wait(60) == 0
    process.stderr.close()
