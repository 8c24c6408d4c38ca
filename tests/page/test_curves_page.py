"""Charts in Chromium: a comparison of fifty curves, scatter, boxes and exports of it, a run that logs."""

import json
import urllib.request

import numpy as np
import pytest
from browser import MODES, walk
from servers import Galley

POINTS, RUNS, SPIKE_AT, SPIKE = 20_000, 50, 19_950, 40.0
FEW = 10  # Of them, where it is not about their number.
START_MS = 1_700_000_000_000


def post(url, path, body):
    request = urllib.request.Request(f"{url}/api/2.0/mlflow/{path}", data=json.dumps(body).encode(),
                                     headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or b"{}")


def make(url, experiment, name, values, extra=None, **params):
    run = post(url, "runs/create", {"experiment_id": experiment, "run_name": name, "start_time": START_MS})
    run = run["run"]["info"]["run_id"]
    for begin in range(0, len(values), 1000):
        post(url, "runs/log-batch", {"run_id": run, "metrics": [
            {"key": "loss", "value": float(value), "step": begin + at, "timestamp": START_MS + (begin + at) * 100}
            for at, value in enumerate(values[begin:begin + 1000])]})
    if extra:
        post(url, "runs/log-batch", {"run_id": run, "metrics": [
            {"key": key, "value": float(value), "step": step, "timestamp": START_MS}
            for key, points in extra.items() for step, value in points]})
    pairs = [{"key": key, "value": str(value)} for key, value in params.items()]
    post(url, "runs/log-batch", {"run_id": run, "params": pairs})
    return run


@pytest.fixture(name="server", scope="module")
def galley_with_curves(tmp_path_factory):
    server = Galley(tmp_path_factory.mktemp("curves-page"))
    yield server
    server.stop()


def make_fifty(server):
    """Ids of runs of noisy curves; the first one has a spike of one point."""
    random = np.random.default_rng(3)
    experiment = post(server.url, "experiments/create", {"name": "fifty"})["experiment_id"]
    runs, scores = [], []
    for number in range(RUNS):
        values = np.exp(-np.arange(POINTS) / 3000) + random.normal(0, 0.05, POINTS)
        if number == 0:
            values[SPIKE_AT] = SPIKE
        opt = ("adam", "sgd")[number % 2]
        auc = 0.7 + 0.02 * (number % 2) + random.normal(0, 0.05)
        extra = {"tokens": [(step, 512.0 * (1 + number % 3) * step) for step in range(0, POINTS, 200)],
                 "auc": [(0, auc)], "latency_ms": [(0, 20 * auc + random.exponential(5))]}
        runs.append(make(server.url, experiment, f"run-{number:02d}", values, extra, lr=10.0 ** -(number % 5), opt=opt))
        scores.append((opt, auc))
    boxes = {opt: np.quantile([auc for other, auc in scores[:FEW] if other == opt], [0.25, 0.5, 0.75]).tolist()
             for opt in ("adam", "sgd")}
    return {"runs": runs, "few": runs[:FEW], "boxes": boxes}


@pytest.fixture(name="runs", scope="module")
def fifty_runs(server):
    return make_fifty(server)


@pytest.mark.parametrize("mode", MODES)
def test_fifty_curves_keep_their_shape_and_a_spike(server, runs, mode):
    data = runs | {"spike_run": runs["runs"][0], "spike": SPIKE}
    facts = walk("curves", server.url, data=data, **MODES[mode])
    assert facts["spike"] == SPIKE
    assert facts["from"] >= POINTS * 0.95


def printed():
    lines = [f"epoch {at}" for at in range(400)]
    lines[250:250] = ["Traceback (most recent call last):", "  File \"train.py\", line 3, in <module>", "ValueError: no data"]
    lines[300:300] = ["ERROR cannot save"]
    return "\n".join(lines) + "\n"


def put(url, run, path, content):
    request = urllib.request.Request(f"{url}/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/{path}", data=content,
                                     method="PUT")
    urllib.request.urlopen(request, timeout=60).close()


def nested(url):
    """A run that has ended and failed, and is nested in another one."""
    parent = make(url, "0", "the parent", [0.9, 0.8])
    child = make(url, "0", "the child", [0.9, 0.65])
    post(url, "runs/set-tag", {"run_id": child, "key": "mlflow.parentRunId", "value": parent})
    put(url, child, "logs/train.txt", printed().encode())
    post(url, "runs/update", {"run_id": child, "status": "FAILED", "end_time": START_MS + 1000})
    return child


@pytest.mark.parametrize("mode", MODES)
def test_a_run_is_shown_while_it_logs(server, mode):
    first = 40
    run = make(server.url, "0", f"live-{mode}", [1 / (at + 1) for at in range(first)], lr=0.1)
    for name, content in (("report.html", b"<p>Hello</p><script>document.title = 'owned'</script>"),
                          ("table.csv", b"fruit,n\napple,3\n"), ("logs/train.txt", printed().encode())):
        put(server.url, run, name, content)
    post(server.url, "runs/log-batch", {"run_id": run, "metrics": [
        {"key": "system/cpu_utilization_percentage", "value": 20.0 + at, "step": at, "timestamp": START_MS + at * 10_000}
        for at in range(5)]})
    walk("run", server.url, data={"live": run, "first": first, "done": nested(server.url), "text": printed()}, **MODES[mode])
