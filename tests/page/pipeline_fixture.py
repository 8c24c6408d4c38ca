"""A pipeline with a past, for pages: runs that went well, were cached, changed a parameter, failed.

    python pipeline_fixture.py URL TOKEN FOLDER
"""

import importlib.util
import json
import shutil
import sys
import time
import urllib.request
from pathlib import Path

SECONDS_MAX = 60
NAME = "tumours"
PIPELINE = """\
name: tumours
stages: [data_prep, train, evaluate, deploy]
params: {lr: 0.1, steps: 60, columns: 8}
on:
  schedule: [{cron: "0 3 * * *", timezone: UTC}]
jobs:
  prep:
    stage: data_prep
    run: python3 prep.py measured.csv clean.csv
    deps: [measured.csv, prep.py]
    outs: [clean.csv]
  split:
    stage: data_prep
    run: |
      awk 'NR % 4 == 0' clean.csv > test.csv
      awk 'NR % 4 != 0' clean.csv > train.csv
      wc -l train.csv test.csv
    deps: [clean.csv]
    outs: [train.csv, test.csv]
  train:
    stage: train
    matrix: {model: [linear, xgboost]}
    run: python3 train.py ${{ matrix.model }}
    deps: [train.csv, test.csv, train.py]
    params: [lr, steps, columns]
    outs: ["${{ matrix.model }}.model"]
    metrics: ["${{ matrix.model }}.json"]
    retry: {max: 1, backoff: 100 ms}
  gate:
    stage: evaluate
    gate:
      candidates: train
      best: accuracy
      rules:
        - {id: G1, metric: accuracy, min: 0.8, description: better than a guess}
        - {id: G2, metric: log_loss, max: 0.6}
  report:
    stage: evaluate
    run: cat linear.json xgboost.json > report.txt; cat report.txt
    deps: [linear.json, xgboost.json]
    outs: [report.txt]
  deploy:
    stage: deploy
    run: echo "would deploy $GALLEY_GATE_GATE"
    deps: [report.txt]
"""
LIVE = """\
name: live
jobs:
  slow:
    run: n=0; while ! test -e go; do echo "line $((n += 1))"; sleep 0.1; done
  after:
    needs: [slow]
    run: echo "for ever"; sleep 600
"""
PREP = """\
import csv, sys

rows = [row for row in csv.reader(open(sys.argv[1]))][1:]
values = [[float(cell) for cell in row] for row in rows]
lows = [min(column) for column in zip(*values)]
highs = [max(column) for column in zip(*values)]
with open(sys.argv[2], "w") as out:
    for row in values:
        scaled = [(v - low) / ((high - low) or 1) for v, low, high in zip(row, lows, highs)]
        out.write(",".join(f"{v:.4f}" for v in scaled[:-1]) + f",{int(row[-1])}\\n")
print(f"{len(values)} rows, {len(lows)} columns")
"""
TRAIN = """\
import json, math, os, sys

model = sys.argv[1]
params = json.loads(os.environ["GALLEY_PARAMS"])
columns = params["columns"] - (2 if model == "xgboost" else 0)


def read(path):
    rows = [[float(cell) for cell in line.split(",")] for line in open(path)]
    return [row[:columns] + [1.0] for row in rows], [row[-1] for row in rows]


def predict(weights, row):
    return 1 / (1 + math.exp(-sum(w * x for w, x in zip(weights, row))))


def step(weights, x, y, lr):
    total = [0.0] * len(weights)
    for row, label in zip(x, y):
        error = predict(weights, row) - label
        total = [t + error * value for t, value in zip(total, row)]
    return [w - lr * t / 10 for w, t in zip(weights, total)]


def main():
    x, y = read("train.csv")
    weights = [0.0] * len(x[0])
    for number in range(params["steps"]):
        weights = step(weights, x, y, params["lr"])
        for part in range(40):
            print(f"step {number} part {part} of {model}: training error: {part / 100:.3f}")
    if columns < 1:
        raise ValueError(f"'columns' must be at least 3 for {model}, not {params['columns']}")
    x, y = read("test.csv")
    found = [min(max(predict(weights, row), 1e-9), 1 - 1e-9) for row in x]
    loss = -sum(math.log(p if label else 1 - p) for p, label in zip(found, y)) / len(y)
    hits = sum((p > 0.5) == (label > 0.5) for p, label in zip(found, y))
    json.dump({"accuracy": hits / len(y), "log_loss": loss}, open(f"{model}.json", "w"))
    json.dump(weights, open(f"{model}.model", "w"))
    print(f"accuracy {hits / len(y):.4f} of {len(y)}")


main()
"""


class Server:
    """The native API with the token."""

    def __init__(self, url, token, project="default"):
        self.base = f"{url}/api/v1/projects/{project}/"
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, path, body=None, method=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.base + path, data, self.headers,
                                         method=method or ("POST" if data else "GET"))
        with urllib.request.urlopen(request, timeout=SECONDS_MAX) as answer:
            return json.load(answer)


def scikit_file(name):
    """One of the CSV files that scikit-learn ships: real measurements."""
    package = importlib.util.find_spec("sklearn")
    return Path(package.origin).parent / "datasets/data" / name


def begin(server, folder, text=PIPELINE, **inputs):
    """Starts a run of the pipeline; the run as it is then."""
    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    return server.ask("pipelines/runs", {
        "folder": str(folder), "file": "galley.yaml", "text": text,
        "inputs": [{"name": name, "value": str(value)} for name, value in inputs.items()],
        "environment": [{"name": "PATH", "value": path}]})


def start(server, folder, text=PIPELINE, **inputs):
    """Runs the pipeline to its end; the run."""
    run = begin(server, folder, text, **inputs)
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        run = server.ask(f"pipelines/runs/{run['run']}")
        if run["state"] not in ("waiting", "running"):
            return run
        time.sleep(0.05)
    raise TimeoutError(f"run {run['run']} did not end")


def seed_pipelines(server_url, token, folder):
    """Runs of a pipeline in `folder`: one as it should be, one of which all is cached, one with
    another parameter (`cached_run`: some is cached, some ran), one that failed (`failed_run`, in
    `job`, with two attempts, a traceback at the end of a long log), and a schedule.
    """
    server = Server(server_url, token)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("galley.yaml", PIPELINE), ("prep.py", PREP), ("train.py", TRAIN)):
        (folder / name).write_text(text, encoding="utf-8")
    shutil.copy(scikit_file("breast_cancer.csv"), folder / "measured.csv")
    first = start(server, folder)
    start(server, folder)
    cached = start(server, folder, lr=0.05)
    failed = start(server, folder, columns=2)
    states = [run["state"] for run in (first, cached, failed)]
    assert states == ["succeeded", "succeeded", "failed"], states
    server.ask("pipelines/triggers", {"folder": str(folder), "file": "galley.yaml"})
    return {"failed_run": failed["run"], "cached_run": cached["run"], "job": "train[xgboost]"}


def begin_live(server_url, token, folder):
    """A run under way: its first job prints and waits for the file `go`, its second one for ever."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    run = begin(Server(server_url, token), folder, LIVE)
    return {"run": run["run"], "go": str(folder / "go")}


if __name__ == "__main__":
    print(json.dumps(seed_pipelines(*sys.argv[1:4])))
