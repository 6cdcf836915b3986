"""Tags and sentences of a phrase bank: as records, as text, and in the sidecars that photo managers read."""

import csv
import io
import itertools
import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest
from conftest import PHOTOS, Command, Result
from stores import kill_when, lines_in, small_images

CAT = PHOTOS / "cat.jpg"
NAMESPACES = {"rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "dc": "http://purl.org/dc/elements/1.1/"}
ONE_THREAD = ("--threads", "1")  # the texts are short, and threads wait long for each other on a busy machine
BANK = """thing\tcat
thing\trocket
thing\tcup
stuff\tcoffee
place\tkitchen
attribute\tblack
activity\tsleeping
style\toil painting
"""


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory):
    """The embeddings of the bank that ships, which take seconds to make."""
    return tmp_path_factory.mktemp("describe-cache")


@pytest.fixture
def describe(run: Command, shared_cache):
    return lambda *arguments: run("describe", *arguments, *ONE_THREAD, CLIP_CLASSIFY_CACHE=str(shared_cache))


@pytest.fixture
def small(run: Command):
    """The options for a bank of a few phrases."""
    return ("--phrases", run.write("bank.tsv", BANK), "--phrases-only", *ONE_THREAD)


def tags(record: dict) -> list[str]:
    return [tag["tag"] for tag in record["tags"]]


def sidecar(path: os.PathLike) -> tuple[list[str], list[str]]:
    """Subjects and descriptions."""
    root = ElementTree.parse(path).getroot()
    return tuple([item.text for item in root.findall(f".//dc:{name}/rdf:{kind}/rdf:li", NAMESPACES)]
                 for name, kind in (("subject", "Bag"), ("description", "Alt")))


def test_photos_of_the_bank_that_ships(describe):
    records = {record["path"].rsplit("/")[-1]: record for record in describe(PHOTOS, "--json").ok().records}
    for photo, words in {"cat.jpg": {"cat"}, "coffee.jpg": {"coffee"}, "rocket.jpg": {"rocket", "spacecraft"},
                         "photographer.jpg": {"camera", "cameraman", "tripod"}, "astronaut.jpg": {"astronaut"}}.items():
        record = records[photo]
        assert words & set(tags(record)[:5]), record
        assert list(record) == ["path", "description", "similarity", "tags"]
        assert record["description"].startswith("a photo of ") or " of " in record["description"]
        assert 0 < record["similarity"] < 1
    assert "cat" in records["cat.jpg"]["description"] and "coffee" in records["coffee.jpg"]["description"]


def test_tags_are_scored_and_sorted(describe):
    first, *_ = described = describe(CAT, "--tags", "--json", "--threshold", "0").ok().records[0]["tags"]
    assert len(described) == 10 and list(first) == ["tag", "score", "similarity"]
    assert all(a["similarity"] >= b["similarity"] and a["score"] >= b["score"]
               for a, b in itertools.pairwise(described))
    alone = describe(CAT, "--tags", "--json", "-k", "1").ok().records[0]["tags"]
    assert [tag["tag"] for tag in alone] == [first["tag"]]


def test_scores_are_those_of_labels_judged_alone(run: Command, small):
    tag, *_ = run("describe", CAT, *small, "--tags", "--json").ok().records[0]["tags"]
    label = run(CAT, "--labels", "cat,rocket", "--multi-label", "--json").ok().records[0]["labels"][0]
    assert tag["tag"] == "cat"
    assert (tag["score"], tag["similarity"]) == pytest.approx((label["score"], label["similarity"]), abs=1e-6)


def test_thresholds(describe):
    shown = [describe(CAT, "--tags", "--json", "-k", "50", *more).ok().records[0]["tags"]
             for more in ((), ("--threshold", "0.99"), ("--threshold", "0.01"))]
    default, high, low = ([tag["score"] for tag in some] for some in shown)
    assert min(default) >= default[0] / 3 and min(high) >= 0.99
    assert len(high) <= len(default) < len(low)
    assert default == low[:len(default)]
    assert low[len(default)] < default[0] / 3


def test_sentence_is_that_of_the_tags_run(describe):
    """The tags do not depend on whether a sentence is asked for; a sentence alone costs the text encoder."""
    both = describe(CAT, "--json", "-v").ok()
    alone = describe(CAT, "--tags", "--json", "-v").ok()
    assert alone.records == [{key: both.records[0][key] for key in ("path", "tags")}]
    assert "embedding sentences" in both.err and "sentences" not in alone.err
    steps = re.findall(r"cat\.jpg: ([-0-9.]+) (an? .+)", both.err)
    assert steps[-1][1] == both.records[0]["description"]
    assert float(steps[-1][0]) == pytest.approx(both.records[0]["similarity"], abs=1e-4)
    assert all(float(before) < float(after) for (before, _), (after, _) in itertools.pairwise(steps))


def test_similarity_is_that_of_the_text(run: Command, describe):
    described = describe(CAT, "--json").ok().records[0]
    label = run(CAT, "--label", described["description"], "--template", "{}", "--json").ok().records[0]["labels"][0]
    assert described["similarity"] == pytest.approx(label["similarity"], abs=1e-6)


def test_text_for_a_person(describe):
    record = describe(CAT, "--json").ok().records[0]
    lines = describe(CAT).ok().text.splitlines()
    assert lines[0] == record["description"]
    assert [line.split("  ")[0] for line in lines[1:]] == tags(record)
    several = describe(CAT, PHOTOS / "rocket.jpg").ok().text.splitlines()
    assert several[:2] == [str(CAT), "  " + record["description"]] and several[2].startswith("  " + tags(record)[0])
    assert describe(CAT, "--tags").ok().text.splitlines() == lines[1:]
    assert "no tag above the threshold" in describe(CAT, "--tags", "--threshold", "1").ok().text


def test_tables(describe):
    record = describe(CAT, "--json").ok().records[0]
    for format, separator in (("csv", ","), ("tsv", "\t")):
        rows = list(csv.DictReader(io.StringIO(describe(CAT, "--format", format).ok().text), delimiter=separator))
        assert list(rows[0]) == ["path", "description", "description_similarity", "rank", "tag", "score",
                                 "similarity", "error"]
        assert [row["tag"] for row in rows] == tags(record)
        assert {row["description"] for row in rows} == {record["description"]}
        assert float(rows[0]["description_similarity"]) == record["similarity"]
    header = describe(CAT, "--tags", "--format", "csv").ok().text.splitlines()[0]
    assert header == "path,rank,tag,score,similarity,error"
    assert json.loads(describe(CAT, "--format", "json").ok().text) == [record]


def test_bank_is_embedded_once(run: Command, model_copy, small):
    arguments = ("describe", CAT, *small, "--tags", "--json", "--model", model_copy)
    first = run(*arguments, "-v").ok()
    assert "8 labels (0 known)" in first.err
    encoder = model_copy / "text_encoder.pt"
    encoder.write_bytes(bytes(encoder.stat().st_size))
    again = run(*arguments, "-v").ok()
    assert "8 labels (8 known)" in again.err and again.out == first.out
    run("describe", CAT, *small, "--model", model_copy).fails(2, "text_encoder.pt", "altered")


def test_sentences_are_not_kept(run: Command, small):
    run("describe", PHOTOS, *small).ok()
    before = run("describe", CAT, *small, "--json").ok()
    sentence = before.records[0]["description"]
    result = run(CAT, "--label", sentence, "--template", "{}", "-v").ok()
    assert "1 labels (0 known)" in result.err


def test_phrases_are_added_to_the_bank(run: Command, describe):
    run.write("mine.txt", "# mine\nfluffy tomcat on a cushion\n\nzamboni\n")
    added = describe(CAT, "--tags", "--json", "--threshold", "0.001", "-k", "100", "--phrases", "mine.txt").ok()
    shipped = describe(CAT, "--tags", "--json", "-v").ok()
    count = int(re.search(r"(\d+) labels", shipped.err)[1])
    assert set(tags(shipped.records[0])) <= set(tags(added.records[0]))
    more = describe(CAT, "--tags", "--phrases", "mine.txt", "--phrases", "mine.txt", "-v").ok()
    assert f"{count + 2} labels" in more.err
    alone = describe(CAT, "--tags", "--json", "--phrases", "mine.txt", "--phrases-only").ok().records[0]
    assert tags(alone)[0] == "fluffy tomcat on a cushion"


def test_a_large_bank(run: Command, describe):
    """Its phrases are embedded with progress, and known to the next run."""
    run.write("large.txt", "".join(f"cat {number}\n" for number in range(1200)))
    arguments = (CAT, "--tags", "--json", "--phrases", "large.txt", "--phrases-only")
    first = describe(*arguments, "--progress", "always", "-v").ok()
    assert "0 known" in first.err and "prompts" in first.err
    second = describe(*arguments, "-v").ok()
    assert "1200 labels (1200 known)" in second.err and second.out == first.out


@pytest.mark.parametrize(("content", "words"), [
    ("thing\tcat\ncolour\tred\n", ("bank.tsv:2", "unknown kind 'colour'")),
    ("cat\n\nd\x01g\n", ("bank.tsv:3", "control character")),
    (b"cat\ncaf\xe9\n", ("bank.tsv:2", "not UTF-8")),
    ("thing\tcat\nplace\t\n", ("bank.tsv:2", "no phrase after the kind place")),
    ("# nothing\n", ("bank.tsv", "holds no phrases")),
])
def test_broken_bank(run: Command, content, words):
    run.write("bank.tsv", content)
    assert run("describe", CAT, "--phrases", "bank.tsv").fails(2, *words).out == b""


def test_bad_usage(run: Command, small):
    run("describe").fails(2, "no images given")
    run("describe", CAT, "--phrases", "missing.txt").fails(2, "--phrases missing.txt", "No such file")
    run("describe", CAT, "--phrases-only").fails(2, "--phrases-only", "--phrases FILE")
    for count in ("0", "101"):
        run("describe", CAT, "-k", count).fails(2, "--top-k")
    run("describe", CAT, "--threshold", "1.5").fails(2, "--threshold")
    run("describe", CAT, *small, "-o", "missing/out.json").fails(2, "missing", "does not exist")
    run("describe", "-", "--sidecar", stdin=CAT.read_bytes()).fails(2, "--sidecar", "standard input")
    run.write("black.tsv", "attribute\tblack\nplace\tunderwater\n")
    black = ("--phrases", "black.tsv", "--phrases-only")
    run("describe", CAT, *black).fails(2, "--phrases", "no thing, stuff or place", "--tags")
    run("describe", CAT, *black, "--tags").ok()


def test_images_that_fail_keep_their_places(run: Command, small):
    run.write("bad.jpg", "no image")
    result = run("describe", CAT, "bad.jpg", CAT, *small, "--json").ok(1)
    first, bad, last = result.records
    assert first == last and bad["error"]["code"] == "decode" and list(bad) == ["path", "error"]
    assert "bad.jpg" in result.err and "1 of 3 images failed" in result.err
    header, row = csv.reader(io.StringIO(run("describe", "bad.jpg", *small, "--format", "csv").ok(1).text))
    assert row[0] == "bad.jpg" and not any(row[1:-1]) and row[-1].startswith("decode: ") and len(row) == len(header)


def test_standard_input(run: Command, small):
    piped = run("describe", "-", *small, "--json", stdin=CAT.read_bytes()).ok().records[0]
    named = run("describe", CAT, *small, "--json").ok().records[0]
    assert piped == named | {"path": "-"}


def test_embedding_files_and_stores(run: Command, small):
    run("embed", PHOTOS, "-o", "a.npy").ok()
    images = run("describe", PHOTOS, *small, "--json", "--store", "a.store").ok()
    rows = run("describe", "a.npy", *small, "--json", "-v").ok()
    assert rows.records == images.records and "loading the model" not in rows.err
    known = run("describe", PHOTOS, *small, "--json", "--store", "a.store", "-v").ok()
    assert known.out == images.out and "5 images (5 known" in known.err
    run("describe", "a.npy", *small, "--sidecar").fails(2, "--sidecar", "embedding file")


def test_sidecars(run: Command, describe):
    photo = run.photo("cat.jpg", "photos/cat.jpg")
    odd = run.photo("coffee.jpg", "photos/Kaffee & <Kuchen>.jpg")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (photo, odd)}
    records = describe("photos", "--sidecar", "--json", "-v").ok()
    assert "2 sidecars written" in records.err
    for record in records.records:
        assert sidecar(run.folder / (record["path"] + ".xmp")) == (tags(record), [record["description"]])
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (photo, odd)}
    names = sorted(path.name for path in photo.parent.iterdir())
    assert names == sorted([photo.name, photo.name + ".xmp", odd.name, odd.name + ".xmp"])
    assert "0 sidecars written" in describe("photos", "--sidecar", "-v").ok().err


def test_sidecar_keeps_what_others_wrote(run: Command, small):
    photo = run.photo("cat.jpg")
    xmp = run.write("cat.jpg.xmp", """<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4">
<dc:subject><rdf:Bag><rdf:li>Minka</rdf:li></rdf:Bag></dc:subject>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">our cat</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>""")
    record = run("describe", photo, *small, "--sidecar", "--json").ok().records[0]
    assert sidecar(xmp) == (["Minka", *tags(record)], ["our cat"])
    assert 'xmp:Rating="4"' in xmp.read_text()


def test_tags_alone_in_a_sidecar(run: Command, small):
    photo = run.photo("cat.jpg")
    record = run("describe", photo, *small, "--sidecar", "--tags", "--json").ok().records[0]
    assert sidecar(photo.with_name("cat.jpg.xmp")) == (tags(record), [])


def failed_sidecar(result: Result, *words: str) -> None:
    """The first image has the error and the second its tags."""
    first, second = result.records
    assert first["error"]["code"] == "sidecar" and list(first) == ["path", "error"]
    assert tags(second)
    line, summary = result.err.splitlines()
    assert all(word in line for word in (first["path"], *words)) and "1 of 2 images failed" in summary


def test_sidecar_that_is_not_xmp(run: Command, small):
    first, second = run.photo("cat.jpg"), run.photo("rocket.jpg")
    xmp = run.write("cat.jpg.xmp", "my notes")
    result = run("describe", first, second, *small, "--sidecar", "--json").ok(1)
    failed_sidecar(result, "cat.jpg.xmp", "not well-formed XML: there is text")
    assert xmp.read_text() == "my notes"
    assert sidecar(run.folder / "rocket.jpg.xmp")[0]


def test_sidecar_that_can_not_be_written(run: Command, small):
    """A name as long as names can be leaves no room for the ending, whoever runs this."""
    first, second = run.photo("cat.jpg", "c" * 251 + ".jpg"), run.photo("rocket.jpg")
    failed_sidecar(run("describe", first, second, *small, "--sidecar", "--json").ok(1), "File name too long")
    assert (run.folder / "rocket.jpg.xmp").exists()


@pytest.mark.skipif(shutil.which("setpriv") is None and os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_can_not_be_written(run: Command, small):
    first, second = run.photo("cat.jpg", "locked/cat.jpg"), run.photo("rocket.jpg")
    os.chmod(first.parent, 0o555)
    prefix = ()
    if os.geteuid() == 0:
        prefix = ("setpriv", "--bounding-set", "-dac_override", "--inh-caps", "-dac_override")
    try:
        result = run("describe", first, second, *small, "--sidecar", "--json", prefix=prefix)
    finally:
        os.chmod(first.parent, 0o755)
    failed_sidecar(result.ok(1), "can't be written", "Permission denied")
    assert [path.name for path in first.parent.iterdir()] == ["cat.jpg"]


def test_interrupted_run_keeps_its_records(run: Command, small):
    images = small_images(run, 200)
    with open(run.folder / "out", "wb") as out:
        process = run.start("describe", "images", *small, "--json", stdout=out, stderr=subprocess.PIPE)
        kill_when(process, lambda: lines_in(run.folder / "out") > 3, signum=2)
    records = [json.loads(line) for line in (run.folder / "out").read_text().splitlines()]
    assert 3 < len(records) < len(images)
    assert [record["path"] for record in records] == images[:len(records)]
    assert f"interrupted after {len(records)} images" in process.stderr.read().decode()


def test_reader_that_has_gone(run: Command, small):
    images = small_images(run, 100)
    process = run.start("describe", *images, *small, "--json", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout.readline().startswith(b'{"path":"images/0000.ppm"')
    process.stdout.close()
    assert process.stderr.read() == b"" and process.wait(60) == 0


def test_help_names_every_option(run: Command):
    shown = run("describe", "--help").ok().text
    for option in ("--tags", "--sidecar", "--phrases", "--phrases-only", "--threshold", "--top-k", "--store"):
        assert option in shown
    assert "describe" in run("--help").ok().text
