"""The runs table in Chromium, over runs whose numbers are known from how they were made."""

import os
from collections import Counter

import pytest
from browser import MODES, link_to_enter, walk
from conftest import Api
from fixture import planned, seed_runs
from servers import Galley

RUNS = 2000
MANY = 100_000  # With ./dev test --long.
NOW_MS = 1_790_000_000_000


def expected(count):
    """What the page must show, by the plan of the runs and Python."""
    runs = list(planned(count, NOW_MS))
    matching = [run for run in runs
                if (float(run.params["lr"]) < 0.01 or run.params["opt"] == "adamw") and run.metrics["auc"][-1] > 0.9]
    best = max(runs, key=lambda run: (run.metrics["auc"][-1], run.started_ms))
    return {"total": count, "matching": len(matching),
            "versions": dict(Counter(run.tags["dataset-version"] for run in matching)), "best_name": best.name}


def walk_the_table(folder, count, mode):
    server = Galley(folder)
    try:
        experiments = seed_runs(server.url, count, NOW_MS)
        data = expected(count)
        data["experiment"] = experiments["fraud"]
        data["best"] = run_id_of(server.url, data["best_name"])
        facts = walk("runs", server.url, data=data, enter=link_to_enter(server), **MODES[mode])
        assert facts["clicks_to_link"] <= 4
    finally:
        server.stop()


@pytest.mark.parametrize("mode", MODES)
def test_the_runs_table(tmp_path, mode):
    walk_the_table(tmp_path, RUNS, mode)


@pytest.mark.skipif(os.environ.get("GALLEY_LONG") != "1", reason="./dev test --long")
def test_the_runs_table_of_a_hundred_thousand(tmp_path):
    walk_the_table(tmp_path, MANY, "mouse")


def run_id_of(url, name):
    return Api(url).query(filter=f"name = '{name}'")["rows"][0]["id"]
