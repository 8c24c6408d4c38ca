"""The report: what it says of real predictions, runs and gates, recomputed with numpy."""

import html.parser
import json
import os
import subprocess
import sys

import mlflow
import numpy as np
import pytest
import xgboost
from mlflow.models import infer_signature
from sklearn.metrics import balanced_accuracy_score

from conftest import PROGRAM, Served, wait_until
from models import REQUIREMENTS, Kitchen

DRAWS, SEED, MASK = 4000, 1, (1 << 64) - 1
ROWS = 40
PIPELINE = """
name: bake
stages: [train, evaluate]
monitors:
  watch:
    endpoint: juice
    time: week
    drift: {columns: [size], span: 1, floor: 0.05, deviations: 1, running: 2}
jobs:
  baselines:
    stage: train
    run: echo '{"majority":{"accuracy":0.5}, "by":{"store":{"1":{"accuracy":0.1}}}}' > b.json
    metrics: [b.json]
  train:
    stage: train
    run: python train.py
    deps: [train.py]
    metrics: [t.json]
  gate:
    stage: evaluate
    gate:
      candidates: train
      rules: [{id: G1, metric: accuracy, min: {job: baselines, metric: majority.accuracy, plus: 0.05}}]
"""
TRAIN = """
import json, mlflow, numpy as np, pandas as pd, xgboost
from mlflow.models import infer_signature
generator = np.random.default_rng(2)
rows = pd.DataFrame({"size": generator.normal(2, 1, 1000), "weight": generator.normal(0, 3, 1000),
                     "count": generator.integers(0, 9, 1000).astype(float)})
label = (rows["size"] + rows["weight"] / 5 > 2).astype(int)
model = xgboost.train({"max_depth": 1, "objective": "binary:logistic", "nthread": 1},
                      xgboost.DMatrix(rows, label), 3)
guess = model.predict(xgboost.DMatrix(rows))
with mlflow.start_run():
    mlflow.xgboost.log_model(model, name="model", registered_model_name="oranges",
                             signature=infer_signature(rows, guess), pip_requirements=["mlflow"])
json.dump({"accuracy": float(((guess >= .5) == label).mean())}, open("t.json", "w"))
"""


def better(kitchen):
    """The second version: deeper, of more rounds."""
    data = xgboost.DMatrix(kitchen.plain, kitchen.target)
    model = xgboost.train({"max_depth": 4, "objective": "binary:logistic", "nthread": 1}, data, 30)
    with mlflow.start_run():
        made = mlflow.xgboost.log_model(
            model, name="model", registered_model_name="oranges", **REQUIREMENTS,
            signature=infer_signature(kitchen.plain, model.predict(data)))
    return int(made.registered_model_version)


class Story:
    """Ten weeks at an endpoint: the first version, then both in turn within each week."""

    def __init__(self, folder):
        self.folder = folder
        self.galley = Served(folder, GALLEY_UV="/nowhere/uv")
        (folder / "galley.yaml").write_text(PIPELINE, encoding="utf-8")
        (folder / "train.py").write_text(TRAIN, encoding="utf-8")
        done = self.command("pipeline", "run", "--json")
        assert done.returncode == 0, done.stderr + done.stdout
        self.run = json.loads(done.stdout)
        kitchen = Kitchen(self.galley.url, folder)
        self.columns = list(kitchen.plain.columns)
        assert better(kitchen) == 2
        self.set(1, first=True)
        done = self.command("monitor", "apply")
        assert done.returncode == 0, done.stderr
        self.generator = np.random.default_rng(3)
        self.asked = []  # (week, version, probability, label)
        self.refer()
        for week in range(100, 104):
            self.ask(week, 1)
        for week in range(104, 110):
            self.set(2)
            self.ask(week, 2)
            self.set(1)
            self.ask(week, 1)
        self.set(2)
        count = len(self.asked)
        wait_until(lambda: self.measured() == (count, count), "all labels are joined")

    def command(self, *arguments):
        environment = os.environ | {
            "GALLEY_URL": self.galley.url, "GALLEY_DATA": str(self.galley.data),
            "PATH": f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"}
        return subprocess.run([PROGRAM, *map(str, arguments)], env=environment, text=True,
                              cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=180)

    def set(self, version, first=False):
        verb = "create" if first else "set"
        done = self.command("endpoint", verb, "juice", "--model", f"oranges@{version}")
        assert done.returncode == 0, done.stderr

    def rows(self, week, count=ROWS):
        shift = 3 if week >= 106 else 2
        return np.column_stack([self.generator.normal(shift, 1, count),
                                self.generator.normal(0, 3, count),
                                self.generator.integers(0, 9, count)])

    def refer(self):
        lines = [f"{row[0]},{week}" for week in range(80, 90) for row in self.rows(week)]
        path = self.folder / "reference.csv"
        path.write_text("size,week\n" + "\n".join(lines), encoding="utf-8")
        done = self.command("monitor", "reference", "watch", "--file", path)
        assert done.returncode == 0, done.stderr

    def ask(self, week, version):
        rows = self.rows(week)
        body = {"dataframe_split": {"columns": [*self.columns, "week"],
                                    "data": [[*row, week] for row in rows.tolist()]}}
        said = self.galley.ask("POST", "/api/v1/endpoints/juice/predict", body)
        assert said.status == 200, said
        said = said.json()
        flips = self.generator.random(ROWS) < .1
        labels = ((rows[:, 0] + rows[:, 1] / 5 > 2) ^ flips).astype(int)
        self.asked += [(week, version, score, label) for score, label in
                       zip(said["predictions"], labels.tolist(), strict=True)]
        told = self.galley.ask("POST", "/api/v1/endpoints/juice/labels", {"labels": [
            {"prediction_id": name, "number": label} for name, label in
            zip(said["prediction_ids"], labels.tolist(), strict=True)]})
        assert told.status == 200, told

    def measured(self):
        windows = self.galley.control("GET", "monitors/watch/windows?last=1000", token=False).json()
        return (sum(it["predictions"] for it in windows["windows"]),
                sum(it["labels"] for it in windows["windows"]))

    def report(self, *arguments):
        done = self.command("report", "juice", "--json", *arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["report"]


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    told = Story(tmp_path_factory.mktemp("story"))
    try:
        yield told
    finally:
        told.galley.stop()


def numbers(seed):
    """SplitMix64, as docs/formats/report.md names it."""
    state = seed
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        value = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
        yield value ^ (value >> 31)


def bootstrap(size, statistic):
    source = numbers(SEED)
    found = [statistic([(next(source) * size) >> 64 for _ in range(size)]) for _ in range(DRAWS)]
    return np.quantile(found, [.025, .975])


def hits(asked):
    """Per week: right answers and rows."""
    weeks = sorted({row[0] for row in asked})
    return weeks, np.array([[sum((row[2] >= .5) == row[3] for row in asked if row[0] == week),
                             sum(row[0] == week for row in asked)] for week in weeks])


def ratio(found, drawn):
    return found[drawn, 0].sum() / found[drawn, 1].sum()


def same(ratio_said, weeks, value, interval, labels):
    assert ratio_said["value"] == pytest.approx(value, abs=1e-12)
    assert (ratio_said["low"], ratio_said["high"]) == pytest.approx(tuple(interval), abs=1e-12)
    assert (ratio_said["first_window"], ratio_said["last_window"]) == (weeks[0], weeks[-1])
    assert (ratio_said["windows"], ratio_said["labels"]) == (len(weeks), labels)


def test_arms_are_what_numpy_counts(story):
    report = story.report()
    arms = {arm["name"]: arm for arm in report["arms"]}
    assert set(arms) == {"served", "oranges@1", "oranges@2"} and report["arms"][0]["name"] == "served"
    assert [name for name, arm in arms.items() if arm["is_first"]] == ["oranges@1"]
    for name, versions in (("served", (1, 2)), ("oranges@1", (1,)), ("oranges@2", (2,))):
        asked = [row for row in story.asked if row[1] in versions]
        weeks, found = hits(asked)
        arm = arms[name]
        score, label = np.array([(row[2], row[3]) for row in asked]).T
        assert (arm["predictions"], arm["labels"]) == (len(asked), len(asked))
        assert arm["accuracy"] == pytest.approx(found[:, 0].sum() / found[:, 1].sum(), abs=1e-12)
        assert arm["balanced_accuracy"] == pytest.approx(
            balanced_accuracy_score(label, score >= .5), abs=1e-12)
        truth = np.where(label == 1, score, 1 - score)
        assert arm["log_loss"] == pytest.approx(-np.log(np.maximum(truth, .01)).mean(), abs=2e-9)
        low, high = bootstrap(len(weeks), lambda drawn, found=found: ratio(found, drawn))
        assert (arm["low"], arm["high"]) == pytest.approx((low, high), abs=1e-12)
        assert [(it["window"], it["right"], it["labels"]) for it in arm["points"]] == [
            (week, right, rows) for week, (right, rows) in zip(weeks, found.tolist(), strict=True)]


def test_the_gain_is_of_the_weeks_that_both_answered(story):
    report = story.report()
    assert [it["by_hand"] for it in report["promotions"]] == [True] * 13
    first = report["promotions"][0]
    assert (first["model"], first["window"]) == ("oranges@2", 104)
    gain = report["gain"]
    weeks, served = hits([row for row in story.asked if row[0] >= 104])
    _, frozen = hits([row for row in story.asked if row[0] >= 104 and row[1] == 1])
    every = list(range(len(weeks)))
    for key, found in (("served", served), ("frozen", frozen)):
        same(gain[key], weeks, ratio(found, every),
             bootstrap(len(weeks), lambda drawn, found=found: ratio(found, drawn)),
             int(found[:, 1].sum()))
    difference = bootstrap(len(weeks), lambda drawn: ratio(served, drawn) - ratio(frozen, drawn))
    same(gain["difference"], weeks, ratio(served, every) - ratio(frozen, every), difference,
         int(served[:, 1].sum()))
    assert (gain["draws"], gain["seed"]) == (DRAWS, SEED)
    assert gain["difference"]["value"] > 0
    assert report["not_cured"]["missing"] == "no alert fired"
    assert "value" not in report["not_cured"]["gap"]


def test_it_says_what_was_trained_and_what_that_cost(story):
    report = story.report()
    one, two = report["trained"]
    assert (one["model"], one["pipeline"], one["run"], one["trigger"]) == (
        "oranges@1", "bake", 1, "manual")
    assert one["run_id"] == story.run["id"]
    jobs = {job["name"]: job for job in one["jobs"]}
    assert set(jobs) == {"baselines", "train", "gate"}
    # Those of slices are left out.
    assert jobs["baselines"]["metrics"] == [{"name": "majority.accuracy", "value": .5}]
    attempts = story.galley.query("SELECT sum(cpu_ms) FROM pipeline_attempt")[0][0]
    assert one["cpu_ms"] == report["cost"]["cpu_ms"] == attempts > 0
    (candidate,) = one["gate"]["candidates"]
    (rule,) = candidate["rules"]
    assert one["gate"]["passed"] and (rule["id"], rule["limit"]) == ("G1", "0.55")
    events = {it["sequence"]: it for it in
              story.galley.shown("event", "list", "--limit", "1000")["events"]}
    decided = events[one["gate_event"]]
    assert (decided["kind"], decided["subject"]) == ("gate.decided", one["gate_job"])
    assert two["model"] == "oranges@2" and two["missing"] == "no pipeline made it"
    for action in report["actions"]:
        assert events[action["event"]]["kind"] == action["kind"]
    assert [it["kind"] for it in report["actions"]][:3] == [
        "pipeline_run.created", "gate.decided", "pipeline_run.ended"]
    stored = {}
    for at, detail in story.galley.query("SELECT at_ms, detail FROM event WHERE kind IN "
                                         "('artifact.stored', 'job.ended') ORDER BY sequence"):
        detail = json.loads(detail)
        for file in detail["results"]["files"] if "results" in detail else [detail]:
            stored.setdefault(file["sha256"], (file.get("size", file.get("bytes")), at))
    now = report["made_ms"]
    blobs = report["cost"]["stored"][1]
    assert (blobs["files"], blobs["bytes"]) == (len(stored), sum(it[0] for it in stored.values()))
    assert blobs["byte_hours"] == pytest.approx(
        sum(size * (now - at) / 3.6e6 for size, at in stored.values()), rel=1e-9)
    assert "usd" not in report["cost"]


def test_served_variants_and_drift_are_those_of_the_other_commands(story):
    report = story.report()
    history = story.galley.control("GET", "endpoints/juice", token=False).json()["history"]
    assert [it["id"] for it in report["served"]] == [it["id"] for it in reversed(history)]
    assert report["served"][0]["first_window"] == 100 and report["served"][0]["last_window"] == 103
    assert sum(it["predictions"] for it in report["served"]) == len(story.asked)
    (column,) = report["drift"]
    shown = story.galley.shown("monitor", "drift", "watch")
    assert column["column"] == "size" and column["threshold"] == shown["reference"][0]["threshold"]
    distances = {it["to"] - 1: it["columns"][0]["psi"] for it in shown["windows"]}
    assert {it["window"]: it["distance"] for it in column["points"]} == distances
    assert column["is_alarming"] and 107 in column["began"]


def test_what_users_say_is_beside_what_was_measured(story, tmp_path):
    plain = story.report()
    assert all("before" not in effect for effect in plain["effects"])
    (tmp_path / "before.yaml").write_text("deployment_s: 172800\navailability: 0.999\n",
                                          encoding="utf-8")
    clients = {"requests": 1000, "failed": 1, "p50_ms": 1.5, "p99_ms": 9, "seconds": 4}
    (tmp_path / "clients.json").write_text(json.dumps(clients), encoding="utf-8")
    report = story.report("--before", tmp_path / "before.yaml", "--clients",
                          tmp_path / "clients.json", "--usd-per-cpu-hour", "3.6",
                          "--usd-per-gib-month", "730", "--note", "INJECTED, known truth: \x1b<x>")
    assert report["note"] == "INJECTED, known truth: \x1b<x>"
    effects = {(it["name"], it["seen_by"]): it for it in report["effects"]}
    deployment = effects["deployment time", "journal"]
    assert deployment["before"] == 172800e3 and deployment["samples"] == len(deployment["events"]) > 0
    assert effects["availability", "gateway"]["before"] == .999
    assert effects["availability", "clients"]["value"] == pytest.approx(.999)
    assert effects["response time p99", "clients"]["value"] == 9
    assert effects["throughput", "clients"]["value"] == 250
    assert "value" not in effects["experiment cycle", "journal"]
    cost = report["cost"]
    assert cost["cpu_usd"] == pytest.approx(cost["cpu_ms"] / 1e6)
    assert cost["storage_usd"] == pytest.approx(cost["byte_hours"] / 2**30)
    assert cost["usd"] == pytest.approx(cost["cpu_usd"] + cost["storage_usd"])


WRONG = [
    (["nothing"], "there is no endpoint 'nothing'"),
    (["juice", "--monitor", "other"], "there is no monitor 'other'"),
    (["juice", "--before", "{missing}"], "missing"),
    (["juice", "--before", "{unknown}"], "there is no field 'deploy'"),
    (["juice", "--before", "{high}"], "'availability' must be from 0 to 1, not 99"),
    (["juice", "--clients", "{failed}"], "'requests' and 'failed' must not be negative"),
    (["juice", "--usd-per-cpu-hour", "-1"], "'--usd-per-cpu-hour' must be a number of 0 or more"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_what_is_wrong_is_named(story, tmp_path, arguments, message):
    files = {"unknown": "deploy: 1", "high": "availability: 99", "failed": "{requests: 1, failed: 2}"}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = story.command("report", *[it.format(**{name: tmp_path / name
                                                  for name in [*files, "missing"]})
                                     for it in arguments])
    assert done.returncode != 0 and message in done.stderr


class Page(html.parser.HTMLParser):
    """What a page consists of; its elements must close in order."""

    VOID = {"meta"}

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.texts, self.cells = [], [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)
        if self.open and self.open[-1] in ("td", "h2", "h3", "p"):
            self.cells.append(data)


def test_the_page_needs_nothing_and_says_what_the_terminal_says(story, tmp_path):
    note = 'INJECTED, known truth: <script src="//x">&'
    path = tmp_path / "report.html"
    done = story.command("report", "juice", "--html", path, "--note", note)
    assert done.returncode == 0, done.stderr
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == []
    assert not {"script", "link", "img", "iframe", "object", "a"} & set(page.tags)
    assert not {"src", "href", "xlink:href", "onload", "style"} & {name for name, _ in page.attributes}
    assert "url(" not in text and "@import" not in text and "http" not in text
    assert "prefers-color-scheme: dark" in text and "@media print" in text
    assert note in page.texts and note in done.stdout
    assert page.tags.count("svg") == 2  # No rollout, so no evidence.
    assert page.tags.count("h2") == 9
    assert len(page.cells) > 100
    assert [it for it in page.cells if it not in done.stdout] == []
    for title in ("5. What was not cured", "6. What was gained", "9. Effects"):
        assert title in done.stdout


def test_an_endpoint_without_a_monitor_has_a_report_too(story):
    done = story.command("endpoint", "create", "plain", "--model", "oranges@1")
    assert done.returncode == 0, done.stderr
    done = story.command("report", "plain")
    assert done.returncode == 0, done.stderr
    assert "No monitor measures this endpoint" in done.stdout
    assert "n/a" in done.stdout
