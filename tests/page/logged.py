"""Random runs, logged by MLflow's client, and the same as a pandas table: the oracle."""

import math
import random

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

RUNS = 150
START_MS = 1_764_000_000_000


class Logged:
    """`table` has a row per run: attributes, `params.K`, `tags.K` (text or None), `metrics.K` (the
    last by step), `low.K`, `high.K` (extremes of all points that are numbers), `has.K`."""

    def __init__(self, url, name, seed=5):
        self.rnd = random.Random(seed)
        self.client = MlflowClient(tracking_uri=url)
        self.name = name
        self.number = self.client.create_experiment(name)
        self.table = pd.DataFrame([self.one(index) for index in range(RUNS)])

    def one(self, index):
        rnd = self.rnd
        started = START_MS + rnd.randrange(0, 10 ** 8) if rnd.random() < 0.95 else START_MS
        run = self.client.create_run(self.number, start_time=started, run_name=f"run {index % 40}")
        row = {"id": run.info.run_id, "name": f"run {index % 40}", "started": started,
               "user": run.info.user_id, "experiment": self.name}
        params, tags, points = self.params(), self.tags(), self.points(started)
        self.client.log_batch(
            run.info.run_id, [Metric(k, v, t, s) for k, v, t, s in points[:len(points) // 2]],
            [Param(k, v) for k, v in params.items()], [RunTag(k, v) for k, v in tags.items()])
        # The rest comes later and in any order of steps.
        self.client.log_batch(run.info.run_id,
                              [Metric(k, v, t, s) for k, v, t, s in points[len(points) // 2:]])
        row["status"] = rnd.choice(("finished", "failed", "killed", "running"))
        row["ended"] = None
        if row["status"] != "running":
            row["ended"] = started + rnd.randrange(1, 10 ** 7)
            self.client.set_terminated(run.info.run_id, row["status"].upper(), row["ended"])
        row |= {f"params.{k}": v for k, v in params.items()}
        row |= {f"tags.{k}": v for k, v in tags.items()}
        for key in {key for key, *_ in points}:
            values = sorted((s, t, 0.0 if math.isnan(v) else v, v)
                            for k, v, t, s in points if k == key)
            numbers = [v for *_, v in values if not math.isnan(v)]
            row[f"metrics.{key}"] = values[-1][3]
            row[f"has.{key}"] = True
            row[f"low.{key}"] = min(numbers, default=math.nan)
            row[f"high.{key}"] = max(numbers, default=math.nan)
        return row

    def params(self):
        rnd, out = self.rnd, {}
        if rnd.random() < 0.9:
            out["lr"] = repr(10 ** rnd.uniform(-4, 0))
        if rnd.random() < 0.8:
            out["opt"] = rnd.choice(("adamw", "Adam", "sgd", "it's 50%"))
        if rnd.random() < 0.7:
            out["mixed"] = rnd.choice(("1", "2.5", "auto", "-3", "1e-05"))
        return out

    def tags(self):
        rnd, out = self.rnd, {}
        if rnd.random() < 0.9:
            out["dataset-version"] = f"v{rnd.randint(1, 5)}"
        if rnd.random() < 0.5:
            out["größe x"] = rnd.choice(("klein", "groß"))
        return out

    def points(self, started):
        """[(key, value, timestamp, step)] in random order; no two of a key have the same step."""
        rnd, out = self.rnd, []
        for key in ("auc", "val/loss", "rare"):
            if rnd.random() > {"auc": 0.95, "val/loss": 0.8, "rare": 0.15}[key]:
                continue
            for step in range(rnd.randint(1, 6)):
                value = math.nan if rnd.random() < 0.1 else round(rnd.gauss(0.5, 0.3), 3)
                out.append((key, value, started + step, step))
        rnd.shuffle(out)
        return out


def number(text):
    """A parameter as a number; NaN where it is none or missing."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return math.nan
