"""The kitchen's retraining as a pipeline: on weeks whose feed is wrong, against a model that was stored
before, the gate lets the challenger pass by the known margin.
"""

import os
import shutil
import sys

import mlflow
import pandas as pd
import pytest
from conftest import ROOT

EXAMPLE = ROOT / "examples/kitchen"
NEWEST_WEEK = 116

sys.path.insert(0, str(EXAMPLE))
import faults  # noqa: E402
import features  # noqa: E402
import models  # noqa: E402
import pantry  # noqa: E402


@pytest.fixture
def kitchen(brigade):
    """Version 1 of clean weeks 48-100 answers; weeks up to 116 are committed, wrong from 113 on."""
    for file in EXAMPLE.iterdir():
        if file.is_file():
            shutil.copy(file, brigade.project)
    sales = pantry.load(os.environ["GALLEY_KITCHEN_RDA"])["yx"]
    first, _ = models.fit_xgboost(features.build(sales).weeks(48, 100), 3)
    mlflow.set_tracking_uri(brigade.url)
    mlflow.set_experiment("kitchen")
    mlflow.xgboost.log_model(first, name="model", model_format="ubj",
                             pip_requirements=["xgboost-cpu"], registered_model_name="orange-juice")
    fed = faults.inject(sales, "feat_inverted", 113)
    known = {name: values[fed["week"] <= NEWEST_WEEK] for name, values in fed.items()}
    pd.DataFrame(known).to_csv(brigade.project / "all.csv", index=False)
    for arguments in (("endpoint", "create", "demand", "--model", "orange-juice@1"),
                      ("dataset", "commit", "sales", "all.csv", "--batch", "all", "--source", "test")):
        done = brigade.command(*arguments)
        assert done.returncode == 0, done.stderr
    return brigade


def test_the_challenger_is_compared_with_the_stored_champion(kitchen):
    kitchen.command("pipeline", "run", "--file", "retrain.yaml")
    run = kitchen.told("pipeline", "status")
    jobs = {job["name"]: job for job in run["jobs"]}
    assert [jobs[name]["state"] for name in ("weeks", "challenge", "champion", "gate")] == (
        ["succeeded"] * 4), run
    metrics = {name: {it["name"]: it["value"] for it in jobs[name]["metrics"]}
               for name in ("challenge", "champion")}
    for found in metrics.values():
        assert (found["holdout.first_week"], found["holdout.last_week"]) == (115, NEWEST_WEEK)
    assert metrics["champion"]["version"] == 1
    margin = metrics["champion"]["holdout.log_loss"] - metrics["challenge"]["holdout.log_loss"]
    assert margin == pytest.approx(.128, abs=.01)

    (gate,) = kitchen.told("pipeline", "gate")["gates"]
    (candidate,) = gate["candidates"]
    assert candidate["won"] and candidate["model"] == "orange-juice@2"
    (rule,) = candidate["rules"]
    assert float(rule["limit"]) - float(rule["value"]) == pytest.approx(margin)

    # What the challenger was trained on is with the run that made it, and of use to a monitor.
    client = mlflow.MlflowClient(kitchen.url, kitchen.url)
    made = client.get_model_version("orange-juice", "2")
    assert client.get_run(made.run_id).data.params["weeks"] == f"48-{NEWEST_WEEK}"
    path = client.download_artifacts(made.run_id, "reference.csv", str(kitchen.project))
    rows = pd.read_csv(path)
    assert list(rows.columns) == [*features.NUMERIC, "week"]
    assert (rows.week.min(), rows.week.max()) == (48, NEWEST_WEEK)
    assert kitchen.command("monitor", "apply").returncode == 0
    done = kitchen.command("monitor", "reference", "demand", "--file", path)
    assert done.returncode == 0, done.stderr
    assert "feat" in done.stdout
