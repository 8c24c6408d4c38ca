"""What the web page needs: answers of the server over many runs, and times in Chromium.

The budgets are those of the page's design. Beside the real MLflow server, which is asked the same over
the same protocol, stands how long a sorted list of runs takes.
"""

import http.client
import json
import math
import resource
import statistics
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

import numpy as np
from measure import BenchError, compare

ROOT = Path(__file__).resolve().parents[2]
for folder_of in ("tests/common", "tests/page"):
    sys.path.insert(0, str(ROOT / folder_of))
from browser import NODE, link_to_enter, run_walk  # noqa: E402
from fixture import Connection, experiment_number, seed_runs  # noqa: E402
from servers import Galley, Mlflow  # noqa: E402

RUNS, RUNS_BESIDE_PEER, KEYS = 100_000, 2_000, 12_000
CURVES, POINTS = 50, 20_000
NOW_MS = 1_790_000_000_000
ASKED = 40  # Times that an answer is asked for.
PROJECT = "/api/v1/projects/default/"


class Asker:
    """One kept connection to the native API; `timed` gives milliseconds."""

    def __init__(self, url):
        self.http = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=60)

    def timed(self, method, path, body=None):
        began = time.perf_counter()
        self.http.request(method, path, json.dumps(body).encode() if body is not None else None,
                          {"Content-Type": "application/json"})
        answer = self.http.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise BenchError(f"{path}: {answer.status} {text[:300]!r}")
        return (time.perf_counter() - began) * 1000, json.loads(text)


def percentile(values, share):
    return sorted(values)[math.ceil(share * len(values)) - 1]


def budget(name, unit, ours, gate):
    return {"name": name, "unit": unit, "ours": ours, "gate": gate}


def queries():
    """What people ask of a table of runs; no two are the same, so that nothing is answered from before."""
    columns = ["metrics.auc", "metrics.loss", "params.lr", "params.opt", "tags.team"]
    for at in range(ASKED):
        bound = 0.8 + at / 1000
        yield ({"columns": columns, "sort": [("-", "")[at % 2] + ("metrics.auc", "params.lr", "metrics.loss")[at % 3]],
                "filter": f"auc > {bound - 0.7}"},
               {"columns": columns, "filter": f"(lr < 0.01 OR opt = 'adamw') AND auc > {bound}"},
               {"columns": columns, "filter": f"auc > {bound}",
                "group_by": ["tags.dataset-version", "params.opt"][:1 + at % 2]})[at % 3]


def seed_curves(url):
    random = np.random.default_rng(3)
    connection = Connection(url)
    experiment = experiment_number(connection, "curves")
    runs = []
    for number in range(CURVES):
        values = np.exp(-np.arange(POINTS) / 3000) + random.normal(0, 0.05, POINTS)
        run = connection.post("runs/create", {"experiment_id": experiment, "run_name": f"curve-{number}",
                                              "start_time": NOW_MS})["run"]["info"]["run_id"]
        for begin in range(0, POINTS, 1000):
            connection.post("runs/log-batch", {"run_id": run, "metrics": [
                {"key": "loss", "value": float(values[step]), "step": step, "timestamp": NOW_MS + step}
                for step in range(begin, begin + 1000)]})
        runs.append(run)
    return runs


def seed_keys(url):
    connection = Connection(url)
    experiment = experiment_number(connection, "keys")
    for begin in range(0, KEYS, 1000):
        run = connection.post("runs/create", {"experiment_id": experiment})["run"]["info"]["run_id"]
        connection.post("runs/log-batch", {"run_id": run, "metrics": [
            {"key": f"layer/{key}", "value": key, "step": 0, "timestamp": NOW_MS}
            for key in range(begin, begin + 1000)]})
    return experiment


def answers(url, curves, keys):
    """Rows of what the server answers to the page."""
    asker = Asker(url)
    asked = [asker.timed("POST", f"{PROJECT}runs/query", query) for query in queries()]
    yield budget(f"{RUNS:,} runs: p95 of sorted, filtered and grouped queries", "ms",
                 percentile([ms for ms, _ in asked], 0.95), 50)
    result = asked[0][1]
    yield budget("a window of 200 of them, p95", "ms", percentile(
        [asker.timed("GET", f"{PROJECT}runs/result/{result['result']}?from={at * result['total'] // (ASKED + 1)}&n=200")[0]
         for at in range(ASKED)], 0.95), 50)
    yield budget(f"profiles of columns, {KEYS:,} keys", "ms", statistics.median(
        asker.timed("GET", f"{PROJECT}experiments/{keys}/columns?limit=100&q={at}")[0] for at in range(ASKED)), 30)
    series = {"runs": curves, "keys": ["loss"], "points": 500}  # As the page asks: four values of each place.
    yield budget(f"{CURVES} curves of {POINTS:,} points to 2,000 each", "ms", statistics.median(
        asker.timed("POST", f"{PROJECT}metrics/series",
                    series | {"smooth": {"kind": "twema", "strength": 0.5 + at / 100}})[0] for at in range(7)), 60)
    for what, path, gate in (("home", "home", 10), ("a search in everything", "search?q=adamw-0000", 50),
                             ("a pasted id to its page", f"resolve?text={curves[0]}", 50)):
        yield budget(what, "ms", statistics.median(
            asker.timed("GET", PROJECT + path)[0] for _ in range(ASKED)), gate)


def page_build(folder):
    """CPU that Vite takes for the page."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([NODE, "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn",
                           "--outDir", str(folder / "dist")],
                          cwd=ROOT / "ui", capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"the page does not build: {done.stderr[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def in_browser(server, curves):
    """Rows of times in Chromium, medians of what ui/e2e/walks/times.mjs saw."""
    result = run_walk("times", server.url, enter=link_to_enter(server), data={"curves": curves})
    if result["problem"]:
        raise BenchError(result["problem"])
    facts = result["facts"]
    for name, fact, gate in (
            ("first paint, warm", "first_paint_warm", 400),
            ("until it can be used, cold", "interactive_cold", 1000),
            ("input until painted, p75", "input_p75", 100),
            ("input until painted, p99", "input_p99", 200),
            ("from page to page", "route", 200),
            (f"scrolling {RUNS:,} runs: p95 of a frame", "scroll_p95", 50),
            (f"{CURVES} curves of 2,000 points, from their answer to the picture", "chart", 250)):
        yield budget(name, "ms", facts[fact], gate)


def beside_mlflow(folder, pairs):
    """The first 200 runs by a metric, asked over MLflow's own protocol of both."""
    servers = []
    try:
        for make, name in ((Galley, "galley-peer"), (Mlflow, "mlflow-peer")):
            (folder / name).mkdir()
            servers.append(make(folder / name))
            seed_runs(servers[-1].url, RUNS_BESIDE_PEER, NOW_MS, connections=4)  # More are too many for MLflow.
        connections = [Connection(server.url) for server in servers]
        experiments = [[one["experiment_id"] for one in connection.post(
            "experiments/search", {"max_results": 100})["experiments"]] for connection in connections]

        def search(at):
            began = time.perf_counter()
            found = connections[at].post("runs/search", {
                "experiment_ids": experiments[at], "order_by": ["metrics.auc DESC"], "max_results": 200})
            if len(found["runs"]) != 200:
                raise BenchError(f"runs/search gave {len(found['runs'])} runs, not 200")
            return (time.perf_counter() - began) * 1000

        for at in (0, 1):
            search(at)
        yield {"name": f"200 of {RUNS_BESIDE_PEER:,} runs by a metric, MLflow's protocol", "unit": "ms",
               "peer": "MLflow 3.17.2 server", "gate": 1, **compare([(search(0), search(1)) for _ in range(pairs)])}
    finally:
        for server in servers:
            server.stop()


def run(options, folder):
    (folder / "galley").mkdir()
    server = Galley(folder / "galley")
    try:
        seed_runs(server.url, RUNS, NOW_MS)
        curves, keys = seed_curves(server.url), seed_keys(server.url)
        time.sleep(5)  # What follows from the last writes is done.
        yield from answers(server.url, curves, keys)
        yield from in_browser(server, curves)
    finally:
        server.stop()
    yield budget("the page's build: CPU", "s", page_build(folder), 15)
    yield from beside_mlflow(folder, options.pairs)
