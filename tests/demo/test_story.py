"""The JSON file of the demo has what docs/formats/demo.md says, out of what Galley says: canned answers
stand in for it here."""

import copy
import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples"))
import server  # noqa: E402
import story  # noqa: E402


def arm(name, accuracy, right, is_first=False):
    """60 weeks of 10 labels each."""
    points = [{"window": week, "labels": 10, "right": right if week >= 122 else 9}
              for week in range(101, 161)]
    return {"name": name, "is_first": is_first, "accuracy": accuracy, "points": points,
            "balanced_accuracy": accuracy - .1}


REPORT = {
    "arms": [arm("served", .892, 8), arm("orange-juice@1", .867, 5, is_first=True),
             {"name": "orange-juice@3", "is_first": False, "accuracy": .9, "points": []}],
    "alerts": [{"rule": "drift", "column": "feat", "window": 115}, {"rule": "accuracy", "window": 116},
               {"rule": "conversion", "window": 119}, {"rule": "drift", "column": "deal", "window": 115},
               {"rule": "accuracy", "window": 124}],
    "promotions": [{"model": "orange-juice@1", "by_hand": True},
                   {"model": "orange-juice@3", "window": 122, "log_e": 3.49, "by_hand": False}],
    "rollouts": [{"model": "orange-juice@3", "outcome": "promoted", "reason": "", "end_window": 122},
                 {"model": "orange-juice@5", "outcome": "rolled_back", "reason": "no evidence",
                  "end_window": 149}]}
RUNS = [{"run": 4, "pipeline": "retrain", "state": "refused"},
        {"run": 3, "pipeline": "retrain", "state": "succeeded"},
        {"run": 2, "pipeline": "kitchen", "state": "refused"}]
INCIDENTS = [
    {"number": 2, "window": 124, "rankings": [{"candidates": [{"kind": "slice", "name": "5"}]}]},
    {"number": 1, "window": 115, "rankings": [{"candidates": [{"kind": "load"}]}, {"candidates": [
        {"kind": "column", "name": "feat"}, {"kind": "load"}]}]}]


class Canned:
    """In place of a running Galley."""

    def told(self, *arguments):
        if arguments[:2] == ("pipeline", "list"):
            return {"runs": RUNS}
        if arguments[:3] == ("pipeline", "status", "4"):
            return {"jobs": [{"name": "challenge", "metrics": [{"name": "holdout.last_week",
                                                                "value": 131.0}]},
                             {"name": "gate", "metrics": [], "reason": "breaks R1"}]}
        if arguments[:2] == ("incident", "list"):
            return {"incidents": INCIDENTS}
        raise AssertionError(arguments)


@pytest.fixture
def told(tmp_path):
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics/baselines.json").write_text(json.dumps({"metrics": {
        name: {"accuracy": accuracy} for name, accuracy in (
            ("majority", .8453), ("last_week", .7714), ("year_ago", .755),
            ("rule_feat_price", .8992))}}), encoding="utf-8")
    seen = {"requests": 4908, "failed": 0, "p50_ms": .1, "p99_ms": .3, "seconds": 53.1}
    return story.Told(Canned(), tmp_path, seen, copy.deepcopy(REPORT), clean=False)


def test_each_key_is_what_galley_said(told):
    found = story.collect(told)
    assert found["accuracy_101_160_served"] == .892
    assert found["balanced_accuracy_101_160_served"] == pytest.approx(.792)
    assert found["accuracy_101_160_frozen"] == .867
    assert found["served_minus_frozen_122_160"] == pytest.approx(.3)
    assert found["baselines"] == {"majority": .8453, "last_week": .7714, "seasonal": .755,
                                  "rule": .8992}
    assert found["drift_alert_weeks"] == [115]
    assert found["accuracy_alert_weeks"] == [116, 124]
    assert found["conversion_alert_weeks"] == [119]
    assert found["promotions"] == [{"version": 3, "week": 122, "log_e": 3.49}]
    assert found["rollbacks"] == [{"version": 5, "week": 149, "reason": "no evidence"}]
    assert found["refusals"] == [{"week": 131, "reason": "breaks R1"}]
    assert found["incidents"] == [
        {"week": 115, "cause_ranked": ["column feat", "load"], "true_cause_rank": 1},
        {"week": 124, "cause_ranked": ["slice 5"], "true_cause_rank": None}]
    assert found["gateway"] == {"requests": 4908, "failed": 0, "p50_ms": .1, "p99_ms": .3}


def test_on_clean_data_there_is_no_true_cause(told):
    told.cause = None
    assert {it["true_cause_rank"] for it in story.incidents(told)} == {None}


def test_the_page_names_every_key(told):
    page = (ROOT / "docs/formats/demo.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert named >= {*story.collect(told), "timings_s", "cost", "injected"}


def test_a_report_without_all_weeks_is_an_error(told):
    del told.report["arms"][0]["points"][7]
    with pytest.raises(server.DemoError, match="the report has weeks .*107, 109.* of served"):
        story.accuracy_served(told)


def test_what_is_applied_is_there():
    for arguments in story.APPLIED:
        if arguments[-1] != "reference.csv":  # The pipeline's.
            assert (ROOT / "examples/kitchen" / arguments[-1]).is_file()
