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


def check_lineage(brigade, tracked):
    """Both ways, from every kind of node that is there."""

    def graph(node, *arguments):
        answer = brigade.told("lineage", node, *arguments)
        steps = {it["node"]: it["depth"] for it in answer["nodes"]}
        assert all({edge["from"], edge["to"]} <= set(steps) for edge in answer["edges"])
        return answer, steps, {it["node"]: it for it in answer["nodes"]}

    run = next(it for it in tracked if it.info.run_name == "all")
    job = run.data.tags["galley.job_id"]
    client = mlflow.MlflowClient(brigade.url, brigade.url)
    client.create_registered_model("tumour")
    client.log_text(run.info.run_id, "a model", "model/weights.txt")
    version = client.create_model_version("tumour", f"{run.info.artifact_uri}/model", run_id=run.info.run_id)
    assert version.version in (1, "1")

    answer, steps, nodes = graph("model:tumour@1", "--depth", "6")
    assert steps == {"model:tumour@1": 0, f"run:{run.info.run_id}": -1, f"job:{job}": -2, "dataset:tumours@3": -3}
    assert {(edge["from"], edge["to"]) for edge in answer["edges"]} == {
        ("dataset:tumours@3", f"job:{job}"), (f"job:{job}", f"run:{run.info.run_id}"),
        (f"run:{run.info.run_id}", "model:tumour@1")}
    assert nodes["dataset:tumours@3"]["state"] == "passed" and nodes[f"job:{job}"]["name"] == "fit[all]"
    assert nodes[f"job:{job}"]["path"].startswith("/ui/pipeline-runs/1?job=fit")
    newest = brigade.told("event", "list", "--limit", "1")["events"][0]["sequence"]
    assert answer["position"] == newest and answer["has_more"] is False

    # Down from the data: what came from the cache in the second run made nothing, and is left out.
    _, steps, _ = graph("dataset:tumours@3", "--down", "--depth", "3")
    runs = {f"run:{it.info.run_id}": 2 for it in tracked}
    jobs = {node for node, step in steps.items() if step == 1}
    assert len(jobs) == 3 and {node: step for node, step in steps.items() if step == 2} == runs
    assert steps["model:tumour@1"] == 3
    _, steps, nodes = graph("dataset:tumours@3", "--depth", "1")
    assert set(steps) == jobs | {"dataset:tumours@3"}
    assert nodes[f"job:{job}"]["has_more"] is True
    answer, steps, _ = graph("pipeline-run:1", "--depth", "1")
    assert steps["dataset:tumours@3"] == -1 and len(steps) >= 5
    answer, steps, nodes = graph(f"run:{run.info.run_id[:24]}", "--limit", "2")
    assert len(steps) == 2 and answer["has_more"] is True and nodes[answer["node"]]["has_more"] is True

    for arguments, said in ((("planet:x",), "it must be one of dataset:NAME@VERSION, job:ID"),
                            (("dataset:tumours",), "must be dataset:NAME@VERSION"),
                            (("dataset:tumours@99",), "there is no version 99"),
                            (("model:nobody@1",), "nobody"), (("job:xyz",), "32 hexadecimal digits"),
                            (("job:" + "0" * 32,), "there is no job"), (("pipeline-run:0",), "there is no run 0"),
                            (("endpoint:nowhere",), "nowhere"), (("model:tumour@1", "--depth", "7"), "from 1 to 6"),
                            (("model:tumour@1", "--up", "--down"), "one of them"),
                            (("tumours@3", "--up"), "dataset:tumours@3")):
        done = brigade.command("lineage", *arguments)
        assert done.returncode != 0 and said in done.stderr, (arguments, done.stderr)
    table = brigade.command("lineage", "model:tumour@1").stdout
    assert "fit[all]" in table and "-3" in table and "dataset:tumours@3" in table


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

        check_lineage(brigade, tracked)

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
