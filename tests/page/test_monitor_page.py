"""From a firing alert to the column that drifted, in Chromium, in every mode."""

import csv
import io
import json
import random
import urllib.request
from pathlib import Path

import pytest
from browser import MODES, link_to_enter, walk
from monitor_fixture import DIP, ENDPOINT, FAULT, MONITOR, Client, reference, seed_monitor
from servers import Galley


LAST_MODE = list(MODES)[-1]


@pytest.fixture(name="drifting", scope="module")
def drifting_galley(tmp_path_factory):
    server = Galley(tmp_path_factory.mktemp("drifting"))
    try:
        token = (Path(server.data) / "token").read_text(encoding="ascii").strip()
        seed = seed_monitor(server.url, server.gateway, token)
        yield server, seed | {"dataset": train_on(Client(server.url, server.gateway, token))}
    finally:
        server.stop()


def train_on(client):
    """The rows that the model's run says it was trained on, as a dataset: its first version."""
    upload = client.send("POST", f"{client.server}/api/v1/projects/default/uploads",
                         reference(random.Random(7)).encode())
    client.native("POST", "datasets/orders/versions", {"uploads": [
        {"sha256": upload["sha256"], "name": "orders.csv", "format": "csv"}]})
    found = client.send("GET", f"{client.server}/api/2.0/mlflow/model-versions/get?name={ENDPOINT}&version=1")
    client.mlflow("runs/set-tag", {"run_id": found["model_version"]["run_id"],
                                   "key": "galley.dataset.orders", "value": "0"})
    return "orders@0"


def ask(server, path, body=None):
    token = (Path(server.data) / "token").read_text(encoding="ascii").strip()
    request = urllib.request.Request(
        f"{server.url}/api/v1/projects/default/{path}", body and json.dumps(body).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


def pictures(server):
    return ask(server, f"monitors/{MONITOR}/heatmap?last=200")


def apply_retrain(server, folder):
    folder.mkdir()
    (folder / "galley.yaml").write_text(
        "name: retrain-orders\non: {alert: {rules: [checkout-labels]}}\njobs:\n  train: {run: 'true'}\n",
        encoding="utf-8")
    ask(server, "pipelines/triggers", {"folder": str(folder), "file": "galley.yaml"})


def check_files(facts, heatmap):
    """The CSV has each cell of the heat map; the picture is one of its size."""
    lines = list(csv.DictReader(io.StringIO(facts["csv"])))
    cells = [(column["column"], window["window"], column["distances"][at])
             for column in heatmap["columns"] for at, window in enumerate(heatmap["windows"])]
    assert [(it["column"], int(it["window"]), float(it["distance"]) if it["distance"] else None)
            for it in lines] == cells
    png = bytes.fromhex(facts["png"])
    assert png[:8] == b"\x89PNG\r\n\x1a\n" and int.from_bytes(png[16:20]) > 2 * 22 * len(heatmap["windows"])


def check_verbs(server, facts):
    """The rule is in force as it was shown, and would have fired on what fired; the pipeline runs."""
    rule = next(it for it in ask(server, "alerts")["alerts"] if it["rule"] == "checkout-accuracy-2")
    assert (rule["settings"]["expr"], rule["settings"]["min_labels"]) == ("accuracy < 0.88", 100)
    assert '"accuracy < 0.88"' in facts["yaml"]
    assert f"window {DIP} to {DIP + 1}" in facts["would"][0]
    assert f"since window {FAULT}" in facts["would"][1]
    run = ask(server, f"pipelines/runs/{facts['run']}")
    assert (run["pipeline"], run["trigger"]) == ("retrain-orders", "manual")


def check_reference(server, seed, facts):
    """The dataset version was the reference, then what was asked in windows."""
    assert facts["reference_link"].endswith("/ui/datasets/orders?v=0")
    events = [it["detail"] for it in ask(server, "events?limit=1000")["events"]
              if it["kind"] == "monitor.reference_set"]
    assert [(it["source"], it["rows"]) for it in events[:2]] == [("requests", 960), ("dataset", 1920)]
    assert f"{events[1]['dataset']}@{events[1]['dataset_version']}" == seed["dataset"]


@pytest.mark.parametrize("mode", MODES)
def test_a_firing_alert_leads_to_the_histogram(drifting, mode, tmp_path):
    server, seed = drifting
    # Signed in, the first one does what there is to do; the last one sets another reference.
    signed_in = {"enter": link_to_enter(server)} if mode in ("mouse", LAST_MODE) else {}
    rows = {"reference": "960"} if mode == LAST_MODE else {}  # Of weeks 0 to 5.
    before = pictures(server)
    if mode == "mouse":
        apply_retrain(server, tmp_path / "retrain")
    facts = walk("monitor", server.url, data=seed | rows, **MODES[mode], **signed_in)
    if mode == "mouse":
        check_files(facts, before)
        check_verbs(server, facts)
    assert {it["reference_rows"] for it in pictures(server)["columns"]} == (
        {960} if rows else {it["reference_rows"] for it in before["columns"]})
    if rows:
        check_reference(server, seed, facts)
    assert facts["clicks_to_histogram"] == 3  # From home.
    assert facts["first_cause"] == seed["drifted_column"]
    assert facts["bins"] == 11  # Ten, and missing values.
    assert "100" in facts["chart"] and "amount" in facts["chart"]
