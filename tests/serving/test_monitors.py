"""Monitors: labels joined to predictions, window by window, as numpy and scikit-learn count it."""

import csv
import io
import json
import math
import os
import random
import signal
import subprocess
import sys

import mlflow
import numpy as np
import pytest
import xgboost
from mlflow.models import infer_signature
from scipy.stats import binomtest
from sklearn.metrics import balanced_accuracy_score, brier_score_loss, precision_score, recall_score

from conftest import Connection, Served, wait_until
from models import Kitchen

MONITOR = """
monitors:
  watch:
    endpoint: %s
    time: day
    window: 2
    labels_late: 1
    slices: [site, kind]
"""
SITES = ["nord", "süd", "ost"]


def signed(kitchen):
    """With a signature, for without one columns that the model lacks are refused, as in MLflow."""
    data = xgboost.DMatrix(kitchen.plain, kitchen.target)
    booster = xgboost.train({"max_depth": 3, "objective": "binary:logistic", "nthread": 1}, data, 5)
    expected = booster.predict(data)
    return kitchen._log(mlflow.xgboost.log_model, "bare", booster, kitchen.plain, expected,
                        signature=infer_signature(kitchen.plain, expected))


class Watched:
    """A server with two endpoints of the same data, and what was asked of them."""

    def __init__(self, folder):
        self.galley = Served(folder, GALLEY_UV="/nowhere/uv")
        self.folder = folder
        kitchen = Kitchen(self.galley.url, folder)
        self.models = {"bare": signed(kitchen), "logistic": kitchen.logistic()}
        self.target = kitchen.target
        self.galley.create("bare", self.models["bare"])
        self.galley.create("logistic", self.models["logistic"], python=sys.executable)
        for name in self.models:
            assert self.galley.loaded(name)["state"] == "ready"

    def apply(self, text):
        path = self.folder / "galley.yaml"
        path.write_text(text, encoding="utf-8")
        code, _, errors = self.galley.command("monitor", "apply", "--file", path)
        assert code == 0, errors

    def windows(self, name="watch", **query):
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        answer = self.galley.control("GET", f"monitors/{name}/windows?{asked}", token=False)
        assert answer.status == 200, answer
        return answer.json()

    def await_counts(self, predictions, labels, name="watch"):
        def there():
            windows = self.windows(name, last=1000)["windows"]
            return (sum(it["predictions"] for it in windows),
                    sum(it["labels"] for it in windows)) == (predictions, labels)
        wait_until(there, f"{predictions} predictions and {labels} labels in {name}")


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    watched = Watched(tmp_path_factory.mktemp("watched"))
    try:
        yield watched
    finally:
        watched.galley.stop()


def body_of(form, columns, rows):
    """(content type, body) of rows in one of the forms that are understood."""
    records = [dict(zip(columns, row, strict=True)) for row in rows]
    if form == "csv":
        text = io.StringIO()
        csv.writer(text).writerows([columns, *rows])
        return "text/csv", text.getvalue()
    bodies = {"dataframe_split": {"columns": columns, "data": rows}, "dataframe_records": records,
              "instances": records,
              "inputs": {name: [row[name] for row in records] for name in columns}}
    return "application/json", json.dumps({form: bodies[form]})


FORMS = ["dataframe_split", "dataframe_records", "instances", "inputs", "csv"]


def ask(watched, endpoint, form, days, sites, numbers):
    """[(prediction id, probability, day, site, true label)] of one request."""
    model = watched.models[endpoint]
    columns = [*model.columns, "day", "site", "kind"]
    rows = [[*model.rows[number], day, site, number % 2]
            for number, day, site in zip(numbers, days, sites, strict=True)]
    kind, body = body_of(form, columns, rows)
    connection = Connection(watched.galley.gateway)
    answer = connection.send("POST", f"/api/v1/endpoints/{endpoint}/predict", body,
                             {"Content-Type": kind})
    connection.close()
    assert answer.status == 200, answer
    said = answer.json()
    scores = [row[1] if isinstance(row, list) else row for row in said["predictions"]]
    return list(zip(said["prediction_ids"], scores, days, sites,
                    watched.target[numbers].tolist(), strict=True))


def tell(watched, endpoint, labels):
    answer = watched.galley.ask("POST", f"/api/v1/endpoints/{endpoint}/labels", {"labels": [
        {"prediction_id": name, **value} for name, value in labels]})
    assert answer.status == 200, answer


def expect(asked, known, window, site=None):
    """What a window's row must say, computed from what the client saw."""
    rows = [row for row in asked if row[2] // 2 == window and site in (None, row[3])]
    told = [row for row in rows if row[0] in known]
    score = np.array([row[1] for row in told])
    label = np.array([known[row[0]] for row in told])
    says = score >= 0.5
    right = int((says == label).sum())
    low, high = binomtest(right, len(told)).proportion_ci(method="wilson")
    of_truth = np.where(label == 1, score, 1 - score)
    return {"predictions": len(rows), "labels": len(told), "coverage": len(told) / len(rows),
            "true_positives": int((says & (label == 1)).sum()),
            "false_positives": int((says & (label == 0)).sum()),
            "false_negatives": int((~says & (label == 1)).sum()),
            "true_negatives": int((~says & (label == 0)).sum()),
            "accuracy": right / len(told), "accuracy_low": low, "accuracy_high": high,
            "balanced_accuracy": balanced_accuracy_score(label, says),
            "precision": precision_score(label, says), "recall": recall_score(label, says),
            "base_rate": label.mean(), "majority": max(label.mean(), 1 - label.mean()),
            "log_loss": -np.log(np.maximum(of_truth, 0.01)).mean(),
            "brier": brier_score_loss(label, score)}


def check(row, expected):
    for key, value in expected.items():
        assert row[key] == pytest.approx(value, abs=2e-9), key


@pytest.mark.parametrize("endpoint", ["bare", "logistic"])
def test_what_is_measured_is_what_scikit_learn_measures(watched, endpoint):
    name = f"of-{endpoint}"
    watched.apply((MONITOR % endpoint).replace("watch:", f"{name}:"))
    random.seed(7)
    asked = []
    for request in range(100):
        numbers = [random.randrange(1000) for _ in range(random.randrange(1, 15))]
        asked += ask(watched, endpoint, FORMS[request % len(FORMS)],
                     [random.randrange(10, 18) for _ in numbers],
                     [random.choice(SITES) for _ in numbers], numbers)
    known = {row[0]: row[4] for row in asked if random.random() < 0.8}
    late = random.sample(sorted(known), len(known))  # In no order.
    values = [({"truth": bool(known[row])} if at % 3 else {"number": known[row]})
              for at, row in enumerate(late)]
    for start in range(0, len(late), 100):
        tell(watched, endpoint, zip(late[start:start + 100], values[start:start + 100], strict=True))
    watched.await_counts(len(asked), len(known), name)

    answer = watched.windows(name)
    assert answer["monitor"]["watermark"] == 17 and answer["monitor"]["newest"] == 16
    assert [(it["from"], it["to"]) for it in answer["windows"]] == [
        (10, 12), (12, 14), (14, 16), (16, 18)]
    for row in answer["windows"]:
        check(row, expect(asked, known, row["from"] // 2))
        assert row["model"] == endpoint and row["unreadable"] == 0
        # The watermark, 17, is 1 beyond the end of the third, so that labels of it are late.
        assert row["state"] == ("open" if row["to"] == 18 else "late")
        bins = row["calibration"]
        assert sum(it["rows"] for it in bins) == row["labels"] and len(bins) == 10
        weighted = sum(it["rows"] * it["share_of_yes"] for it in bins)
        assert weighted == pytest.approx(row["labels"] * row["base_rate"])
    both = watched.windows(name, span=2)["windows"]
    assert [(it["from"], it["to"]) for it in both] == [(10, 14), (14, 18)]
    wide = [row[:2] + ((row[2] - 10) // 4 * 2,) + row[3:] for row in asked]
    for at, row in enumerate(both):
        check(row, expect(wide, known, at))
    sites = watched.windows(name, span=4, slice="site")["windows"]
    assert {it["value"] for it in sites} == set(SITES)
    flat = [row[:2] + (0,) + row[3:] for row in asked]
    for row in sites:
        check(row, expect(flat, known, 0, row["value"]))
        assert row["calibration"] == []
    assert {it["value"] for it in watched.windows(name, span=4, slice="kind")["windows"]} == {"0", "1"}


def test_a_corrected_label_takes_the_place_of_the_first(watched):
    watched.apply((MONITOR % "bare").replace("watch:", "corrected:"))
    asked = ask(watched, "bare", "dataframe_split", [0] * 20, ["nord"] * 20, list(range(20)))
    wrong = {row[0]: 1 - row[4] for row in asked}
    tell(watched, "bare", [(name, {"number": value}) for name, value in wrong.items()])
    watched.await_counts(20, 20, "corrected")
    tell(watched, "bare", [(row[0], {"truth": bool(row[4])}) for row in asked[:15]])
    tell(watched, "bare", [(row[0], {"truth": bool(row[4])}) for row in asked[:15]])
    known = wrong | {row[0]: row[4] for row in asked[:15]}
    expected = expect(asked, known, 0)
    wait_until(lambda: watched.windows("corrected")["windows"][0]["true_positives"]
               == expected["true_positives"], "the corrections count", 10)
    check(watched.windows("corrected")["windows"][0], expected)
    tell(watched, "bare", [(asked[0][0], {"text": "perhaps"})])
    wait_until(lambda: watched.windows("corrected")["windows"][0]["unreadable"] == 1,
               "a label that is no yes or no is counted", 10)
    assert watched.windows("corrected")["windows"][0]["labels"] == 19


def test_a_label_may_come_before_its_prediction(watched):
    watched.apply((MONITOR % "bare").replace("watch:", "early:"))
    (first,) = ask(watched, "bare", "csv", [0], ["nord"], [1])
    watched.await_counts(1, 0, "early")
    following = f"{int(first[0], 16) + 1:032x}"  # Ids of one gateway follow one another.
    labels = watched.galley.query("SELECT count(*) FROM label")[0][0]
    tell(watched, "bare", [(following, {"number": int(watched.target[2])})])
    wait_until(lambda: watched.galley.query("SELECT count(*) FROM label")[0][0] == labels + 1,
               "the label is stored")
    (second,) = ask(watched, "bare", "csv", [0], ["nord"], [2])
    assert second[0] == following
    watched.await_counts(2, 1, "early")
    check(watched.windows("early")["windows"][0],
          {"predictions": 2, "labels": 1, "accuracy": float((second[1] >= 0.5) == second[4])})


def test_too_many_values_are_counted_together(watched):
    watched.apply((MONITOR % "bare").replace("watch:", "many:"))
    count = 1005
    asked = ask(watched, "bare", "csv", [0] * count, [f"site {at}" for at in range(count)],
                [at % 1000 for at in range(count)])
    tell(watched, "bare", [(row[0], {"number": row[4]}) for row in asked])
    watched.await_counts(count, count, "many")
    sites = {it["value"]: it for it in watched.windows("many", slice="site")["windows"]}
    assert len(sites) == 1001 and sites["…"]["predictions"] == 5
    assert sum(it["labels"] for it in sites.values()) == count


def test_rows_without_a_time_or_a_place_are_counted(watched):
    watched.apply((MONITOR % "bare").replace("watch:", "untimed:"))
    model = watched.models["bare"]
    rows = [[*model.rows[0], 4, None, 1], [*model.rows[1], None, "nord", 1],
            [*model.rows[2], "monday", "nord", 1]]
    kind, body = body_of("dataframe_split", [*model.columns, "day", "site", "kind"], rows)
    assert watched.galley.ask("POST", "/api/v1/endpoints/bare/predict", body,
                              {"Content-Type": kind}).status == 200
    wait_until(lambda: watched.windows("untimed")["monitor"]["without_time"] == 2, "both are known")
    (window,) = watched.windows("untimed")["windows"]
    assert window["predictions"] == 1 and "accuracy" not in window
    assert [it["value"] for it in watched.windows("untimed", slice="site")["windows"]] == [""]
    code, shown, _ = watched.galley.command("monitor", "show", "untimed")
    assert code == 0 and "2 rows have no 'day' and are in no window." in shown


def test_each_version_is_measured_apart(watched):
    watched.apply((MONITOR % "swapped").replace("watch:", "apart:"))
    first, second = watched.models["bare"], watched.models["logistic"]
    watched.galley.create("swapped", first)
    watched.galley.loaded("swapped")
    watched.models["swapped"] = first
    one = ask(watched, "swapped", "dataframe_split", [2] * 8, ["nord"] * 8, list(range(8)))
    code, _, errors = watched.galley.command("endpoint", "set", "swapped", "--model",
                                             f"{second.name}@{second.version}", "--python",
                                             sys.executable)
    assert code == 0, errors
    two = ask(watched, "swapped", "dataframe_split", [2] * 9, ["nord"] * 9, list(range(9)))
    asked = one + two
    tell(watched, "swapped", [(row[0], {"number": row[4]}) for row in asked])
    watched.await_counts(17, 17, "apart")
    rows = watched.windows("apart")["windows"]
    assert [(row["model"], row["predictions"]) for row in rows] == [("bare", 8), ("logistic", 9)]
    for row, mine in zip(rows, (one, two), strict=True):
        check(row, expect(mine, {it[0]: it[4] for it in mine}, 1))


def test_without_a_time_column_windows_are_hours(watched):
    watched.apply("monitors: {hours: {endpoint: bare}}")
    ask(watched, "bare", "csv", [0], ["nord"], [5])
    wait_until(lambda: watched.windows("hours")["windows"], "it is measured")
    window = watched.windows("hours")["windows"][-1]
    assert window["to"] - window["from"] == 3600 and window["from"] % 3600 == 0
    made = watched.galley.query("SELECT max(at_ms) FROM prediction")[0][0] / 1000
    assert window["from"] <= made < window["to"]


def test_other_settings_begin_anew_and_the_same_do_not(watched):
    watched.apply((MONITOR % "bare").replace("watch:", "anew:"))
    ask(watched, "bare", "csv", [0], ["nord"], [5])
    watched.await_counts(1, 0, "anew")
    watched.apply((MONITOR % "bare").replace("watch:", "anew:"))
    watched.await_counts(1, 0, "anew")
    watched.apply((MONITOR % "bare").replace("watch:", "anew:").replace("window: 2", "window: 3"))
    assert watched.windows("anew")["windows"] == []
    events = watched.galley.shown("event", "list", "--limit", "200")["events"]
    of_it = [it for it in events if it["detail"].get("name") == "anew"]
    assert [it["kind"] for it in of_it] == ["monitor.set", "monitor.set"]
    assert watched.galley.command("monitor", "remove", "anew")[0] == 0
    code, _, errors = watched.galley.command("monitor", "show", "anew")
    assert code != 0 and "there is no monitor 'anew'; there are: " in errors


WRONG = [
    ("monitors: [a]", "galley.yaml:1:11: 'monitors' must be a mapping of names"),
    ("monitors: {m: {}}", "galley.yaml:1:15: 'monitors.m.endpoint' is required"),
    ("monitors: {m: {endpoint: e, windw: 1}}",
     "galley.yaml:1:29: there is no field 'monitors.m.windw'; there are: endpoint, time, window"),
    ("monitors: {m: {endpoint: e, window: 0}}",
     "galley.yaml:1:29: 'monitors.m.window' must be above 0 and at most 1e12, not 0"),
    ("monitors: {m: {endpoint: e, window: wide}}", "galley.yaml:1:29: 'monitors.m.window' must be"),
    ("monitors: {m: {endpoint: e, labels_late: -1}}",
     "galley.yaml:1:29: 'monitors.m.labels_late' must be from 0 to 1e12, not -1"),
    ("monitors: {m: {endpoint: e, threshold: 1.5}}",
     "galley.yaml:1:29: 'monitors.m.threshold' must be from 0 to 1, not 1.5"),
    ("monitors: {m: {endpoint: e, output: 1000}}",
     "galley.yaml:1:29: 'monitors.m.output' must be from 0 to 999, not 1000"),
    ("monitors: {m: {endpoint: e, slices: [a, a]}}",
     "galley.yaml:1:29: 'monitors.m.slices' names 'a' twice"),
    ("monitors: {m: {endpoint: e, slices: [a, b, c, d, e, f, g, h, i, j, k]}}",
     "'monitors.m.slices'"),
    ("monitors: {'a b': {endpoint: e}}",
     "a monitor's name must have 1 to 63 letters, digits, '-' or '_'; 'a b' has not"),
    ("monitrs: {}", "galley.yaml:1:1: there is no key 'monitrs'; there are: name, on"),
    ("name: x", "has no monitors; see 'galley monitor --help'"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_is_wrong_is_named(watched, tmp_path, text, message):
    (tmp_path / "galley.yaml").write_text(text, encoding="utf-8")
    code, _, errors = watched.galley.command("monitor", "apply", "--file", tmp_path / "galley.yaml")
    assert code != 0 and message in errors


def test_wrong_questions_are_refused(watched):
    watched.apply((MONITOR % "bare").replace("watch:", "asked:"))
    for query, message in (("span=0", "'span' must be from 1 to 10000"),
                           ("last=1001", "'last' from 1 to 1000"),
                           ("slice=brand", "the monitor 'asked' has no slice 'brand'; it has: site, kind"),
                           ("spam=1", "spam")):
        answer = watched.galley.control("GET", f"monitors/asked/windows?{query}", token=False)
        assert answer.status == 400 and message in answer.json()["error"]["message"], answer
    for body, message in (("[]", "object"), ('{"endpoint": 3}', "endpoint"), ("{", "JSON")):
        answer = watched.galley.control("PUT", "monitors/asked", body)
        assert answer.status == 400 and message in answer.json()["error"]["message"], answer


def test_kills_of_the_server_count_nothing_twice(tmp_path):
    watched = Watched(tmp_path)
    try:
        watched.apply((MONITOR % "bare").replace("watch:", "killed:"))
        random.seed(3)
        asked, known = [], {}
        for request in range(150):
            numbers = [random.randrange(1000) for _ in range(5)]
            rows = ask(watched, "bare", "dataframe_split", [random.randrange(4) for _ in numbers],
                       [random.choice(SITES) for _ in numbers], numbers)
            asked += rows
            tell(watched, "bare", [(row[0], {"number": row[4]}) for row in rows])
            known |= {row[0]: row[4] for row in rows}
            if request in (40, 80, 120):
                os.kill(watched.galley.server_pid(), signal.SIGKILL)
        wait_until(lambda: watched.galley.command("monitor", "list")[0] == 0, "it is up again")
        watched.await_counts(len(asked), len(known), "killed")
        for row in watched.windows("killed")["windows"]:
            check(row, expect(asked, known, row["from"] // 2))
            assert row["state"] == "complete"
            assert math.isclose(row["coverage"], 1)
    finally:
        watched.galley.stop()


DRIFT = """
monitors:
  %s:
    endpoint: bare
    time: day
    window: 2
    drift: {columns: [size, weight], span: 2, floor: 0.05, deviations: 1, running: 2}
"""


def reference_of(folder, rows, days):
    path = folder / "reference.csv"
    path.write_text("size,weight,day\n" + "".join(
        f"{'' if math.isnan(size) else size},{weight},{day}\n"
        for (size, weight), day in zip(rows, days, strict=True)), encoding="utf-8")
    return path


def shares(values, edges):
    counts = np.append(np.bincount(np.searchsorted(edges, values[~np.isnan(values)], side="right"),
                                   minlength=len(edges) + 1), np.isnan(values).sum())
    return np.maximum(counts / counts.sum(), 1e-4)


def psi(reference, current):
    edges = np.unique(np.quantile(reference[~np.isnan(reference)], np.arange(1, 10) / 10))
    p, q = shares(reference, edges), shares(current, edges)
    return float(((p - q) * np.log(p / q)).sum())


def test_drift_is_what_numpy_says(watched):
    watched.apply(DRIFT % "drifting")
    generator = np.random.default_rng(5)
    rows = generator.normal(2, 1, (400, 2))
    rows[::17, 0] = np.nan
    days = np.repeat(np.arange(20), 20)  # Ten windows, so five blocks of two.
    path = reference_of(watched.folder, rows, days)
    told = json.loads(watched.galley.command("monitor", "reference", "drifting", "--file", path,
                                             "--json")[1])
    blocks = [rows[days // 4 == block] for block in range(5)]
    limits = []
    for at, column in enumerate(told["reference"]):
        found = [psi(rows[:, at], block[:, at]) for block in blocks]
        limits.append(max(.05, np.mean(found) + np.std(found)))
        assert (column["blocks"], column["rows"]) == (5, 400)
        assert column["threshold"] == pytest.approx(limits[-1], rel=1e-9)

    model = watched.models["bare"]
    asked = {}
    for day in [*range(100, 104), *range(106, 116)]:  # Nobody asked in window 52.
        sent = generator.normal(2 if day < 106 else 4, 1, (30, 2))
        asked.setdefault(day // 2, []).append(sent)
        body = {"dataframe_split": {"columns": [*model.columns, "day"], "data": [
            [size, weight, 3, day] for size, weight in sent.tolist()]}}
        assert watched.galley.ask("POST", "/api/v1/endpoints/bare/predict", body).status == 200
    wait_until(lambda: len(watched.galley.shown("monitor", "drift", "drifting")["windows"]) == 6
               and watched.galley.shown("monitor", "drift", "drifting")["windows"][-1]["rows"] == 120,
               "all is counted")
    windows = watched.galley.shown("monitor", "drift", "drifting")["windows"]
    beyond_before = [False, False]
    for last, window in zip((51, 53, 54, 55, 56, 57), windows, strict=True):
        assert (window["from"], window["to"]) == ((last - 1) * 2, (last + 1) * 2)
        assert window["state"] == ("open" if last == 57 else "closed")
        current = np.concatenate(asked.get(last - 1, []) + asked[last])
        for column, value in enumerate(window["columns"]):
            expected = psi(rows[:, column], current[:, column])
            assert value["psi"] == pytest.approx(expected, rel=1e-9), (last, column)
            assert value["beyond"] == (expected > limits[column])
            if window["state"] == "closed":
                assert value["alarm"] == (value["beyond"] and beyond_before[column])
                beyond_before[column] = value["beyond"]
    assert [it["alarm"] for it in windows[0]["columns"]] == [False, False]
    assert [it["alarm"] for it in windows[2]["columns"]] == [True, True]
    shown = watched.galley.command("monitor", "drift", "drifting")[1]
    assert "size, weight" in shown and "(open)" in shown
    events = watched.galley.shown("event", "list", "--limit", "50")["events"]
    (made,) = [it for it in events if it["kind"] == "monitor.reference_set"]
    assert made["detail"]["rows"] == 400 and len(made["detail"]["sha256"]) == 64

    # A new reference has other bins: what is known of closed windows stays, the open one begins anew.
    before = watched.galley.shown("monitor", "drift", "drifting")["windows"]
    assert watched.galley.command("monitor", "reference", "drifting", "--file", path)[0] == 0
    after = watched.galley.shown("monitor", "drift", "drifting")["windows"]
    assert after == [it for it in before if it["state"] != "open"] and len(after) < len(before)


@pytest.mark.parametrize(("text", "message"), [
    ("size,day\n1,1\n", "the reference has no column 'weight'"),
    ("size,weight\n1,1\n", "the reference has no column 'day'"),
    ("size,weight,day\n1,heavy,1\n", "the reference's column 'weight' has no numbers"),
    ("", "the reference has no column 'day'"),
])
def test_wrong_references_are_refused(watched, tmp_path, text, message):
    watched.apply(DRIFT % "refused")
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    code, _, errors = watched.galley.command("monitor", "reference", "refused", "--file",
                                             tmp_path / "r.csv")
    assert code != 0 and message in errors
    code, _, errors = watched.galley.command("monitor", "drift", "refused")
    assert code != 0 and "has no reference yet: galley monitor reference refused" in errors


def test_a_monitor_without_drift_says_so(watched, tmp_path):
    watched.apply("monitors: {plain: {endpoint: bare}}")
    (tmp_path / "r.csv").write_text("size\n1\n", encoding="utf-8")
    for arguments in (["drift", "plain"], ["reference", "plain", "--file", tmp_path / "r.csv"]):
        code, _, errors = watched.galley.command("monitor", *arguments)
        assert code != 0 and "the monitor 'plain' looks at no drift: it has no 'drift'" in errors


@pytest.mark.parametrize(("drift", "message"), [
    ("{}", "'monitors.m.drift.columns' is required"),
    ("{columns: []}", "'monitors.m.drift.columns'"),
    ("{columns: [a, a]}", "'monitors.m.drift.columns' names 'a' twice"),
    ("{columns: [a], span: 0}", "'monitors.m.drift.span' must be from 1 to 1000, not 0"),
    ("{columns: [a], floor: 0}", "'monitors.m.drift.floor' must be above 0 and at most 1e12, not 0"),
    ("{columns: [a], deviations: -1}", "'monitors.m.drift.deviations' must be from 0 to 1e12, not -1"),
    ("{columns: [a], running: 65}", "'monitors.m.drift.running' must be from 1 to 64, not 65"),
    ("{columns: [a], threshold: 1}", "there is no field 'monitors.m.drift.threshold'"),
])
def test_wrong_drift_settings_are_named(watched, tmp_path, drift, message):
    (tmp_path / "galley.yaml").write_text(f"monitors: {{m: {{endpoint: e, drift: {drift}}}}}",
                                          encoding="utf-8")
    code, _, errors = watched.galley.command("monitor", "apply", "--file", tmp_path / "galley.yaml")
    assert code != 0 and message in errors


def test_scripts_ask_for_metrics(watched):
    """As a script does that has the package on its path, which is what jobs have."""
    watched.apply((MONITOR % "bare").replace("watch:", "scripted:"))
    asked = ask(watched, "bare", "csv", [0] * 20 + [2] * 20 + [9], ["nord"] * 41, list(range(41)))
    tell(watched, "bare", [(row[0], {"number": row[4]}) for row in asked[:20] + asked[40:]])
    watched.await_counts(41, 21, "scripted")

    def script(text, **environment):
        done = subprocess.run(
            [sys.executable, "-c", f"from galley import Error, get_model_metrics\n{text}"],
            env=os.environ | {"PYTHONPATH": str(watched.galley.data / "python"),
                              "GALLEY_URL": watched.galley.url} | environment,
            capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
        return done.stdout + done.stderr

    told = json.loads(script("import json; print(json.dumps(get_model_metrics('scripted')))"))
    assert (told["from"], told["to"], told["state"], told["model"]) == (8, 10, "complete", "bare")
    assert told["predictions"] == told["labels"] == 1
    tell(watched, "bare", [(row[0], {"number": row[4]}) for row in asked[20:40]])
    watched.await_counts(41, 41, "scripted")
    both = json.loads(script("import json; print(json.dumps(get_model_metrics(span=10)))",
                             GALLEY_MONITOR="scripted"))
    rows = [row[:2] + (0,) + row[3:] for row in asked]
    check(both, {key: value for key, value in expect(rows, {row[0]: row[4] for row in asked}, 0).items()
                 if key in both})
    assert "which monitor? Give monitor=" in script("get_model_metrics()")
    assert "there is no monitor 'nobody'" in script("get_model_metrics('nobody')")
    watched.apply("monitors: {silent: {endpoint: nobody}}")
    assert "no window of monitor 'silent' has its labels yet" in script("get_model_metrics('silent')")
