"""Every number that Galley says of a loop is what NumPy makes of the exported predictions and labels:
of the demo's fault, of one that the test draws, and of clean weeks.
"""

import numpy as np
import pytest

from conftest import COMPARED, ENDPOINT, SPAN
from oracles import loop

SAME = {"abs": 1e-9, "rel": 0}
IN_TEXT = {"abs": 5e-7, "rel": 0}  # Events have six decimals of ln E.


def same(found, expected, what=""):
    """Every field that the oracle knows."""
    for name, value in expected.items():
        if isinstance(value, int):
            assert found[name] == value, (what, name)
        else:
            assert found[name] == pytest.approx(value, **SAME), (what, name)


def arm_rows(played, window):
    rows = played.rows.where(played.rows.variant == window["variant"])
    return rows.where(rows.is_mirrored == (window["arm"] == "mirrored"))


@pytest.mark.parametrize("name, span", [("windows", 1), ("fours", SPAN)])
def test_what_was_measured(played, name, span):
    windows = getattr(played, name)
    parts = [(it["variant"], it["arm"], it["from"]) for it in windows]
    assert len(windows) >= (played.last - played.first + 1) // span and len(set(parts)) == len(parts)
    total = 0
    for window in windows:
        first, last = int(window["from"]), int(window["to"]) - 1
        assert last - first == span - 1 or first == played.first
        rows = arm_rows(played, window).windows(first, last)
        total += len(rows.window)
        same(window, loop.measured(rows), (window["from"], window["version"], window["arm"]))
        if window["arm"] == "served":
            same(window, loop.business(rows), window["from"])
        for at, part in enumerate(window["calibration"]):
            inside = np.minimum((rows.probability * 10).astype(int), 9) == at
            inside &= ~np.isnan(rows.label)
            assert part["rows"] == inside.sum()
            if inside.any():
                assert part["share_of_yes"] == pytest.approx(rows.label[inside].mean(), **SAME)
                assert part["mean_probability"] == pytest.approx(rows.probability[inside].mean(), abs=1e-8)
    assert total == len(played.rows.window)  # Each row once.


def test_drift(played):
    assert {it["column"]: it["threshold"] for it in played.drift["reference"]} == pytest.approx(
        played.references[-1][1].thresholds, **SAME)
    expected = loop.drift(played.references, played.rows.served)
    assert [int(it["to"]) - 1 for it in played.drift["windows"]] == list(expected)
    for window in played.drift["windows"]:
        for column in window["columns"]:
            distance, beyond, alarm = expected[int(window["to"]) - 1][column["column"]]
            assert column["psi"] == pytest.approx(distance, **SAME)
            assert (column["beyond"], column["alarm"]) == (beyond, alarm)
    told = {it["column"]: it for it in played.report["drift"]}
    ever = {name for of in expected.values() for name, it in of.items() if it[2]}
    assert set(told) == ever
    for name, column in told.items():
        assert [(it["window"], it["beyond"], it["alarm"]) for it in column["points"]] == [
            (window, *of[name][1:]) for window, of in expected.items()]


def test_alerts(played):
    expected = loop.alerts(played.rows, played.references)
    assert sorted((it["rule"], it["column"] or None, it["active_window"], it["fired_window"],
                   it.get("resolved_window")) for it in played.fired) == sorted(expected, key=str)
    # Weeks of the events, of the report, and how each rule stands at the end.
    fired = sorted((rule, column or "", window) for rule, column, _, window, _ in expected)
    for told in (played.of("alert.firing"), played.report["alerts"]):
        assert sorted((it["rule"], it.get("column", "") or "", it["window"]) for it in told
                      if it.get("monitor", ENDPOINT) == ENDPOINT) == fired
    firing = {(rule, column or "") for rule, column, _, _, end in expected if end is None}
    assert {(it["rule"], it["column"] or "") for it in played.alerts if it["state"] == "firing"} == firing


def test_incidents(played):
    """Every alert of the monitor is in one, in the order in which they began to fire."""
    expected = sorted((fired, rule, column or "", active) for rule, column, active, fired, _ in
                      loop.alerts(played.rows, played.references))
    changes = [it["detail"] for it in played.events
               if it["kind"] in ("incident.opened", "incident.joined")]
    assert sorted((it["window"], alert["rule"], alert.get("column", ""), alert["active_window"])
                  for it in changes for alert in it["alerts"]) == expected
    assert [it["window"] for it in changes] == sorted({it[0] for it in expected})
    assert [it["window"] for it in played.report["incidents"]] == [
        it["window"] for it in played.of("incident.opened")]


def test_states_of_an_alert_that_pends(played):
    """The rule of accuracy as it stands at the end: pending, firing, or neither."""
    hits = loop.rule_hits(played.rows.served, 0.9, loop.accuracy)
    (state,) = [it["state"] for it in played.alerts if it["rule"] == "accuracy"]
    assert state in loop.states(hits, hold=1)[played.last]


def test_each_look_of_a_rollout(played):
    told = {it["id"]: it for it in played.report["rollouts"]}
    assert set(told) == {it["id"] for it in played.rollouts}
    for rollout, compared in zip(played.rollouts, played.compared, strict=True):
        blocks = loop.pairs(played.rows, rollout["champion"]["id"], rollout["challenger"]["id"])
        found = {(int(window["from"]), int(block["value"])): (block["rows"], round(block["sum"] * 1e9))
                 for window in compared["windows"] for block in window["blocks"]}
        assert found == blocks
        first = min((window for window, _ in blocks), default=None)
        verdict, ended = loop.verdict(blocks, first) if blocks else (None, None)
        last = ended or played.last
        windows = sorted({window for window, _ in blocks if window <= last})
        looks = [it for it in rollout["looks"] if it["windows"]]
        assert [it["window"] for it in looks] == windows
        assert [it["verdict"] for it in looks] == ["none"] * (len(windows) - bool(verdict)) + (
            [verdict] if verdict else [])
        for look, short in zip(looks, told[rollout["id"]]["looks"], strict=True):
            better, worse = loop.evidence(blocks, first, look["window"])
            assert look["log_e_better"] == pytest.approx(better, **SAME)
            assert look["log_e_worse"] == pytest.approx(worse, **SAME)
            assert short["log_e"] == pytest.approx(better, **IN_TEXT)
            assert look["rows"] == sum(count for (window, _), (count, _) in blocks.items()
                                       if window <= look["window"])
        assert rollout["phase"] == {"pass": "promoted", "fail": "rolled_back", None: "progressing",
                                    "inconclusive": "rolled_back"}[verdict]
        kind = {"promoted": "rollout.promoted", "rolled_back": "rollout.rolled_back"}
        if verdict:
            (event,) = [it for it in played.of(kind[rollout["phase"]])
                        if it["rollout"] == rollout["number"]]
            assert event["window"] == ended == told[rollout["id"]]["end_window"]
    if played.rollouts:
        assert played.status == played.rollouts[-1]


def test_the_report_of_promotions(played):
    expected = []
    for rollout in played.rollouts:
        blocks = loop.pairs(played.rows, rollout["champion"]["id"], rollout["challenger"]["id"])
        verdict, window = loop.verdict(blocks, min(window for window, _ in blocks)) if blocks else (
            None, None)
        if verdict == "pass":
            expected.append((rollout["challenger"]["version"], window,
                             loop.evidence(blocks, min(it for it, _ in blocks), window)[0]))
    told = [it for it in played.report["promotions"] if not it["by_hand"]]
    assert [(int(it["model"].rpartition("@")[2]), it["window"]) for it in told] == [
        it[:2] for it in expected]
    assert [it["log_e"] for it in told] == pytest.approx([it[2] for it in expected], **IN_TEXT)


def arms(played):
    """{name: rows} of the report's arms: what was served, then each version, whoever got its answers."""
    versions = {it["version_id"]: it["model"] for it in played.report["served"]}
    return {"served": played.rows.served} | {
        name: played.rows.of(version) for version, name in versions.items()
        if (played.rows.version == version).any()}


def test_the_report_of_each_arm(played):
    expected = arms(played)
    assert {it["name"] for it in played.report["arms"] if it["predictions"]} == set(expected)
    for arm in played.report["arms"]:
        if not arm["predictions"]:
            continue
        rows = expected[arm["name"]]
        accuracy, low, high = loop.ratio_with_interval(rows)
        whole = loop.measured(rows)
        same(arm, {"predictions": len(rows.window), "labels": whole["labels"], "accuracy": accuracy,
                   "balanced_accuracy": whole["balanced_accuracy"], "log_loss": whole["log_loss"]},
             arm["name"])
        if len(arm["points"]) > 1:
            same(arm, {"low": low, "high": high}, arm["name"])
        assert [it["window"] for it in arm["points"]] == sorted(set(rows.window.tolist()))
        for point in arm["points"]:
            part = rows.windows(point["window"], point["window"])
            known = loop.measured(part)
            same(point, {"labels": known["labels"], "accuracy": known["accuracy"],
                         "right": known["true_positives"] + known["true_negatives"],
                         "low": known["accuracy_low"], "high": known["accuracy_high"]}, point["window"])
            if arm["name"] == "served":
                business = loop.business(part)
                same(point, {name: business[name] for name in ("conversion", "cost")}, point["window"])


def interval_of(figure):
    return figure["value"], figure.get("low"), figure.get("high")


def test_what_was_gained_and_what_was_not_cured(played):
    served, frozen = played.rows.served, played.rows.of(played.rows.version[0])
    promoted = [it["window"] for it in played.report["promotions"] if not it["by_hand"]]
    gain, left = played.report["gain"], played.report["not_cured"]
    if not promoted:
        assert gain["missing"] and gain["difference"]["windows"] == 0
        return
    difference, low, high = loop.gain(served, frozen, promoted[0])
    assert gain["difference"]["value"] == pytest.approx(difference, **SAME)
    assert left["after"]["value"] == pytest.approx(
        loop.accuracy(served.windows(promoted[-1], played.last)), **SAME)
    before = served.windows(played.first, min(it["active_window"] for it in played.fired) - 1)
    assert left["before"]["value"] == pytest.approx(loop.accuracy(before), **SAME)
    if promoted[0] < played.last:  # An interval needs two windows.
        assert interval_of(gain["difference"])[1:] == pytest.approx((low, high), **SAME)
        assert interval_of(left["after"]) == pytest.approx(
            loop.ratio_with_interval(served.windows(promoted[-1], played.last)), **SAME)
        assert interval_of(left["before"]) == pytest.approx(loop.ratio_with_interval(before), **SAME)
        assert interval_of(left["gap"]) == pytest.approx(
            loop.gap(before, served.windows(promoted[-1], played.last)), **SAME)


def test_costs(played):
    served = loop.business(played.rows.served)
    assert played.report["cost"]["labels"] == pytest.approx(served["cost"], abs=1e-6)
    assert served["cost_labels"] == len(played.rows.served.window)


def test_callers_saw_no_failure(played):
    assert played.seen["failed"] == 0
    assert played.seen["predictions"] == len(played.rows.served.window)
    assert set(played.rows.columns) == set(COMPARED)
