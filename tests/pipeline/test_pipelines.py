"""Pipelines as a user has them: what runs, what does not have to, what ends badly, and kills."""

import json
import os
import signal
import sqlite3
import time
import uuid
from pathlib import Path

import mlflow
import pytest

from conftest import Brigade, processes_with

TWO = """
    name: two
    stages: [data_prep, train]
    params: {scale: 2, other: 1}
    jobs:
      prep:
        stage: data_prep
        run: sort input.txt > sorted.txt; echo prepared
        deps: [input.txt]
        outs: [sorted.txt]
      train:
        stage: train
        run: |
          echo "training with $GALLEY_PARAMS"
          python3 -c "
          import json, os
          lines = open('sorted.txt').read().split()
          scale = json.loads(os.environ['GALLEY_PARAMS'])['scale']
          json.dump({'lines': len(lines), 'scaled': {'by': len(lines) * scale}}, open('m.json', 'w'))"
          mkdir -p model; cp sorted.txt model/weights
        deps: [sorted.txt]
        outs: [model]
        params: [scale]
        metrics: [m.json]
"""


def test_only_what_changed_runs(brigade):
    brigade.write(galley__yaml=TWO, input__txt="b\na\n")
    run, jobs = brigade.run()
    assert run["state"] == "succeeded" and run["pipeline"] == "two"
    assert [jobs[name]["state"] for name in ("prep", "train")] == ["succeeded"] * 2
    assert jobs["prep"]["explanation"] == "it never ran"
    assert {row["name"]: row["value"] for row in jobs["train"]["metrics"]} == {
        "lines": 2, "scaled.by": 4}
    assert (brigade.project / "model/weights").read_text() == "a\nb\n"
    assert brigade.job_log("prep") == "prepared\n"
    assert '"scale":2' in brigade.job_log("train")
    # Nothing to do.
    assert brigade.states() == {"prep": "cached", "train": "cached"}
    # Another parameter: only who names it.
    brigade.write(galley__yaml=TWO.replace("scale: 2", "scale: 3"))
    explained = brigade.told("pipeline", "explain")["jobs"]
    assert [(row["job"], row["verdict"], row["explanation"]) for row in explained] == [
        ("prep", "cached", "nothing changed"), ("train", "runs", "param 'scale': 2 → 3")]
    assert brigade.states() == {"prep": "cached", "train": "succeeded"}
    brigade.write(galley__yaml=TWO.replace("scale: 2", "scale: 3").replace("other: 1", "other: 9"))
    assert brigade.states() == {"prep": "cached", "train": "cached"}
    # What it was before is known, and put back.
    brigade.write(galley__yaml=TWO)
    _, jobs = brigade.run()
    assert jobs["train"]["state"] == "cached" and "put back" in jobs["train"]["explanation"]
    assert json.loads((brigade.project / "m.json").read_text())["scaled"]["by"] == 4
    # An input in place of a parameter.
    _, jobs = brigade.run("--input", "scale=7")
    assert jobs["train"]["explanation"] == "param 'scale': 2 → 7"


def test_a_changed_file_and_a_lost_out(brigade):
    brigade.write(galley__yaml=TWO, input__txt="b\na\n")
    brigade.run()
    brigade.write(input__txt="c\nb\na\n")
    explained = brigade.told("pipeline", "explain")["jobs"]
    assert explained[0]["explanation"] == "dep 'input.txt' changed"
    assert explained[1]["verdict"] == "waits"
    assert brigade.states() == {"prep": "succeeded", "train": "succeeded"}
    # Another order of the same lines: the sorted file is the same, and training need not run.
    brigade.write(input__txt="a\nc\nb\n")
    assert brigade.states() == {"prep": "succeeded", "train": "cached"}
    (brigade.project / "model/weights").unlink()
    (brigade.project / "sorted.txt").write_text("wrong")
    assert brigade.states() == {"prep": "cached", "train": "cached"}
    assert (brigade.project / "model/weights").read_text() == "a\nb\nc\n"
    assert (brigade.project / "sorted.txt").read_text() == "a\nb\nc\n"
    (brigade.project / "model/more").write_text("a stranger")
    assert brigade.states() == {"prep": "cached", "train": "cached"}
    assert sorted(path.name for path in (brigade.project / "model").iterdir()) == ["weights"]
    assert brigade.states("--force") == {"prep": "succeeded", "train": "succeeded"}


def test_a_failure_stops_what_needs_it_and_retry_goes_on_there(brigade):
    brigade.write(galley__yaml="""
        stages: [a, b, c]
        jobs:
          good: {stage: a, run: "echo x >> good.log"}
          bad: {stage: b, run: "echo about to fail; test -e fixed"}
          after: {stage: c, run: "true"}
          cleanup: {stage: c, run: "echo cleaned", if: always()}
          sorry: {stage: c, run: "echo sorry", if: failure()}
          fine: {stage: c, run: "true", needs: [good]}
    """)
    run, jobs = brigade.run()
    assert run["state"] == "failed"
    assert {name: job["state"] for name, job in jobs.items()} == {
        "good": "succeeded", "bad": "failed", "after": "skipped", "cleanup": "succeeded",
        "sorry": "succeeded", "fine": "succeeded"}
    assert jobs["bad"]["reason"].startswith("failed: ")
    assert jobs["bad"]["attempts"][0]["exit_code"] == 1
    assert jobs["after"]["reason"] == "'bad' failed"
    done = brigade.command("pipeline", "run")
    assert done.returncode == 1 and "galley pipeline logs 'bad'" in done.stderr
    (brigade.project / "fixed").touch()
    number = brigade.status()["run"]
    done = brigade.command("pipeline", "retry", number)
    assert done.returncode == 0, done.stderr
    states = {job["name"]: job["state"] for job in brigade.status(number)["jobs"]}
    assert set(states.values()) == {"succeeded"}
    assert (brigade.project / "good.log").read_text() == "x\n" * 2  # A run each.
    assert brigade.command("pipeline", "retry", number).returncode == 1


def test_retries_wait_and_know_what_they_are_for(brigade):
    brigade.write(galley__yaml="""
        jobs:
          flaky:
            stage: train
            run: |
              echo x >> tries; test $(wc -l < tries) -ge 3 || exit 75
            retry: {max: 5, backoff: 50 ms, factor: 2, on: [{exit: [75]}]}
          hopeless:
            stage: train
            run: exit 3
            retry: {max: 5, on: [{exit: [75]}]}
          timing:
            stage: train
            run: sleep 60
            timeout: 300 ms
            retry: {max: 1, on: [timed_out]}
    """)
    _, jobs = brigade.run()
    assert [row["exit_code"] for row in jobs["flaky"]["attempts"]] == [75, 75, 0]
    first, second, third = (row["started_ms"] for row in jobs["flaky"]["attempts"])
    assert second - first >= 50 and third - second >= 100
    assert len(jobs["hopeless"]["attempts"]) == 1
    assert [row["ending"] for row in jobs["timing"]["attempts"]] == ["timed_out"] * 2
    assert jobs["timing"]["reason"].startswith("timed_out: it took longer than 0.3 s")
    assert "x" not in brigade.job_log("flaky", "--attempt", "1")


def test_a_matrix_is_many_jobs(brigade):
    brigade.write(galley__yaml="""
        jobs:
          fit:
            stage: train
            matrix: {model: [trees, line], seed: [1, 2]}
            run: echo "${{ matrix.model }} ${{ matrix.seed }}" > out-${{ matrix.model }}-${{ matrix.seed }}
            outs: ["out-${{ matrix.model }}-${{ matrix.seed }}"]
          pick:
            stage: evaluate
            needs: [fit]
            run: cat out-* | sort > all
            deps: [out-trees-1, out-trees-2, out-line-1, out-line-2]
            outs: [all]
    """)
    states = brigade.states()
    assert set(states) == {"fit[trees,1]", "fit[trees,2]", "fit[line,1]", "fit[line,2]", "pick"}
    assert set(states.values()) == {"succeeded"}
    assert (brigade.project / "all").read_text() == "line 1\nline 2\ntrees 1\ntrees 2\n"


def test_conditions_see_metrics(brigade):
    brigade.write(galley__yaml="""
        stages: [train, deploy]
        jobs:
          fit: {stage: train, run: "echo '{\\"auc\\": 0.91}' > m.json", metrics: [m.json]}
          good: {stage: deploy, run: "true", if: metrics.fit.auc >= 0.9}
          better: {stage: deploy, run: "true", if: metrics.fit.auc >= 0.95}
          wrong: {stage: deploy, run: "true", if: metrics.fit.f1 >= 0.95}
    """)
    _, jobs = brigade.run()
    assert jobs["good"]["state"] == "succeeded" and jobs["better"]["state"] == "skipped"
    assert jobs["wrong"]["state"] == "failed" and "metrics.fit.f1" in jobs["wrong"]["reason"]


ENDINGS = [
    ("python3 -c 'x = bytearray(1 << 30)'", {"resources": {"memory": "200Mi"}}, "out_of_memory"),
    ("sleep 1000.MARK", {"timeout": "400 ms"}, "timed_out"),
    ("trap '' TERM; sleep 1000.MARK; sleep 1000.MARK", {"timeout": "400 ms"}, "timed_out"),
    ("bomb() { bomb | bomb & }; bomb; sleep 1000.MARK", {"resources": {"processes": 50}},
     "too_many_processes"),
    ("yes MARK", {"resources": {"log": "100Ki"}}, "log_too_large"),
    ("for i in $(seq 20); do dd if=/dev/zero of=big$i bs=1M count=20 conv=fsync; done",
     {"resources": {"written": "20Mi"}}, "wrote_too_much"),
    ("while :; do :; done # MARK", {"resources": {"cpu_time": "300 ms"}}, "out_of_cpu"),
    ("kill -SEGV $$", {}, "killed"),
    ("exit 9", {}, "failed"),
]


@pytest.mark.parametrize("script, limits, ending", ENDINGS, ids=[row[2] + row[0][:12] for row in ENDINGS])
def test_jobs_that_go_wrong_end_in_a_named_state(brigade, script, limits, ending):
    mark = str(uuid.uuid4().int % 10**9)
    job = {"stage": "train", "run": script.replace("MARK", mark), **limits}
    brigade.write(galley__yaml=json.dumps({"jobs": {"it": job}}))
    run, jobs = brigade.run()
    assert run["state"] == "failed" and jobs["it"]["state"] == "failed"
    assert jobs["it"]["attempts"][0]["ending"] == ending, jobs["it"]
    assert jobs["it"]["reason"].startswith(ending + ": ")
    assert jobs["it"]["reason"] in brigade.command("pipeline", "status", run["run"]).stdout
    assert processes_with(mark) == []


def test_a_job_that_makes_no_outs_has_failed(brigade):
    brigade.write(galley__yaml="""
        jobs:
          it: {stage: train, run: "true", outs: [model.bin]}
          bad: {stage: train, run: "echo nothing > m.json", metrics: [m.json]}
          missing: {stage: train, run: "true", deps: [nowhere.csv]}
    """)
    _, jobs = brigade.run()
    assert "the out 'model.bin' was not made" in jobs["it"]["reason"]
    assert "the metrics 'm.json': it is no JSON object" in jobs["bad"]["reason"]
    assert jobs["missing"]["reason"] == "dep: 'nowhere.csv' does not exist"
    assert jobs["missing"]["attempts"] == []


def test_two_at_a_time(brigade):
    names = [f"j{at}" for at in range(6)]
    brigade.write(galley__yaml=json.dumps({"jobs": {
        name: {"stage": "train", "run": "date +%s%N > $GALLEY_JOB.begin; sleep 0.3; "
               "date +%s%N > $GALLEY_JOB.end"} for name in names}}))
    assert set(brigade.states().values()) == {"succeeded"}
    times = [(int((brigade.project / f"{name}.begin").read_text()), 1) for name in names]
    times += [(int((brigade.project / f"{name}.end").read_text()), -1) for name in names]
    most = now = 0
    for _, change in sorted(times):
        now += change
        most = max(most, now)
    assert most == 2


def test_runs_in_one_folder_wait_for_each_other(brigade):
    brigade.write(galley__yaml="""
        jobs: {it: {stage: train, run: "mkdir lock; sleep 0.4; rmdir lock", always_changed: true}}
    """)
    first = brigade.start("pipeline", "run", "--json")
    second = brigade.start("pipeline", "run", "--json")
    states = [json.loads(process.communicate(timeout=60)[0])["state"] for process in (first, second)]
    assert states == ["succeeded"] * 2


@pytest.mark.parametrize("cancels", [False, True])
def test_of_a_group_one_runs_and_the_newest_waits(brigade, tmp_path, cancels):
    text = f"""
        params: {{branch: main}}
        concurrency: {{group: "x-${{{{ params.branch }}}}", cancel-in-progress: {str(cancels).lower()}}}
        jobs: {{a: {{stage: train, run: sleep 2; echo $GALLEY_PIPELINE_RUN >> {tmp_path}/ran}}}}
    """
    numbers = []
    for name in ("one", "two", "three", "other"):
        brigade.project = tmp_path / name
        brigade.project.mkdir()
        brigade.write(galley__yaml=text)
        more = ["--input", "branch=dev"] if name == "other" else []
        numbers.append(brigade.told("pipeline", "run", "--detach", *more)["run"])
        if name == "one":
            brigade.await_job("a", "running", numbers[0])
    states, reasons = {}, {}
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        runs = [brigade.status(number) for number in numbers]
        states = [run["state"] for run in runs]
        reasons = [run["jobs"][0]["reason"] for run in runs]
        if not {"waiting", "running"} & set(states):
            break
        time.sleep(0.1)
    first = "cancelled" if cancels else "succeeded"
    assert states == [first, "cancelled", "succeeded", "succeeded"]
    assert reasons[1] == f"run {numbers[2]} of the group 'x-main' took its place"
    if cancels:
        assert reasons[0] == f"run {numbers[1]} of the group 'x-main' took its place"
    ran = [int(line) for line in (tmp_path / "ran").read_text().split()]
    assert sorted(ran) == sorted(numbers[2:] if cancels else [numbers[0], *numbers[2:]])


def test_cancel_leaves_no_process(brigade):
    mark = str(uuid.uuid4().int % 10**9)
    brigade.write(galley__yaml=f"""
        stages: [a, b]
        jobs:
          long: {{stage: a, run: "sleep 1000.{mark}"}}
          later: {{stage: b, run: "true"}}
    """)
    run = brigade.told("pipeline", "run", "--detach")
    brigade.await_job("long", "running", run["run"])
    deadline = time.monotonic() + 30
    while not processes_with(mark) and time.monotonic() < deadline:
        time.sleep(0.02)
    done = brigade.command("pipeline", "cancel", run["run"])
    assert done.returncode == 0 and "cancelled" in done.stdout, done.stderr
    now = brigade.status(run["run"])
    assert now["state"] == "cancelled"
    assert {job["name"]: job["state"] for job in now["jobs"]} == {"long": "cancelled",
                                                                  "later": "cancelled"}
    assert processes_with(mark) == []
    assert brigade.command("pipeline", "cancel", run["run"]).returncode == 1


def test_jobs_are_told_where_they_are(brigade):
    brigade.write(galley__yaml="""
        params: {depth: 3}
        jobs:
          it:
            stage: train
            run: env | sort > env.txt; galley experiment list --json > experiments.json
            env: {COLOUR: red}
            params: [depth]
            outs: [env.txt]
    """)
    _, jobs = brigade.run()
    assert jobs["it"]["state"] == "succeeded", jobs["it"]
    told = dict(line.split("=", 1) for line in
                (brigade.project / "env.txt").read_text().splitlines() if "=" in line)
    assert told["MLFLOW_TRACKING_URI"] == told["GALLEY_URL"] == brigade.url
    assert told["GALLEY_JOB"] == "it" and told["GALLEY_JOB_ID"] == jobs["it"]["id"]
    assert told["COLOUR"] == "red" and json.loads(told["GALLEY_PARAMS"]) == {"depth": 3}
    assert json.loads((brigade.project / "experiments.json").read_text())["experiments"]


def test_runs_that_a_job_starts_know_it(brigade):
    brigade.write(galley__yaml="""
        jobs:
          fit:
            stage: train
            run: |
              python3 -c "
              import mlflow
              with mlflow.start_run() as run:
                  mlflow.log_metric('auc', 0.9)
              print('id=' + run.info.run_id)"
    """)
    run, jobs = brigade.run()
    assert jobs["fit"]["state"] == "succeeded", brigade.job_log("fit")
    run_id = brigade.job_log("fit").split("id=")[1].split()[0]
    tags = mlflow.MlflowClient(brigade.url).get_run(run_id).data.tags
    assert tags["galley.job_id"] == jobs["fit"]["id"] and tags["galley.job"] == "fit"
    assert tags["galley.pipeline_run"] == str(run["run"])


def test_a_new_dataset_version_is_a_change(brigade):
    brigade.write(sales__csv="n\n1\n", more__csv="n\n2\n", galley__yaml="""
        jobs:
          count:
            stage: train
            run: |
              galley dataset checkout sales@$GALLEY_DATASET_SALES --to all.csv
              echo "$GALLEY_DATASET_SALES $(wc -l < all.csv)" > count.txt
              test -d "$GALLEY_DATASET_SALES_FOLDER/_delta_log"
            deps: ["dataset:sales"]
            outs: [count.txt]
    """)
    _, jobs = brigade.run()
    assert "there is no dataset 'sales'" in jobs["count"]["reason"]
    assert brigade.command("dataset", "commit", "sales", "sales.csv").returncode == 0
    assert brigade.states() == {"count": "succeeded"}
    assert (brigade.project / "count.txt").read_text() == "0 2\n"
    assert brigade.states() == {"count": "cached"}
    assert brigade.command("dataset", "commit", "sales", "more.csv").returncode == 0
    _, jobs = brigade.run()
    assert jobs["count"]["explanation"].startswith("dataset 'sales': @0 ")
    assert (brigade.project / "count.txt").read_text() == "1 3\n"


def test_logs_are_followed(brigade):
    brigade.write(galley__yaml="""
        jobs: {it: {stage: train, run: "for i in 1 2 3; do echo line $i; sleep 0.2; done; printf end"}}
    """)
    run = brigade.told("pipeline", "run", "--detach")["run"]
    done = brigade.command("pipeline", "logs", "it", "--run", run, "--follow")
    assert done.stdout == "line 1\nline 2\nline 3\nend"
    done = brigade.command("pipeline", "logs", "nobody", "--run", run)
    assert done.returncode == 1 and "has no job 'nobody'; it has: it" in done.stderr


def test_what_is_wrong_with_the_file_is_said_before_anything_runs(brigade):
    brigade.write(galley__yaml="jobs:\n  a: {stage: train, run: x, needs: [b]}\n"
                  "  b: {stage: train, run: x, needs: [a]}\n")
    done = brigade.command("pipeline", "run")
    assert done.returncode != 0 and "galley.yaml:2:" in done.stderr
    assert "a" in done.stderr and "b" in done.stderr
    done = brigade.command("pipeline", "run", "--file", "nowhere.yaml")
    assert done.returncode != 0 and "there is no file 'nowhere.yaml'" in done.stderr


def test_a_github_workflow_runs_as_it_stands(brigade):
    brigade.write(train__py="print('trained')", deploy__py="print('deployed')", galley__yaml="""
        name: Model Deploy
        on: [push]
        jobs:
          deploy:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v2
              - name: Train and Deploy
                run: |
                  python train.py
                  python deploy.py
    """)
    run, jobs = brigade.run()
    assert run["pipeline"] == "Model Deploy" and jobs["deploy"]["state"] == "succeeded"
    assert brigade.job_log("deploy") == "== Train and Deploy\ntrained\ndeployed\n"
    brigade.write(train__py="raise SystemExit(4)")
    _, jobs = brigade.run()
    assert jobs["deploy"]["attempts"][0]["exit_code"] == 4
    assert "deployed" not in brigade.job_log("deploy")


def test_stages_without_jobs_are_a_pipeline(brigade):
    brigade.write(galley__yaml="stages:\n  - data_prep\n  - train\n  - evaluate\n  - deploy\n"
                  "  - monitor\n")
    run, jobs = brigade.run()
    assert run["state"] == "succeeded" and jobs == {}


def test_whoever_runs_code_must_hold_the_token(brigade):
    import urllib.error
    import urllib.request
    body = json.dumps({"folder": str(brigade.project), "text": "jobs: {}"}).encode()
    for path in ("runs", "explain", "runs/1/cancel", "runs/1/retry"):
        request = urllib.request.Request(
            f"{brigade.url}/api/v1/projects/default/pipelines/{path}", body, method="POST")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        assert refused.value.code == 401


@pytest.mark.parametrize("victim", ["server", "everything"])
def test_a_run_goes_on_after_a_kill_and_runs_nothing_twice(tmp_path, victim):
    brigade = Brigade(tmp_path)
    try:
        brigade.write(galley__yaml="""
            stages: [a, b, c]
            jobs:
              first: {stage: a, run: "echo $GALLEY_JOB >> ran; sleep 0.1"}
              long: {stage: b, run: "echo $GALLEY_JOB >> ran; sleep 1.5; echo done"}
              other: {stage: b, run: "echo $GALLEY_JOB >> ran; sleep 0.8"}
              last: {stage: c, run: "echo $GALLEY_JOB >> ran"}
        """)
        run = brigade.told("pipeline", "run", "--detach")["run"]
        brigade.await_job("long", "running", run)
        time.sleep(0.3)
        if victim == "server":
            os.kill(brigade.server_pid(), signal.SIGKILL)
        else:
            brigade.kill()
            project = brigade.project
            brigade = Brigade(tmp_path, brigade.data)
            brigade.project = project
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            done = brigade.command("pipeline", "status", run, "--json")
            if done.returncode == 0 and json.loads(done.stdout)["state"] == "succeeded":
                break
            time.sleep(0.1)
        jobs = {job["name"]: job for job in json.loads(done.stdout)["jobs"]}
        assert {job["state"] for job in jobs.values()} == {"succeeded"}
        assert all(len(job["attempts"]) == 1 for job in jobs.values())
        ran = (brigade.project / "ran").read_text().split()
        assert sorted(ran) == ["first", "last", "long", "other"]
        assert brigade.job_log("long", "--run", run) == "done\n"
    finally:
        brigade.stop()


def test_who_waits_for_a_run_waits_on_while_the_server_starts_again(brigade):
    brigade.write(galley__yaml="jobs: {long: {stage: train, run: sleep 1.5}}")
    waiting = brigade.start("pipeline", "run")
    deadline = time.monotonic() + 30
    while "running" not in brigade.command("pipeline", "status").stdout:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(brigade.server_pid(), signal.SIGKILL)
    out, err = waiting.communicate(timeout=60)
    assert waiting.returncode == 0 and " succeeded in " in out, err


def test_a_run_that_cannot_be_taken_up_has_failed(tmp_path):
    brigade = Brigade(tmp_path)
    mark = str(uuid.uuid4().int % 10**9)
    try:
        brigade.write(galley__yaml=f"""
            stages: [a, b]
            jobs: {{long: {{stage: a, run: sleep 600.{mark}}}, last: {{stage: b, run: "true"}}}}
        """)
        run = brigade.told("pipeline", "run", "--detach")["run"]
        brigade.await_job("long", "running", run)
        brigade.stop()
        database = sqlite3.connect(Path(brigade.data) / "galley.db")
        database.execute("UPDATE pipeline_run SET definition = 'jobs: ['")
        database.commit()
        database.close()
        brigade = Brigade(tmp_path, brigade.data)
        job = brigade.await_job("last", "failed", run)
        assert job["reason"].startswith("the run cannot be taken up: galley.yaml:1:")
        assert brigade.status(run)["state"] == "failed"
        deadline = time.monotonic() + 30
        while processes_with(mark):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        brigade.stop()


def test_kills_at_any_time(tmp_path):
    """Whenever the server is killed, each job of the run is run once."""
    brigade = Brigade(tmp_path)
    try:
        names = [f"j{at}" for at in range(30)]
        brigade.write(galley__yaml=json.dumps({
            "stages": names, "jobs": {name: {"stage": name, "run": "echo $GALLEY_JOB >> ran"}
                                      for name in names}}))
        run = brigade.told("pipeline", "run", "--detach")["run"]
        deadline = time.monotonic() + 100
        kills = 0
        while time.monotonic() < deadline:
            done = brigade.command("pipeline", "status", run, "--json")
            if done.returncode == 0 and json.loads(done.stdout)["state"] not in ("waiting",
                                                                                 "running"):
                break
            if kills < 8 and (pid := brigade.server_pid()):
                os.kill(pid, signal.SIGKILL)
                kills += 1
                # The supervisor gives up if it happens too often.
                time.sleep(6)
        assert json.loads(done.stdout)["state"] == "succeeded"
        assert (brigade.project / "ran").read_text().split() == names
        assert kills >= 1
    finally:
        brigade.stop()
