"""Curves, comparisons and files of runs as a page asks for them: logged by MLflow's client, compared with
NumPy, pandas and SciPy.

Runs in the environment of tests/environments/kitchen.txt.
"""

import http.client
import json
import math
import sys
import urllib.parse
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
import scipy.ndimage
import scipy.stats
from mlflow.entities import Metric, Param
from mlflow.tracking import MlflowClient

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "common"))
from servers import Galley  # noqa: E402

POINTS = 20_000
SPIKE_AT, SPIKE = 19_950, 500.0
BATCH = 1000
NATIVE = "/api/v1/projects/default"
START_MS = 1_700_000_000_000


def log(client, run, key, steps, values, times):
    points = [Metric(key, float(value), int(time), int(step))
              for step, value, time in zip(steps, values, times, strict=True)]
    for at in range(0, len(points), BATCH):
        client.log_batch(run, metrics=points[at:at + BATCH])


class Page:
    def __init__(self, galley):
        self.host = urllib.parse.urlsplit(galley.url).netloc

    def ask(self, method, path, body=None, headers=None):
        """(status, headers, bytes)"""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            connection.request(method, NATIVE + path, json.dumps(body) if body is not None else None,
                               headers or {})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def get(self, path):
        status, _, body = self.ask("GET", path)
        assert status == 200, body
        return json.loads(body)

    def post(self, path, body):
        status, _, answer = self.ask("POST", path, body)
        assert status == 200, answer
        return json.loads(answer)

    def refused(self, path, body):
        status, _, answer = self.ask("POST", path, body)
        assert status == 400, answer
        return json.loads(answer)["error"]["message"]


@pytest.fixture(scope="module")
def galley(tmp_path_factory):
    galley = Galley(tmp_path_factory.mktemp("curves"))
    yield galley
    galley.stop()


@pytest.fixture(scope="module")
def page(galley):
    return Page(galley)


@pytest.fixture(scope="module")
def client(galley):
    mlflow.set_tracking_uri(galley.url)
    return MlflowClient(galley.url, galley.url)


class Logged:
    """Three noisy runs of one metric; the first has one spike, numbers missing and infinities."""

    def __init__(self, client):
        random = np.random.default_rng(7)
        experiment = client.create_experiment("curves")
        self.runs, self.steps, self.values, self.times = [], [], [], []
        for number in range(3):
            steps = np.arange(POINTS) if number < 2 else np.arange(0, POINTS, 3)
            values = np.exp(-steps / 4000) + random.normal(0, 0.05, len(steps))
            times = START_MS + steps * 10 + random.integers(0, 2000, len(steps))
            if number == 0:
                values[SPIKE_AT] = SPIKE
                values[100:120] = np.nan
                values[300] = np.nan
                values[500] = np.inf
                values[501] = -np.inf
            run = client.create_run(experiment, start_time=START_MS).info.run_id
            log(client, run, "loss", steps, values, times)
            self.runs.append(run)
            self.steps.append(steps)
            self.values.append(values)
            self.times.append(times)


@pytest.fixture(scope="module")
def logged(client):
    return Logged(client)


def buckets(x, y, start, end, count):
    """first, min, max, last of the finite values in each bucket, by pandas."""
    inside = (x >= start) & (x <= end) & np.isfinite(y)
    x, y = x[inside], y[inside]
    index = np.minimum(((x - start) / (end - start) * count).astype(int), count - 1)
    return pd.Series(y).groupby(index).agg(["first", "min", "max", "last"])


def numbers(column):
    return np.array([np.nan if value is None else value for value in column], dtype=float)


def twema(x, y, strength, width):
    """As docs.wandb.ai defines it."""
    weight, last, debias, smoothed = min(math.sqrt(strength), 0.999), 0.0, 0.0, []
    for at, value in enumerate(y):
        step = (x[at] - x[max(at - 1, 0)]) / width * 1000
        last = last * weight ** step + value
        debias = debias * weight ** step + 1
        smoothed.append(last / debias)
    return np.array(smoothed)


@pytest.mark.parametrize("window", [(None, None), (0, 9999), (19_800, 19_999), (12_345, 17_001)])
@pytest.mark.parametrize("count", [50, 100])
def test_m4_is_exact(page, logged, window, count):
    start, end = window
    query = {"runs": logged.runs, "keys": ["loss"], "points": count}
    query |= {"from": start, "to": end} if end else {}
    answer = page.post("/metrics/series", query)
    assert not answer["exact"]
    start, end = (start or 0), (end or POINTS - 1)
    for number, series in enumerate(answer["series"]):
        wanted = buckets(logged.steps[number], logged.values[number], start, end, count)
        at = start + wanted.index.to_numpy() * (end - start) / count
        places = np.searchsorted(answer["x"], at - 1e-6)
        np.testing.assert_allclose(np.array(answer["x"])[places], at, rtol=1e-12)
        for name in ("first", "min", "max", "last"):
            column = numbers(series[name])
            np.testing.assert_array_equal(column[places], wanted[name].to_numpy())
            assert np.isfinite(column).sum() == len(places)
        assert series["total"] == len(logged.steps[number])
        assert series["n"] == ((logged.steps[number] >= start) & (logged.steps[number] <= end)).sum()


@pytest.mark.parametrize("width", [20_000, 5000, 1000, 200, 20, 3])
@pytest.mark.parametrize("strength", [0, 0.9])
def test_a_spike_of_one_point_stays_in_every_window(page, logged, width, strength):
    start = min(SPIKE_AT - width // 2, POINTS - width)
    query = {"runs": logged.runs[:1], "keys": ["loss"], "points": 60, "from": max(start, 0),
             "to": start + width - 1, "smooth": {"kind": "twema", "strength": strength}}
    series = page.post("/metrics/series", query)["series"][0]
    column = series["hi"] if strength else series["max"] or series["last"]
    assert np.nanmax(numbers(column)) == SPIKE


def test_few_points_are_themselves(page, logged):
    query = {"runs": logged.runs[:2], "keys": ["loss"], "points": 100, "from": 1000, "to": 1080}
    answer = page.post("/metrics/series", query)
    assert answer["exact"]
    assert answer["x"] == list(range(1000, 1081))
    for number, series in enumerate(answer["series"]):
        np.testing.assert_array_equal(numbers(series["last"]), logged.values[number][1000:1081])
        assert series["first"] == series["min"] == series["max"] == []


@pytest.mark.parametrize(("kind", "strength"), [("twema", 0.6), ("twema", 0.99), ("gaussian", 2.5),
                                                ("gaussian", 40), ("median", 9), ("median", 100)])
def test_smoothing_is_of_raw_data_whatever_the_window(page, logged, kind, strength):
    steps, values = logged.steps[1].astype(float), logged.values[1]
    if kind == "twema":
        wanted = twema(steps, values, strength, POINTS - 1)
    elif kind == "gaussian":
        filtered = [scipy.ndimage.gaussian_filter1d(column, strength, mode="constant", truncate=4)
                    for column in (values, np.ones(POINTS))]
        wanted = filtered[0] / filtered[1]
    else:
        window = math.ceil(strength) // 2 * 2 + 1
        wanted = pd.Series(values).rolling(window, center=True, min_periods=1).median().to_numpy()
    query = {"runs": logged.runs[1:2], "keys": ["loss"],
             "smooth": {"kind": kind, "strength": strength}}
    near = page.post("/metrics/series", query | {"from": 19_800, "to": 19_999})
    assert near["exact"]
    np.testing.assert_allclose(near["series"][0]["last"], wanted[19_800:], atol=1e-9, rtol=0)
    far = page.post("/metrics/series", query | {"points": 500})["series"][0]
    parts = buckets(steps, wanted, 0, POINTS - 1, 500)
    for name in ("first", "min", "max", "last"):
        np.testing.assert_allclose(far[name], parts[name], atol=1e-9, rtol=0)
    raw = buckets(steps, values, 0, POINTS - 1, 500)
    np.testing.assert_array_equal(far["lo"], raw["min"])
    np.testing.assert_array_equal(far["hi"], raw["max"])


def test_what_is_no_number_is_told(page, logged):
    series = page.post("/metrics/series", {"runs": logged.runs[:1], "keys": ["loss"]})["series"][0]
    assert series["nan"] == [{"from": 100.0, "to": 119.0, "n": 20}, {"from": 300.0, "to": 300.0, "n": 1}]
    assert series["infinite"] == 2
    assert series["infinities"] == [{"x": 500.0, "above": True}, {"x": 501.0, "above": False}]
    assert None not in series["max"]


def test_outliers_set_the_range(page, logged):
    query = {"runs": logged.runs, "keys": ["loss"], "outliers": 0.01}
    answer = page.post("/metrics/series", query)
    values = np.concatenate(logged.values)
    values = values[np.isfinite(values)]
    low, high = np.quantile(values, [0.01, 0.99])
    margin = 0.05 * (high - low)
    assert answer["y"]["lo"] == pytest.approx(low - margin, abs=1e-12)
    assert answer["y"]["hi"] == pytest.approx(high + margin, abs=1e-12)
    assert answer["clipped"] == ((values < low - margin) | (values > high + margin)).sum()
    assert "y" not in page.post("/metrics/series", query | {"outliers": 0})


@pytest.mark.parametrize("axis", ["relative", "wall"])
def test_time_may_be_the_axis(page, logged, axis):
    query = {"runs": logged.runs[1:2], "keys": ["loss"], "x": axis, "points": 200}
    answer = page.post("/metrics/series", query)
    order = np.argsort(logged.times[1], kind="stable")
    times = logged.times[1][order] - (START_MS if axis == "relative" else 0)
    wanted = buckets(times, logged.values[1][order], times[0], times[-1], 200)
    assert (answer["from"], answer["to"]) == (times[0], times[-1])
    part = page.post("/metrics/series", query | {"from": float(times[5]), "to": float(times[9])})
    assert part["whole"] == answer["whole"] == {"lo": times[0], "hi": times[-1]}
    for name in ("first", "min", "max", "last"):
        np.testing.assert_array_equal(answer["series"][0][name], wanted[name])


class Crossed:
    """Two runs that log a loss at every step and tokens at every tenth, the second counts faster; of the first one, tokens
    are missing, not a number and infinite, and logged twice; a third run has no tokens."""

    def __init__(self, client):
        random = np.random.default_rng(11)
        experiment = client.create_experiment("crossed")
        self.runs, self.frames = [], []
        for number in range(3):
            run = client.create_run(experiment, start_time=START_MS).info.run_id
            steps = np.arange(3000)
            loss = np.exp(-steps / 900) + random.normal(0, 0.02, len(steps))
            log(client, run, "loss", steps, loss, START_MS + steps)
            self.runs.append(run)
            if number == 2:
                continue
            at = steps[::10] if number == 0 else steps[5::10]
            tokens = 1000.0 * (number + 1) * at + random.integers(0, 900, len(at))
            if number == 0:
                tokens[7], tokens[8] = np.nan, np.inf
                log(client, run, "tokens", [20], [-5.0], [START_MS])  # Earlier than the one that counts.
            log(client, run, "tokens", at, tokens, START_MS + 1 + at)
            frame = pd.merge(pd.DataFrame({"step": steps, "y": loss}), pd.DataFrame({"step": at, "x": tokens}), on="step")
            self.frames.append(frame[np.isfinite(frame["x"])].sort_values("x", kind="stable"))


@pytest.fixture(scope="module")
def crossed(client):
    return Crossed(client)


def test_another_metric_may_be_the_axis(page, crossed):
    query = {"runs": crossed.runs, "keys": ["loss"], "x": "metric", "x_key": "tokens"}
    answer = page.post("/metrics/series", query)
    assert answer["exact"]
    for series, frame in zip(answer["series"], crossed.frames, strict=True):
        column = numbers(series["last"])
        is_there = np.isfinite(column)
        np.testing.assert_array_equal(np.array(answer["x"])[is_there], frame["x"])
        np.testing.assert_array_equal(column[is_there], frame["y"])
        assert (series["n"], series["total"], series["unplaced"]) == (len(frame), 3000, 3000 - len(frame))
    assert answer["lacking"] == 1
    together = np.concatenate([frame["x"] for frame in crossed.frames])
    assert answer["whole"] == {"lo": together.min(), "hi": together.max()}
    low, high = float(crossed.frames[1]["x"].iloc[50]), float(crossed.frames[1]["x"].iloc[99])
    part = page.post("/metrics/series", query | {"from": low, "to": high})
    assert part["series"][1]["n"] == 50
    assert part["whole"] == answer["whole"]


def test_over_a_metric_buckets_and_smoothing_are_as_over_steps(page, crossed):
    frame = crossed.frames[0]
    x, y = frame["x"].to_numpy(), frame["y"].to_numpy()
    query = {"runs": crossed.runs[:1], "keys": ["loss"], "x": "metric", "x_key": "tokens", "points": 40}
    answer = page.post("/metrics/series", query)
    wanted = buckets(x, y, x[0], x[-1], 40)
    for name in ("first", "min", "max", "last"):
        np.testing.assert_array_equal(answer["series"][0][name], wanted[name])
    smooth = page.post("/metrics/series", query | {"points": 4000, "smooth": {"kind": "twema", "strength": 0.9}})
    np.testing.assert_allclose(smooth["series"][0]["last"], twema(x, y, 0.9, x[-1] - x[0]), rtol=1e-12)
    near = page.post("/metrics/series", query | {"smooth": {"kind": "twema", "strength": 0.9}, "from": x[200], "to": x[230]})
    assert near["series"][0]["last"] == smooth["series"][0]["last"][200:231]
    group, = page.post("/metrics/series", query | {"runs": crossed.runs, "groups": [{"runs": crossed.runs}]})["series"]
    assert (group["n"], group["unplaced"]) == (598, 5402)


@pytest.mark.parametrize("band", ["sd", "ci", "minmax"])
def test_a_group_is_a_mean_with_a_band(page, logged, band):
    query = {"runs": [logged.runs[2]], "keys": ["loss"], "points": 400, "band": band,
             "groups": [{"runs": logged.runs[1:]}]}
    series, = page.post("/metrics/series", query)["series"]
    means = []
    for steps, values in zip(logged.steps[1:], logged.values[1:], strict=True):
        means.append(pd.Series(values).groupby(
            np.minimum((steps / (POINTS - 1) * 400).astype(int), 399)).mean().to_numpy())
    means = np.array(means)
    np.testing.assert_allclose(series["last"], means.mean(0), rtol=1e-12)
    low, high = means.min(0), means.max(0)
    if band != "minmax":
        half = means.std(0, ddof=1)
        if band == "ci":
            half = half / math.sqrt(2) * scipy.stats.t.ppf(0.975, 1)
        low, high = means.mean(0) - half, means.mean(0) + half
    np.testing.assert_allclose(series["lo"], low, atol=1e-9)
    np.testing.assert_allclose(series["hi"], high, atol=1e-9)
    assert series["group"] == 0


def test_a_run_that_still_logs_is_appended_to(page, client, logged):
    run = client.create_run("0", start_time=START_MS).info.run_id
    seen = []
    for part in ([0, 1, 2], [5, 6], [3, 4], [6]):
        log(client, run, "acc", part, [value / 10 for value in part], [START_MS] * len(part))
        answer = page.post("/metrics/series", {"runs": [run, logged.runs[0]], "keys": ["acc"]})
        seen.append((answer["x"], answer["series"][0]["last"], answer["series"][0]["total"]))
    steps = ([0, 1, 2], [0, 1, 2, 5, 6], [0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 5, 6])
    assert seen == [(list(part), [step / 10 for step in part], len(part)) for part in steps]
    keys = page.get(f"/runs/{run}/keys")["keys"]
    assert [(key["key"], key["points"], key["last"], key["step"]) for key in keys] == [("acc", 7, 0.6, 6)]


def test_a_query_beyond_a_limit_is_refused_by_name(page, logged):
    run = logged.runs[0]
    good = {"runs": [run], "keys": ["loss"]}
    for change, told in [
            ({"points": 5000}, "'points' must be from 2 to 4000, not 5000"),
            ({"points": -1}, "'points' must be from 2 to 4000"),
            ({"x": "cost"}, "'x' must be one of step, relative, wall, metric, not 'cost'"),
            ({"x": "metric"}, "'x' is metric: name the metric with 'x_key'"),
            ({"x_key": "epoch"}, "'x_key' is 'epoch', but 'x' is not metric"),
            ({"x": "metric", "x_key": "epoch"}, "'x_key' is 'epoch', a metric that none of the runs has"),
            ({"x": "metric", "x_key": "k" * 1025}, "x_key"),
            ({"reduce": "lttb"}, "'reduce' must be one of m4, minmax, raw"),
            ({"smooth": {"kind": "ema"}}, "'smooth.kind' must be one of none, twema"),
            ({"smooth": {"kind": "twema", "strength": 2}}, "'smooth.strength' must be from 0 to 1"),
            ({"smooth": {"kind": "gaussian", "strength": -1}}, "from 0 to 200"),
            ({"outliers": 0.5}, "'outliers' must be at least 0 and less than 0.5"),
            ({"from": 2, "to": 1}, "'to' must not be smaller"),
            ({"band": "sd"}, "'band' is of groups"),
            ({"keys": ["k"] * 51}, "keys"), ({"runs": [run] * 501}, "runs"),
            ({"keys": []}, "keys"), ({"tension": 1}, "tension")]:
        assert told in page.refused("/metrics/series", good | change), change
    status, _, body = page.ask("POST", "/metrics/series", good | {"runs": ["0" * 32]})
    assert status == 404
    assert "0" * 32 in json.loads(body)["error"]["message"]


def test_runs_differ_where_values_do(page, client):
    experiment = client.create_experiment("diff")
    runs = []
    for lr, opt, auc in (("0.1", "adam", 0.91), ("1e-1", "sgd", 0.88), ("0.1", "adam", 0.88)):
        run = client.create_run(experiment, start_time=START_MS, run_name="same",
                                tags={"mlflow.source.git.commit": "a" * 40}).info.run_id
        client.log_batch(run, params=[Param("lr", lr), Param("opt", opt)],
                         metrics=[Metric("auc", auc, START_MS, 1)])
        client.set_terminated(run, end_time=START_MS + 1000)
        runs.append(run)
    client.log_param(runs[0], "depth", "3")
    answer = page.post("/runs/diff", {"runs": runs, "baseline": runs[1]})
    rows = {(row["group"], row["key"]): row["values"] for row in answer["rows"]}
    assert rows == {("param", "depth"): ["3", None, None], ("param", "opt"): ["adam", "sgd", "adam"],
                    ("metric", "auc"): [0.91, 0.88, 0.88]}
    assert answer["baseline"] == runs[1]
    everything = page.post("/runs/diff", {"runs": runs, "all": True})
    same = [row for row in everything["rows"] if row["same"]]
    assert len(same) == answer["same"]
    assert ("code", "mlflow.source.git.commit") in {(row["group"], row["key"]) for row in same}
    assert "none of 'runs'" in page.refused("/runs/diff", {"runs": runs[:1], "baseline": runs[1]})


def test_parallel_axes_have_types(page, client):
    experiment = client.create_experiment("parallel")
    runs = []
    for at, (lr, opt) in enumerate([("1e-5", "sgd"), ("0.1", "adam"), ("0.01", "sgd")]):
        run = client.create_run(experiment, start_time=START_MS).info.run_id
        client.log_batch(run, params=[Param("lr", lr), Param("opt", opt)],
                         metrics=[Metric("auc", at / 10, START_MS, 1)] if at else [])
        runs.append(run)
    columns = ["params.lr", "params.opt", "metrics.auc", "attributes.status"]
    answer = page.post("/runs/parallel", {"runs": runs, "columns": columns})
    assert [run["id"] for run in answer["runs"]] == runs
    lr, opt, auc, status = answer["axes"]
    assert (lr["type"], lr["values"]) == ("log", [1e-5, 0.1, 0.01])
    assert (opt["type"], opt["categories"], opt["values"]) == ("category", ["adam", "sgd"], [1, 0, 1])
    assert (auc["type"], auc["values"], auc["missing"]) == ("number", [None, 0.1, 0.2], 1)
    assert status["categories"] == ["running"]
    assert "must begin with" in page.refused("/runs/parallel", {"runs": runs, "columns": ["auc"]})


def test_files_come_in_parts_and_never_run(page, client):
    run = client.create_run("0").info.run_id
    text = "".join(f"line {at}\n" for at in range(1000))
    client.log_text(run, text, "notes/long.txt")
    client.log_text(run, "<script>alert(1)</script>", "report.html")
    client.log_text(run, "<svg xmlns='http://www.w3.org/2000/svg'/>", "plot.svg")
    client.log_text(run, "x", "weights.bin")
    listed = page.get(f"/runs/{run}/files")
    assert [(entry["name"], entry["is_folder"], entry["preview"]) for entry in listed["entries"]] == [
        ("notes", True, "none"), ("plot.svg", False, "sandbox"), ("report.html", False, "sandbox"),
        ("weights.bin", False, "none")]
    inside = page.get(f"/runs/{run}/files?path=notes")["entries"]
    assert [(entry["path"], entry["size"]) for entry in inside] == [("notes/long.txt", len(text))]
    first = page.get(f"/runs/{run}/files?limit=1")
    assert (first["has_more"], first["entries"][0]["name"]) == (True, "notes")

    path = f"/runs/{run}/file?path=notes/long.txt"
    assert page.ask("GET", path)[2].decode() == text
    for asked, wanted in [("bytes=0-9", text[:10]), ("bytes=8000-", text[8000:]),
                          ("bytes=-5", text[-5:]), ("bytes=100-100", text[100])]:
        status, headers, body = page.ask("GET", path, headers={"Range": asked})
        assert (status, body.decode()) == (206, wanted), asked
        start = text.rindex(wanted) if asked == "bytes=-5" else int(asked[6:].split("-")[0])
        assert headers["Content-Range"] == f"bytes {start}-{start + len(wanted) - 1}/{len(text)}"
    status, headers, _ = page.ask("GET", path, headers={"Range": "bytes=99999-"})
    assert (status, headers["Content-Range"]) == (416, f"bytes */{len(text)}")
    assert page.ask("GET", path, headers={"Range": "lines=1-2"})[0] == 200

    for name in ("report.html", "plot.svg", "weights.bin"):
        _, headers, _ = page.ask("GET", f"/runs/{run}/file?path={name}")
        assert headers["Content-Security-Policy"].startswith("sandbox;")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Disposition"].startswith(
            "attachment" if name == "weights.bin" else "inline")
    status, _, body = page.ask("GET", f"/runs/{run}/file?path=../x")
    assert status == 400
    assert "path" in json.loads(body)["error"]["message"]
    assert page.ask("GET", f"/runs/{run}/file?path=nothing")[0] == 404


def test_what_is_known_of_repeating_a_run(page, client):
    bare = page.get(f"/runs/{client.create_run('0').info.run_id}/reproduce")
    assert bare["commands"] == []
    assert {miss["what"] for miss in bare["missing"]} == {"commit", "command", "dataset", "environment"}
    tags = {"mlflow.source.git.commit": "b" * 40, "mlflow.source.name": "a b/train.py",
            "mlflow.source.git.repoURL": "https://example.org/kitchen.git"}
    run = client.create_run("0", tags=tags).info.run_id
    mlflow.start_run(run_id=run)
    try:
        mlflow.log_input(mlflow.data.from_numpy(np.arange(5), name="five"))
    finally:
        mlflow.end_run()
    known = page.get(f"/runs/{run}/reproduce")
    assert known["commands"] == ["git clone https://example.org/kitchen.git", "git checkout " + "b" * 40,
                                 "python 'a b/train.py'"]
    assert [(data["name"], len(data["digest"])) for data in known["datasets"]] == [("five", 8)]
    assert {miss["what"] for miss in known["missing"]} == {"command", "environment"}
