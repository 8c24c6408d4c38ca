"""Nothing in Galley knows the kitchen's data: another table, with other types, checks and scripts."""

import json
import shutil
from pathlib import Path

import mlflow
import pytest
from sklearn.datasets import load_breast_cancer

from conftest import Brigade

PROJECT = Path(__file__).parent / "tumours"
BATCH = 100


@pytest.fixture(scope="module")
def samples():
    data = load_breast_cancer(as_frame=True)
    frame = data.frame.drop(columns="target")
    frame.insert(0, "sample", range(len(frame)))
    frame["diagnosis"] = data.target_names[data.target]
    return frame


def commit(brigade, frame, *arguments):
    path = brigade.project / "batch.csv"
    frame.to_csv(path, index=False)
    return brigade.command("dataset", "commit", "tumours", path, *arguments)


def test_another_pipeline_on_another_table(tmp_path, samples):
    brigade = Brigade(tmp_path)
    shutil.copytree(PROJECT, brigade.project, dirs_exist_ok=True)
    try:
        assert brigade.command("dataset", "apply").returncode == 0
        for start in range(0, 4 * BATCH, BATCH):
            done = commit(brigade, samples[start:start + BATCH], "--batch", f"from{start}")
            assert done.returncode == 0, done.stderr
        run, jobs = brigade.run()
        assert run["state"] == "succeeded", [brigade.job_log(name) for name in jobs]
        metrics = {row["name"]: row["value"] for row in jobs["fit[all]"]["metrics"]}
        assert metrics["rows"] == 4 * BATCH and metrics["accuracy"] > 0.93
        assert brigade.job_log("note") == "good enough\n"
        (gate,) = brigade.told("pipeline", "gate")["gates"]
        recalls = {name: {row["name"]: row["value"] for row in job["metrics"]}.get("recall", 0)
                   for name, job in jobs.items()}
        (won,) = [it["job"] for it in gate["candidates"] if it["won"]]
        assert won == max(recalls, key=recalls.get) and jobs["gate"]["state"] == "succeeded"
        tracked = mlflow.MlflowClient(brigade.url).search_runs(["0"])
        assert {run.info.run_name for run in tracked} == {"all", "worst"}
        assert {run.data.tags["galley.job"] for run in tracked} == {"fit[all]", "fit[worst]"}

        # A broken batch is kept out, and so there is nothing to do.
        broken = samples[4 * BATCH:5 * BATCH].copy()
        broken.loc[broken.index[:3], "mean radius"] *= -1
        broken.loc[broken.index[5], "diagnosis"] = "unknown"
        broken.loc[broken.index[7:9], "sample"] = 17
        broken.loc[broken.index[10:14], "worst area"] = 1.0
        done = commit(brigade, broken, "--batch", "from400")
        assert done.returncode == 1 and "kept as tumours@r1" in done.stderr
        report = brigade.told("dataset", "report", "tumours@r1")
        failed = {check["id"]: check["rows"] for check in report["checks"]
                  if check["outcome"] == "failed"}
        assert failed == {"positive": 3, "known": 1, "once": 2, "geometry": 4}
        states = brigade.states()
        assert states.pop("note") == "succeeded"  # It depends on nothing.
        assert states.pop("gate") == "succeeded"  # It decides anew.
        assert set(states.values()) == {"cached"}

        # What the good version went into; a rejected one went into nothing.
        chain = brigade.told("lineage", "tumours@3")["chain"]
        assert [(link["what"], link["text"].split(" of ")[0]) for link in chain[1:]] == [
            ("job", "'table'"), ("job", "'fit[all]'"), ("run", "all (experiment 0)"),
            ("job", "'fit[worst]'"), ("run", "worst (experiment 0)"),
            ("job", "'table'"), ("job", "'fit[all]'"), ("job", "'fit[worst]'")]
        assert len(brigade.told("lineage", "tumours@2")["chain"]) == 1
        for name, said in (("tumours@r1", "nothing read it"), ("tumours@9", "there is no version 9"),
                           ("nobody@0", "there is no dataset 'nobody'"), ("tumours", "@VERSION")):
            done = brigade.command("lineage", name)
            assert done.returncode != 0 and said in done.stderr

        # The right one is a change.
        done = commit(brigade, samples[4 * BATCH:], "--batch", "from400")
        assert done.returncode == 0, done.stderr
        _, jobs = brigade.run()
        assert jobs["table"]["explanation"].startswith("dataset 'tumours': @3 ")
        assert json.loads((brigade.project / "worst.json").read_text())["rows"] == len(samples)
        _, jobs = brigade.run("--input", "model.least_recall=0.999")
        assert jobs["gate"]["state"] == "refused" and "enough: recall" in jobs["gate"]["reason"]
    finally:
        brigade.stop()
