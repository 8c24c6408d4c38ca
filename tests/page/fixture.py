"""Many runs in a server, logged through MLflow's API over raw HTTP.

    python tests/page/fixture.py http://127.0.0.1:5000 100000

What is made is the same for each seed. The client library needs some 10 ms a run of its own, so this
speaks the protocol: `runs/create`, one `runs/log-batch`, `runs/update`, on 64 connections, which lets
the server put many writes into one commit.
"""

import argparse
import http.client
import json
import queue
import random
import threading
import time
import urllib.parse
from dataclasses import dataclass

API = "/api/2.0/mlflow/"
CONNECTIONS = 64
EXPERIMENTS = ("fraud", "demand", "ranking", "churn")
USERS = ("ana", "bo", "chen", "dara", "eli")
MONTH_MS = 30 * 24 * 3_600_000
RUNNING, FAILED, KILLED = 0.01, 0.04, 0.01


@dataclass
class Planned:
    """One run as it will be logged."""
    experiment: str
    name: str
    user: str
    started_ms: int
    status: str
    ended_ms: int | None
    params: dict
    tags: dict
    metrics: dict  # By key a list of values, by step.


def planned(n, now_ms, seed=7):
    """`n` runs; the best auc is that of a small lr with adamw, as in life."""
    rnd = random.Random(seed)
    for number in range(n):
        opt = rnd.choice(("adamw", "adam", "sgd", "lion"))
        lr = round(10 ** rnd.uniform(-4, -1), 6)
        depth = rnd.choice((2, 4, 6, 8, 12))
        version = f"v{rnd.randint(1, 12)}"
        quality = 0.93 - 0.05 * abs(lr - 0.003) ** 0.3 + (0.02 if opt == "adamw" else 0)
        auc = [round(min(0.999, quality - 0.2 * 0.5 ** step + rnd.gauss(0, 0.015)), 6)
               for step in range(4)]
        loss = [round(max(0.01, 1.1 - value + rnd.gauss(0, 0.01)), 6) for value in auc]
        started = now_ms - int(rnd.random() * MONTH_MS)
        took = int(rnd.expovariate(1 / 1_800_000)) + 1000
        dice = rnd.random()
        status = ("RUNNING" if dice < RUNNING else "FAILED" if dice < RUNNING + FAILED else
                  "KILLED" if dice < RUNNING + FAILED + KILLED else "FINISHED")
        params = {"lr": repr(lr), "opt": opt, "depth": str(depth),
                  "batch_size": str(rnd.choice((32, 64, 128, 256))),
                  "dropout": repr(rnd.choice((0.0, 0.1, 0.2, 0.5))), "seed": str(number)}
        if opt == "sgd":
            params["momentum"] = repr(rnd.choice((0.9, 0.95, 0.99)))
        tags = {"dataset-version": version, "team": rnd.choice(("risk", "store", "search")),
                "mlflow.source.name": rnd.choice(("train.py", "sweep.py"))}
        metrics = {"auc": auc, "loss": loss, "val/loss": [round(v * 1.1, 6) for v in loss]}
        if status == "FAILED":
            tags["error"] = rnd.choice(("CUDA out of memory", "NaN in loss", "killed by timeout"))
            metrics = {key: values[:2] for key, values in metrics.items()}
        else:
            metrics["duration_s"] = [took / 1000]
        yield Planned(EXPERIMENTS[number % len(EXPERIMENTS)], f"{opt}-{number:06d}",
                      rnd.choice(USERS), started, status,
                      None if status == "RUNNING" else started + took, params, tags, metrics)


class Connection:
    """One kept connection; not for several threads."""

    def __init__(self, url, token=None):
        self.http = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=120)
        self.headers = {"Content-Type": "application/json"}
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def post(self, path, body):
        return self.send("POST", path, json.dumps(body).encode())

    def send(self, method, path, body=None):
        self.http.request(method, API + path, body, self.headers)
        answer = self.http.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {text[:300]!r}")
        return json.loads(text) if text else {}


def log(connection, run, experiment):
    """Logs one planned run and returns its id."""
    tags = [{"key": key, "value": value} for key, value in run.tags.items()]
    made = connection.post("runs/create", {
        "experiment_id": experiment, "run_name": run.name, "user_id": run.user,
        "start_time": run.started_ms, "tags": tags})
    run_id = made["run"]["info"]["run_id"]
    metrics = [{"key": key, "value": value, "step": step, "timestamp": run.started_ms + step * 1000}
               for key, values in run.metrics.items() for step, value in enumerate(values)]
    params = [{"key": key, "value": value} for key, value in run.params.items()]
    connection.post("runs/log-batch", {"run_id": run_id, "metrics": metrics, "params": params})
    if run.ended_ms is not None:
        connection.post("runs/update", {"run_id": run_id, "status": run.status,
                                        "end_time": run.ended_ms})
    return run_id


def experiment_number(connection, name):
    """The number of an experiment, which is made if it is not there."""
    try:
        return connection.post("experiments/create", {"name": name})["experiment_id"]
    except RuntimeError:
        found = connection.send("GET", f"experiments/get-by-name?experiment_name={name}")
        return found["experiment"]["experiment_id"]


def seed_runs(server_url, n, now_ms=None, seed=7, token=None, connections=CONNECTIONS):
    """Logs `n` runs and returns {experiment's name: its number}. `now_ms` is where the month ends
    over which the runs started; without it, now."""
    connection = Connection(server_url, token)
    experiments = {name: experiment_number(connection, name) for name in EXPERIMENTS}
    waiting = queue.Queue(maxsize=1000)
    failures = []

    def work():
        own = Connection(server_url, token)
        while (run := waiting.get()) is not None:
            if failures:
                continue
            try:
                log(own, run, experiments[run.experiment])
            except Exception as error:  # Told to the caller below.
                failures.append(error)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(connections, n))]
    for thread in threads:
        thread.start()
    for run in planned(n, now_ms or int(time.time() * 1000), seed):
        waiting.put(run)
    for _ in threads:
        waiting.put(None)
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return experiments


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("n", type=int)
    parser.add_argument("--token")
    arguments = parser.parse_args()
    began = time.monotonic()
    print(seed_runs(arguments.url, arguments.n, token=arguments.token))
    print(f"{arguments.n} runs in {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main()
