"""The monitor of the page's walk-throughs is what it says: on a real server, with real predictions."""

import json
import random
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/common"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from monitor_fixture import (  # noqa: E402
    COLUMNS, DIP, EMPTY, FAULT, LAST, ROWS, Client, booster, orders, says, seed_monitor)
from servers import Galley  # noqa: E402


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    galley = Galley(tmp_path_factory.mktemp("seeded"))
    try:
        token = (Path(galley.data) / "token").read_text(encoding="ascii").strip()
        yield Client(galley.url, galley.gateway, token), seed_monitor(galley.url, galley.gateway, token)
    finally:
        galley.stop()


def test_alerts_fire_and_one_is_over(seeded):
    client, seed = seeded
    alerts = client.native("GET", "alerts")["alerts"]
    firing = {(it["rule"], it["column"]) for it in alerts if it["state"] == "firing"}
    assert firing == {("checkout-accuracy", ""), ("checkout-dip", ""), ("checkout-drift", "amount")}
    accuracy = next(it for it in alerts if it["rule"] == "checkout-accuracy")
    assert (accuracy["active_window"], accuracy["fired_window"]) == (FAULT, FAULT + 1)
    past = client.native("GET", "alert-history?rule=checkout-dip")["alerts"]
    assert [it["fired_window"] for it in past if it["state"] == "resolved"] == [DIP]
    assert seed["monitor"] == accuracy["settings"]["monitor"]


def test_the_incident_blames_the_column_that_moved(seeded):
    client, seed = seeded
    incident = client.native("GET", f"incidents/{seed['incident']}")["incident"]
    assert incident["state"] == "open" and len(incident["rankings"]) > 1
    first = incident["rankings"][-1]["candidates"][0]
    assert (first["kind"], first["name"]) == ("column", seed["drifted_column"])
    assert first["since"] == FAULT
    states = [it["state"] for it in client.native("GET", "incidents")["incidents"]]
    assert states == ["open", "closed"]


def test_pictures_show_the_fault_the_gap_and_missing_labels(seeded):
    client, seed = seeded
    heatmap = client.native("GET", f"monitors/{seed['monitor']}/heatmap")
    assert [it["window"] for it in heatmap["windows"] if it["state"] == "empty"] == [EMPTY]
    worst = heatmap["columns"][0]
    assert worst["column"] == seed["drifted_column"]
    drifted = [it["window"] for it, beyond in zip(heatmap["windows"], worst["beyond"], strict=True)
               if beyond]
    assert drifted == list(range(FAULT, LAST + 1))
    windows = client.native("GET", f"monitors/{seed['monitor']}/accuracy")["windows"]
    assert [it["coverage"] for it in windows[-2:]] == [1, 0.6]
    before = [it["accuracy"] for it in windows if it["window"] < FAULT and it["window"] != DIP]
    after = [it["accuracy"] for it in windows if it["window"] >= FAULT]
    assert min(before) > 0.9 > 0.85 > max(after)


def test_xgboost_reads_the_model_and_says_the_same(tmp_path):
    import xgboost  # Slow to import.
    (tmp_path / "model.json").write_text(json.dumps(booster()), encoding="ascii")
    model = xgboost.Booster(model_file=tmp_path / "model.json")
    rows = orders(random.Random(2), 500)
    said = model.predict(xgboost.DMatrix(np.array(rows), feature_names=COLUMNS))
    assert (said > 0.5).tolist() == [says(row) for row in rows]


def refused(client, method, path, body, status, *words):
    """The call fails so, and the sentence has these words."""
    with pytest.raises(AssertionError) as problem:
        client.native(method, path, body)
    said = str(problem.value).replace("\\", "")
    assert all(word in said for word in (f": {status} ", *words)), said


def test_a_preview_says_what_a_rule_would_have_fired_on(seeded):
    client, seed = seeded
    alerts = client.native("GET", "alerts")["alerts"]
    for rule in ("checkout-accuracy", "checkout-drift"):
        fired = [it for it in alerts if it["rule"] == rule and it["state"] == "firing"]
        seen = client.native("POST", "alerts/preview", {"settings": fired[0]["settings"], "last": 200})
        assert seen["evaluated"] == LAST  # The newest one is open.
        assert [(it["column"], it["active_window"], it["fired_window"]) for it in seen["alerts"]] == [
            (it["column"], it["active_window"], it["fired_window"]) for it in fired]
        assert "resolved_window" not in seen["alerts"][0]
    dip = next(it for it in alerts if it["rule"] == "checkout-dip")["settings"]
    past = client.native("GET", "alert-history?rule=checkout-dip")["alerts"]
    seen = client.native("POST", "alerts/preview", {"settings": dip, "last": 200})
    assert [(it["fired_window"], it.get("resolved_window")) for it in seen["alerts"]] == [
        (it["fired_window"], it.get("resolved_window")) for it in reversed(past)]
    at_dip = next(it for it in seen["windows"] if it["window"] == DIP)
    assert (at_dip["seen"], at_dip["state"], at_dip["limit"]) == ("hit", "firing", 0.88)
    assert next(it for it in seen["windows"] if it["window"] == EMPTY)["seen"] == "no data"
    assert client.native("GET", "alerts")["alerts"] == alerts  # Nothing is kept.
    never = client.native("POST", "alerts/preview", {
        "settings": {"monitor": seed["monitor"], "expr": "accuracy < 0.01"}, "last": 3})
    assert (never["evaluated"], never["alerts"]) == (3, [])


def test_a_preview_that_cannot_be_says_why(seeded):
    client, seed = seeded
    of_monitor = {"monitor": seed["monitor"], "expr": "accuracy < 0.5"}
    path = "alerts/preview"
    refused(client, "POST", path, {"settings": of_monitor, "last": 201}, 400, "'last'", "200")
    refused(client, "POST", path, {"settings": {"endpoint": seed["endpoint"], "expr": "p99_ms > 1"}}, 400,
            "monitor")
    refused(client, "POST", path, {"settings": of_monitor | {"monitor": "nobody"}}, 404, "nobody")
    refused(client, "POST", path, {"settings": of_monitor | {"expr": "sunshine < 1"}}, 400, "sunshine")


def test_a_reference_is_made_of_what_was_asked(seeded):
    client, seed = seeded
    path = f"monitors/{seed['monitor']}/reference"
    heatmap = f"monitors/{seed['monitor']}/heatmap?last=200"
    before = client.native("GET", heatmap)
    span = {"from": 0, "to": EMPTY}
    would = client.native("POST", path, span | {"dry_run": True})
    assert (would["rows"], would["windows"], would["unreadable"]) == (ROWS * EMPTY, EMPTY, 0)
    thresholds = {it["column"]: it["threshold"] for it in before["columns"]}
    assert {it["column"]: it["threshold_before"] for it in would["columns"]} == thresholds
    assert would["rows_before"] == before["columns"][0]["reference_rows"]
    assert client.native("GET", heatmap) == before  # Only said.
    refused(client, "POST", path, {"from": 0, "to": LAST + 1}, 409, "closed through")
    refused(client, "POST", path, {"from": EMPTY, "to": EMPTY + 1}, 409, "no row")
    refused(client, "POST", path, {"from": 3, "to": 3}, 400, "'from'", "'to'")
    # As a file of the same rows: same bins, same thresholds.
    chance = random.Random(11)
    for _ in range(12):
        orders(chance, ROWS)
    lines = [",".join([*COLUMNS, "week"])]
    for week in range(EMPTY):
        rows = orders(chance, ROWS)
        lines += [",".join(map(str, [*row, week])) for row in rows]
        for _ in range(ROWS):
            chance.random()  # The labels' noise.
    done = client.native("POST", path, span)
    assert done["sha256"] == would["sha256"] and done["columns"] == would["columns"]
    now = client.native("GET", heatmap)
    assert {it["reference_rows"] for it in now["columns"]} == {ROWS * EMPTY}
    by_file = client.native("PUT", path, ("\n".join(lines) + "\n").encode())["reference"]
    assert {it["column"]: (it["threshold"], it["blocks"]) for it in by_file} == {
        it["column"]: (it["threshold"], it["blocks"]) for it in done["columns"]}
