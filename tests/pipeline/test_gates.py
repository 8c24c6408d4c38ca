"""Gates: what may go on by its metrics, and how what they decided is found again.

The models are XGBoost's on scikit-learn's breast cancer data, tracked by the unmodified mlflow client.
"""

import json
import os
import signal
import time
import urllib.request

import mlflow
import pytest

from conftest import Brigade

TRAINER = """
import json, os, sys
import mlflow, numpy as np, xgboost as xgb
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import log_loss, roc_auc_score

depth, rounds = int(sys.argv[1]), int(sys.argv[2])
data = load_breast_cancer(as_frame=True)
learn = np.arange(len(data.target)) % 3 > 0
booster = xgb.train({"max_depth": depth, "objective": "binary:logistic", "seed": 1, "nthread": 1},
                    xgb.DMatrix(data.data[learn], data.target[learn]), rounds)
guess = booster.predict(xgb.DMatrix(data.data[~learn]))
label = data.target[~learn]
small = data.data[~learn]["mean radius"] < 13
found = {"auc": roc_auc_score(label, guess), "log_loss": log_loss(label, guess),
         "slices": {name: {"log_loss": log_loss(label[rows], guess[rows], labels=[0, 1])}
                    for name, rows in (("small", small), ("big", ~small))}}
with mlflow.start_run(run_name=os.environ["GALLEY_JOB"]) as run:
    mlflow.log_metric("auc", found["auc"])
    mlflow.log_metric("log_loss", found["log_loss"])
    mlflow.xgboost.log_model(booster, name="model", model_format="ubj",
                             pip_requirements=["xgboost-cpu"], registered_model_name="tumour")
json.dump(found, open(sys.argv[3], "w"))
"""

PIPELINE = """
    stages: [train, evaluate, deploy]
    params: {small: 12, least: 0.95}
    jobs:
      train:
        stage: train
        matrix: {depth: [2, 3]}
        deps: [train.py]
        params: [small]
        run: python train.py ${{ matrix.depth }} ${{ params.small }} ${{ matrix.depth }}.json
        metrics: ["${{ matrix.depth }}.json"]
      gate:
        stage: evaluate
        gate:
          candidates: train
          best: {metric: log_loss, direction: min}
          champion: {endpoint: tumour}
          rules:
            - {id: good, metric: auc, min: "${{ params.least }}"}
            - {id: better, metric: log_loss, below: champion}
            - {id: everywhere, metric: slices.*.log_loss, max: {of: champion, plus: 0.05}}
      deploy:
        stage: deploy
        run: echo "$GALLEY_MODEL $GALLEY_GATE_GATE $GALLEY_GATE_GATE_MODEL $GALLEY_GATE_GATE_RUN" > d.txt
        outs: [d.txt]
"""


def endpoint(brigade, name, model):
    model, version = model.split("@")
    body = json.dumps({"name": name, "model": model, "version": int(version)}).encode()
    token = (brigade.data / "token").read_text().strip()
    request = urllib.request.Request(f"{brigade.url}/api/v1/projects/default/endpoints", body,
                                     {"Authorization": f"Bearer {token}"}, method="POST")
    urllib.request.urlopen(request, timeout=60).close()


def gate_of(brigade, *arguments):
    (gate,) = brigade.told("pipeline", "gate", *arguments)["gates"]
    return gate


def simple(rules, more=""):
    """A pipeline whose one candidate has the metrics of m.json."""
    return f"""
        stages: [train, evaluate, deploy]
        jobs:
          train: {{stage: train, deps: [m.json], run: cp m.json n.json, metrics: [n.json]}}
          gate: {{stage: evaluate, gate: {{candidates: train, {more} rules: {rules}}}}}
          after: {{stage: deploy, run: echo on}}
          bad: {{stage: deploy, run: echo bad, if: failure()}}
    """


def test_the_first_model_the_worse_one_and_the_better_one(tmp_path):
    brigade = Brigade(tmp_path)
    try:
        brigade.write(train__py=TRAINER, galley__yaml=PIPELINE)
        run, jobs = brigade.run()
        assert run["state"] == "succeeded", jobs
        gate = gate_of(brigade)
        client = mlflow.MlflowClient(brigade.url, brigade.url)
        runs = {run.info.run_name: run for run in client.search_runs(["0"])}
        best = min(runs, key=lambda name: runs[name].data.metrics["log_loss"])
        (winner,) = [it for it in gate["candidates"] if it["won"]]
        assert gate["passed"] and winner["job"] == best and winner["run"] == runs[best].info.run_id
        assert float(winner["value"]) == runs[best].data.metrics["log_loss"]
        version = client.get_model_version("tumour", winner["model"].split("@")[1])
        assert version.run_id == winner["run"]
        assert gate["champion"]["missing"] == "no champion yet: there is no endpoint 'tumour'"
        assert (brigade.project / "d.txt").read_text().split() == [
            winner["model"], best, winner["model"], winner["run"]]
        endpoint(brigade, "tumour", winner["model"])

        # The same again: nothing is better than itself.
        run, jobs = brigade.run()
        assert run["state"] == "refused" and jobs["deploy"]["state"] == "skipped"
        assert {jobs[name]["state"] for name in ("train[2]", "train[3]")} == {"cached"}
        again = gate_of(brigade)
        assert [it["model"] for it in again["candidates"]] == [
            it["model"] for it in gate["candidates"]]  # Found though no job ran.
        assert [it["job_id"] for it in again["candidates"]] == [
            it["job_id"] for it in gate["candidates"]]
        assert again["champion"]["model"] == winner["model"]
        assert again["champion"]["measured"] == f"'{best}' of run 1"

        # Worse ones, and which rules say so.
        run, jobs = brigade.run("--input", "small=3")
        assert run["state"] == "refused" and jobs["gate"]["state"] == "refused"
        worse = gate_of(brigade)
        broken = {rule["id"] for it in worse["candidates"] for rule in it["rules"]
                  if not rule["passed"]}
        assert broken == {"better", "everywhere"}
        rule = {rule["id"]: rule for rule in worse["candidates"][0]["rules"]}["better"]
        assert float(rule["limit"]) == float(winner["value"]) and rule["relation"] == "<"
        assert rule["against"] == f"log_loss of the champion {winner['model']}"
        assert float(rule["value"]) > float(rule["limit"])
        done = brigade.command("pipeline", "run", "--input", "small=3")
        assert done.returncode == 1 and "'gate' refused: none of 2 candidates" in done.stderr
        assert "galley pipeline gate --run 4" in done.stderr

        # A better one.
        run, jobs = brigade.run("--input", "small=40")
        assert run["state"] == "succeeded", gate_of(brigade)
        assert jobs["deploy"]["explanation"].startswith(f"gate 'gate': {best} {winner['model']}")
        events = brigade.told("event", "list", "--limit", "200")["events"]
        decided = [it for it in events if it["kind"] == "gate.decided"]
        assert [it["detail"]["evidence"]["passed"] for it in decided] == [
            True, False, False, False, True]
        assert decided[0]["detail"]["evidence"] == gate_of(brigade)
        shown = brigade.command("pipeline", "gate").stdout
        assert "Gate 'gate' let pass: tumour@" in shown and "Champion: tumour@" in shown
    finally:
        brigade.stop()


def test_an_alias_is_a_champion_too(brigade):
    client = mlflow.MlflowClient(brigade.url, brigade.url)
    mlflow.set_tracking_uri(brigade.url)
    client.create_registered_model("plain")
    with mlflow.start_run() as run:
        mlflow.log_metric("auc", 0.7, step=0)
        mlflow.log_metric("auc", 0.8, step=1)
    client.create_model_version("plain", f"runs:/{run.info.run_id}/model", run.info.run_id)
    brigade.write(m__json='{"auc": 0.8}', galley__yaml=simple(
        "[{metric: auc, above: champion}]", "champion: {model: plain, alias: best, required: true},"))
    run_, jobs = brigade.run()
    assert run_["state"] == "refused"
    assert jobs["gate"]["reason"] == "G1: no champion yet: Registered model alias best not found."
    assert jobs["after"]["reason"] == "'gate' refused" and jobs["bad"]["state"] == "succeeded"
    client.set_registered_model_alias("plain", "best", "1")
    _, jobs = brigade.run()
    assert jobs["gate"]["reason"] == (
        "G1: auc 0.8 is not > 0.8 (auc of the champion plain@1)")
    brigade.write(m__json='{"auc": 0.81}')
    _, jobs = brigade.run()
    assert jobs["gate"]["state"] == "succeeded"
    assert gate_of(brigade)["champion"]["measured"] == f"its run '{run.info.run_name}'"


def test_retry_asks_anew(brigade):
    client = mlflow.MlflowClient(brigade.url, brigade.url)
    mlflow.set_tracking_uri(brigade.url)
    client.create_registered_model("later")
    with mlflow.start_run() as run:
        mlflow.log_metric("auc", 0.7)
    client.create_model_version("later", f"runs:/{run.info.run_id}/model", run.info.run_id)
    brigade.write(m__json='{"auc": 0.8}', galley__yaml=simple(
        "[{metric: auc, above: champion}]", "champion: {model: later, alias: best, required: true},"))
    refused, _ = brigade.run()
    assert refused["state"] == "refused"
    client.set_registered_model_alias("later", "best", "1")
    done = brigade.command("pipeline", "retry", refused["run"])
    assert done.returncode == 0, done.stderr
    jobs = {job["name"]: job for job in brigade.status(refused["run"])["jobs"]}
    assert jobs["gate"]["state"] == jobs["after"]["state"] == "succeeded"
    assert jobs["bad"]["state"] == "succeeded"  # It ran when the gate refused, and is left alone.


@pytest.mark.parametrize(("metrics", "rules", "said"), [
    ('{"acc": 1}', "[{metric: auc, min: 0}]", "job 'train' has no number 'auc' among its metrics; it has: acc"),
    ('{"auc": NaN}', "[{metric: auc, min: 0}]", "has no number 'auc' among its metrics; it has: none"),
    ('{"auc": Infinity}', "[{metric: auc, min: 0}]", "has no number 'auc' among its metrics; it has: none"),
    ('{"auc": "high"}', "[{metric: auc, min: 0}]", "job 'train' has no number 'auc' among its metrics; it has: none"),
    ('{"s": {"a": 1}}', "[{metric: s.*.auc, min: 0}]", "has no number 's.*.auc' among its metrics; it has: s.a"),
])
def test_what_cannot_be_compared_is_a_failure(brigade, metrics, rules, said):
    brigade.write(m__json=metrics, galley__yaml=simple(rules))
    run, jobs = brigade.run()
    assert run["state"] == "failed" and jobs["gate"]["state"] == "failed"
    assert said in jobs["gate"]["reason"] and jobs["after"]["state"] == "skipped"
    done = brigade.command("pipeline", "gate")
    assert done.returncode != 0 and f"no gate of run {run['run']} decided anything" in done.stderr


def test_a_failed_job_is_no_candidate(brigade):
    brigade.write(galley__yaml="""
        stages: [train, evaluate]
        jobs:
          train:
            stage: train
            matrix: {n: [1, 2]}
            run: test ${{ matrix.n }} = 2; echo '{"auc":0.${{ matrix.n }}}' > ${{ matrix.n }}.json
            metrics: ["${{ matrix.n }}.json"]
          gate:
            stage: evaluate
            if: always()
            gate: {candidates: train, best: auc, rules: [{metric: auc, min: 0.1}]}
    """)
    run, jobs = brigade.run()
    assert run["state"] == "failed" and jobs["gate"]["state"] == "succeeded"
    gate = gate_of(brigade)
    assert [(it["job"], it["won"], it["reason"]) for it in gate["candidates"]] == [
        ("train[1]", False, "it is failed"), ("train[2]", True, "")]


def test_what_a_gate_decided_outlives_a_kill(tmp_path):
    brigade = Brigade(tmp_path)
    try:
        brigade.write(m__json='{"auc": 0.9}', galley__yaml="""
            stages: [train, evaluate, deploy]
            jobs:
              train: {stage: train, deps: [m.json], run: cp m.json n.json, metrics: [n.json]}
              gate: {stage: evaluate, gate: {candidates: train, rules: [{metric: auc, min: 0.5}]}}
              wait: {stage: deploy, run: sleep 2}
              last: {needs: [gate, wait], run: echo "$GALLEY_GATE_GATE" > last.txt}
        """)
        number = brigade.told("pipeline", "run", "--detach")["run"]
        brigade.await_job("wait", "running", number)
        before = gate_of(brigade)
        os.kill(brigade.server_pid(), signal.SIGKILL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            done = brigade.command("pipeline", "status", number, "--json")
            if done.returncode == 0 and json.loads(done.stdout)["state"] == "succeeded":
                break
            time.sleep(0.1)
        assert (brigade.project / "last.txt").read_text() == "train\n"
        assert gate_of(brigade) == before
    finally:
        brigade.stop()


def test_explain_knows_of_gates(brigade):
    brigade.write(m__json='{"auc": 0.9}', galley__yaml=simple("[{metric: auc, min: 0.5}]"))
    brigade.run()
    told = {job["job"]: job for job in brigade.told("pipeline", "explain")["jobs"]}
    assert told["train"]["verdict"] == "cached"
    assert told["gate"]["explanation"] == "a gate decides anew each time"
    assert told["after"] == {"job": "after", "stage": "deploy", "verdict": "waits",
                             "explanation": "it needs what 'gate' decides"}
