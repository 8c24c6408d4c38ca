"""The report of a whole loop: an alert, a rollout on evidence, a promotion, a shadow that stays."""

import json

import mlflow
import numpy as np
import pytest
import xgboost
from mlflow.models import infer_signature

from conftest import Served, wait_until
from models import REQUIREMENTS, Kitchen
from test_report import bootstrap, hits, ratio, same

PROJECT = """
name: retrain
on: {alert: {rules: [accuracy], monitor: watch, cooldown: 8}}
jobs: {look: {run: echo looked}}
monitors:
  watch: {endpoint: juice, time: week, compare: {by: [site]}}
alerts:
  accuracy: {monitor: watch, expr: "accuracy < 0.9", min_labels: 10}
endpoints:
  juice:
    strategy:
      canary:
        keepShadow: 1
        steps:
        - mirror: {percent: 100}
        - analysis: {monitor: watch, bound: 20, max_windows: 8}
"""
SITES = 3


class Loop:
    def __init__(self, folder):
        self.galley = Served(folder, GALLEY_UV="/nowhere/uv")
        self.file = folder / "galley.yaml"
        self.file.write_text(PROJECT, encoding="utf-8")
        kitchen = Kitchen(self.galley.url, folder)
        self.columns = list(kitchen.plain.columns)
        # The second is right once the labels are turned round.
        self.models = [self.register(kitchen, kitchen.target),
                       self.register(kitchen, 1 - kitchen.target)]
        self.run("endpoint", "create", "juice", "--model", "oranges@1")
        self.run("monitor", "apply", "--file", self.file)
        self.run("alert", "apply", "--file", self.file)
        self.run("pipeline", "apply", "--file", self.file)
        self.generator = np.random.default_rng(9)
        self.served, self.frozen = [], []  # (week, version, probability, label)

    @staticmethod
    def register(kitchen, target):
        data = xgboost.DMatrix(kitchen.plain, target)
        model = xgboost.train({"max_depth": 4, "objective": "binary:logistic", "nthread": 1}, data, 20)
        with mlflow.start_run():
            mlflow.xgboost.log_model(model, name="model", registered_model_name="oranges",
                                     signature=infer_signature(kitchen.plain, model.predict(data)),
                                     **REQUIREMENTS)
        return model

    def run(self, *arguments):
        code, output, errors = self.galley.command(*arguments)
        assert code == 0, errors
        return output

    def report(self):
        return json.loads(self.run("report", "juice", "--json"))["report"]

    def week(self, week, turned):
        for site in range(SITES):
            rows = np.column_stack([self.generator.normal(2, 1, 20), self.generator.normal(0, 3, 20),
                                    self.generator.integers(0, 9, 20)])
            labels = (rows[:, 0] + rows[:, 1] / 5 > 2).astype(int) ^ int(turned)
            body = {"dataframe_split": {"columns": [*self.columns, "week", "site"],
                                        "data": [[*row, week, site] for row in rows.tolist()]}}
            said = self.galley.ask("POST", "/api/v1/endpoints/juice/predict", body).json()
            told = self.galley.ask("POST", "/api/v1/endpoints/juice/labels", {
                "labels": [{"prediction_id": name, "number": label} for name, label in
                           zip(said["prediction_ids"], labels.tolist(), strict=True)],
                **({"watermark": week + 1} if site == SITES - 1 else {})})
            assert told.status == 200, told
            first = self.models[0].predict(xgboost.DMatrix(rows, feature_names=self.columns))
            for store, scores in ((self.served, said["predictions"]), (self.frozen, first.tolist())):
                store += [(week, 0, score, label)
                          for score, label in zip(scores, labels.tolist(), strict=True)]

    def events(self, kind):
        events = self.galley.shown("event", "list", "--limit", "1000")["events"]
        return [it for it in events[::-1] if it["kind"] == kind]


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    loop = Loop(tmp_path_factory.mktemp("loop"))
    try:
        for week in range(100, 106):
            loop.week(week, turned=week >= 104)
        wait_until(lambda: loop.events("alert.firing"), "the alert fires")
        wait_until(lambda: loop.events("pipeline_run.ended"), "the run that the alert starts ends")
        loop.run("rollout", "start", "juice", "--model", "oranges@2", "--file", loop.file,
                 "--reason", "labels were turned round")
        wait_until(lambda: any("analysis" in it["detail"]["reason"]
                               for it in loop.events("rollout.stepped")), "it is mirrored")
        week = 106
        while not loop.events("rollout.promoted") and week < 114:
            loop.week(week, turned=True)
            wait_until(lambda: any(it["detail"].get("window", 0) >= week
                                   for it in loop.events("rollout.judged")), f"{week} is judged")
            week += 1
        loop.promoted = week - 1
        wait_until(lambda: loop.galley.endpoint("juice")["state"] == "ready", "it is served")
        for week in range(week, week + 3):
            loop.week(week, turned=True)
        loop.last = week
        count = len(loop.served)
        wait_until(lambda: loop.report()["arms"][0]["labels"] == count
                   and any(it["labels"] == count for it in loop.report()["arms"] if it["is_first"]),
                   "all is measured")
        yield loop
    finally:
        loop.galley.stop()


def test_the_loop_is_told_with_its_events(loop):
    report = loop.report()
    (fired,) = loop.events("alert.firing")
    (alert,) = report["alerts"]
    assert (alert["event"], alert["rule"], alert["window"]) == (fired["sequence"], "accuracy", 104)
    assert alert["value"] == float(fired["detail"]["value"]) and alert["limit"] == .9
    (rollout,) = report["rollouts"]
    judged = loop.events("rollout.judged")
    assert [(it["event"], it["window"], it["log_e"]) for it in rollout["looks"]] == [
        (it["sequence"], it["detail"]["window"], float(it["detail"]["log_e_better"]))
        for it in judged]
    assert (rollout["model"], rollout["outcome"], rollout["end_window"]) == (
        "oranges@2", "promoted", loop.promoted)
    (promotion,) = report["promotions"]
    assert (promotion["window"], promotion["model"], promotion["by_hand"]) == (
        loop.promoted, "oranges@2", False)
    assert promotion["log_e"] == rollout["looks"][-1]["log_e"] > np.log(20)
    (told,) = report["loops"]
    (created,) = loop.events("pipeline_run.created")
    assert [it["step"] for it in told["steps"]] == [
        "first out of bounds", "alert", "run started", "run succeeded", "rollout started",
        "acknowledged", "verdict: pass", "promoted"]
    assert told["steps"][0]["window"] == 104
    assert created["detail"]["trigger"] == f"alert watch/accuracy@{told['steps'][2]['window']}"
    assert told["steps"][2]["event"] == created["sequence"]
    assert told["steps"][2]["took_ms"] == created["at_ms"] - fired["at_ms"]
    assert told["steps"][-1]["window"] == loop.promoted
    kinds = [it["kind"] for it in report["actions"]]
    assert "rollout.promoted" in kinds and "endpoint.created" in kinds
    (incident,) = report["incidents"]
    assert incident["window"] == 104 and incident["causes"]
    effects = {(it["name"], it["seen_by"]): it for it in report["effects"]}
    ranking = effects["time to a ranking of causes", "journal"]
    assert ranking["samples"] == 1 and ranking["events"] == [incident["event"]]
    assert effects["availability", "gateway"]["value"] == 1


def test_gain_and_gap_are_what_numpy_says(loop):
    report = loop.report()
    weeks, served = hits([row for row in loop.served if row[0] >= loop.promoted])
    _, frozen = hits([row for row in loop.frozen if row[0] >= loop.promoted])
    every = list(range(len(weeks)))
    gain = report["gain"]
    same(gain["frozen"], weeks, ratio(frozen, every),
         bootstrap(len(weeks), lambda drawn: ratio(frozen, drawn)), int(frozen[:, 1].sum()))
    same(gain["difference"], weeks, ratio(served, every) - ratio(frozen, every),
         bootstrap(len(weeks), lambda drawn: ratio(served, drawn) - ratio(frozen, drawn)),
         int(served[:, 1].sum()))
    assert gain["difference"]["value"] > .3
    left = report["not_cured"]
    before, found = hits([row for row in loop.served if row[0] < 104])
    all_before = list(range(len(before)))
    same(left["before"], before, ratio(found, all_before),
         bootstrap(len(before), lambda drawn: ratio(found, drawn)), int(found[:, 1].sum()))
    same(left["after"], weeks, ratio(served, every),
         bootstrap(len(weeks), lambda drawn: ratio(served, drawn)), int(served[:, 1].sum()))
    assert left["gap"]["value"] == pytest.approx(ratio(found, all_before) - ratio(served, every))
    assert left["still_firing"] == []


def test_the_page_has_the_chart_of_the_evidence(loop, tmp_path):
    path = tmp_path / "report.html"
    loop.run("report", "juice", "--html", path)
    text = path.read_text(encoding="utf-8")
    assert "Evidence for each challenger by window" in text and "oranges@2 promoted" in text
