"""What pages ask of pipelines: graphs, reasons, grids, errors in logs; of real runs."""

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests/page"))
from data_fixture import rows_of_wine, seed_datasets  # noqa: E402
from pipeline_fixture import seed_pipelines  # noqa: E402

TRAIN = """
    name: brewery
    stages: [data_prep, train, evaluate]
    params: {lr: 0.1, depth: 3}
    jobs:
      prep:
        stage: data_prep
        run: sort input.txt > sorted.txt
        deps: [input.txt]
        outs: [sorted.txt]
      train:
        stage: train
        matrix: {model: [linear, "xg boost"]}
        run: |
          sleep 0.2; echo "$GALLEY_PARAMS" > "${{ matrix.model }}.model"
        deps: [sorted.txt]
        params: [lr]
        outs: ["${{ matrix.model }}.model"]
      report:
        stage: evaluate
        run: cat linear.model "xg boost.model" > report.txt
        deps: [linear.model, "xg boost.model"]
        params: [depth]
        outs: [report.txt]
"""


# Results are kept for all folders: each test sorts a file of its own.


def ask(server, path, **parameters):
    query = urllib.parse.urlencode(parameters)
    with urllib.request.urlopen(f"{server.url}/api/v1/projects/default/{path}?{query}") as answer:
        return json.load(answer)


def refused(server, path, **parameters):
    try:
        ask(server, path, **parameters)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)["error"]["message"]
    raise AssertionError("it was answered")


def why(server, run, job):
    return ask(server, f"pipelines/runs/{run}/jobs/{urllib.parse.quote(job, safe='')}/why")


def test_a_graph_has_jobs_edges_and_the_longest_way(brigade):
    brigade.write(galley__yaml=TRAIN, input__txt="graph\n")
    run, jobs = brigade.run()
    graph = ask(brigade, f"pipelines/runs/{run['run']}/graph")
    assert (graph["run"], graph["pipeline"], graph["state"]) == (run["run"], "brewery", "succeeded")
    names = [node["job"] for node in graph["nodes"]]
    assert names == ["prep", "train[linear]", "train[xg boost]", "report"] == list(jobs)
    assert {(edge["from"], edge["to"]) for edge in graph["edges"]} == {
        ("prep", "train[linear]"), ("prep", "train[xg boost]"), ("train[linear]", "report"),
        ("train[xg boost]", "report")}
    assert graph["nodes"][1]["base"] == "train" and graph["nodes"][1]["stage"] == "train"
    assert {node["verdict"] for node in graph["nodes"]} == {"ran"}
    took = {name: job["ended_ms"] - job["started_ms"] for name, job in jobs.items()}
    longest = max(took["train[linear]"], took["train[xg boost]"])
    assert graph["critical"][0] == "prep" or took["prep"] == 0
    assert graph["critical_ms"] == took["prep"] + longest + took["report"]
    # Another run of the same graph looks the same; its jobs are cached.
    again, _ = brigade.run()
    same = ask(brigade, f"pipelines/runs/{again['run']}/graph")
    assert same["hash"] == graph["hash"] and same["critical"] == [] and same["critical_ms"] == 0
    assert {node["verdict"] for node in same["nodes"]} == {"cached"}
    assert "started_ms" not in same["nodes"][0]
    brigade.write(galley__yaml=TRAIN.replace("[linear,", "[linear, mlp,"))
    other, _ = brigade.run()
    assert ask(brigade, f"pipelines/runs/{other['run']}/graph")["hash"] != graph["hash"]
    assert refused(brigade, "pipelines/runs/9999/graph")[0] == 404
    assert "count from 1" in refused(brigade, "pipelines/runs/x/graph")[1]


def test_why_names_what_changed_and_where_it_came_from(brigade):
    brigade.write(galley__yaml=TRAIN, input__txt="why\n")
    first, jobs = brigade.run()
    told = why(brigade, first["run"], "train[xg boost]")
    assert (told["verdict"], told["cause"], told["changed"]) == ("ran", "first", [])
    assert "compared" not in told
    cached, _ = brigade.run()
    told = why(brigade, cached["run"], "train[xg boost]")
    assert (told["verdict"], told["cause"]) == ("cached", "unchanged")
    assert told["text"] == "nothing changed"
    assert told["cached_from"] == {"run": first["run"], "job_id": jobs["train[xg boost]"]["id"]}
    # Another parameter and another file.
    brigade.write(galley__yaml=TRAIN.replace("lr: 0.1", "lr: 0.05"), input__txt="why\nnot\n")
    changed, after = brigade.run()
    told = why(brigade, changed["run"], "train[linear]")
    assert (told["verdict"], told["cause"]) == ("ran", "changed")
    assert told["compared"]["run"] == cached["run"]
    digests = [part["value"] for job in (jobs, after) for part in job["train[linear]"]["depends_on"]
               if part["name"] == "sorted.txt"]
    assert told["changed"] == [
        {"what": "dep", "key": "sorted.txt", "before": digests[0], "after": digests[1]},
        {"what": "param", "key": "lr", "before": "0.1", "after": "0.05"}]
    # Back again: the result of the first run, not of the one between.
    brigade.write(galley__yaml=TRAIN, input__txt="why\n")
    back, _ = brigade.run()
    told = why(brigade, back["run"], "train[linear]")
    assert told["verdict"] == "cached" and told["cached_from"]["run"] == first["run"]
    forced, _ = brigade.run("--force")
    assert why(brigade, forced["run"], "prep")["cause"] == "forced"
    # What an earlier run says stays so.
    assert why(brigade, changed["run"], "train[linear]")["compared"]["run"] == cached["run"]
    assert why(brigade, cached["run"], "prep")["cached_from"]["run"] == first["run"]
    status, message = refused(brigade, f"pipelines/runs/{first['run']}/jobs/nobody/why")
    assert status == 404 and "it has: prep, train[linear], train[xg boost], report" in message


def test_why_of_what_did_not_run(brigade):
    brigade.write(galley__yaml="""
        jobs:
          bad: {run: "exit 3"}
          after: {run: "true", needs: [bad]}
          never: {run: "true", if: "1 > 2", needs: []}
          blind: {run: "true", deps: [missing.csv], needs: []}
          always: {run: "true", deps: [here.csv], always_changed: true, needs: []}
    """, here__csv="1\n")
    run, _ = brigade.run()
    names = ("bad", "after", "never", "blind", "always")
    told = {job: why(brigade, run["run"], job) for job in names}
    assert {job: (it["verdict"], it["cause"]) for job, it in told.items()} == {
        "bad": ("ran", "no_inputs"), "after": ("skipped", "needs"),
        "never": ("skipped", "condition"), "blind": ("stopped", "inputs"),
        "always": ("ran", "always")}
    assert told["after"]["text"] == "'bad' failed"
    assert "missing.csv" in told["blind"]["text"]


def test_what_a_waiting_job_waits_for(brigade):
    brigade.write(galley__yaml="""
        jobs:
          one: {run: "while ! test -e go; do sleep 0.05; done", needs: []}
          two: {run: "while ! test -e go; do sleep 0.05; done", needs: []}
          three: {run: "true", needs: []}
          last: {run: "true", needs: [one, three]}
          again: {run: "exit 1", needs: [one], retry: {max: 1, backoff: 1 h}}
    """)
    process = brigade.start("pipeline", "run")
    process.stdout.readline()
    number = brigade.status()["run"]
    brigade.await_job("two", "running", number)
    assert why(brigade, number, "one")["verdict"] == "running"
    pending = why(brigade, number, "last")["pending"]
    assert [(it["kind"], it["job"], it["state"]) for it in pending] == [
        ("job", "one", "running"), ("job", "three", "waiting")]
    told = why(brigade, number, "three")
    assert [it["kind"] for it in told["pending"]] == ["slot"]
    assert f"'one' of run {number}, 'two' of run {number}" in told["text"]
    # Another run of the folder has to wait for this one.
    behind = brigade.start("pipeline", "run")
    deadline = time.monotonic() + 60
    while brigade.status()["run"] == number and time.monotonic() < deadline:
        time.sleep(0.05)
    told = why(brigade, number + 1, "one")
    assert told["pending"][0]["kind"] == "run" and told["pending"][0]["run"] == number
    assert brigade.command("pipeline", "cancel", number + 1).returncode == 0
    behind.communicate(timeout=60)
    (brigade.project / "go").touch()
    while why(brigade, number, "again")["pending"] == [] and time.monotonic() < deadline:
        time.sleep(0.05)
    brigade.await_job("last", "succeeded", number)
    while time.monotonic() < deadline:
        kinds = [it["kind"] for it in why(brigade, number, "again")["pending"]]
        if kinds == ["retry"]:
            break
        time.sleep(0.05)
    assert kinds == ["retry"]
    assert why(brigade, number, "again")["pending"][0]["until_ms"] > time.time() * 1000
    assert brigade.command("pipeline", "cancel", number).returncode == 0
    process.communicate(timeout=60)
    assert why(brigade, number, "again")["verdict"] == "ran"


def test_a_grid_of_runs_and_jobs(brigade):
    name = "grid / 50 %"
    text = TRAIN.replace("name: brewery", f"name: '{name}'").replace("depth: 3", "depth: 7")
    brigade.write(galley__yaml=text, input__txt="grid\n")
    first, _ = brigade.run()
    second, _ = brigade.run()
    jobs = "jobs:\n  prep: {run: exit 1}\n  new: {run: 'true'}\n"
    brigade.write(galley__yaml=f"name: '{name}'\n{jobs}")
    third, _ = brigade.run()
    path = f"pipelines/{urllib.parse.quote(name, safe='')}/grid"
    grid = ask(brigade, path, n=50)
    assert [run["run"] for run in grid["runs"]] == [third["run"], second["run"], first["run"]]
    assert [run["state"] for run in grid["runs"]] == ["failed", "succeeded", "succeeded"]
    gone = [None, "cached", "succeeded"]
    assert [(row["job"], row["states"]) for row in grid["rows"]] == [
        ("prep", ["failed", "cached", "succeeded"]), ("new", ["succeeded", None, None]),
        ("train[linear]", gone), ("train[xg boost]", gone), ("report", gone)]
    assert grid["rows"][2]["ms"][:2] == [None, None] and grid["rows"][2]["ms"][2] >= 200
    assert [run["run"] for run in ask(brigade, path, n=1)["runs"]] == [third["run"]]
    assert refused(brigade, path, n=201) == (400, "'n' must be from 1 to 200 runs, not 201")
    assert refused(brigade, "pipelines/nobody/grid")[0] == 404
    # Its runs alone, and those of a state; among the pipelines it is the newest.
    runs = ask(brigade, "pipelines/runs", pipeline=name)["runs"]
    assert [run["run"] for run in runs] == [third["run"], second["run"], first["run"]]
    runs = ask(brigade, "pipelines/runs", pipeline=name, state="failed")["runs"]
    assert [run["run"] for run in runs] == [third["run"]]
    assert "cancelled, not 'bad'" in refused(brigade, "pipelines/runs", state="bad")[1]
    listed = ask(brigade, "pipelines")["pipelines"][0]
    assert (listed["pipeline"], listed["runs"]) == (name, 3)
    assert (listed["last"]["run"], listed["last"]["state"]) == (third["run"], "failed")


def test_the_first_error_in_a_log_and_a_search(brigade):
    brigade.write(fail__py="""
        import json
        for step in range(60000):
            print(f"step {step} validation error: {1 / (step + 1):.4f}", flush=step % 1000 == 0)
        print("Größe 三: last words", flush=True)
        json.loads("{")
    """, galley__yaml="jobs:\n  train: {run: python3 fail.py, retry: 1}\n")
    run, jobs = brigade.run()
    assert len(jobs["train"]["attempts"]) == 2
    path = f"pipelines/runs/{run['run']}/log"
    log = brigade.job_log("train").encode()
    told = ask(brigade, path, job="train", attempt=2, limit=0, errors="true")
    line = told["first_error"]
    assert line["text"].startswith("json.decoder.JSONDecodeError: Expecting property name")
    assert log[line["offset"]:].startswith(b"json.decoder.JSONDecodeError")
    assert line["line"] == log[:line["offset"]].count(b"\n") + 1
    assert told["errors"] == [line] and told["errors_have_more"] is False
    assert told["text"] == "" and told["size"] == len(log) and told["is_cut"] is False
    # The page that begins there begins with it.
    page = ask(brigade, path, job="train", offset=line["offset"])
    assert page["text"].splitlines()[0] == line["text"] and "errors_have_more" not in page
    found = ask(brigade, path, job="train", limit=0, q="GRÖßE 三".replace("Ö", "ö"))
    assert [match["text"] for match in found["matches"]] == ["Größe 三: last words"]
    found = ask(brigade, path, job="train", limit=0, q="STEP 5")
    assert len(found["matches"]) == 200 and found["matches_have_more"] is True
    rest = ask(brigade, path, job="train", limit=0, q="step 5",
               **{"from": found["matches"][-1]["offset"] + 1})
    assert rest["matches"][0]["offset"] > found["matches"][-1]["offset"]
    assert ask(brigade, path, job="train", limit=0, q="nowhere")["matches"] == []
    assert refused(brigade, path, job="train", limit=3)[0] == 400
    assert refused(brigade, path, job="train", q="x" * 201)[0] == 400


def token_of(server):
    return (server.data / "token").read_text().strip()


def test_a_past_of_a_pipeline(server, tmp_path):
    past = seed_pipelines(server.url, token_of(server), tmp_path)
    told = why(server, past["cached_run"], past["job"])
    assert (told["verdict"], told["changed"]) == (
        "ran", [{"what": "param", "key": "lr", "before": "0.1", "after": "0.05"}])
    assert why(server, past["cached_run"], "prep")["verdict"] == "cached"
    told = ask(server, f"pipelines/runs/{past['failed_run']}/log", job=past["job"], limit=0,
               errors="true")
    assert told["first_error"]["text"] == (
        "ValueError: 'columns' must be at least 3 for xgboost, not 2")
    assert told["first_error"]["line"] > 2000 and len(told["errors"]) == 1
    graph = ask(server, f"pipelines/runs/{past['failed_run']}/graph")
    assert {node["job"]: node["verdict"] for node in graph["nodes"]}["gate"] == "skipped"


def check_trend(server, name):
    """How each check went, commit by commit, as the reports have it."""
    trend = ask(server, f"datasets/{name}/checks")
    assert [commit["version"] for commit in trend["commits"]] == ["0", "1", "r1", "2", "3"]
    assert [commit["outcome"] for commit in trend["commits"]][:4] == ["", "passed", "rejected", "warned"]
    assert trend["has_more"] is False
    reports = {commit["version"]: {check["id"]: check for check in
                                   ask(server, f"datasets/{name}/versions/{commit['version']}/report")["checks"]}
               for commit in trend["commits"] if commit["outcome"]}
    assert [check["id"] for check in trend["checks"]] == list(reports["3"])
    measures = {}
    for check in trend["checks"]:
        measures.setdefault(check["measure"], []).append(check["id"])
        assert check["states"][0] is check["values"][0] is None  # There was no contract yet.
        for at, commit in enumerate(trend["commits"][1:], start=1):
            outcome = reports[commit["version"]][check["id"]]
            warned = outcome["outcome"] == "failed" and outcome["severity"] == "warning"
            assert check["states"][at] == ("warned" if warned else outcome["outcome"])
            if check["measure"] == "rows" and outcome["outcome"] != "skipped":
                assert check["values"][at] == outcome["rows"] and check["highs"][at] == 0
            if check["measure"] == "value":
                assert check["values"][at] == outcome.get("value")
    (mean,) = [check for check in trend["checks"] if check["rule"] == "statistic"]
    assert (set(mean["lows"][1:]), set(mean["highs"][1:])) == ({500}, {900})
    assert mean["states"][3] == "warned" and abs(mean["values"][3] - 1104.84) < 0.01
    assert measures["rows"] and measures["value"]
    newest = ask(server, f"datasets/{name}/checks", limit=2)
    assert [commit["version"] for commit in newest["commits"]] == ["2", "3"] and newest["has_more"] is True
    assert refused(server, f"datasets/{name}/checks", limit=101) == (400, "'limit' must be from 1 to 100, not 101")
    assert refused(server, "datasets/nobody/checks")[0] == 404


def test_who_reads_a_dataset_and_how_its_checks_went(server, tmp_path):
    past = seed_datasets(server.url, token_of(server), tmp_path)
    versions = ask(server, "datasets/wine/versions")["versions"]
    checks = {version["version"]: version.get("checks") for version in versions}
    assert checks[0] is None
    assert checks[past["passed"]] == {"passed": 6, "warned": 0, "failed": 0, "skipped": 0}
    assert checks[past["warned"]] == {"passed": 5, "warned": 1, "failed": 0, "skipped": 0}
    rejected = ask(server, "datasets/wine/rejected")["rejected"][0]
    assert rejected["version"] == past["rejected"]
    assert rejected["checks"] == {"passed": 4, "warned": 0, "failed": 2, "skipped": 0}
    # The histogram of a column is that of all of its values.
    statistics = ask(server, f"datasets/wine/versions/{past['passed']}/statistics")
    column = next(it for it in statistics["columns"] if it["name"] == "alcohol")
    values = [row[2] for row in rows_of_wine()[0::3] + rows_of_wine()[1::3]]
    low, width = min(values), (max(values) - min(values)) / 20
    expected = [0] * 20
    for value in values:
        expected[min(int((value - low) / width), 19)] += 1
    assert column["histogram"] == expected and sum(expected) == statistics["rows"]
    assert "histogram" not in next(it for it in statistics["columns"] if it["name"] == "cultivar")
    # Rows that differ, by their key and without one.
    rows = {row[0]: row for row in rows_of_wine()}
    between = {"from": past["warned"], "to": past["corrected"]}
    difference = ask(server, "datasets/wine/diff", **between, keys="bottle", samples=100)
    changes = {kind: [it for it in difference["samples"] if it["change"] == kind]
               for kind in ("added", "removed", "changed")}
    assert [len(changes[kind]) for kind in changes] == [40, 0, 10]
    assert [it["after"]["bottle"] for it in changes["changed"]] == list(range(0, 30, 3))
    for it in changes["changed"]:
        assert it["before"]["proline"] == rows[it["before"]["bottle"]][-1]
        assert it["after"] == it["before"] | {"proline": it["before"]["proline"] + 10}
    assert all("before" not in it for it in changes["added"])
    assert changes["added"][0]["after"]["bottle"] == min(
        bottle for bottle in rows if bottle % 3 == 2 and rows[bottle][1] != "barolo")
    difference = ask(server, "datasets/wine/diff", **between, samples=3)
    assert (difference["added"], difference["removed"]) == (50, 10)
    assert sorted(it["change"] for it in difference["samples"]) == ["added"] * 3 + ["removed"] * 3
    assert refused(server, "datasets/wine/diff", **{"from": 0, "to": 1}, samples=101)[0] == 400
    # Two jobs; the second read what the first made.
    consumers = ask(server, "datasets/wine/consumers")
    assert [(it["kind"], it["name"], it["direct"], it["version"])
            for it in sorted(consumers["consumers"], key=lambda it: it["name"])] == [
        ("job", "label", False, past["read"]), ("job", "taste", True, past["read"])]
    assert consumers["consumers"][0]["pipeline"] == "cellar" and consumers["has_more"] is False
    assert len(ask(server, "datasets/wine/consumers", limit=1)["consumers"]) == 1
    assert refused(server, "datasets/wine/consumers", limit=201)[0] == 400
    assert refused(server, "datasets/nothing/consumers")[0] == 404
    check_trend(server, past["dataset"])


def test_runs_and_models_are_consumers(server, tmp_path):
    import mlflow
    import pandas
    server.write(**{"rows.csv": "a\n1\n2\n"})
    assert server.command("dataset", "commit", "tiny", "rows.csv").returncode == 0
    mlflow.set_tracking_uri(server.url)
    with mlflow.start_run(run_name="by hand", tags={"galley.dataset.tiny": "0"}) as by_tag:
        pass
    with mlflow.start_run(run_name="as an input") as by_input:
        frame = pandas.DataFrame({"a": [1, 2]})
        mlflow.log_input(mlflow.data.from_pandas(frame, source="tiny.csv", name="tiny"))
    client = mlflow.MlflowClient()
    client.create_registered_model("tiny-model")
    client.create_model_version("tiny-model", f"runs:/{by_tag.info.run_id}/x", by_tag.info.run_id)
    consumers = ask(server, "datasets/tiny/consumers")["consumers"]
    found = {(it["kind"], it["name"]): it for it in consumers}
    assert set(found) == {("run", "by hand"), ("run", "as an input"), ("model", "tiny-model@1")}
    assert found["run", "by hand"]["id"] == by_tag.info.run_id
    assert found["run", "by hand"]["version"] == 0
    assert found["run", "as an input"]["id"] == by_input.info.run_id
    assert "version" not in found["run", "as an input"]
    assert found["model", "tiny-model@1"]["version"] == 0


AGAIN = """
params: {scale: 2, unit: kg, seeds: [1, 2]}
jobs:
  first: {run: "cat in.txt > a.txt", deps: [in.txt], outs: [a.txt]}
  fit:
    matrix: {seed: [1, 2]}
    run: "cat a.txt > b${{ matrix.seed }}.txt; echo $GALLEY_PARAMS"
    deps: [a.txt]
    params: [scale]
    outs: ["b${{ matrix.seed }}.txt"]
  last: {run: "cat b1.txt b2.txt > c.txt", deps: [b1.txt, b2.txt], outs: [c.txt]}
  aside: {run: "cat in.txt > d.txt", deps: [in.txt], outs: [d.txt]}
"""


def test_a_run_begins_anew_at_a_job_and_repeats_another(brigade):
    brigade.write(galley__yaml=AGAIN, in__txt="1\n")
    first, _ = brigade.run()
    assert "again" not in first and first["from"] == ""
    explained = brigade.told("pipeline", "explain", "--from", "fit[2]")["jobs"]
    assert {job["job"]: job["verdict"] for job in explained} == {
        "first": "cached", "fit[1]": "cached", "fit[2]": "runs", "last": "runs", "aside": "cached"}
    assert {job["explanation"] for job in explained} == {"nothing changed", "the run begins anew at 'fit[2]'"}
    run, jobs = brigade.run("--from", "fit[2]")
    assert run["from"] == "fit[2]"
    assert {name: job["state"] for name, job in jobs.items()} == {
        "first": "cached", "fit[1]": "cached", "fit[2]": "succeeded", "last": "succeeded", "aside": "cached"}
    assert jobs["last"]["explanation"] == "the run begins anew at 'fit[2]'"
    # The name of a matrix is all of it.
    assert brigade.states("--from", "fit") == {
        "first": "cached", "fit[1]": "succeeded", "fit[2]": "succeeded", "last": "succeeded", "aside": "cached"}
    why = ask(brigade, f"pipelines/runs/{run['run']}/jobs/last/why")
    assert why["cause"] == "from" and ask(brigade, f"pipelines/runs/{run['run']}/jobs/first/why")["cause"] == "unchanged"
    done = brigade.command("pipeline", "run", "--from", "fitt")
    assert done.returncode != 0
    assert "there is no job 'fitt'; there are: first, fit[1], fit[2], last, aside" in done.stderr
    # What comes from the cache is put back before others read it: that is foreseen.
    (brigade.project / "b1.txt").write_text("of a stranger")
    (brigade.project / "b2.txt").unlink()
    assert {job["verdict"] for job in brigade.told("pipeline", "explain")["jobs"]} == {"cached"}
    assert set(brigade.states().values()) == {"cached"}

    # Again with other inputs: the file as it was then, whatever stands there now.
    brigade.write(galley__yaml="jobs: {other: {run: exit 1}}")
    again, jobs = brigade.run("--again", first["run"], "--input", "scale=5")
    assert again["again"] == first["run"] and again["pipeline"] == first["pipeline"]
    assert {name: job["state"] for name, job in jobs.items()} == {
        "first": "cached", "fit[1]": "succeeded", "fit[2]": "succeeded", "last": "cached", "aside": "cached"}
    assert '"scale":5' in brigade.job_log("fit[1]", "--run", again["run"])
    # Its inputs stay where no others are given; all of them are told.
    third, _ = brigade.run("--again", again["run"], "--force", "--input", "unit=g")
    parameters = ask(brigade, f"pipelines/runs/{third['run']}/parameters")
    assert parameters == {"has_more": False, "parameters": [
        {"name": "scale", "value": 5, "input": True}, {"name": "unit", "value": "g", "input": True}]}
    assert ask(brigade, f"pipelines/runs/{first['run']}/parameters", limit=1) == {
        "has_more": True, "parameters": [{"name": "scale", "value": 2, "input": False}]}
    for arguments, said in ((("--again", "999"), "there is no run 999 of a pipeline"),
                            (("--again", "0"), "'again' must be a run's number, from 1, not 0"),
                            (("--again", "1", "--file", "galley.yaml"), "--file excludes --again"),
                            (("--again", first["run"], "--input", "nobody=1"), "there is no such parameter")):
        done = brigade.command("pipeline", "run", *arguments)
        assert done.returncode != 0 and said in done.stderr, done.stderr


def test_what_starts_a_run_is_said_in_full(brigade):
    def start(path, **body):
        request = urllib.request.Request(
            f"{brigade.url}/api/v1/projects/default/pipelines/{path}", json.dumps(body).encode(),
            {"Authorization": f"Bearer {token_of(brigade)}", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)["error"]["message"]

    folder = str(brigade.project)
    for path in ("runs", "explain"):
        for body, said in (({}, "'folder' is missing"), ({"folder": folder}, "'text' is missing"),
                           ({"again": 1, "folder": folder}, "leave 'folder', 'file' and 'text' out"),
                           ({"again": -1}, "'again' must be a run's number"),
                           ({"folder": folder + "/nowhere", "text": "jobs: {}"}, "is no folder"),
                           ({"folder": folder, "text": "jobs: {a: {run: x}}", "from": "b"},
                            "'from': there is no job 'b'; there are: a")):
            assert start(path, **body)[0] == 400 and said in start(path, **body)[1], (body, start(path, **body))
        assert start(path, again=123456)[0] == 404
    assert refused(brigade, "pipelines/runs/123456/parameters")[0] == 404
    assert refused(brigade, "pipelines/runs/1/parameters", limit=1001)[0] == 400
