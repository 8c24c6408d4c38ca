"""All walk-throughs on one server with 100,000 runs, fifty curves, a rollout at 25 %, a drifting monitor, pipelines
and datasets, each within its clicks, in every mode. With ./dev test --long.

Runs in the environment of tests/environments/kitchen.txt, with GALLEY_DUCKDB_LIBRARY.
"""

import os
import shutil
import time

import pytest
from browser import MODES, link_to_enter, walk
from conftest import Api
from data_fixture import seed_datasets
from fixture import seed_runs
from monitor_fixture import seed_monitor
from pipeline_fixture import seed_pipelines
from rollout_fixture import seed_rollout
from servers import Galley
from test_curves_page import SPIKE, make_fifty
from test_runs_page import expected, run_id_of

RUNS = int(os.environ.get("GALLEY_FIXTURE_RUNS", "100000"))
WEEK_MS = 7 * 24 * 3600 * 1000
OPTIONS = {"GALLEY_UV": "/nowhere/uv"}

pytestmark = pytest.mark.skipif(os.environ.get("GALLEY_LONG") != "1", reason="./dev test --long")


@pytest.fixture(name="seeded", scope="module")
def everything(tmp_path_factory):
    """(data directory of a server that has ended, what was put into it)."""
    folder = tmp_path_factory.mktemp("everything")
    server = Galley(folder, **OPTIONS)
    try:
        token = (server.data / "token").read_text(encoding="ascii").strip()
        seeded = {"rollout": seed_rollout(server.url, server.gateway, token),
                  "monitor": seed_monitor(server.url, server.gateway, token),
                  "pipelines": seed_pipelines(server.url, token, folder / "pipelines"),
                  "datasets": seed_datasets(server.url, token, folder / "datasets"),
                  "curves": make_fifty(server), "experiments": seed_runs(server.url, RUNS)}
    finally:
        server.stop()
    return server.data, seeded


@pytest.fixture(name="kitchen", scope="module", params=MODES)
def everything_again(request, seeded, tmp_path_factory):
    """(mode, a server on a copy of the data, what is in it): a walk changes what it walks on."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(seeded[0], folder / "data")
    server = Galley(folder, **OPTIONS)
    yield MODES[request.param], server, seeded[1]
    server.stop()
    shutil.rmtree(folder)


def test_1_the_best_run_of_the_week(kitchen):
    mode, server, seeded = kitchen
    api = Api(server.url)
    week_ago_ms = int(time.time() * 1000) - WEEK_MS
    best = api.query(columns=["metrics.auc"], sort=["-metrics.auc"], from_ms=week_ago_ms)["rows"][0]
    champion = min(api.get("home")["champions"], key=lambda one: one["endpoint"])  # Nobody's of this experiment.
    facts = walk("best_run", server.url, clicks_max=4, data={"best": best["id"], "champion": champion["model"]}, **mode)
    assert "lr" in facts["differing"]


def test_3_why_the_rollout_is_inconclusive(kitchen):
    mode, server, seeded = kitchen
    evidence = Api(server.url).get(f"rollouts/{seeded['rollout']['rollout']}")["evidence"]
    needs = next(row for row in evidence if row["metric"] == "log_loss")["needs_more"]
    said = walk("inconclusive", server.url, clicks_max=2, **mode)["needs"]
    digits = "".join(letter for letter in said if letter.isalnum())
    assert str(needs["rows"]) in digits and str(needs["requests"]) in digits


def test_2_the_rollout_is_aborted(kitchen):
    mode, server, seeded = kitchen
    walk("home", server.url, clicks_max=2, enter=link_to_enter(server), **mode)
    rollout = Api(server.url).get(f"rollouts/{seeded['rollout']['rollout']}")["rollout"]
    assert (rollout["phase"], rollout["weight"]) == ("aborted", 0)


def test_4_fifty_curves(kitchen):
    mode, server, seeded = kitchen
    data = seeded["curves"] | {"spike_run": seeded["curves"]["runs"][0], "spike": SPIKE}
    facts = walk("curves", server.url, data=data, **mode)
    assert facts["spike"] == SPIKE


def test_5_all_runs_filtered_and_grouped(kitchen):
    mode, server, seeded = kitchen
    data = expected(RUNS)
    data |= {"experiment": seeded["experiments"]["fraud"], "best": run_id_of(server.url, data["best_name"]),
             "total": Api(server.url).query()["total"]}
    facts = walk("runs", server.url, data=data, enter=link_to_enter(server), **mode)
    assert facts["clicks_to_link"] <= 4


def test_6_and_7_the_error_and_why_jobs_ran(kitchen):
    mode, server, seeded = kitchen
    facts = walk("pipelines", server.url, data=seeded, enter=link_to_enter(server), **mode)
    assert 0 < facts["clicks_to_error"] <= 2


def test_9_from_the_alert_to_the_column(kitchen):
    mode, server, seeded = kitchen
    facts = walk("monitor", server.url, data=seeded["monitor"], **mode)
    assert facts["clicks_to_histogram"] == 3
    assert facts["first_cause"] == seeded["monitor"]["drifted_column"]


def test_10_from_a_prediction_to_its_chain(kitchen):
    mode, server, seeded = kitchen
    api = Api(server.url)
    asked = api.get(f"endpoints/{seeded['rollout']['endpoint']}/predictions", limit=1)["requests"][0]
    data = {"prediction": asked["id"], "dataset": f"{seeded['datasets']['dataset']}/{seeded['datasets']['read']}"}
    facts = walk("lineage", server.url, clicks_max=2, data=data, **mode)
    assert facts["whats"] == [link["what"] for link in api.get(f"why/{asked['id']}")["chain"]]
