"""A rollout that hangs: paused at 25 % without evidence, with real traffic and labels behind it.

`seed_rollout` asks a running Galley only by its public ways: MLflow's client, the native API, the
gateway. It needs the environment of tests/environments/kitchen.txt, and finds it.
"""

import concurrent.futures
import glob
import http.client
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.parse

ENDPOINT = "sauce"
MONITOR = "sauce-watch"
COLUMNS = ["size", "weight", "count"]
DAYS, SITES, ROWS_OF_REQUEST, REQUESTS_OF_DAY = 4, 6, 8, 60
WAIT_SECONDS_MAX = 30
STRATEGY = {"canary": {"steps": [
    {"mirror": {"percent": 100}},
    {"setWeight": 25},
    {"analysis": {"monitor": MONITOR, "bound": 20, "max_windows": DAYS - 1,
                  "onInconclusive": "pause"}},
    {"setWeight": 100},
]}}


class Asker:
    """JSON over one kept connection."""

    def __init__(self, url, token=None):
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=60)
        self.headers = {"Content-Type": "application/json"}
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method, path, body=None):
        text = None if body is None else json.dumps(body)
        self.connection.request(method, path, text, self.headers)
        answer = self.connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {said[:500]!r}")
        return json.loads(said)


def wait_until(condition, what):
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise RuntimeError(f"waited {WAIT_SECONDS_MAX} s in vain: {what}")


class Story:
    """Two versions of one model, rows to ask them, and what turned out to be true."""

    def __init__(self):
        import numpy as np
        import pandas as pd
        self.dice = np.random.default_rng(5)
        count = 4000
        self.frame = pd.DataFrame({"size": self.dice.normal(2, 1, count),
                                   "weight": self.dice.normal(0, 3, count),
                                   "count": self.dice.integers(0, 9, count).astype(float)})
        pull = self.frame["size"] - 2 + self.frame["weight"] / 5 + (self.frame["count"] - 4) / 20
        self.label = (self.dice.random(count) < 1 / (1 + np.exp(-2.2 * pull))).astype(int)

    def register(self, url):
        """Version 2 has seen a few rows more: it is a little better, and not more than that."""
        os.environ.setdefault("MLFLOW_ENABLE_ASYNC_LOGGING", "false")
        import mlflow
        import xgboost
        from mlflow.models import infer_signature
        mlflow.set_tracking_uri(url)
        mlflow.set_registry_uri(url)
        mlflow.set_experiment("sauces")
        for rows in (300, 360):
            x, y = self.frame.iloc[:rows], self.label[:rows]
            model = xgboost.train({"objective": "binary:logistic", "max_depth": 3, "nthread": 1,
                                   "seed": 3, "eta": 0.2}, xgboost.DMatrix(x, y), 14)
            scores = model.predict(xgboost.DMatrix(self.frame.iloc[2000:]))
            truth = self.label[2000:]
            with mlflow.start_run(run_name=f"sauce of {rows} rows"):
                mlflow.log_params({"rows": rows, "eta": 0.2, "depth": 3})
                mlflow.log_metric("accuracy", float(((scores > 0.5) == truth).mean()))
                mlflow.xgboost.log_model(
                    model, name="model", registered_model_name=ENDPOINT,
                    signature=infer_signature(x, scores[:len(x)]), pip_requirements=["mlflow"])

    def requests(self, day):
        """Of a day: bodies, and what is true of their rows."""
        for _ in range(REQUESTS_OF_DAY):
            chosen = self.dice.integers(400, len(self.frame), ROWS_OF_REQUEST)
            site = int(self.dice.integers(SITES))
            data = [[*map(float, self.frame.iloc[at]), day, site] for at in chosen]
            yield ({"dataframe_split": {"columns": [*COLUMNS, "day", "site"], "data": data}},
                   [bool(self.label[at]) for at in chosen])


def send_day(gateway, story, day):
    """Asks, labels, and says that the day is over. Four callers at once."""
    def part(bodies):
        ask = Asker(gateway)
        labels = []
        for body, truths in bodies:
            answer = ask("POST", f"/api/v1/endpoints/{ENDPOINT}/predict", body)
            labels += [{"prediction_id": name, "truth": truth}
                       for name, truth in zip(answer["prediction_ids"], truths, strict=True)]
        ask("POST", f"/api/v1/endpoints/{ENDPOINT}/labels", {"labels": labels})
    bodies = list(story.requests(day))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(part, [bodies[at::4] for at in range(4)]))
    Asker(gateway)("POST", f"/api/v1/endpoints/{ENDPOINT}/labels", {"watermark": day + 1})


def _seed(server_url, gateway_url, token):
    story = Story()
    story.register(server_url)
    control = Asker(server_url, token)
    base = "/api/v1/projects/default"

    def now():
        return control("GET", f"{base}/endpoints/{ENDPOINT}/rollout")["rollout"]

    def counted():
        traffic = control("GET", f"{base}/endpoints/{ENDPOINT}/traffic")
        return sum(it["requests"] for it in traffic["variants"])

    control("POST", f"{base}/endpoints", {"name": ENDPOINT, "model": ENDPOINT, "version": 1})
    wait_until(lambda: control("GET", f"{base}/endpoints/{ENDPOINT}")["endpoint"]["state"]
               == "ready", "the endpoint answers")
    control("PUT", f"{base}/monitors/{MONITOR}",
            {"endpoint": ENDPOINT, "time": "day", "compare": {"by": ["site"]}})
    send_day(gateway_url, story, 0)  # Before anything changes.
    number = control("POST", f"{base}/endpoints/{ENDPOINT}/rollouts", {
        "model": ENDPOINT, "version": 2, "reason": "trained on sixty rows more",
        "settings": {"guardrails": {"min_requests": 20, "max_error_ratio": 0.05},
                     "fallback": {"default": 0.5}, "strategy": STRATEGY}})["rollout"]["number"]
    wait_until(lambda: now()["step"] == 3, "the analysis begins")
    wait_until(lambda: counted() == REQUESTS_OF_DAY, "the first day is counted")
    time.sleep(10 - time.time() % 10)  # Traffic is kept in steps of 10 s: the other days begin with one.
    for day in range(1, DAYS):
        send_day(gateway_url, story, day)
    wait_until(lambda: now()["phase"] == "paused", f"it is paused; is {now()}")
    wait_until(lambda: counted() == DAYS * REQUESTS_OF_DAY, "all traffic is counted")
    return {"endpoint": ENDPOINT, "rollout": number}


def kitchen_python():
    found = sorted(glob.glob(os.path.expanduser(
        "~/.cache/galley/environments/kitchen-tests-*/bin/python")))
    if not found:
        raise RuntimeError("there is no environment kitchen-tests; ./dev test makes it")
    return found[0]


def seed_rollout(server_url, gateway_url, token):
    """{"endpoint", "rollout"} of a rollout that is paused, inconclusive, at 25 %.

    In a process of its own: MLflow's client keeps the experiment that it was told, for good.
    """
    has_all = importlib.util.find_spec("mlflow") and importlib.util.find_spec("xgboost")
    python = sys.executable if has_all else kitchen_python()
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [python, os.path.abspath(__file__), server_url, gateway_url],
            env=os.environ | {"GALLEY_TOKEN": token, "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=folder, text=True, capture_output=True, timeout=180)
    if done.returncode != 0:
        raise RuntimeError(f"the rollout could not be made:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    print(json.dumps(_seed(sys.argv[1], sys.argv[2], os.environ["GALLEY_TOKEN"])))
