"""evaluate: figures against the truth, the same as scikit-learn's."""

import csv
import json
import re
import signal
import subprocess
from xml.etree import ElementTree

import numpy
import pytest
from conftest import PHOTOS, Command, Result
from scipy.optimize import minimize_scalar
from scipy.special import expit, softmax
from scipy.stats import binomtest
from sklearn import metrics
from stores import kill_when, small_images, stored

NAMES = ["cat", "dog", "rocket", "coffee", "car", "tree", "house"]
CLASSES = ("cat", "coffee", "rocket")


def report(result: Result, code: int = 0) -> dict:
    assert result.code == code, result.err
    return json.loads(result.text)


def values(variant: dict) -> dict[str, float]:
    return {key: figure["value"] for key, figure in variant["figures"].items()}


class Made:
    """Embeddings of images that are not there: the words' own, with noise, and labels that are not always right."""

    def __init__(self, run: Command, count: int = 120, several: bool = False, noise: float = 1.6) -> None:
        self.run = run
        random = numpy.random.default_rng(3)
        texts = [part for name in NAMES for part in ("--text", name)]
        run("embed", *texts, "-o", "texts.npy").ok()
        words = numpy.load(run.folder / "texts.npy")
        self.truth = []
        rows = []
        for number in range(count):
            chosen = random.choice(len(NAMES), random.integers(0, 4) if several else 1, replace=False)
            row = sum((words[label] for label in chosen), numpy.zeros(words.shape[1]))
            row = row + noise * random.normal(size=words.shape[1]) / numpy.sqrt(words.shape[1])
            rows.append(row / numpy.linalg.norm(row))
            self.truth.append(sorted(int(label) for label in chosen))
        self.groups = [str(group) for group in random.choice(["east", "north", "west"], count, p=[0.5, 0.2, 0.3])]
        self.paths = [f"{number}.jpg" for number in range(count)]
        numpy.save(run.folder / "photos.npy", numpy.array(rows, dtype=numpy.float32))
        run.write("photos.jsonl", "".join(json.dumps({"path": path}) + "\n" for path in self.paths))
        lines = [f"{path},{'|'.join(NAMES[label] for label in right)},{group}"
                 for path, right, group in zip(self.paths, self.truth, self.groups)]
        run.write("truth.csv", "image,label,region\n" + "\n".join(lines) + "\n")
        self.labels = ("--labels", ",".join(NAMES))

    def evaluate(self, *options: str) -> dict:
        return report(self.run("evaluate", "truth.csv", "photos.npy", *self.labels, "--json", *options))

    def scores(self, what: str, *options: str) -> numpy.ndarray:
        """What classify says: a row an image, a column a label."""
        result = self.run("photos.npy", *(options or self.labels), "-k", "0", "--json", "--scores", what,
                          *(("--multi-label",) if any(len(right) != 1 for right in self.truth) else ())).ok()
        return numpy.array([[{entry["label"]: entry["score"] for entry in record["labels"]}[name] for name in NAMES]
                            for record in result.records])

    @property
    def right(self) -> numpy.ndarray:
        return numpy.array([right[0] for right in self.truth])

    @property
    def indicators(self) -> numpy.ndarray:
        return numpy.array([[label in right for label in range(len(NAMES))] for right in self.truth], dtype=int)


def expected_calibration_error(confidence: numpy.ndarray, right: numpy.ndarray) -> float:
    """As Guo et al. define it, over 15 bins (low, high]."""
    total = 0.0
    for low in numpy.arange(15) / 15:
        chosen = (confidence > low) & (confidence <= low + 1 / 15)
        if chosen.any():
            total += chosen.mean() * abs(confidence[chosen].mean() - right[chosen].mean())
    return total


def test_one_label_an_image_as_scikit_learn_has_it(run: Command):
    made = Made(run)
    answer = made.evaluate()
    logits = made.scores("logit")
    shares, right = softmax(logits, axis=1), made.right
    predicted = logits.argmax(axis=1)
    assert 0.3 < metrics.accuracy_score(right, predicted) < 0.9  # there is something to measure
    found = answer["variants"][0]
    assert list(values(found)) == ["top_1", "top_5", "mean_recall", "macro_f1", "calibration_error", "log_loss"]
    assert values(found) == pytest.approx({
        "top_1": metrics.accuracy_score(right, predicted),
        "top_5": metrics.top_k_accuracy_score(right, logits, k=5),
        "mean_recall": metrics.balanced_accuracy_score(right, predicted),
        "macro_f1": metrics.f1_score(right, predicted, average="macro"),
        "calibration_error": expected_calibration_error(shares.max(axis=1), predicted == right),
        "log_loss": metrics.log_loss(right, shares)}, abs=1e-9)
    assert found["confusion"] == metrics.confusion_matrix(right, predicted).tolist()
    precision, recall, f1, images = metrics.precision_recall_fscore_support(right, predicted)
    assert [entry["label"] for entry in found["classes"]] == NAMES
    for key, wanted in (("precision", precision), ("recall", recall), ("f1", f1), ("images", images)):
        assert [entry[key] for entry in found["classes"]] == pytest.approx(list(wanted), abs=1e-12)


def test_the_temperature_is_that_of_the_least_log_loss(run: Command):
    made = Made(run)
    calibration = made.evaluate()["variants"][0]["calibration"]
    logits, right = made.scores("logit"), made.right

    def loss(temperature: float) -> float:
        return metrics.log_loss(right, softmax(logits / temperature, axis=1))

    best = minimize_scalar(loss, bounds=(0.01, 100), method="bounded", options={"xatol": 1e-9})
    assert calibration["temperature"] == pytest.approx(best.x, rel=1e-4)
    assert calibration["log_loss_after"] == pytest.approx(best.fun, abs=1e-9)
    shares = softmax(logits / calibration["temperature"], axis=1)
    assert calibration["calibration_error_after"] == pytest.approx(
        expected_calibration_error(shares.max(axis=1), logits.argmax(axis=1) == right), abs=1e-9)
    assert len(calibration["bins"]) == 15 and sum(entry["count"] for entry in calibration["bins"]) == 120


def test_several_labels_an_image_as_scikit_learn_has_it(run: Command):
    made = Made(run, several=True)
    answer = made.evaluate("--threshold", "0.3")
    assert answer["judged_alone"] and answer["threshold"] == 0.3
    logits, truth = made.scores("logit"), made.indicators
    predicted = (expit(logits) >= 0.3).astype(int)
    assert predicted.sum() > 30 and truth.sum(axis=0).min() > 0 and (truth.sum(axis=1) == 0).any()
    losses = numpy.logaddexp(0, logits) - truth * logits  # scikit-learn's log_loss cuts them off at 36
    assert values(answer["variants"][0]) == pytest.approx({
        "mean_average_precision": metrics.average_precision_score(truth, logits, average="macro"),
        "micro_average_precision": metrics.average_precision_score(truth, logits, average="micro"),
        "macro_f1": metrics.f1_score(truth, predicted, average="macro"),
        "micro_f1": metrics.f1_score(truth, predicted, average="micro"),
        "exact_match": metrics.accuracy_score(truth, predicted),
        "calibration_error": expected_calibration_error(expit(logits).ravel(), truth.ravel()),
        "log_loss": losses.mean()}, abs=1e-9)
    single = metrics.average_precision_score(truth, logits, average=None)
    assert [entry["average_precision"] for entry in answer["variants"][0]["classes"]] == pytest.approx(list(single))
    assert "confusion" not in answer["variants"][0]


def test_intervals_are_those_of_resampled_images(run: Command):
    made = Made(run)
    answer = made.evaluate("--bootstrap", "4000")
    logits, right = made.scores("logit"), made.right
    random = numpy.random.default_rng(0)
    drawn = []
    for _ in range(4000):
        sample = random.integers(0, len(right), len(right))
        predicted = logits[sample].argmax(axis=1)
        drawn.append([metrics.accuracy_score(right[sample], predicted),
                      metrics.log_loss(right[sample], softmax(logits[sample], axis=1), labels=range(len(NAMES)))])
    for key, column in (("top_1", 0), ("log_loss", 1)):
        figure = answer["variants"][0]["figures"][key]
        low, high = numpy.percentile(numpy.array(drawn)[:, column], [2.5, 97.5])
        assert [figure["low"], figure["high"]] == pytest.approx([low, high], abs=0.1 * (high - low))
    assert made.evaluate("--bootstrap", "50") == made.evaluate("--bootstrap", "50")
    assert made.evaluate("--bootstrap", "50") != made.evaluate("--bootstrap", "50", "--seed", "1")
    assert made.evaluate("--bootstrap", "0")["variants"][0]["figures"]["top_1"]["low"] is None


def test_variants_on_the_same_images(run: Command):
    made = Made(run)
    run.write("other.json", json.dumps({name: [f"a drawing of a {name}", f"{name}s"] for name in reversed(NAMES)}))
    answer = made.evaluate("--template", "{}", "--against", "drawn", "--labels-file", "other.json",
                           "--against=plain", "--template", "a photo of a {}")
    assert [variant["name"] for variant in answer["variants"]] == ["base", "drawn", "plain"]
    assert [variant["templates"] for variant in answer["variants"]] == [["{}"], ["{}"], ["a photo of a {}"]]
    alone = made.evaluate("--template", "a photo of a {}")["variants"][0]
    assert answer["variants"][2] == alone | {"name": "plain"}
    assert [(pair["first"], pair["second"]) for pair in answer["comparisons"]] == [
        ("base", "drawn"), ("base", "plain"), ("drawn", "plain")]
    base = made.scores("logit", *made.labels, "--template", "{}").argmax(axis=1) == made.right
    plain = made.scores("logit", *made.labels, "--template", "a photo of a {}").argmax(axis=1) == made.right
    pair = answer["comparisons"][1]
    only = [int((base & ~plain).sum()), int((plain & ~base).sum())]
    assert [pair["only_first_right"], pair["only_second_right"]] == only and min(only) > 0
    assert pair["p_value"] == pytest.approx(binomtest(only[0], sum(only)).pvalue)
    difference = pair["differences"]["top_1"]
    assert difference["value"] == pytest.approx(plain.mean() - base.mean())
    assert difference["low"] <= difference["value"] <= difference["high"]


def test_another_model_embeds_images_again(run: Command, model_copy):
    for number, name in enumerate(CLASSES):
        run.photo(f"{name}.jpg", f"photos/{name}/{number}.jpg")
    run.write("photos/cat/bad.jpg", "no image")
    result = run("evaluate", "photos", "--json", "-v", "--against", "copy", "--model", model_copy)
    answer = report(result, 1)
    assert answer["images"] == 3 and len(answer["variants"]) == 2
    assert result.err.count("photos/cat/bad.jpg") == 1  # told once, though two models were to see it
    assert len(re.findall(r"\d images, 3 labels", result.err)) == 2
    assert answer["comparisons"][0]["p_value"] == 1
    both = report(run("evaluate", "photos", "--json", "-v", "--against", "bare", "--template", "{}"), 1)
    assert both["variants"][0] == answer["variants"][0]


def rates(chosen: numpy.ndarray, groups: list[str]) -> list[float]:
    return [chosen[[entry == group for entry in groups]].mean() for group in sorted(set(groups))]


def test_groups(run: Command):
    made = Made(run, count=200)
    answer = made.evaluate("--groups", "region", "--skew-at", "30")
    logits, right = made.scores("logit"), made.right
    predicted = logits.argmax(axis=1)
    groups = answer["variants"][0]["groups"]
    assert [group["group"] for group in groups["groups"]] == ["east", "north", "west"]
    for group in groups["groups"]:
        members = [entry == group["group"] for entry in made.groups]
        figure = group["figures"]["top_1"]
        assert group["images"] == sum(members)
        assert figure["value"] == pytest.approx(metrics.accuracy_score(right[members], predicted[members]))
        assert figure["low"] < figure["value"] < figure["high"]
        assert group["figures"]["macro_f1"]["value"] == pytest.approx(
            metrics.f1_score(right[members], predicted[members], average="macro"))
    shares = rates(predicted == right, made.groups)
    gap = groups["gaps"]["top_1"]
    assert gap["gap"] == pytest.approx(max(shares) - min(shares))
    assert gap["highest"] == sorted(set(made.groups))[int(numpy.argmax(shares))]
    assert 0 < gap["p_value"] <= 1 and gap["low"] < gap["gap"] < gap["high"]
    for label, entry in enumerate(groups["labels"]):  # as Fairlearn defines them
        given, truly = predicted == label, right == label
        selection = rates(given, made.groups)
        hits = rates(given[truly], [group for group, is_so in zip(made.groups, truly) if is_so])
        false = rates(given[~truly], [group for group, is_so in zip(made.groups, truly) if not is_so])
        assert entry["demographic_parity_difference"] == pytest.approx(max(selection) - min(selection))
        assert entry["equalized_odds_difference"] == pytest.approx(
            max(max(hits) - min(hits), max(false) - min(false)))
        first = numpy.argsort(-logits[:, label], kind="stable")[:30]
        skews = [numpy.log(numpy.mean([made.groups[image] == group for image in first]) / made.groups.count(group) *
                           len(made.groups)) for group in set(made.groups)
                 if any(made.groups[image] == group for image in first)]
        assert entry["max_skew"] == pytest.approx(max(skews))


def test_images_in_no_group(run: Command):
    made = Made(run, count=20)
    lines = (run.folder / "truth.csv").read_text().splitlines()
    lines[3] = lines[3].rsplit(",", 1)[0] + ","
    run.write("truth.csv", "\n".join(lines) + "\n")
    groups = made.evaluate("--groups", "region")["variants"][0]["groups"]
    assert groups["images_in_none"] == 1 and sum(group["images"] for group in groups["groups"]) == 19


def test_swapped_words(run: Command):
    made = Made(run, count=60)
    run.write("labels.json", json.dumps({name: [f"a man with a {name}"] if name == "dog" else [name]
                                         for name in NAMES}))
    run.write("swapped.json", json.dumps({name: [f"a woman with a {name}"] if name == "dog" else [name]
                                          for name in NAMES}))
    made.labels = ("--labels-file", "labels.json")
    answer = made.evaluate("--counterfactual", "man=woman", "--groups", "region")
    swapped = answer["variants"][0]["counterfactual"]
    assert [entry["label"] for entry in swapped["labels"]] == ["dog"]
    before = made.scores("similarity", "--labels-file", "labels.json")
    after = made.scores("similarity", "--labels-file", "swapped.json")
    moves = (after - before)[:, NAMES.index("dog")]
    assert swapped["labels"][0]["similarity"] == pytest.approx(
        {"mean": moves.mean(), "mean_size": numpy.abs(moves).mean()}, abs=1e-7)
    assert swapped["changed"] == pytest.approx((before.argmax(axis=1) != after.argmax(axis=1)).mean())
    assert swapped["top_1_swapped"]["value"] == pytest.approx((after.argmax(axis=1) == made.right).mean())
    shares = made.scores("probability", "--labels-file", "swapped.json") - made.scores(
        "probability", "--labels-file", "labels.json")
    east = [group == "east" for group in made.groups]
    assert swapped["labels"][0]["probability_by_group"]["east"] == pytest.approx(
        shares[east, NAMES.index("dog")].mean(), abs=1e-7)


def test_labels_that_change_places_are_the_same_labels(run: Command):
    made = Made(run, count=60)
    swapped = made.evaluate("--counterfactual", "cat=dog")["variants"][0]["counterfactual"]
    assert {entry["label"]: entry["exchanged_with"] for entry in swapped["labels"]} == {"cat": "dog", "dog": "cat"}
    assert swapped["changed"] == 0 and swapped["top_1"] == swapped["top_1_swapped"]


def test_folders_for_people(run: Command):
    for number, name in enumerate((*CLASSES, *CLASSES)):
        run.photo(f"{name}.jpg", f"photos/{name}/deeper/{number}.jpg")
    run.photo("rocket.jpg", "photos/cat/wrong.jpg")
    run.photo("cat.jpg", "photos/beside.jpg")
    result = run("evaluate", "photos").ok()
    assert "1 image beside the class folders" in result.err
    assert re.search(r"^7 images, 3 labels, model compact$", result.text, re.MULTILINE)
    assert re.search(r"^top-1 +85\.7%  \(", result.text, re.MULTILINE)
    assert re.search(r"rocket +is cat +photos/cat/wrong\.jpg$", result.text, re.MULTILINE)
    assert re.search(r"^cat +3 +66\.7% +100\.0% +80\.0%  rocket \(1\)$", result.text, re.MULTILINE)
    assert "can't show" in result.text
    few = report(run("evaluate", "photos", "--mistakes", "0", "--json"))
    assert few["variants"][0]["mistakes"] == [] and few["labels"] == list(CLASSES)


def test_mistakes_the_most_confident_first(run: Command):
    made = Made(run)
    shares = softmax(made.scores("logit"), axis=1)
    wrong = [image for image in numpy.argsort(-shares.max(axis=1), kind="stable")
             if shares[image].argmax() != made.right[image]]
    found = made.evaluate("--mistakes", "4")["variants"][0]["mistakes"]
    assert [entry["path"] for entry in found] == [made.paths[image] for image in wrong[:4]]
    assert found[0]["label"] == NAMES[shares[wrong[0]].argmax()]
    assert found[0]["truth"] == [NAMES[made.right[wrong[0]]]]
    assert found[0]["probability"] == pytest.approx(shares[wrong[0]].max())


def test_confusion_files(run: Command):
    made = Made(run, count=40)
    names = ["<b>&", 'a "b", c', *NAMES[2:]]
    made.labels = tuple(part for name in names for part in ("--label", name))
    rows = [{"file": path, "truth": names[right[0]]} for path, right in zip(made.paths, made.truth)]
    run.write("truth.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    for kind in ("csv", "svg"):
        run("evaluate", "truth.jsonl", "photos.npy", *made.labels, "--json", "-o", "out.json", "--confusion",
            f"m.{kind}", "--against", "bare", "--template", "{}").ok()
    answer = json.loads((run.folder / "out.json").read_text())
    with (run.folder / "m.csv").open(newline="") as file:
        table = list(csv.reader(file))
    assert table[0] == ["truth", *names] and [row[0] for row in table[1:]] == names
    assert [[int(cell) for cell in row[1:]] for row in table[1:]] == answer["variants"][0]["confusion"]
    assert (run.folder / "m-bare.csv").read_text().startswith("truth,<b>&,")
    picture = ElementTree.parse(run.folder / "m.svg").getroot()
    words = ["".join(element.itertext()) for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert words.count("<b>&") == 2 and words.count('a "b", c') == 2
    assert sorted(word for word in words if word.isdigit()) == sorted(
        str(cell) for row in answer["variants"][0]["confusion"] for cell in row if cell > 0)
    assert "prefers-color-scheme: dark" in (run.folder / "m.svg").read_text()
    assert "of bare" in (run.folder / "m-bare.svg").read_text()
    made = Made(run, count=30, several=True)
    run("evaluate", "truth.csv", "photos.npy", *made.labels, "--confusion", "n.csv", "-q").ok()
    assert (run.folder / "n.csv").read_text().startswith("label,true_positives,")
    run("evaluate", "truth.csv", "photos.npy", *made.labels, "--confusion", "n.svg").fails(2, "n.svg", "FILE.csv")


def test_the_store_is_used(run: Command):
    for name in CLASSES:
        run.photo(f"{name}.jpg", f"photos/{name}/1.jpg")
    first = run("evaluate", "photos", "--store", "a.store", "--json").ok()
    again = run("evaluate", "photos", "--store", "a.store", "--json", "-v").ok()
    assert again.text == first.text and "3 images (3 known" in again.err


def test_failed_images_are_listed_once(run: Command):
    run.write("truth.csv", f"path,class\n{PHOTOS}/cat.jpg,cat\nno.jpg,cat\nno.jpg,dog\nbad.jpg,dog\n")
    run.write("bad.jpg", "no image")
    result = run("evaluate", "truth.csv", "--json")
    answer = report(result, 1)
    assert [(entry["path"], entry["error"]["code"]) for entry in answer["failed"]] == [
        ("no.jpg", "missing"), ("bad.jpg", "decode")]
    assert answer["images"] == 1 and values(answer["variants"][0])["top_1"] == 1
    assert len(result.err.splitlines()) == 3 and result.err.count("no.jpg") == 1
    run.write("none.csv", "path,class\nno.jpg,cat\nno2.jpg,dog\n")
    nothing = run("evaluate", "none.csv", "-q")
    assert nothing.code == 2 and "nothing to evaluate" in nothing.err.splitlines()[-1] and nothing.text == ""


def test_a_class_folder_without_images(run: Command):
    run.photo("cat.jpg", "photos/cat/1.jpg")
    (run.folder / "photos/dog").mkdir()
    result = run("evaluate", "photos", "--json")
    result.fails(1, "photos/dog: no image files")
    answer = report(result, 1)
    assert answer["labels"] == ["cat", "dog"] and answer["failed"][0]["path"] == "photos/dog"
    assert answer["variants"][0]["classes"][1]["recall"] is None


def test_bad_truth(run: Command):
    run("evaluate").fails(2, "no truth given")
    run("evaluate", "missing").fails(2, "missing")
    run.photo("cat.jpg", "flat/cat.jpg")
    run("evaluate", "flat").fails(2, "flat", "no class folders")
    run.photo("cat.jpg", "one/cat/1.jpg")
    run("evaluate", "one").fails(2, "one class only", "'cat'", "--labels")
    run("evaluate", "one", "--labels", "cat,dog", "-q").ok()
    run("evaluate", "one", "--labels", "Cat,dog").fails(2, "one/cat", "'cat' is not among the labels", "case or space")
    run("evaluate", "one", "--labels", "dog,car").fails(2, "one/cat", "'cat' is not among the labels")
    (run.folder / "empty/cat").mkdir(parents=True)
    run("evaluate", "empty").fails(2, "empty", "no image files")
    run.photo("cat.jpg", "cases/Hot  dog/1.jpg")
    run.photo("cat.jpg", "cases/hot dog/1.jpg")
    run("evaluate", "cases").fails(2, "'Hot  dog' and 'hot dog' differ only by case or space")
    run("evaluate", "cases", "--label", "Hot  dog", "--label", "hot dog", "-q").ok()
    run.write("a.csv", "image,what\na.jpg,cat\n")
    run("evaluate", "a.csv").fails(2, "a.csv", "no column of labels")
    run.write("b.csv", "image,label,region\na.jpg,cat,x\nb.jpg,,y\n")
    run("evaluate", "b.csv").fails(2, "b.csv:3", "no label", "--multi-label")
    run.write("c.csv", "image,label,region\na.jpg,cat,x\nb.jpg,dog,x\n")
    run("evaluate", "c.csv", "--groups", "country").fails(2, "c.csv", "'country'")
    run("evaluate", "c.csv", "--groups", "region").fails(2, "--groups region", "one value only")
    run("evaluate", "c.csv", "--groups", "label").fails(2, "--groups label", "truth")
    run("evaluate", "one", "--labels", "cat,dog", "--groups", "region").fails(2, "--groups region", "table")
    run.write("d.csv", "image,label,region\n" + "".join(f"{n}.jpg,{NAMES[n % 2]},{n}\n" for n in range(101)))
    run("evaluate", "d.csv", "--groups", "region").fails(2, "--groups region", "101 different values")


def test_bad_usage(run: Command):
    run.write("t.csv", "image,label\na.jpg,cat\nb.jpg,dog\n")
    run("evaluate", "a.npy").fails(2, "a.npy", "truth first")
    run("evaluate", "t.csv", "b.csv").fails(2, "b.csv", ".npy")
    run("evaluate", "t.csv", "--format", "csv").fails(2, "--format")
    run("evaluate", "t.csv", "--confusion", "m.png").fails(2, "m.png", "svg")
    run("evaluate", "t.csv", "--confusion", "no/m.csv").fails(2, "no", "does not exist")
    run("evaluate", "t.csv", "--threshold", "0.4").fails(2, "--threshold", "--multi-label")
    run("evaluate", "t.csv", "--skew-at", "5").fails(2, "--skew-at", "--groups")
    run("evaluate", "t.csv", "--counterfactual", "man").fails(2, "--counterfactual", "'man'")
    run("evaluate", "t.csv", "--counterfactual", "man=woman").fails(2, "--counterfactual", "nothing would change")
    run("evaluate", "t.csv", "--against").fails(2, "--against", "no name")
    run("evaluate", "t.csv", "--against", "a b").fails(2, "--against", "'a b'")
    run("evaluate", "t.csv", "--against", "base").fails(2, "--against base", "another")
    run("evaluate", "t.csv", "--against", "x", "--json").fails(2, "--against x", "--json", "before the first")
    run("evaluate", "t.csv", "--against", "x", "--labels", "cat").fails(2, "--against x", "'dog' is missing")
    run("evaluate", "t.csv", "--against", "x", "--labels", "cat,dog,car").fails(2, "--against x", "'car'")
    run("evaluate", "t.csv", "-o", "no/out.json").fails(2, "no", "does not exist")
    assert [path.name for path in run.folder.iterdir()] == ["t.csv"]


def test_interrupted_and_taken_up(run: Command):
    small_images(run, 300, "made/cat")
    run.photo("rocket.jpg", "made/rocket/a.jpg")
    arguments = ("evaluate", "made", "--store", "a.store", "--json")
    process = run.start(*arguments, "-o", "report.json", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    kill_when(process, lambda: stored(run) > 0, signal.SIGTERM)
    assert not (run.folder / "report.json").exists()
    assert re.search(rb"interrupted after \d+ images; report.json is not written", process.stderr.read())
    assert report(run(*arguments))["images"] == 301


def test_closed_pipe_ends_quietly(run: Command):
    run.photo("cat.jpg", "photos/cat/a.jpg")
    run.photo("rocket.jpg", "photos/rocket/a.jpg")
    process = run.start("evaluate", "photos", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.wait(60) == 0 and process.stderr.read() == b""
