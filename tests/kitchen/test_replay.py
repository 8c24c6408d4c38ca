"""What the replay sends, and in which order, as a server records it; what a row costs; the faults.

The expected costs and accuracies were computed once by other code.
"""

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pandas as pd
import pytest

import business
import faults
import features
import models
import replay
from conftest import EXAMPLE

LABEL_NAMES = {None, "orders", "cost"}
# Accuracy of XGBoost, seed 1, in weeks 113-160, trained on clean weeks 48-100.
KINDS = {"feat_inverted": .8487, "deal_feat_swapped": .8849, "feat_stuck": .8832,
         "deal_feat_stuck": .8786, "deal_feat_late": .8548, "prices_late": .8338, "all_late": .7792,
         "prices_alphabetical": .8304}
# Dollars a week, 101-160.
COSTS = {"never": 14_610, "always": 43_452, "rule": 14_961, "last_week": 18_830, "model": 12_975,
         "foresight": 10_570}


class Recorder(ThreadingHTTPServer):
    """A gateway and a server: answers, and keeps what it was asked, in order."""

    def __init__(self):
        self.seen = []  # (verb or `settled`, JSON or query)
        self.drop = set()  # Numbers of requests whose connection is closed without an answer.
        self.status = {}  # {number of a request: status}
        self.unsettled = 2  # So many polls of each window before it is.
        self.count = 0
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self, body):
        at = self.server.count
        self.server.count += 1
        if at in self.server.drop:
            self.close_connection = True
            return
        said = json.dumps(body).encode()
        self.send_response(self.server.status.get(at, 200))
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        verb = self.path.rsplit("/", 1)[1]
        self.server.seen.append((verb, body))
        count = self.server.count
        rows = len(body.get("dataframe_split", {}).get("data", []))
        # Every second row is advised to order more.
        self.answer({"predictions": [(row + count) % 2 * .8 for row in range(rows)],
                     "prediction_ids": [f"{count}-{row}" for row in range(rows)]}
                    if verb == "predict" else {"accepted": len(body["labels"])})

    def do_GET(self):
        self.server.seen.append(("settled", self.path))
        polls = sum(1 for verb, path in self.server.seen if path == self.path)
        self.answer({"settled": polls > self.server.unsettled, "waiting_for": "the pipeline"})

    def log_message(self, *_):
        pass


@pytest.fixture
def recorder():
    server = Recorder()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def program(tmp_path):
    """In place of the program: keeps each commit's file and says so to the recorder's list."""
    path = tmp_path / "commits"
    path.write_text('#!/bin/sh\nprintf "%s\\n" "$GALLEY_URL $*" >> "$0.log"\n'
                    'cp "$4" "$0-$6.csv"\n', encoding="utf-8")
    path.chmod(0o755)
    return path


def run(recorder, data_file, *arguments):
    done = subprocess.run(
        [sys.executable, EXAMPLE / "replay.py", "--gateway", recorder.url, "--data", data_file,
         "--fast", *map(str, arguments)], capture_output=True, text=True, timeout=300,
        stdin=subprocess.DEVNULL, env=os.environ)
    return done


def order_of(recorder):
    """The verbs, equal neighbours once."""
    verbs = [verb for verb, _ in recorder.seen]
    return [verb for at, verb in enumerate(verbs) if at == 0 or verbs[at - 1] != verb]


def test_three_weeks_with_a_fault(recorder, program, data_file, frames, table, tmp_path):
    out = tmp_path / "out.json"
    done = run(recorder, data_file, "--first", 112, "--last", 114, "--fault", 113, "--server",
               recorder.url, "--program", program, "--json", out)
    assert done.returncode == 0, done.stderr
    assert order_of(recorder) == ["predict", "labels", "settled"] * 3

    # Each store once a week, with features of what the feed said.
    asked = [body["dataframe_split"] for verb, body in recorder.seen if verb == "predict"]
    rows = np.concatenate([it["data"] for it in asked])
    assert all(it["columns"] == ["week", "store", "brand", *features.NAMES] for it in asked)
    wrong = features.build(faults.inject(frames["yx"], "feat_inverted", 113)).weeks(112, 114)
    order = np.lexsort((wrong.brand, wrong.store, wrong.week))
    assert (rows[:, 3:] == wrong.features[order]).all()
    assert (rows[:, 0] == np.sort(wrong.week)).all()
    assert len(asked) == len(np.unique(wrong.store * 1000 + wrong.week))

    # A label, an order and a cost of each prediction, then that the week is complete.
    told = [body for verb, body in recorder.seen if verb == "labels"]
    assert [body.get("watermark") for body in told] == [113.0, 114.0, 115.0]
    labels = [label for body in told for label in body["labels"]]
    by_name = {name: {it["prediction_id"]: it["number"] for it in labels if it.get("name") == name}
               for name in LABEL_NAMES}
    assert len(labels) == 3 * len(rows)
    assert all(len(found) == len(rows) for found in by_name.values())
    true = table.weeks(112, 114)
    assert sum(by_name[None].values()) == true.label.sum()
    advised = [f"{at}-{row}" for at, (verb, body) in enumerate(recorder.seen) if verb == "predict"
               for row in range(len(body["dataframe_split"]["data"])) if (row + at) % 2]
    assert {name for name, number in by_name["orders"].items() if number} == {
        name for name in advised if by_name[None][name]}

    # The commits: the feed's own rows, the dataset's batches, before the week's labels.
    said = [line.split() for line in
            (tmp_path / "commits.log").read_text(encoding="utf-8").splitlines()]
    assert [(line[0], line[1:4], line[5:7]) for line in said] == [
        (recorder.url, ["dataset", "commit", "sales"], ["--batch", f"week{week}"])
        for week in (112, 113, 114)]
    week = pd.read_csv(tmp_path / "commits-week113.csv")
    real = {name: values[frames["yx"]["week"] == 113] for name, values in frames["yx"].items()}
    assert list(week.columns) == list(real)
    assert week.feat.to_numpy() == pytest.approx(1 - real["feat"], abs=0)
    assert (week.drop(columns="feat").to_numpy() == np.column_stack(
        [values for name, values in real.items() if name != "feat"])).all()

    # Waits for each window until it is settled.
    polled = [path for verb, path in recorder.seen if verb == "settled"]
    assert polled == [f"/api/v1/projects/default/endpoints/demand/settled?monitor=demand&window={it}"
                      for it in (112, 112, 112, 113, 113, 113, 114, 114, 114)]

    found = json.loads(out.read_text(encoding="utf-8"))
    assert (found["requests"], found["failed"]) == (len(asked) + 3, 0)
    assert (found["weeks"], found["predictions"]) == (3, len(rows))
    assert 0 < found["p50_ms"] <= found["p99_ms"] and found["seconds"] > 0
    assert found["injected"].startswith("INJECTED, known truth: from week 113 on")
    assert done.stdout.count("INJECTED, known truth") == 2


def test_a_commit_comes_before_the_labels(recorder, data_file, tmp_path):
    """Who acts on the labels must find the week in the dataset."""
    path = tmp_path / "commits"
    path.write_text(f"#!{sys.executable}\nimport urllib.request, sys\nurllib.request.urlopen("
                    f"'{recorder.url}/committed/' + sys.argv[6]).read()\n", encoding="utf-8")
    path.chmod(0o755)
    done = run(recorder, data_file, "--first", 101, "--last", 102, "--server", recorder.url,
               "--program", path)
    assert done.returncode == 0, done.stderr
    commits = [at for at, (_, what) in enumerate(recorder.seen) if str(what).startswith("/committed")]
    labels = [at for at, (verb, _) in enumerate(recorder.seen) if verb == "labels"]
    assert [recorder.seen[at][1] for at in commits] == ["/committed/week101", "/committed/week102"]
    assert [at + 1 for at in commits] == labels


def test_a_lost_connection_is_tried_once_more(recorder, data_file, tmp_path):
    recorder.drop = {3}
    out = tmp_path / "out.json"
    done = run(recorder, data_file, "--first", 101, "--last", 101, "--json", out)
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["failed"] == 0
    assert sum(len(body["labels"]) for verb, body in recorder.seen if verb == "labels") == (
        3 * found["predictions"])


def test_what_fails_is_counted_and_said(recorder, data_file, tmp_path):
    recorder.drop, recorder.status = {3, 4}, {8: 503}
    out = tmp_path / "out.json"
    done = run(recorder, data_file, "--first", 101, "--last", 101, "--json", out)
    assert done.returncode == 1
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["failed"] == 2 and done.stderr.count("a request failed: predict") == 2
    assert found["requests"] == 79 + 1 and found["predictions"] == (79 - 2) * 11


def test_a_restarting_server_is_waited_for(recorder, data_file):
    recorder.status = {at: 503 for at in range(80, 84)}  # After 79 stores and a request of labels.
    recorder.unsettled = 0
    done = run(recorder, data_file, "--first", 101, "--last", 101, "--server", recorder.url,
               "--no-commit")
    assert done.returncode == 0, done.stderr
    assert [verb for verb, _ in recorder.seen[79:]] == ["labels", *["settled"] * 5]


@pytest.mark.parametrize("arguments, said", [
    (["--rate", "0"], "--rate must be above 0"), (["--first", "9", "--last", "8"], "--first must not"),
    (["--kind", "other"], "invalid choice: 'other'")])
def test_wrong_arguments_are_named(arguments, said, capsys):
    with pytest.raises(SystemExit):
        replay.arguments(["--gateway", "http://x", "--data", "x", *arguments])
    assert said in capsys.readouterr().err


def test_requests_come_at_even_distances(monkeypatch):
    now, slept = [10.0], []

    def sleep(seconds):
        slept.append(round(seconds, 6))
        now[0] += seconds

    monkeypatch.setattr(replay.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(replay.time, "sleep", sleep)
    pace = replay.Pace(4)
    for pause in (0, .05, 1, 0):
        now[0] += pause
        pace.wait()
    assert slept == [.2, .25]  # No burst makes up for what was late.


def test_quantiles_by_rank():
    assert replay.quantile_ms([], .5) is None
    assert [replay.quantile_ms([it / 1000 for it in range(1, 101)], q) for q in (.5, .99)] == [50, 99]


@pytest.fixture(scope="module")
def model(train):
    return models.fit_xgboost(train, 1)[0]


def test_costs_are_the_known_ones(frames, table, test, model):
    outcome = business.business(frames["yx"], test)
    rows = np.arange(len(test.label))
    baselines = models.baselines(table, table.week >= 101)
    advice = {"never": np.zeros(len(rows), bool), "always": np.ones(len(rows), bool),
              "rule": baselines["rule_feat"] >= .5, "last_week": baselines["last_week"] >= .5,
              "model": models.probabilities(model, test) >= .5, "foresight": test.label == 1}
    for name, expected in COSTS.items():
        found = outcome.costs(rows, advice[name]).sum() / 60
        assert found == pytest.approx(expected, abs=.5 if name != "model" else 50), name
    assert outcome.orders(rows, advice["foresight"]).sum() == 8_250
    assert outcome.orders(rows, advice["never"]).sum() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_faults_cost_what_they_are_known_to(frames, model, kind):
    sales = frames["yx"]
    wrong = faults.inject(sales, kind, 113)
    assert all(wrong[name].dtype == sales[name].dtype for name in sales)
    before = sales["week"] < 113
    assert all((wrong[name][before] == sales[name][before]).all() for name in sales)
    found = features.build(wrong).weeks(113, 160)
    right = (models.probabilities(model, found) >= .5) == (found.label == 1)
    assert right.mean() == pytest.approx(KINDS[kind], abs=.003)
    assert set(np.unique(wrong["deal"])) <= {0, 1}
    assert wrong["feat"].min() >= 0 and wrong["feat"].max() <= 1
