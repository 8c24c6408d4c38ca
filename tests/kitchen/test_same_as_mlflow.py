"""The example leaves the same behind on Galley as on the real MLflow server.

The same script runs once against each. Then everything that can be asked about its runs and models
is asked of both and compared. GALLEY_KITCHEN_SERVER=mlflow compares two real servers instead: they
must be equal, which tests the comparison itself.
"""

import json
import os
import subprocess
import sys

import mlflow
import numpy as np
import pandas as pd
import pytest

from compare import Names, differences, snapshot
from conftest import EXAMPLE, ROOT, environment

EXPERIMENT = "kitchen"
TRAIN_SECONDS_MAX = 600


def run_script(server, data_file, folder):
    """Runs train.py against the server; returns its summary and the rows that it saved."""
    folder.mkdir()
    command = [sys.executable, EXAMPLE / "train.py", "--data", data_file, "--register", "kitchen",
               "--experiment", EXPERIMENT, "--out", folder / "out.json",
               "--rows", folder / "rows.npz"]
    result = subprocess.run(
        command, env=environment(folder / "home") | {"MLFLOW_TRACKING_URI": server.url}, cwd=ROOT,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TRAIN_SECONDS_MAX)
    assert result.returncode == 0, result.stderr[-4000:]
    summary = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    return {"summary": summary, "rows": dict(np.load(folder / "rows.npz")), "url": server.url,
            "said": result.stdout}


def sample(done):
    return pd.DataFrame(done["rows"]["features"], columns=done["rows"]["names"].tolist())


@pytest.fixture(scope="session")
def on_real(real_server, data_file, tmp_path_factory):
    return run_script(real_server, data_file, tmp_path_factory.mktemp("run") / "real")


@pytest.fixture(scope="session")
def on_other(other_server, data_file, tmp_path_factory):
    return run_script(other_server, data_file, tmp_path_factory.mktemp("run") / "other")


@pytest.fixture(scope="session")
def real(on_real):
    return snapshot(on_real["url"], EXPERIMENT, sample(on_real))


@pytest.fixture(scope="session")
def other(on_other):
    return snapshot(on_other["url"], EXPERIMENT, sample(on_other))


PARTS = ["experiment", "runs", "searches", "pages", "logged models", "models", "registry"]


def test_the_parts_are_all(real):
    assert list(real) == PARTS


@pytest.mark.parametrize("part", PARTS)
def test_same_as_the_real_server(real, other, part):
    found = differences(real[part], other[part])
    assert not found, f"{len(found)} differences\n" + "\n".join(found[:40])


def test_the_snapshot_is_not_empty(real):
    assert list(real["runs"]) == ["baselines", "xgboost", "logistic", "histogram"]
    boosted = real["runs"]["xgboost"]
    assert len(boosted["histories"]["train_logloss"]["body"]["metrics"]) == 150
    assert set(boosted["artifacts"]["files"]) == {
        "importance/total_gain.json", "report.txt", "source/features.py", "test/slices.json"}
    assert len(real["models"]) == 3
    for model in real["models"].values():
        assert {"MLmodel", "requirements.txt", "input_example.json"} <= set(model["files"])
        assert model["predictions"]["shape"][0] == 1000
    names = [model["name"] for model in real["registry"]["models"]["body"]["registered_models"]]
    assert sorted(names) == ["kitchen", "kitchen-histogram", "kitchen-logistic"]
    statuses = [answer["status"] for answer in real["searches"].values()]
    assert statuses.count(200) >= 20 and statuses.count(400) >= 4 and set(statuses) == {200, 400}


def test_no_id_is_left(real, on_real):
    text = json.dumps(real)
    for run in on_real["summary"]["models"].values():
        assert run["run_id"] not in text and run["model_id"] not in text


@pytest.mark.parametrize("name, kind", [("xgboost", "kitchen"), ("logistic", "kitchen-logistic"),
                                        ("histogram", "kitchen-histogram")])
def test_a_registered_model_predicts_what_the_library_did(on_other, name, kind):
    mlflow.set_tracking_uri(on_other["url"])
    found = mlflow.pyfunc.load_model(f"models:/{kind}/1").predict(sample(on_other))
    found = found[:, 1] if found.ndim == 2 else found
    np.testing.assert_array_equal(found, on_other["rows"][name])


def test_the_script_says_the_same(on_real, on_other):
    """Its summary and its table, of which only the ids differ."""
    def plain(done):
        names = Names(done["summary"]["experiment_id"])
        for name, run in done["summary"]["models"].items():
            names.add(run["run_id"], f"run {name}")
            names.add(run["model_id"], f"model {name}")
        names.add(done["summary"]["baselines"]["run_id"], "run baselines")
        return names.plain(done["summary"])

    assert differences(plain(on_real), plain(on_other)) == []
    tables = [done["said"][done["said"].index("Weeks 101-160"):] for done in (on_real, on_other)]
    assert tables[0] == tables[1]


def test_a_difference_would_be_found(real, on_real):
    """Changes the real server's runs after the comparison, and looks again."""
    client = mlflow.MlflowClient(on_real["url"])
    runs = on_real["summary"]["models"]
    client.log_metric(runs["xgboost"]["run_id"], "fold_auc", 0.5, step=99)
    client.set_tag(runs["logistic"]["run_id"], "kind", "other")
    client.log_text(runs["histogram"]["run_id"], "x", "extra/file.txt")
    client.set_registered_model_alias("kitchen", "champion", "1")
    found = differences(real, snapshot(on_real["url"], EXPERIMENT))
    for place in ("/runs/xgboost/histories/fold_auc/body/metrics", "/runs/logistic/get/body/run",
                  "/runs/histogram/artifacts/files/extra/file.txt",
                  "/runs/histogram/artifacts/listings/extra", "/registry/kitchen/get",
                  "/searches/{\"filter\": \"tags.kind != 'model'\"}/body"):
        assert any(place in difference for difference in found), place


@pytest.mark.parametrize("left, right", [
    ({"a": 1}, {"a": 2}), ({"a": 1}, {"a": 1.0}), ({"a": 1}, {"a": True}), ({"a": 1}, {"a": "1"}),
    ({"a": None}, {}), ({}, {"a": []}), ({"a": [1]}, {"a": [1, 1]}), ({"a": [1, 2]}, {"a": [1, 3]}),
    ({"a": {}}, {"a": []})])
def test_differences_are_strict(left, right):
    assert len(differences(left, right)) == 1
    assert differences(left, left) == [] and differences(right, right) == []


def test_names_hide_ids_and_times_and_nothing_else():
    names = Names("7")
    names.add("a" * 32, "run one")
    value = {"experiment_id": "7", "run_id": "a" * 32, "start_time": 1_795_545_654_690,
             "end_time": 1_795_545_654,
             "artifact_uri": f"mlflow-artifacts:/7/{'a' * 32}/artifacts",
             "step": 7, "tags": [{"key": "b"}, {"key": "a"}], "runs": ["b", "a"],
             "value": json.dumps({"time": 1_795_545_654_690, "run": "a" * 32}), "name": "{7"}
    assert names.plain(value) == {
        "experiment_id": "<experiment>", "run_id": "<run one>", "start_time": "a time",
        "end_time": 1_795_545_654,
        "artifact_uri": "mlflow-artifacts:/<experiment>/<run one>/artifacts",
        "step": 7, "tags": [{"key": "a"}, {"key": "b"}], "runs": ["b", "a"],
        "value": {"JSON": {"time": "a time", "run": "<run one>"}}, "name": "{7"}
    with pytest.raises(ValueError, match="two of run one"):
        names.add("b" * 32, "run one")


def test_the_example_knows_nothing_of_galley():
    # But for those that deploy with it and replay against it.
    for file in set(EXAMPLE.glob("*.py")) - {EXAMPLE / "deploy.py", EXAMPLE / "replay.py"}:
        assert "galley" not in file.read_text(encoding="utf-8").lower(), file
    assert os.environ["DO_NOT_TRACK"] == "true"
