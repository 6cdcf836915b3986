"""Wrong input: one clear line, the right exit code, and nothing lost."""

import os
import struct
import zlib

import pytest
from conftest import PHOTOS, Command

LABELS = ("--labels", "cat,dog")
CAT = PHOTOS / "cat.jpg"


def png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


class TestUsage:
    def test_nothing_at_all(self, run: Command):
        run().fails(2, "--help")

    def test_no_labels(self, run: Command):
        run(CAT).fails(2, "--labels")

    def test_no_images(self, run: Command):
        run(*LABELS).fails(2, "image")

    @pytest.mark.parametrize("arguments,word", [
        (("--lables", "cat"), "--labels"), (("--nonsense",), "--nonsense"), (("--top-k", "many"), "--top-k"),
        (("--threshold", "1.5"), "--threshold"), (("--batch-size", "0"), "--batch-size"),
        (("--threads", "-1"), "--threads"), (("--format", "xml"), "--format"), (("--device", "tpu"), "--device"),
        (("--scores", "odds"), "--scores"), (("--precision", "int3"), "--precision"),
        (("--json", "--format", "csv"), "--json"), (("--template", "a photo"), "{}"), (("--labels",), "--labels")])
    def test_wrong_option(self, run: Command, arguments: tuple[str, ...], word: str):
        run(CAT, *LABELS, *arguments).fails(2, word)

    @pytest.mark.parametrize("labels", ["cat,,dog", "cat,", ",", " "])
    def test_empty_label(self, run: Command, labels: str):
        run(CAT, "--labels", labels).fails(2, "empty")

    def test_invalid_utf8_label(self, run: Command):
        run(CAT, "--labels", b"cat,d\xffg").fails(2, "UTF-8")
        run.write("labels.txt", b"cat\nd\xffg\n")
        run(CAT, "--labels-file", "labels.txt").fails(2, "labels.txt", "2", "UTF-8")

    def test_labels_file(self, run: Command):
        run(CAT, "--labels-file", "none.txt").fails(2, "none.txt")
        run.write("broken.json", '["cat", ')
        run(CAT, "--labels-file", "broken.json").fails(2, "broken.json")
        run.write("empty.txt", "\n\n")
        run(CAT, "--labels-file", "empty.txt").fails(2, "empty.txt")

    def test_two_readers_of_standard_input(self, run: Command):
        run("-", "--files-from", "-", *LABELS, stdin=b"").fails(2, "standard input")
        run("-", "-", *LABELS, stdin=b"").fails(2, "standard input")

    def test_one_label_is_judged_alone(self, run: Command):
        result = run(CAT, "--labels", "cat", "--json").ok()
        assert "one label" in result.err and result.records[0]["label"] == "cat"
        assert run(CAT, "--labels", "cat", "--json", "-q").ok().err == ""

    def test_long_label_is_cut_with_a_warning(self, run: Command):
        result = run(CAT, "--label", "cat " * 2500, "--label", "dog", "--json").ok()
        assert result.err.count("\n") == 1 and "cut" in result.err and "cat cat" in result.err

    def test_ten_thousand_labels(self, run: Command):
        run.write("labels.txt", "\n".join(f"thing {index}" for index in range(9_999)) + "\ncat\n")
        record, = run(CAT, "--labels-file", "labels.txt", "--template", "{}", "--json", timeout=300).ok().records
        assert record["label"] == "cat" and len(record["labels"]) == 5


class TestImages:
    """A bad image is a line, a record in its place and exit code 1; its neighbours are labelled."""

    @pytest.mark.parametrize("name,content,code", [
        ("zero.jpg", b"", "empty"), ("random.jpg", bytes(range(256)) * 40, "decode"),
        ("text.png", b"hello, I am a text file\n", "decode"), ("truncated.jpg", CAT.read_bytes()[:9000], "decode"),
        ("bomb.png", png_claiming(60000, 60000), "too_large")])
    def test_bad_file(self, run: Command, name: str, content: bytes, code: str):
        run.write(name, content)
        run(name, *LABELS).fails(1, name)
        result = run(CAT, name, CAT, *LABELS, "--json")
        assert result.code == 1
        good, bad, other = result.records
        assert good["label"] == other["label"] == "cat"
        assert bad["path"] == name and bad["error"]["code"] == code and "\n" not in bad["error"]["message"]
        assert [line for line in result.err.splitlines() if name in line] == [
            f"clip-classify: {name}: {bad['error']['message']}"]

    def test_missing_file(self, run: Command):
        run("none.jpg", *LABELS).fails(1, "none.jpg", "no such file")

    def test_folder_without_images(self, run: Command):
        run.write("docs/a.txt", "x")
        run("docs", *LABELS).fails(1, "docs")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
    def test_unreadable_file(self, run: Command):
        run.photo("cat.jpg", "secret.jpg").chmod(0)
        run("secret.jpg", *LABELS).fails(1, "secret.jpg", "denied")

    def test_limit_of_pixels_can_be_set(self, run: Command):
        run(CAT, *LABELS, "--max-pixels", "1000").fails(1, "--max-pixels")

    def test_extension_does_not_matter(self, run: Command):
        run.photo("cat.jpg", "cat.txt")
        assert run("cat.txt", *LABELS, "--json").ok().records[0]["label"] == "cat"

    @pytest.mark.parametrize("width,height", [(1, 1), (1, 20000), (20000, 1), (2, 3)])
    def test_odd_shapes(self, run: Command, width: int, height: int):
        run.write("odd.ppm", b"P6\n%d %d\n255\n" % (width, height) + b"\x80" * (3 * width * height))
        assert run("odd.ppm", *LABELS, "--json").ok().records[0]["label"] in ("cat", "dog")


class TestPaths:
    """Any file name in any format."""

    NAMES = ["new\nline.jpg", 'quote".jpg', "comma,.jpg", "tab\t.jpg", "-dash.jpg", "猫.jpg"]

    def test_json(self, run: Command):
        for name in self.NAMES:
            run.photo("cat.jpg", name)
        records = run(".", *LABELS, "--json").ok().records
        assert sorted(record["path"] for record in records) == sorted("./" + name for name in self.NAMES)

    def test_not_utf8(self, run: Command):
        import base64
        run.photo("cat.jpg", b"caf\xe9.jpg")
        record, = run(b"caf\xe9.jpg", *LABELS, "--json").ok().records
        assert record["path"] == "caf\ufffd.jpg" and base64.b64decode(record["path_base64"]) == b"caf\xe9.jpg"
        for form in ("text", "csv", "tsv", "json"):
            run(b"caf\xe9.jpg", *LABELS, "--format", form).ok()

    @pytest.mark.parametrize("form", ["csv", "tsv"])
    def test_one_row_an_image(self, run: Command, form: str):
        for name in self.NAMES:
            run.photo("cat.jpg", name)
        import csv
        import io
        dialect = {"csv": {}, "tsv": {"delimiter": "\t", "quoting": csv.QUOTE_NONE}}[form]
        rows = list(csv.reader(io.StringIO(run(".", *LABELS, "--format", form).ok().text, newline=""), **dialect))
        assert len(rows) == 1 + len(self.NAMES) and len({len(row) for row in rows}) == 1

    def test_terminal_is_never_sent_control_characters(self, run: Command):
        run.photo("cat.jpg", "evil\x1b[31m.jpg")
        run.photo("cat.jpg", "other.jpg")
        result = run(".", *LABELS).ok()
        assert "\x1b" not in result.text
        assert "\x1b" not in run("gone\x1b[31m.jpg", *LABELS).fails(1).err
