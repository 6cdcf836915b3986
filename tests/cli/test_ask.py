"""ask: questions by their statements, rows of them with their accuracy, statements told true or false."""

import csv
import io
import json
import os
import signal
import subprocess

import pytest
from conftest import PHOTOS, Command

CAT, COFFEE, ROCKET = (str(PHOTOS / f"{name}.jpg") for name in ("cat", "coffee", "rocket"))


def jsonl(run: Command, rows: list[dict], name: str = "rows.jsonl") -> str:
    run.write(name, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return name


def test_the_best_answer_and_the_statements_behind_it(run: Command):
    result = run("ask", CAT, "what is on the table?", "--answers", "cup,cat,laptop", "--json", "-v").ok()
    record, = result.records
    assert (record["path"], record["question"], record["type"]) == (CAT, "what is on the table?", "thing")
    assert record["answer"] == "cat" and record["score"] == record["answers"][0]["score"] > 0.9
    assert [answer["answer"] for answer in record["answers"]][0] == "cat" and len(record["answers"]) == 3
    assert sum(answer["score"] for answer in record["answers"]) == pytest.approx(1)
    assert "'there is a cup on the table', 'there is a cat on the table'" in result.err
    same = run("classify", CAT, "--label", "there is a cat on the table", "--label", "there is a cup on the table",
               "--label", "there is a laptop on the table", "--template", "{}", "--json").ok().records[0]
    assert same["score"] == pytest.approx(record["score"], abs=1e-6)


def test_without_answers_those_of_the_type(run: Command):
    records = run("ask", CAT, COFFEE, "--question", "is there a cat?", "--question", "what is in the picture?",
                  "--json").ok().records
    assert [(record["path"], record["type"], record["answer"]) for record in records] == [
        (CAT, "yes/no", "yes"), (CAT, "thing", "cat"), (COFFEE, "yes/no", "no"), (COFFEE, "thing", "coffee")]
    assert len(records[1]["answers"]) == 5
    whole, = run("ask", CAT, "how many cats are there?", "-k", "0", "--json", "-v").ok().records
    assert whole["type"] == "number" and len(whole["answers"]) > 5


def test_yes_is_never_ranked_below_what_it_scores_above(run: Command):
    for record in run("ask", CAT, COFFEE, ROCKET, "is there a rocket?", "--json").ok().records:
        scores = [answer["score"] for answer in record["answers"]]
        assert scores == sorted(scores, reverse=True) and sum(scores) == pytest.approx(1)
        assert (record["answer"] == "yes") == (record["path"] == ROCKET)


def test_formats(run: Command):
    arguments = ("ask", CAT, COFFEE, "what is it?", "--answers", "cat,coffee")
    table = list(csv.DictReader(io.StringIO(run(*arguments, "--format", "csv").ok().text)))
    assert [(row["path"], row["question"], row["rank"], row["answer"]) for row in table] == [
        (CAT, "what is it?", "1", "cat"), (COFFEE, "what is it?", "1", "coffee")]
    assert len(json.loads(run(*arguments, "--format", "json").ok().text)) == 2
    assert run("ask", CAT, "what is it?", "--answers", "cat,coffee").ok().text.startswith("cat ")
    filtered = run(*arguments, "--threshold", "0.5", "--scores", "probability", "--json").ok().records
    assert [len(record["answers"]) for record in filtered] == [1, 1]
    run.write("answers.txt", "cat\nsalt, pepper\n")
    named = run("ask", CAT, "what is it?", "--answers-file", "answers.txt", "--answer", "a, b", "--json").ok().records
    assert {answer["answer"] for answer in named[0]["answers"]} == {"cat", "salt, pepper", "a, b"}


def test_rows_and_their_accuracy(run: Command):
    rows = [{"image": CAT, "question": "is there a cat?", "right": True},
            {"image": COFFEE, "question": "is there a cat?", "right": True},
            {"image": ROCKET, "question": "what is it?", "answers": ["Rocket", "dog"], "right": "rocket"},
            {"image": "gone.jpg", "question": "what is it?", "answers": ["cat", "dog"], "right": "cat"},
            {"image": CAT, "question": "what is it?", "answers": ["cat", "dog"], "right": None},
            {"image": CAT, "question": "what is it?", "answers": ["cat", "dog", "owl"], "right": "bear"}]
    result = run("ask", "--rows", jsonl(run, rows), "--json").ok(1)
    assert [record.get("correct") for record in result.records] == [True, False, True, None, None, False]
    assert [record["path"] for record in result.records] == [row["image"] for row in rows]
    assert result.records[3]["error"]["code"] == "missing"
    assert result.err.count("not among the answers") == 1 and "'bear'" in result.err
    summary, = run("ask", "--rows", "rows.jsonl", "--json", "--summary").ok(1).records
    by_type = {row["type"]: row for row in summary["accuracy"]}
    assert (by_type["yes/no"]["n"], by_type["yes/no"]["accuracy"], by_type["yes/no"]["chance"]) == (2, 0.5, 0.5)
    assert by_type["thing"]["chance"] == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert (by_type["all"]["n"], by_type["all"]["accuracy"]) == (4, 0.5)
    assert by_type["all"]["low"] == pytest.approx(0.1500, abs=1e-4)
    assert json.dumps(summary["accuracy"][0]["n"]) in result.err  # the figures, beside the records
    assert "questions" in run("ask", "--rows", "rows.jsonl").ok(1).text.splitlines()[-4]


def test_rows_in_csv_and_images_by_name(run: Command):
    run.photo("cat.jpg")
    run("embed", "cat.jpg", "-o", "photos.npy").ok()
    run.write("rows.csv", "id,file,question,answers\n1,cat.jpg,what is it?,cat|dog\n2,gone.jpg,what is it?,\n")
    records = run("ask", "--rows", "rows.csv", "photos.npy", "--json").ok(1).records
    assert records[0]["answer"] == "cat" and "right" not in records[0]
    assert records[1]["error"]["code"] == "missing"


def test_more_rows_than_a_block(run: Command):
    rows = [{"image": (CAT, ROCKET)[i % 2], "question": f"is there a {('cat', 'rocket', 'dog')[i % 3]}?"}
            for i in range(1030)]
    records = run("ask", "--rows", jsonl(run, rows), "--json").ok().records
    assert len(records) == 1030 and records[1026] == records[0] and records[1029] == records[3]
    assert [record["question"] for record in records] == [row["question"] for row in rows]


def test_statements(run: Command):
    run.write("statements.txt", "there is a cat\nthere is no cat\na man with no hat\n# a rocket\n")
    records = run("ask", CAT, COFFEE, "--statements", "statements.txt", "--json").ok().records
    assert [record["verdict"] for record in records[:3]] == ["true", "false", "can't tell"]
    assert [record["verdict"] for record in records[4:6]] == ["false", "true"]
    assert records[0]["score"] + records[1]["score"] == pytest.approx(1)
    assert records[3]["statement"] == "# a rocket"
    sure = run("ask", CAT, "--statements", "statements.txt", "--sure", "0.99", "--json").ok().records
    assert {record["verdict"] for record in sure} == {"can't tell"}
    assert "can't tell" in run("ask", CAT, "--statements", "statements.txt").ok().text
    head = run("ask", CAT, "--statements", "statements.txt", "--format", "csv").ok().text.splitlines()[0]
    assert head == "path,statement,verdict,score,similarity,error"


def test_statements_in_rows(run: Command):
    rows = [{"image": CAT, "statement": "there is a cat", "right": True},
            {"image": CAT, "statement": "there is a rocket", "right": "true"},
            {"image": CAT, "statement": "a man with no hat", "right": False}]
    summary, = run("ask", "--rows", jsonl(run, rows), "--summary", "--json").ok().records
    assert (summary["decided"]["n"], summary["decided"]["decided"]) == (3, pytest.approx(2 / 3))
    assert (summary["right_where_decided"]["n"], summary["right_where_decided"]["accuracy"]) == (2, 0.5)
    assert [row["n"] for row in summary["reliability"]] == [1, 0, 1, 0, 1]
    assert "were true" in run("ask", "--rows", "rows.jsonl", "--summary").ok().text
    jsonl(run, [rows[0] | {"right": "perhaps"}])
    run("ask", "--rows", "rows.jsonl").fails(2, "rows.jsonl:1", "'perhaps'")


@pytest.mark.parametrize("table, words", [
    ("image,label\na.jpg,cat\n", ["rows.csv", "'question'", "'statement'"]),
    ("question\nx\n", ["rows.csv:1", "'image'"]),
    ('image,question\na.jpg,x\n"b.jpg,y\n', ["rows.csv:3"]),
    ("image,question\na.jpg,\n", ["rows.csv:2", "'question' is empty"]),
    ("image,question,statement\na.jpg,x,y\n", ["takes one"]),
    ("image,question,answers\na.jpg,what is it?,cat|Cat\n", ["rows.csv:2", "'cat' and 'Cat'"]),
    ("image,statement,answers\na.jpg,x,a|b\n", ["rows.csv:2", "take no answers"])])
def test_wrong_tables_are_refused(run: Command, table: str, words: list[str]):
    run.write("rows.csv", table)
    run("ask", "--rows", "rows.csv", "-o", "out.csv").fails(2, *words)
    assert os.listdir(run.folder) == ["rows.csv"]


def test_bad_usage(run: Command):
    run.write("s.txt", "a cat\n")
    run.write("empty.txt", "\n")
    run.write("rows.csv", "image,question\na.jpg,x\n")
    run("ask").fails(2, "nothing to ask")
    run("ask", CAT).fails(2, "an image and a question are needed")
    run("ask", CAT, " ").fails(2, "question", "empty")
    run("ask", CAT, "what is it?", "--answers", "cat,,dog").fails(2, "--answers", "item 2")
    run("ask", CAT, "what is it?", "--answers", "cat, cat").fails(2, "--answers", "'cat' is there twice")
    run("ask", CAT, "what is it?", "--answers", "cat,a cat").fails(2, "'cat' and 'a cat'", "are the same")
    run("ask", CAT, "what is it?", "--answers-file", "gone.txt").fails(2, "--answers-file gone.txt")
    run("ask", CAT, "what is it?", "--answers-file", "empty.txt").fails(2, "empty.txt", "holds no answers")
    run("ask", CAT, "--statements", "gone.txt").fails(2, "--statements gone.txt")
    run("ask", CAT, "--statements", "empty.txt").fails(2, "holds no statements")
    run("ask", CAT, "--statements", "s.txt", "--answers", "a,b").fails(2, "take no answers")
    run("ask", CAT, "--statements", "s.txt", "-k", "2").fails(2, "--top-k", "--sure")
    run("ask", CAT, "--statements", "s.txt", "--sure", "0.5").fails(2, "--sure")
    run("ask", CAT, "x", "--sure", "0.7").fails(2, "--sure is for statements")
    run("ask", CAT, "x", "--summary").fails(2, "--summary", "--rows")
    run("ask", "--rows", "rows.csv", "--summary").fails(2, "rows.csv", "no right answers")
    run("ask", "--rows", "rows.csv", CAT).fails(2, "cat.jpg", "no embedding file")
    run("ask", "--rows", "rows.csv", "--answers", "a,b").fails(2, "--rows brings its own")
    run("ask", "--rows", "gone.csv").fails(2, "gone.csv")


def test_a_question_longer_than_the_context_is_warned_of(run: Command):
    result = run("ask", CAT, "is the " + "very " * 50 + "big cat sleeping?", "--json").ok()
    assert "warning: statement 'the very very" in result.err and "was cut" in result.err


def test_an_embedding_file_of_another_model_is_refused(run: Command, model_copy):
    run("embed", CAT, "-o", "a.npy").ok()
    assert run("ask", "a.npy", "is there a cat?", "--json").ok().records[0]["answer"] == "yes"
    manifest = model_copy / "model.json"
    digest = json.loads(manifest.read_text())["files"]["image_encoder.pt"]["sha256"]
    manifest.write_text(manifest.read_text().replace(digest, "0" * 64))
    run("ask", "a.npy", "is there a cat?", "--model", model_copy).fails(2, "a.npy", "another model")


def test_an_image_that_fails_keeps_its_place(run: Command):
    run.write("bad.jpg", "no image")
    result = run("ask", CAT, "bad.jpg", ROCKET, "is there a cat?", "--json").ok(1)
    assert [record.get("answer") for record in result.records] == ["yes", None, "no"]
    assert result.records[1]["error"]["code"] == "decode" and result.records[1]["question"] == "is there a cat?"
    assert "bad.jpg" in result.err and "1 of 3 images failed" in result.err


def test_a_store_and_known_statements(run: Command):
    arguments = ("ask", CAT, "is there a cat?", "--json", "--store", "a.store", "-v")
    first, again = run(*arguments).ok(), run(*arguments).ok()
    assert "(0 known, 0 of them unread)" in first.err and "(1 known" in again.err
    assert again.records == first.records and "233 labels (233 known)" in again.err


def test_rules_are_listed(run: Command):
    lines = run("ask", "--list-rules").ok().text.splitlines()
    records = run("ask", "--list-rules", "--json").ok().records
    assert len(lines) == len(records) + 1 > 40
    assert {"rule", "type", "question", "answer", "statement"} == set(records[0])
    assert any(record["rule"].startswith("zh-") for record in records)
    run("ask", "--list-rules", "--format", "csv").fails(2, "--list-rules")


def test_help_says_what_it_cannot_do(run: Command):
    text = run("ask", "--help").ok().text
    for words in ("count poorly", "can't read text", "relations", "negation", "never \"none of them\""):
        assert words in text
    assert "clip-classify ask" in run("--help").ok().text


def test_ctrl_c_leaves_valid_output(run: Command):
    process = run.start("ask", "--rows", "-", "--format", "json", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                        stderr=subprocess.PIPE)
    process.stdin.write(b"image,question\n" + f"{CAT},is there a cat?\n".encode() * 1100)
    process.stdin.flush()
    read = process.stdout.readline() + process.stdout.readline()  # the first block is out
    process.send_signal(signal.SIGINT)
    read += process.stdout.read()
    assert b"interrupted after" in process.stderr.read() and process.wait(30) == -signal.SIGINT
    assert [record["answer"] for record in json.loads(read)] == ["yes"] * 1024
    for stream in (process.stdin, process.stdout, process.stderr):
        stream.close()


def test_closed_pipe_ends_quietly(run: Command):
    run.write("rows.csv", "image,question\n" + f"{CAT},is there a cat?\n" * 3000)
    process = run.start("ask", "--rows", "rows.csv", "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b"" and process.wait(60) == 0
    process.stderr.close()
