"""`./dev demo --once`, as a newcomer runs it: trains, kills the server once, shows, and cleans up.

Runs in the environment of tests/environments/kitchen.txt. GALLEY_KITCHEN_RDA names orangeJuice.rda.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/release/galley"
SECONDS_MAX = 900
# XGBoost with the example's settings on weeks 101-160, within what seeds and patch versions do.
EXPECTED = {"accuracy": .9148, "balanced_accuracy": .8012, "auc": .934}
TOLERANCE = 0.003


def processes_with(mark):
    """Pids of the processes whose environment has the text `mark`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:  # It ended just now, or is a kernel thread.
            continue
    return found


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """What the demo said and its summary, with what it left behind."""
    folder = tmp_path_factory.mktemp("demo")
    mark = f"demo-{uuid.uuid4().hex}"
    temporary = folder / "tmp"
    temporary.mkdir()
    environment = os.environ | {"HOME": str(folder / "home"), "TMPDIR": str(temporary),
                                "DEMO_TEST_MARK": mark}
    environment.pop("MLFLOW_TRACKING_URI", None)
    result = subprocess.run(
        [sys.executable, ROOT / "examples/demo.py", "--galley", PROGRAM, "--once",
         "--rda", os.environ["GALLEY_KITCHEN_RDA"], "--json", folder / "summary.json"],
        cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=SECONDS_MAX)
    left = processes_with(mark)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return {"said": result.stdout, "errors": result.stderr, "summary": summary, "processes": left,
            "files": [path.name for path in temporary.iterdir()]}


def test_the_model_is_as_good_as_it_is_said_to_be(demo):
    found = demo["summary"]["train"]["models"]["xgboost"]["metrics"]
    for metric, expected in EXPECTED.items():
        assert found[metric] == pytest.approx(expected, abs=TOLERANCE), metric
    assert found["worst_store"] >= .80


def test_broken_weeks_do_not_get_into_the_pantry(demo):
    stock = demo["summary"]["stock"]
    assert (stock["version"], stock["rows"]) == (60, 52_811)
    found = [{check["id"]: check["rows"] for check in report["checks"]
              if check["outcome"] == "failed"} for report in stock["refused"].values()]
    assert found == [{"R09": 132}, {"R03": 22, "R07": 10},
                     {"R02": 3, "R05": 11, "R06": 11, "R11": 1}]


def test_a_prediction_leads_to_the_weeks_it_was_learned_from(demo):
    chain = demo["summary"]["why"]
    assert "'train[xgboost]' of run 1 of pipeline kitchen, started by administrator" in chain
    assert "'gate' of run 1 of pipeline kitchen let it pass: orange-juice@1 of 'train[xgboost]'" in chain
    assert "no champion yet: there is no endpoint 'demand'" in chain
    # The code, as mlflow's client found it and as the pipeline did.
    (commit,) = re.findall(r"^commit +([0-9a-f]{40})$", chain, re.MULTILINE)
    assert f", code {commit[:12]}" in chain and "GAP" not in chain
    assert "sales@60, 52811 rows, checks: passed; read by 'weeks'" in chain


def test_the_weeks_lead_to_all_that_was_made_of_them(demo):
    said = demo["said"].split("galley lineage --down sales@60")[1]
    for part in ("'weeks' of run 1", "'train[xgboost]' of run 1", "orange-juice@1",
                 "orange-juice-logistic@1", "'main' of endpoint 'demand', 54328 predictions"):
        assert part in said, said


def test_the_gate_chose_by_validation_alone(demo):
    gate = demo["summary"]["train"]["gate"]
    scores = {name: model["validation"]["accuracy"]
              for name, model in demo["summary"]["train"]["models"].items()}
    assert len(scores) == 6 and max(scores, key=scores.get) == "xgboost"
    assert scores["xgboost"] == pytest.approx(.9147, abs=TOLERANCE)
    (winner,) = [it for it in gate["candidates"] if it["won"]]
    assert (winner["job"], winner["model"]) == ("train[xgboost]", "orange-juice@1")
    limits = {rule["id"]: rule for rule in winner["rules"]}
    assert all(rule["passed"] for rule in limits.values())
    folds = demo["summary"]["train"]["models"]["xgboost"]["folds"]
    mean = sum(fold["accuracy"] for fold in folds.values()) / 3
    assert list(folds) == ["76", "84", "92"]
    assert float(limits["G1"]["value"]) == pytest.approx(mean) and limits["G1"]["limit"] == "0.9"
    majority = sum(fold["majority"]["accuracy"] for fold in
                   demo["summary"]["train"]["baselines"]["folds"].values()) / 3
    assert float(limits["G2"]["limit"]) == pytest.approx(majority + 0.05)
    assert limits["G3"]["slice"] == "111" and limits["G3"]["slices"] == 83


def test_what_the_monitor_measured_is_what_the_trainer_did(demo):
    (measured,) = demo["summary"]["measured"]["all"]
    trained = demo["summary"]["train"]["models"]["xgboost"]["metrics"]
    assert (measured["from"], measured["to"], measured["predictions"]) == (101, 161, 53_328)
    for mine, theirs in (("true_positives", "tp"), ("false_positives", "fp"),
                         ("false_negatives", "fn"), ("true_negatives", "tn"),
                         ("balanced_accuracy", "balanced_accuracy"), ("brier", "brier"),
                         ("precision", "precision"), ("recall", "recall")):
        assert measured[mine] == pytest.approx(trained[theirs], abs=1e-8), mine
    assert measured["accuracy"] == pytest.approx(.9148, abs=TOLERANCE)
    assert measured["majority"] == pytest.approx(.8453, abs=5e-5)


def test_the_dips_of_the_real_weeks_are_there(demo):
    weeks = {window["from"]: window["accuracy"]
             for window in demo["summary"]["measured"]["four_weeks"]}
    assert list(weeks) == list(range(101, 161, 4))
    for week, accuracy in ((101, .939), (117, .894), (129, .843), (141, .877), (145, .947)):
        assert weeks[week] == pytest.approx(accuracy, abs=.015), week


def alarms(told):
    """[(week of the window's end, columns with an alarm)]"""
    return [(int(window["to"]) - 1, [it["column"] for it in window["columns"] if it["alarm"]])
            for window in told["windows"] if any(it["alarm"] for it in window["columns"])]


def test_clean_weeks_raise_no_alarm_of_drift(demo):
    told = demo["summary"]["measured"]["drift"]["demand"]
    assert [int(window["to"]) - 1 for window in told["windows"]] == list(range(104, 161))
    assert alarms(told) == []
    assert {it["column"]: it["blocks"] for it in told["reference"]} == dict.fromkeys(
        ("deal", "feat", "mv_l1", "mv_q25", "mv_q75", "price_rank"), 13)


def test_the_injected_fault_is_found_in_its_third_week(demo):
    """The feed is wrong from week 113 on; four weeks together, two windows running."""
    told = demo["summary"]["measured"]["drift"]["injected"]
    found = alarms(told)
    assert found[0] == (115, ["feat"])
    week = next(window for window in told["windows"] if window["to"] == 116)
    values = {it["column"]: it["psi"] for it in week["columns"]}
    thresholds = {it["column"]: it["threshold"] for it in told["reference"]}
    assert values["feat"] == pytest.approx(.75, abs=.01)
    assert thresholds["feat"] == pytest.approx(.20, abs=.005)
    (faulty,) = demo["summary"]["measured"]["faulty"]
    assert faulty["accuracy"] == pytest.approx(.8670, abs=TOLERANCE)
    assert faulty["balanced_accuracy"] == pytest.approx(.6267, abs=TOLERANCE)


def test_a_worse_model_is_refused(demo):
    refused = demo["summary"]["refused"]
    assert refused["served"] == "orange-juice@1" and not refused["gate"]["passed"]
    assert refused["gate"]["champion"]["model"] == "orange-juice@1"
    broken = {it["job"]: [rule["id"] for rule in it["rules"] if not rule["passed"]]
              for it in refused["gate"]["candidates"]}
    assert broken.pop("train[xgboost]") == ["G1", "G4"]
    assert set(map(tuple, broken.values())) == {("G4",)}  # None is better than what answers.


def test_a_kill_of_the_server_loses_nothing(demo):
    assert "All 20 metrics that were acknowledged are there." in demo["said"]


def test_the_runs_are_shown(demo):
    models = demo["summary"]["train"]["models"]
    assert set(models) >= {"xgboost", "logistic", "histogram"}
    assert models["xgboost"]["run_id"] in demo["said"]
    assert "demo.heartbeat" in demo["said"]


def test_nothing_is_left_behind(demo):
    assert demo["processes"] == []
    assert [name for name in demo["files"] if name.startswith("galley-demo-")] == []


def test_a_process_would_be_found():
    with tempfile.TemporaryDirectory() as folder:
        mark = f"demo-{uuid.uuid4().hex}"
        process = subprocess.Popen(["sleep", "60"], env={"DEMO_TEST_MARK": mark}, cwd=folder)
        try:
            assert processes_with(mark) == [process.pid]
        finally:
            process.kill()
            process.wait()
